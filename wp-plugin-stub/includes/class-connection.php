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
	 * Option: what was taken by the last pull, to be acknowledged by the next.
	 */
	const TAKEN = 'mentor_bridge_taken';

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
	private static function is_copy( array $connection ): bool {
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

	/* ---- Connecting. ---- */

	/**
	 * Connects to a bridge, or shakes hands anew with the one that is connected.
	 *
	 * @param string $url        Address of the bridge.
	 * @param int[]  $author_ids Authors who take part.
	 * @param array  $options    `statistics` (true), `code` (''), `door` ('script'), `text_id` (that of the current text).
	 * @return true|\WP_Error
	 */
	public static function connect( string $url, array $author_ids, array $options = array() ) {
		$options = \array_merge( array( 'statistics' => true, 'code' => '', 'door' => 'script', 'text_id' => Consent::text_id() ), $options );
		$url     = Http::normalise( $url );
		self::read_anew();
		$refusal = self::refusal( $url, $author_ids );
		if ( null !== $refusal ) {
			return $refusal;
		}
		$user = Service_User::make();
		if ( \is_wp_error( $user ) ) {
			return $user;
		}
		$before      = self::get();
		$credentials = self::shake_hands( $url, (string) $options['code'], (bool) $options['statistics'], $before );
		if ( \is_wp_error( $credentials ) ) {
			if ( null === $before ) {
				Service_User::remove();
			}
			return $credentials;
		}
		self::establish( $url, $credentials, (bool) $options['statistics'], $before );
		// The blog introduces itself before its authors do.
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		foreach ( $author_ids as $author_id ) {
			Consent::set( (int) $author_id, true, (string) $options['door'], (string) $options['text_id'] );
		}
		Events::look_at_everything();
		Sender::want( 'connect' );
		/**
		 * Fires after the blog has connected.
		 *
		 * @param string $url The bridge.
		 */
		\do_action( 'mentor_bridge_connected', $url );
		return true;
	}

	/**
	 * Tells what speaks against connecting.
	 *
	 * @param string $url        Normalised address of the bridge.
	 * @param int[]  $author_ids Authors who take part.
	 */
	private static function refusal( string $url, array $author_ids ): ?\WP_Error {
		$connection = self::get();
		if ( null !== $connection && 'disconnecting' === $connection['state'] ) {
			return new \WP_Error( 'mentor_bridge_disconnecting', \__( 'The bridge has not yet confirmed that everything is withdrawn. Please connect again after that.', 'mentor-bridge' ) );
		}
		if ( null !== $connection && 'connected' === $connection['state'] && $url !== $connection['bridge_url'] ) {
			return new \WP_Error( 'mentor_bridge_connected', \__( 'This blog is connected to another bridge. Please disconnect first.', 'mentor-bridge' ) );
		}
		if ( null !== $connection && self::is_copy( $connection ) && 'gone' !== $connection['state'] ) {
			return new \WP_Error( 'mentor_bridge_paused', \__( 'This looks like a copy of the site that was connected. Please say first whether it has moved or is a new site.', 'mentor-bridge' ) );
		}
		foreach ( $author_ids as $author_id ) {
			if ( ! \get_userdata( (int) $author_id ) || ! \is_user_member_of_blog( (int) $author_id ) ) {
				return new \WP_Error( 'mentor_bridge_no_author', \__( 'There is no such author on this blog.', 'mentor-bridge' ) );
			}
		}
		if ( ! Upgrade::run() ) {
			return new \WP_Error( 'mentor_bridge_upgrading', \__( 'The tables of the plugin are being made. Please try again in a minute.', 'mentor-bridge' ) );
		}
		$checked = Http::check( $url );
		return \is_wp_error( $checked ) ? $checked : null;
	}

	/**
	 * Introduces this blog to the bridge.
	 *
	 * @param string     $url        The bridge.
	 * @param string     $code       Registration code or ''.
	 * @param bool       $statistics Whether comments will be sent.
	 * @param array|null $before     The connection there is, which makes the handshake one of the same blog.
	 * @return array|\WP_Error {blog_id, key_to_bridge, key_to_blog, transport}
	 */
	private static function shake_hands( string $url, string $code, bool $statistics, ?array $before ) {
		$message = array(
			'type'     => 'connect',
			'home_url' => self::home(),
			'rest_url' => \rest_url(),
			'nonce'    => Handshake::begin( $url, $statistics ),
		);
		if ( '' !== $code ) {
			$message['code'] = $code;
		}
		$same = null !== $before && 'connected' === $before['state'] && '' !== self::key_to_bridge();
		if ( $same ) {
			$message['blog_id'] = $before['blog_id'];
		}
		$body    = Payload::encode( $message );
		$headers = $same ? Signature::headers( self::key_to_bridge(), 'connect_' . \bin2hex( \random_bytes( 16 ) ), Sender::now(), $body ) : array();
		$answer  = Http::post( $url . '/v1/connections', $body, $headers, 20.0 );
		$pending = Handshake::pending();
		Handshake::end();
		if ( \is_wp_error( $answer ) ) {
			return new \WP_Error( 'mentor_bridge_unreachable', Sender::explain( 'network: ' . $answer->get_error_message() ) );
		}
		$said = Http::json( $answer );
		if ( 201 !== $answer['code'] || ! isset( $said['blog_id'] ) ) {
			return self::connect_error( $answer['code'], $said );
		}
		$transport = isset( $said['transport'] ) && \in_array( $said['transport'], array( 'xmlrpc', 'rest', 'pull' ), true ) ? $said['transport'] : '';
		if ( Handshake::are_credentials( $said ) ) {
			// The bridge could not call back and trusts the code: from now on we fetch what it has for us.
			return \array_merge( $said, array( 'transport' => 'pull' ) );
		}
		if ( ! isset( $pending['blog_id'] ) || $pending['blog_id'] !== $said['blog_id'] || $pending['bridge'] !== $url ) {
			return new \WP_Error( 'mentor_bridge_handshake', \__( 'The bridge did not hand over any keys.', 'mentor-bridge' ) );
		}
		return \array_merge( $pending, array( 'transport' => $transport ) );
	}

	/**
	 * Puts the bridge's refusal into words.
	 *
	 * @param int   $code Status.
	 * @param array $said Its JSON.
	 */
	private static function connect_error( int $code, array $said ): \WP_Error {
		$type  = isset( $said['error']['type'] ) && \is_string( $said['error']['type'] ) ? $said['error']['type'] : 'http_' . $code;
		$words = array(
			'not_reachable'  => \__( 'The bridge cannot reach this blog from outside. Is it behind a password or a firewall? With a registration code it can be connected all the same.', 'mentor-bridge' ),
			'not_our_plugin' => \__( 'The bridge reached this blog, but not this plugin. A security plugin or the server may block the REST API.', 'mentor-bridge' ),
			'refused'        => \__( 'The bridge refused the connection. It may ask for a registration code, or the code is wrong or too old. The address must be written exactly as the bridge calls itself.', 'mentor-bridge' ),
		);
		$text  = isset( $words[ $type ] ) ? $words[ $type ] : Sender::explain( 'http_' . $code );
		$own   = isset( $said['error']['message'] ) && \is_string( $said['error']['message'] ) ? \mb_substr( \sanitize_text_field( $said['error']['message'] ), 0, 200 ) : '';
		if ( '' !== $own && ! isset( $words[ $type ] ) ) {
			$text .= ' (' . $own . ')';
		}
		return new \WP_Error( 'mentor_bridge_' . \sanitize_key( $type ), $text, array( 'status' => $code ) );
	}

	/**
	 * Stores what was agreed.
	 *
	 * @param string     $url         The bridge.
	 * @param array      $credentials From shake_hands().
	 * @param bool       $statistics  Whether comments are sent.
	 * @param array|null $before      The connection there was.
	 */
	private static function establish( string $url, array $credentials, bool $statistics, ?array $before ): void {
		$same = null !== $before && 'connected' === $before['state'] && $before['blog_id'] === $credentials['blog_id'];
		$keys = array(
			'to_bridge' => array( $credentials['key_to_bridge'] ),
			// What the bridge signed a moment ago with the earlier key is on its way.
			'to_blog'   => \array_slice( \array_merge( array( $credentials['key_to_blog'] ), $same ? self::keys_to_blog() : array() ), 0, self::LIVE_KEYS ),
		);
		if ( ! $same ) {
			Outbox::clear();
			Ledger::clear();
			Outbox::begin_generation();
			if ( null !== $before && $before['bridge_url'] !== $url ) {
				// Who agreed to be known to one bridge has not agreed to another.
				self::withdraw_consents();
			}
		}
		\update_option( self::KEYS, $keys, false );
		\update_option(
			self::OPTION,
			array(
				'state'      => 'connected',
				'bridge_url' => $url,
				'blog_id'    => $credentials['blog_id'],
				'home'       => self::home(),
				'since'      => $same ? $before['since'] : \time(),
				'statistics' => $statistics,
				'transport'  => $credentials['transport'],
			),
			false
		);
		\delete_option( Sender::OPTION );
		\delete_option( self::TAKEN );
		Service_User::drop_older_passwords();
		Plugin::ensure_cron();
	}

	/**
	 * Changes part of the stored connection.
	 *
	 * @param array $changes Name => value.
	 */
	private static function change( array $changes ): void {
		$connection = self::get();
		if ( null !== $connection ) {
			\update_option( self::OPTION, \array_merge( $connection, $changes ), false );
		}
	}

	/* ---- The copy question. ---- */

	/**
	 * The owner says: it is the same site, it has moved.
	 *
	 * @return true|\WP_Error
	 */
	public static function has_moved() {
		$before = self::get();
		if ( null === $before || 'paused' !== self::state() ) {
			return new \WP_Error( 'mentor_bridge_not_paused', \__( 'The connection is not paused.', 'mentor-bridge' ) );
		}
		if ( 'disconnecting' === $before['state'] ) {
			// It was about to leave; it goes on leaving from its new address.
			self::change( array( 'home' => self::home() ) );
			return true;
		}
		$credentials = self::shake_hands( $before['bridge_url'], '', (bool) $before['statistics'], $before );
		if ( \is_wp_error( $credentials ) ) {
			return $credentials;
		}
		self::establish( $before['bridge_url'], $credentials, (bool) $before['statistics'], $before );
		Events::look_at_everything();
		Sender::want( 'connect' );
		return true;
	}

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
		foreach ( array( self::OPTION, self::KEYS, self::TAKEN, Sender::OPTION, Events::BACKFILL_DUE, Erasure::OPTION ) as $option ) {
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
	private static function withdraw_consents(): void {
		foreach ( Consent::participants() as $user_id ) {
			Consent::set( $user_id, false, 'disconnect', '' );
		}
	}

	/* ---- Signs of life, and fetching. ---- */

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
	 * Tells whether pushes have to be fetched: where the bridge cannot come in, or has not for a while though it has some.
	 */
	public static function should_pull(): bool {
		$connection = self::get();
		if ( null === $connection || ! self::is_connected() || Sender::health()['failures'] > 0 ) {
			return false;
		}
		$health = Sender::health();
		return 'pull' === $connection['transport'] || ( 0 < $health['waiting'] && $health['last_push'] < \time() - 10 * MINUTE_IN_SECONDS );
	}

	/**
	 * Fetches and stores the pushes that wait.
	 *
	 * @param float $budget Seconds in all.
	 * @return int|\WP_Error Objects stored.
	 */
	public static function pull( float $budget ) {
		$until  = \microtime( true ) + $budget;
		$stored = 0;
		do {
			$taken  = \get_option( self::TAKEN, array() );
			$taken  = \is_array( $taken ) ? \array_slice( $taken, 0, 500 ) : array();
			$answer = self::send( 'pull', 'pull_' . \bin2hex( \random_bytes( 16 ) ), array( 'acknowledged' => $taken ), '/pushes', \max( 0.5, $until - \microtime( true ) ) );
			$said   = \is_wp_error( $answer ) ? $answer : self::pulled( $answer );
			if ( \is_wp_error( $said ) ) {
				return $said;
			}
			$result = Receiver::store( $said['data']['objects'] );
			$now    = $result['accepted'];
			foreach ( $result['refused'] as $refused ) {
				// We hold a newer one: said with its version, the bridge goes on above it.
				$now[] = array( 'kind' => $refused['kind'], 'object' => $refused['object'], 'version' => $refused['held'] );
			}
			foreach ( $said['data']['objects'] as $object ) {
				// What this blog does not have (any more) is acknowledged as well, or it would come for ever.
				foreach ( $result['unknown'] as $unknown ) {
					if ( isset( $object['kind'], $object['object'] ) && $unknown === array( 'kind' => $object['kind'], 'object' => $object['object'] ) ) {
						$now[] = \array_merge( $unknown, array( 'version' => $object['version'] ) );
					}
				}
			}
			\update_option( self::TAKEN, $now, false );
			$stored += \count( $result['accepted'] );
		} while ( array() !== $now && \microtime( true ) < $until );
		Sender::note( array( 'waiting' => isset( $said['waiting'] ) ? (int) $said['waiting'] : 0 ) );
		return $stored;
	}

	/**
	 * Reads the answer to a pull, which the bridge has signed.
	 *
	 * @param array $answer From Http::post().
	 * @return array|\WP_Error
	 */
	private static function pulled( array $answer ) {
		if ( 200 !== $answer['code'] ) {
			Sender::failed( $answer );
			return new \WP_Error( 'mentor_bridge_pull', Sender::explain( 'http_' . $answer['code'] ) );
		}
		try {
			Signature::verify( $answer['headers'], $answer['body'], self::keys_to_blog(), Sender::now() );
		} catch ( Signature_Refused $refused ) {
			return new \WP_Error( 'mentor_bridge_signature', $refused->getMessage() );
		}
		$said = Http::json( $answer );
		if ( ! isset( $said['type'], $said['data']['objects'] ) || 'pull.answer' !== $said['type'] || ! \is_array( $said['data']['objects'] ) ) {
			return new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ) );
		}
		return $said;
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
	private static function send( string $type, string $id, array $data, string $path, float $timeout ) {
		$body = Payload::encode( array( 'type' => $type, 'timestamp' => Sender::now_text(), 'data' => $data ) );
		return Sender::post( $path, $id, $body, $timeout );
	}
}
