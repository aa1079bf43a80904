<?php
/**
 * What a visitor reads of a post, seen from outside.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Lays a post beside its page as a browser gets it, before it is sent.
 *
 * Some plugins do not hide where a page is only put together: during a REST request, in cron, on a command line. Others are
 * a wall in a template, which no filter tells of. So what was read from within is asked for once more, without cookies, and
 * what leaves is what both show. Where this site cannot call itself, or its pages are known to show no text (a browser puts
 * them together, a theme prints excerpts), what was read from within is what counts.
 *
 * One request a page of a post, only for posts that are about to be sent or were just saved. History takes at most half
 * of a drain for it, and waits for the next one otherwise.
 */
class Loopback_View {

	/**
	 * Seconds that fetching the pages of one post may take.
	 */
	const PATIENCE = 3.0;

	/**
	 * Words from which on a text is longer than any excerpt.
	 */
	const LONG = 120;

	/**
	 * Seconds that history may still take in this drain.
	 *
	 * @var float
	 */
	private static $left = 0.0;

	/**
	 * What was read last in this drain: state of a post => the post, null if hidden.
	 *
	 * @var array<string,\WP_Post|null>
	 */
	private static $read = array();

	/**
	 * Begins a drain: forgets what was fetched, and allots half of its time to history.
	 *
	 * @param float $budget Seconds that it has.
	 */
	public static function begin( float $budget ): void {
		self::$left = $budget / 2;
		self::$read = array();
	}

	/**
	 * Gives what of a post is shown from outside as well.
	 *
	 * @param \WP_Post $post       The post as it is stored.
	 * @param \WP_Post $public     What was read of it from within.
	 * @param bool     $is_history Whether it can wait.
	 * @return \WP_Post|null Null when its page does not show it.
	 * @throws Loopback_Postponed If it has to wait.
	 */
	public static function of( \WP_Post $post, \WP_Post $public, bool $is_history ): ?\WP_Post {
		if ( ! Loopback_Status::shows_text() ) {
			return $public;
		}
		$state = $post->ID . ' ' . Language_Fields::current() . ' ' . \sha1( $post->post_content . "\n" . $public->post_content . "\n" . $public->post_title );
		if ( ! \array_key_exists( $state, self::$read ) ) {
			if ( $is_history && 0.0 >= self::$left ) {
				throw new Loopback_Postponed();
			}
			$begun                = \microtime( true );
			self::$read[ $state ] = self::read( $post, $public );
			self::$left          -= $is_history ? \microtime( true ) - $begun : 0.0;
		}
		return self::$read[ $state ];
	}

	/**
	 * Fetches the page of a post, and gives what of the post it shows.
	 *
	 * @param \WP_Post $post   The post as it is stored.
	 * @param \WP_Post $public What was read of it from within.
	 */
	private static function read( \WP_Post $post, \WP_Post $public ): ?\WP_Post {
		$html = Loopback_Status::pages( $post, self::PATIENCE );
		if ( null === $html ) {
			return $public;
		}
		if ( '' === \trim( $html ) ) {
			return null;
		}
		$page = new Rendered_Text( $html, false );
		if ( Text_Parts::is_short( $public->post_content ) ) {
			return $page->contains( $public->post_title ) || $page->contains( $public->post_content ) ? $public : null;
		}
		$text   = $page->shown_part( $public->post_content );
		$shown  = null === $text ? 0 : Text_Words::count( Text_Words::of( $text ) );
		$length = Text_Words::count( Text_Words::of( $public->post_content ) );
		if ( $shown >= $length ) {
			Loopback_Status::note_whole_text( $length >= self::LONG );
			return $public;
		}
		if ( 0 < $shown && $shown < $length / 2 && ! Loopback_Status::shows_whole_texts() ) {
			return $public; // Perhaps a theme that prints a beginning only.
		}
		if ( null === $text ) {
			return null;
		}
		$limited               = clone $public;
		$limited->post_content = $text;
		return $limited;
	}
}
