<?php
/**
 * Puts the plugin into a real WordPress and starts what the tests talk to.
 *
 * MENTOR_BRIDGE_WP_ROOT is the folder of a disposable WordPress with a database, whose address is on the loopback and is
 * served by nobody else (for a network also MENTOR_BRIDGE_WP_HOST, its domain with the port). It is served from here, by
 * PHP's own server, and so is a bridge for tests (peer.php). Without the variable what needs no WordPress still runs:
 * phpunit -c wp-plugin-stub/tests/phpunit-without-wordpress.xml
 *
 * @package Mentor_Bridge
 */

error_reporting( E_ALL & ~E_DEPRECATED );
define( 'MENTOR_BRIDGE_TESTS', __DIR__ );
define( 'MENTOR_BRIDGE_SOURCE', dirname( __DIR__ ) );

require_once __DIR__ . '/class-server.php';

if ( ! getenv( 'MENTOR_BRIDGE_WP_ROOT' ) ) {
	// Signing and finding files need no WordPress, and show it here.
	define( 'ABSPATH', __DIR__ . '/' );
	require_once MENTOR_BRIDGE_SOURCE . '/includes/class-autoloader.php';
	Mentor_Bridge\Autoloader::register( MENTOR_BRIDGE_SOURCE . '/includes' );
	return;
}

$mentor_bridge_root = rtrim( getenv( 'MENTOR_BRIDGE_WP_ROOT' ), '/' );
Mentor_Bridge\Tests\Server::copy_plugin( MENTOR_BRIDGE_SOURCE, $mentor_bridge_root . '/wp-content/plugins/mentor-bridge' );

// WordPress reads these while it loads; on a command line there is no request.
$_SERVER['HTTP_HOST']      = getenv( 'MENTOR_BRIDGE_WP_HOST' ) ? getenv( 'MENTOR_BRIDGE_WP_HOST' ) : '127.0.0.1';
$_SERVER['REMOTE_ADDR']    = '127.0.0.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI']    = '/';
// phpunit includes this file inside a function; WordPress expects to be at the top.
foreach ( array( 'wpdb', 'wp', 'wp_query', 'wp_rewrite', 'wp_the_query', 'wp_filter', 'wp_roles', 'wp_xmlrpc_server', 'current_user', 'table_prefix', 'blog_id', 'locale', 'wp_version', 'wp_object_cache', 'pagenow', 'wp_taxonomies', 'wp_post_types', 'shortcode_tags', 'wp_locale', 'wp_locale_switcher', 'wp_widget_factory', 'wp_embed', 'wp_plugin_paths', 'current_site', 'current_blog', 'l10n', '_wp_switched_stack', 'switched' ) as $mentor_bridge_global ) {
	global $$mentor_bridge_global;
}
require_once $mentor_bridge_root . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
require_once ABSPATH . 'wp-admin/includes/comment.php';

if ( ! is_plugin_active( 'mentor-bridge/mentor-bridge.php' ) ) {
	$mentor_bridge_error = activate_plugin( 'mentor-bridge/mentor-bridge.php', '', is_multisite() );
	if ( is_wp_error( $mentor_bridge_error ) ) {
		throw new RuntimeException( $mentor_bridge_error->get_error_message() );
	}
}

// A hash that nobody shall break may be cheap.
add_filter(
	'wp_hash_password_options',
	static function () {
		return array( 'cost' => 4 );
	}
);

Mentor_Bridge\Tests\Server::start_blog( $mentor_bridge_root, (string) get_option( 'home' ) );
Mentor_Bridge\Tests\Server::start_peer();
require_once __DIR__ . '/class-wp-cli.php';
require_once __DIR__ . '/class-tls-peer.php';
require_once __DIR__ . '/class-clean-blog.php';
require_once __DIR__ . '/class-wordpress-case.php';
require_once __DIR__ . '/class-nested-text.php';
fwrite( STDERR, 'WordPress ' . get_bloginfo( 'version' ) . ', PHP ' . PHP_VERSION . "\n" );
