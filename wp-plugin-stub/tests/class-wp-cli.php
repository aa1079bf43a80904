<?php
/**
 * Stands where wp-cli would: no package of it is at hand. It only notes what would be printed.
 *
 * @package Mentor_Bridge
 */

/**
 * What the commands use of wp-cli.
 */
class WP_CLI { // phpcs:ignore -- the name is theirs.

	/**
	 * What was said: {how, text} each.
	 *
	 * @var array[]
	 */
	public static $output = array();

	/** Prints a line. */
	public static function line( $text ) {
		self::$output[] = array( 'line', $text );
	}

	/** Prints a success. */
	public static function success( $text ) {
		self::$output[] = array( 'success', $text );
	}

	/** Prints an error; the real one ends the process. */
	public static function error( $text ) {
		self::$output[] = array( 'error', $text );
	}

	/** Gives what was said last. */
	public static function last() {
		return end( self::$output );
	}
}
