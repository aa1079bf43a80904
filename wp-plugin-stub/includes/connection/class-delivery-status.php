<?php
/**
 * How delivery fares.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The last success and the last error, when the next try is, what the bridge's clock says, and how much it takes at once.
 */
class Delivery_Status {

	/**
	 * Option: {last_success, last_error, failures, next_try, …} as health() gives it.
	 */
	const OPTION = 'mentor_bridge_delivery';

	/**
	 * Seconds until the next try, by failures in a row: the schedule of Standard Webhooks.
	 */
	const SCHEDULE = array( 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 );

	/* ---- The clock. ---- */

	/**
	 * Gives the UTC time in seconds as the bridge's clock shows it.
	 */
	public static function bridge_time(): int {
		return \time() + self::health()['clock_offset'];
	}

	/**
	 * Gives the time of the bridge's clock as ISO 8601.
	 */
	public static function bridge_time_text(): string {
		return \gmdate( 'Y-m-d\TH:i:s\Z', self::bridge_time() );
	}

	/**
	 * Takes the difference of the clocks from the bridge's `Date`; over https only, where nobody can have put it in.
	 *
	 * @param array $answer A 401.
	 * @return bool Whether there is a new difference to try with.
	 */
	public static function learn_clock( array $answer ): bool {
		$error = Http::json( $answer );
		if ( ! $answer['https'] || ! isset( $error['error']['offset_seconds'] ) ) {
			return false;
		}
		$date = \strtotime( $answer['headers']['date'] );
		if ( false === $date || Signature::TOLERANCE / 2 > \abs( $date - self::bridge_time() ) ) {
			return false;
		}
		self::update( array( 'clock_offset' => $date - \time() ) );
		return true;
	}

	/* ---- How it goes. ---- */

	/**
	 * Gives how delivery fares, as it is stored now.
	 *
	 * @return array{last_success:int,last_error:string,last_error_at:int,failures:int,next_try:int,clock_offset:int,batch_limit:int,last_push:int,waiting:int,acknowledged:string,unproven:string,proved_at:int}
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
				'batch_limit'   => Delivery_Batch::OBJECTS,
				'last_push'     => 0,
				'waiting'       => 0,
				'acknowledged'  => '',
				'unproven'      => '',
				'proved_at'     => 0,
			),
			\is_array( $health ) ? $health : array()
		);
	}

	/**
	 * Stores some values of how delivery fares.
	 *
	 * @param array $changes Name => value.
	 */
	public static function update( array $changes ): void {
		\update_option( self::OPTION, \array_merge( self::health(), $changes ), false );
	}

	/**
	 * Records that the bridge has confirmed a message: everything is due again.
	 *
	 * @param array  $answer The bridge's JSON.
	 * @param string $id     The webhook-id that it has confirmed.
	 */
	public static function record_success( array $answer, string $id ): void {
		$health   = self::health();
		$unproven = isset( $answer['unproven'] ) && \is_string( $answer['unproven'] ) ? \substr( $answer['unproven'], 0, 2000 ) : '';
		self::update(
			array(
				'last_success' => \time(),
				'failures'     => 0,
				'next_try'     => 0,
				'last_error'   => '',
				'batch_limit'  => \min( Delivery_Batch::OBJECTS, 2 * $health['batch_limit'] ),
				'waiting'      => isset( $answer['waiting'] ) ? \max( 0, (int) $answer['waiting'] ) : 0,
				'acknowledged' => $id,
				'unproven'     => $unproven,
			)
		);
		Address_Notice::remember( $unproven, self::claim( $answer ) );
		$site = isset( $answer['site'] ) && \is_array( $answer['site'] ) ? $answer['site'] : array();
		if ( isset( $site['install'], $site['home'] ) && \is_string( $site['install'] ) && \is_string( $site['home'] ) && '' !== $site['install'] && Connection::install() !== $site['install'] ) {
			Reconnect::contest( $site['home'] );
			return;
		}
		if ( Generation::is_ahead( Generation::current() ) ) {
			// The bridge has just believed our time, so the clock was wrong when this history began: it takes nothing of it.
			Enqueue::resend_everything();
			return;
		}
		$highest = isset( $answer['highest'] ) && \is_array( $answer['highest'] ) ? $answer['highest'] : array();
		if ( isset( $highest['generation'], $highest['revision'] ) && \is_int( $highest['generation'] ) && \is_int( $highest['revision'] ) ) {
			self::compare( $highest );
		}
	}

	/**
	 * Reads from an answer whether another blog claims to stand at this blog's address.
	 *
	 * @param array $answer The bridge's JSON.
	 * @return array{by?:string,at?:string}
	 */
	private static function claim( array $answer ): array {
		$claim = isset( $answer['contested'] ) && \is_array( $answer['contested'] ) ? $answer['contested'] : array();
		return isset( $claim['by'], $claim['at'] ) && \is_string( $claim['by'] ) && \is_string( $claim['at'] ) ? array( 'by' => \substr( $claim['by'], 0, 2000 ), 'at' => \substr( $claim['at'], 0, 30 ) ) : array();
	}

	/**
	 * Begins anew when the bridge has seen more of us than we know: this is a restored backup, and whatever we say next
	 * would be taken for old.
	 *
	 * @param array{generation:int,revision:int} $theirs The highest pair the bridge has seen.
	 */
	private static function compare( array $theirs ): void {
		$ours = Generation::highest_version();
		if ( Generation::is_ahead( $theirs['generation'] ) ) {
			return; // Made by a clock that was wrong, and not yet forgotten by the bridge.
		}
		if ( array( $theirs['generation'], $theirs['revision'] ) > array( $ours['generation'], $ours['revision'] ) ) {
			Enqueue::resend_everything( $theirs['generation'] );
		}
	}

	/**
	 * Records a failed delivery and chooses the next try.
	 *
	 * @param array|\WP_Error $answer What came back.
	 */
	public static function record_failure( $answer ): void {
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
			Disconnect::on_gone();
		}
		self::update(
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
	 * Gives a failure as a code, which is put into words when it is shown, in the language of who reads it.
	 *
	 * @param array|\WP_Error $answer What came back.
	 */
	private static function error_code( $answer ): string {
		if ( \is_wp_error( $answer ) ) {
			return 'network: ' . Network_Error::text( $answer );
		}
		return 'http_' . $answer['code'] . ( '' === self::message( $answer ) ? '' : ': ' . self::message( $answer ) );
	}

	/**
	 * Gives the bridge's own words about a refusal, as one plain line.
	 *
	 * @param array $answer What came back.
	 */
	public static function message( array $answer ): string {
		$json    = Http::json( $answer );
		$message = isset( $json['error']['message'] ) && \is_string( $json['error']['message'] ) ? $json['error']['message'] : '';
		return \mb_substr( \sanitize_text_field( $message ), 0, 150 );
	}

	/**
	 * Puts the code of a delivery error into words.
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
			'unread'   => \__( 'The bridge received this and could not read it.', 'mentor-bridge' ),
			'http_400' => \__( 'The bridge does not understand what was sent.', 'mentor-bridge' ),
			'http_422' => \__( 'The bridge finds something in it that it cannot take.', 'mentor-bridge' ),
			'http_401' => \__( 'The bridge does not accept our signature. The clock of this server may be wrong, or the connection has to be made anew.', 'mentor-bridge' ),
			'http_404' => \__( 'The bridge does not know this blog.', 'mentor-bridge' ),
			'http_410' => \__( 'The bridge has ended the connection.', 'mentor-bridge' ),
			'http_413' => \__( 'The bridge finds this too large.', 'mentor-bridge' ),
			'http_429' => \__( 'The bridge asks us to be slower.', 'mentor-bridge' ),
			'http_503' => \__( 'The bridge is busy and asks us to come back later.', 'mentor-bridge' ),
		);
		/* translators: %s: a technical code such as http_500. */
		$sentence = isset( $words[ $kind ] ) ? $words[ $kind ] : \sprintf( \__( 'The bridge gave an unexpected answer (%s).', 'mentor-bridge' ), $kind );
		if ( 'network' === $kind && '' !== $detail ) {
			return $sentence . ' ' . Network_Error::explain( $detail );
		}
		/* translators: 1: a sentence that says what went wrong, 2: details, as the server or the bridge put them. */
		return '' === $detail ? $sentence : \sprintf( \__( '%1$s (%2$s)', 'mentor-bridge' ), $sentence, $detail );
	}
}
