<?php
/**
 * For the request that updates this plugin from 1.1.0, and for no other.
 *
 * That request goes on with the code of 1.1.0 in memory, which looks for its classes in this folder. They are replaced by one
 * that does nothing, and nothing of the plugin is called any more; the next request runs the new code.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Stands for each class of 1.1.0 that was not loaded when its file was replaced.
 */
class Changes {

	/**
	 * Does nothing.
	 *
	 * @param string $name      Name of a method of 1.1.0.
	 * @param array  $arguments Its arguments.
	 * @return null
	 */
	public static function __callStatic( $name, $arguments ) {
		return null;
	}
}

foreach ( array( 'Events', 'Page_Caches', 'Sender', 'Unreadable' ) as $mentor_bridge_class ) {
	if ( ! class_exists( __NAMESPACE__ . '\\' . $mentor_bridge_class, false ) ) {
		class_alias( Changes::class, __NAMESPACE__ . '\\' . $mentor_bridge_class );
	}
}
foreach ( $GLOBALS['wp_filter'] as $mentor_bridge_hook => $mentor_bridge_callbacks ) {
	foreach ( $mentor_bridge_callbacks->callbacks as $mentor_bridge_priority => $mentor_bridge_functions ) {
		foreach ( array_column( $mentor_bridge_functions, 'function' ) as $mentor_bridge_function ) {
			if ( is_array( $mentor_bridge_function ) && is_string( $mentor_bridge_function[0] ) && 0 === strpos( $mentor_bridge_function[0], __NAMESPACE__ . '\\' ) ) {
				remove_filter( $mentor_bridge_hook, $mentor_bridge_function, $mentor_bridge_priority );
			}
		}
	}
}
