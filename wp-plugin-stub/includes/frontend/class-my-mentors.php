<?php
/**
 * "My mentors", on a page of the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A blogroll with reasons: whom the authors of this blog have pinned, where a block or shortcode was placed, and as a
 * list for feed readers (OPML) below the address of the blog.
 */
class My_Mentors {

	const SHORTCODE = 'mentor_bridge_my_mentors';

	/**
	 * Name of the list for feed readers, as a feed of the blog: ?feed=mentor-bridge-mentors.
	 */
	const FEED = 'mentor-bridge-mentors';

	/**
	 * Registers the hooks.
	 */
	public static function init(): void {
		\add_action( 'init', array( self::class, 'register' ) );
		\add_action( 'do_feed_' . self::FEED, array( self::class, 'print_opml' ), 10, 0 );
	}

	/**
	 * Registers shortcode and block.
	 */
	public static function register(): void {
		\add_shortcode( self::SHORTCODE, array( self::class, 'html' ) );
		\register_block_type( MENTOR_BRIDGE_DIR . '/blocks/my-mentors' );
	}

	/**
	 * Gives the list.
	 *
	 * @return string HTML; '' as long as there is nobody.
	 */
	public static function html(): string {
		$list = Mentors_Of_Blog::get();
		if ( array() === $list['mentors'] ) {
			return '';
		}
		Page_Translations::load();
		$items = '';
		foreach ( $list['mentors'] as $mentor ) {
			$items .= self::item( $mentor, $list['language'] );
		}
		return '<section class="mentor-bridge-my-mentors"><h2>' . \esc_html__( 'My mentors', 'mentor-bridge' ) . '</h2><ul>' . $items . '</ul><p><a href="' . \esc_url( self::opml_url() ) . '" rel="blogroll" type="text/x-opml">' . \esc_html__( 'All of them for a feed reader (OPML)', 'mentor-bridge' ) . '</a></p></section>';
	}

	/**
	 * Gives one mentor of the list: the own words of whoever pinned them first, then the reason.
	 *
	 * @param array  $mentor   From Mentors_Of_Blog::get().
	 * @param string $language Language of the reasons.
	 * @return string Escaped HTML.
	 */
	private static function item( array $mentor, string $language ): string {
		$blog = '' === $mentor['blog'] || $mentor['blog'] === $mentor['name'] ? '' : ' <span class="mentor-bridge-blog">' . \esc_html( $mentor['blog'] ) . '</span>';
		$note = '' === $mentor['note'] ? '' : '<p class="mentor-bridge-note">' . \esc_html( $mentor['note'] ) . '</p>';
		return '<li><p class="mentor-bridge-who"><a href="' . \esc_url( $mentor['url'], array( 'http', 'https' ) ) . '" rel="noopener"' . Display::language_attributes( $mentor['language'], true ) . '>' . \esc_html( $mentor['name'] ) . '</a>' . $blog . '</p>' . $note . '<p class="mentor-bridge-why"' . Display::language_attributes( $language ) . '>' . \esc_html( $mentor['why'] ) . '</p></li>';
	}

	/**
	 * Gives the address of the list for feed readers.
	 */
	public static function opml_url(): string {
		return \add_query_arg( 'feed', self::FEED, \home_url( '/' ) );
	}

	/**
	 * Prints the list for feed readers.
	 */
	public static function print_opml(): void {
		$list = Mentors_Of_Blog::get();
		if ( array() === $list['mentors'] ) {
			\status_header( 404 );
		}
		\header( 'Content-Type: text/x-opml; charset=UTF-8' );
		echo '<?xml version="1.0" encoding="UTF-8"?>' . "\n" . '<opml version="2.0"><head><title>' . \esc_xml( \get_bloginfo( 'name' ) ) . '</title></head><body>' . "\n"; // phpcs:ignore MentorBridge.Security, WordPress.Security.EscapeOutput -- esc_xml() escapes.
		foreach ( $list['mentors'] as $mentor ) {
			echo '<outline type="rss" text="' . \esc_xml( $mentor['name'] ) . '" title="' . \esc_xml( $mentor['name'] ) . '" description="' . \esc_xml( '' === $mentor['note'] ? $mentor['why'] : $mentor['note'] ) . '" xmlUrl="' . \esc_xml( self::feed_of( $mentor['url'] ) ) . '" htmlUrl="' . \esc_xml( $mentor['url'] ) . '" />' . "\n"; // phpcs:ignore MentorBridge.Security, WordPress.Security.EscapeOutput -- esc_xml() escapes.
		}
		echo "</body></opml>\n";
	}

	/**
	 * Gives the feed of an author's page, as WordPress makes it.
	 *
	 * @param string $url Address of the page.
	 */
	private static function feed_of( string $url ): string {
		return null === \wp_parse_url( $url, PHP_URL_QUERY ) ? \trailingslashit( $url ) . 'feed/' : \add_query_arg( 'feed', 'rss2', $url );
	}
}
