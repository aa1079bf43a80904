<?php
/**
 * Settings › Mentor bridge: how things are.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The state of the connection, what waits, what was refused, and what to do about it.
 */
class Connection_Section {

	/**
	 * Prints the state of the connection, what waits, and what to do about an error.
	 *
	 * @param array $status From Connection::status().
	 */
	public static function show( array $status ): void {
		$progress = Outbox::progress();
		Settings_Page::open_part( \__( 'Connection', 'mentor-bridge' ) );
		?>
		<p class="mentor-bridge-state">
			<span class="mentor-bridge-light <?php echo '' === $status['last_error'] ? 'is-good' : 'is-bad'; ?>" aria-hidden="true"></span>
			<strong>
			<?php
			/* translators: %s: address of the bridge. */
			echo \esc_html( \sprintf( \__( 'Connected to %s', 'mentor-bridge' ), $status['bridge_url'] ) );
			?>
			</strong>
		</p>
		<?php
		Address_Notice::show();
		Dashboard_Link::button();
		if ( '' !== $status['last_error'] ) {
			Settings_Page::warn( $status['last_error'], self::repair( Delivery_Status::health()['last_error'] ) );
		}
		Live_Progress::show();
		self::facts( $status );
		foreach ( Check_Report::sentences( State_Check::state() ) as $sentence ) {
			echo '<p>' . \esc_html( $sentence ) . '</p>';
		}
		self::refused( $progress['failed'] );
		if ( 0 < $progress['waiting'] || '' !== $status['last_error'] ) {
			Settings_Page::open_form( 'send' );
			\submit_button( \__( 'Send now', 'mentor-bridge' ), 'secondary', 'send', false, array( 'id' => 'mentor-bridge-send' ) );
			echo '</form>';
		}
		echo '<details><summary>' . \esc_html__( 'What is sent, and to whom', 'mentor-bridge' ) . '</summary>';
		Disclosure::print_words();
		Disclosure::print_preview( \get_current_user_id(), true );
		echo '</details></section>';
	}

	/**
	 * Prints when the bridge was heard last, when the next try is, and how mentors arrive.
	 *
	 * @param array $status From Connection::status().
	 */
	public static function facts( array $status ): void {
		$transports = array(
			'xmlrpc' => \__( 'The bridge hands them in by XML-RPC.', 'mentor-bridge' ),
			'rest'   => \__( 'The bridge hands them in by the REST API.', 'mentor-bridge' ),
			'pull'   => \__( 'This blog fetches them, as the bridge cannot reach it.', 'mentor-bridge' ),
		);
		$facts      = array(
			\__( 'Since', 'mentor-bridge' )             => Disclosure::moment( $status['since'] ),
			\__( 'Last heard from it', 'mentor-bridge' ) => Disclosure::moment( $status['last_success'] ),
		);
		if ( '' !== $status['next_try'] ) {
			$facts[ \__( 'Next try', 'mentor-bridge' ) ] = Disclosure::moment( $status['next_try'] );
		}
		if ( isset( $transports[ $status['transport'] ] ) ) {
			$facts[ \__( 'Arrival of related mentors', 'mentor-bridge' ) ] = $transports[ $status['transport'] ];
		}
		if ( 5 < \abs( $status['clock_offset'] ) ) {
			/* translators: %s: a number of seconds. */
			$facts[ \__( 'Clock', 'mentor-bridge' ) ] = \sprintf( \__( 'The clock of this server is %s seconds off; this is allowed for.', 'mentor-bridge' ), \number_format_i18n( \abs( $status['clock_offset'] ) ) );
		}
		echo '<dl class="mentor-bridge-facts">';
		foreach ( $facts as $name => $value ) {
			echo '<dt>' . \esc_html( $name ) . '</dt><dd>' . \esc_html( $value ) . '</dd>';
		}
		echo '</dl>';
	}

	/**
	 * Lists the objects that the bridge has refused.
	 *
	 * @param int $count How many.
	 */
	private static function refused( int $count ): void {
		if ( 1 > $count ) {
			return;
		}
		/* translators: %s: a number. */
		echo '<details><summary>' . \esc_html( \sprintf( \_n( '%s was refused by the bridge', '%s were refused by the bridge', $count, 'mentor-bridge' ), \number_format_i18n( $count ) ) ) . '</summary><ul>';
		foreach ( Outbox::refused( 20 ) as $row ) {
			echo '<li>' . \esc_html( self::object_name( $row['kind'], (int) $row['object_id'] ) . ': ' . Delivery_Status::explain( $row['error'] ) ) . '</li>';
		}
		echo '</ul><p>' . \esc_html__( 'They are tried again when they are changed and saved.', 'mentor-bridge' ) . '</p></details>';
	}

	/**
	 * Names an object of the outbox.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function object_name( string $kind, int $id ): string {
		switch ( $kind ) {
			case Outbox::POST:
				/* translators: %s: title of a post. */
				return \sprintf( \__( 'Post “%s”', 'mentor-bridge' ), \get_the_title( $id ) );
			case Outbox::COMMENT:
				/* translators: %d: number of a comment. */
				return \sprintf( \__( 'Comment %d', 'mentor-bridge' ), $id );
			case Outbox::AUTHOR:
				$user = \get_userdata( $id );
				/* translators: %s: name of an author. */
				return \sprintf( \__( 'Author %s', 'mentor-bridge' ), $user ? $user->display_name : (string) $id );
			default:
				return \__( 'This blog', 'mentor-bridge' );
		}
	}

	/**
	 * Says what to do about an error of delivery.
	 *
	 * @param string $code As stored, such as "network: …" or "http_404".
	 */
	public static function repair( string $code ): string {
		$kind  = \strtok( $code, ':' );
		$words = array(
			'network'  => \__( 'Nothing is lost: it is tried again by itself. If it lasts, ask whoever runs the bridge whether it is up, and your host whether this server may call other servers.', 'mentor-bridge' ),
			'http_401' => \__( 'Ask your host to set the clock of this server. If it is right, disconnect and connect again.', 'mentor-bridge' ),
			'http_404' => \__( 'Ask whoever runs the bridge. To begin anew, disconnect and connect again.', 'mentor-bridge' ),
		);
		return isset( $words[ $kind ] ) ? $words[ $kind ] : \__( 'Nothing is lost: it is tried again by itself. If it lasts, ask whoever runs the bridge.', 'mentor-bridge' );
	}
}
