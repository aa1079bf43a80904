<?php
/**
 * Deliveries that fail, and clocks that differ.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Outbox;

/**
 * After a failure the next try waits, as long as the bridge asks for or the schedule says.
 */
class Test_Delivery_Status extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_a_failure_ends_the_drain_and_the_next_try_waits(): void {
		$this->post();
		$this->post();
		Delivery_Status::update( array( 'batch_limit' => 1 ) );
		$this->answer_with( array( 'code' => 500 ), array( 'code' => 502 ), array( 'code' => 500 ) );
		$this->drain();
		$this->assertCount( 1, $this->requests() );
		$this->assert_next_try( 5 );
		$this->assertStringContainsString( 'http_500', Connection::status()['last_error'] );
		$this->assertSame( 'backoff', $this->drain( 'event' )['stopped'] );
		$this->assertSame( 'backoff', $this->drain( 'cron' )['stopped'] );
		$this->assertSame( 'backoff', $this->drain( 'heartbeat' )['stopped'] );
		$this->assertCount( 1, $this->requests() );
		$this->drain( 'poke' );
		$this->assert_next_try( 300 );
		$this->drain( 'button' );
		$this->assert_next_try( 1800 );
		$this->assertSame( '', $this->drain( 'button' )['stopped'] );
		$this->assertCount( 5, $this->requests(), 'a success makes everything due' );
		$this->assertSame( 0, Delivery_Status::health()['failures'] );
		$this->assertSame( '', Connection::status()['last_error'] );
		$this->assertSame( '', Connection::status()['next_try'] );
		$this->assertNotSame( '', Connection::status()['last_success'] );
	}

	private function assert_next_try( int $seconds ): void {
		$wait = Delivery_Status::health()['next_try'] - \time();
		$this->assertGreaterThanOrEqual( (int) \floor( 0.8 * $seconds ) - 1, $wait );
		$this->assertLessThanOrEqual( (int) \ceil( 1.2 * $seconds ), $wait );
	}

	/**
	 * However long the drain takes: the next try is counted from a moment within it.
	 */
	private function assert_drain_sets_next_try( int $seconds ): void {
		$before = \time();
		$this->drain();
		$next = Delivery_Status::health()['next_try'];
		$this->assertGreaterThanOrEqual( $before + (int) \floor( $seconds * ( 5 === $seconds ? 0.8 : 1 ) ) - 1, $next );
		$this->assertLessThanOrEqual( \time() + (int) \ceil( $seconds * ( 5 === $seconds ? 1.2 : 1 ) ) + 1, $next );
	}

	public function test_a_bridge_that_is_down(): void {
		$id         = $this->post();
		$connection = \get_option( 'mentor_bridge_connection' );
		\update_option( 'mentor_bridge_connection', array( 'bridge_url' => 'http://127.0.0.1:9' ) + $connection );
		$this->assertSame( 'failure', $this->drain()['stopped'] );
		$this->assertNotSame( '', Connection::status()['last_error'] );
		\update_option( 'mentor_bridge_connection', $connection );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_an_html_page_is_no_answer(): void {
		$this->post();
		$this->answer_with( array( 'code' => 200, 'body' => '<html>Welcome to nginx</html>' ) );
		$this->assertSame( 'failure', $this->drain()['stopped'] );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
	}

	public function test_a_redirect_is_not_followed(): void {
		$this->post();
		$this->answer_with( array( 'code' => 307, 'headers' => array( 'Location' => Server::$peer_url . '/elsewhere' ) ) );
		$this->assertSame( 'failure', $this->drain()['stopped'] );
		$this->assertCount( 1, $this->requests() );
	}

	/**
	 * @dataProvider waits
	 */
	public function test_the_bridge_says_when_to_come_back( int $code, string $header, int $seconds ): void {
		$this->post();
		$this->answer_with( array( 'code' => $code, 'headers' => array( 'Retry-After' => '+' === $header ? \gmdate( 'D, d M Y H:i:s', \time() + $seconds ) . ' GMT' : $header ) ) );
		$this->assert_drain_sets_next_try( $seconds );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
	}

	public function waits(): array {
		return array(
			'429 in seconds'   => array( 429, '77', 77 ),
			'503 at a time'    => array( 503, '+', 600 ),
			'503 in 100 years' => array( 503, '999999999', DAY_IN_SECONDS ),
			'503 with rubbish' => array( 503, 'soon', 5 ),
		);
	}

	public function test_a_401_keeps_the_rows_and_tries_hourly(): void {
		$this->post();
		$this->answer_with( array( 'code' => 401, 'body' => '{"error":{"type":"signature","message":"no"}}' ) );
		$this->assert_drain_sets_next_try( HOUR_IN_SECONDS );
		$this->assertSame( 'connected', Connection::state() );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
		$this->assertStringContainsString( 'signature', Connection::status()['last_error'] );
		$this->assertCount( 1, $this->requests() );
	}

	public function test_over_http_nobody_can_turn_our_clock(): void {
		$this->post();
		$this->answer_with( array( 'code' => 401, 'body' => '{"error":{"type":"timestamp","message":"no","offset_seconds":-7200}}', 'headers' => array( 'Date' => \gmdate( 'D, d M Y H:i:s', \time() + 7200 ) . ' GMT' ) ) );
		$this->drain();
		$this->assertSame( 0, Delivery_Status::health()['clock_offset'] );
		$this->assertCount( 1, $this->requests() );
	}

	public function test_over_https_the_clock_of_the_bridge_counts(): void {
		$peer       = new Tls_Peer();
		$connection = \get_option( 'mentor_bridge_connection' );
		\update_option( 'mentor_bridge_connection', array( 'bridge_url' => $peer->url ) + $connection );
		$trust = static function ( $arguments ) use ( $peer ) {
			return array( 'sslcertificates' => $peer->certificate ) + $arguments;
		};
		\add_filter( 'http_request_args', $trust );
		try {
			$this->post();
			$result = $this->drain();
			$this->assertSame( array( 1, '' ), array( $result['sent'], $result['stopped'] ), Connection::status()['last_error'] );
			// What lies between the bridge's answer and its reading is the machine's own time.
			$this->assertEqualsWithDelta( 7200, Connection::status()['clock_offset'], 60 );
			$this->assertSame( Connection::status()['clock_offset'], Delivery_Status::bridge_time() - \time() );
		} finally {
			\remove_filter( 'http_request_args', $trust );
			$peer->stop();
			\update_option( 'mentor_bridge_connection', $connection );
			Delivery_Status::update( array( 'clock_offset' => 0 ) );
		}
	}

	public function test_a_certificate_nobody_knows_is_refused(): void {
		$peer       = new Tls_Peer();
		$connection = \get_option( 'mentor_bridge_connection' );
		\update_option( 'mentor_bridge_connection', array( 'bridge_url' => $peer->url ) + $connection );
		try {
			$this->post();
			$this->assertSame( 'failure', $this->drain()['stopped'] );
		} finally {
			$peer->stop();
			\update_option( 'mentor_bridge_connection', $connection );
		}
	}

	public function test_a_404_keeps_the_rows(): void {
		$this->post();
		$this->answer_with( array( 'code' => 404, 'body' => '{}' ) );
		$this->drain();
		$this->assertSame( 'connected', Connection::state() );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
	}
}
