<?php
/**
 * Leaves nothing behind, on any site of a network.
 *
 * The bridge is not told from here, where nobody would see whether it heard: the settings page has a button for that, and
 * a blog that stays silent is removed by the bridge on its own.
 *
 * @package Mentor_Bridge
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

defined( 'MENTOR_BRIDGE_FILE' ) || define( 'MENTOR_BRIDGE_FILE', __DIR__ . '/mentor-bridge.php' );
defined( 'MENTOR_BRIDGE_VERSION' ) || define( 'MENTOR_BRIDGE_VERSION', '1.2.0' );

require_once __DIR__ . '/includes/class-autoloader.php';
Mentor_Bridge\Autoloader::register( __DIR__ . '/includes' );

/**
 * Removes everything of ours from the site at hand.
 */
function mentor_bridge_uninstall_site() {
	global $wpdb;

	Mentor_Bridge\Plugin::clear_cron();
	Mentor_Bridge\Service_User::remove();

	// phpcs:disable WordPress.DB -- there is no API for this, and it runs once.
	foreach ( Mentor_Bridge\Upgrade::tables() as $table ) {
		$wpdb->query( "DROP TABLE IF EXISTS $table" );
	}
	$our_names = $wpdb->esc_like( 'mentor_bridge_' ) . '%';
	foreach ( $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE %s", $our_names ) ) as $option ) {
		delete_option( $option );
	}
	foreach ( array( '_transient_', '_transient_timeout_' ) as $prefix ) {
		$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->options WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . $our_names ) );
	}
	delete_option( 'widget_mentor_bridge_related' );
	foreach ( array( $wpdb->postmeta, $wpdb->commentmeta ) as $table ) {
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE meta_key LIKE %s", $wpdb->esc_like( '_' ) . $our_names ) );
	}
	$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->usermeta WHERE meta_key LIKE %s", $wpdb->esc_like( $wpdb->get_blog_prefix() ) . $our_names ) );
	// phpcs:enable
	// An object cache would go on answering what was just deleted behind its back, and knows no group of ours to empty.
	wp_cache_flush();
	Mentor_Bridge\Page_Caches::all();
}

if ( is_multisite() ) {
	// Without a number, only the first 100 sites would be given.
	foreach ( get_sites( array( 'number' => 0, 'fields' => 'ids' ) ) as $mentor_bridge_site ) {
		switch_to_blog( $mentor_bridge_site );
		mentor_bridge_uninstall_site();
		restore_current_blog();
	}
} else {
	mentor_bridge_uninstall_site();
}
