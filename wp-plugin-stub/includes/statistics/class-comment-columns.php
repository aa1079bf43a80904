<?php
/**
 * A column in the list of comments.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Says of each comment who wrote it (new, returning, regular), whether it waits for an answer, and whether it is marked.
 *
 * Three queries for the whole list: the rows themselves ask nothing.
 */
class Comment_Columns {

	const COLUMN = 'mentor_bridge';

	/**
	 * What was loaded: code of a commenter => figures.
	 *
	 * @var array<string,array>
	 */
	private static $commenters = array();

	/**
	 * Comments that wait for an answer.
	 *
	 * @var int[]
	 */
	private static $waiting = array();

	/**
	 * Comments whose state is known.
	 *
	 * @var array<int,true>
	 */
	private static $loaded = array();

	/**
	 * Adds the column behind the comment: on a narrow screen core folds away what stands there.
	 *
	 * @param array $columns Name => title.
	 * @return array
	 */
	public static function add( $columns ) {
		if ( ! Statistics::may_be_seen() ) {
			return $columns;
		}
		$at = \array_search( 'comment', \array_keys( (array) $columns ), true );
		$at = false === $at ? \count( $columns ) : $at + 1;
		return \array_slice( $columns, 0, $at, true ) + array( self::COLUMN => \__( 'Engagement', 'mentor-bridge' ) ) + \array_slice( $columns, $at, null, true );
	}

	/**
	 * Has the figures loaded with the list of comments that this screen is about to show.
	 */
	public static function on_load(): void {
		if ( Statistics::may_be_seen() ) {
			Engagement_Style::enqueue_later();
			\add_filter( 'the_comments', array( self::class, 'load' ) );
		}
	}

	/**
	 * Loads what the rows of a list of comments will say, for all of them at once.
	 *
	 * @param \WP_Comment[] $comments The comments of the list.
	 * @return \WP_Comment[] The same.
	 */
	public static function load( $comments ) {
		$new_comments = \array_filter(
			(array) $comments,
			static function ( $comment ): bool {
				return $comment instanceof \WP_Comment && ! isset( self::$loaded[ (int) $comment->comment_ID ] );
			}
		);
		if ( array() === $new_comments ) {
			return $comments;
		}
		$codes = array();
		$posts = array();
		foreach ( $new_comments as $comment ) {
			$codes[]                                    = Commenter::of( $comment )[0];
			$posts[ (int) $comment->comment_post_ID ]   = true;
			self::$loaded[ (int) $comment->comment_ID ] = true;
		}
		\_prime_post_caches( \array_keys( $posts ), false, true );
		\cache_users( \array_filter( \array_map( 'intval', \wp_list_pluck( $new_comments, 'user_id' ) ) ) );
		self::$commenters += Statistics::commenters( $codes );
		$waiting           = array();
		foreach ( \array_keys( $posts ) as $post_id ) {
			$figures = Statistics::post( $post_id );
			$waiting = \array_merge( $waiting, null === $figures ? array() : $figures['waiting'] );
		}
		$shown         = \array_intersect( $waiting, \array_keys( self::$loaded ) );
		self::$waiting = \array_merge( self::$waiting, Unanswered_Comments::filter( \array_values( $shown ) ) );
		return $comments;
	}

	/**
	 * Prints the cell of a comment in the column for engagement.
	 *
	 * @param string $column     Which column.
	 * @param string $comment_id The comment.
	 */
	public static function show( $column, $comment_id ): void {
		$comment = self::COLUMN === $column ? \get_comment( (int) $comment_id ) : null;
		if ( ! $comment instanceof \WP_Comment || ! Statistics::may_be_seen() ) {
			return;
		}
		// A row that was edited in place comes alone.
		self::load( array( $comment ) );
		$code    = Commenter::of( $comment )[0];
		$figures = isset( self::$commenters[ $code ] ) && '1' === (string) $comment->comment_approved ? self::$commenters[ $code ] : null;
		$lines   = null === $figures ? array() : array( self::standing( $figures ) );
		if ( \in_array( (int) $comment_id, self::$waiting, true ) ) {
			$lines[] = '<strong class="mentor-bridge-waits">' . \esc_html__( 'Waits for an answer', 'mentor-bridge' ) . '</strong>';
		}
		if ( Insightful::is_marked( (int) $comment_id ) ) {
			$lines[] = '<span class="mentor-bridge-mark"><span aria-hidden="true">★</span> ' . \esc_html__( 'Insightful', 'mentor-bridge' ) . '</span>';
		}
		echo array() === $lines
			? '<span aria-hidden="true">—</span><span class="screen-reader-text">' . \esc_html__( 'No figures', 'mentor-bridge' ) . '</span>'
			: \implode( '<br>', $lines ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped line by line.
	}

	/**
	 * Says who a commenter is to this blog: new, returning, regular or known.
	 *
	 * @param array $figures Of the commenter.
	 * @return string Escaped HTML.
	 */
	private static function standing( array $figures ): string {
		$words    = array(
			'new'       => \__( 'New', 'mentor-bridge' ),
			'returning' => \__( 'Returning', 'mentor-bridge' ),
			'regular'   => \__( 'Regular', 'mentor-bridge' ),
			'known'     => \__( 'Known', 'mentor-bridge' ),
		);
		$standing = isset( $figures['standing'], $words[ $figures['standing'] ] ) ? $figures['standing'] : 'known';
		/* translators: 1: a count of comments, 2: a count of posts. */
		$detail = \sprintf( \__( '%1$s on %2$s in 90 days', 'mentor-bridge' ), Figure_Format::comments( (int) $figures['comments'] ), Figure_Format::counted_posts( (int) $figures['posts'] ) );
		return '<span class="mentor-bridge-standing is-' . \esc_attr( $standing ) . '">' . \esc_html( $words[ $standing ] ) . '</span> <span class="description">' . \esc_html( $detail ) . '</span>';
	}
}
