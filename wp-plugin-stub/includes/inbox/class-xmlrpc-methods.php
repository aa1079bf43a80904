<?php
/**
 * The XML-RPC door through which the bridge comes in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Own methods, for the account that was made for the bridge.
 */
class Xmlrpc_Methods {

	/**
	 * Adds our methods. As pairs of class and method: core refuses closures and 'Class::method'.
	 *
	 * @param array $methods Known methods.
	 * @return array
	 */
	public static function add_methods( $methods ) {
		$methods['mentorBridge.ping']       = array( self::class, 'ping' );
		$methods['mentorBridge.putRelated'] = array( self::class, 'put_related' );
		$methods['mentorBridge.putStats']   = array( self::class, 'put_stats' );
		return $methods;
	}

	/**
	 * Serves mentorBridge.ping( blog, user, password ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error
	 */
	public static function ping( $arguments ) {
		$refusal = self::refusal( $arguments );
		return null === $refusal ? 'pong' : $refusal;
	}

	/**
	 * Serves mentorBridge.putRelated( blog, user, password, json ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error The answer as JSON: integers of XML-RPC are too short for our versions.
	 */
	public static function put_related( $arguments ) {
		return self::put( $arguments, 'push.related' );
	}

	/**
	 * Serves mentorBridge.putStats( blog, user, password, json ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error
	 */
	public static function put_stats( $arguments ) {
		return self::put( $arguments, 'push.stats' );
	}

	/**
	 * Receives a push by XML-RPC.
	 *
	 * @param mixed  $arguments As received.
	 * @param string $type      What it must be.
	 * @return string|\IXR_Error
	 */
	private static function put( $arguments, string $type ) {
		$refusal = self::refusal( $arguments );
		if ( null !== $refusal ) {
			return $refusal;
		}
		$json    = isset( $arguments[3] ) && \is_string( $arguments[3] ) ? $arguments[3] : '';
		$message = \strlen( $json ) > Receiver::MAX_BODY ? null : \json_decode( $json, true, 32 );
		$answer  = \is_array( $message ) ? Receiver::receive( $message, $type ) : new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ) );
		if ( \is_wp_error( $answer ) ) {
			return new \IXR_Error( 400, $answer->get_error_message() );
		}
		return Wire_Format::encode( $answer );
	}

	/**
	 * Checks whether the caller may push.
	 *
	 * @param mixed $arguments As received.
	 * @return \IXR_Error|null Null if the caller may push.
	 */
	private static function refusal( $arguments ) {
		global $wp_xmlrpc_server;
		if ( ! \is_array( $arguments ) || ! isset( $arguments[1], $arguments[2] ) || ! \is_string( $arguments[1] ) || ! \is_string( $arguments[2] ) ) {
			return new \IXR_Error( 400, \__( 'User name and password are missing.', 'mentor-bridge' ) );
		}
		if ( ! $wp_xmlrpc_server->login( $arguments[1], $arguments[2] ) ) {
			return $wp_xmlrpc_server->error;
		}
		if ( ! \current_user_can( Service_User::CAPABILITY ) || ! Connection::is_connected() ) {
			return new \IXR_Error( 403, \__( 'You are not allowed to do that.', 'mentor-bridge' ) );
		}
		return null;
	}
}
