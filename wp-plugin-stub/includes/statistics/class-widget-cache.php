<?php
/**
 * The widget as it was last printed.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The dashboard is opened far more often than anything on it changes: names, titles and links are put together once, and
 * kept until a comment, a post or the figures change. How long ago something was is filled in anew each time.
 */
class Widget_Cache {

	/**
	 * Option: key => HTML. Not autoloaded: only the dashboard reads it.
	 */
	const OPTION = 'mentor_bridge_widget';

	/**
	 * Widgets kept at once: one for each language and rank of those who look.
	 */
	const MOST = 4;

	/**
	 * Gives what the HTML depends on and no hook below tells. With the number of public comments, as who writes straight
	 * into the tables calls no hook; for the same reason nothing is kept over midnight. WordPress has counted anyway, for
	 * its menu.
	 */
	public static function key(): string {
		$parts = array( MENTOR_BRIDGE_VERSION, \determine_locale(), \current_user_can( Settings::CAPABILITY ), \gmdate( 'Y-m-d' ), \wp_count_comments()->approved, \home_url(), \admin_url() );
		foreach ( array( 'permalink_structure', 'date_format', 'close_comments_for_old_posts', 'close_comments_days_old' ) as $option ) {
			$parts[] = \get_option( $option );
		}
		return \hash( 'sha256', (string) \wp_json_encode( $parts ) );
	}

	/**
	 * Gives the HTML of the widget, if it is stored.
	 *
	 * @param string $key From key().
	 * @return string|null Escaped HTML; null if it has to be made.
	 */
	public static function find( string $key ): ?string {
		$entries = self::entries();
		return isset( $entries[ $key ] ) && \is_string( $entries[ $key ] ) ? $entries[ $key ] : null;
	}

	/**
	 * Stores the HTML of the widget.
	 *
	 * @param string $key  From key(), before it was made.
	 * @param string $html Escaped HTML.
	 */
	public static function store( string $key, string $html ): void {
		\update_option( self::OPTION, \array_slice( array( $key => $html ) + self::entries(), 0, self::MOST, true ), false );
	}

	/**
	 * Forgets all stored HTML of the widget.
	 */
	public static function clear(): void {
		\delete_option( self::OPTION );
	}

	/**
	 * A comment changed. Spam and what is not approved yet were not shown; and if this one was a moment ago, there is one
	 * public comment less than there was.
	 *
	 * @param int|string $comment_id The comment.
	 */
	public static function on_comment( $comment_id ): void {
		$comment = \get_comment( (int) $comment_id );
		if ( ! $comment instanceof \WP_Comment || '1' === (string) $comment->comment_approved ) {
			self::clear();
		}
	}

	/**
	 * A post changed. Its status may be the one before, so only what was never public is told from the others: WordPress
	 * makes an empty draft when the dashboard is opened, and revisions while somebody writes.
	 *
	 * @param int      $post_id The post.
	 * @param \WP_Post $post    The post.
	 */
	public static function on_post( $post_id, $post ): void {
		if ( 'auto-draft' !== $post->post_status && 'revision' !== $post->post_type ) {
			self::clear();
		}
	}

	/**
	 * Gives all stored HTML of the widget.
	 *
	 * @return array<string,string>
	 */
	private static function entries(): array {
		$entries = \get_option( self::OPTION );
		return \is_array( $entries ) ? $entries : array();
	}
}
