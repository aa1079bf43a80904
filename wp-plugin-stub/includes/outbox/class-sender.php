<?php
/**
 * Empties the outbox.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Sends what waits, until nothing does. Two drains never run at once.
 *
 * Backing off belongs to the connection (Delivery_Status), not to a row: what is wrong is nearly always the way to the bridge.
 * A failure ends the drain; a success makes everything due again.
 */
class Sender {

	const BATCH_OBJECTS = 100;
	const BATCH_BYTES   = 800000;

	/**
	 * Longest wait for one answer, in seconds.
	 */
	const REQUEST_TIMEOUT = 10.0;

	/**
	 * The lock on draining that this process holds; 0 for none.
	 *
	 * @var int
	 */
	private static $lock = 0;

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
		$reason = self::obstacle( $occasion );
		$lock   = '' === $reason ? Counter::lock( 'drain', (int) \ceil( $budget + 2 * self::REQUEST_TIMEOUT ) ) : 0;
		if ( 0 === $lock ) {
			$result['stopped'] = '' === $reason ? 'busy' : $reason;
			return $result;
		}
		try {
			self::begin( $lock, $occasion, $budget );
			while ( '' === $result['stopped'] ) {
				$batch              = self::next_batch( $until );
				$result['dropped'] += $batch['dropped'];
				$result['failed']  += $batch['failed'];
				if ( array() === $batch['items'] ) {
					$result['stopped'] = $batch['more'] ? 'time' : '';
					break;
				}
				$left = $until - \microtime( true );
				Connection::refresh();
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
			self::$lock = 0;
			Counter::unlock( 'drain', $lock );
		}
		return self::finish( $result, 'button' === $occasion ? $budget : 0.0 );
	}

	/**
	 * Prepares a drain: notes who holds the lock, what broke the last time, and what there is to look at.
	 *
	 * @param int    $lock     The lock.
	 * @param string $occasion The occasion.
	 * @param float  $budget   Seconds in all.
	 */
	private static function begin( int $lock, string $occasion, float $budget ): void {
		self::$lock = $lock;
		\register_shutdown_function( array( self::class, 'on_sudden_end' ) );
		Unreadable_Posts::recover();
		Public_View::forget();
		Loopback_View::begin( $budget );
		Enqueue::run_backfill();
		Daily_Recheck::next_slice();
		if ( 'poke' === $occasion && array() === Outbox::due( 1 ) ) {
			// The bridge has started and asks; it may be an older one than the one that confirmed what we sent.
			Connection::ping();
		}
	}

	/**
	 * Completes the result of a drain, and has the rest sent elsewhere if the time is over.
	 *
	 * @param array $result As drain() gives it.
	 * @param float $wait   Seconds for which whoever pressed a button waits to see what came of it.
	 */
	private static function finish( array $result, float $wait ): array {
		$result['left'] = Outbox::progress()['waiting'];
		if ( 'time' === $result['stopped'] && 0 < $result['left'] ) {
			self::continue_elsewhere( $wait );
			$left            = Outbox::progress()['waiting'];
			$result['sent'] += \max( 0, $result['left'] - $left );
			$result['left']  = $left;
		}
		return $result;
	}

	/**
	 * Has another process send the rest: cron, and where this one could not see what visitors see, one that can, at once.
	 *
	 * @param float $wait Seconds for which that one is waited for.
	 */
	private static function continue_elsewhere( float $wait ): void {
		if ( ! \wp_next_scheduled( Plugin::CRON_MORE ) ) {
			\wp_schedule_single_event( \time(), Plugin::CRON_MORE );
		}
		if ( ! Public_View::is_possible() ) {
			Drain_Loopback::send( $wait );
		}
	}

	/**
	 * Tells whether this process is in the middle of a drain.
	 */
	public static function is_draining(): bool {
		return 0 !== self::$lock;
	}

	/**
	 * Releases the lock when the process ends in the middle of a drain: other code ended it, or memory did.
	 */
	public static function on_sudden_end(): void {
		if ( 0 !== self::$lock ) {
			Unreadable_Posts::recover();
			Counter::unlock( 'drain', self::$lock );
			self::$lock = 0;
			self::continue_elsewhere( 0.0 );
		}
	}

	/**
	 * Gives the reason against draining now.
	 *
	 * @param string $occasion The occasion.
	 * @return string Code; '' if nothing does.
	 */
	private static function obstacle( string $occasion ): string {
		Connection::refresh();
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
		return Delivery_Status::health()['next_try'] > \time() && ! \in_array( $occasion, Drain_Trigger::AT_ONCE, true ) ? 'backoff' : '';
	}

	/**
	 * Renders the rows that are sent next.
	 *
	 * @param float $until When the time is over.
	 * @return array{items:array[],dropped:int,failed:int,more:bool}
	 */
	private static function next_batch( float $until ): array {
		$batch = array( 'items' => array(), 'dropped' => 0, 'failed' => 0, 'more' => false );
		$limit = Delivery_Status::health()['batch_limit'];
		$bytes = 0;
		do {
			$rows    = Outbox::due( $limit );
			$nothing = array();
			foreach ( $rows as $row ) {
				if ( \microtime( true ) > $until ) {
					$batch['more'] = true;
					break;
				}
				if ( Event_Renderer::must_wait( $row ) ) {
					$batch['more'] = true;
					continue;
				}
				try {
					$item = self::with_id( Event_Renderer::render( $row ) );
				} catch ( Loopback_Postponed $later ) {
					// All that follows is history as well.
					$batch['more'] = true;
					break;
				}
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
	 * @param array|null $item From Event_Renderer::render().
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
			$revision = Outbox::renew_revision( $item );
			if ( 0 === $revision ) {
				return self::with_id( null );
			}
			$item['revision'] = $revision;
			$item['tried']    = '';
		}
		$generation    = Generation::current();
		$item['id']    = $item['kind'] . $item['object_id'] . '_' . $generation . '_' . $item['revision'];
		$item['event'] = array(
			'type'      => $item['type'],
			'timestamp' => Delivery_Status::bridge_time_text(),
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
			$body = Payload::encode( $items[0]['event'] + array( 'install' => Connection::install() ) );
		} else {
			$id   = 'batch_' . \substr( \hash( 'sha256', \implode( "\n", \array_column( $items, 'id' ) ) ), 0, 40 );
			$body = '{"type":"batch","timestamp":"' . Delivery_Status::bridge_time_text() . '","install":"' . Connection::install() . '","data":{"events":[' . \implode( ',', \array_column( $items, 'json' ) ) . ']}}';
		}
		$answer = self::post( '', $id, $body, $timeout );
		if ( ! \is_wp_error( $answer ) && 202 === $answer['code'] ) {
			Ledger::acknowledge( $items );
			Outbox::remove( $items );
			Delivery_Status::record_success( Http::json( $answer ), $id );
			return 'sent';
		}
		return self::refused( $items, $answer );
	}

	/**
	 * Handles any answer to a delivery but a 202.
	 *
	 * @param array[]         $items  What was sent.
	 * @param array|\WP_Error $answer What came back.
	 * @return string As deliver().
	 */
	private static function refused( array $items, $answer ): string {
		$code = \is_wp_error( $answer ) ? 0 : $answer['code'];
		if ( 413 === $code && 1 < \count( $items ) ) {
			Delivery_Status::update( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
			return 'again';
		}
		if ( \in_array( $code, array( 400, 413, 415, 422 ), true ) ) {
			if ( 1 < \count( $items ) ) {
				// One of them is at fault; alone it will show.
				Delivery_Status::update( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
				return 'again';
			}
			Outbox::fail( $items[0], 'http_' . $code . ': ' . Delivery_Status::message( $answer ) );
			return 'refused';
		}
		Delivery_Status::record_failure( $answer );
		return 'failure';
	}

	/**
	 * Posts a signed message to the bridge; learns its clock if ours is refused. All that is signed leaves by this door, and
	 * nothing of a copy does.
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
		if ( Connection::is_copy( $connection ) ) {
			return new \WP_Error( 'mentor_bridge_paused', Connection::status()['reason'] );
		}
		$url   = $connection['bridge_url'] . '/webhooks/' . \rawurlencode( $connection['blog_id'] ) . $path;
		$until = \microtime( true ) + $timeout;
		$now   = Delivery_Status::bridge_time();
		$again = Http::post( $url, $body, Signature::headers( $key, $id, $now, $body ), $timeout );
		if ( ! \is_wp_error( $again ) && 401 === $again['code'] && Delivery_Status::learn_clock( $again ) && 0.2 < $until - \microtime( true ) ) {
			$again = Http::post( $url, $body, Signature::headers( $key, $id, Delivery_Status::bridge_time(), $body ), $until - \microtime( true ) );
		}
		return $again;
	}

	/**
	 * Begins a new generation and sends everything again.
	 *
	 * @param int $above A generation that the bridge has seen.
	 */
	public static function resend_everything( int $above = 0 ): void {
		Generation::begin( $above );
		Ledger::invalidate_all();
		Enqueue::recheck_everything();
	}
}
