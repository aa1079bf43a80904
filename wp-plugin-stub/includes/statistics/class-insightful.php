<?php
/**
 * Comments marked as insightful.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * An action in the row of a comment, for those who may moderate. The mark is meta of the comment and travels with it.
 */
class Insightful {

	/**
	 * Meta of a comment: '1' when it is marked.
	 */
	const META = '_mentor_bridge_insightful';

	/**
	 * The action that marks a comment, its nonce, and the argument that says afterwards how it went.
	 */
	const ACTION = 'mentor_bridge_insightful';

	/**
	 * Tells whether a comment is marked.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function is_marked( int $comment_id ): bool {
		return '1' === (string) \get_comment_meta( $comment_id, self::META, true );
	}

	/**
	 * Marks a comment as insightful, or takes the mark away.
	 *
	 * @param int  $comment_id The comment.
	 * @param bool $marked     What is wanted.
	 */
	public static function mark( int $comment_id, bool $marked ): void {
		if ( $marked ) {
			\update_comment_meta( $comment_id, self::META, '1' );
		} else {
			\delete_comment_meta( $comment_id, self::META );
		}
	}

	/**
	 * Tells whether whoever is signed in may mark a comment; what is not sent cannot count, nor what the blog's own people say.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	private static function may_mark( \WP_Comment $comment ): bool {
		return Statistics::may_be_seen() && \in_array( (string) $comment->comment_type, array( '', 'comment' ), true ) && ! Commenter::is_staff( $comment )
			&& \current_user_can( 'edit_comment', (int) $comment->comment_ID ) && null !== Sharing_Rules::public_comment( (int) $comment->comment_ID );
	}

	/**
	 * Adds the action to a row of the list, before those that remove the comment. Not on the dashboard, which would have to
	 * load every post for it.
	 *
	 * @param array       $actions Links there are.
	 * @param \WP_Comment $comment The comment.
	 * @return array
	 */
	public static function add_action( $actions, $comment ) {
		if ( \did_action( 'load-index.php' ) || ! $comment instanceof \WP_Comment || ! self::may_mark( $comment ) ) {
			return $actions;
		}
		$id     = (int) $comment->comment_ID;
		$marked = self::is_marked( $id );
		$words  = $marked ? \__( 'Not insightful', 'mentor-bridge' ) : \__( 'Insightful', 'mentor-bridge' );
		$label  = \sprintf(
			/* translators: %s: name of a commenter. */
			$marked ? \__( 'No longer mark the comment by %s as insightful', 'mentor-bridge' ) : \__( 'Mark the comment by %s as insightful', 'mentor-bridge' ),
			$comment->comment_author
		);
		$link   = '<a href="' . \esc_url( self::url( $id, ! $marked ) ) . '" aria-label="' . \esc_attr( $label ) . '">' . \esc_html( $words ) . '</a>';
		$at     = \array_search( 'spam', \array_keys( (array) $actions ), true );
		$at     = false === $at ? \count( $actions ) : $at;
		return \array_slice( $actions, 0, $at, true ) + array( 'mentor_bridge_insightful' => $link ) + \array_slice( $actions, $at, null, true );
	}

	/**
	 * Gives the address that marks a comment, or takes the mark away.
	 *
	 * @param int  $comment_id The comment.
	 * @param bool $mark       Whether to mark it.
	 */
	private static function url( int $comment_id, bool $mark ): string {
		$arguments = array(
			'action' => self::ACTION,
			'c'      => $comment_id,
			'mark'   => $mark ? 1 : 0,
		);
		return \wp_nonce_url( \add_query_arg( $arguments, \admin_url( 'admin-post.php' ) ), self::ACTION . '_' . $comment_id );
	}

	/**
	 * Marks a comment as the link asks, and goes back to its row.
	 */
	public static function handle(): void {
		$id = isset( $_GET['c'] ) ? \absint( $_GET['c'] ) : 0;
		\check_admin_referer( self::ACTION . '_' . $id );
		$comment = \get_comment( $id );
		if ( ! $comment instanceof \WP_Comment || ! self::may_mark( $comment ) ) {
			\wp_die( \esc_html__( 'You are not allowed to do that.', 'mentor-bridge' ), '', array( 'response' => 403 ) );
		}
		$mark = isset( $_GET['mark'] ) && '1' === $_GET['mark'];
		self::mark( $id, $mark );
		$back = \wp_get_referer();
		$back = \add_query_arg( self::ACTION, $mark ? 1 : 0, false === $back ? \admin_url( 'edit-comments.php' ) : $back );
		\wp_safe_redirect( $back . '#comment-' . $id );
		exit;
	}

	/**
	 * Prints that a comment was marked, or is marked no longer.
	 */
	public static function show_notice(): void {
		if ( ! isset( $_GET[ self::ACTION ] ) || ! Statistics::may_be_seen() ) { // phpcs:ignore WordPress.Security.NonceVerification
			return;
		}
		$text = '1' === $_GET[ self::ACTION ] // phpcs:ignore WordPress.Security.NonceVerification
			? \__( 'The comment is marked as insightful, and counts among those of substance.', 'mentor-bridge' )
			: \__( 'The comment is no longer marked as insightful.', 'mentor-bridge' );
		echo '<div class="notice notice-success is-dismissible"><p>' . \esc_html( $text ) . '</p></div>';
	}

	/**
	 * Has the argument of the notice disappear from the address.
	 *
	 * @param string[] $names Arguments that do.
	 * @return string[]
	 */
	public static function add_removable_argument( $names ) {
		$names[] = self::ACTION;
		return $names;
	}
}
