<?php
/**
 * A column in the list of posts.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Says of each post how lively its conversation is. Its figures were loaded with the post.
 */
class Post_Columns {

	const COLUMN = 'mentor_bridge';

	/**
	 * Adds the column for conversations before the date.
	 *
	 * @param array  $columns Name => title.
	 * @param string $type    Post type of the list.
	 * @return array
	 */
	public static function add( $columns, $type = 'post' ) {
		if ( ! \in_array( $type, Sharing_Rules::post_types(), true ) || ! Statistics::may_be_seen() ) {
			return $columns;
		}
		$at = \array_search( 'date', \array_keys( (array) $columns ), true );
		$at = false === $at ? \count( $columns ) : $at;
		return \array_slice( $columns, 0, $at, true ) + array( self::COLUMN => \__( 'Conversation', 'mentor-bridge' ) ) + \array_slice( $columns, $at, null, true );
	}

	/**
	 * Adds the column for conversations to the list of pages.
	 *
	 * @param array $columns Name => title.
	 * @return array
	 */
	public static function add_to_pages( $columns ) {
		return self::add( $columns, 'page' );
	}

	/**
	 * Prints the cell of a post in the column for conversations.
	 *
	 * @param string $column  Which column.
	 * @param int    $post_id The post.
	 */
	public static function show( $column, $post_id ): void {
		if ( self::COLUMN !== $column || ! Statistics::may_be_seen() ) {
			return;
		}
		$figures = Statistics::post( (int) $post_id );
		if ( null === $figures || 0 === (int) $figures['comments'] ) {
			$post = \get_post( (int) $post_id );
			if ( 0 < (int) \get_comments_number( (int) $post_id ) && $post instanceof \WP_Post && ! Post_Sharing::is_shared( Sharing_Column::of( $post ) ) ) {
				// A dash would say that nobody has commented.
				echo '<span class="description">' . \esc_html__( 'Not counted: the post is not shared', 'mentor-bridge' ) . '</span>';
				return;
			}
			echo '<span aria-hidden="true">—</span><span class="screen-reader-text">' . \esc_html__( 'No conversation yet', 'mentor-bridge' ) . '</span>';
			return;
		}
		/* translators: 1: a count of comments, 2: a count of readers. */
		echo \esc_html( \sprintf( \__( '%1$s by %2$s', 'mentor-bridge' ), Figure_Format::comments( (int) $figures['comments'] ), Figure_Format::readers( (int) $figures['commenters'] ) ) );
		if ( 0 < (int) $figures['unanswered'] ) {
			/* translators: %s: a number. */
			$waiting = \sprintf( \_n( '%s waits for an answer', '%s wait for an answer', (int) $figures['unanswered'], 'mentor-bridge' ), \number_format_i18n( (int) $figures['unanswered'] ) );
			echo '<br><a class="mentor-bridge-waits" href="' . \esc_url( \add_query_arg( 'p', (int) $post_id, \admin_url( 'edit-comments.php' ) ) ) . '">' . \esc_html( $waiting ) . '</a>';
		}
		if ( 0 < (int) $figures['insightful'] ) {
			/* translators: %s: a number. */
			echo '<br><span class="mentor-bridge-mark"><span aria-hidden="true">★</span> ' . \esc_html( \sprintf( \__( '%s insightful', 'mentor-bridge' ), \number_format_i18n( (int) $figures['insightful'] ) ) ) . '</span>';
		}
	}
}
