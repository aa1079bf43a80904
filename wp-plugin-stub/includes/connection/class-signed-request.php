<?php
/**
 * A signed request to the bridge.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * All that this blog says to the bridge once it is connected leaves here, and nothing of a copy does.
 */
class Signed_Request {

	/**
	 * Longest wait for one answer, in seconds.
	 */
	const TIMEOUT = 10.0;

	/**
	 * Posts a signed message to the bridge; learns its clock, and tries once more, if ours is refused.
	 *
	 * @param string $path    Below the blog's own address: '' or '/pushes'.
	 * @param string $id      The webhook-id.
	 * @param string $body    The exact bytes.
	 * @param float  $timeout Seconds in all.
	 * @return array|\WP_Error As Http::post().
	 */
	public static function post( string $path, string $id, string $body, float $timeout ) {
		$connection = Connection::get();
		$key        = Connection::key_to_bridge();
		if ( null === $connection || '' === $key ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		if ( Connection::is_copy( $connection ) ) {
			return new \WP_Error( 'mentor_bridge_paused', Connection::status()['reason'] );
		}
		$url   = $connection['bridge_url'] . '/webhooks/' . \rawurlencode( $connection['blog_id'] ) . $path;
		$until = \microtime( true ) + $timeout;
		$now   = Delivery_Status::bridge_time();
		$answer = Http::post( $url, $body, Signature::headers( $key, $id, $now, $body ), $timeout );
		if ( ! \is_wp_error( $answer ) && 401 === $answer['code'] && Delivery_Status::learn_clock( $answer ) && 0.2 < $until - \microtime( true ) ) {
			$answer = Http::post( $url, $body, Signature::headers( $key, $id, Delivery_Status::bridge_time(), $body ), $until - \microtime( true ) );
		}
		return $answer;
	}
}
