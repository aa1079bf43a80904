<?php
/**
 * The blog asks itself to go on.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A request of wp-admin cannot see what visitors see, a request from outside can: this one comes in by the door through
 * which the bridge asks for the same. Where a site cannot call itself, cron and the bridge remain.
 */
class Drain_Loopback {

	/**
	 * Seconds in which the request must have been handed over.
	 */
	const TIMEOUT = 0.5;

	/**
	 * Has this site call itself, so that another request drains the outbox.
	 *
	 * @param float $wait Seconds for which the answer is waited for; 0 if nobody does.
	 */
	public static function send( float $wait ): void {
		$keys = Connection::keys_to_blog();
		if ( ! isset( $keys[0] ) ) {
			return;
		}
		$url  = \rest_url( Rest_Endpoints::REST_NAMESPACE . '/poke' );
		$body = Wire_Format::encode( array( 'type' => 'poke' ) );
		\wp_remote_post(
			$url,
			array(
				'timeout'   => \max( self::TIMEOUT, $wait ),
				'blocking'  => 0 < $wait,
				'headers'   => \array_merge( array( 'Content-Type' => 'application/json' ), Signature::headers( $keys[0], 'self_' . \bin2hex( \random_bytes( 12 ) ), Delivery_Status::bridge_time(), $body ) ),
				'body'      => $body,
				'sslverify' => \apply_filters( 'https_local_ssl_verify', false, $url ), // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
			)
		);
	}
}
