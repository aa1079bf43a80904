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
class Unanswered_Comments {

	/**
	 * Gives those of some comments that the post's author has not answered directly by now, and that are still shown.
	 *
	 * @param int[] $comment_ids Comments; answered by one query, however many there are.
	 * @return int[]
	 */
	public static function filter( array $comment_ids ): array {
		global $wpdb;
		if ( array() === $comment_ids ) {
			return array();
		}
		$ids = \implode( ', ', \array_map( 'intval', $comment_ids ) );
		// phpcs:disable WordPress.DB, MentorBridge.DB -- whole numbers.
		$done = $wpdb->get_col( 'SELECT a.comment_parent ' . self::author_replies( $ids ) );
		// phpcs:enable
		return \array_values( \array_diff( \array_map( 'intval', $comment_ids ), \array_map( 'intval', $done ) ) );
	}

	/**
	 * Loads comments, and finds those that are still shown and that the post's author has not answered directly by now.
	 *
	 * @param int[] $asked Comments that may wait.
	 * @param int[] $also  Others that are only loaded; all of it by one query.
	 * @return array<int,true> Of the first, by the id of a comment.
	 */
	public static function load_and_filter( array $asked, array $also = array() ): array {
		global $wpdb;
		$all = \array_unique( \array_map( 'intval', \array_merge( $asked, $also ) ) );
		if ( array() === $all ) {
			return array();
		}
		$query = "SELECT c.*, 0 AS answers FROM $wpdb->comments c WHERE c.comment_ID IN (" . \implode( ', ', $all ) . ')';
		if ( array() !== $asked ) {
			$query .= ' UNION ALL SELECT a.*, a.comment_parent ' . self::author_replies( \implode( ', ', \array_map( 'intval', $asked ) ) );
		}
		$rows    = (array) $wpdb->get_results( $query ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		$missing = array();
		$done    = array();
		foreach ( $rows as $row ) {
			if ( '0' !== $row->answers ) {
				$done[ (int) $row->answers ] = true;
			} elseif ( '1' === $row->comment_approved ) {
				$missing[ (int) $row->comment_ID ] = true;
			}
			unset( $row->answers );
		}
		\update_comment_cache( $rows, false );
		return \array_diff_key( \array_intersect_key( $missing, \array_flip( $asked ) ), $done );
	}

	/**
	 * Gives the end of a query for the replies of a post's author to comments.
	 *
	 * @param string $ids Numbers of the comments that they are given to.
	 */
	private static function author_replies( string $ids ): string {
		global $wpdb;
		return "FROM $wpdb->comments a JOIN $wpdb->posts p ON p.ID = a.comment_post_ID
			WHERE a.comment_parent IN ($ids) AND a.comment_approved = '1' AND a.user_id > 0 AND a.user_id = p.post_author";
	}

	/**
	 * Gives the way to the form with which a comment is answered: on the post's page, or where comments are closed there,
	 * to the row of the comment in wp-admin.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function reply_url( \WP_Comment $comment ): string {
		$id   = (int) $comment->comment_ID;
		$post = (int) $comment->comment_post_ID;
		if ( \comments_open( $post ) ) {
			return \add_query_arg( 'replytocom', $id, (string) \get_permalink( $post ) ) . '#respond';
		}
		return \add_query_arg( 'p', $post, \admin_url( 'edit-comments.php' ) ) . '#comment-' . $id;
	}
}
