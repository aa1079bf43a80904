<?php
/**
 * How long ago something was.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * HTML may be read later than it was made: places are left in it for what depends on the hour, and filled when it is
 * shown.
 */
class Relative_Time {

	/**
	 * Gives the placeholder for how long ago an instant was.
	 *
	 * @param string $moment ISO 8601.
	 * @return string Escaped HTML.
	 */
	public static function placeholder( string $moment ): string {
		return '<time datetime="' . \esc_attr( $moment ) . '"></time>';
	}

	/**
	 * Fills all placeholders with how long ago their instants were.
	 *
	 * @param string $html Escaped HTML.
	 * @return string Escaped HTML.
	 */
	public static function fill( string $html ): string {
		return (string) \preg_replace_callback(
			'~(<time datetime="([^"]*)">)</time>~',
			static function ( array $place ): string {
				/* translators: %s: a span of time such as "3 days". */
				return $place[1] . \esc_html( \sprintf( \__( '%s ago', 'mentor-bridge' ), \human_time_diff( (int) \strtotime( $place[2] ) ) ) ) . '</time>';
			},
			$html
		);
	}
}
