<?php
/**
 * What is shared, in the list of posts.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A column that says of each post whether it is shared and why not, and a filter that finds those that are not.
 *
 * Two queries for the whole list: the rows themselves ask nothing.
 */
class Sharing_Column {

	const COLUMN = 'mentor_bridge_sharing';

	/**
	 * Query argument of the filter; its values are the keys of choices().
	 */
	const FILTER = 'mentor_bridge_shared';

	/**
	 * What was loaded: post => entry of Post_Sharing::deliveries().
	 *
	 * @var array<int,array>
	 */
	private static $deliveries = array();

	/**
	 * Adds the column before the date.
	 *
	 * @param array  $columns Name => title.
	 * @param string $type    Post type of the list.
	 * @return array
	 */
	public static function add( $columns, $type = 'post' ) {
		if ( ! self::is_for( (string) $type ) ) {
			return $columns;
		}
		$at = \array_search( 'date', \array_keys( (array) $columns ), true );
		$at = false === $at ? \count( $columns ) : $at;
		return \array_slice( $columns, 0, $at, true ) + array( self::COLUMN => \__( 'Mentor bridge', 'mentor-bridge' ) ) + \array_slice( $columns, $at, null, true );
	}

	/**
	 * Adds the column to the list of pages.
	 *
	 * @param array $columns Name => title.
	 * @return array
	 */
	public static function add_to_pages( $columns ) {
		return self::add( $columns, 'page' );
	}

	/**
	 * Tells whether a list has the column: its posts can be shared, and there is a bridge.
	 *
	 * @param string $type Post type of the list.
	 */
	private static function is_for( string $type ): bool {
		return \in_array( $type, Sharing_Rules::post_types(), true ) && Connection::is_connected() && Upgrade::is_current();
	}

	/**
	 * Prints the cell of a post.
	 *
	 * @param string $column  Which column.
	 * @param int    $post_id The post.
	 */
	public static function show( $column, $post_id ): void {
		$post = self::COLUMN === $column ? \get_post( (int) $post_id ) : null;
		if ( ! $post instanceof \WP_Post ) {
			return;
		}
		$sharing = self::of( $post );
		if ( 'unpublished' === $sharing['state'] || ! \current_user_can( 'edit_post', $post->ID ) ) {
			echo '<span aria-hidden="true">—</span><span class="screen-reader-text">' . \esc_html( 'unpublished' === $sharing['state'] ? Post_Sharing::label( $sharing ) : \__( 'Not yours to edit', 'mentor-bridge' ) ) . '</span>';
			return;
		}
		echo \esc_html( Post_Sharing::label( $sharing ) );
		if ( 'refused' === $sharing['state'] ) {
			echo '<br><span class="description">' . \esc_html( $sharing['detail'] ) . '</span>';
		}
		$count = \count( Related_Mentors::of( $post->ID )['mentors'] );
		if ( 0 < $count ) {
			echo '<br><span class="description">' . \esc_html(
				Display::is_hidden( $post->ID )
					? \__( 'List of mentors hidden', 'mentor-bridge' )
					/* translators: %s: a number. */
					: \sprintf( \_n( '%s mentor under it', '%s mentors under it', $count, 'mentor-bridge' ), \number_format_i18n( $count ) )
			) . '</span>';
		}
	}

	/**
	 * Gives the state of a post of this screen; the first time for all posts of the list.
	 *
	 * @param \WP_Post $post The post.
	 * @return array From Post_Sharing::of().
	 */
	public static function of( \WP_Post $post ): array {
		global $wp_query;
		if ( ! isset( self::$deliveries[ $post->ID ] ) ) {
			$listed = $wp_query instanceof \WP_Query ? \array_map( 'intval', \wp_list_pluck( \array_filter( (array) $wp_query->posts, 'is_object' ), 'ID' ) ) : array();
			// A row that was edited in place comes alone.
			self::$deliveries = Post_Sharing::deliveries( \in_array( $post->ID, $listed, true ) ? $listed : array( $post->ID ) );
		}
		return Post_Sharing::of( $post, self::$deliveries[ $post->ID ] );
	}

	/* ---- The filter. ---- */

	/**
	 * Gives the choices of the filter.
	 *
	 * @return array<string,string> Value => words.
	 */
	private static function choices(): array {
		return array(
			''        => \__( 'Shared and not shared', 'mentor-bridge' ),
			'yes'     => \__( 'Shared', 'mentor-bridge' ),
			'no'      => \__( 'Public, but not shared', 'mentor-bridge' ),
			'kept'    => \__( 'Kept here', 'mentor-bridge' ),
			'refused' => \__( 'Refused by the bridge', 'mentor-bridge' ),
		);
	}

	/**
	 * Prints the filter above a list of posts.
	 *
	 * @param string $type  Post type of the list.
	 * @param string $which Above or below the list.
	 */
	public static function show_filter( $type, $which = 'top' ): void {
		if ( 'top' !== $which || ! self::is_for( (string) $type ) ) {
			return;
		}
		echo '<label class="screen-reader-text" for="' . \esc_attr( self::FILTER ) . '">' . \esc_html__( 'Filter by what the mentor bridge shares', 'mentor-bridge' ) . '</label>';
		echo '<select name="' . \esc_attr( self::FILTER ) . '" id="' . \esc_attr( self::FILTER ) . '">';
		foreach ( self::choices() as $value => $words ) {
			echo '<option value="' . \esc_attr( $value ) . '"' . \selected( self::chosen(), $value, false ) . '>' . \esc_html( $words ) . '</option>';
		}
		echo '</select>';
	}

	/**
	 * Reads which choice of the filter is made.
	 */
	private static function chosen(): string {
		$value = Settings_Page::query( self::FILTER );
		return isset( self::choices()[ $value ] ) ? $value : '';
	}

	/**
	 * On the list of posts: loads the style of the column, and has the choice limit what is listed.
	 */
	public static function on_load(): void {
		\add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue_style' ) );
		if ( '' !== self::chosen() ) {
			\add_filter( 'posts_where', array( self::class, 'limit' ), 10, 2 );
		}
	}

	/**
	 * Loads the style of the column, where there is one.
	 */
	public static function enqueue_style(): void {
		$screen = \get_current_screen();
		if ( $screen && self::is_for( (string) $screen->post_type ) ) {
			\wp_enqueue_style( 'mentor-bridge-sharing', \plugins_url( 'assets/sharing-column.css', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION );
		}
	}

	/**
	 * Limits the list of posts to what was chosen.
	 *
	 * @param string    $where SQL.
	 * @param \WP_Query $query The query.
	 * @return string
	 */
	public static function limit( $where, $query ) {
		global $wpdb;
		$type = $query->get( 'post_type' );
		if ( ! $query->is_main_query() || ! self::is_for( \is_string( $type ) && '' !== $type ? $type : 'post' ) ) {
			return $where;
		}
		$ledger     = Ledger::table();
		$outbox     = Outbox::table();
		$told       = "SELECT object_id FROM $ledger WHERE kind = 'p' AND hash <> ''";
		$conditions = array(
			'yes'     => "$wpdb->posts.ID IN ($told)",
			'no'      => "$wpdb->posts.post_status = 'publish' AND $wpdb->posts.ID NOT IN ($told)",
			'kept'    => $wpdb->prepare( "$wpdb->posts.ID IN (SELECT post_id FROM $wpdb->postmeta WHERE meta_key = %s)", Consent::NOT_SHARED ), // phpcs:ignore WordPress.DB
			'refused' => "$wpdb->posts.ID IN (SELECT object_id FROM $outbox WHERE kind = 'p' AND failed = 1)",
		);
		$chosen     = self::chosen();
		return isset( $conditions[ $chosen ] ) ? $where . ' AND (' . $conditions[ $chosen ] . ')' : $where;
	}
}
