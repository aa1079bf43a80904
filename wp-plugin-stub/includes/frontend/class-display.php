<?php
/**
 * Related mentors on the page of a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Prints what the bridge has stored with the post, and only that: no remote call, no query of its own.
 *
 * Three ways lead here: the end of the content, a shortcode and a block. Whichever comes first prints; a post never shows
 * its mentors twice.
 */
class Display {

	/**
	 * Option: 'no' when the owner places the list by hand. Autoloaded, and its absence means 'yes'.
	 */
	const OPTION = 'mentor_bridge_under_posts';

	/**
	 * Meta of a post whose list its author has hidden.
	 */
	const HIDDEN = '_mentor_bridge_list_hidden';

	/**
	 * Name of the shortcode for related mentors.
	 */
	const SHORTCODE = 'mentor_bridge_related';

	/**
	 * Handle of the style sheet for related mentors.
	 */
	const STYLE = 'mentor-bridge-related';

	/**
	 * Where the list of a post was printed: post id => 'content' or 'elsewhere'.
	 *
	 * @var array<int,string>
	 */
	private static $printed = array();

	/**
	 * How many runs of the_content are open; they may be nested.
	 *
	 * @var int
	 */
	private static $depth = 0;

	/**
	 * Registers the hooks of content, shortcode and block.
	 */
	public static function init(): void {
		\add_action( 'init', array( self::class, 'register' ) );
		\add_filter( 'the_content', array( self::class, 'enter_content' ), PHP_INT_MIN );
		// Behind blocks (9) and shortcodes (11), so that a list placed by hand is seen.
		\add_filter( 'the_content', array( self::class, 'append' ), 20 );
		\add_filter( 'the_content', array( self::class, 'leave_content' ), PHP_INT_MAX );
	}

	/**
	 * Registers shortcode and block, and the script that stands for all our blocks in the editor.
	 */
	public static function register(): void {
		\add_shortcode( self::SHORTCODE, array( self::class, 'shortcode' ) );
		\wp_register_script( 'mentor-bridge-blocks', \plugins_url( 'blocks/editor.js', MENTOR_BRIDGE_FILE ), array( 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element', 'wp-server-side-render' ), MENTOR_BRIDGE_VERSION, true );
		\wp_register_style( self::STYLE, \plugins_url( 'assets/related-mentors.css', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION );
		\wp_style_add_data( self::STYLE, 'path', MENTOR_BRIDGE_DIR . '/assets/related-mentors.css' );
		\register_block_type( MENTOR_BRIDGE_DIR . '/blocks/related-mentors' );
	}

	/**
	 * Notes that a content is being put together. It may be the second time, as plugins do that to read it: what the
	 * first run printed was perhaps never shown.
	 *
	 * @param string $content The content.
	 * @return string The same.
	 */
	public static function enter_content( $content ) {
		$post_id = (int) \get_the_ID();
		if ( 0 === self::$depth && isset( self::$printed[ $post_id ] ) && 'content' === self::$printed[ $post_id ] ) {
			unset( self::$printed[ $post_id ] );
		}
		++self::$depth;
		return $content;
	}

	/**
	 * Notes that a content has been put together.
	 *
	 * @param string $content The content.
	 * @return string The same.
	 */
	public static function leave_content( $content ) {
		self::$depth = \max( 0, self::$depth - 1 );
		return $content;
	}

	/**
	 * Puts the list at the end of the post's content.
	 *
	 * @param string $content The content.
	 * @return string
	 */
	public static function append( $content ) {
		if ( ! \in_the_loop() || ! \is_main_query() || ! \is_singular() || ! self::is_under_posts( (int) \get_the_ID() ) ) {
			return $content;
		}
		return $content . self::html( (int) \get_the_ID() );
	}

	/**
	 * Gives the related mentors where the shortcode stands.
	 *
	 * @return string
	 */
	public static function shortcode(): string {
		return self::html( (int) \get_the_ID() );
	}

	/**
	 * Gives the related mentors where the block stands; in the editor those of the post that is edited.
	 *
	 * @param int $post_id The post.
	 * @return string HTML.
	 */
	public static function block( int $post_id ): string {
		if ( self::is_preview() ) {
			return 0 < $post_id && \current_user_can( 'edit_post', $post_id ) ? self::list_html( $post_id, Related_Mentors::of( $post_id ) ) : '';
		}
		return self::in_block( self::html( $post_id ) );
	}

	/**
	 * Puts the content of a block into the element that carries the colours, spacing and alignment chosen for it.
	 *
	 * @param string $html Escaped HTML; of nothing nothing is made.
	 * @return string
	 */
	public static function in_block( string $html ): string {
		// In the editor the block has that element already.
		return '' === $html || self::is_preview() ? $html : '<div ' . \get_block_wrapper_attributes() . '>' . $html . '</div>';
	}

	/**
	 * Tells whether the editor asks what a block will show.
	 */
	private static function is_preview(): bool {
		$route = \defined( 'REST_REQUEST' ) && REST_REQUEST && isset( $GLOBALS['wp']->query_vars['rest_route'] ) ? (string) $GLOBALS['wp']->query_vars['rest_route'] : '';
		return 1 === \preg_match( '~\A/wp/v2/block-renderer/mentor-bridge/~', $route );
	}

	/**
	 * Gives the related mentors of the post that the page is about.
	 *
	 * @param int $post_id The post.
	 * @return string HTML; '' when there is nothing honest to show here.
	 */
	public static function html( int $post_id ): string {
		if ( ! self::belongs_here( $post_id ) || isset( self::$printed[ $post_id ] ) || self::is_hidden( $post_id ) ) {
			return '';
		}
		$related = Related_Mentors::of( $post_id );
		if ( array() === $related['mentors'] ) {
			return '';
		}
		self::$printed[ $post_id ] = 0 < self::$depth ? 'content' : 'elsewhere';
		return self::list_html( $post_id, $related );
	}

	/**
	 * Has a list of mentors put together by the template.
	 *
	 * @param int   $post_id The post.
	 * @param array $related From Related_Mentors::of().
	 * @return string HTML; '' for nobody.
	 */
	private static function list_html( int $post_id, array $related ): string {
		if ( array() === $related['mentors'] ) {
			return '';
		}
		Page_Translations::load();
		self::enqueue_style();
		/**
		 * Filters the level of the heading above the related mentors.
		 *
		 * @param int $level   2 to 6.
		 * @param int $post_id The post.
		 */
		$level = (int) \apply_filters( 'mentor_bridge_heading_level', 2, $post_id );
		$args  = array(
			'post_id'  => $post_id,
			'mentors'  => $related['mentors'],
			'language' => $related['language'],
			'level'    => \min( 6, \max( 2, $level ) ),
		);
		/**
		 * Filters what the template is given.
		 *
		 * @param array $args    post_id, mentors, language, level.
		 * @param int   $post_id The post.
		 */
		$args = (array) \apply_filters( 'mentor_bridge_template_arguments', $args, $post_id ) + $args;
		\ob_start();
		\load_template( self::template(), false, $args );
		return (string) \ob_get_clean();
	}

	/**
	 * Tells whether this is the one page on which a post shows its mentors. Feeds, excerpts, lists and REST answers are
	 * not: they travel on without the means to correct them.
	 *
	 * @param int $post_id The post.
	 */
	private static function belongs_here( int $post_id ): bool {
		return $post_id > 0 && \is_singular() && (int) \get_queried_object_id() === $post_id && ! \is_feed() && ! \is_embed()
			&& ! \doing_filter( 'get_the_excerpt' ) && ! ( \defined( 'REST_REQUEST' ) && REST_REQUEST ) && ! \post_password_required( $post_id );
	}

	/**
	 * Tells whether the author of a post has hidden its list.
	 *
	 * @param int $post_id The post; its meta was loaded with it.
	 */
	public static function is_hidden( int $post_id ): bool {
		return (bool) \get_post_meta( $post_id, self::HIDDEN, true );
	}

	/**
	 * Tells whether the owner wants the list under posts. Looks into what is loaded anyway: an option that was never
	 * stored would cost a query on each view.
	 *
	 * @param int $post_id The post at hand; 0 where the setting itself is shown.
	 */
	public static function is_under_posts( int $post_id = 0 ): bool {
		$options = \wp_load_alloptions();
		$shown   = ! isset( $options[ self::OPTION ] ) || 'no' !== $options[ self::OPTION ];
		/**
		 * Filters whether related mentors are put under the content of posts.
		 *
		 * @param bool $shown   What the settings say.
		 * @param int  $post_id The post; 0 where the setting itself is shown.
		 */
		return (bool) \apply_filters( 'mentor_bridge_show_under_posts', $shown, $post_id );
	}

	/**
	 * Gives the path of the template: the theme's own, or the plugin's.
	 */
	private static function template(): string {
		$theme_template = \locate_template( 'mentor-bridge/related-mentors.php' );
		return '' === $theme_template ? MENTOR_BRIDGE_DIR . '/templates/related-mentors.php' : $theme_template;
	}

	/**
	 * Has the few lines of style printed with this page. Core writes so small a file into the page itself.
	 */
	private static function enqueue_style(): void {
		\wp_enqueue_style( self::STYLE );
	}

	/* ---- For the template. ---- */

	/**
	 * Gives the attributes that tell a reader's browser and voice of another language.
	 *
	 * @param string $language BCP-47 tag of the text; '' if unknown.
	 * @param bool   $is_link  Whether what is behind the link is in that language too.
	 * @return string Escaped attributes with a leading space, or ''.
	 */
	public static function language_attributes( string $language, bool $is_link = false ): string {
		if ( '' === $language || ! self::is_foreign( $language ) ) {
			return '';
		}
		return ' lang="' . \esc_attr( $language ) . '"' . ( $is_link ? ' hreflang="' . \esc_attr( $language ) . '"' : '' );
	}

	/**
	 * Tells whether a language is another one than the page's.
	 *
	 * @param string $language BCP-47 tag.
	 */
	public static function is_foreign( string $language ): bool {
		return '' !== $language && self::primary( $language ) !== self::primary( \get_locale() );
	}

	/**
	 * Names a language that is not the page's.
	 *
	 * @param string $language BCP-47 tag.
	 * @return string Such as "in French"; '' for the language of the page.
	 */
	public static function language_note( string $language ): string {
		if ( ! self::is_foreign( $language ) ) {
			return '';
		}
		$notes = array(
			'de' => \__( 'in German', 'mentor-bridge' ),
			'en' => \__( 'in English', 'mentor-bridge' ),
			'es' => \__( 'in Spanish', 'mentor-bridge' ),
			'fr' => \__( 'in French', 'mentor-bridge' ),
			'it' => \__( 'in Italian', 'mentor-bridge' ),
			'nl' => \__( 'in Dutch', 'mentor-bridge' ),
			'pt' => \__( 'in Portuguese', 'mentor-bridge' ),
		);
		$code  = self::primary( $language );
		/* translators: %s: the code of a language, such as "eo". */
		return isset( $notes[ $code ] ) ? $notes[ $code ] : \sprintf( \__( 'language: %s', 'mentor-bridge' ), $code );
	}

	/**
	 * Gives the address where a reader asks a mentor for mentoring: at the bridge, which is asked when a reader follows it.
	 *
	 * @param array $mentor A mentor.
	 * @return string '' for a mentor whom the bridge did not name.
	 */
	public static function ask_url( array $mentor ): string {
		$bridge = Related_Owner::bridge_url();
		$key    = isset( $mentor['key'] ) ? \explode( '/', (string) $mentor['key'], 2 ) : array();
		$url    = '' === $bridge || 2 !== \count( $key ) ? '' : $bridge . '/ask/' . \implode( '/', \array_map( 'rawurlencode', $key ) );
		/**
		 * Filters where the link below a mentor leads by which a reader asks them for mentoring.
		 *
		 * @param string $url    The address; '' shows no link.
		 * @param array  $mentor The mentor.
		 */
		return (string) \apply_filters( 'mentor_bridge_ask_url', $url, $mentor );
	}

	/**
	 * Cuts a reason where it names the post, so that the title can be the link.
	 *
	 * @param array $mentor A mentor.
	 * @return string[] What is before the title, the title, what is behind; the title is '' when the reason does not name it.
	 */
	public static function reason( array $mentor ): array {
		$title = null === $mentor['post'] ? '' : $mentor['post']['title'];
		$at    = '' === $title ? false : \strpos( $mentor['why'], $title );
		if ( false === $at ) {
			return array( $mentor['why'], '', '' );
		}
		return array( \substr( $mentor['why'], 0, $at ), $title, \substr( $mentor['why'], $at + \strlen( $title ) ) );
	}

	/**
	 * Gives the day of a post in the date format of this blog.
	 *
	 * @param string $date ISO 8601.
	 * @return string '' if it is no date.
	 */
	public static function day( string $date ): string {
		$time = '' === $date ? false : \strtotime( $date );
		return false === $time ? '' : (string) \wp_date( (string) \get_option( 'date_format' ), $time );
	}

	/**
	 * Gives the language of a tag or locale without its region.
	 *
	 * @param string $language Such as fr-CA or fr_CA.
	 */
	private static function primary( string $language ): string {
		return \strtolower( (string) \strtok( \str_replace( '_', '-', $language ), '-' ) );
	}
}
