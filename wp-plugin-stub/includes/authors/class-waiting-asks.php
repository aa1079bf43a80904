<?php
/**
 * Asks for mentoring that wait for an author.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * How many people ask an author of this blog for mentoring, as the bridge hands it in: a number and a moment, never a name or a
 * word of theirs. It is told in wp-admin, and by e-mail if the author wants that; what they wrote is read at the bridge.
 */
class Waiting_Asks {

	/**
	 * Kind of an object of a push.
	 */
	const KIND = 'asks';

	/**
	 * The option of a user with the state, as JSON {version, data}.
	 */
	const OPTION = 'mentor_bridge_asks';

	/**
	 * The option of a user who wants a mail: '1'.
	 */
	const WANTED = 'mentor_bridge_ask_mail';

	/**
	 * The option of a user with what they were written about last: "waiting reminded since".
	 */
	const SENT = 'mentor_bridge_ask_mail_sent';

	const NONCE = 'mentor_bridge_ask_mail_nonce';

	/* ---- Storing. ---- */

	/**
	 * Stores how many asks wait for a user, unless something newer is held.
	 *
	 * @param int        $user_id Whom they wait for.
	 * @param array|null $data    {waiting, reminded, since}; null if none waits.
	 * @param int        $version Version.
	 * @return true|\WP_Error
	 */
	public static function store( int $user_id, ?array $data, int $version ) {
		if ( ! \get_userdata( $user_id ) || ! \is_user_member_of_blog( $user_id ) ) {
			return new \WP_Error( 'mentor_bridge_unknown_object' );
		}
		$held = Versioned_State::version( \get_user_option( self::OPTION, $user_id ) );
		if ( $version < $held ) {
			return new \WP_Error( 'mentor_bridge_older', '', $held );
		}
		if ( null === $data ) {
			\delete_user_option( $user_id, self::OPTION );
			return true;
		}
		$read = Figures_Schema::read( self::KIND, $data );
		if ( null === $read ) {
			return new \WP_Error( 'mentor_bridge_malformed' );
		}
		\update_user_option( $user_id, self::OPTION, \wp_json_encode( array( 'version' => $version, 'data' => $read ) ) );
		return true;
	}

	/**
	 * Forgets what is known of all users of this site.
	 */
	public static function forget_all(): void {
		global $wpdb;
		\delete_metadata( 'user', 0, $wpdb->get_blog_prefix() . self::OPTION, '', true );
	}

	/**
	 * Gives what waits for a user.
	 *
	 * @param int $user_id Whom.
	 * @return array|null {waiting, reminded, since}; null if nothing does.
	 */
	public static function of_user( int $user_id ): ?array {
		$data = Dashboard_Link::is_for( $user_id ) ? Statistics::decode( \get_user_option( self::OPTION, $user_id ) ) : null;
		$read = null === $data ? null : Figures_Schema::read( self::KIND, $data );
		return null === $read || 0 === $read['waiting'] ? null : $read;
	}

	/* ---- Telling. ---- */

	/**
	 * Says how many people ask.
	 *
	 * @param array $asks From of_user().
	 */
	private static function sentence( array $asks ): string {
		/* translators: %s: a number. */
		return \sprintf( \_n( '%s person asks you for mentoring.', '%s people ask you for mentoring.', $asks['waiting'], 'mentor-bridge' ), \number_format_i18n( $asks['waiting'] ) );
	}

	/**
	 * Says how long somebody has waited: more than a week, or since when.
	 *
	 * @param array $asks From of_user().
	 */
	private static function wait( array $asks ): string {
		if ( 0 < $asks['reminded'] ) {
			return \__( 'Somebody has waited for more than a week; after two, the bridge proposes others to them. “Not now” is an answer, too.', 'mentor-bridge' );
		}
		/* translators: %s: a date. */
		return \sprintf( \__( 'The first has waited since %s.', 'mentor-bridge' ), \date_i18n( (string) \get_option( 'date_format' ), (int) \strtotime( $asks['since'] ) ) );
	}

	/**
	 * Prints the notice, on the dashboard and on one's profile.
	 */
	public static function show(): void {
		$asks = self::of_user( \get_current_user_id() );
		if ( null === $asks ) {
			return;
		}
		?>
		<div class="notice notice-info mentor-bridge-asks">
			<p><strong><?php echo \esc_html( self::sentence( $asks ) ); ?></strong> <?php echo \esc_html( self::wait( $asks ) ); ?></p>
			<p><a class="button" href="<?php echo \esc_url( Dashboard_Link::url() ); ?>"><?php \esc_html_e( 'Read and answer', 'mentor-bridge' ); ?></a></p>
		</div>
		<?php
	}

	/**
	 * Gives what stands behind our name in the bar of wp-admin: how many wait.
	 *
	 * @param int $user_id For whom.
	 */
	public static function count_in_bar( int $user_id ): string {
		$asks = self::of_user( $user_id );
		return null === $asks ? '' : \sprintf( ' (%s)', \number_format_i18n( $asks['waiting'] ) );
	}

	/**
	 * Prints the choice of a mail on one's own profile screen.
	 *
	 * @param \WP_User $user Who looks at their own profile.
	 */
	public static function show_choice( $user ): void {
		if ( ! Dashboard_Link::is_for( $user->ID ) ) {
			return;
		}
		?>
		<table class="form-table" role="presentation">
			<tr>
				<th scope="row"><?php \esc_html_e( 'Asks by e-mail', 'mentor-bridge' ); ?></th>
				<td>
					<label for="mentor-bridge-ask-mail">
						<input type="checkbox" name="<?php echo \esc_attr( self::WANTED ); ?>" id="mentor-bridge-ask-mail" value="1" <?php \checked( self::is_mail_wanted_by( $user->ID ) ); ?>>
						<?php \esc_html_e( 'Write to me when somebody asks me for mentoring', 'mentor-bridge' ); ?>
					</label>
					<p class="description"><?php \esc_html_e( 'This blog sends it, once a day at most; the bridge does not learn the address.', 'mentor-bridge' ); ?></p>
					<?php \wp_nonce_field( self::NONCE . $user->ID, self::NONCE, false ); ?>
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
	public static function save_choice( $user_id ): void {
		$user_id = (int) $user_id;
		$nonce   = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		if ( \get_current_user_id() !== $user_id || ! \wp_verify_nonce( $nonce, self::NONCE . $user_id ) ) {
			return;
		}
		if ( isset( $_POST[ self::WANTED ] ) ) {
			\update_user_option( $user_id, self::WANTED, '1' );
		} else {
			\delete_user_option( $user_id, self::WANTED );
		}
	}

	/**
	 * Tells whether somebody wants a mail.
	 *
	 * @param int $user_id Who.
	 */
	private static function is_mail_wanted_by( int $user_id ): bool {
		return '1' === (string) \get_user_option( self::WANTED, $user_id );
	}

	/**
	 * Once a day: writes to whoever wants it, if more people ask than they were written about, or one has waited for a week.
	 */
	public static function on_daily(): void {
		global $wpdb;
		if ( ! Connection::is_connected() ) {
			return;
		}
		$wanting = \get_users( array( 'meta_key' => $wpdb->get_blog_prefix() . self::WANTED, 'meta_value' => '1', 'number' => 200 ) ); // phpcs:ignore WordPress.DB.SlowDBQuery -- once a day.
		foreach ( $wanting as $user ) {
			$asks = self::of_user( $user->ID );
			$now  = null === $asks ? '' : \implode( ' ', $asks );
			if ( (string) \get_user_option( self::SENT, $user->ID ) === $now ) {
				continue;
			}
			// Before it is sent: whatever goes wrong, nobody gets it twice.
			\update_user_option( $user->ID, self::SENT, $now );
			if ( null !== $asks ) {
				self::send( $user, $asks );
			}
		}
	}

	/**
	 * Sends the mail, in the language of whoever gets it.
	 *
	 * @param \WP_User $user Who.
	 * @param array    $asks From of_user().
	 */
	private static function send( \WP_User $user, array $asks ): void {
		$is_switched = \switch_to_locale( \get_user_locale( $user ) );
		$lines       = array(
			self::sentence( $asks ) . ' ' . self::wait( $asks ),
			/* translators: %s: an address. */
			\sprintf( \__( 'Read and answer: %s', 'mentor-bridge' ), \admin_url() ),
			/* translators: %s: an address. */
			\sprintf( \__( 'To have no such mail: %s', 'mentor-bridge' ), \admin_url( 'profile.php#mentor-bridge-ask-mail' ) ),
		);
		\wp_mail( $user->user_email, self::sentence( $asks ), \implode( "\n\n", $lines ) . "\n" );
		if ( $is_switched ) {
			\restore_previous_locale();
		}
	}
}
