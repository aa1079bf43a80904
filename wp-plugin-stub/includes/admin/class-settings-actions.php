<?php
/**
 * What the buttons of the settings screen do.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One method for each button of Admin_Hooks::BUTTONS, of its name; each ends on the settings screen, which says how it went.
 */
class Settings_Actions {

	/**
	 * Checks who pressed a button, has it done, and goes back to the page.
	 */
	public static function handle(): void {
		$button = \str_replace( 'admin_post_mentor_bridge_', '', (string) \current_action() );
		if ( ! \current_user_can( Settings::CAPABILITY ) ) {
			\wp_die( \esc_html__( 'You are not allowed to do that.', 'mentor-bridge' ), '', array( 'response' => 403 ) );
		}
		\check_admin_referer( 'mentor_bridge_' . $button );
		$arguments = \in_array( $button, Admin_Hooks::BUTTONS, true ) ? self::$button() : array();
		// options-head.php prints what is kept here, as it does for core's own settings.
		\set_transient( 'settings_errors', \get_settings_errors(), 30 );
		\wp_safe_redirect( Settings::url( \array_merge( array( 'settings-updated' => 'true' ), (array) $arguments ) ) );
		exit;
	}

	/**
	 * Reads a text from the form. The nonce was checked in handle().
	 *
	 * @param string $name Field.
	 */
	private static function text( string $name ): string {
		return isset( $_POST[ $name ] ) && \is_string( $_POST[ $name ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ $name ] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification
	}

	/**
	 * Reads users from the form. The nonce was checked in handle().
	 *
	 * @param string $name Field.
	 * @return int[]
	 */
	private static function ids( string $name ): array {
		return isset( $_POST[ $name ] ) ? \wp_parse_id_list( \wp_unslash( $_POST[ $name ] ) ) : array(); // phpcs:ignore WordPress.Security.NonceVerification
	}

	/**
	 * Has the result of a button shown on the settings screen.
	 *
	 * @param true|\WP_Error $result  What came of it.
	 * @param string         $success What to say if it went well.
	 * @return bool Whether it went well.
	 */
	private static function report( $result, string $success ): bool {
		$failed = \is_wp_error( $result );
		\add_settings_error( Settings::PAGE, $failed ? (string) $result->get_error_code() : 'mentor_bridge_done', \esc_html( $failed ? $result->get_error_message() : $success ), $failed ? 'error' : 'success' );
		return ! $failed;
	}

	/**
	 * Connects this blog to the bridge whose address was typed.
	 *
	 * @return array Query arguments.
	 */
	private static function connect(): array {
		if ( '' !== self::text( 'test' ) ) {
			return self::test();
		}
		$found = self::bridge_address();
		$url   = \is_wp_error( $found ) ? Bridge_Address::clean( self::text( 'bridge_url' ) ) : $found;
		$own_consent = self::reads_own_consent();
		if ( false === $own_consent && Consent::takes_part( \get_current_user_id() ) ) {
			// Agreed to before, by a script perhaps; what counts is the box as it is now, before anything is sent.
			Consent::set( \get_current_user_id(), false, 'settings', self::text( 'consent_text' ) );
		}
		$refusal = \is_wp_error( $found ) ? $found : $own_consent;
		$result  = \is_wp_error( $refusal ) ? $refusal : Connect::connect(
			$url,
			$own_consent ? array( \get_current_user_id() ) : array(),
			array(
				'statistics' => '' !== self::text( 'statistics' ),
				'code'       => self::text( 'code' ),
				'door'       => 'settings',
				'text_id'    => self::text( 'consent_text' ),
			)
		);
		if ( self::report( $result, \__( 'Connected. What authors have agreed to share is on its way.', 'mentor-bridge' ) ) ) {
			self::invite_all();
			return array();
		}
		return self::typed( $url ) + array( 'open' => 1 );
	}

	/**
	 * Gives the query arguments with which the screen shows again what was typed.
	 *
	 * @param string $url Address of the bridge, as it was understood; '' as it was typed.
	 * @return array
	 */
	private static function typed( string $url ): array {
		return array(
			'bridge' => \rawurlencode( '' === $url ? self::text( 'bridge_url' ) : $url ),
			'code'   => \rawurlencode( self::text( 'code' ) ),
			'own'    => '' === self::text( 'takes_part' ) ? 0 : 1,
			'stats'  => '' === self::text( 'statistics' ) ? 0 : 1,
		);
	}

	/**
	 * Gives the address of the bridge that was typed; of one of its pages, that of the bridge.
	 *
	 * @return string|\WP_Error
	 */
	private static function bridge_address() {
		$url  = Bridge_Address::clean( self::text( 'bridge_url' ) );
		$path = (string) \wp_parse_url( $url, PHP_URL_PATH );
		// A mere address is asked when the blog connects, and not twice.
		return '' === $path || '/' === $path ? $url : Bridge_Address::find( $url );
	}

	/**
	 * Tries the address that was typed, and whether a bridge could call this blog.
	 *
	 * @return array Query arguments.
	 */
	private static function test(): array {
		$found = Bridge_Address::find( self::text( 'bridge_url' ) );
		if ( \is_wp_error( $found ) ) {
			self::report( $found, '' );
			return self::typed( Bridge_Address::clean( self::text( 'bridge_url' ) ) );
		}
		$cause = Rest_Reachability::explain( Rest_Reachability::check() );
		if ( '' === $cause ) {
			/* translators: %s: address of a bridge. */
			self::report( true, \sprintf( \__( 'A bridge answers at %s, and nothing is in its way on this blog. Read on below what will be sent, then connect.', 'mentor-bridge' ), $found ) );
			return self::typed( $found ) + array( 'open' => 1 );
		}
		/* translators: 1: address of a bridge, 2: what is in the way, in a sentence. */
		self::report( new \WP_Error( 'mentor_bridge_door', \sprintf( \__( 'A bridge answers at %1$s, but it cannot call this blog: %2$s', 'mentor-bridge' ), $found, $cause . ' ' . \__( 'With a registration code for this blog it can be connected all the same.', 'mentor-bridge' ) ) ), '' );
		return self::typed( $found );
	}

	/**
	 * Reads whether the owner ticked that they take part themself.
	 *
	 * @return bool|\WP_Error An error when the text on the screen is not the text of now.
	 */
	private static function reads_own_consent() {
		if ( '' === self::text( 'takes_part' ) ) {
			return false;
		}
		return Consent::text_id() === self::text( 'consent_text' )
			? true
			: new \WP_Error( 'mentor_bridge_text', \__( 'The text about taking part has changed meanwhile. Please read it again, then tick the box.', 'mentor-bridge' ) );
	}

	/**
	 * Invites the authors who were ticked.
	 */
	private static function invite_all(): void {
		foreach ( self::ids( 'invite' ) as $user_id ) {
			Consent::invite( $user_id );
		}
	}

	/**
	 * Stores all that was chosen: the owner's own decision, whom to invite, statistics, and what stands on pages. Nobody
	 * decides for anybody else here.
	 */
	private static function save(): void {
		$own_consent = self::reads_own_consent();
		$result      = \is_wp_error( $own_consent ) ? $own_consent : true;
		if ( ! \is_wp_error( $own_consent ) && '' !== self::text( 'consent_text' ) && Consent::takes_part( \get_current_user_id() ) !== $own_consent ) {
			$result = Consent::set( \get_current_user_id(), $own_consent, 'settings', self::text( 'consent_text' ) );
		}
		$was_on = Connection::statistics();
		Connection::set_statistics( '' !== self::text( 'statistics' ) );
		Settings::store( self::text( Display::OPTION ), self::text( Regulars_Block::OPTION ), isset( $_POST[ Sharing_Rules::TYPES_OPTION ] ) ? (array) \wp_unslash( $_POST[ Sharing_Rules::TYPES_OPTION ] ) : array(), self::text( Mentors_Of_Blog::SHOWING ) ); // phpcs:ignore WordPress.Security -- the nonce was checked in handle(); each is compared with what there is.
		Alert_Mail::store( '' !== self::text( Alert_Mail::OPTION ) );
		$invited = self::ids( 'invite' );
		self::invite_all();
		$words = array( \__( 'Saved.', 'mentor-bridge' ) );
		if ( array() !== $invited ) {
			$words[] = \__( 'Whom you invited sees it on the dashboard, and decides on their own profile screen.', 'mentor-bridge' );
		}
		if ( Connection::statistics() !== $was_on ) {
			$words[] = $was_on ? \__( 'Statistics are off. The bridge removes the comments it holds.', 'mentor-bridge' ) : \__( 'Statistics are on. The comments are on their way.', 'mentor-bridge' );
		}
		self::report( $result, \implode( ' ', $words ) );
	}

	/**
	 * Puts the list of first steps away.
	 */
	private static function hide_steps(): void {
		First_Steps::hide( \get_current_user_id() );
	}

	/**
	 * Sends what waits, now; or asks again whether everything is withdrawn.
	 */
	private static function send(): void {
		if ( 'disconnecting' === Connection::state() ) {
			Disconnect::request_withdrawal( 5.0, true );
			self::report_withdrawal();
			return;
		}
		$result = Sender::drain( 'button', 5.0 );
		if ( 'failure' === $result['stopped'] ) {
			self::report( new \WP_Error( 'mentor_bridge_delivery', Connection::status()['last_error'] ), '' );
		} elseif ( 'busy' === $result['stopped'] || ( 'time' === $result['stopped'] && 0 === $result['sent'] ) ) {
			self::report( true, \__( 'It is being sent just now, by another request.', 'mentor-bridge' ) );
		} else {
			/* translators: %s: a number. */
			self::report( true, \sprintf( \_n( '%s event sent.', '%s events sent.', $result['sent'], 'mentor-bridge' ), \number_format_i18n( $result['sent'] ) ) );
		}
	}

	/**
	 * Disconnects this blog from the bridge.
	 */
	private static function disconnect(): void {
		$result = Disconnect::disconnect();
		if ( \is_wp_error( $result ) ) {
			self::report( $result, '' );
			return;
		}
		self::report_withdrawal();
	}

	/**
	 * Has shown whether the bridge has confirmed the withdrawal.
	 */
	private static function report_withdrawal(): void {
		self::report(
			true,
			'none' === Connection::state()
				? \__( 'Disconnected. The bridge has confirmed that everything from this blog is removed.', 'mentor-bridge' )
				: \__( 'Nothing is sent any more. The bridge has not yet confirmed that everything is removed; it is asked again until it has.', 'mentor-bridge' )
		);
	}

	/**
	 * Goes on with the connection: the owner says that this is the same site.
	 */
	private static function moved(): void {
		self::report( Reconnect::move(), \__( 'The bridge knows the new address. Sending goes on.', 'mentor-bridge' ) );
	}

	/**
	 * Proves to the bridge at which address this blog stands.
	 */
	private static function prove(): void {
		self::report( Reconnect::prove_address(), \__( 'The address of this blog is proven. Sending goes on.', 'mentor-bridge' ) );
	}

	/**
	 * Forgets the connection: the owner says that this is another site.
	 */
	private static function new_site(): void {
		self::report( Disconnect::become_new_site(), \__( 'This site has forgotten the connection, which belongs to the other one. It can be connected by itself.', 'mentor-bridge' ) );
	}
}
