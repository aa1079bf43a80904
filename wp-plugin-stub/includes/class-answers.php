<?php
/**
 * Where and whether a comment is answered.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * What waits for an answer according to the bridge may have been answered a moment ago: that is seen here, at once.
 */
class Answers {

	/**
	 * Gives those of some comments that the post's author has not answered directly by now, and that are still shown.
	 *
	 * @param int[] $comment_ids Comments; answered by one query, however many there are.
	 * @return int[]
	 */
	public static function still_missing( array $comment_ids ): array {
		global $wpdb;
		if ( array() === $comment_ids ) {
			return array();
		}
		$ids = \implode( ', ', \array_map( 'intval', $comment_ids ) );
		// phpcs:disable WordPress.DB
		$done = $wpdb->get_col(
			"SELECT a.comment_parent FROM $wpdb->comments a JOIN $wpdb->posts p ON p.ID = a.comment_post_ID
			WHERE a.comment_parent IN ($ids) AND a.comment_approved = '1' AND a.user_id > 0 AND a.user_id = p.post_author"
		);
		// phpcs:enable
		return \array_values( \array_diff( \array_map( 'intval', $comment_ids ), \array_map( 'intval', $done ) ) );
	}

	/**
	 * Gives the way to the form with which a comment is answered: on the post's page, or where comments are closed there,
	 * to the row of the comment in wp-admin.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function url( \WP_Comment $comment ): string {
		$id   = (int) $comment->comment_ID;
		$post = (int) $comment->comment_post_ID;
		if ( \comments_open( $post ) ) {
			return \add_query_arg( 'replytocom', $id, (string) \get_permalink( $post ) ) . '#respond';
		}
		return \add_query_arg( 'p', $post, \admin_url( 'edit-comments.php' ) ) . '#comment-' . $id;
	}
}
