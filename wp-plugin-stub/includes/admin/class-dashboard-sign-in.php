<?php
/**
 * The way from wp-admin to the dashboard at the bridge, and how it is closed again.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Vouches for a user who is signed in here, and takes that back when their role changes or they go.
 */
class Dashboard_Sign_In {

	/**
	 * Who went to the dashboard, and when: user id => UTC seconds. Kept as long as a session there can last.
	 */
	const VISITORS = 'mentor_bridge_visitors';

	/**
	 * Whose session the bridge has still to end: user ids.
	 */
	const LEAVING = 'mentor_bridge_leaving';

	const SESSION = 12 * HOUR_IN_SECONDS;

	/**
	 * Seconds that the bridge may take for an answer.
	 */
	const TIMEOUT = 8.0;

	/**
	 * Asks the bridge for a one-time address of its dashboard, and redirects there.
	 */
	public static function redirect(): void {
		$user = \wp_get_current_user();
		if ( ! Dashboard_Link::is_for( $user->ID ) ) {
			\wp_die( \esc_html__( 'You are not allowed to do that.', 'mentor-bridge' ), '', array( 'response' => 403, 'back_link' => true ) );
		}
		\check_admin_referer( Dashboard_Link::ACTION );
		$url = self::request_url( $user );
		if ( \is_wp_error( $url ) ) {
			\wp_die( \esc_html( $url->get_error_message() ), \esc_html__( 'Mentor bridge', 'mentor-bridge' ), array( 'response' => 502, 'back_link' => true ) );
		}
		First_Steps::note_visit( $user->ID );
		\nocache_headers();
		// Checked to lie at the bridge; wp_safe_redirect() only knows this site.
		\wp_redirect( $url, 303, 'Mentor Bridge' ); // phpcs:ignore WordPress.Security.SafeRedirect
		exit;
	}

	/**
	 * Asks the bridge for a one-time address of its dashboard.
	 *
	 * @param \WP_User $user Who wants to go there.
	 * @return string|\WP_Error
	 */
	public static function request_url( \WP_User $user ) {
		$roles = \array_values( $user->roles );
		$data  = array(
			'user'    => $user->ID,
			'role'    => isset( $roles[0] ) ? \substr( $roles[0], 0, 64 ) : '',
			'manages' => $user->has_cap( Settings::CAPABILITY ),
			'name'    => \mb_substr( Payload::author_name( $user ), 0, 200 ),
		);
		// Noted before: a role that changes while the bridge answers must end what it is about to begin.
		self::note_visit( $user->ID );
		$answer = Connection::send( 'sign-in', self::webhook_id( 'sign-in' ), $data, '/sign-ins', self::TIMEOUT );
		if ( \is_wp_error( $answer ) ) {
			return new \WP_Error( 'mentor_bridge_dashboard', \__( 'The bridge cannot be reached just now. Please try again in a few minutes.', 'mentor-bridge' ) );
		}
		if ( 410 === $answer['code'] ) {
			Disconnect::on_gone();
		}
		$reply = Http::json( $answer );
		$url   = isset( $reply['url'] ) && \is_string( $reply['url'] ) ? $reply['url'] : '';
		if ( 201 !== $answer['code'] || 0 !== \strpos( $url, Connection::get()['bridge_url'] . '/sign-in?token=' ) ) {
			/* translators: %d: an HTTP status such as 500. */
			return new \WP_Error( 'mentor_bridge_dashboard', \sprintf( \__( 'The bridge did not open the dashboard (it answered %d). Look at Settings, Mentor bridge, whether the connection is well.', 'mentor-bridge' ), $answer['code'] ) );
		}
		return $url;
	}

	/**
	 * Makes a new webhook-id.
	 *
	 * @param string $what What it is for.
	 */
	private static function webhook_id( string $what ): string {
		return $what . '_' . \bin2hex( \random_bytes( 16 ) );
	}

	/**
	 * Notes that a user may have a session at the bridge, and forgets those whose session has expired.
	 *
	 * @param int $user_id Who.
	 */
	private static function note_visit( int $user_id ): void {
		$visitors             = self::visitors();
		$visitors[ $user_id ] = \time();
		\update_option( self::VISITORS, $visitors, false );
	}

	/**
	 * Gives the users who may have a session at the bridge.
	 *
	 * @return array<int,int> User id => UTC seconds.
	 */
	private static function visitors(): array {
		return \array_filter(
			(array) \get_option( self::VISITORS, array() ),
			static function ( $when ) {
				return $when > \time() - self::SESSION - MINUTE_IN_SECONDS;
			}
		);
	}

	/**
	 * Ends the session that a user may have at the bridge: a role or a password changed, or the user is gone.
	 *
	 * @param int|\WP_User $user Who.
	 */
	public static function on_change( $user ): void {
		$user_id  = $user instanceof \WP_User ? $user->ID : (int) $user;
		$visitors = self::visitors();
		if ( ! isset( $visitors[ $user_id ] ) ) {
			return;
		}
		$leaving = (array) \get_option( self::LEAVING, array() );
		\update_option( self::LEAVING, \array_values( \array_unique( \array_merge( $leaving, array( $user_id ) ) ) ), false );
		\add_action( 'shutdown', array( self::class, 'end_sessions' ), 90 );
	}

	/**
	 * Has the bridge end the sessions that were noted; repeated until it has confirmed that.
	 */
	public static function end_sessions(): void {
		$leaving = \array_slice( \array_map( 'intval', (array) \get_option( self::LEAVING, array() ) ), 0, 100 );
		if ( array() === $leaving ) {
			return;
		}
		if ( Connection::is_connected() ) {
			$answer = Connection::send( 'sign-out', self::webhook_id( 'sign-out' ), array( 'users' => $leaving ), '/sign-outs', self::TIMEOUT );
			if ( \is_wp_error( $answer ) || 200 !== $answer['code'] ) {
				return;
			}
		}
		\update_option( self::VISITORS, \array_diff_key( self::visitors(), \array_flip( $leaving ) ), false );
		$left = \array_diff( \array_map( 'intval', (array) \get_option( self::LEAVING, array() ) ), $leaving );
		\update_option( self::LEAVING, \array_values( $left ), false );
	}
}
