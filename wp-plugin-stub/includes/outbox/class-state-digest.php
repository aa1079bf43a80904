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
	 * Ids of a range at least, and ranges of a kind at most.
	 */
	const WIDTH  = 1000;
	const RANGES = 500;

	/**
	 * Hexadecimal digits of a hash that are added up.
	 */
	const DIGITS = 10;

	/**
	 * Gives the sums of all that was sent.
	 *
	 * @return array[] {kind, width, ranges: [range, objects, sum][]} each.
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
		$table = Ledger::table();
		$width = self::width( (int) $wpdb->get_var( $wpdb->prepare( "SELECT MAX(object_id) FROM $table WHERE kind = %s", $kind ) ) ); // phpcs:ignore WordPress.DB
		$rows  = $wpdb->get_results( $wpdb->prepare( "SELECT object_id DIV %d AS place, COUNT(*) AS objects, SUM(" . self::hash_number() . ") AS total FROM $table WHERE kind = %s GROUP BY place ORDER BY place", $width, $kind ) ); // phpcs:ignore WordPress.DB
		return self::kind( $name, $width, $rows );
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
		$width   = self::width( (int) $wpdb->get_var( $wpdb->prepare( "SELECT MAX(post_id) FROM $wpdb->postmeta WHERE meta_key = %s", $key ) ) ); // phpcs:ignore WordPress.DB
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
	 * Gives how many ids a range has, so that there are not too many of them.
	 *
	 * @param int $highest The highest id.
	 */
	private static function width( int $highest ): int {
		return \max( self::WIDTH, \intdiv( $highest, self::RANGES ) + 1 );
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
	 * @param string $kind   Kind of the ledger.
	 * @param int    $width  Ids of a range.
	 * @param int[]  $ranges Which ranges.
	 * @return array<int,int> The number that stands for the hash, by id.
	 */
	public static function objects( string $kind, int $width, array $ranges ): array {
		global $wpdb;
		$numbers = array();
		if ( array() !== $ranges ) {
			$table = Ledger::table();
			foreach ( $wpdb->get_results( $wpdb->prepare( 'SELECT object_id, ' . self::hash_number() . " AS number FROM $table WHERE kind = %s AND object_id DIV %d IN (" . \implode( ',', \array_map( 'intval', $ranges ) ) . ')', $kind, $width ) ) as $row ) { // phpcs:ignore WordPress.DB
				$numbers[ (int) $row->object_id ] = (int) $row->number;
			}
		}
		return $numbers;
	}
}
