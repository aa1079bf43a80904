<?php
/**
 * The bridge calls by REST.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Delivery_Status;

require_once __DIR__ . '/class-receiver-case.php';

/**
 * Nothing is taken that is not signed by the bridge, for this purpose, and for the first time.
 */
class Test_Rest_Endpoints extends Receiver_Case {

	/**
	 * @dataProvider forgeries
	 */
	public function test_what_is_not_proven_is_refused( callable $forge ): void {
		$body = $this->body( array( $this->related( 9, array( $this->mentor() ) ) ) );
		list( $sent, $headers ) = $forge( $body, $this->signed( $body, 'push_0123456789abcdef' ), $this );
		$this->assertSame( 401, $this->rest( $sent, $headers )[0] );
		$this->assertNull( $this->stored() );
	}

	public function forgeries(): array {
		return array(
			'nothing signed'   => array( static function ( $body ) {
				return array( $body, array() );
			} ),
			'other body'       => array( static function ( $body, $headers ) {
				return array( $body . ' ', $headers );
			} ),
			'other id'         => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-id' => 'push_other_one' ) + $headers );
			} ),
			'id with a dot'    => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-id' => 'push.0123456789' ) + $headers );
			} ),
			'time as a word'   => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-timestamp' => 'now' ) + $headers );
			} ),
			'no comma'         => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-signature' => 'v1' ) + $headers );
			} ),
			'no base64'        => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-signature' => 'v1,%%%' ) + $headers );
			} ),
			'too old'          => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time() - 400, null ) );
			} ),
			'too new'          => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time() + 400, null ) );
			} ),
			'the other key'    => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time(), Connection::key_to_bridge() ) );
			} ),
		);
	}

	public function sign_for_provider( string $body, int $timestamp, ?string $key ): array {
		return $this->signed( $body, 'push_0123456789abcdef', $timestamp, $key );
	}

	public function test_a_wrong_time_is_named(): void {
		$body   = $this->body( array() );
		$answer = $this->rest( $body, $this->signed( $body, 'push_0123456789abcdef', \time() - 1000 ) );
		$this->assertSame( 401, $answer[0] );
		$this->assertEqualsWithDelta( -1000, $answer[1]['data']['offset_seconds'], 3 );
	}

	public function test_the_same_message_is_taken_once(): void {
		$body    = $this->body( array( $this->related( 2, array() ) ) );
		$headers = $this->signed( $body, 'push_replayed_once' );
		$this->assertSame( 200, $this->rest( $body, $headers )[0] );
		$this->assertSame( 401, $this->rest( $body, $headers )[0] );
	}

	public function test_a_signature_is_good_for_one_purpose(): void {
		$poke = '{"type":"poke","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		$this->assertSame( 401, $this->rest( $poke, $this->signed( $poke, 'poke_for_push_x' ), 'push' )[0] );
		$push = $this->body( array() );
		$this->assertSame( 401, $this->rest( $push, $this->signed( $push, 'push_for_poke_x' ), 'poke' )[0] );
	}

	public function test_a_rotated_key_stays_good_for_a_while(): void {
		$keys = \get_option( 'mentor_bridge_keys' );
		\array_unshift( $keys['to_blog'], 'whsec_' . \base64_encode( \random_bytes( 32 ) ) );
		\update_option( 'mentor_bridge_keys', $keys );
		$this->assertSame( 200, $this->rest( $this->body( array() ) )[0] );
	}

	/**
	 * @dataProvider rubbish
	 */
	public function test_rubbish_is_refused_politely( string $body, int $code ): void {
		$this->assertSame( $code, $this->rest( $body )[0] );
	}

	public function rubbish(): array {
		return array(
			'nothing'         => array( '', 401 ),
			'no JSON'         => array( '{"type":', 400 ),
			'a list'          => array( '[1,2,3]', 401 ),
			'no objects'      => array( '{"type":"push.related","data":{}}', 400 ),
			'data is a text'  => array( '{"type":"push.related","data":"x"}', 400 ),
			'objects a text'  => array( '{"type":"push.related","data":{"objects":"x"}}', 400 ),
			'too many'        => array( '{"type":"push.related","data":{"objects":[' . \implode( ',', \array_fill( 0, 51, '1' ) ) . ']}}', 400 ),
			'strange objects' => array( '{"type":"push.related","data":{"objects":[1,null,"x",{"kind":7},{"kind":"related","object":"1","version":1,"mentors":[]},{"kind":"related","object":1,"version":1,"mentors":"x"},{"kind":"zzz","object":1,"version":1}]}}', 200 ),
			'too deep'        => array( '{"type":"push.related","data":' . \str_repeat( '[', 100 ) . \str_repeat( ']', 100 ) . '}', 401 ),
			'ping'            => array( '{"type":"ping","data":{}}', 200 ),
		);
	}

	public function test_too_much_is_refused(): void {
		$this->assertSame( 413, $this->rest( $this->body( array() ) . \str_repeat( ' ', 1048576 ) )[0] );
	}

	public function test_a_poke_empties_the_outbox_though_the_last_try_failed(): void {
		$id = $this->post();
		Delivery_Status::update( array( 'failures' => 3, 'next_try' => \time() + 3600 ) );
		$body = '{"type":"poke","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		list( $code, $answer ) = $this->rest( $body, $this->signed( $body, 'poke_' . \md5( \microtime() ) ), 'poke' );
		$this->assertSame( array( 202, 1 ), array( $code, $answer['waiting'] ) );
		$this->assertSame( array( $id ), \array_column( \array_column( $this->events(), 'data' ), 'id' ) );
		$this->assertSame( 0, Delivery_Status::health()['failures'] );
	}

	public function test_asked_to_rotate_it_fetches_new_keys_and_believes_the_old_ones_for_a_while(): void {
		$before = \get_option( 'mentor_bridge_keys' );
		$since  = \Mentor_Bridge\Connection::status()['since'];
		$body   = '{"type":"rotate","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		$this->assertSame( 401, $this->rest( $body, $this->signed( $body, 'rotate_for_push' ), 'push' )[0] );
		$this->assertSame( 202, $this->rest( $body, $this->signed( $body, 'rotate_' . \md5( \microtime() ) ), 'poke' )[0] );
		\wp_cache_flush();
		$after = \get_option( 'mentor_bridge_keys' );
		$this->assertNotSame( $before['to_bridge'][0], $after['to_bridge'][0] );
		$this->assertSame( $before['to_blog'][0], $after['to_blog'][1] );
		$this->assertSame( $since, \Mentor_Bridge\Connection::status()['since'] );
	}
}
