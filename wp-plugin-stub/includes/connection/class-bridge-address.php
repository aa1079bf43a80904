<?php
/**
 * The address of a bridge, as people type it.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Finds the bridge behind what was typed: the address of one of its pages, without https, with a question mark. Where there
 * is none, says what there is instead.
 */
class Bridge_Address {

	/**
	 * Seconds for one question.
	 */
	const TIMEOUT = 8.0;

	/**
	 * Addresses that are tried at most: a bridge may stand below a folder, but no page is that deep.
	 */
	const TRIES = 5;

	/**
	 * Brings what was typed into the form of an address: with a scheme, without what belongs to one page of it.
	 *
	 * @param string $typed As typed.
	 * @return string May still be no address; Http::check() says so.
	 */
	public static function clean( string $typed ): string {
		$typed = \trim( $typed );
		if ( '' === $typed ) {
			return '';
		}
		$url = \esc_url_raw( \preg_match( '~\A[a-z][a-z0-9+.-]*:~i', $typed ) && ! \preg_match( '~\A[^/:]+:\d~', $typed ) ? $typed : 'https://' . \ltrim( $typed, '/' ), array( 'http', 'https' ) );
		$url = (string) \preg_replace( '~[?#].*\z~s', '', $url );
		return (string) \preg_replace_callback(
			'~\A[a-z]+://[^/]*~i',
			static function ( array $match ): string {
				return \strtolower( $match[0] );
			},
			Http::normalise( $url )
		);
	}

	/**
	 * Finds the bridge that was meant.
	 *
	 * @param string $typed As typed.
	 * @return string|\WP_Error Its address; an error says what is there instead.
	 */
	public static function find( string $typed ) {
		$first = null;
		foreach ( self::candidates( self::clean( $typed ) ) as $url ) {
			$answer = Http::get( $url . '/healthz', self::TIMEOUT );
			if ( ! \is_wp_error( $answer ) && self::is_bridge( $answer ) ) {
				return $url;
			}
			$problem = self::problem( $url, $answer );
			$first   = null === $first ? $problem : $first;
			if ( \is_wp_error( $answer ) ) {
				break; // The other addresses are on the same server.
			}
		}
		return null === $first ? new \WP_Error( 'mentor_bridge_address', \__( 'This is not an address. It should look like https://bridge.example.org.', 'mentor-bridge' ) ) : $first;
	}

	/**
	 * Gives the addresses at which the bridge may be: what was typed, then each folder above it.
	 *
	 * @param string $url From clean().
	 * @return string[]
	 */
	private static function candidates( string $url ): array {
		$candidates = array();
		while ( \preg_match( '~\A[a-z]+://[^/]+~', $url, $root ) && self::TRIES - 1 > \count( $candidates ) ) {
			$candidates[] = $url;
			if ( $url === $root[0] ) {
				return $candidates;
			}
			$url = \substr( $url, 0, (int) \strrpos( $url, '/' ) );
		}
		return isset( $root[0] ) ? \array_merge( $candidates, array( $root[0] ) ) : $candidates;
	}

	/**
	 * Tells whether an answer to the question for its health is a bridge's.
	 *
	 * @param array $answer From Http::get().
	 */
	private static function is_bridge( array $answer ): bool {
		$json = Http::json( $answer );
		return \in_array( $answer['code'], array( 200, 503 ), true ) && isset( $json['status'] ) && \in_array( $json['status'], array( 'ok', 'late' ), true );
	}

	/**
	 * Says what is there instead of a bridge.
	 *
	 * @param string          $url    The address.
	 * @param array|\WP_Error $answer What came back.
	 */
	private static function problem( string $url, $answer ): \WP_Error {
		if ( ! \is_wp_error( $answer ) ) {
			return self::no_bridge( $answer['code'] );
		}
		if ( 'mentor_bridge_address' === $answer->get_error_code() ) {
			return $answer;
		}
		return new \WP_Error( 'mentor_bridge_unreachable', Delivery_Status::explain( 'network: ' . Network_Error::text( $answer ) ) );
	}

	/**
	 * Says that there is no bridge where one was asked for.
	 *
	 * @param int $code Status of what was answered.
	 */
	public static function no_bridge( int $code ): \WP_Error {
		if ( 500 <= $code ) {
			/* translators: %d: a number such as 502. */
			return new \WP_Error( 'mentor_bridge_broken', \sprintf( \__( 'The server at this address answers with an error (%d). Ask whoever runs the bridge whether it is up.', 'mentor-bridge' ), $code ), array( 'status' => $code ) );
		}
		return new \WP_Error( 'mentor_bridge_no_bridge', \__( 'There is no bridge at this address: a web server answers there, but it is another site, or the port is a wrong one. Ask whoever runs the bridge for its address.', 'mentor-bridge' ), array( 'status' => $code ) );
	}
}
