<?php
/**
 * The style of what wp-admin says about conversations.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One small file, on the screens that need it.
 */
class Engagement_Style {

	/**
	 * Has the style of conversations loaded with the screen that is being prepared.
	 */
	public static function enqueue_later(): void {
		if ( Statistics::may_be_seen() ) {
			\add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue' ) );
		}
	}

	/**
	 * Loads the style of conversations.
	 */
	public static function enqueue(): void {
		\wp_enqueue_style( 'mentor-bridge-engagement', \plugins_url( 'assets/engagement.css', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION );
	}
}
