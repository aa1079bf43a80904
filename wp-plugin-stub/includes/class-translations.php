<?php
/**
 * What the plugins for several languages know of a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Finds the posts that say the same in other languages, through the public hooks of Polylang and WPML. Without either it asks nothing.
 */
class Translations {

	/**
	 * How many the bridge takes.
	 */
	const MOST = 100;

	/**
	 * Gives the ids of the public translations of a post, ascending.
	 *
	 * @param \WP_Post $post The post.
	 * @return int[]
	 */
	public static function of( \WP_Post $post ): array {
		$others = array();
		foreach ( \array_unique( \array_map( 'intval', self::linked( $post ) ) ) as $id ) {
			if ( $id > 0 && $id !== (int) $post->ID && Sharing::is_public( Outbox::POST, $id ) ) {
				$others[] = $id;
			}
		}
		\sort( $others );
		return \array_slice( $others, 0, self::MOST );
	}

	/**
	 * Gives whatever ids are linked, public or not.
	 *
	 * @param \WP_Post $post The post.
	 * @return array<int|string>
	 */
	private static function linked( \WP_Post $post ): array {
		if ( \function_exists( 'pll_get_post_translations' ) ) {
			return \array_filter( (array) \pll_get_post_translations( $post->ID ), 'is_numeric' );
		}
		if ( ! \has_filter( 'wpml_get_element_translations' ) ) {
			return array();
		}
		$type  = 'post_' . $post->post_type;
		$group = \apply_filters( 'wpml_element_trid', null, $post->ID, $type );
		$found = $group ? \apply_filters( 'wpml_get_element_translations', null, $group, $type ) : null;
		return \is_array( $found ) ? \array_filter( \array_column( $found, 'element_id' ), 'is_numeric' ) : array();
	}
}
