<?php
/**
 * States with versions, as JSON.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps a state and the version it came with, so that an older one can be refused.
 */
class Versioned_State {

	/**
	 * Stores a state as meta of a post. Not by editing the post: that would change its date and come back as an event.
	 *
	 * @param int    $post_id The post.
	 * @param string $key     Meta key.
	 * @param array  $state   The state.
	 * @return true
	 */
	public static function store_meta( int $post_id, string $key, array $state ): bool {
		// Core takes slashes out of what is stored; they are put in first, or `\"` in the JSON would be lost.
		$json = \wp_json_encode( $state, JSON_INVALID_UTF8_SUBSTITUTE );
		$old  = \get_post_meta( $post_id, $key, true );
		if ( $json === $old ) {
			return true;
		}
		Enqueue::muted(
			static function () use ( $post_id, $key, $json ) {
				\update_post_meta( $post_id, $key, \wp_slash( $json ) );
			}
		);
		/**
		 * Fires after what the bridge says about a post has changed. Pages are dropped elsewhere (Page_Caches).
		 *
		 * @param int    $post_id The post.
		 * @param string $key     Meta key under which it is stored.
		 */
		\do_action( 'mentor_bridge_stored', $post_id, $key );
		return true;
	}

	/**
	 * Reads the version of a stored state.
	 *
	 * @param mixed $json As stored.
	 */
	public static function version( $json ): int {
		$state = \is_string( $json ) && '' !== $json ? \json_decode( $json, true ) : null;
		return isset( $state['version'] ) ? (int) $state['version'] : 0;
	}
}
