<?php
/**
 * The data of each event.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Renders the whole current state of one object. Decides nothing: whether it may be sent is asked in Sharing_Rules.
 */
class Payload {

	/*
	 * What an author declares, options of the user on this site: lists of short texts.
	 */
	const OFFERS    = 'mentor_bridge_offers';
	const NEEDS     = 'mentor_bridge_needs';
	const LANGUAGES = 'mentor_bridge_languages';

	/**
	 * Bytes of content that are sent at most.
	 */
	const CONTENT_LIMIT = 400000;

	/**
	 * What no filter changes: which object it is, whose, and what its author agreed to.
	 */
	const FIXED_FIELDS = array( 'id', 'post_id', 'parent_id', 'author_id', 'commenter', 'commenter_basis', 'takes_part', 'consented_at', 'consent_door', 'consent_text' );

	/**
	 * Renders a post as the data of an event.
	 *
	 * @param \WP_Post $post A public post.
	 * @return array<string,mixed>
	 */
	public static function post( \WP_Post $post ): array {
		$content   = Wire_Format::without_data_addresses( (string) $post->post_content );
		$cut       = Wire_Format::cut( $content, self::CONTENT_LIMIT );
		$published = Wire_Format::time( $post->post_date_gmt, $post->post_date );
		$url       = self::address( $post );
		$pages     = Language_Fields::pages( $post, $url, array( self::class, 'address' ) );
		$data      = ( array() === $pages ? array() : array( 'language_pages' => $pages ) ) + array(
			'id'           => (int) $post->ID,
			'author_id'    => Post_Authors::of( $post )[0],
			'url'          => $url,
			'canonical'    => self::canonical( $post, $url ),
			'title'        => Wire_Format::shorten( (string) $post->post_title, 2000 ),
			'content'      => $cut,
			'excerpt'      => Wire_Format::shorten( Wire_Format::without_data_addresses( (string) $post->post_excerpt ), 20000 ),
			'language'     => self::post_language( $post ),
			'published_at' => $published,
			'modified_at'  => Wire_Format::time( $post->post_modified_gmt, $post->post_modified, $published ),
			'tags'         => self::terms( $post, 'post_tag' ),
			'categories'   => self::terms( $post, 'category' ),
			'truncated'    => $cut !== $content,
			'translations' => Post_Translations::of( $post ),
		);
		return self::filter( $data, 'post', $post );
	}

	/**
	 * Renders a comment. No address, no IP, no user agent.
	 *
	 * @param \WP_Comment $comment An approved comment.
	 * @param \WP_Post    $post    Its post.
	 * @return array<string,mixed>
	 */
	public static function comment( \WP_Comment $comment, \WP_Post $post ): array {
		list( $commenter, $basis ) = Commenter::of( $comment );
		$user_id                   = (int) $comment->user_id;
		$data                      = array(
			'id'              => (int) $comment->comment_ID,
			'post_id'         => (int) $post->ID,
			'parent_id'       => (int) $comment->comment_parent,
			'commenter'       => $commenter,
			'commenter_basis' => $basis,
			'author_name'     => Wire_Format::shorten( Commenter::public_name( $comment ), 300 ),
			'author_id'       => $user_id,
			'is_staff'        => Commenter::is_staff( $comment ),
			'by_post_author'  => $user_id > 0 && \in_array( $user_id, Post_Authors::of( $post ), true ),
			'comment_type'    => '' === $comment->comment_type ? 'comment' : (string) $comment->comment_type,
			'insightful'      => Insightful::is_marked( (int) $comment->comment_ID ),
			// Whether, not which: the address stays here.
			'has_website'     => '' !== \trim( (string) $comment->comment_author_url ),
			'content'         => Wire_Format::cut( Wire_Format::without_data_addresses( (string) $comment->comment_content ), self::CONTENT_LIMIT ),
			'published_at'    => Wire_Format::time( $comment->comment_date_gmt, $comment->comment_date ),
		);
		return self::filter( $data, 'comment', $comment );
	}

	/**
	 * Renders an author who takes part as the data of an event.
	 *
	 * @param \WP_User   $user   The author.
	 * @param array|null $record Consent record; null for a preview.
	 * @return array<string,mixed>
	 */
	public static function author( \WP_User $user, ?array $record ): array {
		$data = array(
			'id'           => (int) $user->ID,
			'name'         => self::author_name( $user ),
			'url'          => self::author_address( $user ),
			'bio'          => Wire_Format::shorten( (string) $user->description, 20000 ),
			'takes_part'   => true,
			'consented_at' => null === $record ? '' : $record['at'],
			'consent_door' => null === $record ? '' : $record['door'],
			'consent_text' => null === $record ? '' : $record['text_id'],
			'offers'       => self::declared( $user->ID, self::OFFERS ),
			'needs'        => self::declared( $user->ID, self::NEEDS ),
			'languages'    => self::declared( $user->ID, self::LANGUAGES ),
			'declared'     => Pairing_Profile::of( $user->ID ),
		);
		return self::filter( $data, 'author', $user );
	}

	/**
	 * Lets other plugins change what is said of an object, before it is shown in a preview or sent. They may say less or
	 * something else in a field; what an object is, who it hangs on and what was agreed stay as they are, and no field is
	 * added.
	 *
	 * @param array<string,mixed>             $data   The data of an event.
	 * @param string                          $kind   'post', 'comment' or 'author'.
	 * @param \WP_Post|\WP_Comment|\WP_User $source What it is about.
	 * @return array<string,mixed>
	 */
	private static function filter( array $data, string $kind, $source ): array {
		/**
		 * Filters what leaves the blog of a post, a comment or an author.
		 *
		 * @param array                         $data   Field => value, as the settings screen shows it.
		 * @param string                        $kind   'post', 'comment' or 'author'.
		 * @param \WP_Post|\WP_Comment|\WP_User $source What it is about.
		 */
		$filtered = \apply_filters( 'mentor_bridge_payload', $data, $kind, $source );
		$fixed    = \array_intersect_key( $data, \array_flip( self::FIXED_FIELDS ) );
		return \is_array( $filtered ) ? \array_merge( $data, \array_intersect_key( $filtered, $data ), $fixed ) : $data;
	}

	/**
	 * Gives the public name of an author, else the end of the address of their page, which WordPress makes of the login.
	 *
	 * @param \WP_User $user The author.
	 * @return string '' when both are made of an e-mail address.
	 */
	public static function author_name( \WP_User $user ): string {
		$name = Public_Name::without_address( $user->display_name, $user->user_email );
		return Wire_Format::shorten( '' === $name ? Public_Name::without_address( $user->user_nicename, $user->user_email ) : $name, 300 );
	}

	/**
	 * Gives the address of an author's page, unless WordPress made it of their e-mail address.
	 *
	 * @param \WP_User $user The author.
	 */
	private static function author_address( \WP_User $user ): string {
		$url = (string) \get_author_posts_url( $user->ID, $user->user_nicename );
		return Public_Name::reveals_address( $url, $user->user_email ) ? '' : $url;
	}

	/**
	 * Gives the address of a post; the short one where the long one names an author by their e-mail address.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function address( \WP_Post $post ): string {
		$user = \get_userdata( (int) $post->post_author );
		$url  = (string) \get_permalink( $post );
		return $user && false !== \strpos( $url, "/{$user->user_nicename}/" ) && '' === self::author_address( $user ) ? \home_url( '?p=' . $post->ID ) : $url;
	}

	/**
	 * Gives the address where a post is at home, if that is another one: of a text that was published elsewhere first.
	 *
	 * @param \WP_Post $post The post.
	 * @param string   $url  Its own address; where one stands on a further page of it, core appends that.
	 */
	private static function canonical( \WP_Post $post, string $url ): string {
		if ( \get_permalink( $post ) !== $url ) {
			return '';
		}
		$canonical = \esc_url_raw( (string) \wp_get_canonical_url( $post ), array( 'http', 'https' ) );
		return 0 === \strpos( $canonical, $url ) || 2000 < \strlen( $canonical ) || ! \wp_parse_url( $canonical, PHP_URL_HOST ) ? '' : $canonical;
	}

	/**
	 * Renders the blog as the data of an event.
	 *
	 * @return array<string,mixed>
	 */
	public static function blog(): array {
		$homes = Post_Translations::homes();
		return ( array() === $homes ? array() : array( 'further_homes' => $homes ) ) + array(
			'uuid'              => Connection::uuid(),
			'name'              => Public_Name::without_address( \wp_specialchars_decode( (string) \get_option( 'blogname' ), ENT_QUOTES ) ),
			'description'       => \wp_specialchars_decode( (string) \get_option( 'blogdescription' ), ENT_QUOTES ),
			'language'          => self::blog_language(),
			'home_url'          => Connection::home(),
			'rest_url'          => \rest_url(),
			'xmlrpc_url'        => \site_url( 'xmlrpc.php' ),
			'wordpress_version' => (string) \get_bloginfo( 'version' ),
			'php_version'       => PHP_VERSION,
			'plugin_version'    => MENTOR_BRIDGE_VERSION,
			'statistics'        => Connection::statistics(),
			'showing'           => Mentors_Of_Blog::showing(),
		);
	}

	/**
	 * Gives the language of the blog as a BCP-47 tag: of the site, not of whoever is signed in.
	 */
	public static function blog_language(): string {
		$locale = Language_Fields::locale();
		return Wire_Format::language_tag( '' === $locale ? (string) \get_locale() : $locale );
	}

	/**
	 * Gives the language of a post.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function post_language( \WP_Post $post ): string {
		$language = '';
		if ( \function_exists( 'pll_get_post_language' ) ) {
			$language = (string) \pll_get_post_language( $post->ID, 'locale' );
		} elseif ( \has_filter( 'wpml_post_language_details' ) ) {
			$details  = \apply_filters( 'wpml_post_language_details', null, $post->ID );
			$language = \is_array( $details ) && isset( $details['locale'] ) ? (string) $details['locale'] : '';
		}
		$language = '' === $language ? self::blog_language() : Wire_Format::language_tag( $language );
		/**
		 * Filters the language of a post, for plugins that give each post its own.
		 *
		 * @param string   $language BCP-47 tag such as fr-CA.
		 * @param \WP_Post $post     The post.
		 */
		return (string) \apply_filters( 'mentor_bridge_post_language', $language, $post );
	}

	/**
	 * Gives the names of a post's terms.
	 *
	 * @param \WP_Post $post     The post.
	 * @param string   $taxonomy Which.
	 * @return string[]
	 */
	private static function terms( \WP_Post $post, string $taxonomy ): array {
		$terms = \is_object_in_taxonomy( $post->post_type, $taxonomy ) ? \get_the_terms( $post, $taxonomy ) : array();
		$names = \array_map(
			static function ( $term ) {
				return \wp_specialchars_decode( $term->name, ENT_QUOTES );
			},
			\is_array( $terms ) ? $terms : array()
		);
		\sort( $names, SORT_STRING );
		return Wire_Format::short_list( $names );
	}

	/**
	 * Gives a declared list of an author.
	 *
	 * @param int    $user_id The author.
	 * @param string $option  Which list.
	 * @return string[]
	 */
	private static function declared( int $user_id, string $option ): array {
		$list = \get_user_option( $option, $user_id );
		return \is_array( $list ) ? Wire_Format::short_list( \array_filter( \array_map( 'strval', $list ), 'strlen' ) ) : array();
	}
}
