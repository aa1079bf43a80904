<?php
/**
 * Settings › Mentor bridge, before the blog is connected.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The address first. What will be sent, to whom, and who takes part is folded under it, together with the button that
 * connects: whoever presses that has opened it.
 */
class Connect_Section {

	/**
	 * Prints what the plugin does, and offers to connect.
	 *
	 * @param array $status From Connection::status().
	 */
	public static function show( array $status ): void {
		if ( 'gone' === $status['state'] ) {
			Settings_Page::warn( $status['reason'], \__( 'If that was not meant to be, ask whoever runs the bridge, or connect again below. If it was, there is nothing to do.', 'mentor-bridge' ) );
		} elseif ( 'connecting' === $status['state'] ) {
			Settings_Page::warn( \__( 'The bridge was asked and has not answered yet.', 'mentor-bridge' ), \__( 'Reload this page in a minute. If nothing has changed by then, connect once more.', 'mentor-bridge' ) );
		}
		echo '<p class="mentor-bridge-lead">' . \esc_html__( 'Under your posts, readers find mentors of other blogs, each with the reason; authors here who wish it are found there. A bridge makes the connection.', 'mentor-bridge' ) . '</p>';
		echo '<p>' . \esc_html__( 'So far this blog is not connected, and nothing is sent to anybody.', 'mentor-bridge' ) . '</p>';

		Settings_Page::open_form( 'connect' );
		self::address( $status['bridge_url'] );
		self::next( '' !== Settings_Page::query( 'open' ) );
		echo '</form>';
	}

	/**
	 * Prints the fields for the address and the code, and the button that tries the address.
	 *
	 * @param string $earlier Address of the bridge that the blog was connected to.
	 */
	private static function address( string $earlier ): void {
		$typed = Settings_Page::query( 'bridge' );
		if ( '' === $earlier && \defined( 'MENTOR_BRIDGE_ADDRESS' ) ) {
			// A host with a bridge of its own fills it in for all of its sites; each connects by its owner's hand.
			$earlier = (string) MENTOR_BRIDGE_ADDRESS;
		}
		$code = Settings_Page::query( 'code' );
		if ( '' === $code && \defined( 'MENTOR_BRIDGE_CODE' ) ) {
			$code = (string) MENTOR_BRIDGE_CODE;
		}
		echo '<section class="mentor-bridge-part">';
		?>
		<p>
			<label for="mentor-bridge-url"><?php \esc_html_e( 'Address', 'mentor-bridge' ); ?></label>
			<input type="text" inputmode="url" class="regular-text" id="mentor-bridge-url" name="bridge_url" required autocomplete="url" spellcheck="false" placeholder="https://" value="<?php echo \esc_attr( '' === $typed ? $earlier : \rawurldecode( $typed ) ); ?>">
		</p>
		<p>
			<label for="mentor-bridge-code"><?php \esc_html_e( 'Code, if you were given one', 'mentor-bridge' ); ?></label>
			<input type="text" class="regular-text code" id="mentor-bridge-code" name="code" autocomplete="off" spellcheck="false" aria-describedby="mentor-bridge-code-help" value="<?php echo \esc_attr( $code ); ?>">
		</p>
		<p class="description" id="mentor-bridge-code-help"><?php \esc_html_e( 'You get both from whoever runs the bridge. Not every bridge asks for a code.', 'mentor-bridge' ); ?></p>
		<p>
			<button class="button" name="test" value="1" id="mentor-bridge-test"><?php \esc_html_e( 'Test the connection', 'mentor-bridge' ); ?></button>
			<span class="description"><?php \esc_html_e( 'Asks that address whether a bridge is there, and this blog whether a bridge can call it. Sends nothing else.', 'mentor-bridge' ); ?></span>
		</p>
		<?php
		echo '</section>';
	}

	/**
	 * Prints what will be sent, who takes part, and the button that connects, all folded together.
	 *
	 * @param bool $is_open Whether it was opened before.
	 */
	private static function next( bool $is_open ): void {
		echo '<details class="mentor-bridge-next"' . ( $is_open ? ' open' : '' ) . '><summary><span class="button button-primary button-hero">' . \esc_html__( 'Next: what will be sent, and to whom', 'mentor-bridge' ) . '</span></summary>';
		Settings_Page::open_part( \__( 'What will be sent, and to whom', 'mentor-bridge' ) );
		Disclosure::print_words();
		Disclosure::print_preview( \get_current_user_id(), true );
		echo '</section>';
		People_Section::show( '1' === Settings_Page::query( 'own' ) );
		Settings_Page::open_part( \__( 'Statistics', 'mentor-bridge' ) );
		Settings_Page::statistics_box( '1' === Settings_Page::query( 'stats' ) );
		echo '</section>';
		echo '<p>' . \esc_html__( 'By connecting, this blog begins to send what is described above, to the address above.', 'mentor-bridge' ) . '</p>';
		\submit_button( \__( 'Connect', 'mentor-bridge' ), 'primary', 'connect', false, array( 'id' => 'mentor-bridge-connect' ) );
		echo '</details>';
	}
}
