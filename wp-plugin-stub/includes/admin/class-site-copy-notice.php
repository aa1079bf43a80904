<?php
/**
 * Asks in wp-admin what a copy of a connected site is.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Stands on every screen of whoever can answer, until it is answered on the settings screen.
 */
class Site_Copy_Notice {

	/**
	 * Prints that this looks like a copy of a connected site, with the link to where that is answered.
	 */
	public static function show(): void {
		$screen = \get_current_screen();
		if ( 'paused' !== Connection::state() || ! \current_user_can( Settings::CAPABILITY ) || ( $screen && 'settings_page_' . Settings::PAGE === $screen->id ) ) {
			return;
		}
		?>
		<div class="notice notice-warning mentor-bridge-copy">
			<p>
				<strong><?php \esc_html_e( 'Mentor bridge: is this the same site, or a new one?', 'mentor-bridge' ); ?></strong>
				<?php echo \esc_html( Connection::status()['reason'] ); ?>
			</p>
			<p><a class="button button-primary" href="<?php echo \esc_url( Settings::url() ); ?>"><?php \esc_html_e( 'Answer the question', 'mentor-bridge' ); ?></a></p>
		</div>
		<?php
	}
}
