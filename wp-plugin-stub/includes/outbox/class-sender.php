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
		$lock   = '' === $reason ? Counter::lock( 'drain', (int) \ceil( $budget + 2 * Signed_Request::TIMEOUT ) ) : 0;
		if ( 0 === $lock ) {
			$result['stopped'] = '' === $reason ? 'busy' : $reason;
			return $result;
		}
		try {
			self::begin( $lock, $occasion, $budget );
			while ( '' === $result['stopped'] ) {
				$batch              = Delivery_Batch::next( $until );
				$result['dropped'] += $batch['dropped'];
				$result['failed']  += $batch['failed'];
				if ( array() === $batch['items'] ) {
					if ( ! $batch['more'] && State_Check::take_step( $occasion, $until ) ) {
						continue;
					}
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
					$outcome           = Delivery_Batch::deliver( $batch['items'], \min( $left, Signed_Request::TIMEOUT ) );
					$result['sent']   += 'sent' === $outcome ? \count( $batch['items'] ) : 0;
					$result['failed'] += 'refused' === $outcome ? 1 : 0;
					$result['stopped'] = 'failure' === $outcome ? 'failure' : '';
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
		State_Check::on_drain();
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
		State_Check::continue_later();
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
}
