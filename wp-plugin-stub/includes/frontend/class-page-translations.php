<?php
/**
 * Translations of what readers see.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Loads the few strings that a page view prints, and no others.
 */
class Page_Translations {

	/**
	 * Loads the translations of what readers see. They are a file of their own, made with the zip: to read all translations
	 * for a dozen words would take longer than all the rest. A site's own translation goes first.
	 */
	public static function load(): void {
		$locale = \get_locale();
		$file   = MENTOR_BRIDGE_DIR . '/languages/page/mentor-bridge-' . $locale . '.mo';
		if ( 'en_US' === $locale || \is_textdomain_loaded( 'mentor-bridge' ) ) {
			return;
		}
		if ( \is_readable( $file ) && ! \is_readable( WP_LANG_DIR . '/plugins/mentor-bridge-' . $locale . '.mo' ) ) {
			\load_textdomain( 'mentor-bridge', $file );
		} else {
			Plugin::load_translations();
		}
	}
}
