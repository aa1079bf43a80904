<?php
/**
 * Which history of this blog its versions belong to.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A version is a pair of generation and revision. Revisions count up; a new generation begins above all that came before,
 * as after a connection or a restored backup, when the revisions known here may be behind those that the bridge has seen.
 */
class Generation {

	/**
	 * Gives the generation: the UTC time in ms at which this outbox was made.
	 */
	public static function current(): int {
		return Counter::get( 'generation' );
	}

	/**
	 * Begins a new generation, above all that came before; but for what a wrong clock has made, which no bridge takes.
	 *
	 * @param int $above A generation that somebody has seen.
	 */
	public static function begin( int $above = 0 ): void {
		$now = 1000 * Delivery_Status::bridge_time() + (int) \floor( 1000 * \fmod( \microtime( true ), 1 ) );
		foreach ( array( $above, self::current() ) as $before ) {
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
	 * Gives the highest version given out so far.
	 *
	 * @return array{generation:int,revision:int}
	 */
	public static function highest_version(): array {
		return array(
			'generation' => self::current(),
			'revision'   => Counter::get( 'revision' ),
		);
	}
}
