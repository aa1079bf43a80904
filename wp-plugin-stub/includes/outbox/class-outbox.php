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
			self::POST,
			self::HISTORY,
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
			self::COMMENT,
			self::HISTORY_COMMENT,
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
			self::COMMENT,
			self::HISTORY_COMMENT,
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
		self::add_selected( self::COMMENT, self::LIVE, 'o.comment_ID', "FROM $wpdb->comments o WHERE " . self::public_comment() . " AND o.comment_ID IN ($ids)", '', true );
	}

	/**
	 * Puts what the bridge holds into the outbox, to be looked at again.
	 *
	 * @param string $kind     The kind.
	 * @param string $where    Trusted SQL over the ledger `l`, or ''.
	 * @param int    $priority One of the priorities above.
	 */
	public static function add_from_ledger( string $kind, string $where = '', int $priority = self::HISTORY ): void {
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
		$table    = self::table();
		$position = '' === $date ? $id : "-COALESCE(TIMESTAMPDIFF(SECOND, '1970-01-01', NULLIF($date, '0000-00-00 00:00:00')), 0)";
		$on_twin  = $renew ? self::renewal() : "ON DUPLICATE KEY UPDATE kind = $table.kind";
		$wpdb->query( // phpcs:ignore WordPress.DB
			$wpdb->prepare(
				"INSERT INTO $table (kind, object_id, revision, priority, position, created_at) SELECT %s, $id, %d, %d, CAST($position AS SIGNED), UTC_TIMESTAMP() $from $on_twin", // phpcs:ignore WordPress.DB
				$kind,
				Counter::next( 'revision' ),
				$priority
			)
		);
	}

	/**
	 * Gives the SQL for a row that is there: all that was known of the earlier revision is void; it never falls back.
	 */
	private static function renewal(): string {
		$table = self::table();
		// In this order: the position is chosen by the priority as it was.
		return "ON DUPLICATE KEY UPDATE revision = VALUES(revision), position = IF(VALUES(priority) < $table.priority, VALUES(position), $table.position),
			priority = LEAST($table.priority, VALUES(priority)), tried = '', attempts = 0, failed = 0, error = '', created_at = VALUES(created_at)";
	}

	/**
	 * The SQL twin of Sharing_Rules::public_comment(), for bulk statements; the state is asked again at send time.
	 */
	private static function public_comment(): string {
		return "o.comment_approved = '1' AND o.comment_type IN (" . self::sql_texts( \array_merge( array( '' ), Sharing_Rules::COMMENT_TYPES ) ) . ')';
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
		$wpdb->query( "UPDATE $table SET attempts = attempts + 1, tried = CASE$cases ELSE tried END WHERE " . self::row_condition( $items ) ); // phpcs:ignore WordPress.DB
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
	 * Gives the rows changed last, for the delivery log.
	 *
	 * @param int $limit How many at most.
	 * @return array<int,array{kind:string,object_id:string,revision:string,attempts:string,failed:string,error:string,created_at:string}>
	 */
	public static function recent( int $limit ): array {
		global $wpdb;
		if ( ! Upgrade::is_current() ) {
			return array();
		}
		$table = self::table();
		return $wpdb->get_results( $wpdb->prepare( "SELECT kind, object_id, revision, attempts, failed, error, created_at FROM $table ORDER BY failed DESC, revision DESC LIMIT %d", $limit ), ARRAY_A ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Empties the outbox.
	 */
	public static function clear(): void {
		global $wpdb;
		$table = self::table();
		$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Gives the generation: the UTC time in ms at which this outbox was made.
	 */
	public static function generation(): int {
		return Counter::get( 'generation' );
	}

	/**
	 * Begins a new generation, above all that came before; but for what a wrong clock has made, which no bridge takes.
	 *
	 * @param int $above A generation that somebody has seen.
	 */
	public static function begin_generation( int $above = 0 ): void {
		$now = 1000 * Delivery_Status::bridge_time() + (int) \floor( 1000 * \fmod( \microtime( true ), 1 ) );
		foreach ( array( $above, self::generation() ) as $before ) {
			$now = self::is_ahead( $before ) ? $now : \max( $now, $before + 1 );
		}
		Counter::set( 'generation', $now );
	}

	/**
	 * Tells whether a generation was begun by a clock that was wrong: more than a day ahead of the bridge's.
	 *
	 * @param int $generation The generation.
	 */
	public static function is_ahead( int $generation ): bool {
		return $generation > 1000 * ( Delivery_Status::bridge_time() + DAY_IN_SECONDS );
	}

	/**
	 * Gives the highest pair given out so far.
	 *
	 * @return array{generation:int,revision:int}
	 */
	public static function highest(): array {
		return array(
			'generation' => self::generation(),
			'revision'   => Counter::get( 'revision' ),
		);
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
