<?php
/**
 * What visitors were shown when the site last asked for its own pages.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Asks for a page as a visitor's browser does, as Site Health does: what closes a whole site (a maintenance page, a wall
 * before which everybody has to sign in) is often nowhere to be seen from within.
 *
 * Once an hour in the drains, and for a post whose page could not be opened from within. Many hosts do not let a site
 * call itself: then what was seen from within is what counts.
 */
class Loopback_Status {

	/**
	 * Option: {at, open, since, unheard, failed, text}: when the site was looked at last, what was seen, since when it is so,
	 * since when no page could be asked for (0 if the last one could), how many pages of posts did not come since one did, and
	 * what pages show of a text: '' (unknown or nothing), 'some' or 'whole' (also of a long one).
	 */
	const OPTION = 'mentor_bridge_front_door';

	/**
	 * Seconds until the site is looked at again.
	 */
	const EVERY = HOUR_IN_SECONDS;

	/**
	 * Seconds after which what was shared by a site that is closed is taken back: an update takes minutes.
	 */
	const PATIENCE = 2 * HOUR_IN_SECONDS;

	/**
	 * Pages that may fail to come, one after the other.
	 */
	const FAILURES = 3;

	/**
	 * What the pages of the look at hand show of their texts.
	 *
	 * @var string
	 */
	private static $text = '';

	/**
	 * Tells whether a post is shown while the site is open to visitors; looks, if the last look is too long ago.
	 *
	 * @param \WP_Post $public A post as a visitor reads it, by which a look is taken.
	 */
	public static function is_open( \WP_Post $public ): bool {
		$state = self::state();
		if ( \time() - $state['at'] < self::EVERY ) {
			return $state['open'];
		}
		self::$text = '';
		$shown      = self::shows_at_least_the_title( $public );
		// A theme may hide one post, or print little of it; what closes a site closes its other posts as well.
		$open = $shown || array() !== \array_filter( self::other_posts( $public->ID ), array( self::class, 'shows_at_least_the_title' ) );
		\update_option( self::OPTION, array( 'at' => \time(), 'open' => $open, 'since' => $open === $state['open'] ? $state['since'] : \time(), 'text' => self::$text ) + self::state(), false );
		if ( $open !== $state['open'] && 0 < $state['at'] ) {
			Enqueue::request_backfill();
		}
		return $shown;
	}

	/**
	 * Tells whether the page of a post shows it, or nobody can tell. Of a page that a browser puts together only the title
	 * may be there.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function shows_at_least_the_title( \WP_Post $post ): bool {
		$html = self::html( $post );
		$page = new Rendered_Text( (string) $html, false );
		self::note_shown_text( $page, $post );
		return null === $html || self::shows_text_of( $page, $post ) || ( 2 < \substr_count( Text_Words::of( $post->post_title ), ' ' ) && $page->contains( $post->post_title ) );
	}

	/**
	 * Notes what a page shows of the text of its post.
	 *
	 * @param Rendered_Text $page The page.
	 * @param \WP_Post   $post The post.
	 */
	private static function note_shown_text( Rendered_Text $page, \WP_Post $post ): void {
		$text = Text_Parts::is_short( $post->post_content ) ? null : $page->shown_part( $post->post_content );
		if ( null === $text || 'whole' === self::$text ) {
			return;
		}
		$length = Text_Words::count( Text_Words::of( $post->post_content ) );
		// Of a short text even a theme that prints excerpts shows all: what was learned from a long one still holds.
		$was_whole  = $length < Loopback_View::LONG && self::shows_whole_texts();
		$is_whole   = $length >= Loopback_View::LONG && 0.9 * $length <= Text_Words::count( Text_Words::of( $text ) );
		self::$text = $is_whole || $was_whole ? 'whole' : 'some';
	}

	/**
	 * Tells whether pages can be asked for and show the text of their posts.
	 */
	public static function shows_text(): bool {
		return '' !== self::state()['text'];
	}

	/**
	 * Tells whether pages show the whole text of their posts, also where it is long.
	 */
	public static function shows_whole_texts(): bool {
		return 'whole' === self::state()['text'];
	}

	/**
	 * Notes that a page has shown the whole text of its post.
	 *
	 * @param bool $is_long Whether that tells anything.
	 */
	public static function note_whole_text( bool $is_long ): void {
		if ( $is_long && ! self::shows_whole_texts() ) {
			\update_option( self::OPTION, array( 'text' => 'whole' ) + self::state(), false );
		}
	}

	/**
	 * Gives the two newest public posts besides one.
	 *
	 * @param int $post_id That one.
	 * @return \WP_Post[]
	 */
	private static function other_posts( int $post_id ): array {
		return \get_posts( array( 'post_type' => Sharing_Rules::post_types(), 'post_status' => 'publish', 'has_password' => false, 'numberposts' => 2, 'exclude' => array( $post_id ) ) );
	}

	/**
	 * Tells whether the site has just been closed, so that nothing is taken back yet.
	 */
	public static function is_closed_for_now(): bool {
		$state = self::state();
		return ! $state['open'] && \time() - $state['since'] < self::PATIENCE;
	}

	/**
	 * Tells whether no page could be asked for the last time, so that this site cannot call itself.
	 */
	public static function is_unreachable(): bool {
		return 0 < self::state()['unheard'];
	}

	/**
	 * Tells whether no page can be asked for since a short while only: a server slow for a moment hides nothing.
	 */
	public static function is_unreachable_for_now(): bool {
		return self::is_unreachable() && \time() - self::state()['unheard'] < self::PATIENCE;
	}

	/**
	 * Gives what was seen of the site last.
	 *
	 * @return array{at:int,open:bool,since:int,unheard:int,failed:int,text:string}
	 */
	public static function state(): array {
		$state = \get_option( self::OPTION, array() );
		return \array_merge( array( 'at' => 0, 'open' => true, 'since' => 0, 'unheard' => 0, 'failed' => 0, 'text' => '' ), \is_array( $state ) ? $state : array() );
	}

	/**
	 * Tells whether the page of a post shows it.
	 *
	 * @param \WP_Post $post   The post.
	 * @param \WP_Post $public What it should show.
	 * @return bool|null Null if nobody can tell: the site cannot call itself.
	 */
	public static function shows_post( \WP_Post $post, \WP_Post $public ): ?bool {
		$html = self::html( $post );
		return null === $html ? null : self::shows_text_of( new Rendered_Text( $html, false ), $public );
	}

	/**
	 * Tells whether a page shows a post.
	 *
	 * @param Rendered_Text $page   The page.
	 * @param \WP_Post   $public What it should show.
	 */
	private static function shows_text_of( Rendered_Text $page, \WP_Post $public ): bool {
		return Text_Parts::is_short( $public->post_content ) ? $page->contains( $public->post_title ) : null !== $page->shown_part( $public->post_content );
	}

	/**
	 * Fetches the page of a post, and notes whether the site can call itself.
	 *
	 * @param \WP_Post $post The post.
	 * @return string|null HTML; '' when there is no page for visitors, null if nobody can tell.
	 */
	public static function html( \WP_Post $post ): ?string {
		$html = Loopback_Request::fetch( (string) \get_permalink( $post ), Loopback_Request::timeout() );
		if ( ( null === $html ) !== self::is_unreachable() ) {
			\update_option( self::OPTION, array( 'unheard' => null === $html ? \time() : 0 ) + self::state(), false );
		}
		return $html;
	}

	/**
	 * Fetches all pages of a post; after some that did not come, none is asked for until the next look at the site.
	 *
	 * @param \WP_Post $post    The post.
	 * @param float    $seconds For all of them.
	 * @return string|null HTML; '' when there is no page for visitors, null if nobody can tell.
	 */
	public static function pages( \WP_Post $post, float $seconds ): ?string {
		$until = \microtime( true ) + $seconds;
		$count = 1 + \substr_count( $post->post_content, '<!--nextpage-->' );
		$html  = '';
		for ( $page = 1; $page <= $count; $page++ ) {
			$left      = $until - \microtime( true );
			$page_html = Loopback_Request::fetch( Loopback_Request::page_address( $post, $page ), \max( 0.1, $left ) );
			if ( 0 === Loopback_Request::status() ) {
				$failed = 1 + self::state()['failed'];
				\update_option( self::OPTION, ( self::FAILURES > $failed ? array( 'failed' => $failed ) : array( 'failed' => 0, 'text' => '' ) ) + self::state(), false );
			}
			if ( null === $page_html || 500 <= Loopback_Request::status() ) {
				return null;
			}
			$html .= $page_html . "\n";
		}
		if ( 0 < self::state()['failed'] ) {
			\update_option( self::OPTION, array( 'failed' => 0 ) + self::state(), false );
		}
		return $html;
	}
}
