<?php
/**
 * The one door to the network.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Posts JSON to the bridge and to nobody else; gets what tells whether a bridge is there.
 */
class Http {

	/**
	 * Bytes of an answer that are read at most.
	 */
	const ANSWER_LIMIT = 2097152;

	/**
	 * Brings the address of a bridge into the one form in which it is stored and compared.
	 *
	 * @param string $url As typed.
	 */
	public static function normalise( string $url ): string {
		return \untrailingslashit( \trim( $url ) );
	}

	/**
	 * Checks whether an address may be a bridge's.
	 *
	 * @param string $url Normalised address.
	 * @return true|\WP_Error
	 */
	public static function check( string $url ) {
		$parts = \wp_parse_url( $url );
		if ( ! \is_array( $parts ) || empty( $parts['host'] ) || empty( $parts['scheme'] ) ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'This is not an address. It should look like https://bridge.example.org.', 'mentor-bridge' ) );
		}
		if ( isset( $parts['user'] ) || isset( $parts['pass'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'The address of a bridge has no user name, no question mark and no number sign in it.', 'mentor-bridge' ) );
		}
		$near   = self::is_private_allowed();
		$places = self::networks( $parts['host'] );
		if ( 'https' !== $parts['scheme'] && ! ( 'http' === $parts['scheme'] && $near && array( 'private' ) === $places ) ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'The address of a bridge begins with https://, so that nobody can read or change what is sent.', 'mentor-bridge' ) );
		}
		if ( ! $near && isset( $parts['port'] ) && ! \in_array( $parts['port'], array( 80, 443, 8080 ), true ) ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'WordPress only calls the ports 80, 443 and 8080. Please leave the port out of the address.', 'mentor-bridge' ) );
		}
		if ( array() === $places ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'No server was found under this address.', 'mentor-bridge' ) );
		}
		if ( \in_array( 'reserved', $places, true ) || ( \in_array( 'private', $places, true ) && ! $near ) ) {
			return new \WP_Error( 'mentor_bridge_address', \__( 'This address leads into a private network, not to a bridge on the internet.', 'mentor-bridge' ) );
		}
		return true;
	}

	/**
	 * Posts a body to the bridge.
	 *
	 * @param string               $url     Where to; must begin with a checked bridge address.
	 * @param string               $body    The exact bytes.
	 * @param array<string,string> $headers Further headers.
	 * @param float                $timeout Seconds in all.
	 * @return array|\WP_Error {code: int, body: string, https: bool, headers: array<string,string>}
	 */
	public static function post( string $url, string $body, array $headers, float $timeout ) {
		return self::send( $url, array( 'method' => 'POST', 'headers' => \array_merge( array( 'Content-Type' => 'application/json' ), $headers ), 'body' => $body ), $timeout );
	}

	/**
	 * Gets what is at an address.
	 *
	 * @param string $url     Where; must be checked as that of post().
	 * @param float  $timeout Seconds in all.
	 * @return array|\WP_Error As post().
	 */
	public static function get( string $url, float $timeout ) {
		return self::send( $url, array( 'method' => 'GET' ), $timeout );
	}

	/**
	 * Sends a request, if its address may be a bridge's.
	 *
	 * @param string $url     Where to.
	 * @param array  $request Method, headers and body.
	 * @param float  $timeout Seconds in all.
	 * @return array|\WP_Error As post().
	 */
	private static function send( string $url, array $request, float $timeout ) {
		$parts = \wp_parse_url( $url );
		$check = self::check( \explode( '?', $url )[0] );
		if ( \is_wp_error( $check ) ) {
			return $check;
		}
		// Only for this one request, and only where a private bridge is allowed at all, core's list is widened.
		$host_filter = static function ( $external, $host ) use ( $parts ) {
			return $external || 0 === \strcasecmp( $host, $parts['host'] );
		};
		$port_filter = static function ( $ports ) use ( $parts ) {
			return isset( $parts['port'] ) ? \array_merge( (array) $ports, array( $parts['port'] ) ) : $ports;
		};
		if ( self::is_private_allowed() ) {
			\add_filter( 'http_request_host_is_external', $host_filter, 10, 2 );
			\add_filter( 'http_allowed_safe_ports', $port_filter );
		}
		try {
			$response = \wp_safe_remote_request( $url, array( 'redirection' => 0 ) + $request + self::arguments( $url, $timeout ) );
		} finally {
			\remove_filter( 'http_request_host_is_external', $host_filter, 10 );
			\remove_filter( 'http_allowed_safe_ports', $port_filter );
		}
		if ( \is_wp_error( $response ) ) {
			return $response;
		}
		$answer = array(
			'code'    => (int) \wp_remote_retrieve_response_code( $response ),
			'body'    => (string) \wp_remote_retrieve_body( $response ),
			'https'   => 'https' === $parts['scheme'],
			'headers' => array(),
		);
		foreach ( array( 'date', 'retry-after', 'webhook-id', 'webhook-timestamp', 'webhook-signature' ) as $name ) {
			$value = \wp_remote_retrieve_header( $response, $name );
			// A header that came twice is an array: nothing of ours, so as good as missing.
			$answer['headers'][ $name ] = \is_string( $value ) ? $value : '';
		}
		return $answer;
	}

	/**
	 * Gives how a request is made: what is sent, and that it is not sent on to another address, is not decided here.
	 *
	 * @param string $url     Where to.
	 * @param float  $timeout Seconds in all.
	 */
	private static function arguments( string $url, float $timeout ): array {
		$arguments = array(
			'timeout'             => $timeout,
			'limit_response_size' => self::ANSWER_LIMIT,
			'sslverify'           => true,
			'user-agent'          => 'Mentor-Bridge-Plugin/' . MENTOR_BRIDGE_VERSION,
		);
		/**
		 * Filters how requests to the bridge are made, for a site behind a proxy of its own for instance.
		 *
		 * @param array  $arguments timeout, limit_response_size, sslverify, user-agent, as WordPress's HTTP API takes them.
		 * @param string $url       Where to.
		 */
		return (array) \apply_filters( 'mentor_bridge_request_arguments', $arguments, $url ) + $arguments;
	}

	/**
	 * Reads the JSON object of an answer.
	 *
	 * @param array $answer From post().
	 * @return array Empty when it is none.
	 */
	public static function json( array $answer ): array {
		$data = \json_decode( $answer['body'], true, 32 );
		return \is_array( $data ) ? $data : array();
	}

	/**
	 * Tells whether a bridge on this machine or in the private network may be used: in development only.
	 */
	private static function is_private_allowed(): bool {
		return \in_array( \wp_get_environment_type(), array( 'local', 'development' ), true );
	}

	/**
	 * Tells what kinds of network a host lies in.
	 *
	 * @param string $host Name or IPv4 address.
	 * @return string[] Distinct values of 'public', 'private', 'reserved'; empty when the name has no address.
	 */
	private static function networks( string $host ): array {
		// The same forms that core refuses; a number such as 2130706433 or 0x7f.1 is an address in disguise.
		if ( \preg_match( '/[:\[\]]/', $host ) || \preg_match( '/\A[0-9]+\z|\A0x[0-9a-f.x]*\z/i', $host ) ) {
			return array( 'reserved' );
		}
		$addresses = false === \filter_var( $host, FILTER_VALIDATE_IP ) ? \gethostbynamel( $host ) : array( $host );
		$places    = \array_map( array( self::class, 'network' ), \is_array( $addresses ) ? $addresses : array() );
		return \array_values( \array_unique( $places ) );
	}

	/**
	 * Tells what kind of network an IPv4 address lies in.
	 *
	 * @param string $address Dotted quad.
	 */
	private static function network( string $address ): string {
		$number   = \ip2long( $address );
		$networks = array(
			'private'  => array( '127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16' ),
			// Link-local (cloud metadata), carrier-grade NAT, benchmarks, documentation, multicast and what is beyond.
			'reserved' => array( '0.0.0.0/8', '169.254.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3' ),
		);
		foreach ( $networks as $place => $ranges ) {
			foreach ( $ranges as $range ) {
				list( $start, $bits ) = \explode( '/', $range );
				if ( false === $number || ( $number >> ( 32 - (int) $bits ) ) === ( \ip2long( $start ) >> ( 32 - (int) $bits ) ) ) {
					return false === $number ? 'reserved' : $place;
				}
			}
		}
		return 'public';
	}
}
