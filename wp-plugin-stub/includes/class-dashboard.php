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
class Dashboard {

	const ACTION = 'mentor_bridge_dashboard';

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
	 * Registers the hooks of wp-admin.
	 */
	public static function init(): void {
		\add_action( 'admin_bar_menu', array( self::class, 'add_to_bar' ), 90 );
		\add_action( 'admin_post_' . self::ACTION, array( self::class, 'go' ) );
	}

	/**
	 * Tells whether somebody has anything to see there: the blog, or a card of their own.
	 *
	 * @param int $user_id The user.
	 */
	public static function is_for( int $user_id ): bool {
		return 0 < $user_id && Connection::is_connected() && ( \user_can( $user_id, Settings::CAPABILITY ) || Consent::takes_part( $user_id ) );
	}

	/**
	 * Gives the address of the button.
	 */
	public static function url(): string {
		return \wp_nonce_url( \admin_url( 'admin-post.php?action=' . self::ACTION ), self::ACTION );
	}

	/**
	 * Adds the dashboard to the bar of wp-admin; a page of the blog stays as light as it is.
	 *
	 * @param \WP_Admin_Bar $bar The bar.
	 */
	public static function add_to_bar( $bar ): void {
		if ( ! \is_admin() || ! self::is_for( \get_current_user_id() ) ) {
			return;
		}
		$bar->add_node( array( 'id' => 'mentor-bridge', 'title' => \esc_html__( 'Mentor bridge', 'mentor-bridge' ), 'href' => self::url() ) );
		$bar->add_node( array( 'parent' => 'mentor-bridge', 'id' => 'mentor-bridge-dashboard', 'title' => \esc_html__( 'Open my dashboard', 'mentor-bridge' ), 'href' => self::url() ) );
		if ( \current_user_can( Settings::CAPABILITY ) ) {
			$bar->add_node( array( 'parent' => 'mentor-bridge', 'id' => 'mentor-bridge-settings', 'title' => \esc_html__( 'Settings', 'mentor-bridge' ), 'href' => Settings::url() ) );
		}
	}

	/**
	 * Prints the button.
	 */
	public static function button(): void {
		if ( self::is_for( \get_current_user_id() ) ) {
			echo '<p><a class="button button-primary" href="' . \esc_url( self::url() ) . '">' . \esc_html__( 'Open my dashboard', 'mentor-bridge' ) . '</a> <span class="description">' . \esc_html__( 'At the bridge, without another password, for twelve hours.', 'mentor-bridge' ) . '</span></p>';
		}
	}

	/**
	 * Asks the bridge for a one-time address, and goes there.
	 */
	public static function go(): void {
		$user = \wp_get_current_user();
		if ( ! self::is_for( $user->ID ) ) {
			\wp_die( \esc_html__( 'You are not allowed to do that.', 'mentor-bridge' ), '', array( 'response' => 403, 'back_link' => true ) );
		}
		\check_admin_referer( self::ACTION );
		$url = self::ask( $user );
		if ( \is_wp_error( $url ) ) {
			\wp_die( \esc_html( $url->get_error_message() ), \esc_html__( 'Mentor bridge', 'mentor-bridge' ), array( 'response' => 502, 'back_link' => true ) );
		}
		\nocache_headers();
		// Checked to lie at the bridge; wp_safe_redirect() only knows this site.
		\wp_redirect( $url, 303, 'Mentor Bridge' ); // phpcs:ignore WordPress.Security.SafeRedirect
		exit;
	}

	/**
	 * Asks for the address.
	 *
	 * @param \WP_User $user Who wants to go there.
	 * @return string|\WP_Error
	 */
	public static function ask( \WP_User $user ) {
		$roles = \array_values( $user->roles );
		$data  = array(
			'user'    => $user->ID,
			'role'    => isset( $roles[0] ) ? \substr( $roles[0], 0, 64 ) : '',
			'manages' => $user->has_cap( Settings::CAPABILITY ),
			'name'    => \mb_substr( $user->display_name, 0, 200 ),
		);
		// Noted before: a role that changes while the bridge answers must end what it is about to begin.
		self::note_visit( $user->ID );
		$answer = Connection::send( 'sign-in', self::id( 'sign-in' ), $data, '/sign-ins', self::TIMEOUT );
		if ( \is_wp_error( $answer ) ) {
			return new \WP_Error( 'mentor_bridge_dashboard', \__( 'The bridge cannot be reached just now. Please try again in a few minutes.', 'mentor-bridge' ) );
		}
		if ( 410 === $answer['code'] ) {
			Leaving::gone();
		}
		$said = Http::json( $answer );
		$url  = isset( $said['url'] ) && \is_string( $said['url'] ) ? $said['url'] : '';
		if ( 201 !== $answer['code'] || 0 !== \strpos( $url, Connection::get()['bridge_url'] . '/sign-in?token=' ) ) {
			/* translators: %d: an HTTP status such as 500. */
			return new \WP_Error( 'mentor_bridge_dashboard', \sprintf( \__( 'The bridge did not open the dashboard (it answered %d). Look at Settings, Mentor bridge, whether the connection is well.', 'mentor-bridge' ), $answer['code'] ) );
		}
		return $url;
	}

	/**
	 * Makes a webhook-id.
	 *
	 * @param string $what What it is for.
	 */
	private static function id( string $what ): string {
		return $what . '_' . \bin2hex( \random_bytes( 16 ) );
	}

	/**
	 * Notes who may have a session there, and forgets whose is over by itself.
	 *
	 * @param int $user_id Who.
	 */
	private static function note_visit( int $user_id ): void {
		$visitors             = self::visitors();
		$visitors[ $user_id ] = \time();
		\update_option( self::VISITORS, $visitors, false );
	}

	/**
	 * Gives those who may have a session.
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
	 * A role or a password changed, or somebody is gone: their session at the bridge ends.
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
		\add_action( 'shutdown', array( self::class, 'tell' ), 90 );
	}

	/**
	 * Tells the bridge whose sessions end; asked again until it has heard it.
	 */
	public static function tell(): void {
		$leaving = \array_slice( \array_map( 'intval', (array) \get_option( self::LEAVING, array() ) ), 0, 100 );
		if ( array() === $leaving ) {
			return;
		}
		if ( Connection::is_connected() ) {
			$answer = Connection::send( 'sign-out', self::id( 'sign-out' ), array( 'users' => $leaving ), '/sign-outs', self::TIMEOUT );
			if ( \is_wp_error( $answer ) || 200 !== $answer['code'] ) {
				return;
			}
		}
		\update_option( self::VISITORS, \array_diff_key( self::visitors(), \array_flip( $leaving ) ), false );
		$left = \array_diff( \array_map( 'intval', (array) \get_option( self::LEAVING, array() ) ), $leaving );
		\update_option( self::LEAVING, \array_values( $left ), false );
	}
}
