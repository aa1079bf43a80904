<?php
/**
 * What the bridge has still to be told.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One row an object: it says "look at this one", not what happened; what is sent is rendered from the state at send time.
 *
 * Every change of a row gives it a new revision, so that an answer to an earlier revision never removes a later change.
 */
class Outbox {

	const BLOG    = 'b';
	const AUTHOR  = 'a';
	const POST    = 'p';
	const COMMENT = 'c';

	/*
	 * Lower goes first. What has to disappear is never kept waiting; history comes behind what happens now.
	 */
	const REMOVAL         = 5;
	const LIVE            = 10;
	const HISTORY         = 50;
	const HISTORY_COMMENT = 60;

	/**
	 * Gives the name of the outbox's table on the site at hand.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_outbox';
	}

	/**
	 * Puts an object into the outbox, or gives its row a new revision.
	 *
	 * @param string $kind     One of the kinds above.
	 * @param int    $id       Its id; 0 for the blog.
	 * @param int    $priority One of the priorities above.
	 */
	public static function add( string $kind, int $id, int $priority ): void {
		global $wpdb;
		$table    = self::table();
		$revision = Counter::next( 'revision' );
		$wpdb->query( // phpcs:ignore WordPress.DB
			$wpdb->prepare(
				"INSERT INTO $table (kind, object_id, revision, priority, position, created_at) VALUES (%s, %d, %d, %d, %d, UTC_TIMESTAMP()) " . self::renewal(), // phpcs:ignore WordPress.DB
				$kind,
				$id,
				$revision,
				$priority,
				$revision
			)
		);
	}

	/**
	 * Tells whether an object has a row in the outbox.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function has( string $kind, int $id ): bool {
		global $wpdb;
		$table = self::table();
		return (bool) $wpdb->get_var( $wpdb->prepare( "SELECT 1 FROM $table WHERE kind = %s AND object_id = %d", $kind, $id ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Gives the rows of posts, by one query.
	 *
	 * @param int[] $post_ids Which.
	 * @return array<int,string> By post, where it has a row: '' while it waits, else the code for which the bridge refused it.
	 */
	public static function of_posts( array $post_ids ): array {
		global $wpdb;
		$errors = array();
		if ( array() !== $post_ids && Upgrade::is_current() ) {
			$table = self::table();
			foreach ( $wpdb->get_results( "SELECT object_id, failed, error FROM $table WHERE kind = 'p' AND object_id IN (" . \implode( ',', \array_map( 'intval', $post_ids ) ) . ')' ) as $row ) { // phpcs:ignore WordPress.DB
				$errors[ (int) $row->object_id ] = 1 === (int) $row->failed ? $row->error : '';
			}
		}
		return $errors;
	}

	/**
	 * Gives the SQL for a row that is there: all that was known of the earlier revision is void; it never falls back.
	 */
	public static function renewal(): string {
		$table = self::table();
		// In this order: the position is chosen by the priority as it was.
		return "ON DUPLICATE KEY UPDATE revision = VALUES(revision), position = IF(VALUES(priority) < $table.priority, VALUES(position), $table.position),
			priority = LEAST($table.priority, VALUES(priority)), tried = '', attempts = 0, failed = 0, error = '', created_at = VALUES(created_at)";
	}

	/**
	 * Gives the rows that go next.
	 *
	 * @param int $limit How many at most.
	 * @return array<int,array{kind:string,object_id:int,revision:int,priority:int,tried:string,attempts:int}>
	 */
	public static function due( int $limit ): array {
		global $wpdb;
		$table = self::table();
		$rows  = $wpdb->get_results( $wpdb->prepare( "SELECT kind, object_id, revision, priority, tried, attempts FROM $table WHERE failed = 0 ORDER BY priority, position, kind, object_id LIMIT %d", $limit ), ARRAY_A ); // phpcs:ignore WordPress.DB
		return \array_map(
			static function ( $row ) {
				foreach ( array( 'object_id', 'revision', 'priority', 'attempts' ) as $number ) {
					$row[ $number ] = (int) $row[ $number ];
				}
				return $row;
			},
			$rows
		);
	}

	/**
	 * Gives a row a new revision, unless somebody else just did.
	 *
	 * @param array $row From due().
	 * @return int The new revision; 0 when the row has changed.
	 */
	public static function renew_revision( array $row ): int {
		global $wpdb;
		$revision = Counter::next( 'revision' );
		$changed  = $wpdb->update( // phpcs:ignore WordPress.DB
			self::table(),
			array(
				'revision' => $revision,
				'tried'    => '',
			),
			array(
				'kind'      => $row['kind'],
				'object_id' => $row['object_id'],
				'revision'  => $row['revision'],
			)
		);
		return 1 === $changed ? $revision : 0;
	}

	/**
	 * Notes, before it happens, that rows are being sent, and what of them.
	 *
	 * @param array[] $items {kind, object_id, revision, hash} each.
	 */
	public static function note_attempt( array $items ): void {
		global $wpdb;
		$table = self::table();
		$cases = '';
		foreach ( $items as $item ) {
			$cases .= $wpdb->prepare( ' WHEN kind = %s AND object_id = %d THEN %s', $item['kind'], $item['object_id'], $item['hash'] );
		}
		$wpdb->query( "UPDATE $table SET attempts = attempts + 1, tried = CASE$cases ELSE tried END WHERE " . self::row_condition( $items ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
	}

	/**
	 * Removes rows that are done, where nothing has changed since.
	 *
	 * @param array[] $items {kind, object_id, revision} each.
	 */
	public static function remove( array $items ): void {
		global $wpdb;
		$table = self::table();
		foreach ( \array_chunk( $items, 200 ) as $chunk ) {
			$wpdb->query( "DELETE FROM $table WHERE " . self::row_condition( $chunk ) ); // phpcs:ignore WordPress.DB
		}
	}

	/**
	 * Removes the rows of the comments that the bridge holds under a post, which is about to be removed with all of them.
	 *
	 * @param int $post_id The post.
	 */
	public static function remove_comments_of( int $post_id ): void {
		global $wpdb;
		$table  = self::table();
		$ledger = Ledger::table();
		$wpdb->query( $wpdb->prepare( "DELETE o FROM $table o JOIN $ledger l ON l.kind = o.kind AND l.object_id = o.object_id WHERE l.kind = 'c' AND l.parent_id = %d", $post_id ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Takes a row out of the way that the bridge will not have in any form; it stays visible, and a change revives it.
	 *
	 * @param array  $item  {kind, object_id, revision}.
	 * @param string $error Code of the reason.
	 */
	public static function fail( array $item, string $error ): void {
		global $wpdb;
		$table = self::table();
		$wpdb->query( $wpdb->prepare( "UPDATE $table SET failed = 1, error = %s WHERE ", \substr( $error, 0, 190 ) ) . self::row_condition( array( $item ) ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Makes an SQL condition that selects rows by kind, id and revision.
	 *
	 * @param array[] $items At least one.
	 */
	private static function row_condition( array $items ): string {
		global $wpdb;
		$rows = array();
		foreach ( $items as $item ) {
			$rows[] = $wpdb->prepare( '(kind = %s AND object_id = %d AND revision = %d)', $item['kind'], $item['object_id'], $item['revision'] );
		}
		return \implode( ' OR ', $rows );
	}

	/**
	 * Counts for the settings page: "n of m sent".
	 *
	 * @return array{total:int,sent:int,waiting:int,failed:int}
	 */
	public static function progress(): array {
		global $wpdb;
		$progress = array( 'total' => 0, 'sent' => 0, 'waiting' => 0, 'failed' => 0 );
		if ( ! Upgrade::is_current() ) {
			return $progress;
		}
		$outbox = self::table();
		$ledger = Ledger::table();
		// phpcs:disable WordPress.DB
		$progress['waiting'] = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $outbox WHERE failed = 0" );
		$progress['failed']  = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $outbox WHERE failed = 1" );
		$progress['sent']    = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $ledger l LEFT JOIN $outbox o ON o.kind = l.kind AND o.object_id = l.object_id WHERE l.hash <> '' AND o.kind IS NULL" );
		// phpcs:enable
		$progress['total'] = $progress['sent'] + $progress['waiting'] + $progress['failed'];
		return $progress;
	}

	/**
	 * Gives what the bridge has refused and was not sent anew, the newest first.
	 *
	 * @param int $limit How many at most.
	 * @return array<int,array{kind:string,object_id:string,error:string}>
	 */
	public static function refused( int $limit ): array {
		global $wpdb;
		$table = self::table();
		return Upgrade::is_current() ? $wpdb->get_results( $wpdb->prepare( "SELECT kind, object_id, error FROM $table WHERE failed = 1 ORDER BY revision DESC LIMIT %d", $limit ), ARRAY_A ) : array(); // phpcs:ignore WordPress.DB
	}

	/**
	 * Empties the outbox.
	 */
	public static function clear(): void {
		global $wpdb;
		$table = self::table();
		$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore WordPress.DB
	}
}
