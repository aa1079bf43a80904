<?php
/**
 * "Our regulars", on a page of the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Thanks those who often join the conversation, if the owner wants that: off until it is switched on, and only where a
 * block or shortcode was placed. Shows nothing but names that stand under public comments on this blog anyway.
 */
class Regulars_Block {

	/**
	 * Option: 'yes' once the owner has switched it on. Autoloaded, and its absence means 'no'.
	 */
	const OPTION = 'mentor_bridge_show_regulars';

	const SHORTCODE = 'mentor_bridge_regulars';

	/**
	 * Distinct posts that a regular has commented on, at least.
	 */
	const FEWEST_POSTS = 3;

	/**
	 * Names of regulars shown at most.
	 */
	const LIMIT = 12;

	/**
	 * Registers the hooks of "Our regulars".
	 */
	public static function init(): void {
		\add_action( 'init', array( self::class, 'register' ) );
	}

	/**
	 * Registers the shortcode and the block "Our regulars".
	 */
	public static function register(): void {
		\add_shortcode( self::SHORTCODE, array( self::class, 'html' ) );
		\register_block_type( MENTOR_BRIDGE_DIR . '/blocks/regulars' );
	}

	/**
	 * Tells whether "Our regulars" is switched on; from what is loaded anyway.
	 */
	public static function is_enabled(): bool {
		$options = \wp_load_alloptions();
		return isset( $options[ self::OPTION ] ) && 'yes' === $options[ self::OPTION ] && Comment_Notice::is_counting();
	}

	/**
	 * Gives the list "Our regulars".
	 *
	 * @return string HTML; '' while it is switched off, and as long as there is nobody.
	 */
	public static function html(): string {
		$names = self::is_enabled() ? self::names( Statistics::blog() ) : array();
		/**
		 * Filters the names of regulars that are shown.
		 *
		 * @param string[] $names Public names, most posts first.
		 */
		$names = \array_filter( (array) \apply_filters( 'mentor_bridge_regulars', $names ), 'is_string' );
		if ( array() === $names ) {
			return '';
		}
		Page_Translations::load();
		$items = '';
		foreach ( $names as $name ) {
			$items .= '<li>' . \esc_html( $name ) . '</li>';
		}
		return '<section class="mentor-bridge-regulars"><h2>' . \esc_html__( 'Our regulars', 'mentor-bridge' ) . '</h2><p>' . \esc_html__( 'Thank you for joining the conversation so often:', 'mentor-bridge' ) . '</p><ul>' . $items . '</ul></section>';
	}

	/**
	 * Tells whether a regular is thanked by the name that stands over a comment.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function is_named_after( int $comment_id ): bool {
		return \in_array( $comment_id, \array_map( 'intval', \array_column( self::regulars( Statistics::blog() ), 'comment' ) ), true );
	}

	/**
	 * Gives the commenters who have commented on enough posts.
	 *
	 * @param array|null $data The figures of the blog.
	 * @return array[] {comment, posts}
	 */
	private static function regulars( ?array $data ): array {
		return \array_filter(
			isset( $data['regulars'] ) ? $data['regulars'] : array(),
			static function ( array $regular ): bool {
				return self::FEWEST_POSTS <= $regular['posts'];
			}
		);
	}

	/**
	 * Gives the names of regulars, each read from a comment that everybody can read.
	 *
	 * @param array|null $data The figures of the blog.
	 * @return string[]
	 */
	public static function names( ?array $data ): array {
		$regulars = self::regulars( $data );
		\_prime_comment_caches( \array_column( $regulars, 'comment' ), false );
		$comments = \array_filter( \array_map( 'get_comment', \array_column( $regulars, 'comment' ) ) );
		\_prime_post_caches( \array_map( 'intval', \wp_list_pluck( $comments, 'comment_post_ID' ) ), false, false );
		$names = array();
		foreach ( $comments as $comment ) {
			$name = Commenter::public_name( $comment );
			if ( '' !== $name && self::is_public( $comment ) ) {
				$names[ \mb_strtolower( $name ) ] = $name;
			}
		}
		return \array_slice( \array_values( $names ), 0, self::LIMIT );
	}

	/**
	 * Tells whether everybody can read a comment.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	private static function is_public( \WP_Comment $comment ): bool {
		$post = \get_post( (int) $comment->comment_post_ID );
		return '1' === (string) $comment->comment_approved && $post instanceof \WP_Post && 'publish' === $post->post_status && '' === $post->post_password;
	}
}
