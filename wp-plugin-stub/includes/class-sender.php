<?php
/**
 * Empties the outbox.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Sends what waits: after the response of the request that caused it, by cron, by an open admin screen, and when the
 * bridge asks for it. Two drains never run at once.
 *
 * Backing off belongs to the connection, not to a row: what is wrong is nearly always the way to the bridge. A failure
 * ends the drain; a success makes everything due again.
 */
class Sender {

	/**
	 * Option: how delivery fares.
	 */
	const OPTION = 'mentor_bridge_delivery';

	const BATCH_OBJECTS = 100;
	const BATCH_BYTES   = 800000;

	/**
	 * Seconds until the next try, by failures in a row: the schedule of Standard Webhooks.
	 */
	const SCHEDULE = array( 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 );

	/**
	 * Occasions that do not wait for the next try.
	 */
	const AT_ONCE = array( 'poke', 'button', 'cli', 'connect' );

	/**
	 * Longest wait for one answer, in seconds.
	 */
	const REQUEST_TIMEOUT = 10.0;

	/**
	 * Site id => occasion, for those that should be drained at the end of this request.
	 *
	 * @var array<int,string>
	 */
	private static $wanted = array();

	/* ---- Occasions. ---- */

	/**
	 * Asks for a drain at the end of this request.
	 *
	 * @param string $occasion 'event', 'heartbeat', 'poke' or 'connect'.
	 */
	public static function want( string $occasion ): void {
		$site = \get_current_blog_id();
		if ( ! isset( self::$wanted[ $site ] ) || \in_array( $occasion, self::AT_ONCE, true ) ) {
			self::$wanted[ $site ] = $occasion;
		}
		// Only now: a request in which nothing happens does not even load this class.
		\add_action( 'shutdown', array( self::class, 'on_shutdown' ), 100 );
	}

	/**
	 * Drains after the response, within the time that may be taken from whoever made the request.
	 */
	public static function on_shutdown(): void {
		$site = \get_current_blog_id();
		// What happened on another site of a network, while switched to it, waits for that site's own cron.
		if ( ! isset( self::$wanted[ $site ] ) || self::is_page_view() || ( \defined( 'WP_IMPORTING' ) && WP_IMPORTING ) ) {
			return;
		}
		$occasion = self::$wanted[ $site ];
		unset( self::$wanted[ $site ] );
		if ( ! Connection::is_alive() ) {
			return;
		}
		$budget = self::budget( $occasion );
		if ( $budget > 0 ) {
			self::drain( $occasion, $budget );
		}
	}

	/**
	 * Drains by cron, and does what else is due.
	 */
	public static function on_cron(): void {
		if ( 'disconnecting' === Connection::state() ) {
			Leaving::ask_for_withdrawal( self::REQUEST_TIMEOUT );
			return;
		}
		self::drain( 'cron', 20.0 );
		if ( Pull::is_due() ) {
			Pull::run( 10.0 );
		}
	}

	/**
	 * Drains while somebody has an admin screen open: works where cron is dead.
	 *
	 * @param array $response Passed through.
	 * @return array
	 */
	public static function on_heartbeat( $response ) {
		if ( \current_user_can( 'edit_posts' ) && Connection::is_connected() && 0 < Outbox::progress()['waiting'] ) {
			self::want( 'heartbeat' );
		}
		return $response;
	}

	/**
	 * Tells whether the request only reads a page.
	 */
	public static function is_page_view(): bool {
		if ( self::is_command_line() || \is_admin() || \wp_doing_cron() || ( \defined( 'REST_REQUEST' ) && REST_REQUEST ) || ( \defined( 'XMLRPC_REQUEST' ) && XMLRPC_REQUEST ) ) {
			return false;
		}
		$method = isset( $_SERVER['REQUEST_METHOD'] ) ? \strtoupper( \sanitize_key( \wp_unslash( $_SERVER['REQUEST_METHOD'] ) ) ) : 'GET';
		return \in_array( $method, array( 'GET', 'HEAD', 'OPTIONS' ), true );
	}

	/**
	 * Tells how many seconds this request may spend, after letting its visitor go where that is possible.
	 *
	 * @param string $occasion What the drain is for.
	 */
	private static function budget( string $occasion ): float {
		if ( self::is_command_line() || \wp_doing_cron() ) {
			return 20.0;
		}
		if ( self::finish_response() ) {
			return 'poke' === $occasion ? 20.0 : 3.0;
		}
		if ( 'poke' === $occasion ) {
			return 5.0;
		}
		if ( \current_user_can( 'edit_posts' ) ) {
			return 2.0;
		}
		// A visitor does not wait for a bridge that did not answer the last time.
		return 0 === self::health()['failures'] ? 1.0 : 0.0;
	}

	/**
	 * Closes the response, if the server can.
	 */
	public static function finish_response(): bool {
		\ignore_user_abort( true );
		foreach ( array( 'fastcgi_finish_request', 'litespeed_finish_request' ) as $finish ) {
			if ( \function_exists( $finish ) ) {
				if ( PHP_SESSION_ACTIVE === \session_status() ) {
					\session_write_close();
				}
				return false !== $finish();
			}
		}
		return false;
	}

	/**
	 * Tells whether a command is running, not a request.
	 */
	private static function is_command_line(): bool {
		return \in_array( PHP_SAPI, array( 'cli', 'phpdbg' ), true );
	}

	/* ---- The drain. ---- */

	/**
	 * Sends what waits until nothing does, the time is over, or something fails.
	 *
	 * @param string $occasion 'event', 'cron', 'heartbeat', 'poke', 'button', 'connect' or 'cli'.
	 * @param float  $budget   Seconds in all.
	 * @return array{sent:int,dropped:int,failed:int,left:int,stopped:string} `stopped` is '' when the outbox is empty,
	 *               else a code: 'not_connected', 'paused', 'backoff', 'busy', 'time', 'failure'.
	 */
	public static function drain( string $occasion, float $budget ): array {
		$result = array( 'sent' => 0, 'dropped' => 0, 'failed' => 0, 'left' => 0, 'stopped' => '' );
		$until  = \microtime( true ) + $budget;
		$reason = self::reason_against( $occasion );
		$lock   = '' === $reason ? Counter::lock( 'drain', (int) \ceil( $budget + 2 * self::REQUEST_TIMEOUT ) ) : 0;
		if ( 0 === $lock ) {
			$result['stopped'] = '' === $reason ? 'busy' : $reason;
			return $result;
		}
		try {
			Changes::do_backfill();
			while ( '' === $result['stopped'] ) {
				$batch              = self::next_batch( $until );
				$result['dropped'] += $batch['dropped'];
				$result['failed']  += $batch['failed'];
				if ( array() === $batch['items'] ) {
					$result['stopped'] = $batch['more'] ? 'time' : '';
					break;
				}
				$left = $until - \microtime( true );
				Connection::read_anew();
				if ( $left < 0.2 ) {
					$result['stopped'] = 'time';
				} elseif ( ! Connection::is_connected() ) {
					// Somebody disconnected in another request meanwhile.
					$result['stopped'] = 'not_connected';
				} else {
					$outcome            = self::deliver( $batch['items'], \min( $left, self::REQUEST_TIMEOUT ) );
					$result['sent']    += 'sent' === $outcome ? \count( $batch['items'] ) : 0;
					$result['failed']  += 'refused' === $outcome ? 1 : 0;
					$result['stopped']  = 'failure' === $outcome ? 'failure' : '';
				}
			}
		} finally {
			Counter::unlock( 'drain', $lock );
		}
		$result['left'] = Outbox::progress()['waiting'];
		if ( 'time' === $result['stopped'] && 0 < $result['left'] && ! \wp_next_scheduled( Plugin::CRON_MORE ) ) {
			\wp_schedule_single_event( \time(), Plugin::CRON_MORE );
		}
		return $result;
	}

	/**
	 * Tells what speaks against draining now.
	 *
	 * @param string $occasion The occasion.
	 * @return string Code; '' if nothing does.
	 */
	private static function reason_against( string $occasion ): string {
		Connection::read_anew();
		if ( \is_multisite() && \ms_is_switched() ) {
			// The types, plugins and addresses at hand are those of another site.
			return 'busy';
		}
		$state = Connection::state();
		if ( 'connected' !== $state ) {
			return 'paused' === $state ? 'paused' : 'not_connected';
		}
		if ( ! Upgrade::run() ) {
			return 'busy';
		}
		return self::health()['next_try'] > \time() && ! \in_array( $occasion, self::AT_ONCE, true ) ? 'backoff' : '';
	}

	/**
	 * Renders the rows that go next.
	 *
	 * @param float $until When the time is over.
	 * @return array{items:array[],dropped:int,failed:int,more:bool}
	 */
	private static function next_batch( float $until ): array {
		$batch = array( 'items' => array(), 'dropped' => 0, 'failed' => 0, 'more' => false );
		$limit = self::health()['batch_limit'];
		$bytes = 0;
		do {
			$rows    = Outbox::due( $limit );
			$nothing = array();
			foreach ( $rows as $row ) {
				if ( \microtime( true ) > $until ) {
					$batch['more'] = true;
					break;
				}
				$item = self::with_id( Rendering::render( $row ) );
				if ( null === $item ) {
					$nothing[] = $row;
					continue;
				}
				$bytes += \strlen( $item['json'] ) + 1;
				if ( $bytes > self::BATCH_BYTES && array() !== $batch['items'] ) {
					break;
				}
				$batch['items'][] = $item;
				if ( $item['removal'] && Outbox::AUTHOR === $item['kind'] ) {
					// What comes next may be a post of this author's that somebody else was given: it has to be looked at
					// after the removal has taken it away.
					break;
				}
			}
			if ( array() !== $nothing ) {
				Outbox::remove( $nothing );
				$batch['dropped'] += \count( $nothing );
			}
			// Nothing but rows without news: look at the next ones.
		} while ( array() === $batch['items'] && array() !== $rows && ! $batch['more'] );
		return $batch;
	}

	/**
	 * Gives an item the id and the JSON under which it travels.
	 *
	 * @param array|null $item From Rendering::render().
	 * @return array|null
	 */
	private static function with_id( ?array $item ): ?array {
		if ( null === $item ) {
			return null;
		}
		if ( '' !== $item['tried'] && $item['tried'] !== $item['hash'] ) {
			/*
			 * It was tried with another content, and the answer did not arrive. The same id would be taken for a repeat
			 * and this content would be lost.
			 */
			$revision = Outbox::renew( $item );
			if ( 0 === $revision ) {
				return self::with_id( null );
			}
			$item['revision'] = $revision;
			$item['tried']    = '';
		}
		$generation    = Outbox::generation();
		$item['id']    = $item['kind'] . $item['object_id'] . '_' . $generation . '_' . $item['revision'];
		$item['event'] = array(
			'type'      => $item['type'],
			'timestamp' => self::now_text(),
			'data'      => \array_merge( array( 'version' => array( 'generation' => $generation, 'revision' => $item['revision'] ) ), $item['data'] ),
		);
		$item['json']  = Payload::encode( \array_merge( array( 'id' => $item['id'] ), $item['event'] ) );
		return $item;
	}

	/**
	 * Sends items in one request and draws the consequences of the answer.
	 *
	 * @param array[] $items   At least one.
	 * @param float   $timeout Seconds.
	 * @return string 'sent', 'refused' (the one item is out of the way), 'again' (with a smaller batch or a corrected
	 *                clock) or 'failure' (the drain ends).
	 */
	private static function deliver( array $items, float $timeout ): string {
		// Before it happens: the answer may get lost, and the bridge hold it all the same.
		Ledger::note_attempt( $items );
		Outbox::note_attempt( $items );
		if ( 1 === \count( $items ) ) {
			$id   = $items[0]['id'];
			$body = Payload::encode( $items[0]['event'] );
		} else {
			$id   = 'batch_' . \substr( \hash( 'sha256', \implode( "\n", \array_column( $items, 'id' ) ) ), 0, 40 );
			$body = '{"type":"batch","timestamp":"' . self::now_text() . '","data":{"events":[' . \implode( ',', \array_column( $items, 'json' ) ) . ']}}';
		}
		$answer = self::post( '', $id, $body, $timeout );
		if ( ! \is_wp_error( $answer ) && 202 === $answer['code'] ) {
			Ledger::acknowledge( $items );
			Outbox::remove( $items );
			self::succeeded( Http::json( $answer ) );
			return 'sent';
		}
		return self::refused( $items, $answer );
	}

	/**
	 * Draws the consequences of anything but a 202.
	 *
	 * @param array[]         $items  What was sent.
	 * @param array|\WP_Error $answer What came back.
	 * @return string As deliver().
	 */
	private static function refused( array $items, $answer ): string {
		$code = \is_wp_error( $answer ) ? 0 : $answer['code'];
		if ( 413 === $code && 1 < \count( $items ) ) {
			self::note( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
			return 'again';
		}
		if ( \in_array( $code, array( 400, 413, 415, 422 ), true ) ) {
			if ( 1 < \count( $items ) ) {
				// One of them is at fault; alone it will show.
				self::note( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
				return 'again';
			}
			Outbox::fail( $items[0], 'http_' . $code . ': ' . self::message( $answer ) );
			return 'refused';
		}
		self::failed( $answer );
		return 'failure';
	}

	/**
	 * Posts a signed message to the bridge; learns its clock if ours is refused.
	 *
	 * @param string $path    Below the blog's own address: '' or '/pushes'.
	 * @param string $id      The webhook-id.
	 * @param string $body    The exact bytes.
	 * @param float  $timeout Seconds in all.
	 * @return array|\WP_Error As Http::post().
	 */
	public static function post( string $path, string $id, string $body, float $timeout ) {
		$connection = Connection::get();
		$key        = Connection::key_to_bridge();
		if ( null === $connection || '' === $key ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		$url   = $connection['bridge_url'] . '/webhooks/' . \rawurlencode( $connection['blog_id'] ) . $path;
		$until = \microtime( true ) + $timeout;
		$now   = self::now();
		$again = Http::post( $url, $body, Signature::headers( $key, $id, $now, $body ), $timeout );
		if ( ! \is_wp_error( $again ) && 401 === $again['code'] && self::learn_clock( $again ) && 0.2 < $until - \microtime( true ) ) {
			$again = Http::post( $url, $body, Signature::headers( $key, $id, self::now(), $body ), $until - \microtime( true ) );
		}
		return $again;
	}

	/* ---- The clock. ---- */

	/**
	 * Gives the time as the bridge sees it.
	 */
	public static function now(): int {
		return \time() + self::health()['clock_offset'];
	}

	/**
	 * Gives that time as text.
	 */
	public static function now_text(): string {
		return \gmdate( 'Y-m-d\TH:i:s\Z', self::now() );
	}

	/**
	 * Takes the difference of the clocks from the bridge's `Date`; over https only, where nobody can have put it in.
	 *
	 * @param array $answer A 401.
	 * @return bool Whether there is a new difference to try with.
	 */
	private static function learn_clock( array $answer ): bool {
		$error = Http::json( $answer );
		if ( ! $answer['https'] || ! isset( $error['error']['offset_seconds'] ) ) {
			return false;
		}
		$date = \strtotime( $answer['headers']['date'] );
		if ( false === $date || Signature::TOLERANCE / 2 > \abs( $date - self::now() ) ) {
			return false;
		}
		self::note( array( 'clock_offset' => $date - \time() ) );
		return true;
	}

	/* ---- How delivery fares. ---- */

	/**
	 * Gives how delivery fares, as stored now.
	 *
	 * @return array{last_success:int,last_error:string,last_error_at:int,failures:int,next_try:int,clock_offset:int,batch_limit:int,last_push:int,waiting:int}
	 */
	public static function health(): array {
		// A drain may last: what another request stored meanwhile counts.
		\wp_cache_delete( self::OPTION, 'options' );
		$health = \get_option( self::OPTION, array() );
		return \array_merge(
			array(
				'last_success'  => 0,
				'last_error'    => '',
				'last_error_at' => 0,
				'failures'      => 0,
				'next_try'      => 0,
				'clock_offset'  => 0,
				'batch_limit'   => self::BATCH_OBJECTS,
				'last_push'     => 0,
				'waiting'       => 0,
			),
			\is_array( $health ) ? $health : array()
		);
	}

	/**
	 * Stores part of that.
	 *
	 * @param array $changes Name => value.
	 */
	public static function note( array $changes ): void {
		\update_option( self::OPTION, \array_merge( self::health(), $changes ), false );
	}

	/**
	 * Notes a success: everything is due again.
	 *
	 * @param array $answer The bridge's JSON.
	 */
	public static function succeeded( array $answer ): void {
		$health = self::health();
		self::note(
			array(
				'last_success' => \time(),
				'failures'     => 0,
				'next_try'     => 0,
				'last_error'   => '',
				'batch_limit'  => \min( self::BATCH_OBJECTS, 2 * $health['batch_limit'] ),
				'waiting'      => isset( $answer['waiting'] ) ? \max( 0, (int) $answer['waiting'] ) : 0,
			)
		);
		$highest = isset( $answer['highest'] ) && \is_array( $answer['highest'] ) ? $answer['highest'] : array();
		if ( isset( $highest['generation'], $highest['revision'] ) && \is_int( $highest['generation'] ) && \is_int( $highest['revision'] ) ) {
			self::compare( $highest );
		}
	}

	/**
	 * Begins anew when the bridge has seen more of us than we know: this is a restored backup, and whatever we say next
	 * would be taken for old.
	 *
	 * @param array{generation:int,revision:int} $theirs The highest pair the bridge has seen.
	 */
	private static function compare( array $theirs ): void {
		$ours = Outbox::highest();
		if ( array( $theirs['generation'], $theirs['revision'] ) > array( $ours['generation'], $ours['revision'] ) ) {
			self::send_everything_again( $theirs['generation'] );
		}
	}

	/**
	 * Begins a new generation and sends everything again.
	 *
	 * @param int $above A generation that the bridge has seen.
	 */
	public static function send_everything_again( int $above = 0 ): void {
		Outbox::begin_generation( $above );
		Ledger::doubt_all();
		Changes::look_at_everything();
	}

	/**
	 * Notes a failure and chooses the next try.
	 *
	 * @param array|\WP_Error $answer What came back.
	 */
	public static function failed( $answer ): void {
		$health = self::health();
		$code   = \is_wp_error( $answer ) ? 0 : $answer['code'];
		$wait   = self::SCHEDULE[ \min( $health['failures'], \count( self::SCHEDULE ) - 1 ) ];
		$wait   = (int) \round( $wait * \wp_rand( 800, 1200 ) / 1000 );
		if ( 401 === $code || 404 === $code ) {
			// A matter of keys or clocks; somebody has to look at it, and then it should go on soon.
			$wait = HOUR_IN_SECONDS;
		} elseif ( 429 === $code || 503 === $code ) {
			$wait = self::retry_after( $answer['headers']['retry-after'], $wait );
		} elseif ( 410 === $code ) {
			Leaving::gone();
		}
		self::note(
			array(
				'failures'      => $health['failures'] + 1,
				'next_try'      => \time() + $wait,
				'last_error'    => self::error_code( $answer ),
				'last_error_at' => \time(),
			)
		);
	}

	/**
	 * Reads `Retry-After`: seconds or a date, a day at most.
	 *
	 * @param string $header   The header.
	 * @param int    $fallback Seconds.
	 */
	private static function retry_after( string $header, int $fallback ): int {
		if ( \preg_match( '/\A[0-9]{1,9}\z/', $header ) ) {
			$seconds = (int) $header;
		} else {
			$date    = '' === $header ? false : \strtotime( $header );
			$seconds = false === $date ? $fallback : $date - \time();
		}
		return \max( 1, \min( DAY_IN_SECONDS, $seconds ) );
	}

	/**
	 * Gives what went wrong as a code; it is put into words when it is shown, in the language of who reads it.
	 *
	 * @param array|\WP_Error $answer What came back.
	 */
	private static function error_code( $answer ): string {
		if ( \is_wp_error( $answer ) ) {
			return 'network: ' . \substr( $answer->get_error_message(), 0, 200 );
		}
		return 'http_' . $answer['code'] . ( '' === self::message( $answer ) ? '' : ': ' . self::message( $answer ) );
	}

	/**
	 * Gives the bridge's own words about a refusal, as one plain line.
	 *
	 * @param array $answer What came back.
	 */
	private static function message( array $answer ): string {
		$json    = Http::json( $answer );
		$message = isset( $json['error']['message'] ) && \is_string( $json['error']['message'] ) ? $json['error']['message'] : '';
		return \mb_substr( \sanitize_text_field( $message ), 0, 150 );
	}

	/**
	 * Puts an error code into words.
	 *
	 * @param string $code From the stored health or a failed row.
	 */
	public static function explain( string $code ): string {
		if ( '' === $code ) {
			return '';
		}
		list( $kind, $detail ) = \array_pad( \explode( ': ', $code, 2 ), 2, '' );
		$words                 = array(
			'network'  => \__( 'The bridge cannot be reached.', 'mentor-bridge' ),
			'http_401' => \__( 'The bridge does not accept our signature. The clock of this server may be wrong, or the connection has to be made anew.', 'mentor-bridge' ),
			'http_404' => \__( 'The bridge does not know this blog.', 'mentor-bridge' ),
			'http_410' => \__( 'The bridge has ended the connection.', 'mentor-bridge' ),
			'http_413' => \__( 'The bridge finds this too large.', 'mentor-bridge' ),
			'http_429' => \__( 'The bridge asks us to be slower.', 'mentor-bridge' ),
			'http_503' => \__( 'The bridge is busy and asks us to come back later.', 'mentor-bridge' ),
		);
		/* translators: %s: a technical code such as http_500. */
		$sentence = isset( $words[ $kind ] ) ? $words[ $kind ] : \sprintf( \__( 'The bridge gave an unexpected answer (%s).', 'mentor-bridge' ), $kind );
		/* translators: 1: a sentence that says what went wrong, 2: details, as the server or the bridge put them. */
		return '' === $detail ? $sentence : \sprintf( \__( '%1$s (%2$s)', 'mentor-bridge' ), $sentence, $detail );
	}
}
