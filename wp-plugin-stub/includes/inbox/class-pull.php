<?php
/**
 * Fetching what the bridge has for this blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * For a blog that the bridge cannot reach: it asks, and acknowledges with the next question what it took.
 */
class Pull {

	/**
	 * Option: what was taken by the last pull, to be acknowledged by the next.
	 */
	const TAKEN = 'mentor_bridge_taken';

	/**
	 * Tells whether pushes have to be fetched: where the bridge cannot come in, or has not for a while though it has some.
	 */
	public static function is_due(): bool {
		$connection = Connection::get();
		if ( null === $connection || ! Connection::is_connected() || Delivery_Status::health()['failures'] > 0 ) {
			return false;
		}
		$health = Delivery_Status::health();
		return 'pull' === $connection['transport'] || ( 0 < $health['waiting'] && $health['last_push'] < \time() - 10 * MINUTE_IN_SECONDS );
	}

	/**
	 * Fetches and stores the pushes that wait.
	 *
	 * @param float $budget Seconds in all.
	 * @return int|\WP_Error Objects stored.
	 */
	public static function run( float $budget ) {
		$until  = \microtime( true ) + $budget;
		$stored = 0;
		do {
			$taken  = \get_option( self::TAKEN, array() );
			$taken  = \is_array( $taken ) ? \array_slice( $taken, 0, 500 ) : array();
			$answer = Connection::send( 'pull', 'pull_' . \bin2hex( \random_bytes( 16 ) ), array( 'acknowledged' => $taken ), '/pushes', \max( 0.5, $until - \microtime( true ) ) );
			$reply  = \is_wp_error( $answer ) ? $answer : self::read( $answer );
			if ( \is_wp_error( $reply ) ) {
				return $reply;
			}
			$result = Receiver::store( $reply['data']['objects'] );
			$now    = $result['accepted'];
			foreach ( $result['refused'] as $refused ) {
				// We hold a newer one: said with its version, the bridge goes on above it.
				$now[] = array( 'kind' => $refused['kind'], 'object' => $refused['object'], 'version' => $refused['held'] );
			}
			foreach ( $reply['data']['objects'] as $object ) {
				// What this blog does not have (any more) is acknowledged as well, or it would come for ever.
				foreach ( $result['unknown'] as $unknown ) {
					if ( isset( $object['kind'], $object['object'] ) && $unknown === array( 'kind' => $object['kind'], 'object' => $object['object'] ) ) {
						$now[] = \array_merge( $unknown, array( 'version' => $object['version'] ) );
					}
				}
			}
			\update_option( self::TAKEN, $now, false );
			$stored += \count( $result['accepted'] );
		} while ( array() !== $now && \microtime( true ) < $until );
		if ( isset( $reply['rotate'] ) && true === $reply['rotate'] ) {
			Reconnect::renew_keys();
		}
		if ( isset( $reply['check'] ) && true === $reply['check'] && ! State_Check::is_due() ) {
			State_Check::request();
		}
		Delivery_Status::update( array( 'waiting' => isset( $reply['waiting'] ) ? (int) $reply['waiting'] : 0 ) );
		return $stored;
	}

	/**
	 * Reads the answer to a pull, which the bridge has signed.
	 *
	 * @param array $answer From Http::post().
	 * @return array|\WP_Error
	 */
	private static function read( array $answer ) {
		if ( 200 !== $answer['code'] ) {
			Delivery_Status::record_failure( $answer );
			return new \WP_Error( 'mentor_bridge_pull', Delivery_Status::explain( 'http_' . $answer['code'] ) );
		}
		try {
			Signature::verify( $answer['headers'], $answer['body'], Connection::keys_to_blog(), Delivery_Status::bridge_time() );
		} catch ( Signature_Refused $refused ) {
			return new \WP_Error( 'mentor_bridge_signature', $refused->getMessage() );
		}
		$reply = Http::json( $answer );
		if ( ! isset( $reply['type'], $reply['data']['objects'] ) || 'pull.answer' !== $reply['type'] || ! \is_array( $reply['data']['objects'] ) ) {
			return new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ) );
		}
		return $reply;
	}
}
