<?php
/**
 * The way to the dashboard at the bridge, as it is shown in wp-admin.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * An entry of the bar and a button, for those who have anything to see there.
 */
class Dashboard_Link {

	const ACTION = 'mentor_bridge_dashboard';

	/**
	 * Tells whether a user has anything to see at the bridge's dashboard: the blog, or a card of their own.
	 *
	 * @param int $user_id The user.
	 */
	public static function is_for( int $user_id ): bool {
		return 0 < $user_id && Connection::is_connected() && ( \user_can( $user_id, Settings::CAPABILITY ) || Consent::takes_part( $user_id ) );
	}

	/**
	 * Gives the address that opens the dashboard at the bridge.
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
		$url = self::url();
		$bar->add_node( array( 'id' => 'mentor-bridge', 'title' => \esc_html__( 'Mentor bridge', 'mentor-bridge' ) . \esc_html( Waiting_Asks::count_in_bar( \get_current_user_id() ) ), 'href' => $url ) );
		$bar->add_node( array( 'parent' => 'mentor-bridge', 'id' => 'mentor-bridge-dashboard', 'title' => \esc_html__( 'Open my dashboard', 'mentor-bridge' ), 'href' => $url ) );
		if ( \current_user_can( Settings::CAPABILITY ) ) {
			$bar->add_node( array( 'parent' => 'mentor-bridge', 'id' => 'mentor-bridge-settings', 'title' => \esc_html__( 'Settings', 'mentor-bridge' ), 'href' => Settings::url() ) );
		}
	}

	/**
	 * Prints the button that opens the dashboard at the bridge.
	 */
	public static function button(): void {
		if ( self::is_for( \get_current_user_id() ) ) {
			echo '<p><a class="button button-primary" href="' . \esc_url( self::url() ) . '">' . \esc_html__( 'Open my dashboard', 'mentor-bridge' ) . '</a> <span class="description">' . \esc_html__( 'At the bridge, without another password, for twelve hours.', 'mentor-bridge' ) . '</span></p>';
		}
	}
}
