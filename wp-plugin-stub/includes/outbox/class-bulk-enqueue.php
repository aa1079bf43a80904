<?php
/**
 * Many objects into the outbox at once.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Puts whole selections of objects into the outbox, each with one statement however many there are.
 */
class Bulk_Enqueue {

	/**
	 * Puts public posts into the outbox, newest first, with one statement however many there are.
	 *
	 * @param int[]    $author_ids Whose.
	 * @param string[] $types      Post types.
	 * @param string   $where      Trusted SQL over the posts `o`, or ''.
	 */
	public static function add_posts( array $author_ids, array $types, string $where = '' ): void {
		global $wpdb;
		if ( array() === $author_ids || array() === $types ) {
			return;
		}
		self::add_selected(
			Outbox::POST,
			Outbox::HISTORY,
			'o.ID',
			"FROM $wpdb->posts o WHERE o.post_status = 'publish' AND o.post_password = '' AND o.post_author IN (" . self::sql_ids( $author_ids ) . ') AND o.post_type IN (' . self::sql_texts( $types ) . ')' . ( '' === $where ? '' : " AND $where" ),
			'o.post_date_gmt',
			true
		);
	}

	/**
	 * Puts the approved comments of posts into the outbox, newest first.
	 *
	 * @param int[]    $author_ids Authors of the posts.
	 * @param string[] $types      Post types.
	 */
	public static function add_comments( array $author_ids, array $types ): void {
		global $wpdb;
		if ( array() === $author_ids || array() === $types ) {
			return;
		}
		self::add_selected(
			Outbox::COMMENT,
			Outbox::HISTORY_COMMENT,
			'o.comment_ID',
			"FROM $wpdb->comments o JOIN $wpdb->posts p ON p.ID = o.comment_post_ID WHERE " . self::public_comment() . " AND p.post_status = 'publish' AND p.post_password = '' AND p.post_author IN (" . self::sql_ids( $author_ids ) . ') AND p.post_type IN (' . self::sql_texts( $types ) . ')',
			'o.comment_date_gmt',
			true
		);
	}

	/**
	 * Puts the approved comments of one post into the outbox; rows that are there already keep their revision.
	 *
	 * @param int  $post_id The post.
	 * @param bool $renew   Whether rows that are there get a new revision.
	 */
	public static function add_comments_of_post( int $post_id, bool $renew = false ): void {
		global $wpdb;
		self::add_selected(
			Outbox::COMMENT,
			Outbox::HISTORY_COMMENT,
			'o.comment_ID',
			"FROM $wpdb->comments o WHERE " . self::public_comment() . $wpdb->prepare( ' AND o.comment_post_ID = %d', $post_id ),
			'o.comment_date_gmt',
			$renew
		);
	}

	/**
	 * Puts chosen comments into the outbox, as far as they are approved.
	 *
	 * @param string $ids Trusted SQL that selects their ids.
	 */
	public static function add_selected_comments( string $ids ): void {
		global $wpdb;
		self::add_selected( Outbox::COMMENT, Outbox::LIVE, 'o.comment_ID', "FROM $wpdb->comments o WHERE " . self::public_comment() . " AND o.comment_ID IN ($ids)", '', true );
	}

	/**
	 * Puts approved comments on posts that the bridge holds into the outbox, where it was told nothing of them.
	 *
	 * @param int $first First id.
	 * @param int $last  Last id.
	 */
	public static function add_unknown_comments( int $first, int $last ): void {
		global $wpdb;
		$ledger = Ledger::table();
		self::add_selected(
			Outbox::COMMENT,
			Outbox::HISTORY_COMMENT,
			'o.comment_ID',
			"FROM $wpdb->comments o LEFT JOIN $ledger c ON c.kind = 'c' AND c.object_id = o.comment_ID JOIN $ledger p ON p.kind = 'p' AND p.object_id = o.comment_post_ID WHERE c.object_id IS NULL AND " . self::public_comment() . $wpdb->prepare( ' AND o.comment_ID BETWEEN %d AND %d', $first, $last ),
			'o.comment_date_gmt',
			true
		);
	}

	/**
	 * Puts what the bridge holds into the outbox, to be looked at again.
	 *
	 * @param string $kind     The kind.
	 * @param string $where    Trusted SQL over the ledger `l`, or ''.
	 * @param int    $priority One of the priorities above.
	 */
	public static function add_from_ledger( string $kind, string $where = '', int $priority = Outbox::HISTORY ): void {
		$ledger = Ledger::table();
		self::add_selected( $kind, $priority, 'l.object_id', "FROM $ledger l WHERE l.kind = '$kind'" . ( '' === $where ? '' : " AND $where" ), '', true );
	}

	/**
	 * Fills the outbox with a selection.
	 *
	 * The rows share one revision: a revision orders the states of one object, it need not tell objects apart.
	 *
	 * @param string $kind     The kind.
	 * @param int    $priority The priority.
	 * @param string $id       Trusted SQL: the id.
	 * @param string $from     Trusted SQL: FROM and WHERE.
	 * @param string $date     Trusted SQL: the date, newest first; '' for the order of ids.
	 * @param bool   $renew    Whether rows that are there get the new revision.
	 */
	private static function add_selected( string $kind, int $priority, string $id, string $from, string $date, bool $renew ): void {
		global $wpdb;
		$table    = Outbox::table();
		$position = '' === $date ? $id : "-COALESCE(TIMESTAMPDIFF(SECOND, '1970-01-01', NULLIF($date, '0000-00-00 00:00:00')), 0)";
		$on_twin  = $renew ? Outbox::renewal() : "ON DUPLICATE KEY UPDATE kind = $table.kind";
		$wpdb->query( // phpcs:ignore WordPress.DB
			$wpdb->prepare(
				"INSERT INTO $table (kind, object_id, revision, priority, position, created_at) SELECT %s, $id, %d, %d, CAST($position AS SIGNED), UTC_TIMESTAMP() $from $on_twin", // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
				$kind,
				Counter::next( 'revision' ),
				$priority
			)
		);
	}

	/**
	 * The SQL twin of Sharing_Rules::public_comment(), for bulk statements; the state is asked again at send time.
	 */
	private static function public_comment(): string {
		return "o.comment_approved = '1' AND o.comment_type IN (" . self::sql_texts( \array_merge( array( '' ), Sharing_Rules::COMMENT_TYPES ) ) . ')';
	}

	/**
	 * Makes an SQL list of ids.
	 *
	 * @param int[] $ids At least one.
	 */
	private static function sql_ids( array $ids ): string {
		return \implode( ',', \array_map( 'intval', $ids ) );
	}

	/**
	 * Makes an SQL list of texts.
	 *
	 * @param string[] $texts At least one.
	 */
	public static function sql_texts( array $texts ): string {
		return "'" . \implode( "','", \array_map( 'esc_sql', $texts ) ) . "'";
	}
}
