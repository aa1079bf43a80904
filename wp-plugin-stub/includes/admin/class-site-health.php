<?php
/**
 * Tools › Site Health: is everything in order, and if not, what to do.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Tests that cost nothing: they look at what is stored, and call nobody; but for one, which the screen asks for by itself.
 */
class Site_Health {

	/**
	 * Seconds without a word from the bridge after which something is wrong: the plugin pings it daily.
	 */
	const SILENCE = 2 * DAY_IN_SECONDS;

	/**
	 * Seconds after which a cron event that has not run has nobody who runs it.
	 */
	const LATE = HOUR_IN_SECONDS;

	/**
	 * Adds the tests to Site Health. Without a connection there is only one thing to say.
	 *
	 * @param array $tests Those there are.
	 * @return array
	 */
	public static function add( $tests ) {
		$names = array( 'connection' => \__( 'Connection to the mentor bridge', 'mentor-bridge' ) );
		if ( Connection::is_connected() ) {
			$names['delivery']  = \__( 'Last word from the mentor bridge', 'mentor-bridge' );
			$names['cron']      = \__( 'Scheduled deliveries of the mentor bridge', 'mentor-bridge' );
			$names['clock']     = \__( 'Clock of this server', 'mentor-bridge' );
			$names['passwords'] = \__( 'The account of the mentor bridge', 'mentor-bridge' );

			$names['unreadable'] = \__( 'Posts that could not be read for the mentor bridge', 'mentor-bridge' );
			$names['loopback']   = \__( 'Your pages, seen from outside by the plugin of the mentor bridge', 'mentor-bridge' );
		}
		foreach ( $names as $name => $label ) {
			$tests['direct'][ 'mentor_bridge_' . $name ] = array(
				'label' => $label,
				'test'  => array( self::class, 'test_' . $name ),
			);
		}
		$tests['async']['mentor_bridge_door'] = array(
			'label'             => \__( 'The way in for the mentor bridge', 'mentor-bridge' ),
			'test'              => 'mentor_bridge_door',
			'has_rest'          => false,
			'async_direct_test' => array( self::class, 'test_door' ),
		);
		return $tests;
	}

	/**
	 * Puts the result of a test into the form of Site Health.
	 *
	 * @param string $test        Which test.
	 * @param string $status      'good', 'recommended' or 'critical'.
	 * @param string $label       What was found.
	 * @param string $description What it means, and how to repair it.
	 * @return array
	 */
	private static function result( string $test, string $status, string $label, string $description ): array {
		return array(
			'test'        => 'mentor_bridge_' . $test,
			'status'      => $status,
			'label'       => $label,
			'badge'       => array(
				'label' => \__( 'Mentor bridge', 'mentor-bridge' ),
				'color' => 'blue',
			),
			'description' => '<p>' . \esc_html( $description ) . '</p>',
			'actions'     => 'good' === $status ? '' : '<p><a href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Open the settings of the mentor bridge', 'mentor-bridge' ) . '</a></p>',
		);
	}

	/**
	 * Tests whether this blog is connected to a bridge.
	 */
	public static function test_connection(): array {
		$status = Connection::status();
		switch ( $status['state'] ) {
			case 'connected':
				/* translators: %s: address of the bridge. */
				return self::result( 'connection', 'good', \__( 'This blog is connected to a mentor bridge', 'mentor-bridge' ), \sprintf( \__( 'It is connected to %s.', 'mentor-bridge' ), $status['bridge_url'] ) );
			case 'paused':
				return self::result( 'connection', 'critical', \__( 'The connection to the mentor bridge is paused', 'mentor-bridge' ), $status['reason'] . ' ' . \__( 'Say on the settings screen whether the site has moved or is another one.', 'mentor-bridge' ) );
			case 'gone':
				return self::result( 'connection', 'recommended', \__( 'The mentor bridge has ended the connection', 'mentor-bridge' ), $status['reason'] . ' ' . \__( 'Ask whoever runs it, and connect again if that was not meant to be.', 'mentor-bridge' ) );
			case 'disconnecting':
				return self::result( 'connection', 'recommended', \__( 'The mentor bridge has not yet confirmed that everything is removed', 'mentor-bridge' ), $status['reason'] . ' ' . $status['last_error'] );
			default:
				return self::result( 'connection', 'good', \__( 'This blog is not connected to a mentor bridge', 'mentor-bridge' ), \__( 'Nothing is sent to anybody.', 'mentor-bridge' ) );
		}
	}

	/**
	 * Tests whether deliveries to the bridge get through.
	 */
	public static function test_delivery(): array {
		$status  = Connection::status();
		$heard   = '' === $status['last_success'] ? (int) \strtotime( $status['since'] ) : (int) \strtotime( $status['last_success'] );
		$waiting = Outbox::progress()['waiting'];
		/* translators: 1: date and time, 2: a number. */
		$facts = \sprintf( \_n( 'Last heard from it: %1$s. %2$s event is waiting.', 'Last heard from it: %1$s. %2$s events are waiting.', $waiting, 'mentor-bridge' ), Disclosure::moment( $status['last_success'] ), \number_format_i18n( $waiting ) );
		if ( '' !== $status['last_error'] ) {
			return self::result( 'delivery', \time() - $heard > self::SILENCE ? 'critical' : 'recommended', \__( 'The last delivery to the mentor bridge failed', 'mentor-bridge' ), $status['last_error'] . ' ' . Connection_Section::repair( Delivery_Status::health()['last_error'] ) . ' ' . $facts );
		}
		if ( \time() - $heard > self::SILENCE ) {
			return self::result( 'delivery', 'recommended', \__( 'Nothing was heard from the mentor bridge for two days', 'mentor-bridge' ), $facts . ' ' . \__( 'Most likely the scheduled tasks of this site do not run; see the test about scheduled deliveries.', 'mentor-bridge' ) );
		}
		return self::result( 'delivery', 'good', \__( 'Deliveries to the mentor bridge get through', 'mentor-bridge' ), $facts );
	}

	/**
	 * Tests whether cron runs the scheduled deliveries.
	 */
	public static function test_cron(): array {
		$due = (int) \wp_next_scheduled( Plugin::CRON_DRAIN );
		if ( 0 === $due ) {
			return self::result( 'cron', 'recommended', \__( 'The scheduled delivery to the mentor bridge is missing', 'mentor-bridge' ), \__( 'Something has removed it. Opening the settings screen puts it back.', 'mentor-bridge' ) );
		}
		if ( \time() - $due > self::LATE ) {
			/* translators: %s: a span of time, such as "3 hours". */
			$late = \sprintf( \__( 'It should have run %s ago.', 'mentor-bridge' ), \human_time_diff( $due ) );
			// What is published in wp-admin is read by another request of this site to itself.
			$leaves = Loopback_Status::is_unreachable() ? \__( 'As this site cannot call itself either, posts and comments leave only when you save in the block editor or the bridge asks for them.', 'mentor-bridge' ) : \__( 'Events leave this blog all the same when you work in wp-admin or the bridge asks for them.', 'mentor-bridge' );
			return self::result( 'cron', 'recommended', \__( 'The scheduled delivery to the mentor bridge is late', 'mentor-bridge' ), "$late $leaves " . \__( 'To repair it, have your host call wp-cron.php every five minutes, or remove DISABLE_WP_CRON from wp-config.php.', 'mentor-bridge' ) );
		}
		return self::result( 'cron', 'good', \__( 'The scheduled delivery to the mentor bridge runs', 'mentor-bridge' ), \__( 'What cannot be sent at once is sent by it.', 'mentor-bridge' ) );
	}

	/**
	 * Tests whether the clock of this server agrees with the bridge's.
	 */
	public static function test_clock(): array {
		$offset = \abs( Connection::status()['clock_offset'] );
		if ( 0 === \strpos( Delivery_Status::health()['last_error'], 'http_401' ) && 0 === $offset ) {
			return self::result( 'clock', 'recommended', \__( 'The mentor bridge does not accept our signature', 'mentor-bridge' ), \__( 'The clock of this server may be wrong by more than five minutes: ask your host to set it. If it is right, disconnect and connect again.', 'mentor-bridge' ) );
		}
		if ( 60 < $offset ) {
			/* translators: %s: a number of seconds. */
			return self::result( 'clock', 'recommended', \__( 'The clock of this server is off', 'mentor-bridge' ), \sprintf( \__( 'It differs from the bridge by %s seconds. This is allowed for; ask your host to set the clock all the same.', 'mentor-bridge' ), \number_format_i18n( $offset ) ) );
		}
		return self::result( 'clock', 'good', \__( 'The clock of this server agrees with the mentor bridge', 'mentor-bridge' ), \__( 'Messages carry the time at which they were signed.', 'mentor-bridge' ) );
	}

	/**
	 * Tests whether the bridge can sign in with its account.
	 */
	public static function test_passwords(): array {
		$user = \get_userdata( Service_User::id() );
		if ( ! $user ) {
			return self::result( 'passwords', 'recommended', \__( 'The account of the mentor bridge is missing', 'mentor-bridge' ), \__( 'Somebody has deleted it. Related mentors still arrive another way. To have it back, disconnect and connect again.', 'mentor-bridge' ) );
		}
		if ( ! \wp_is_application_passwords_available_for_user( $user ) ) {
			return self::result( 'passwords', 'good', \__( 'The mentor bridge works without an application password', 'mentor-bridge' ), \__( 'Application passwords are switched off on this site, or it has no https. Related mentors arrive another way, signed with the key of the connection.', 'mentor-bridge' ) );
		}
		return self::result( 'passwords', 'good', \__( 'The mentor bridge has an account of its own', 'mentor-bridge' ), \__( 'It can hand in related mentors, and nothing else.', 'mentor-bridge' ) );
	}

	/**
	 * Tests whether all posts could be put together as visitors see them.
	 */
	public static function test_unreadable(): array {
		$posts = Unreadable_Posts::posts();
		if ( ! Loopback_Status::state()['open'] ) {
			return self::result( 'unreadable', 'recommended', \__( 'This site is closed to visitors, so nothing is shared', 'mentor-bridge' ), \__( 'A page asked for from outside did not show its post: perhaps a maintenance page, or everybody has to sign in. What visitors cannot read is not sent, and what was sent before is taken back after two hours. It is looked at again every hour.', 'mentor-bridge' ) );
		}
		if ( array() === $posts ) {
			return self::result( 'unreadable', 'good', \__( 'All posts can be read for the mentor bridge', 'mentor-bridge' ), \__( 'What visitors see of them is shared, nothing else.', 'mentor-bridge' ) );
		}
		$titles = \array_map( 'get_the_title', \array_slice( $posts, 0, 10 ) );
		/* translators: %s: titles of posts. */
		return self::result( 'unreadable', 'recommended', \__( 'Posts are kept back because they could not be put together', 'mentor-bridge' ), \sprintf( \__( 'Something in their text, most likely a shortcode or a block of another plugin, failed or ended the program: %s. Each is tried again when it is saved, when a plugin is switched on or off, and once a day.', 'mentor-bridge' ), \wp_specialchars_decode( \implode( ', ', $titles ), ENT_QUOTES ) ) );
	}

	/**
	 * Tests whether this site can ask for its own pages.
	 */
	public static function test_loopback(): array {
		if ( ! Loopback_Status::is_unreachable() ) {
			return self::result( 'loopback', 'good', \__( 'The plugin can look at your pages as a visitor does', 'mentor-bridge' ), \__( 'What leaves is compared with what your pages show.', 'mentor-bridge' ) );
		}
		return self::result( 'loopback', 'recommended', \__( 'The plugin cannot look at your pages as a visitor does', 'mentor-bridge' ), \__( 'This site cannot call itself. Posts whose page is made by a page builder or another plugin are therefore not shared at all. Other posts are, by what WordPress itself shows visitors; a wall that only a template or the server puts up cannot be seen. Ask your host to allow requests of the site to itself (loopback requests). It is tried again every hour.', 'mentor-bridge' ) );
	}

	/**
	 * Tests whether a visitor reaches the REST route of the plugin. Calls this blog, once the test is asked for.
	 */
	public static function test_door(): array {
		$cause = Rest_Reachability::check();
		if ( '' === $cause ) {
			return self::result( 'door', 'good', \__( 'The mentor bridge can call this blog', 'mentor-bridge' ), \__( 'The route of the plugin answers visitors who are not signed in.', 'mentor-bridge' ) );
		}
		return self::result( 'door', 'recommended', \__( 'The mentor bridge cannot call this blog', 'mentor-bridge' ), Rest_Reachability::explain( $cause ) . ' ' . \__( 'Allow the route mentor-bridge/v1. Until then this blog fetches what the bridge has for it.', 'mentor-bridge' ) );
	}

	/**
	 * Answers Site Health, which asks for the test of the REST route by a request of its own.
	 */
	public static function answer_door(): void {
		\check_ajax_referer( 'health-check-site-status' );
		if ( ! \current_user_can( 'view_site_health_checks' ) ) {
			\wp_send_json_error();
		}
		\wp_send_json_success( self::test_door() );
	}

	/**
	 * Adds to the debug information what somebody who helps would ask for. No keys.
	 *
	 * @param array $info What there is.
	 * @return array
	 */
	public static function add_debug_information( $info ) {
		$fields = array();
		foreach ( \array_merge( Connection::status(), Outbox::progress() ) as $name => $value ) {
			$fields[ $name ] = array(
				'label' => $name,
				'value' => \is_bool( $value ) ? ( $value ? 'yes' : 'no' ) : (string) $value,
			);
		}
		$info['mentor-bridge'] = array(
			'label'  => \__( 'Mentor bridge', 'mentor-bridge' ),
			'fields' => $fields,
		);
		return $info;
	}
}
