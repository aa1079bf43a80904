<?php
/**
 * Settings › Mentor bridge: what the owner may do there.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Menu, stored choices and the buttons. Each button is a form of its own to admin-post.php, with its own nonce; what is on
 * the screen is in Settings_Page.
 */
class Settings {

	const PAGE       = 'mentor-bridge';
	const CAPABILITY = 'manage_options';

	/**
	 * Adds the settings screen to the menu.
	 */
	public static function add_page(): void {
		$hook = \add_options_page( \__( 'Mentor bridge', 'mentor-bridge' ), \__( 'Mentor bridge', 'mentor-bridge' ), self::CAPABILITY, self::PAGE, array( Settings_Page::class, 'show' ) );
		if ( $hook ) {
			\add_action( 'load-' . $hook, array( self::class, 'load' ) );
		}
	}

	/**
	 * Prepares the settings screen.
	 */
	public static function load(): void {
		Upgrade::run();
		Plugin::ensure_cron();
		Welcome_Notice::finish();
		\add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue_style' ) );
		self::add_help();
	}

	/**
	 * Adds the Help tabs of the settings screen.
	 */
	private static function add_help(): void {
		$tabs = array(
			'connect' => array(
				\__( 'Connecting', 'mentor-bridge' ),
				\__( 'Whoever runs a bridge gives you its address, and perhaps a code. “Test the connection” says what is in the way, if anything is. Nothing is sent before you press “Connect”.', 'mentor-bridge' ),
			),
			'sharing' => array(
				\__( 'Why a post is not shared', 'mentor-bridge' ),
				\__( 'The column “Mentor bridge” in the list of posts says of each post since when it is shared, or what keeps it here. The panel of the same name in the editor says what to do about it, and keeps a single post here.', 'mentor-bridge' ),
			),
			'leaving' => array(
				\__( 'Taking something back', 'mentor-bridge' ),
				\__( 'Each author withdraws on their own profile screen; “Disconnect” withdraws everything. The bridge confirms that it has removed it, and other blogs stop showing it. Site Health says whether the connection works.', 'mentor-bridge' ),
			),
		);
		foreach ( $tabs as $id => list( $title, $text ) ) {
			\get_current_screen()->add_help_tab( array( 'id' => 'mentor-bridge-' . $id, 'title' => $title, 'content' => '<p>' . \esc_html( $text ) . '</p>' ) );
		}
	}

	/**
	 * Loads the style of the plugin's screens.
	 */
	public static function enqueue_style(): void {
		\wp_enqueue_style( 'mentor-bridge-admin', \plugins_url( 'assets/admin.css', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION );
	}

	/**
	 * Adds a link to the settings screen to the list of plugins.
	 *
	 * @param string[] $links Links there are.
	 * @return string[]
	 */
	public static function add_link( $links ) {
		\array_unshift( $links, '<a href="' . \esc_url( self::url() ) . '">' . \esc_html__( 'Settings', 'mentor-bridge' ) . '</a>' );
		return $links;
	}

	/**
	 * Stores what was chosen for the pages of the blog.
	 *
	 * @param string $under_posts 'yes' for the list under posts.
	 * @param string $regulars    'yes' to allow "Our regulars".
	 * @param array  $types       Post types that are shared.
	 * @param string $showing     One of Mentors_Of_Blog::MODES; '' leaves it as it is.
	 */
	public static function store( string $under_posts, string $regulars, array $types, string $showing = '' ): void {
		if ( \in_array( $showing, Mentors_Of_Blog::MODES, true ) ) {
			\update_option( Mentors_Of_Blog::SHOWING, $showing, false );
		}
		\update_option( Display::OPTION, 'yes' === $under_posts ? 'yes' : 'no' );
		\update_option( Regulars_Block::OPTION, 'yes' === $regulars ? 'yes' : 'no' );
		\update_option( Sharing_Rules::TYPES_OPTION, \array_values( \array_intersect( \array_keys( self::types() ), \array_map( 'strval', \array_filter( $types, 'is_scalar' ) ) ) ) );
	}

	/**
	 * Gives the post types that can be shared.
	 *
	 * @return array<string,string> Name => label.
	 */
	public static function types(): array {
		$types = \get_post_types( array( 'public' => true ), 'objects' );
		unset( $types['attachment'] );
		return \wp_list_pluck( $types, 'label' );
	}

	/**
	 * Gives the address of the settings screen.
	 *
	 * @param array $arguments Query arguments.
	 */
	public static function url( array $arguments = array() ): string {
		return \add_query_arg( \array_merge( array( 'page' => self::PAGE ), $arguments ), \admin_url( 'options-general.php' ) );
	}
}
