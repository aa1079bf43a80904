<?php
/**
 * Figures in words.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The same numbers are said in the same words wherever they stand.
 */
class Figure_Format {

	/**
	 * Gives a number of comments in words.
	 *
	 * @param int $count How many.
	 */
	public static function comments( int $count ): string {
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s comment', '%s comments', $count, 'mentor-bridge' ), \number_format_i18n( $count ) );
	}

	/**
	 * Gives a number of posts in words.
	 *
	 * @param int $count How many.
	 */
	public static function posts( int $count ): string {
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s post', '%s posts', $count, 'mentor-bridge' ), \number_format_i18n( $count ) );
	}

	/**
	 * Gives a number of posts in words; where not all posts are shared, they are called those that are.
	 *
	 * @param int $count How many.
	 */
	public static function counted_posts( int $count ): string {
		$counts = Post_Sharing::counts();
		if ( $counts['shared'] >= $counts['public'] ) {
			return self::posts( $count );
		}
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s shared post', '%s shared posts', $count, 'mentor-bridge' ), \number_format_i18n( $count ) );
	}

	/**
	 * Gives a number of readers in words.
	 *
	 * @param int $count How many.
	 */
	public static function readers( int $count ): string {
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s reader', '%s readers', $count, 'mentor-bridge' ), \number_format_i18n( $count ) );
	}

	/**
	 * Gives a share as a percentage.
	 *
	 * @param float $share Between 0 and 1.
	 */
	public static function percent( float $share ): string {
		/* translators: %s: a number. */
		return \sprintf( \__( '%s%%', 'mentor-bridge' ), \number_format_i18n( \round( 100 * $share ) ) );
	}

	/**
	 * Gives a span of time in words.
	 *
	 * @param float $hours How long.
	 */
	public static function hours( float $hours ): string {
		if ( 1 > $hours ) {
			return \__( 'less than an hour', 'mentor-bridge' );
		}
		if ( 48 > $hours ) {
			/* translators: %s: a number. */
			return \sprintf( \_n( '%s hour', '%s hours', (int) \round( $hours ), 'mentor-bridge' ), \number_format_i18n( \round( $hours ) ) );
		}
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s day', '%s days', (int) \round( $hours / 24 ), 'mentor-bridge' ), \number_format_i18n( \round( $hours / 24 ) ) );
	}

	/**
	 * Gives a day in the date format of this blog.
	 *
	 * @param string $moment ISO 8601.
	 */
	public static function day( string $moment ): string {
		static $utc = null;
		$utc        = $utc ?? new \DateTimeZone( 'UTC' );
		return (string) \wp_date( (string) \get_option( 'date_format' ), (int) \strtotime( $moment ), $utc );
	}
}
