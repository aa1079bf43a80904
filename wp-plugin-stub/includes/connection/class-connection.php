<?php
/**
 * The connection between this blog and one bridge.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Reads and changes the stored connection: its state, its keys, whether this site is the one that connected.
 */
class Connection {

	/**
	 * Option: {state, bridge_url, blog_id, site, since, statistics, transport}; `site` from Site_Fingerprint::take(), or from
	 * an earlier version the address in `home`; `contested` is the site's proven
	 * address while another installation speaks with our key.
	 */
	const OPTION = 'mentor_bridge_connection';

	/**
	 * Option: {to_bridge, to_blog}: lists of keys, newest first.
	 */
	const KEYS = 'mentor_bridge_keys';

	/**
	 * Option: the id of this blog, whatever its address.
	 */
	const UUID = 'mentor_bridge_uuid';

	/**
	 * Keys of the bridge that stay good after a rotation, the current one included.
	 */
	const LIVE_KEYS = 2;

	/* ---- States. ---- */

	/**
	 * Has the connection read from the database: a drain may last, and somebody may disconnect meanwhile.
	 */
	public static function refresh(): void {
		\wp_cache_delete( self::OPTION, 'options' );
	}

	/**
	 * Gives the stored connection.
	 *
	 * @return array|null
	 */
	public static function get(): ?array {
		$connection = \get_option( self::OPTION );
		return \is_array( $connection ) ? $connection : null;
	}

	/**
	 * Gives the state: 'none', 'connecting', 'connected', 'paused', 'disconnecting' or 'gone'.
	 */
	public static function state(): string {
		$connection = self::get();
		if ( null === $connection ) {
			return Handshake::is_under_way() ? 'connecting' : 'none';
		}
		return 'gone' !== $connection['state'] && self::is_copy( $connection ) ? 'paused' : $connection['state'];
	}

	/**
	 * Tells whether events may be captured and sent.
	 */
	public static function is_connected(): bool {
		$connection = self::get();
		return null !== $connection && 'connected' === $connection['state'] && ! self::is_copy( $connection );
	}

	/**
	 * Tells whether a bridge may still talk to this blog: connected, or about to confirm that all is withdrawn.
	 */
	public static function is_alive(): bool {
		$connection = self::get();
		return null !== $connection && 'gone' !== $connection['state'] && ! self::is_copy( $connection );
	}

	/**
	 * Tells whether this is another site than the one that connected: most likely a copy for tests, which must not speak
	 * in the name of the real one.
	 *
	 * @param array $connection The connection.
	 * @param bool  $may_ask    Whether the database may be asked, which no page view does.
	 */
	public static function is_copy( array $connection, bool $may_ask = true ): bool {
		if ( ! empty( $connection['contested'] ) ) {
			return true;
		}
		return isset( $connection['site'] ) ? Site_Fingerprint::is_elsewhere( $connection['site'], $may_ask ) : Site_Fingerprint::place( $connection['home'] ) !== Site_Fingerprint::place( self::home() );
	}

	/**
	 * Gives the id of the installation that speaks, '' for a copy. A connection of an earlier version is bound to where the
	 * site stands now.
	 */
	public static function install(): string {
		$connection = self::get();
		if ( null === $connection || self::is_copy( $connection ) ) {
			return '';
		}
		if ( ! isset( $connection['site'] ) ) {
			$connection['site'] = Site_Fingerprint::take( Site_Fingerprint::derived_install( self::key_to_bridge() ) );
			self::change( array( 'site' => $connection['site'] ) );
		}
		return $connection['site']['install'];
	}

	/**
	 * Gives the address of this blog; from the option, as language plugins change what home_url() says.
	 */
	public static function home(): string {
		return \trailingslashit( (string) \get_option( 'home' ) );
	}

	/**
	 * Gives the id of this blog, and makes it the first time.
	 */
	public static function uuid(): string {
		$uuid = \get_option( self::UUID );
		if ( ! \is_string( $uuid ) || '' === $uuid ) {
			$uuid = \wp_generate_uuid4();
			\update_option( self::UUID, $uuid, false );
		}
		return $uuid;
	}

	/**
	 * Tells whether comments are sent for statistics.
	 */
	public static function statistics(): bool {
		$connection = self::get();
		return null !== $connection && (bool) $connection['statistics'];
	}

	/**
	 * Switches statistics on or off; off retracts the comments sent.
	 *
	 * @param bool $on What is wanted.
	 */
	public static function set_statistics( bool $on ): void {
		if ( self::is_connected() && self::statistics() !== $on ) {
			self::change( array( 'statistics' => $on ) );
			Enqueue::statistics_changed();
		}
	}

	/**
	 * Gives all that a status page shows. Times are ISO 8601 in UTC, or ''.
	 *
	 * @return array{state:string,bridge_url:string,blog_id:string,since:string,last_success:string,last_error:string,next_try:string,clock_offset:int,transport:string,statistics:bool,reason:string}
	 */
	public static function status(): array {
		$connection = self::get();
		$health     = Delivery_Status::health();
		$state      = self::state();
		$time       = static function ( int $when ): string {
			return 0 < $when ? \gmdate( 'Y-m-d\TH:i:s\Z', $when ) : '';
		};
		$reasons    = array(
			'paused'        => null !== $connection && ! empty( $connection['contested'] )
				? \__( 'The bridge hears from another installation with the connection of this site. Nothing is sent.', 'mentor-bridge' )
				: \__( 'This looks like a copy of the site that was connected: its address, its database or its server is another one. Nothing is sent.', 'mentor-bridge' ),
			'gone'          => \__( 'The bridge has ended the connection. Nothing is sent any more.', 'mentor-bridge' ),
			'disconnecting' => \__( 'The bridge is removing what came from this blog, and is asked again until it has.', 'mentor-bridge' ),
		);
		return array(
			'state'        => $state,
			'bridge_url'   => null === $connection ? '' : $connection['bridge_url'],
			'blog_id'      => null === $connection ? '' : $connection['blog_id'],
			'since'        => null === $connection ? '' : $time( (int) $connection['since'] ),
			'last_success' => $time( $health['last_success'] ),
			'last_error'   => Delivery_Status::explain( $health['last_error'] ),
			'next_try'     => $health['next_try'] > \time() ? $time( $health['next_try'] ) : '',
			'clock_offset' => (int) $health['clock_offset'],
			'transport'    => null === $connection ? '' : $connection['transport'],
			'statistics'   => self::statistics(),
			'reason'       => isset( $reasons[ $state ] ) ? $reasons[ $state ] : '',
		);
	}

	/* ---- Keys. ---- */

	/**
	 * Gives the key with which this blog signs.
	 *
	 * @return string '' when there is none.
	 */
	public static function key_to_bridge(): string {
		$keys = \get_option( self::KEYS );
		return isset( $keys['to_bridge'][0] ) ? (string) $keys['to_bridge'][0] : '';
	}

	/**
	 * Gives the keys with which the bridge may sign.
	 *
	 * @return string[]
	 */
	public static function keys_to_blog(): array {
		$keys = \get_option( self::KEYS );
		return isset( $keys['to_blog'] ) && \is_array( $keys['to_blog'] ) ? $keys['to_blog'] : array();
	}

	/**
	 * Changes part of the stored connection.
	 *
	 * @param array $changes Name => value.
	 */
	public static function change( array $changes ): void {
		$connection = self::get();
		if ( null !== $connection ) {
			\update_option( self::OPTION, \array_merge( $connection, $changes ), false );
		}
	}

	/* ---- Signs of life. ---- */

	/**
	 * Runs the daily work: ask for a withdrawal, prove addresses, renew the fingerprint, ping the bridge.
	 */
	public static function on_daily(): void {
		Disconnect::request_withdrawal( Signed_Request::TIMEOUT );
		$connection = self::get();
		if ( null === $connection ) {
			return;
		}
		Reconnect::prove_again();
		if ( isset( $connection['site'] ) && Site_Fingerprint::is_outdated( $connection['site'] ) ) {
			self::change( array( 'site' => Site_Fingerprint::take( $connection['site']['install'] ) ) );
		}
		if ( self::is_connected() && Upgrade::run() ) {
			self::ping();
			State_Check::request();
			Reconnect::prove_changed_address();
		}
	}

	/**
	 * Gives a sign of life. It names the last message that the bridge has confirmed: one that does not know it has been
	 * restored from a backup.
	 */
	public static function ping(): void {
		$id   = 'ping_' . Generation::current() . '_' . \bin2hex( \random_bytes( 8 ) );
		$data = array(
			'version'      => Generation::highest_version(),
			'acknowledged' => Delivery_Status::health()['acknowledged'],
		);
		$answer = self::send( 'ping', $id, $data, '', Signed_Request::TIMEOUT );
		if ( ! \is_wp_error( $answer ) && 202 === $answer['code'] ) {
			Delivery_Status::record_success( Http::json( $answer ), $id );
			Refusals::heed( Http::json( $answer ) );
			Hidden_Authors::heed( Http::json( $answer ) );
		} else {
			Delivery_Status::record_failure( $answer );
		}
	}

	/**
	 * Sends the bridge a signed message that is no outbox row.
	 *
	 * @param string $type    Its type.
	 * @param string $id      The webhook-id.
	 * @param array  $data    Its data.
	 * @param string $path    Below the blog's address at the bridge.
	 * @param float  $timeout Seconds.
	 * @return array|\WP_Error As Http::post().
	 */
	public static function send( string $type, string $id, array $data, string $path, float $timeout ) {
		$body = Wire_Format::encode( array( 'type' => $type, 'timestamp' => Delivery_Status::bridge_time_text(), 'install' => self::install(), 'data' => $data ) );
		return Signed_Request::post( $path, $id, $body, $timeout );
	}
}
