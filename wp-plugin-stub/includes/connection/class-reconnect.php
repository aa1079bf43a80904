<?php
/**
 * How a connection goes on after a change.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Shakes hands once more with the bridge that is connected: the site has moved, its address has to be proven, another
 * installation speaks with its keys, or the keys are to be renewed.
 */
class Reconnect {

	/**
	 * Goes on with the connection: the owner says that this is the same site, which has moved.
	 *
	 * @return true|\WP_Error
	 */
	public static function move() {
		$before = Connection::get();
		if ( null === $before || 'paused' !== Connection::state() ) {
			return new \WP_Error( 'mentor_bridge_not_paused', \__( 'The connection is not paused.', 'mentor-bridge' ) );
		}
		if ( 'disconnecting' === $before['state'] ) {
			// It was about to leave; it goes on leaving from its new address.
			$install = isset( $before['site'] ) ? $before['site']['install'] : Site_Fingerprint::derived_install( Connection::key_to_bridge() );
			Connection::change( array( 'site' => Site_Fingerprint::take( $install ), 'contested' => '' ) );
			return true;
		}
		$done = Connect::again( $before );
		if ( \is_wp_error( $done ) ) {
			return $done;
		}
		// What was sent while nobody knew which of two was the site counts for nothing.
		Enqueue::resend_everything();
		Drain_Trigger::request( 'connect' );
		return true;
	}

	/**
	 * The bridge hears from two installations, and another one than this has proven that it is the site. Whoever stands at
	 * the address of the site proves it once more, by itself; a copy cannot, and asks whoever is in charge.
	 *
	 * @param string $home The address of the site, as proven to the bridge.
	 */
	public static function contest( string $home ): void {
		Connection::change( array( 'contested' => $home ) );
		self::prove_again();
	}

	/**
	 * Proves that this is the site, if it stands at the address that is contested.
	 */
	public static function prove_again(): void {
		$before = Connection::get();
		if ( ! empty( $before['contested'] ) && Site_Fingerprint::place( $before['contested'] ) === Site_Fingerprint::place( Connection::home() ) && true === Connect::again( $before ) ) {
			Enqueue::resend_everything();
		}
	}

	/**
	 * Proves the address at which this blog stands now, where the bridge knows it at another one.
	 *
	 * @return true|\WP_Error
	 */
	public static function prove_address() {
		$done = 'paused' === Connection::state() ? self::move() : self::renew_keys();
		if ( true === $done ) {
			Delivery_Status::update( array( 'proved_at' => \time() ) );
			Connection::ping();
		}
		return $done;
	}

	/**
	 * Proves the address unasked where nothing has moved: the way to the REST API is another one, or it is https now. If
	 * that does not help, it is not tried again for a week.
	 */
	public static function prove_changed_address(): void {
		$health = Delivery_Status::health();
		$place  = Site_Fingerprint::place( $health['unproven'] );
		$here   = \array_map( array( Site_Fingerprint::class, 'place' ), \array_merge( array( Connection::home() ), Post_Translations::homes() ) );
		$within = \array_filter(
			$here,
			static function ( string $home ) use ( $place ): bool {
				return $place === $home || 0 === \strpos( $place, $home . '/' );
			}
		);
		if ( '' !== $health['unproven'] && array() !== $within && $health['proved_at'] < \time() - WEEK_IN_SECONDS ) {
			Delivery_Status::update( array( 'proved_at' => \time() ) );
			self::prove_address();
		}
	}

	/**
	 * Fetches new keys because the bridge asks for it. The bridge asks again until it was done.
	 *
	 * @return true|\WP_Error
	 */
	public static function renew_keys() {
		Connection::refresh();
		$before = Connection::get();
		if ( null === $before || ! Connection::is_connected() ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		return Connect::again( $before );
	}

	/**
	 * Fetches new keys once the bridge has its answer, where the server can do that.
	 */
	public static function renew_keys_after_response(): void {
		Drain_Trigger::finish_response();
		self::renew_keys();
	}
}
