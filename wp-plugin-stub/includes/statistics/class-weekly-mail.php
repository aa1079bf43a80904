<?php
/**
 * The week by e-mail.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Once a week, to whoever moderates comments and asked for it on their own profile screen: what was talked about and how much
 * waits. This blog sends it, of figures that are stored here; the bridge learns neither an address nor that there is a mail.
 */
class Weekly_Mail {

	/**
	 * The option of a user who wants it: '1'.
	 */
	const WANTED = 'mentor_bridge_weekly_mail';

	/**
	 * The option with the week that was mailed last, as its Monday.
	 */
	const SENT = 'mentor_bridge_weekly_mail_sent';

	const NONCE = 'mentor_bridge_weekly_mail_nonce';

	/**
	 * Prints the choice on one's own profile screen.
	 *
	 * @param \WP_User $user Who looks at their own profile.
	 */
	public static function show( $user ): void {
		if ( ! Statistics::may_be_seen() ) {
			return;
		}
		?>
		<table class="form-table" role="presentation">
			<tr>
				<th scope="row"><?php \esc_html_e( 'The week by e-mail', 'mentor-bridge' ); ?></th>
				<td>
					<label for="mentor-bridge-weekly-mail">
						<input type="checkbox" name="mentor_bridge_weekly_mail" id="mentor-bridge-weekly-mail" value="1" <?php \checked( self::is_wanted_by( $user->ID ) ); ?>>
						<?php \esc_html_e( 'Send me once a week how many people commented and how many comments wait', 'mentor-bridge' ); ?>
					</label>
					<p class="description"><?php \esc_html_e( 'This blog sends it to the address above. A week without anything to tell brings no mail.', 'mentor-bridge' ); ?></p>
					<?php \wp_nonce_field( 'mentor_bridge_weekly_mail_' . $user->ID, self::NONCE, false ); ?>
				</td>
			</tr>
		</table>
		<?php
	}

	/**
	 * Stores the choice when one's own profile is saved.
	 *
	 * @param int $user_id Whose profile was saved.
	 */
	public static function save( $user_id ): void {
		$user_id = (int) $user_id;
		$nonce   = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		if ( \get_current_user_id() !== $user_id || ! \wp_verify_nonce( $nonce, 'mentor_bridge_weekly_mail_' . $user_id ) ) {
			return;
		}
		if ( isset( $_POST['mentor_bridge_weekly_mail'] ) ) {
			\update_user_option( $user_id, self::WANTED, '1' );
		} else {
			\delete_user_option( $user_id, self::WANTED );
		}
	}

	/**
	 * Tells whether somebody asked for the mail.
	 *
	 * @param int $user_id Who.
	 */
	private static function is_wanted_by( int $user_id ): bool {
		return '1' === (string) \get_user_option( self::WANTED, $user_id );
	}

	/**
	 * Once a day: mails the last whole week, if that has not been done.
	 */
	public static function on_daily(): void {
		global $wpdb;
		$data = Connection::is_connected() && Connection::statistics() && Upgrade::is_current() ? Statistics::blog() : null;
		$week = null === $data ? null : self::last_week( $data['trend'] );
		if ( null === $week || $week['week'] === \get_option( self::SENT ) ) {
			return;
		}
		// Before it is sent: whatever goes wrong, nobody gets it twice.
		\update_option( self::SENT, $week['week'], false );
		$waiting = \count( Unanswered_Comments::filter( \array_column( $data['waiting'], 'comment' ) ) );
		if ( 1 > $week['comments'] && 1 > $waiting ) {
			return;
		}
		$readers = \get_users( array( 'meta_key' => $wpdb->get_blog_prefix() . self::WANTED, 'meta_value' => '1' ) ); // phpcs:ignore WordPress.DB.SlowDBQuery -- once a week.
		foreach ( $readers as $reader ) {
			if ( $reader->has_cap( Statistics::capability() ) && '' !== $reader->user_email ) {
				self::send( $reader, $week, $waiting );
			}
		}
	}

	/**
	 * Gives the last week that is over, if it ended within the last eight days.
	 *
	 * @param array[] $trend The weeks.
	 * @return array{week:string,comments:int,commenters:int}|null
	 */
	private static function last_week( array $trend ): ?array {
		foreach ( \array_reverse( $trend ) as $week ) {
			$age = \time() - (int) \strtotime( $week['week'] . ' UTC' ) - WEEK_IN_SECONDS;
			if ( 0 <= $age ) {
				return 8 * DAY_IN_SECONDS >= $age ? $week : null;
			}
		}
		return null;
	}

	/**
	 * Sends the mail, in the language of who gets it.
	 *
	 * @param \WP_User $reader  Who.
	 * @param array    $week    The week.
	 * @param int      $waiting How many comments wait for an answer.
	 */
	private static function send( \WP_User $reader, array $week, int $waiting ): void {
		$is_switched = \switch_to_locale( \get_user_locale( $reader ) );
		$lines       = array(
			/* translators: 1: a date, 2: a count of comments, 3: a count of readers. */
			\sprintf( \__( 'In the week of %1$s: %2$s by %3$s.', 'mentor-bridge' ), Figure_Format::day( $week['week'] ), Figure_Format::comments( $week['comments'] ), Figure_Format::readers( $week['commenters'] ) ),
			1 > $waiting
				? \__( 'No comment waits for an answer.', 'mentor-bridge' )
				/* translators: %s: a number. */
				: \sprintf( \_n( '%s comment waits for an answer:', '%s comments wait for an answer:', $waiting, 'mentor-bridge' ), \number_format_i18n( $waiting ) ) . ' ' . \admin_url( 'edit-comments.php' ),
			/* translators: %s: an address. */
			\sprintf( \__( 'You get this because you asked for it. To end it, untick it on your profile: %s', 'mentor-bridge' ), \admin_url( 'profile.php' ) . '#mentor-bridge-weekly-mail' ),
		);
		/* translators: %s: name of the blog. */
		$subject = \sprintf( \__( 'The week on %s', 'mentor-bridge' ), \wp_specialchars_decode( (string) \get_option( 'blogname' ), ENT_QUOTES ) );
		\wp_mail( $reader->user_email, $subject, \implode( "\n\n", $lines ) . "\n" );
		if ( $is_switched ) {
			\restore_previous_locale();
		}
	}
}
