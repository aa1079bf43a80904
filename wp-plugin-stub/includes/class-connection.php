<?php
/**
 * The bond between this blog and one bridge.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Connects, disconnects, and knows in which state the connection is.
 */
class Connection {

	/**
	 * Option: {state, bridge_url, blog_id, home, since, statistics, transport}.
	 */
	const OPTION = 'mentor_bridge_connection';

	/**
	 * Option: {to_bridge, to_blog}: lists of keys, newest first.
	 */
	const KEYS = 'mentor_bridge_keys';

	/**
	 * Option: which blog this is, whatever its address.
	 */
	const UUID = 'mentor_bridge_uuid';

	/**
	 * Keys of the bridge that stay good after a rotation, the current one included.
	 */
	const LIVE_KEYS = 2;

	/* ---- States. ---- */

	/**
	 * Forgets what this request remembers: a drain may last, and somebody may disconnect meanwhile.
	 */
	public static function read_anew(): void {
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
	 * Tells whether there is a bridge that may still talk to us: connected, or about to confirm that all is withdrawn.
	 */
	public static function is_alive(): bool {
		$connection = self::get();
		return null !== $connection && 'gone' !== $connection['state'] && ! self::is_copy( $connection );
	}

	/**
	 * Tells whether this database belongs to a site at another address than the one that connected: most likely a copy
	 * for tests, which must not speak in the name of the real one. https instead of http is no other address.
	 *
	 * @param array $connection The connection.
	 */
	public static function is_copy( array $connection ): bool {
		return self::place( $connection['home'] ) !== self::place( self::home() );
	}

	/**
	 * Reduces an address to host, port and path.
	 *
	 * @param string $url Address.
	 */
	private static function place( string $url ): string {
		return \strtolower( \untrailingslashit( (string) \preg_replace( '~\Ahttps?://~i', '', $url ) ) );
	}

	/**
	 * Gives the address of this blog; from the option, as language plugins change what home_url() says.
	 */
	public static function home(): string {
		return \trailingslashit( (string) \get_option( 'home' ) );
	}

	/**
	 * Gives this blog's own id.
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
			Events::statistics_changed();
		}
	}

	/**
	 * Gives all that a status page shows. Times are ISO 8601 in UTC, or ''.
	 *
	 * @return array{state:string,bridge_url:string,blog_id:string,since:string,last_success:string,last_error:string,next_try:string,clock_offset:int,transport:string,statistics:bool,reason:string}
	 */
	public static function status(): array {
		$connection = self::get();
		$health     = Sender::health();
		$state      = self::state();
		$time       = static function ( int $when ): string {
			return 0 < $when ? \gmdate( 'Y-m-d\TH:i:s\Z', $when ) : '';
		};
		$reasons    = array(
			'paused'        => \__( 'This looks like a copy of the site that was connected: its address is another one. Nothing is sent.', 'mentor-bridge' ),
			'gone'          => \__( 'The bridge has ended the connection. Nothing is sent any more.', 'mentor-bridge' ),
			'disconnecting' => \__( 'The bridge is removing what came from this blog, and is asked again until it has.', 'mentor-bridge' ),
		);
		return array(
			'state'        => $state,
			'bridge_url'   => null === $connection ? '' : $connection['bridge_url'],
			'blog_id'      => null === $connection ? '' : $connection['blog_id'],
			'since'        => null === $connection ? '' : $time( (int) $connection['since'] ),
			'last_success' => $time( $health['last_success'] ),
			'last_error'   => Sender::explain( $health['last_error'] ),
			'next_try'     => $health['next_try'] > \time() ? $time( $health['next_try'] ) : '',
			'clock_offset' => (int) $health['clock_offset'],
			'transport'    => null === $connection ? '' : $connection['transport'],
			'statistics'   => self::statistics(),
			'reason'       => isset( $reasons[ $state ] ) ? $reasons[ $state ] : '',
		);
	}

	/* ---- Keys. ---- */

	/**
	 * Gives the key with which we sign.
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

	/* ---- The copy question. ---- */

	/**
	 * The owner says: it is a new site. It forgets the connection, which belongs to the other one, without a word to the
	 * bridge.
	 *
	 * @return true|\WP_Error
	 */
	public static function is_new_site() {
		if ( 'paused' !== self::state() ) {
			return new \WP_Error( 'mentor_bridge_not_paused', \__( 'The connection is not paused.', 'mentor-bridge' ) );
		}
		self::withdraw_consents();
		self::forget();
		\delete_option( self::UUID );
		// A commenter must not have the same pseudonym on two blogs.
		\delete_option( Commenter::KEY );
		return true;
	}

	/* ---- Disconnecting. ---- */

	/**
	 * Stops, and has the bridge remove everything.
	 *
	 * @return true|\WP_Error True once it is under way.
	 */
	public static function disconnect() {
		$state = self::state();
		if ( 'gone' === $state ) {
			self::withdraw_consents();
			self::forget();
			return true;
		}
		if ( 'paused' === $state ) {
			return new \WP_Error( 'mentor_bridge_paused', \__( 'This looks like a copy of the site that was connected. Please say first whether it has moved or is a new site.', 'mentor-bridge' ) );
		}
		if ( 'connected' !== $state && 'disconnecting' !== $state ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		if ( 'connected' === $state ) {
			self::change( array( 'state' => 'disconnecting' ) );
			Outbox::clear();
			self::withdraw_consents();
			Receiver::forget_all();
			Service_User::remove();
			/**
			 * Fires when the blog has begun to disconnect.
			 */
			\do_action( 'mentor_bridge_disconnecting' );
		}
		self::ask_for_withdrawal( 5.0, true );
		return true;
	}

	/**
	 * Asks the bridge whether everything is withdrawn, and lets go once it is.
	 *
	 * @param float $timeout Seconds.
	 * @param bool  $at_once Whether to ask even though the last try failed a moment ago.
	 */
	public static function ask_for_withdrawal( float $timeout, bool $at_once = false ): void {
		self::read_anew();
		if ( 'disconnecting' !== self::state() || ( ! $at_once && Sender::health()['next_try'] > \time() ) ) {
			return;
		}
		$revision   = Counter::next( 'revision' );
		$generation = Outbox::generation();
		// A new id each time: the answer to a repeat would only say that it is one.
		$answer = self::send( 'blog.removed', 'b0_' . $generation . '_' . $revision, array( 'version' => array( 'generation' => $generation, 'revision' => $revision ) ), '', $timeout );
		$code   = \is_wp_error( $answer ) ? 0 : $answer['code'];
		$said   = \is_wp_error( $answer ) ? array() : Http::json( $answer );
		if ( \in_array( $code, array( 404, 410 ), true ) || ( 200 === $code && isset( $said['withdrawn'] ) && true === $said['withdrawn'] ) ) {
			self::forget();
		} elseif ( 200 === $code || 202 === $code ) {
			Sender::note( array( 'last_success' => \time(), 'failures' => 0, 'next_try' => 0, 'last_error' => '' ) );
		} else {
			Sender::failed( $answer );
		}
	}

	/**
	 * The bridge says that it will have nothing more of us (410).
	 */
	public static function gone(): void {
		self::change( array( 'state' => 'gone' ) );
		// Nobody would tell us any more that somebody shown here has withdrawn.
		Receiver::forget_all();
		Service_User::remove();
		Plugin::clear_cron();
	}

	/**
	 * Forgets the connection and all that hangs on it. The commenter key stays: whoever connects again should find the
	 * same pseudonyms.
	 */
	private static function forget(): void {
		foreach ( array( self::OPTION, self::KEYS, Pull::TAKEN, Sender::OPTION, Events::BACKFILL_DUE, Erasure::OPTION ) as $option ) {
			\delete_option( $option );
		}
		Handshake::end();
		Outbox::clear();
		Ledger::clear();
		Receiver::forget_all();
		Service_User::remove();
		Plugin::clear_cron();
	}

	/**
	 * Notes for all who take part that they no longer do.
	 */
	public static function withdraw_consents(): void {
		foreach ( Consent::participants() as $user_id ) {
			Consent::set( $user_id, false, 'disconnect', '' );
		}
	}

	/* ---- Signs of life. ---- */

	/**
	 * Does what is due once a day.
	 */
	public static function on_daily(): void {
		self::ask_for_withdrawal( Sender::REQUEST_TIMEOUT );
		if ( self::is_connected() && Upgrade::run() ) {
			$answer = self::send( 'ping', 'ping_' . Outbox::generation() . '_' . \bin2hex( \random_bytes( 8 ) ), array( 'version' => Outbox::highest() ), '', Sender::REQUEST_TIMEOUT );
			if ( ! \is_wp_error( $answer ) && 202 === $answer['code'] ) {
				Sender::succeeded( Http::json( $answer ) );
			} else {
				Sender::failed( $answer );
			}
		}
	}

	/**
	 * Sends a signed message that is no outbox row.
	 *
	 * @param string $type    Its type.
	 * @param string $id      The webhook-id.
	 * @param array  $data    Its data.
	 * @param string $path    Below the blog's address at the bridge.
	 * @param float  $timeout Seconds.
	 * @return array|\WP_Error As Http::post().
	 */
	public static function send( string $type, string $id, array $data, string $path, float $timeout ) {
		$body = Payload::encode( array( 'type' => $type, 'timestamp' => Sender::now_text(), 'data' => $data ) );
		return Sender::post( $path, $id, $body, $timeout );
	}
}
