<?php
/**
 * A commenter who is being erased.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * First everything of the person is taken back from the bridge; then core makes the comments anonymous; then they are sent
 * again, as comments of nobody. What core leaves with a name is not sent again.
 */
class Erasure {

	/**
	 * Meta of a comment: '1' from the moment its author asked to be erased.
	 */
	const META = '_mentor_bridge_erasing';

	/**
	 * Takes the comments of a person back.
	 *
	 * @param string $email The person.
	 */
	public static function begin( string $email ): void {
		global $wpdb;
		// phpcs:disable WordPress.DB -- one statement for all comments of somebody.
		$wpdb->query(
			$wpdb->prepare(
				"INSERT INTO $wpdb->commentmeta (comment_id, meta_key, meta_value)
				SELECT c.comment_ID, %s, '1' FROM $wpdb->comments c LEFT JOIN $wpdb->commentmeta m ON m.comment_id = c.comment_ID AND m.meta_key = %s
				WHERE c.comment_author_email = %s AND m.meta_id IS NULL",
				self::META,
				self::META,
				$email
			)
		);
		Outbox::add_known( Outbox::COMMENT, $wpdb->prepare( "l.object_id IN (SELECT comment_ID FROM $wpdb->comments WHERE comment_author_email = %s)", $email ), Outbox::REMOVAL );
		// phpcs:enable
		Statistics::forget_commenter( Commenter::of_email( $email ) );
		Sender::want( 'event' );
	}

	/**
	 * Tells whether a comment is on its way out: asked for, and still with its author's address.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function is_under_way( \WP_Comment $comment ): bool {
		return '' !== \trim( (string) $comment->comment_author_email ) && '1' === (string) \get_comment_meta( (int) $comment->comment_ID, self::META, true );
	}

	/**
	 * Core has made comments anonymous, without a hook for each: they are looked at again.
	 */
	public static function finish(): void {
		global $wpdb;
		$anonymous = "SELECT c.comment_ID FROM $wpdb->comments c JOIN $wpdb->commentmeta m ON m.comment_id = c.comment_ID AND m.meta_key = '" . self::META . "' WHERE c.comment_author_email = ''";
		Outbox::add_comments_named( $anonymous );
		$wpdb->query( "DELETE m FROM $wpdb->commentmeta m JOIN $wpdb->comments c ON c.comment_ID = m.comment_id WHERE m.meta_key = '" . self::META . "' AND c.comment_author_email = ''" ); // phpcs:ignore WordPress.DB
	}
}
