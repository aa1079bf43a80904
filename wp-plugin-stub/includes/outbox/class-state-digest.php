<?php
/**
 * What this blog has sent and what it stores, as sums.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Sums over ranges of ids, which the database makes: of what was sent over the hashes in the ledger, of what the bridge
 * handed in over its versions. Two sides whose sums are equal hold the same.
 */
class State_Digest {

	/**
	 * Kinds of the ledger, by the names under which they travel.
	 */
	const SENT = array(
		'blog'    => Outbox::BLOG,
		'author'  => Outbox::AUTHOR,
		'post'    => Outbox::POST,
		'comment' => Outbox::COMMENT,
	);

	/**
	 * Ids of a range: as few as possible, more where that makes fewer ranges, and where one should be told of whole.
	 */
	const WIDTH      = 1000;
	const MOST_WIDTH = 5000;

	/**
	 * Ranges of a kind: not many more, and never more than the bridge takes.
	 */
	const RANGES      = 500;
	const MOST_RANGES = 2000;

	/**
	 * Refused objects of a kind that are left out at most; whatever else was refused differs.
	 */
	const REFUSED = 1000;

	/**
	 * Hexadecimal digits of a hash that are added up.
	 */
	const DIGITS = 10;

	/**
	 * Gives the sums of all that was sent.
	 *
	 * @return array[] {kind, width, ranges: [range, objects, sum][], without: id[]} each; what the bridge has refused is in
	 *                 no sum, and named, so that the bridge leaves it out as well.
	 */
	public static function sent(): array {
		$kinds = array();
		foreach ( self::SENT as $name => $kind ) {
			$kinds[] = self::of_ledger( $name, $kind );
		}
		return $kinds;
	}

	/**
	 * Gives the number of objects in sums.
	 *
	 * @param array[] $kinds From sent().
	 */
	public static function count( array $kinds ): int {
		$count = 0;
		foreach ( $kinds as $kind ) {
			$count += (int) \array_sum( \array_column( $kind['ranges'], 1 ) );
		}
		return $count;
	}

	/**
	 * Gives the sums of one kind of the ledger.
	 *
	 * @param string $name Under which it travels.
	 * @param string $kind The kind.
	 */
	private static function of_ledger( string $name, string $kind ): array {
		global $wpdb;
		$without = self::refused( $kind );
		$where   = self::of_kind( $kind, $without );
		$from    = 'FROM ' . Ledger::table() . " WHERE $where";
		$width   = self::width( "SELECT COUNT(DISTINCT object_id DIV %d) $from" );
		$rows    = $wpdb->get_results( $wpdb->prepare( 'SELECT object_id DIV %d AS place, COUNT(*) AS objects, SUM(' . self::hash_number() . ") AS total $from GROUP BY place ORDER BY place", $width ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		return self::kind( $name, $width, $rows ) + array( 'without' => $without );
	}

	/**
	 * Gives the objects of a kind that the bridge has refused and was not sent anew.
	 *
	 * @param string $kind Kind of the ledger.
	 * @return int[]
	 */
	private static function refused( string $kind ): array {
		global $wpdb;
		$outbox = Outbox::table();
		return \array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT object_id FROM $outbox WHERE kind = %s AND failed = 1 ORDER BY object_id LIMIT %d", $kind, self::REFUSED ) ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Gives SQL for the rows of the ledger that are compared.
	 *
	 * @param string $kind    Kind of the ledger.
	 * @param int[]  $without Objects that are left out.
	 */
	private static function of_kind( string $kind, array $without ): string {
		global $wpdb;
		return $wpdb->prepare( 'kind = %s', $kind ) . ( array() === $without ? '' : ' AND object_id NOT IN (' . \implode( ',', $without ) . ')' );
	}

	/**
	 * Gives the sums of all that the bridge handed in.
	 *
	 * @return array[] As sent().
	 */
	public static function shown(): array {
		global $wpdb;
		$kinds = array( self::of_meta( Receiver::RELATED_KIND, Related_Mentors::META ) );
		if ( Connection::statistics() ) {
			$people  = Statistics::table();
			$rows    = $wpdb->get_results( "SELECT CAST(CONV(LEFT(commenter, 4), 16, 10) AS UNSIGNED) DIV 256 AS place, COUNT(*) AS objects, SUM(CRC32(CONCAT(commenter, ':', version))) AS total FROM $people GROUP BY place ORDER BY place" ); // phpcs:ignore WordPress.DB
			$kinds[] = self::of_meta( Statistics::POST, Statistics::META );
			$kinds[] = self::kind( Statistics::COMMENTER, 256, $rows );
		}
		return $kinds;
	}

	/**
	 * Gives the sums of states that are stored with posts, by the version that stands in each; of lists those that name
	 * somebody.
	 *
	 * @param string $name Under which it travels.
	 * @param string $key  Meta key.
	 */
	private static function of_meta( string $name, string $key ): array {
		global $wpdb;
		$width   = self::width( "SELECT COUNT(DISTINCT post_id DIV %d) FROM $wpdb->postmeta WHERE " . $wpdb->prepare( 'meta_key = %s', $key ) );
		$version = "CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX(meta_value, '\"version\":', -1), ',', 1), '}', 1) AS UNSIGNED)";
		$rows    = $wpdb->get_results( $wpdb->prepare( "SELECT post_id DIV %d AS place, COUNT(*) AS objects, SUM(CRC32(CONCAT(post_id, ':', $version))) AS total FROM $wpdb->postmeta WHERE meta_key = %s AND INSTR(meta_value, '\"mentors\":[]') = 0 GROUP BY place ORDER BY place", $width, $key ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		return self::kind( $name, $width, $rows );
	}

	/**
	 * Puts one kind together as it travels.
	 *
	 * @param string   $name  Its name.
	 * @param int      $width Ids of a range.
	 * @param object[] $rows  {place, objects, total} each.
	 */
	private static function kind( string $name, int $width, array $rows ): array {
		$ranges = array();
		foreach ( $rows as $row ) {
			$ranges[] = array( (int) $row->place, (int) $row->objects, (int) $row->total );
		}
		return array( 'kind' => $name, 'width' => $width, 'ranges' => $ranges );
	}

	/**
	 * Gives how many ids a range has. Ids may lie far apart: what counts is how many ranges hold something.
	 *
	 * @param string $count Prepared SQL that counts the ranges of %d ids that hold something.
	 */
	private static function width( string $count ): int {
		global $wpdb;
		$ranges = (int) $wpdb->get_var( $wpdb->prepare( $count, self::WIDTH ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		$usual  = \min( self::MOST_WIDTH, self::WIDTH * (int) \ceil( $ranges / self::RANGES ) );
		return \max( self::WIDTH, $usual, self::WIDTH * (int) \ceil( $ranges / self::MOST_RANGES ) );
	}

	/**
	 * Gives the SQL for the number that stands for the hash of a row of the ledger.
	 */
	private static function hash_number(): string {
		return 'COALESCE(CAST(CONV(LEFT(hash, ' . self::DIGITS . '), 16, 10) AS UNSIGNED), 0)';
	}

	/**
	 * Gives what was sent in some ranges.
	 *
	 * @param string $kind    Kind of the ledger.
	 * @param int    $width   Ids of a range.
	 * @param int[]  $ranges  Which ranges.
	 * @param int[]  $without Objects that are left out.
	 * @return array<int,int> The number that stands for the hash, by id.
	 */
	public static function objects( string $kind, int $width, array $ranges, array $without ): array {
		global $wpdb;
		$numbers = array();
		if ( array() !== $ranges ) {
			$table = Ledger::table();
			foreach ( $wpdb->get_results( 'SELECT object_id, ' . self::hash_number() . " AS number FROM $table WHERE " . self::of_kind( $kind, $without ) . $wpdb->prepare( ' AND object_id DIV %d IN (', $width ) . \implode( ',', \array_map( 'intval', $ranges ) ) . ')' ) as $row ) { // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
				$numbers[ (int) $row->object_id ] = (int) $row->number;
			}
		}
		return $numbers;
	}
}
