<?php
/**
 * Whether the bridge holds what this blog has sent.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Compares both sides: every night, on demand, and where something smells. First it looks for rows that were changed without
 * a hook; once all that waits was sent it asks the bridge for what differs, and sends that again or takes it back, until
 * nothing does. Each step is short, and the next drain goes on where this one has ended.
 */
class State_Check {

	/**
	 * Option: {due, next, round, objects, at, here, there, refused, differing, differed_at, differed, sent_again, taken_back}.
	 * `next` is the kind and the id with which the look at rows goes on, null once that is done; `here` and `there` are what
	 * both sides counted, without those that the bridge has refused; `differed` is how many ranges by kind did when any last
	 * did.
	 */
	const OPTION = 'mentor_bridge_state_check';

	/**
	 * Comparisons of one check at most: one tells of 5,000 objects, and what it brings about is looked at again.
	 */
	const ROUNDS = 30;

	/**
	 * Seconds until a bridge is asked again that has yet to read what was sent.
	 */
	const PAUSE = 10;

	/**
	 * Seconds that a drain must have left for it to wait for the bridge.
	 */
	const PATIENCE = 6.0;

	const NEVER = array(
		'due'         => 0,
		'next'        => null,
		'round'       => 0,
		'objects'     => 0,
		'at'          => 0,
		'here'        => 0,
		'there'       => 0,
		'refused'     => 0,
		'differing'   => 0,
		'differed_at' => 0,
		'differed'    => array(),
		'sent_again'  => 0,
		'taken_back'  => 0,
	);

	/**
	 * Gives how the last check went.
	 */
	public static function state(): array {
		\wp_cache_delete( self::OPTION, 'options' );
		$state = \get_option( self::OPTION, array() );
		return \array_merge( self::NEVER, \is_array( $state ) ? $state : array() );
	}

	/**
	 * Has both sides compared with the next drain that has the time.
	 */
	public static function request(): void {
		self::update( array( 'due' => \time(), 'next' => array( Outbox::POST, 1 ), 'round' => 0, 'objects' => 0 ) );
	}

	/**
	 * Forgets what was said of another connection, and has both sides compared once all that waits was sent. No row is looked
	 * at for it: each was put into the outbox a moment ago.
	 */
	public static function begin(): void {
		\update_option( self::OPTION, \array_merge( self::NEVER, array( 'due' => \time() ) ), false );
	}

	/**
	 * Tells whether a check is under way.
	 */
	public static function is_due(): bool {
		return 0 < self::state()['due'];
	}

	/**
	 * Asks for a check where the ledger is gone though the bridge holds something.
	 */
	public static function on_drain(): void {
		$state = self::state();
		if ( 0 === $state['due'] && 0 < $state['there'] && Ledger::is_empty() ) {
			self::request();
		}
	}

	/**
	 * Takes the next step of a check that is due. Nothing waits in the outbox.
	 *
	 * @param string $occasion Of the drain.
	 * @param float  $until    When its time is over.
	 * @return bool Whether there may be something to send, or another step to take.
	 */
	public static function take_step( string $occasion, float $until ): bool {
		$state = self::state();
		if ( 0 === $state['due'] || ! \in_array( $occasion, array( 'cron', 'poke', 'cli', 'button' ), true ) || $until - \microtime( true ) < 0.5 ) {
			return false;
		}
		if ( null !== $state['next'] ) {
			self::look_at_rows( $state['next'] );
			return true;
		}
		return self::compare( $state, $until );
	}

	/**
	 * Puts into the outbox what was changed without a hook in the next range of ids.
	 *
	 * @param array $next {kind, first id}.
	 */
	private static function look_at_rows( array $next ): void {
		list( $kind, $first ) = $next;
		if ( Outbox::POST === $kind && 1 === $first ) {
			Upgrade::repair();
			Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
			foreach ( Consent::participants() as $user_id ) {
				Outbox::add( Outbox::AUTHOR, $user_id, Outbox::LIVE );
			}
			Bulk_Enqueue::add_from_ledger( Outbox::AUTHOR );
		}
		$after = Changed_Rows::enqueue_slice( $kind, $first );
		if ( 0 < $after ) {
			self::update( array( 'next' => array( $kind, $after ) ) );
		} else {
			self::update( array( 'next' => Outbox::POST === $kind ? array( Outbox::COMMENT, 1 ) : null ) );
		}
	}

	/**
	 * Asks the bridge what differs, and has that sent.
	 *
	 * @param array $state From state().
	 * @param float $until When the time is over.
	 * @return bool As take_step().
	 */
	private static function compare( array $state, float $until ): bool {
		$sent   = State_Digest::sent();
		$answer = Connection::send( 'digest', 'digest_' . \bin2hex( \random_bytes( 16 ) ), array( 'sent' => $sent, 'shown' => State_Digest::shown() ), '/digests', \min( Signed_Request::TIMEOUT, $until - \microtime( true ) ) );
		if ( \is_wp_error( $answer ) || \in_array( $answer['code'], array( 401, 410, 429 ), true ) || 500 <= $answer['code'] ) {
			Delivery_Status::record_failure( $answer );
			return false;
		}
		if ( 200 !== $answer['code'] ) {
			// A bridge that knows no such question yet.
			self::update( array( 'due' => 0 ) );
			return false;
		}
		$reply = Http::json( $answer );
		$kinds = isset( $reply['kinds'] ) && \is_array( $reply['kinds'] ) ? $reply['kinds'] : array();
		if ( 0 < ( isset( $reply['waiting'] ) ? (int) $reply['waiting'] : 0 ) ) {
			return self::wait( $until );
		}
		return self::draw_consequences( $state, $sent, \array_filter( $kinds, array( self::class, 'is_kind' ) ) );
	}

	/**
	 * Waits a moment for the bridge to read what was sent, or has another process ask again.
	 *
	 * @param float $until When the time is over.
	 */
	private static function wait( float $until ): bool {
		// Not while somebody may wait for the answer of this request (Drain_Trigger).
		if ( $until - \microtime( true ) > self::PATIENCE ) {
			\usleep( 500000 );
			return true;
		}
		self::continue_later();
		return false;
	}

	/**
	 * Has cron take the next step.
	 */
	public static function continue_later(): void {
		if ( self::is_due() && ! \wp_next_scheduled( Plugin::CRON_MORE ) ) {
			\wp_schedule_single_event( \time() + self::PAUSE, Plugin::CRON_MORE );
		}
	}

	/**
	 * Tells whether a part of the bridge's answer is whole.
	 *
	 * @param mixed $kind As received.
	 */
	private static function is_kind( $kind ): bool {
		return \is_array( $kind ) && isset( $kind['kind'], $kind['count'], $kind['differing'], $kind['ranges'], $kind['objects'], State_Digest::SENT[ $kind['kind'] ] ) && \is_array( $kind['ranges'] ) && \is_array( $kind['objects'] );
	}

	/**
	 * Puts into the outbox what differs, and notes how the comparison went.
	 *
	 * @param array   $state From state().
	 * @param array[] $sent  From State_Digest::sent().
	 * @param array[] $kinds What the bridge says of each kind.
	 * @return bool As take_step().
	 */
	private static function draw_consequences( array $state, array $sent, array $kinds ): bool {
		$asked  = \array_column( $sent, null, 'kind' );
		$counts = array( 'sent_again' => 0, 'taken_back' => 0 );
		foreach ( $kinds as $kind ) {
			foreach ( State_Repair::of_kind( State_Digest::SENT[ $kind['kind'] ], $asked[ $kind['kind'] ], $kind ) as $name => $count ) {
				$counts[ $name ] += $count;
			}
		}
		$differed = \array_filter( \array_column( $kinds, 'differing', 'kind' ) );
		$objects  = \array_sum( $counts );
		$changes  = array(
			'at'        => \time(),
			'here'      => State_Digest::count( $sent ),
			'there'     => (int) \array_sum( \array_column( $kinds, 'count' ) ),
			'refused'   => (int) \array_sum( \array_map( 'count', \array_column( $sent, 'without' ) ) ),
			'differing' => (int) \array_sum( $differed ),
			'round'     => $state['round'] + 1,
			'objects'   => $objects,
		);
		if ( array() !== $differed ) {
			$is_first = 0 === $state['round'];
			$changes += array(
				'differed_at' => \time(),
				'differed'    => $is_first ? $differed : $state['differed'],
				'sent_again'  => $counts['sent_again'] + ( $is_first ? 0 : $state['sent_again'] ),
				'taken_back'  => $counts['taken_back'] + ( $is_first ? 0 : $state['taken_back'] ),
			);
		}
		// What differs as much as before is what the bridge will not have and has not said so yet; it is asked at night.
		$goes_on = 0 < $objects && self::ROUNDS > $state['round'] && ( 2 > $state['round'] || array( $changes['differing'], $objects ) !== array( $state['differing'], $state['objects'] ) );
		self::update( $changes + ( $goes_on ? array() : array( 'due' => 0 ) ) );
		return $goes_on;
	}

	/**
	 * Stores some values of how checks go.
	 *
	 * @param array $changes Name => value.
	 */
	private static function update( array $changes ): void {
		\update_option( self::OPTION, \array_merge( self::state(), $changes ), false );
	}
}
