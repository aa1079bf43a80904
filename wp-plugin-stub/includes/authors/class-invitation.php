<?php
/**
 * An author is asked whether they want to take part.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The question on the author's own dashboard and profile, until it is answered.
 */
class Invitation {

	/**
	 * Option of a user: {by, at}, while the question is open.
	 */
	const OPTION = 'mentor_bridge_invited';

	/**
	 * Tells whether an author was asked and has not answered.
	 *
	 * @param int $user_id The author.
	 */
	public static function is_open( int $user_id ): bool {
		return \is_array( \get_user_option( self::OPTION, $user_id ) );
	}

	/**
	 * Takes back an invitation, or notes that the author declined it.
	 *
	 * @param int $user_id The author.
	 */
	public static function forget( int $user_id ): void {
		\delete_user_option( $user_id, self::OPTION );
	}

	/**
	 * Shows an invitation to whom it is for, on two quiet screens.
	 */
	public static function show(): void {
		$screen = \get_current_screen();
		if ( ! $screen || ! \in_array( $screen->id, array( 'dashboard', 'profile' ), true ) || ! self::is_open( \get_current_user_id() ) || ! Connection::is_connected() ) {
			return;
		}
		?>
		<div class="notice notice-info">
			<p><?php \esc_html_e( 'You are invited to take part in the mentor bridge: to be found as a mentor by readers and authors of other blogs who write about the same things. Nothing of you is shared unless you agree.', 'mentor-bridge' ); ?></p>
			<form method="post" action="<?php echo \esc_url( \admin_url( 'admin-post.php' ) ); ?>">
				<p>
					<a class="button button-primary" href="<?php echo \esc_url( \admin_url( 'profile.php#mentor-bridge' ) ); ?>"><?php \esc_html_e( 'Read and decide', 'mentor-bridge' ); ?></a>
					<input type="hidden" name="action" value="mentor_bridge_decline">
					<?php \wp_nonce_field( 'mentor_bridge_decline' ); ?>
					<button class="button-link"><?php \esc_html_e( 'No, thank you', 'mentor-bridge' ); ?></button>
				</p>
			</form>
		</div>
		<?php
	}

	/**
	 * Takes the answer "No, thank you" of an author who was invited.
	 */
	public static function decline(): void {
		\check_admin_referer( 'mentor_bridge_decline' );
		self::forget( \get_current_user_id() );
		\wp_safe_redirect( \wp_get_referer() ? \wp_get_referer() : \admin_url() );
		exit;
	}
}
