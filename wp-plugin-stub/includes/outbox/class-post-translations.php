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
class Post_Translations {

	/**
	 * Translations of a post that the bridge takes at most.
	 */
	const MOST = 100;

	/**
	 * Further addresses of a blog that the bridge takes at most.
	 */
	const MOST_HOMES = 5;

	/**
	 * Gives the ids of the public translations of a post, ascending.
	 *
	 * @param \WP_Post $post The post.
	 * @return int[]
	 */
	public static function of( \WP_Post $post ): array {
		$translations = array();
		foreach ( \array_unique( \array_map( 'intval', self::linked( $post ) ) ) as $id ) {
			if ( $id > 0 && $id !== (int) $post->ID && Sharing_Rules::is_public( Outbox::POST, $id ) ) {
				$translations[] = $id;
			}
		}
		\sort( $translations );
		return \array_slice( $translations, 0, self::MOST );
	}

	/**
	 * Gives the addresses at which this blog stands as well: those of languages that have a domain of their own.
	 *
	 * @return string[]
	 */
	public static function homes(): array {
		$domains = array();
		if ( \function_exists( 'PLL' ) && isset( \PLL()->options['force_lang'], \PLL()->options['domains'] ) && 3 === (int) \PLL()->options['force_lang'] ) {
			$domains = (array) \PLL()->options['domains'];
		} elseif ( \has_filter( 'wpml_setting' ) && 2 === (int) \apply_filters( 'wpml_setting', 0, 'language_negotiation_type' ) ) {
			foreach ( (array) \apply_filters( 'wpml_setting', array(), 'language_domains' ) as $domain ) {
				$domains[] = \is_string( $domain ) && ! \preg_match( '~\Ahttps?://~i', $domain ) ? \wp_parse_url( Connection::home(), PHP_URL_SCHEME ) . '://' . $domain : $domain;
			}
		}
		/**
		 * Filters the addresses at which this blog stands as well. The bridge calls it at each before it takes one for its own.
		 *
		 * @param string[] $homes Addresses, without that of the blog itself.
		 */
		$homes     = (array) \apply_filters( 'mentor_bridge_homes', \array_values( $domains ) );
		$addresses = array();
		foreach ( \array_filter( $homes, 'is_string' ) as $home ) {
			$home = Http::normalise( \esc_url_raw( $home, array( 'http', 'https' ) ) );
			if ( '' !== $home && Site_Fingerprint::place( $home ) !== Site_Fingerprint::place( Connection::home() ) ) {
				$addresses[] = $home;
			}
		}
		return \array_slice( \array_values( \array_unique( $addresses ) ), 0, self::MOST_HOMES );
	}

	/**
	 * Gives the ids of the linked translations of a post, public or not.
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
		$type   = 'post_' . $post->post_type;
		$group  = \apply_filters( 'wpml_element_trid', null, $post->ID, $type );
		$linked = $group ? \apply_filters( 'wpml_get_element_translations', null, $group, $type ) : null;
		return \is_array( $linked ) ? \array_filter( \array_column( $linked, 'element_id' ), 'is_numeric' ) : array();
	}
}
