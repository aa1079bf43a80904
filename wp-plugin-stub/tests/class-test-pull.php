<?php
/**
 * The blog fetches what the bridge has for it.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Pull;

require_once __DIR__ . '/class-receiver-case.php';

/**
 * For a blog that the bridge cannot reach.
 */
class Test_Pull extends Receiver_Case {

	/** A signed answer to a pull. */
	private function pull_answer( array $objects, int $waiting ): array {
		$body = \wp_json_encode( array( 'type' => 'pull.answer', 'data' => array( 'objects' => $objects ), 'waiting' => $waiting ) );
		return array( 'path' => '/pushes', 'code' => 200, 'body' => $body, 'headers' => $this->signed( $body, 'pull_' . \md5( $body ) ) );
	}

	public function test_pulling_stores_and_acknowledges(): void {
		$this->answer_with( $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ), $this->related( 2, array(), 999999 ) ), 1 ), $this->pull_answer( array( $this->related( 1, array() ) ), 0 ), $this->pull_answer( array(), 0 ) );
		$this->assertSame( 1, Pull::run( 10.0 ) );
		$this->assertCount( 1, $this->stored()['mentors'] );
		$acknowledged = \array_map(
			static function ( $request ) {
				return \json_decode( $request['body'], true )['data']['acknowledged'];
			},
			$this->requests()
		);
		$newer = array( array( 'kind' => 'related', 'object' => $this->shared, 'version' => 4 ) );
		$this->assertSame( array( array(), \array_merge( $newer, array( array( 'kind' => 'related', 'object' => 999999, 'version' => 2 ) ) ), $newer ), $acknowledged );
		$this->assertTrue( $this->requests()[0]['verified'] );
		$this->assertStringEndsWith( '/pushes', $this->requests()[0]['path'] );
	}

	public function test_an_answer_to_a_pull_that_is_not_signed_is_refused(): void {
		$answer = $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ) ), 0 );
		$this->answer_with( array( 'headers' => array( 'webhook-signature' => 'v1,' . \base64_encode( \random_bytes( 32 ) ) ) + $answer['headers'] ) + $answer );
		$this->assertInstanceOf( \WP_Error::class, Pull::run( 10.0 ) );
		$this->assertNull( $this->stored() );
	}

	public function test_a_blog_that_cannot_be_reached_pulls_by_cron(): void {
		\update_option( 'mentor_bridge_connection', array( 'transport' => 'pull' ) + \get_option( 'mentor_bridge_connection' ) );
		$this->answer_with( $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ) ), 0 ), $this->pull_answer( array(), 0 ) );
		\do_action( 'mentor_bridge_drain' );
		$this->assertCount( 1, $this->stored()['mentors'] );
	}

	public function test_pushes_that_wait_for_long_are_fetched(): void {
		Delivery_Status::update( array( 'waiting' => 3, 'last_push' => \time() ) );
		$this->assertFalse( Pull::is_due() );
		Delivery_Status::update( array( 'last_push' => \time() - 3600 ) );
		$this->assertTrue( Pull::is_due() );
	}
}
