<?php
/**
 * After activation: what to do next.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One notice that leads to the settings screen. It goes away when that is opened, when the blog is connected, or by its own
 * button, and never comes back.
 */
class Welcome_Notice {

	/**
	 * Option: '1' from activation until the notice has done its work. Loaded with all others: no screen asks for it.
	 */
	const OPTION = 'mentor_bridge_welcome';

	/**
	 * Notes, on activation, that somebody has to be led on; not where a blog is connected already.
	 */
	public static function request(): void {
		if ( null === Connection::get() ) {
			\update_option( self::OPTION, '1', true );
		}
	}

	/**
	 * Notes that nobody has to be led on any more.
	 */
	public static function finish(): void {
		\delete_option( self::OPTION );
	}

	/**
	 * Prints the notice, to whoever may connect the blog, on the screens on which one is after activation.
	 */
	public static function show(): void {
		$screen = \get_current_screen();
		if ( ! $screen || ! \in_array( $screen->id, array( 'plugins', 'dashboard' ), true ) || ! \current_user_can( Settings::CAPABILITY ) || '1' !== (string) \get_option( self::OPTION, '' ) ) {
			return;
		}
		if ( null !== Connection::get() ) {
			self::finish();
			return;
		}
		?>
		<div class="notice notice-info mentor-bridge-welcome">
			<p>
				<strong><?php \esc_html_e( 'Mentor bridge is active, and sends nothing yet.', 'mentor-bridge' ); ?></strong>
				<?php \esc_html_e( 'Next you connect this blog, with the address that the people of a bridge gave you. You read what will be sent before it is.', 'mentor-bridge' ); ?>
			</p>
			<form method="post" action="<?php echo \esc_url( \admin_url( 'admin-post.php' ) ); ?>">
				<p>
					<a class="button button-primary" href="<?php echo \esc_url( Settings::url() ); ?>"><?php \esc_html_e( 'Connect this blog', 'mentor-bridge' ); ?></a>
					<input type="hidden" name="action" value="mentor_bridge_later">
					<?php \wp_nonce_field( 'mentor_bridge_later', '_wpnonce', false ); ?>
					<button class="button-link"><?php \esc_html_e( 'Not now', 'mentor-bridge' ); ?></button>
				</p>
			</form>
		</div>
		<?php
	}

	/**
	 * Takes the answer "Not now".
	 */
	public static function dismiss(): void {
		\check_admin_referer( 'mentor_bridge_later' );
		if ( \current_user_can( Settings::CAPABILITY ) ) {
			self::finish();
		}
		\wp_safe_redirect( \wp_get_referer() ? \wp_get_referer() : \admin_url() );
		exit;
	}
}
