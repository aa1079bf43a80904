<?php
/**
 * Stand-ins for page caches: the functions that they document, each of which only notes that it was called.
 *
 * @package Mentor_Bridge
 */

// phpcs:disable Generic.Files.OneObjectStructurePerFile, WordPress.NamingConventions -- other plugins' names.

/**
 * Notes a call.
 *
 * @param string $name      What was called.
 * @param array  $arguments With what.
 */
function mentor_bridge_note_purge( string $name, array $arguments ): void {
	$GLOBALS['mentor_bridge_purges'][] = \trim( $name . ' ' . \wp_json_encode( $arguments, JSON_UNESCAPED_SLASHES ) );
}

function wpsc_delete_post_cache( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function wp_cache_clear_cache( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function w3tc_flush_post( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function w3tc_flush_posts( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function rocket_clean_post( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
	throw new \RuntimeException( 'This cache is broken.' );
}
function rocket_clean_domain( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function wpfc_clear_post_cache_by_id( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function wpfc_clear_all_cache( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function sg_cachepress_purge_cache( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function sg_cachepress_purge_everything( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
function wpo_cache_flush( ...$a ) {
	mentor_bridge_note_purge( __FUNCTION__, $a );
}
foreach ( array( 'litespeed_purge_post', 'litespeed_purge_all', 'cache_enabler_clear_page_cache_by_post', 'cache_enabler_clear_site_cache', 'wphb_clear_page_cache', 'swcfpc_purge_cache', 'breeze_clear_all_cache', 'rt_nginx_helper_purge_all' ) as $mentor_bridge_action ) {
	\add_action(
		$mentor_bridge_action,
		static function ( $of = '' ) use ( $mentor_bridge_action ) {
			mentor_bridge_note_purge( $mentor_bridge_action, '' === $of ? array() : array( $of ) );
		}
	);
}
