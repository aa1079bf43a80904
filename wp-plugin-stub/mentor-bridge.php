<?php
/**
 * Plugin Name:       Mentor Bridge
 * Description:       Shows related mentors from other blogs under your posts, with the reason, and offers your authors as mentors if they agree.
 * Version:           1.2.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            The Mentor Bridge authors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       mentor-bridge
 * Domain Path:       /languages
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

define( 'MENTOR_BRIDGE_VERSION', '1.2.0' );
define( 'MENTOR_BRIDGE_FILE', __FILE__ );
define( 'MENTOR_BRIDGE_DIR', __DIR__ );

require_once __DIR__ . '/includes/class-autoloader.php';
require_once __DIR__ . '/includes/functions.php';

Mentor_Bridge\Autoloader::register( __DIR__ . '/includes' );
Mentor_Bridge\Plugin::init();
