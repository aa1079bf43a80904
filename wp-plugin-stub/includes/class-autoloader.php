<?php
/**
 * Finds the file of a class.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Turns Mentor_Bridge\Some_Thing into class-some-thing.php, so that a request loads only what it uses.
 */
class Autoloader {

	/**
	 * Registers the folder that holds the classes of this namespace.
	 *
	 * @param string $folder Absolute path without a trailing slash.
	 */
	public static function register( string $folder ): void {
		spl_autoload_register(
			static function ( $name ) use ( $folder ) {
				if ( 0 !== strpos( $name, __NAMESPACE__ . '\\' ) ) {
					return;
				}
				$short = substr( $name, strlen( __NAMESPACE__ ) + 1 );
				$file  = $folder . '/class-' . strtolower( str_replace( '_', '-', $short ) ) . '.php';
				if ( is_readable( $file ) ) {
					require_once $file;
				}
			}
		);
	}
}
