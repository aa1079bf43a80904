<?php
/**
 * Pages that other plugins keep.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The one door through which a change of what readers see goes, so that nobody is shown what is no longer so: the page of
 * a post, or all pages. Which changes these are stands in Plugin::show().
 *
 * Each cache is told in the way that it documents for other plugins; most of them do not follow clean_post_cache. Those
 * that know no single post are emptied, once a request.
 */
class Page_Caches {

	/*
	 * What is called with a post's id: WP Super Cache, W3 Total Cache, WP Rocket, WP Fastest Cache, WP-Optimize.
	 */
	const POST_FUNCTIONS = array( 'wpsc_delete_post_cache', 'w3tc_flush_post', 'rocket_clean_post', 'wpfc_clear_post_cache_by_id', 'WPO_Page_Cache::delete_single_post_cache' );

	/*
	 * What is done with a post's id: LiteSpeed Cache, Cache Enabler, Hummingbird.
	 */
	const POST_ACTIONS = array( 'litespeed_purge_post', 'cache_enabler_clear_page_cache_by_post', 'wphb_clear_page_cache' );

	/*
	 * What empties a cache: W3 Total Cache (pages alone), WP Rocket, WP Fastest Cache, WP-Optimize, Speed Optimizer, Pantheon.
	 */
	const ALL_FUNCTIONS = array( 'w3tc_flush_posts', 'rocket_clean_domain', 'wpfc_clear_all_cache', 'wpo_cache_flush', 'sg_cachepress_purge_everything', 'pantheon_wp_clear_edge_all' );

	/*
	 * What empties a cache: LiteSpeed Cache, Cache Enabler (of this site), Hummingbird, Super Page Cache.
	 */
	const ALL_ACTIONS = array( 'litespeed_purge_all', 'cache_enabler_clear_site_cache', 'wphb_clear_page_cache', 'swcfpc_purge_cache' );

	/*
	 * What knows no single post: Breeze, Nginx Helper.
	 */
	const WHOLE_ACTIONS = array( 'breeze_clear_all_cache', 'rt_nginx_helper_purge_all' );

	/**
	 * The official plugin of Cloudflare, whose filters for this are applied before we are loaded.
	 */
	const CLOUDFLARE = '\CF\WordPress\Hooks';

	/**
	 * What is to be emptied at the end of the request: site => 'whole' or 'all'.
	 *
	 * @var array<int,string>
	 */
	private static $later = array();

	/**
	 * Sites all of whose pages were dropped in this request.
	 *
	 * @var array<int,true>
	 */
	private static $dropped = array();

	/**
	 * Drops the page of a post from all page caches: what it shows has changed.
	 *
	 * @param int $post_id The post.
	 */
	public static function post( int $post_id ): void {
		\clean_post_cache( $post_id );
		$url = (string) \get_permalink( $post_id );
		self::call( self::POST_FUNCTIONS, array( $post_id ) );
		self::call( array( 'sg_cachepress_purge_cache' ), array( $url ) );
		// An older WP Super Cache.
		self::call( \function_exists( 'wpsc_delete_post_cache' ) ? array() : array( 'wp_cache_post_change' ), array( $post_id ) );
		self::run_actions( self::POST_ACTIONS, array( $post_id ) );
		self::run_actions( array( 'swcfpc_purge_cache' ), array( array( $url ) ) );
		self::cloudflare( 'purgeCacheByRelevantURLs', array( array( $post_id ) ) );
		self::schedule( 'whole' );
		/**
		 * Fires when pages have changed for readers, for caches that are not known here.
		 *
		 * @param int $post_id The post whose page has changed; 0 when all may have.
		 */
		\do_action( 'mentor_bridge_pages_changed', $post_id );
	}

	/**
	 * What any page shows may have changed. The first time in a request at once; whatever else it changes is covered by
	 * a second time at its end.
	 */
	public static function all(): void {
		$site = \get_current_blog_id();
		if ( isset( self::$dropped[ $site ] ) ) {
			self::schedule( 'all' );
			return;
		}
		self::$dropped[ $site ] = true;
		self::empty();
	}

	/**
	 * Empties, at the end of the request, the caches that schedule() has noted.
	 */
	public static function finish(): void {
		$later         = self::$later;
		self::$later   = array();
		self::$dropped = array();
		foreach ( $later as $site => $what ) {
			$elsewhere = \get_current_blog_id() !== $site && \is_multisite();
			$elsewhere && \switch_to_blog( $site );
			'all' === $what ? self::empty() : self::run_actions( self::WHOLE_ACTIONS, array() );
			$elsewhere && \restore_current_blog();
		}
	}

	/* ---- Hooks. ---- */

	/**
	 * Drops the page of a post whose meta has changed. Without an id it is that of all posts.
	 *
	 * @param int|int[] $meta_id  Unused.
	 * @param int       $post_id  The post.
	 * @param string    $meta_key Which.
	 */
	public static function on_post_meta( $meta_id, $post_id, $meta_key ): void {
		if ( ! \in_array( $meta_key, array( Related_Mentors::META, Consent::NOT_SHARED, Display::HIDDEN ), true ) ) {
			return;
		}
		$post_id ? self::post( (int) $post_id ) : self::all();
	}

	/**
	 * An author leaves: what was said under their posts is no longer true. Some of these hooks fire before it is done.
	 *
	 * @param int $user_id The author.
	 */
	public static function on_user_left( $user_id ): void {
		if ( Upgrade::is_current() && Ledger::has( Outbox::AUTHOR, (int) $user_id ) ) {
			self::all();
			self::schedule( 'all' );
		}
	}

	/**
	 * The figures of the blog have changed, and perhaps whom it thanks.
	 *
	 * @param mixed $before As stored before.
	 * @param mixed $now    As stored.
	 */
	public static function on_figures( $before, $now ): void {
		if ( Regulars_Block::is_enabled() && Regulars_Block::names( Statistics::decode( $before ) ) !== Regulars_Block::names( Statistics::decode( $now ) ) ) {
			self::all();
		}
	}

	/**
	 * A comment has changed: perhaps it is one by which somebody is thanked.
	 *
	 * @param int|string $comment_id The comment.
	 */
	public static function on_comment( $comment_id ): void {
		if ( Regulars_Block::is_enabled() && Regulars_Block::is_named_after( (int) $comment_id ) ) {
			self::all();
			self::schedule( 'all' );
		}
	}

	/**
	 * Plugins were updated: if ours is among them, its pages may look different.
	 *
	 * @param mixed $upgrader Unused.
	 * @param mixed $done     What was done.
	 */
	public static function on_update( $upgrader, $done ): void {
		$done    = (array) $done;
		$updated = isset( $done['plugins'] ) ? (array) $done['plugins'] : array( isset( $done['plugin'] ) ? $done['plugin'] : '' );
		if ( \in_array( \plugin_basename( MENTOR_BRIDGE_FILE ), $updated, true ) ) {
			self::all();
		}
	}

	/* ---- Calls. ---- */

	/**
	 * Empties the page caches of the site at hand.
	 */
	private static function empty(): void {
		self::call( self::ALL_FUNCTIONS, array() );
		// Of WP Super Cache 0 means each site of a network.
		self::call( array( 'wp_cache_clear_cache' ), array( \is_multisite() ? \get_current_blog_id() : 0 ) );
		self::run_actions( \array_merge( self::ALL_ACTIONS, self::WHOLE_ACTIONS ), array() );
		self::cloudflare( 'purgeCacheEverything', array() );
		/** This action is documented above. */
		\do_action( 'mentor_bridge_pages_changed', 0 );
	}

	/**
	 * Calls those functions that exist. A cache that fails must not take what was being stored with it.
	 *
	 * @param callable[] $functions Names.
	 * @param array      $arguments Arguments.
	 */
	private static function call( array $functions, array $arguments ): void {
		foreach ( \array_filter( $functions, 'is_callable' ) as $function ) {
			try {
				$function( ...$arguments );
			} catch ( \Throwable $error ) {
				self::log_failure( $error );
			}
		}
	}

	/**
	 * Runs those actions to which somebody listens.
	 *
	 * @param string[] $actions   Names.
	 * @param array    $arguments Arguments.
	 */
	private static function run_actions( array $actions, array $arguments ): void {
		foreach ( \array_filter( $actions, 'has_action' ) as $action ) {
			self::call( array( 'do_action' ), \array_merge( array( $action ), $arguments ) );
		}
	}

	/**
	 * Tells Cloudflare, by the methods that its own hooks call.
	 *
	 * @param string $method    Which.
	 * @param array  $arguments Arguments.
	 */
	private static function cloudflare( string $method, array $arguments ): void {
		if ( \method_exists( self::CLOUDFLARE, $method ) ) {
			try {
				$class = self::CLOUDFLARE;
				( new $class() )->$method( ...$arguments );
			} catch ( \Throwable $error ) {
				self::log_failure( $error );
			}
		}
	}

	/**
	 * Writes the failure of another plugin's cache into the debug log.
	 *
	 * @param \Throwable $error What was thrown.
	 */
	private static function log_failure( \Throwable $error ): void {
		if ( \defined( 'WP_DEBUG' ) && WP_DEBUG ) {
			\error_log( 'A page cache could not be told of a change: ' . $error->getMessage() ); // phpcs:ignore Generic.PHP.ForbiddenFunctions -- for whoever debugs that cache.
		}
	}

	/**
	 * Has something done at the end of the request; all pages are more than the whole of some caches.
	 *
	 * @param string $what 'whole' or 'all'.
	 */
	private static function schedule( string $what ): void {
		$site = \get_current_blog_id();
		if ( array() === self::$later ) {
			\add_action( 'shutdown', array( self::class, 'finish' ) );
		}
		self::$later[ $site ] = isset( self::$later[ $site ] ) && 'all' === self::$later[ $site ] ? 'all' : $what;
	}
}
