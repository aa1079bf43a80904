<?php
/**
 * Numbers that several requests share.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Counters and locks in a table of their own: options pass through caches, and AUTO_INCREMENT forgets after a restore.
 */
class Counter {

	/**
	 * Gives the name of the table of counters on the site at hand.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_counters';
	}

	/**
	 * Counts one up and gives the new number; no two requests get the same one.
	 *
	 * @param string $name Which counter.
	 */
	public static function next( string $name ): int {
		global $wpdb;
		$table = self::table();
		// The first number has to come through LAST_INSERT_ID() as well, or insert_id would not be set.
		$wpdb->query( $wpdb->prepare( "INSERT INTO $table (name, n) VALUES (%s, LAST_INSERT_ID(1)) ON DUPLICATE KEY UPDATE n = LAST_INSERT_ID(n + 1)", $name ) ); // phpcs:ignore WordPress.DB
		return (int) $wpdb->insert_id;
	}

	/**
	 * Gives the number last given out.
	 *
	 * @param string $name Which counter.
	 */
	public static function get( string $name ): int {
		global $wpdb;
		$table = self::table();
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT n FROM $table WHERE name = %s", $name ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Sets the number of a counter.
	 *
	 * @param string $name  Which counter.
	 * @param int    $value The number.
	 */
	public static function set( string $name, int $value ): void {
		global $wpdb;
		$wpdb->replace( self::table(), array( 'name' => $name, 'n' => $value ), array( '%s', '%d' ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Takes a lock that expires by itself.
	 *
	 * @param string $name    Which lock.
	 * @param int    $seconds For how long at most.
	 * @return int What unlock() wants back; 0 when another request holds it.
	 */
	public static function lock( string $name, int $seconds ): int {
		global $wpdb;
		$table = self::table();
		$now   = (int) \floor( \microtime( true ) * 1000 );
		// The end of the lock, in microseconds of which the last three digits are drawn, is also the proof of who took it.
		$mark = ( $now + 1000 * $seconds ) * 1000 + \wp_rand( 0, 999 );
		$wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $table (name, n) VALUES (%s, 0)", $name ) ); // phpcs:ignore WordPress.DB
		$taken = $wpdb->query( $wpdb->prepare( "UPDATE $table SET n = %d WHERE name = %s AND n < %d", $mark, $name, $now * 1000 ) ); // phpcs:ignore WordPress.DB
		return 1 === $taken ? $mark : 0;
	}

	/**
	 * Releases a lock, if it is still held by whoever took it.
	 *
	 * @param string $name Which lock.
	 * @param int    $mark From lock().
	 */
	public static function unlock( string $name, int $mark ): void {
		global $wpdb;
		$wpdb->update( self::table(), array( 'n' => 0 ), array( 'name' => $name, 'n' => $mark ), array( '%d' ), array( '%s', '%d' ) ); // phpcs:ignore WordPress.DB
	}
}
