<?php
/**
 * A visitor's view, while nobody is visiting.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Opens the page of a post as somebody who is not signed in, and puts everything back afterwards.
 *
 * Plugins that keep posts for members ask who reads (the current user), what is being shown (the main query, the loop) and
 * whether it is a page at all (the hooks `wp` and `template_redirect`), and often register their filters only there. So all
 * of this happens. Nothing of it gets out: what is printed is thrown away, headers are taken back, whoever wants to send the
 * visitor elsewhere or to end the page is stopped by an exception.
 */
class Visitor {

	/**
	 * Seconds of work that opening one page may take.
	 */
	const LIMIT = 10;

	/**
	 * What other code may change while a page is shown.
	 */
	const GLOBALS_KEPT = array( 'post', 'wp_query', 'wp_the_query', 'wp', 'id', 'authordata', 'currentday', 'currentmonth', 'page', 'pages', 'multipage', 'more', 'numpages', 'pagenow', 'locale', 'current_screen', 'shortcode_tags', 'wp_filter', 'wp_actions', 'wp_filters', 'wp_current_filter', '_GET', '_POST', '_REQUEST', '_COOKIE', '_SERVER' );

	/**
	 * What core does with the address of a page, and what it adds to the answer: there is no answer here.
	 */
	const NOT_HERE = array( 'redirect_canonical', 'wp_old_slug_redirect', 'wp_redirect_admin_locations', 'rest_output_link_header', 'wp_shortlink_header', '_wp_admin_bar_init' );

	/**
	 * What the server says of whoever makes a request: headers, a sign-in, the place from which it comes.
	 */
	const OF_A_REQUEST = '/\A(?:HTTP_|REDIRECT_|REMOTE_|PHP_AUTH_|AUTH_|SSL_CLIENT_|GEOIP_|CONTENT_|HTTPS\z|PATH_INFO\z)/';

	/**
	 * Whether the page of the post at hand is made by a plugin, not by the theme.
	 *
	 * @var bool
	 */
	private static $has_foreign_template = false;

	/**
	 * Opens the page of a post, calls back in its loop, and leaves it.
	 *
	 * @param \WP_Post $post The post.
	 * @param callable $read Is called in the loop, with the post as the page has it.
	 * @return mixed What it returns.
	 * @throws Post_Not_Visible If a visitor is not shown the post.
	 */
	public static function visit( \WP_Post $post, callable $read ) {
		$user    = \get_current_user_id();
		$globals = array();
		foreach ( self::GLOBALS_KEPT as $name ) {
			$globals[ $name ] = isset( $GLOBALS[ $name ] ) ? $GLOBALS[ $name ] : null;
		}
		$is_switched = \is_locale_switched();

		$limit   = (int) \ini_get( 'max_execution_time' );
		$headers = \headers_list();
		$status  = \http_response_code();
		$level   = \ob_get_level();
		// In pieces: what prints without end fills no memory.
		\ob_start( '__return_empty_string', 65536 );
		self::limit_time( self::LIMIT );
		try {
			self::become_visitor( $post );
			$result = $read( self::open_page( $post ) );
			if ( \ob_get_level() <= $level ) {
				throw Post_Not_Visible::failed();
			}
			return $result;
		} finally {
			while ( \ob_get_level() > $level ) {
				\ob_end_clean();
			}
			while ( \is_multisite() && \ms_is_switched() ) {
				\restore_current_blog();
			}
			if ( \is_locale_switched() && ! $is_switched ) {
				\restore_current_locale();
			}
			foreach ( self::GLOBALS_KEPT as $name ) {
				$GLOBALS[ $name ] = $globals[ $name ];
			}
			\wp_set_current_user( $user );
			self::take_back_headers( $headers, $status );
			self::limit_time( $limit );
		}
	}

	/**
	 * Tells whether the page just read was made by a plugin, which may show something else than the post.
	 */
	public static function had_foreign_template(): bool {
		return self::$has_foreign_template;
	}

	/**
	 * Becomes a visitor who has asked for the page of a post.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function become_visitor( \WP_Post $post ): void {
		// Copies: what is hooked from here on is gone when the visitor is.
		$GLOBALS['wp_filter'] = \array_map(
			static function ( $hook ) {
				return clone $hook;
			},
			$GLOBALS['wp_filter']
		);
		$GLOBALS['wp']        = clone $GLOBALS['wp'];
		foreach ( array( '_GET', '_POST', '_REQUEST', '_COOKIE' ) as $input ) {
			$GLOBALS[ $input ] = array();
		}
		self::set_request( (string) \get_permalink( $post ) );
		foreach ( self::NOT_HERE as $callback ) {
			foreach ( array( 10, 11, 0, 1000 ) as $priority ) {
				\remove_action( 'template_redirect', $callback, $priority );
			}
		}
		\add_filter(
			'wp_redirect',
			static function ( $location ) use ( $post ) {
				if ( self::is_same_page( (string) $location, (string) \get_permalink( $post ) ) ) {
					throw Post_Not_Visible::redirected();
				}
				throw Post_Not_Visible::hidden();
			},
			PHP_INT_MIN
		);
		foreach ( array( 'wp_die_handler', 'wp_die_ajax_handler', 'wp_die_json_handler', 'wp_die_jsonp_handler', 'wp_die_xmlrpc_handler', 'wp_die_xml_handler' ) as $handler ) {
			\add_filter( $handler, self::refusing_filter(), PHP_INT_MAX );
		}
		// Some look at no page that is made in the background.
		\add_filter( 'wp_doing_cron', '__return_false', PHP_INT_MAX );
		\add_filter( 'wp_doing_ajax', '__return_false', PHP_INT_MAX );
		$GLOBALS['pagenow'] = 'index.php'; // phpcs:ignore WordPress.WP.GlobalVariablesOverride -- put back with the rest.
		if ( \is_admin() && \class_exists( 'WP_Screen' ) ) {
			$GLOBALS['current_screen'] = \WP_Screen::get( 'front' );
		}
		\wp_set_current_user( 0 );
	}

	/**
	 * Makes the request that a visitor's browser would have made.
	 *
	 * @param string $url The address of the page.
	 */
	private static function set_request( string $url ): void {
		$parts = \array_merge( array( 'scheme' => 'http', 'host' => '', 'path' => '/' ), (array) \wp_parse_url( $url ) );
		$https = 'https' === $parts['scheme'];
		$port  = isset( $parts['port'] ) ? (int) $parts['port'] : ( $https ? 443 : 80 );
		foreach ( \array_keys( $_SERVER ) as $name ) {
			if ( \preg_match( self::OF_A_REQUEST, (string) $name ) ) {
				unset( $_SERVER[ $name ] );
			}
		}
		// From nowhere: the server itself, its network and whoever saved the post may be let in where visitors are not.
		$_SERVER['REMOTE_ADDR']     = '192.0.2.1';
		$_SERVER['HTTP_USER_AGENT'] = 'Mozilla/5.0';
		$_SERVER['REQUEST_METHOD'] = 'GET';
		$_SERVER['REQUEST_URI']    = $parts['path'] . ( isset( $parts['query'] ) ? '?' . $parts['query'] : '' );
		$_SERVER['QUERY_STRING']   = isset( $parts['query'] ) ? $parts['query'] : '';
		$_SERVER['HTTP_HOST']      = $parts['host'] . ( isset( $parts['port'] ) ? ':' . $port : '' );
		$_SERVER['SERVER_NAME']    = $parts['host'];
		$_SERVER['SERVER_PORT']    = (string) $port;
		if ( $https ) {
			$_SERVER['HTTPS'] = 'on';
		}
	}

	/**
	 * Opens the page: asks for the post as the main query of a page does, and goes as far as a page goes before it is
	 * printed.
	 *
	 * @param \WP_Post $post The post.
	 * @return \WP_Post The post as the page has it.
	 * @throws Post_Not_Visible If it is not there.
	 */
	private static function open_page( \WP_Post $post ): \WP_Post {
		$query                   = new \WP_Query();
		$GLOBALS['wp_query']     = $query;
		$GLOBALS['wp_the_query'] = $query;
		$asked                   = 'page' === $post->post_type ? array( 'page_id' => $post->ID ) : array( 'p' => $post->ID, 'post_type' => $post->post_type );

		$GLOBALS['wp']->query_vars = $asked;
		$query->query( $asked );
		self::require_post( $post );
		\do_action_ref_array( 'wp', array( &$GLOBALS['wp'] ) ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
		\do_action( 'template_redirect' ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
		$theme    = \get_template_directory() . '/index.php';
		$template = \apply_filters( 'template_include', $theme ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.

		self::$has_foreign_template = $theme !== $template && ! ( \is_string( $template ) && ( 0 === \strpos( $template, \get_theme_root() ) || 0 === \strpos( $template, ABSPATH . WPINC ) ) );
		self::require_post( $post );
		$GLOBALS['wp_query']->the_post();
		return $GLOBALS['post'];
	}

	/**
	 * Makes sure that the page is still the one of the post.
	 *
	 * @param \WP_Post $post The post.
	 * @throws Post_Not_Visible If it is not.
	 */
	private static function require_post( \WP_Post $post ): void {
		$query = $GLOBALS['wp_query'];
		if ( ! $query instanceof \WP_Query || $query->is_404() || ! $query->is_singular() || ! isset( $query->posts[0] ) || (int) $query->posts[0]->ID !== $post->ID ) {
			throw Post_Not_Visible::hidden();
		}
	}

	/**
	 * Gives a filter that throws for whoever calls it.
	 */
	private static function refusing_filter(): \Closure {
		return static function () {
			throw Post_Not_Visible::hidden();
		};
	}

	/**
	 * Tells whether two addresses differ at most in how they are written: with or without https, www, a slash, a query.
	 *
	 * @param string $first  One of them.
	 * @param string $second The other.
	 */
	public static function is_same_page( string $first, string $second ): bool {
		$paths = array();
		foreach ( array( $first, $second ) as $url ) {
			$parts = (array) \wp_parse_url( $url );
			\parse_str( isset( $parts['query'] ) ? $parts['query'] : '', $query ); // phpcs:ignore Generic.PHP.ForbiddenFunctions -- into a variable of its own.
			$paths[] = array( \rtrim( isset( $parts['path'] ) ? $parts['path'] : '', '/' ), isset( $query['p'] ) ? $query['p'] : '' );
		}
		return $paths[0] === $paths[1];
	}

	/**
	 * Takes back what was done to the answer of the request at hand.
	 *
	 * @param string[] $headers Headers before.
	 * @param int|bool $status  Status before.
	 */
	private static function take_back_headers( array $headers, $status ): void {
		if ( \headers_sent() || \headers_list() === $headers ) {
			return;
		}
		\header_remove();
		foreach ( $headers as $header ) {
			\header( $header, false );
		}
		if ( \is_int( $status ) ) {
			\http_response_code( $status );
		}
	}

	/**
	 * Sets how long the code that runs now may work.
	 *
	 * @param int $seconds From now on; 0 for no limit.
	 */
	private static function limit_time( int $seconds ): void {
		if ( \function_exists( 'set_time_limit' ) ) {
			\set_time_limit( $seconds );
		}
	}
}
