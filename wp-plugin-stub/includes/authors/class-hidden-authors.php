<?php
/**
 * Authors whom the people who run the bridge show to nobody.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The bridge names them, each with a reason, in its answer to every sign of life. They read it where they look anyway: on
 * their own dashboard and profile, without a query of its own; whoever invites authors sees it in the list of them.
 */
class Hidden_Authors {

	/**
	 * Option of a user: the reason, while their card is hidden.
	 */
	const OPTION = 'mentor_bridge_hidden';

	/**
	 * Characters of a reason that are kept.
	 */
	const REASON_LENGTH = 500;

	/**
	 * Brings the users in line with what the bridge says.
	 *
	 * @param array $answer The bridge's JSON; without `hidden` it is an older one.
	 */
	public static function heed( array $answer ): void {
		if ( ! isset( $answer['hidden'] ) || ! \is_array( $answer['hidden'] ) ) {
			return;
		}
		$reasons = array();
		foreach ( $answer['hidden'] as $named ) {
			$named = \is_array( $named ) ? \array_filter( $named, 'is_string' ) + array( 'author' => '', 'reason' => '' ) : array( 'author' => '' );
			if ( \preg_match( '/\A[1-9][0-9]{0,18}\z/', $named['author'] ) && \get_userdata( (int) $named['author'] ) ) {
				$reasons[ (int) $named['author'] ] = \mb_substr( \sanitize_text_field( $named['reason'] ), 0, self::REASON_LENGTH );
			}
		}
		foreach ( \array_diff( self::ids(), \array_keys( $reasons ) ) as $id ) {
			\delete_user_option( $id, self::OPTION );
		}
		foreach ( $reasons as $id => $reason ) {
			\update_user_option( $id, self::OPTION, $reason );
		}
	}

	/**
	 * Forgets all of them: the blog has left the bridge.
	 */
	public static function forget(): void {
		self::heed( array( 'hidden' => array() ) );
	}

	/**
	 * Gives the reason for which an author is hidden, null where they are not.
	 *
	 * @param int $user_id The author.
	 */
	public static function reason( int $user_id ): ?string {
		$reason = \get_user_option( self::OPTION, $user_id );
		return \is_string( $reason ) ? $reason : null;
	}

	/**
	 * Says in one sentence that an author is hidden, and why.
	 *
	 * @param string $reason The reason.
	 */
	public static function sentence( string $reason ): string {
		/* translators: %s: why, in the words of the people who run the bridge. */
		return \sprintf( \__( 'Hidden by the people who run the bridge: nobody is shown the card. The reason: “%s”', 'mentor-bridge' ), $reason );
	}

	/**
	 * Tells an author who is hidden, on their own dashboard and profile.
	 */
	public static function show(): void {
		$screen = \get_current_screen();
		$reason = self::reason( \get_current_user_id() );
		if ( null === $reason || ! $screen || ! \in_array( $screen->id, array( 'dashboard', 'profile' ), true ) || ! Connection::is_connected() ) {
			return;
		}
		?>
		<div class="notice notice-warning">
			<p><strong><?php \esc_html_e( 'Your card in the bank of mentors is hidden.', 'mentor-bridge' ); ?></strong> <?php echo \esc_html( self::sentence( $reason ) ); ?></p>
			<p><?php \esc_html_e( 'What you wrote stays as it is, here and there. “My card” in your dashboard at the bridge says whom you can write to about it.', 'mentor-bridge' ); ?></p>
		</div>
		<?php
	}

	/**
	 * Finds who is noted as hidden.
	 *
	 * @return int[]
	 */
	private static function ids(): array {
		global $wpdb;
		return \array_map( 'intval', \get_users( array( 'meta_key' => $wpdb->get_blog_prefix() . self::OPTION, 'fields' => 'ID' ) ) ); // phpcs:ignore WordPress.DB.SlowDBQuery -- with a sign of life, never on a page.
	}
}
