<?php
/**
 * Where else an author can be followed.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A handle in the Fediverse and the newsletter of this blog, as far as they are found here. The author ticks what their
 * card may name; what is ticked is kept as it was shown then, and sent only while the same is found.
 */
class Elsewhere {

	/**
	 * Names of what can be named, as fields of the pairing profile.
	 */
	const FIELDS = array( 'fediverse', 'newsletter' );

	/**
	 * Shortcodes and blocks by which pages take subscribers to a newsletter.
	 */
	const SHORTCODES = array( 'mailpoet_form', 'newsletter_form', 'newsletter_signup_form', 'newsletter', 'jetpack_subscription_form' );
	const BLOCKS     = array( 'mailpoet/subscription-form-block', 'tnp/minimal', 'jetpack/subscriptions' );

	/**
	 * Pages with such a mark that are looked at.
	 */
	const MOST_PAGES = 20;

	/**
	 * Gives what is found for an author.
	 *
	 * @param int $user_id The author.
	 * @return array<string,string> Each of FIELDS, '' where there is none.
	 */
	public static function found( int $user_id ): array {
		$user = \get_userdata( $user_id );
		return array( 'fediverse' => $user ? self::handle( $user ) : '', 'newsletter' => self::newsletter() );
	}

	/**
	 * Gives what an author lets their card name, as far as it is still found.
	 *
	 * @param int   $user_id The author.
	 * @param array $kept    Their pairing profile.
	 * @return array<string,string>
	 */
	public static function named( int $user_id, array $kept ): array {
		$named = \array_intersect_key( $kept, \array_flip( self::FIELDS ) );
		if ( array() === \array_filter( $named ) ) {
			return \array_fill_keys( self::FIELDS, '' );
		}
		$found = self::found( $user_id );
		foreach ( self::FIELDS as $field ) {
			$found[ $field ] = isset( $named[ $field ] ) && $named[ $field ] === $found[ $field ] ? $found[ $field ] : '';
		}
		return $found;
	}

	/**
	 * Finds the handle of an author: their own or the blog's at this blog, else one that their profile links to.
	 *
	 * @param \WP_User $user The author.
	 */
	private static function handle( \WP_User $user ): string {
		$handles = \array_merge( self::handles_here( $user->ID ), \array_map( array( self::class, 'handle_of_link' ), self::profile_links( $user ) ) );
		foreach ( $handles as $handle ) {
			// Whoever has the same as an address for mail would have it read off the card.
			if ( \preg_match( '/\A@[A-Za-z0-9_.-]{1,64}@([a-z0-9-]+\.)+([a-z]{2,63}|xn--[a-z0-9-]+)\z/', $handle ) && 0 !== \strcasecmp( $handle, '@' . $user->user_email ) ) {
				return $handle;
			}
		}
		return '';
	}

	/**
	 * Asks the plugin ActivityPub for the handle of an author, then for that of the blog; it has none for who is not there.
	 *
	 * @param int $user_id The author.
	 * @return string[]
	 */
	private static function handles_here( int $user_id ): array {
		$handles = array();
		foreach ( \is_callable( array( '\Activitypub\Webfinger', 'get_user_resource' ) ) ? array( $user_id, 0 ) : array() as $actor ) {
			try {
				// Versions before 5 have no such function, and refuse by themselves whoever may not.
				$may      = ! \function_exists( '\Activitypub\user_can_activitypub' ) || \Activitypub\user_can_activitypub( $actor );
				$resource = $may ? \Activitypub\Webfinger::get_user_resource( $actor ) : '';
			} catch ( \Throwable $error ) {
				return array(); // another plugin's fault is no reason to send nothing of an author
			}
			if ( \is_string( $resource ) && '' !== $resource ) {
				$handles[] = '@' . \ltrim( $resource, '@' );
			}
		}
		return $handles;
	}

	/**
	 * Gives the addresses that an author calls their own: links with rel="me" in the biography, and what other plugins have
	 * a field for.
	 *
	 * @param \WP_User $user The author.
	 * @return string[]
	 */
	private static function profile_links( \WP_User $user ): array {
		$links = array( (string) $user->get( 'mastodon' ), (string) $user->user_url );
		\preg_match_all( '/<a\s[^>]*>/i', (string) $user->description, $tags );
		foreach ( $tags[0] as $tag ) {
			$attributes = \wp_kses_hair( \substr( $tag, 2, -1 ), array( 'http', 'https' ) );
			$relations  = isset( $attributes['rel'] ) ? \preg_split( '/\s+/', \strtolower( $attributes['rel']['value'] ) ) : array();
			if ( isset( $attributes['href'] ) && \in_array( 'me', (array) $relations, true ) ) {
				$links[] = $attributes['href']['value'];
			}
		}
		return $links;
	}

	/**
	 * Reads the handle off the address of a profile, or a handle as it stands.
	 *
	 * @param string $link An address such as https://host/@name, or @name@host.
	 * @return string '' when it is neither.
	 */
	public static function handle_of_link( string $link ): string {
		if ( \preg_match( '#\A@?([\w.-]+)@([\w.-]+)\z#', $link, $parts ) && '@' === $link[0] ) {
			return '@' . $parts[1] . '@' . \strtolower( $parts[2] );
		}
		return \preg_match( '#\Ahttps://([A-Za-z0-9.-]+)/@([\w.-]+)/?\z#', $link, $parts ) ? '@' . $parts[2] . '@' . \strtolower( $parts[1] ) : '';
	}

	/**
	 * Finds the first page of this blog that takes subscribers to a newsletter.
	 *
	 * @return string Its address, '' when there is none.
	 */
	private static function newsletter(): string {
		$shortcodes = \array_filter( self::SHORTCODES, 'shortcode_exists' );
		$blocks     = \array_filter( self::BLOCKS, array( self::class, 'has_block_type' ) );
		foreach ( self::pages_holding( \array_merge( self::opened( '[', $shortcodes ), self::opened( '<!-- wp:', $blocks ) ) ) as $page ) {
			foreach ( $shortcodes as $shortcode ) {
				if ( \has_shortcode( $page->post_content, $shortcode ) ) {
					return (string) \get_permalink( $page );
				}
			}
			foreach ( $blocks as $block ) {
				if ( \has_block( $block, $page ) ) {
					return (string) \get_permalink( $page );
				}
			}
		}
		return '';
	}

	/**
	 * Tells whether a block is known here; MailPoet names the one that it prints otherwise than the one in a page.
	 *
	 * @param string $block Its name.
	 */
	private static function has_block_type( string $block ): bool {
		$types = \WP_Block_Type_Registry::get_instance();
		return $types->is_registered( $block ) || $types->is_registered( $block . '-render' );
	}

	/**
	 * Puts what opens a shortcode or block before each name.
	 *
	 * @param string   $opening What.
	 * @param string[] $names   The names.
	 * @return string[]
	 */
	private static function opened( string $opening, array $names ): array {
		return \array_map(
			static function ( string $name ) use ( $opening ): string {
				return $opening . $name;
			},
			\array_values( $names )
		);
	}

	/**
	 * Finds public pages that hold one of some marks, the oldest first.
	 *
	 * @param string[] $marks What stands in their text.
	 * @return \WP_Post[]
	 */
	private static function pages_holding( array $marks ): array {
		global $wpdb;
		$ids = array();
		foreach ( $marks as $mark ) {
			// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- on a profile screen and when an author is sent, never on a page.
			$some = $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM $wpdb->posts WHERE post_type = 'page' AND post_status = 'publish' AND post_password = '' AND post_content LIKE %s ORDER BY ID LIMIT %d", '%' . $wpdb->esc_like( $mark ) . '%', self::MOST_PAGES ) );
			$ids  = \array_merge( $ids, \array_map( 'intval', $some ) );
		}
		\sort( $ids );
		return \array_values( \array_filter( \array_map( 'get_post', \array_unique( $ids ) ) ) );
	}
}
