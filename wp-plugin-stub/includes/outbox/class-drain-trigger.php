<?php
/**
 * When the outbox is emptied, and how long that may take.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * After the response of the request that caused it, by cron, by an open admin screen, and when the bridge asks for it:
 * never in a page view, and never so long that a visitor notices.
 */
class Drain_Trigger {

	/**
	 * Occasions that do not wait for the next try.
	 */
	const AT_ONCE = array( 'poke', 'button', 'cli', 'connect' );

	/**
	 * Site id => occasion, for those that should be drained at the end of this request.
	 *
	 * @var array<int,string>
	 */
	private static $requested = array();

	/**
	 * Asks for a drain at the end of this request.
	 *
	 * @param string $occasion 'event', 'heartbeat', 'poke' or 'connect'.
	 */
	public static function request( string $occasion ): void {
		$site = \get_current_blog_id();
		if ( ! isset( self::$requested[ $site ] ) || \in_array( $occasion, self::AT_ONCE, true ) ) {
			self::$requested[ $site ] = $occasion;
		}
		// Only now: a request in which nothing happens does not even load this class.
		\add_action( 'shutdown', array( self::class, 'on_shutdown' ), 100 );
	}

	/**
	 * Drains after the response, within the time that may be taken from whoever made the request.
	 */
	public static function on_shutdown(): void {
		$site = \get_current_blog_id();
		// What happened on another site of a network, while switched to it, waits for that site's own cron.
		if ( ! isset( self::$requested[ $site ] ) || self::is_page_view() || ( \defined( 'WP_IMPORTING' ) && WP_IMPORTING ) ) {
			return;
		}
		$occasion = self::$requested[ $site ];
		unset( self::$requested[ $site ] );
		if ( ! Connection::is_alive() ) {
			return;
		}
		$budget = self::budget( $occasion );
		if ( $budget > 0 ) {
			Sender::drain( $occasion, $budget );
		}
	}

	/**
	 * Drains by cron, asks for a withdrawal that is under way, and fetches pushes that are due.
	 */
	public static function on_cron(): void {
		if ( 'disconnecting' === Connection::state() ) {
			Disconnect::request_withdrawal( Signed_Request::TIMEOUT );
			return;
		}
		Sender::drain( 'cron', 20.0 );
		if ( Pull::is_due() ) {
			Pull::run( 10.0 );
		}
	}

	/**
	 * Drains while somebody has an admin screen open: works where cron is dead.
	 *
	 * @param array $response Passed through.
	 * @return array
	 */
	public static function on_heartbeat( $response ) {
		if ( \current_user_can( 'edit_posts' ) && Connection::is_connected() && 0 < Outbox::progress()['waiting'] ) {
			self::request( 'heartbeat' );
		}
		return $response;
	}

	/**
	 * Tells whether the request only reads a page.
	 */
	public static function is_page_view(): bool {
		if ( self::is_command_line() || \is_admin() || \wp_doing_cron() || ( \defined( 'REST_REQUEST' ) && REST_REQUEST ) || ( \defined( 'XMLRPC_REQUEST' ) && XMLRPC_REQUEST ) ) {
			return false;
		}
		$method = isset( $_SERVER['REQUEST_METHOD'] ) ? \strtoupper( \sanitize_key( \wp_unslash( $_SERVER['REQUEST_METHOD'] ) ) ) : 'GET';
		return \in_array( $method, array( 'GET', 'HEAD', 'OPTIONS' ), true );
	}

	/**
	 * Tells how many seconds this request may spend, after letting its visitor go where that is possible.
	 *
	 * @param string $occasion What the drain is for.
	 */
	private static function budget( string $occasion ): float {
		if ( self::is_command_line() || \wp_doing_cron() ) {
			return 20.0;
		}
		if ( self::finish_response() ) {
			return 'poke' === $occasion ? 20.0 : 3.0;
		}
		if ( 'poke' === $occasion ) {
			return 5.0;
		}
		if ( \current_user_can( 'edit_posts' ) ) {
			return 2.0;
		}
		// A visitor does not wait for a bridge that did not answer the last time.
		return 0 === Delivery_Status::health()['failures'] ? 1.0 : 0.0;
	}

	/**
	 * Closes the response, if the server can.
	 */
	public static function finish_response(): bool {
		\ignore_user_abort( true );
		foreach ( array( 'fastcgi_finish_request', 'litespeed_finish_request' ) as $finish ) {
			if ( \function_exists( $finish ) ) {
				if ( PHP_SESSION_ACTIVE === \session_status() ) {
					\session_write_close();
				}
				return false !== $finish();
			}
		}
		return false;
	}

	/**
	 * Tells whether a command is running, not a request.
	 */
	private static function is_command_line(): bool {
		return \in_array( PHP_SAPI, array( 'cli', 'phpdbg' ), true );
	}
}
