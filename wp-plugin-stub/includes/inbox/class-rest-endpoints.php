<?php
/**
 * The REST door through which the bridge comes in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Own routes. Whoever enters proves by a signature over the bytes received that they are the bridge, for this purpose, and
 * for the first time.
 */
class Rest_Endpoints {

	const REST_NAMESPACE = 'mentor-bridge/v1';

	/**
	 * Gives the name of the table of used ids on the site at hand.
	 */
	public static function used_ids_table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_seen';
	}

	/**
	 * Registers the REST routes that the bridge calls.
	 */
	public static function register_routes(): void {
		$routes = array(
			'/handshake' => array( 'answer_handshake', 'is_expected_handshake' ),
			'/push'      => array( 'take_push', 'is_signed_push' ),
			'/poke'      => array( 'take_poke', 'is_signed_poke' ),
		);
		foreach ( $routes as $route => $methods ) {
			\register_rest_route(
				self::REST_NAMESPACE,
				$route,
				array(
					'methods'             => 'POST',
					'callback'            => array( self::class, $methods[0] ),
					'permission_callback' => array( self::class, $methods[1] ),
					'show_in_index'       => false,
				)
			);
		}
		\add_filter( 'rest_pre_serve_request', array( self::class, 'drop_noise' ), 1, 3 );
	}

	/**
	 * Throws away what files of the blog have printed before the answer of a route of ours, such as a notice of PHP or a byte
	 * order mark, where it has not left yet: what is signed would not be what arrives.
	 *
	 * @param bool              $served  Whether the answer was printed.
	 * @param \WP_HTTP_Response $result  The answer.
	 * @param \WP_REST_Request  $request The request.
	 * @return bool The same.
	 */
	public static function drop_noise( $served, $result, $request ) {
		if ( ! $served && 0 === \strpos( (string) $request->get_route(), '/' . self::REST_NAMESPACE . '/' ) && ! \headers_sent() && 0 < (int) \ob_get_length() ) {
			\ob_clean();
		}
		return $served;
	}

	/**
	 * Permits a handshake that carries the nonce of a connection somebody here has just asked for.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function is_expected_handshake( \WP_REST_Request $request ) {
		$message = self::message( $request );
		return Handshake::is_expected( $message ) || Handshake::is_about_address( self::signature_headers( $request ), (string) $request->get_body(), $message )
			? true
			: new \WP_Error( 'mentor_bridge_not_asked', \__( 'No connection was asked for.', 'mentor-bridge' ), array( 'status' => 403 ) );
	}

	/**
	 * Answers the bridge's call of a handshake.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function answer_handshake( \WP_REST_Request $request ) {
		$message = self::message( $request );
		$answer  = 'address' === $message['type'] ? Handshake::answer_address( $message ) : Handshake::answer( $message );
		return \is_wp_error( $answer ) ? $answer : self::exact_response( $answer['body'], $answer['headers'] );
	}

	/**
	 * Permits a push that the bridge has signed.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function is_signed_push( \WP_REST_Request $request ) {
		return self::is_signed( $request, array( 'push.related', 'push.stats', 'ping' ) );
	}

	/**
	 * Permits a poke that the bridge has signed.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function is_signed_poke( \WP_REST_Request $request ) {
		return self::is_signed( $request, array( 'check', 'poke', 'rotate' ) );
	}

	/**
	 * Receives a push by REST.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function take_push( \WP_REST_Request $request ) {
		$message = self::message( $request );
		if ( 'ping' === $message['type'] ) {
			return new \WP_REST_Response( array( 'status' => 'pong' ) );
		}
		$answer = Receiver::receive( $message, $message['type'] );
		return \is_wp_error( $answer ) ? $answer : new \WP_REST_Response( $answer );
	}

	/**
	 * Answers a poke; after that the outbox is emptied, both sides are compared, or new keys are fetched.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return \WP_REST_Response
	 */
	public static function take_poke( \WP_REST_Request $request ): \WP_REST_Response {
		$type = self::message( $request )['type'];
		if ( 'rotate' === $type ) {
			\add_action( 'shutdown', array( Reconnect::class, 'renew_keys_after_response' ), 5 );
		} else {
			if ( 'check' === $type ) {
				State_Check::request();
			}
			Drain_Trigger::request( 'poke' );
		}
		return new \WP_REST_Response( array( 'waiting' => Outbox::progress()['waiting'] ), 202 );
	}

	/**
	 * Checks the signature over the bytes received, the purpose, and that the id is used for the first time.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @param string[]         $types   What it may be good for.
	 * @return true|\WP_Error
	 */
	private static function is_signed( \WP_REST_Request $request, array $types ) {
		$headers = self::signature_headers( $request );
		$body    = (string) $request->get_body();
		if ( \strlen( $body ) > Receiver::MAX_BODY ) {
			return new \WP_Error( 'mentor_bridge_too_large', \__( 'This is too large.', 'mentor-bridge' ), array( 'status' => 413 ) );
		}
		if ( ! Connection::is_alive() ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		try {
			$id = Signature::verify( $headers, $body, Connection::keys_to_blog(), Delivery_Status::bridge_time() );
		} catch ( Signature_Refused $refused ) {
			$data = array( 'status' => 401 );
			if ( null !== $refused->offset ) {
				$data['offset_seconds'] = $refused->offset;
			}
			return new \WP_Error( 'mentor_bridge_signature', $refused->getMessage(), $data );
		}
		$message = self::message( $request );
		if ( ! \in_array( $message['type'], $types, true ) ) {
			return new \WP_Error( 'mentor_bridge_purpose', \__( 'This signature was made for another purpose.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		if ( ! self::is_first_use( $id ) ) {
			return new \WP_Error( 'mentor_bridge_replay', \__( 'This message was received before.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		return true;
	}

	/**
	 * Gives the headers of a signature, null for one that is missing.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return array<string,string|null>
	 */
	private static function signature_headers( \WP_REST_Request $request ): array {
		$headers = array();
		foreach ( array( 'webhook-id', 'webhook-timestamp', 'webhook-signature' ) as $name ) {
			$headers[ $name ] = $request->get_header( $name );
		}
		return $headers;
	}

	/**
	 * Notes an id as used, and forgets those that are too old to pass by their time.
	 *
	 * @param string $id The webhook-id.
	 * @return bool Whether it was new; of two requests at once only one is told so.
	 */
	private static function is_first_use( string $id ): bool {
		global $wpdb;
		if ( ! Upgrade::run() ) {
			return false;
		}
		$table = self::used_ids_table();
		// phpcs:disable WordPress.DB
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE seen_at < %d", Delivery_Status::bridge_time() - 4 * Signature::TOLERANCE ) );
		return 1 === $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $table (id, seen_at) VALUES (%s, %d)", $id, Delivery_Status::bridge_time() ) );
		// phpcs:enable
	}

	/**
	 * Reads the JSON of a request.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return array With `type` a string, always.
	 */
	private static function message( \WP_REST_Request $request ): array {
		$message = \json_decode( (string) $request->get_body(), true, 32 );
		$message = \is_array( $message ) ? $message : array();
		if ( ! isset( $message['type'] ) || ! \is_string( $message['type'] ) ) {
			$message['type'] = '';
		}
		return $message;
	}

	/**
	 * Answers with exact bytes: what is signed must not be encoded once more.
	 *
	 * @param string               $body    JSON.
	 * @param array<string,string> $headers Headers.
	 */
	private static function exact_response( string $body, array $headers ): \WP_REST_Response {
		$response = new \WP_REST_Response( \json_decode( $body, true ), 200, $headers );
		\add_filter(
			'rest_pre_serve_request',
			static function ( $served, $result ) use ( $response, $body ) {
				if ( $served || $result !== $response ) {
					return $served;
				}
				echo $body; // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- JSON, not HTML; and signed byte by byte.
				return true;
			},
			10,
			2
		);
		return $response;
	}
}
