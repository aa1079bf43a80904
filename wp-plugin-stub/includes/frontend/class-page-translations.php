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
		$locale = self::own_locale( \get_locale() );
		$file   = MENTOR_BRIDGE_DIR . '/languages/page/mentor-bridge-' . $locale . '.mo';
		if ( 'en_US' === $locale || \is_textdomain_loaded( 'mentor-bridge' ) ) {
			return;
		}
		if ( \is_readable( $file ) && ! \is_readable( WP_LANG_DIR . '/plugins/mentor-bridge-' . \get_locale() . '.mo' ) ) {
			\load_textdomain( 'mentor-bridge', $file );
		} else {
			Plugin::load_translations();
		}
	}

	/**
	 * Finds the locale whose translation a reader of another understands: French of Belgium is in the file of France.
	 *
	 * @param string $locale A locale such as fr_BE.
	 * @return string The same, or that of a translation which is here.
	 */
	public static function own_locale( string $locale ): string {
		return 'fr' === \substr( $locale, 0, 2 ) && 'fr_CA' !== $locale && \in_array( \substr( $locale, 2, 1 ), array( '_', '' ), true ) ? 'fr_FR' : $locale;
	}

	/**
	 * Names another file where the plugin has none of a locale, and nobody has put one in its place.
	 *
	 * @param mixed $file   Where WordPress looks.
	 * @param mixed $domain Whose translations.
	 * @return mixed The file of a locale that is here, or the same.
	 */
	public static function on_file( $file, $domain ) {
		if ( 'mentor-bridge' !== $domain || ! \is_string( $file ) || \is_readable( $file ) || ! \preg_match( '/mentor-bridge-([a-zA-Z_]+)\.mo$/D', $file, $found ) ) {
			return $file;
		}
		$own = self::own_locale( $found[1] );
		return $own === $found[1] ? $file : MENTOR_BRIDGE_DIR . '/languages/mentor-bridge-' . $own . '.mo';
	}
}
