<?php
/**
 * Changes of which no hook told.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Finds rows of posts and comments that other code has changed, inserted or deleted with SQL of its own: beside each object
 * the ledger keeps a checksum of its row, which the database makes, so that nothing is read or rendered to compare them.
 */
class Changed_Rows {

	/**
	 * Ids of posts or comments that are looked at with one statement.
	 */
	const SLICE = 5000;

	/**
	 * Notes the rows of objects as they are now: in this state they were looked at, or are about to be sent.
	 *
	 * @param array[] $items {kind, object_id} each.
	 */
	public static function note( array $items ): void {
		global $wpdb;
		$table = Ledger::table();
		foreach ( array( Outbox::POST, Outbox::COMMENT ) as $kind ) {
			$ids = array();
			foreach ( $items as $item ) {
				if ( $kind === $item['kind'] ) {
					$ids[] = (int) $item['object_id'];
				}
			}
			if ( array() !== $ids ) {
				$wpdb->query( "UPDATE $table l " . self::join( $kind ) . ' SET l.row_sum = ' . self::checksum( $kind ) . $wpdb->prepare( ' WHERE l.kind = %s AND l.object_id IN (', $kind ) . \implode( ',', \array_map( 'intval', $ids ) ) . ')' ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
			}
		}
	}

	/**
	 * Notes all rows as they are now.
	 */
	public static function note_all(): void {
		global $wpdb;
		$table = Ledger::table();
		foreach ( array( Outbox::POST, Outbox::COMMENT ) as $kind ) {
			$wpdb->query( "UPDATE $table l " . self::join( $kind ) . ' SET l.row_sum = ' . self::checksum( $kind ) . $wpdb->prepare( ' WHERE l.kind = %s', $kind ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		}
	}

	/**
	 * Puts into the outbox what has changed in the next range of ids.
	 *
	 * @param string $kind  Posts or comments.
	 * @param int    $first First id.
	 * @return int The first id of the next range; 0 after the last.
	 */
	public static function enqueue_slice( string $kind, int $first ): int {
		global $wpdb;
		$last   = $first + self::SLICE - 1;
		$ledger = Ledger::table();
		Bulk_Enqueue::add_from_ledger( $kind, $wpdb->prepare( 'l.object_id BETWEEN %d AND %d', $first, $last ) . " AND l.hash <> '' AND l.row_sum <> " . self::checksum_of_row( $kind ), Outbox::HISTORY );
		if ( Outbox::POST === $kind ) {
			Bulk_Enqueue::add_posts( Consent::participants(), Sharing_Rules::post_types(), $wpdb->prepare( 'o.ID BETWEEN %d AND %d', $first, $last ) . " AND NOT EXISTS (SELECT 1 FROM $ledger l WHERE l.kind = 'p' AND l.object_id = o.ID)" );
		} elseif ( Connection::statistics() ) {
			Bulk_Enqueue::add_unknown_comments( $first, $last );
		}
		return $last < self::highest_id( $kind ) ? $last + 1 : 0;
	}

	/**
	 * Gives the highest id that the blog or the bridge has of a kind.
	 *
	 * @param string $kind Posts or comments.
	 */
	private static function highest_id( string $kind ): int {
		global $wpdb;
		$ledger = Ledger::table();
		$rows   = Outbox::POST === $kind ? "(SELECT MAX(ID) FROM $wpdb->posts)" : "(SELECT MAX(comment_ID) FROM $wpdb->comments)";
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT GREATEST(COALESCE($rows, 0), COALESCE((SELECT MAX(object_id) FROM $ledger WHERE kind = %s), 0))", $kind ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
	}

	/**
	 * Gives the SQL that puts the row of an object beside its row in the ledger `l`.
	 *
	 * @param string $kind Posts or comments.
	 */
	private static function join( string $kind ): string {
		global $wpdb;
		return Outbox::POST === $kind ? "LEFT JOIN $wpdb->posts o ON o.ID = l.object_id" : "LEFT JOIN $wpdb->comments o ON o.comment_ID = l.object_id";
	}

	/**
	 * Gives the SQL for the checksum of the row `o`; 0 where there is none.
	 *
	 * @param string $kind Posts or comments.
	 */
	private static function checksum( string $kind ): string {
		$columns = Outbox::POST === $kind
			? array( 'post_author', 'post_date_gmt', 'post_content', 'post_title', 'post_excerpt', 'post_status', 'post_password', 'post_name', 'post_type' )
			: array( 'comment_post_ID', 'comment_author', 'comment_author_email', 'comment_author_url', 'comment_date_gmt', 'comment_content', 'comment_approved', 'comment_type', 'comment_parent', 'user_id' );
		$id      = Outbox::POST === $kind ? 'o.ID' : 'o.comment_ID';
		return "IF($id IS NULL, 0, CRC32(CONCAT_WS(CHAR(10), o." . \implode( ', o.', $columns ) . ')))';
	}

	/**
	 * Gives the same as a sub-select, for statements over the ledger `l` alone.
	 *
	 * @param string $kind Posts or comments.
	 */
	private static function checksum_of_row( string $kind ): string {
		global $wpdb;
		$rows = Outbox::POST === $kind ? "$wpdb->posts o WHERE o.ID = l.object_id" : "$wpdb->comments o WHERE o.comment_ID = l.object_id";
		return 'COALESCE((SELECT ' . self::checksum( $kind ) . " FROM $rows), 0)";
	}
}
