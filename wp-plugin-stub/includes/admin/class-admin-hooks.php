<?php
/**
 * The screens of wp-admin.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Names the hooks of all screens. Nothing of a class is used here but its name, and what only one screen needs waits for
 * that screen: so a request loads the classes that it shows, and no others.
 */
class Admin_Hooks {

	/**
	 * The buttons of the settings screen, each a method of Settings_Actions.
	 */
	const BUTTONS = array( 'connect', 'save', 'hide_steps', 'send', 'disconnect', 'moved', 'new_site', 'prove' );

	/**
	 * Registers the hooks of all screens of wp-admin.
	 */
	public static function init(): void {
		\add_action( 'admin_bar_menu', array( Dashboard_Link::class, 'add_to_bar' ), 90 );
		\add_action( 'admin_post_mentor_bridge_dashboard', array( Dashboard_Sign_In::class, 'redirect' ) );
		\add_action( 'wp_dashboard_setup', array( Dashboard_Widget::class, 'add' ) );
		foreach ( array( 'load-index.php', 'load-profile.php' ) as $hook ) {
			\add_action( $hook, array( self::class, 'on_own_screen' ) );
		}
		\add_action( 'admin_post_mentor_bridge_decline', array( Invitation::class, 'decline' ) );
		\add_action( 'admin_notices', array( Site_Copy_Notice::class, 'show' ) );
		foreach ( array( 'load-plugins.php', 'load-index.php' ) as $hook ) {
			\add_action( $hook, array( self::class, 'on_first_screens' ) );
		}
		\add_action( 'admin_post_mentor_bridge_later', array( Welcome_Notice::class, 'dismiss' ) );
		\add_action( 'load-index.php', array( self::class, 'on_dashboard' ) );
		self::settings();
		self::profile();
		self::posts();
		self::comments();
		self::tools();
	}

	/**
	 * Registers the hooks of the settings screen.
	 */
	private static function settings(): void {
		\add_action( 'admin_menu', array( Settings::class, 'add_page' ) );
		\add_action( 'admin_menu', array( Who_Is_Shown::class, 'add_page' ) );
		\add_action( 'admin_post_' . Who_Is_Shown::ACTION, array( Who_Is_Shown::class, 'handle' ) );
		\add_action( 'network_admin_menu', array( Network_Page::class, 'add' ) );
		\add_action( 'wp_ajax_' . Live_Progress::ACTION, array( Live_Progress::class, 'answer' ) );
		\add_filter( 'plugin_action_links_' . \plugin_basename( MENTOR_BRIDGE_FILE ), array( Settings::class, 'add_link' ) );
		foreach ( self::BUTTONS as $button ) {
			\add_action( 'admin_post_mentor_bridge_' . $button, array( Settings_Actions::class, 'handle' ) );
		}
	}

	/**
	 * Registers the hooks of an author's profile screen.
	 */
	private static function profile(): void {
		\add_action( 'show_user_profile', array( Consent_Profile_Form::class, 'show_own' ) );
		\add_action( 'edit_user_profile', array( Consent_Profile_Form::class, 'show_other' ) );
		\add_action( 'personal_options_update', array( Consent_Profile_Form::class, 'save' ) );
		\add_action( 'show_user_profile', array( Pairing_Profile_Form::class, 'show' ), 11 );
		\add_action( 'personal_options_update', array( Pairing_Profile_Form::class, 'save' ), 11 );
		\add_action( 'show_user_profile', array( Weekly_Mail::class, 'show' ), 12 );
		\add_action( 'personal_options_update', array( Weekly_Mail::class, 'save' ), 12 );
		\add_action( 'show_user_profile', array( Waiting_Asks::class, 'show_choice' ), 13 );
		\add_action( 'personal_options_update', array( Waiting_Asks::class, 'save_choice' ), 13 );
		foreach ( array( 'load-profile.php', 'load-user-edit.php' ) as $hook ) {
			\add_action( $hook, array( self::class, 'on_profile' ) );
		}
		\add_action( 'load-user-edit.php', array( Service_User_Screens::class, 'on_user' ) );
		\add_filter( 'user_row_actions', array( Service_User_Screens::class, 'limit_actions' ), 10, 2 );
		\add_action( 'user_profile_update_errors', array( Service_User_Screens::class, 'allow_no_address' ), 10, 3 );
	}

	/**
	 * Registers the hooks of both editors and of the list of posts.
	 */
	private static function posts(): void {
		\add_action( 'add_meta_boxes', array( Not_Shared_Box::class, 'add' ) );
		\add_action( 'save_post', array( Not_Shared_Box::class, 'save' ) );
		\add_action( 'enqueue_block_editor_assets', array( Not_Shared_Box::class, 'enqueue' ) );
		\add_filter( 'manage_posts_columns', array( Post_Columns::class, 'add' ), 10, 2 );
		\add_filter( 'manage_pages_columns', array( Post_Columns::class, 'add_to_pages' ) );
		\add_action( 'manage_posts_custom_column', array( Post_Columns::class, 'show' ), 10, 2 );
		\add_action( 'manage_pages_custom_column', array( Post_Columns::class, 'show' ), 10, 2 );
		\add_action( 'load-edit.php', array( Engagement_Style::class, 'enqueue_later' ) );
		\add_filter( 'manage_posts_columns', array( Sharing_Column::class, 'add' ), 9, 2 );
		\add_filter( 'manage_pages_columns', array( Sharing_Column::class, 'add_to_pages' ), 9 );
		\add_action( 'manage_posts_custom_column', array( Sharing_Column::class, 'show' ), 10, 2 );
		\add_action( 'manage_pages_custom_column', array( Sharing_Column::class, 'show' ), 10, 2 );
		\add_action( 'restrict_manage_posts', array( Sharing_Column::class, 'show_filter' ), 10, 2 );
		\add_action( 'load-edit.php', array( Sharing_Column::class, 'on_load' ) );
	}

	/**
	 * Registers the hooks of the list of comments.
	 */
	private static function comments(): void {
		\add_filter( 'manage_edit-comments_columns', array( Comment_Columns::class, 'add' ) );
		\add_action( 'manage_comments_custom_column', array( Comment_Columns::class, 'show' ), 10, 2 );
		\add_action( 'load-edit-comments.php', array( Comment_Columns::class, 'on_load' ) );
		\add_filter( 'comment_row_actions', array( Insightful::class, 'add_action' ), 10, 2 );
		\add_action( 'admin_post_mentor_bridge_insightful', array( Insightful::class, 'handle' ) );
		if ( isset( $_GET['mentor_bridge_insightful'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- what is said afterwards changes nothing.
			\add_action( 'admin_notices', array( Insightful::class, 'show_notice' ) );
			\add_filter( 'removable_query_args', array( Insightful::class, 'add_removable_argument' ) );
		}
	}

	/**
	 * Registers the hooks of privacy tools and Site Health.
	 */
	private static function tools(): void {
		\add_action( 'admin_init', array( Privacy::class, 'suggest_policy' ) );
		\add_filter( 'wp_privacy_personal_data_exporters', array( Privacy::class, 'add_exporter' ) );
		// First: core's own eraser takes the address from the comments, after which nobody could tell whose they were.
		\add_filter( 'wp_privacy_personal_data_erasers', array( Privacy_Eraser::class, 'add' ), 1 );
		\add_filter( 'site_status_tests', array( Site_Health::class, 'add' ) );
		\add_action( 'wp_ajax_health-check-mentor-bridge-door', array( Site_Health::class, 'answer_door' ) );
		\add_filter( 'debug_information', array( Site_Health::class, 'add_debug_information' ) );
	}

	/**
	 * On the dashboard or a profile: asks an author who was invited whether they want to take part, and tells one whom others ask or who is hidden.
	 */
	public static function on_own_screen(): void {
		\add_action( 'admin_notices', array( Waiting_Asks::class, 'show' ) );
		\add_action( 'admin_notices', array( Hidden_Authors::class, 'show' ) );
		\add_action( 'admin_notices', array( Invitation::class, 'show' ) );
	}

	/**
	 * On the list of plugins and on the dashboard: leads on whoever has activated the plugin.
	 */
	public static function on_first_screens(): void {
		\add_action( 'admin_notices', array( Welcome_Notice::class, 'show' ) );
	}

	/**
	 * On the dashboard: tells whoever may change it what is the matter with the address of the blog.
	 */
	public static function on_dashboard(): void {
		\add_action( 'admin_notices', array( Address_Notice::class, 'show' ) );
	}

	/**
	 * On a profile: loads the style of our fields.
	 */
	public static function on_profile(): void {
		\add_action( 'admin_enqueue_scripts', array( Settings::class, 'enqueue_style' ) );
	}
}
