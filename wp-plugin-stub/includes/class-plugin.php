<?php
/**
 * Wires the plugin: every hook the core listens to is named on this page, those of wp-admin in Admin_Hooks.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The bootstrap.
 */
class Plugin {

	/**
	 * The recurring drain: what the request that caused an event could not deliver.
	 */
	const CRON_DRAIN = 'mentor_bridge_drain';

	/**
	 * The rest of a long queue, right after a drain that ran out of time.
	 */
	const CRON_MORE = 'mentor_bridge_drain_more';

	/**
	 * The daily sign of life.
	 */
	const CRON_DAILY = 'mentor_bridge_daily';

	/**
	 * The options that change what readers see; a view reads no other of ours.
	 */
	const SEEN_BY_READERS = array( Related_Owner::OPTION, Display::OPTION, Regulars_Block::OPTION, Mentors_Of_Blog::OPTION, Sharing_Rules::TYPES_OPTION, Comment_Notice::OPTION );

	/**
	 * Registers all hooks. Nothing is read from the database and nothing is translated here.
	 */
	public static function init(): void {
		\register_activation_hook( MENTOR_BRIDGE_FILE, array( self::class, 'activate' ) );
		\register_deactivation_hook( MENTOR_BRIDGE_FILE, array( self::class, 'deactivate' ) );

		if ( isset( $_GET['mentor-bridge-look'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- from this site itself, as a visitor.
			Loopback_Request::mark();
		}
		self::capture();
		self::forget();
		self::show();
		self::deliver();
		self::receive();

		\add_action( 'init', array( self::class, 'load_translations' ), 0 );
		\add_filter( 'load_textdomain_mofile', array( Page_Translations::class, 'on_file' ), 10, 2 );
		\add_action( 'init', array( Upgrade::class, 'on_init' ), 1 );
		\add_action( 'admin_init', array( self::class, 'ensure_cron' ) );
		\add_filter( 'cron_schedules', array( self::class, 'cron_schedules' ) ); // phpcs:ignore WordPress.WP.CronInterval -- 300 s is meant.
		\add_filter( 'wpmu_drop_tables', array( Upgrade::class, 'drop_with_site' ), 10, 2 );

		\add_filter( 'pre_handle_404', array( Service_User::class, 'hide_archive' ), 10, 2 );
		\add_filter( 'wp_list_authors_args', array( Service_User::class, 'leave_out_of_lists' ) );
		\add_filter( 'wp_sitemaps_users_query_args', array( Service_User::class, 'leave_out_of_lists' ) );

		foreach ( array( Display::class, Regulars_Block::class, My_Mentors::class, Comment_Notice::class ) as $on_pages ) {
			$on_pages::init();
		}
		\add_action( 'rest_api_init', array( self::class, 'load_translations' ), 0 );
		\add_action( 'rest_api_init', array( Not_Shared_Box::class, 'register_field' ) );
		\add_action( 'rest_api_init', array( Who_Is_Shown::class, 'register_route' ) );
		if ( self::has_screens() ) {
			Admin_Hooks::init();
			// A mail speaks the language of who gets it; what was loaded for another language goes when the locale changes.
			\add_action( 'change_locale', array( self::class, 'load_translations' ) );
		}

		if ( \defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::add_command( 'mentor-bridge', Cli::class );
		}
	}

	/**
	 * Registers what may change the public state of a post, a comment, an author or the blog.
	 */
	private static function capture(): void {
		// Only here are the terms and meta of a post made by REST in place; removal by status comes the same way.
		\add_action( 'wp_after_insert_post', array( Content_Hooks::class, 'on_post' ), 10, 2 );
		\add_action( 'deleted_post', array( Content_Hooks::class, 'on_deleted_post' ) );
		\add_action( 'set_object_terms', array( Content_Hooks::class, 'on_object_terms' ), 10, 4 );
		\add_action( 'deleted_term_relationships', array( Content_Hooks::class, 'on_removed_terms' ), 10, 3 );
		\add_action( 'edited_term', array( Content_Hooks::class, 'on_term' ), 10, 3 );
		foreach ( array( 'added_post_meta', 'updated_post_meta', 'deleted_post_meta' ) as $hook ) {
			\add_action( $hook, array( Content_Hooks::class, 'on_post_meta' ), 10, 3 );
		}

		\add_action( 'wp_insert_comment', array( Content_Hooks::class, 'on_comment' ) );
		\add_action( 'edit_comment', array( Content_Hooks::class, 'on_comment' ) );
		\add_action( 'deleted_comment', array( Content_Hooks::class, 'on_comment' ) );
		\add_action( 'wp_set_comment_status', array( Content_Hooks::class, 'on_comment' ) );
		\add_action( 'transition_comment_status', array( Content_Hooks::class, 'on_comment_transition' ), 10, 3 );
		foreach ( array( 'added_comment_meta', 'updated_comment_meta', 'deleted_comment_meta' ) as $hook ) {
			\add_action( $hook, array( Content_Hooks::class, 'on_comment_meta' ), 10, 3 );
		}
		\add_action( 'untrashed_post_comments', array( Content_Hooks::class, 'on_comments_of_post' ) );
		\add_action( 'wp_privacy_personal_data_erased', array( Content_Hooks::class, 'on_erasure' ) );

		\add_action( 'profile_update', array( Site_Hooks::class, 'on_user' ) );
		\add_action( 'deleted_user', array( Site_Hooks::class, 'on_deleted_user' ), 10, 2 );
		\add_action( 'remove_user_from_blog', array( Site_Hooks::class, 'on_removed_user' ), 10, 3 );
		foreach ( array( 'added_user_meta', 'updated_user_meta', 'deleted_user_meta' ) as $hook ) {
			\add_action( $hook, array( Site_Hooks::class, 'on_user_meta' ), 10, 3 );
		}

		foreach ( array( 'set_user_role', 'add_user_role', 'remove_user_role', 'deleted_user', 'remove_user_from_blog', 'after_password_reset' ) as $hook ) {
			\add_action( $hook, array( Dashboard_Sign_In::class, 'on_change' ) );
		}

		foreach ( array( 'blogname', 'blogdescription', 'WPLANG', Mentors_Of_Blog::SHOWING ) as $option ) {
			\add_action( 'update_option_' . $option, array( Site_Hooks::class, 'on_blog' ) );
			\add_action( 'add_option_' . $option, array( Site_Hooks::class, 'on_blog' ) );
		}
		foreach ( array( 'home', 'siteurl', 'permalink_structure', 'category_base', 'tag_base' ) as $option ) {
			\add_action( 'update_option_' . $option, array( Site_Hooks::class, 'on_addresses' ) );
		}
		foreach ( array( 'activated_plugin', 'deactivated_plugin', 'switch_theme', 'upgrader_process_complete' ) as $hook ) {
			\add_action( $hook, array( Site_Hooks::class, 'on_new_code' ), 10, 0 );
		}
		foreach ( array( 'added_option', 'updated_option', 'deleted_option' ) as $hook ) {
			\add_action( $hook, array( Site_Hooks::class, 'on_setting' ) );
		}
		\add_action( 'update_option_' . Sharing_Rules::TYPES_OPTION, array( Site_Hooks::class, 'on_post_types' ), 10, 2 );
		\add_action( 'add_option_' . Sharing_Rules::TYPES_OPTION, array( Site_Hooks::class, 'on_post_types_added' ), 10, 2 );
	}

	/**
	 * Registers what may change the widget on the dashboard: whatever makes WordPress forget its own copy.
	 */
	private static function forget(): void {
		\add_action( 'clean_comment_cache', array( Widget_Cache::class, 'on_comment' ) );
		\add_action( 'clean_post_cache', array( Widget_Cache::class, 'on_post' ), 10, 2 );
	}

	/**
	 * What changes what readers see: page caches are told of it. A push arrives as meta of a post, everything that ends or
	 * begins a connection as a change of the option of Related_Owner.
	 */
	private static function show(): void {
		foreach ( array( 'add_option_', 'update_option_', 'delete_option_' ) as $hook ) {
			\add_action( $hook . Connection::OPTION, array( Related_Owner::class, 'sync' ), 10, 0 );
			foreach ( self::SEEN_BY_READERS as $option ) {
				\add_action( $hook . $option, array( Page_Caches::class, 'all' ), 10, 0 );
			}
		}
		foreach ( array( 'added_post_meta', 'updated_post_meta', 'deleted_post_meta' ) as $hook ) {
			\add_action( $hook, array( Page_Caches::class, 'on_post_meta' ), 10, 3 );
		}
		foreach ( array( 'mentor_bridge_consent_changed', 'mentor_bridge_upgraded', 'update_option_home' ) as $hook ) {
			\add_action( $hook, array( Page_Caches::class, 'all' ), 10, 0 );
		}
		foreach ( array( 'deleted_user', 'remove_user_from_blog' ) as $hook ) {
			\add_action( $hook, array( Page_Caches::class, 'on_user_left' ) );
		}
		\add_action( 'update_option_' . Statistics::OPTION, array( Page_Caches::class, 'on_figures' ), 10, 2 );
		\add_action( 'clean_comment_cache', array( Page_Caches::class, 'on_comment' ) );
		\add_action( 'upgrader_process_complete', array( Page_Caches::class, 'on_update' ), 10, 2 );

		\add_filter( 'wxr_export_skip_postmeta', array( Related_Owner::class, 'skip_in_export' ), 10, 2 );
		\add_filter( 'duplicate_post_excludelist_filter', array( Related_Owner::class, 'leave_out_of_duplicates' ) );
	}

	/**
	 * The occasions on which waiting events leave the blog, besides the end of a request in which something happened
	 * (Drain_Trigger::request()). A page view is none of them.
	 */
	private static function deliver(): void {
		\add_action( self::CRON_DRAIN, array( Drain_Trigger::class, 'on_cron' ) );
		\add_action( self::CRON_MORE, array( Drain_Trigger::class, 'on_cron' ) );
		\add_action( self::CRON_DRAIN, array( Dashboard_Sign_In::class, 'end_sessions' ) );
		\add_action( self::CRON_DAILY, array( Connection::class, 'on_daily' ) );
		\add_action( self::CRON_DAILY, array( Weekly_Mail::class, 'on_daily' ) );
		\add_action( self::CRON_DAILY, array( Waiting_Asks::class, 'on_daily' ) );
		\add_action( self::CRON_DAILY, array( Alert_Mail::class, 'on_daily' ), 20 );
		\add_action( self::CRON_DRAIN, array( Commenter_Erasure::class, 'ask_bridge_again' ), 20 );
		\add_filter( 'heartbeat_received', array( Drain_Trigger::class, 'on_heartbeat' ) );
	}

	/**
	 * Registers the routes and methods by which the bridge calls this blog.
	 */
	private static function receive(): void {
		\add_action( 'rest_api_init', array( Rest_Endpoints::class, 'register_routes' ) );
		\add_filter( 'xmlrpc_methods', array( Xmlrpc_Methods::class, 'add_methods' ) );
	}

	/**
	 * Tells whether this request may show a screen of wp-admin, or do its work. A page view loads none of their classes.
	 */
	private static function has_screens(): bool {
		return \is_admin() || \wp_doing_cron() || 'cli' === PHP_SAPI;
	}

	/**
	 * Loads the translations; a translated string before `init` would be a notice on WordPress 6.7 and later. Not on a
	 * page view: Page_Translations loads the few strings that are printed there, where there are any.
	 */
	public static function load_translations(): void {
		if ( self::has_screens() || 'init' !== \current_action() ) {
			\load_plugin_textdomain( 'mentor-bridge', false, \dirname( \plugin_basename( MENTOR_BRIDGE_FILE ) ) . '/languages' );
		}
	}

	/**
	 * Makes the tables of the site at hand. Connects nobody; on a network every site does this when it is used.
	 */
	public static function activate(): void {
		Upgrade::run();
		self::ensure_cron();
		Page_Caches::all();
		Welcome_Notice::request();
	}

	/**
	 * Stops all recurring work; what is stored stays, but nothing of it is shown.
	 *
	 * @param bool $network_wide Whether on each site of a network.
	 */
	public static function deactivate( $network_wide = false ): void {
		// Without a number, only the first 100 sites would be given.
		foreach ( \is_multisite() && $network_wide ? \get_sites( array( 'number' => 0, 'fields' => 'ids' ) ) : array( \get_current_blog_id() ) as $site ) {
			\is_multisite() && \switch_to_blog( $site );
			self::clear_cron();
			Page_Caches::all();
			\is_multisite() && \restore_current_blog();
		}
	}

	/**
	 * Gives the names of all our cron events.
	 *
	 * @return string[]
	 */
	public static function cron_hooks(): array {
		return array( self::CRON_DRAIN, self::CRON_MORE, self::CRON_DAILY );
	}

	/**
	 * Adds the interval of the recurring drain.
	 *
	 * @param array $schedules The intervals known.
	 * @return array
	 */
	public static function cron_schedules( $schedules ) {
		$schedules['mentor_bridge_five_minutes'] = array(
			'interval' => 5 * MINUTE_IN_SECONDS,
			// Other plugins ask for the intervals before `init`, when nothing may be translated yet.
			'display'  => \did_action( 'init' ) ? \__( 'Every five minutes', 'mentor-bridge' ) : 'Every five minutes',
		);
		return $schedules;
	}

	/**
	 * Puts back what a cron cleaner may have thrown away, as long as there is a connection to serve.
	 */
	public static function ensure_cron(): void {
		if ( ! Connection::is_alive() ) {
			return;
		}
		if ( ! \wp_next_scheduled( self::CRON_DRAIN ) ) {
			\wp_schedule_event( \time() + MINUTE_IN_SECONDS, 'mentor_bridge_five_minutes', self::CRON_DRAIN );
		}
		if ( ! \wp_next_scheduled( self::CRON_DAILY ) ) {
			\wp_schedule_event( \time() + \wp_rand( HOUR_IN_SECONDS, DAY_IN_SECONDS ), 'daily', self::CRON_DAILY );
		}
	}

	/**
	 * Removes all our cron events.
	 */
	public static function clear_cron(): void {
		foreach ( self::cron_hooks() as $hook ) {
			\wp_unschedule_hook( $hook );
		}
	}
}
