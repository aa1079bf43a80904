<?php
/**
 * Serves WordPress with PHP's own server: what is no file goes to index.php.
 *
 * @package Mentor_Bridge
 */

$mentor_bridge_root = rtrim( getenv( 'MENTOR_BRIDGE_WP_ROOT' ), '/' );
$mentor_bridge_path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( '/' !== substr( $mentor_bridge_path, -1 ) && is_file( $mentor_bridge_root . $mentor_bridge_path ) ) {
	return false;
}
$mentor_bridge_index = $mentor_bridge_root . rtrim( $mentor_bridge_path, '/' ) . '/index.php';
if ( ! is_file( $mentor_bridge_index ) ) {
	$mentor_bridge_index = $mentor_bridge_root . '/index.php';
}
$_SERVER['SCRIPT_FILENAME'] = $mentor_bridge_index;
$_SERVER['SCRIPT_NAME']     = substr( $mentor_bridge_index, strlen( $mentor_bridge_root ) );
$_SERVER['PHP_SELF']        = $_SERVER['SCRIPT_NAME'];
chdir( dirname( $mentor_bridge_index ) );
require $mentor_bridge_index;
