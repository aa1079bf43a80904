<?php
/**
 * What the bridge was told.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One row an object that was ever on its way to the bridge. It decides whether a change has to be told at all (the hash
 * of the state last acknowledged) and whether a disappearance has to (only what was sent is retracted).
 *
 * A row is written before the request leaves: an answer may get lost, the request may have arrived. Until the answer is
 * there the hash is empty, which equals no state.
 */
class Ledger {

	/**
	 * Gives the name of the ledger's table on the site at hand.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_ledger';
	}

	/**
	 * Gives the row of an object in the ledger.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 * @return array{hash:string,parent_id:int}|null
	 */
	public static function get( string $kind, int $id ): ?array {
		global $wpdb;
		$table = self::table();
		$row   = $wpdb->get_row( $wpdb->prepare( "SELECT hash, parent_id FROM $table WHERE kind = %s AND object_id = %d", $kind, $id ), ARRAY_A ); // phpcs:ignore WordPress.DB
		return null === $row ? null : array(
			'hash'      => $row['hash'],
			'parent_id' => (int) $row['parent_id'],
		);
	}

	/**
	 * Gives what the ledger says of posts, by one query.
	 *
	 * @param int[] $post_ids Which.
	 * @return array<int,array{hash:string,since:string}> By post, where the bridge was ever told of it; `since` as in the
	 *                                                    database, '' before it has confirmed anything.
	 */
	public static function of_posts( array $post_ids ): array {
		global $wpdb;
		$rows = array();
		if ( array() !== $post_ids && Upgrade::is_current() ) {
			$table = self::table();
			foreach ( $wpdb->get_results( "SELECT object_id, hash, shared_since FROM $table WHERE kind = 'p' AND object_id IN (" . \implode( ',', \array_map( 'intval', $post_ids ) ) . ')' ) as $row ) { // phpcs:ignore WordPress.DB
				$rows[ (int) $row->object_id ] = array( 'hash' => $row->hash, 'since' => (string) $row->shared_since );
			}
		}
		return $rows;
	}

	/**
	 * Tells whether the bridge may hold an object.
	 *
	 * An author is held with the first post, whatever became of the author's own event.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function has( string $kind, int $id ): bool {
		return null !== self::get( $kind, $id ) || ( Outbox::AUTHOR === $kind && self::has_child( Outbox::POST, $id ) );
	}

	/**
	 * Tells whether something below an object was sent.
	 *
	 * @param string $kind   Kind of the child.
	 * @param int    $parent Id of the parent.
	 */
	private static function has_child( string $kind, int $parent ): bool {
		global $wpdb;
		$table = self::table();
		return (bool) $wpdb->get_var( $wpdb->prepare( "SELECT 1 FROM $table WHERE kind = %s AND parent_id = %d LIMIT 1", $kind, $parent ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Gives the posts of an author that the bridge may hold.
	 *
	 * @param int $user_id The author.
	 * @param int $limit   How many at most.
	 * @param int $offset  After how many.
	 * @return int[]
	 */
	public static function posts_of( int $user_id, int $limit, int $offset ): array {
		global $wpdb;
		$ledger = self::table();
		// phpcs:ignore WordPress.DB
		return \array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT object_id FROM $ledger WHERE kind = %s AND parent_id = %d ORDER BY object_id LIMIT %d OFFSET %d", Outbox::POST, $user_id, $limit, $offset ) ) );
	}

	/**
	 * Gives the comments of a person that the bridge may hold.
	 *
	 * @param string $email The person.
	 * @param int    $limit  How many at most.
	 * @param int    $offset After how many.
	 * @return int[]
	 */
	public static function comments_of( string $email, int $limit, int $offset = 0 ): array {
		global $wpdb;
		$ledger = self::table();
		// phpcs:ignore WordPress.DB
		return \array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT l.object_id FROM $ledger l JOIN $wpdb->comments c ON c.comment_ID = l.object_id WHERE l.kind = %s AND c.comment_author_email = %s ORDER BY l.object_id LIMIT %d OFFSET %d", Outbox::COMMENT, $email, $limit, $offset ) ) );
	}

	/**
	 * Forgets the comments of a person, whom the bridge removes as a whole.
	 *
	 * @param string $email The person.
	 */
	public static function forget_comments_of( string $email ): void {
		global $wpdb;
		$ledger = self::table();
		$wpdb->query( $wpdb->prepare( "DELETE l FROM $ledger l JOIN $wpdb->comments c ON c.comment_ID = l.object_id WHERE l.kind = %s AND c.comment_author_email = %s", Outbox::COMMENT, $email ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Notes that items are about to be sent, so that their state at the bridge is unknown.
	 *
	 * A removal puts all below it in doubt as well: if it arrives, they are gone there.
	 *
	 * @param array[] $items {kind, object_id, revision, parent_id, removal} each.
	 */
	public static function note_attempt( array $items ): void {
		global $wpdb;
		$table  = self::table();
		$values = array();
		foreach ( $items as $item ) {
			$values[] = $wpdb->prepare( '(%s, %d, %d, %d)', $item['kind'], $item['object_id'], $item['parent_id'], $item['revision'] );
			if ( $item['removal'] ) {
				self::invalidate_children( $item['kind'], $item['object_id'] );
			}
		}
		$wpdb->query( "INSERT INTO $table (kind, object_id, parent_id, revision) VALUES " . \implode( ', ', $values ) . " ON DUPLICATE KEY UPDATE parent_id = VALUES(parent_id), revision = VALUES(revision), hash = ''" ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
	}

	/**
	 * Notes that the bridge has confirmed items.
	 *
	 * @param array[] $items {kind, object_id, revision, hash, removal} each.
	 */
	public static function acknowledge( array $items ): void {
		global $wpdb;
		$table = self::table();
		$cases = '';
		$rows  = array();
		foreach ( $items as $item ) {
			if ( $item['removal'] ) {
				self::forget( $item['kind'], $item['object_id'], $item['revision'] );
				continue;
			}
			$row    = $wpdb->prepare( 'kind = %s AND object_id = %d AND revision = %d', $item['kind'], $item['object_id'], $item['revision'] );
			$cases .= " WHEN $row THEN " . $wpdb->prepare( '%s', $item['hash'] );
			$rows[] = "($row)";
		}
		if ( array() !== $rows ) {
			$wpdb->query( "UPDATE $table SET hash = CASE$cases ELSE hash END, acknowledged_at = UTC_TIMESTAMP(), shared_since = COALESCE(shared_since, UTC_TIMESTAMP()) WHERE " . \implode( ' OR ', $rows ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		}
	}

	/**
	 * Takes the hashes from everything below an object, so that it is sent when it is looked at.
	 *
	 * @param string $kind Author or post; nothing is below the others.
	 * @param int    $id   Its id.
	 */
	private static function invalidate_children( string $kind, int $id ): void {
		global $wpdb;
		$table = self::table();
		// phpcs:disable WordPress.DB
		if ( Outbox::AUTHOR === $kind ) {
			$wpdb->query( $wpdb->prepare( "UPDATE $table c JOIN $table p ON p.kind = 'p' AND p.object_id = c.parent_id SET c.hash = '' WHERE c.kind = 'c' AND p.parent_id = %d", $id ) );
			$wpdb->query( $wpdb->prepare( "UPDATE $table SET hash = '' WHERE kind = 'p' AND parent_id = %d", $id ) );
		} elseif ( Outbox::POST === $kind ) {
			$wpdb->query( $wpdb->prepare( "UPDATE $table SET hash = '' WHERE kind = 'c' AND parent_id = %d", $id ) );
		}
		// phpcs:enable
	}

	/**
	 * Forgets what a removal took away: the object and what lies below it with a smaller revision.
	 *
	 * @param string $kind     Its kind.
	 * @param int    $id       Its id.
	 * @param int    $revision Revision of the removal.
	 */
	private static function forget( string $kind, int $id, int $revision ): void {
		global $wpdb;
		$table = self::table();
		// phpcs:disable WordPress.DB
		if ( Outbox::AUTHOR === $kind ) {
			$wpdb->query( $wpdb->prepare( "DELETE c FROM $table c JOIN $table p ON p.kind = 'p' AND p.object_id = c.parent_id WHERE c.kind = 'c' AND c.revision < %d AND p.parent_id = %d AND p.revision < %d", $revision, $id, $revision ) );
			$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE kind = 'p' AND parent_id = %d AND revision < %d", $id, $revision ) );
		} elseif ( Outbox::POST === $kind ) {
			$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE kind = 'c' AND parent_id = %d AND revision < %d", $id, $revision ) );
		}
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE kind = %s AND object_id = %d AND revision <= %d", $kind, $id, $revision ) );
		// phpcs:enable
	}

	/**
	 * Takes all hashes away: whatever is looked at next is sent.
	 *
	 * @param string $kind Only of this kind; '' for all.
	 */
	public static function invalidate_all( string $kind = '' ): void {
		global $wpdb;
		$table = self::table();
		$wpdb->query( $wpdb->prepare( "UPDATE $table SET hash = '' WHERE %s IN ('', kind)", $kind ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Tells whether nothing is known of what the bridge was told, as after the table was lost.
	 */
	public static function is_empty(): bool {
		global $wpdb;
		$table = self::table();
		return null === $wpdb->get_var( "SELECT 1 FROM $table LIMIT 1" ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Empties the ledger.
	 */
	public static function clear(): void {
		global $wpdb;
		$table = self::table();
		$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore WordPress.DB
	}
}
