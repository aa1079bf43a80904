<?php
/**
 * What needs the owner, by e-mail.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the owner of the blog that nothing has gone out or come in for two days though something waits, or that the bridge
 * has refused something: once a day at most, the same once a week. This blog sends it; the bridge learns nothing of it.
 */
class Alert_Mail {

	/**
	 * The option that switches it off: 'no'.
	 */
	const OPTION = 'mentor_bridge_alert_mail';

	/**
	 * Option: {at, of}, when a mail was sent last, and a checksum of what it was about.
	 */
	const SENT = 'mentor_bridge_alert_mail_sent';

	/**
	 * Seconds until the same is said again.
	 */
	const REPEAT = WEEK_IN_SECONDS;

	/**
	 * Refused objects that are named.
	 */
	const NAMED = 5;

	/**
	 * Tells whether mails are wanted: unless somebody has switched them off.
	 */
	public static function is_on(): bool {
		return 'no' !== \get_option( self::OPTION );
	}

	/**
	 * Stores whether mails are wanted.
	 *
	 * @param bool $is_on The choice.
	 */
	public static function store( bool $is_on ): void {
		\update_option( self::OPTION, $is_on ? 'yes' : 'no', false );
	}

	/**
	 * Prints the choice on the settings screen.
	 */
	public static function show(): void {
		Settings_Page::open_part( \__( 'When something needs you', 'mentor-bridge' ) );
		?>
		<p>
			<label for="mentor-bridge-alert-mail">
				<input type="checkbox" id="mentor-bridge-alert-mail" name="<?php echo \esc_attr( self::OPTION ); ?>" value="yes" <?php \checked( self::is_on() ); ?>>
				<?php
				/* translators: %s: an e-mail address. */
				echo \esc_html( \sprintf( \__( 'Write to %s when nothing gets through for two days, or the bridge has refused something', 'mentor-bridge' ), (string) \get_option( 'admin_email' ) ) );
				?>
			</label>
		</p>
		<p class="description"><?php \esc_html_e( 'This blog sends it, once a day at most; the bridge does not learn the address.', 'mentor-bridge' ); ?></p>
		<?php
		echo '</section>';
	}

	/**
	 * Once a day: writes to the owner, if something needs them of which they have not heard within a week.
	 */
	public static function on_daily(): void {
		$alerts = self::is_on() && Connection::is_connected() && Upgrade::is_current() ? self::alerts() : array();
		if ( array() === $alerts ) {
			return;
		}
		$sent = \get_option( self::SENT );
		$sent = \is_array( $sent ) ? $sent : array( 'at' => 0, 'of' => '' );
		$of   = \hash( 'sha256', (string) \wp_json_encode( $alerts ) );
		$wait = $of === $sent['of'] ? self::REPEAT : DAY_IN_SECONDS;
		// Cron may come a little early.
		if ( \time() - $sent['at'] < $wait - HOUR_IN_SECONDS ) {
			return;
		}
		// Before it is sent: whatever goes wrong, nobody gets it twice.
		\update_option( self::SENT, array( 'at' => \time(), 'of' => $of ), false );
		self::send( $alerts );
	}

	/**
	 * Gives what needs somebody.
	 *
	 * @return array `out` and `in`: since when nothing has gone out or come in; `refused`: {kind, object_id, error} each.
	 */
	private static function alerts(): array {
		$health  = Delivery_Status::health();
		$since   = (int) \strtotime( Connection::status()['since'] );
		$waiting = array(
			'out' => array( Outbox::progress()['waiting'], $health['last_success'] ),
			'in'  => array( $health['waiting'], $health['last_push'] ),
		);
		$alerts  = array();
		foreach ( $waiting as $way => list( $count, $last ) ) {
			if ( 0 < $count && \time() - \max( $since, $last ) > Site_Health::SILENCE ) {
				$alerts[ $way ] = \max( $since, $last );
			}
		}
		$refused = Outbox::refused( self::NAMED );
		return $alerts + ( array() === $refused ? array() : array( 'refused' => $refused ) );
	}

	/**
	 * Sends the mail to the owner, in their language if they have an account.
	 *
	 * @param array $alerts From alerts().
	 */
	private static function send( array $alerts ): void {
		$address     = (string) \get_option( 'admin_email' );
		$owner       = \get_user_by( 'email', $address );
		$is_switched = \switch_to_locale( $owner ? \get_user_locale( $owner ) : \get_locale() );
		$lines       = \array_merge(
			self::lines( $alerts ),
			array(
				/* translators: %s: an address. */
				\sprintf( \__( 'How it stands, and what to do: %s', 'mentor-bridge' ), Settings::url() ),
				\__( 'To have no such mail, untick “When something needs you” there.', 'mentor-bridge' ),
			)
		);
		/* translators: %s: name of the blog. */
		$subject = \sprintf( \__( 'The mentor bridge needs you on %s', 'mentor-bridge' ), \wp_specialchars_decode( (string) \get_option( 'blogname' ), ENT_QUOTES ) );
		\wp_mail( $address, $subject, \implode( "\n\n", $lines ) . "\n" );
		if ( $is_switched ) {
			\restore_previous_locale();
		}
	}

	/**
	 * Puts what needs somebody into words.
	 *
	 * @param array $alerts From alerts().
	 * @return string[]
	 */
	private static function lines( array $alerts ): array {
		$status = Connection::status();
		$lines  = array();
		if ( isset( $alerts['out'] ) ) {
			$waiting = Outbox::progress()['waiting'];
			/* translators: 1: a date, 2: a number. */
			$lines[] = \sprintf( \_n( 'Nothing has gone out since %1$s, though %2$s event waits.', 'Nothing has gone out since %1$s, though %2$s events wait.', $waiting, 'mentor-bridge' ), self::moment( $alerts['out'] ), \number_format_i18n( $waiting ) );
			$lines[] = \trim( $status['last_error'] . ' ' . Connection_Section::repair( Delivery_Status::health()['last_error'] ) );
		}
		if ( isset( $alerts['in'] ) ) {
			/* translators: 1: a date, 2: an address. */
			$lines[] = \sprintf( \__( 'Nothing has come in since %1$s, though the bridge has something for this blog. Site Health says what is in the way: %2$s', 'mentor-bridge' ), self::moment( $alerts['in'] ), \admin_url( 'site-health.php' ) );
		}
		if ( isset( $alerts['refused'] ) ) {
			$lines[] = \__( 'The bridge has refused the following. It is sent again when it is changed and saved:', 'mentor-bridge' );
			foreach ( $alerts['refused'] as $row ) {
				$lines[] = '- ' . Connection_Section::object_name( $row['kind'], (int) $row['object_id'] ) . ': ' . Delivery_Status::explain( $row['error'] );
			}
		}
		return $lines;
	}

	/**
	 * Writes a moment as this site does.
	 *
	 * @param int $time Seconds.
	 */
	private static function moment( int $time ): string {
		return Disclosure::moment( \gmdate( 'Y-m-d\TH:i:s\Z', $time ) );
	}
}
