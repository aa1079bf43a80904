<?php
/**
 * The bridge's account, on the screens of users.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Says whose account this is and what may be done with it: it has no address, and nobody signs in with it.
 */
class Service_User_Screens {

	/**
	 * On the screen of a user: says whose account it is, if it is the bridge's.
	 */
	public static function on_user(): void {
		$user_id = isset( $_GET['user_id'] ) ? (int) $_GET['user_id'] : 0; // phpcs:ignore WordPress.Security.NonceVerification -- it only chooses what is said.
		if ( 0 < $user_id && Service_User::id() === $user_id ) {
			\add_action( 'admin_notices', array( self::class, 'show' ) );
		}
	}

	/**
	 * Prints whose account it is.
	 */
	public static function show(): void {
		echo '<div class="notice notice-info mentor-bridge-account"><p><strong>' . \esc_html__( 'This is the account of the mentor bridge.', 'mentor-bridge' ) . '</strong> ' . \esc_html__( 'With it the bridge hands in related mentors and figures, and can do nothing else: it reads no drafts and changes no posts. It has no e-mail address, and nobody signs in with it. There is nothing to fill in here; it goes by itself when you disconnect under Settings, Mentor bridge.', 'mentor-bridge' ) . '</p></div>';
	}

	/**
	 * Takes from the bridge's row in the list of users what cannot be done with its account.
	 *
	 * @param string[] $actions The actions.
	 * @param \WP_User $user    The user.
	 * @return string[]
	 */
	public static function limit_actions( $actions, $user ) {
		if ( $user instanceof \WP_User && 0 < $user->ID && Service_User::id() === $user->ID ) {
			unset( $actions['resetpassword'] );
			$actions['mentor_bridge'] = '<a href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Account of the mentor bridge', 'mentor-bridge' ) . '</a>';
		}
		return $actions;
	}

	/**
	 * Lets the bridge's account be saved without an e-mail address, which it does not have.
	 *
	 * @param \WP_Error $errors What is wrong.
	 * @param bool      $update Whether it is there already.
	 * @param object    $user   Who is saved.
	 */
	public static function allow_no_address( $errors, $update, $user ): void {
		if ( $update && isset( $user->ID ) && 0 < (int) $user->ID && Service_User::id() === (int) $user->ID && empty( $user->user_email ) ) {
			// WordPress says the first up to 7.0, and the second of an empty address since.
			$errors->remove( 'empty_email' );
			$errors->remove( 'invalid_email' );
		}
	}
}
