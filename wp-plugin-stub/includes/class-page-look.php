<?php
/**
 * A look at the blog from outside.
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
class Page_Look {

	/**
	 * Option: {at, open, since}, when the site was looked at last, what was seen, and since when it is so.
	 */
	const OPTION = 'mentor_bridge_front_door';

	/**
	 * Seconds until the next look.
	 */
	const EVERY = HOUR_IN_SECONDS;

	/**
	 * Seconds after which what was shared by a site that is closed is taken back: an update takes minutes.
	 */
	const PATIENCE = 2 * HOUR_IN_SECONDS;

	/**
	 * Longest wait, in seconds.
	 */
	const TIMEOUT = 3;

	/**
	 * Tells whether the site is open to visitors; looks, if the last look is too long ago.
	 *
	 * @param \WP_Post $public A post as a visitor reads it, by which a look is taken.
	 */
	public static function is_open( \WP_Post $public ): bool {
		$known = self::known();
		if ( \time() - $known['at'] < self::EVERY ) {
			return $known['open'];
		}
		$html = self::html( $public );
		$page = new Shown_Text( (string) $html, false );
		// Of a page that a browser puts together only the title may be there.
		$open = null === $html || self::shows( $page, $public ) || ( 2 < \substr_count( Shown_Text::words( $public->post_title ), ' ' ) && $page->has( $public->post_title ) );
		\update_option( self::OPTION, array( 'at' => \time(), 'open' => $open, 'since' => $open === $known['open'] ? $known['since'] : \time() ), false );
		if ( $open !== $known['open'] && 0 < $known['at'] ) {
			Changes::ask_for_backfill();
		}
		return $open;
	}

	/**
	 * Tells whether the site has just been closed, so that nothing is taken back yet.
	 */
	public static function is_closed_for_now(): bool {
		$known = self::known();
		return ! $known['open'] && \time() - $known['since'] < self::PATIENCE;
	}

	/**
	 * Gives what was seen last.
	 *
	 * @return array{at:int,open:bool,since:int}
	 */
	public static function known(): array {
		$known = \get_option( self::OPTION, array() );
		return \array_merge( array( 'at' => 0, 'open' => true, 'since' => 0 ), \is_array( $known ) ? $known : array() );
	}

	/**
	 * Tells whether the page of a post shows it.
	 *
	 * @param \WP_Post $post   The post.
	 * @param \WP_Post $public What it should show.
	 * @return bool|null Null if nobody can tell: the site cannot call itself.
	 */
	public static function at( \WP_Post $post, \WP_Post $public ): ?bool {
		$html = self::html( $post );
		return null === $html ? null : self::shows( new Shown_Text( $html, false ), $public );
	}

	/**
	 * Tells whether a page shows a post.
	 *
	 * @param Shown_Text $page   The page.
	 * @param \WP_Post   $public What it should show.
	 */
	private static function shows( Shown_Text $page, \WP_Post $public ): bool {
		return Shown_Text::is_short( $public->post_content ) ? $page->has( $public->post_title ) : null !== $page->of( $public->post_content );
	}

	/**
	 * Gets the page of a post.
	 *
	 * @param \WP_Post $post The post.
	 * @return string|null HTML; '' when there is no page for visitors, null if nobody can tell.
	 */
	public static function html( \WP_Post $post ): ?string {
		$url    = (string) \get_permalink( $post );
		$answer = \wp_remote_get(
			\add_query_arg( 'mentor-bridge', \bin2hex( \random_bytes( 4 ) ), $url ),
			array(
				'timeout'             => self::TIMEOUT,
				'redirection'         => 3,
				'headers'             => array( 'Cache-Control' => 'no-cache' ),
				'limit_response_size' => 4000000,
				'sslverify'           => \apply_filters( 'https_local_ssl_verify', false, $url ), // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
			)
		);
		$code   = \is_wp_error( $answer ) ? 0 : (int) \wp_remote_retrieve_response_code( $answer );
		if ( 200 === $code ) {
			return (string) \wp_remote_retrieve_body( $answer );
		}
		return \in_array( $code, array( 301, 302, 303, 307, 308, 401, 403, 404, 410, 503 ), true ) ? '' : null;
	}
}
