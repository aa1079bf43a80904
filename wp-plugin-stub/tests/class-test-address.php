<?php
/**
 * Where this blog stands, and how that is proven.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Address_Notice;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Generation;
use Mentor_Bridge\Handshake;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Post_Translations;
use Mentor_Bridge\Reconnect;
use Mentor_Bridge\Rest_Reachability;
use Mentor_Bridge\Signature;
use Mentor_Bridge\Site_Health;
use Mentor_Bridge\Wire_Format;

/**
 * Against a bridge that calls back, over real HTTP.
 */
class Test_Address extends WordPress_Case {

	/**
	 * A plugin that stands before the REST API.
	 */
	const WALL = WP_CONTENT_DIR . '/mu-plugins/wall.php';

	protected function tearDown(): void {
		@\unlink( self::WALL ); // phpcs:ignore
		parent::tearDown();
	}

	/**
	 * Has code run in every request that is not this one.
	 *
	 * @param string $code PHP.
	 */
	private function wall( string $code ): void {
		\wp_mkdir_p( \dirname( self::WALL ) );
		\file_put_contents( self::WALL, '<?php ' . $code );
	}

	/**
	 * Gives what the notice prints.
	 */
	private function notice(): string {
		\wp_set_current_user( $this->users['alice'] );
		\ob_start();
		Address_Notice::show();
		return (string) \ob_get_clean();
	}

	public function test_who_is_in_charge_hears_of_an_unproven_address_and_proves_it_with_one_button(): void {
		$this->connect();
		$this->assertSame( '', $this->notice() );
		$message = '{"status":"accepted","unproven":"https://<b>new.example/","contested":{"by":"https://mallory.example","at":"' . \gmdate( 'Y-m-d\TH:i:s\Z' ) . '"}}';
		$this->answer_with( array( 'code' => 202, 'body' => $message ) );
		Connection::ping();
		$notice = $this->notice();
		$this->assertStringContainsString( 'https://&lt;b&gt;new.example/', $notice );
		$this->assertStringContainsString( 'value="mentor_bridge_prove"', $notice );
		$this->assertStringContainsString( 'https://mallory.example', $notice );
		\wp_set_current_user( $this->users['bob'] );
		\ob_start();
		Address_Notice::show();
		$this->assertSame( '', \ob_get_clean(), 'nobody else is asked' );

		$this->forget_requests();
		$before = Connection::keys_to_blog();
		$this->assertTrue( Reconnect::prove_address() );
		$asked = \json_decode( $this->requests()[0]['body'], true );
		$this->assertSame( 'connect', $asked['type'] );
		$this->assertSame( Connection::status()['blog_id'], $asked['blog_id'] );
		$this->assertTrue( $this->requests()[0]['verified'] );
		$this->assertNotSame( $before[0], Connection::keys_to_blog()[0] );
		$this->assertStringNotContainsString( 'mentor_bridge_prove', $this->notice() );
	}

	public function test_another_way_to_the_same_place_is_proven_by_itself_once_a_week(): void {
		$this->connect();
		foreach ( array( array( \rest_url(), 1 ), array( \rest_url(), 0 ), array( 'https://elsewhere.example/', 0 ) ) as list( $unproven, $times ) ) {
			$this->answer_with( array( 'code' => 202, 'body' => \wp_json_encode( array( 'status' => 'accepted', 'unproven' => $unproven ) ) ) );
			$this->forget_requests();
			Connection::on_daily();
			$asked = \array_filter(
				$this->requests(),
				static function ( array $request ): bool {
					return '/v1/connections' === $request['path'];
				}
			);
			$this->assertCount( $times, $asked, $unproven );
		}
	}

	public function test_a_nonce_of_a_connected_blog_is_of_no_use_to_another(): void {
		$nonce = Handshake::begin( 'https://bridge.example', true, '', 'blog_mine' );
		$call  = array( 'type' => 'handshake', 'nonce' => $nonce, 'bridge' => 'https://bridge.example' );
		$this->assertTrue( Handshake::is_expected( $call + array( 'blog_id' => 'blog_mine' ) ) );
		$this->assertFalse( Handshake::is_expected( $call + array( 'blog_id' => 'blog_other' ) ) );
		$this->assertFalse( Handshake::is_expected( $call ) );
	}

	public function test_a_further_address_is_answered_for_with_the_new_key_alone(): void {
		$homes = static function (): array {
			return array( 'https://fr.example/', 'javascript:alert(1)', \home_url( '/' ), 'https://fr.example' );
		};
		\add_filter( 'mentor_bridge_homes', $homes );
		$this->assertSame( array( 'https://fr.example' ), Post_Translations::homes() );
		$this->assertSame( array( 'https://fr.example' ), Payload::blog()['further_homes'] );
		$keys = array( 'blog_id' => 'mine', 'key_to_bridge' => 'whsec_' . \base64_encode( \random_bytes( 32 ) ), 'key_to_blog' => 'whsec_' . \base64_encode( \random_bytes( 32 ) ) );
		Handshake::answer( array( 'type' => 'handshake', 'nonce' => Handshake::begin( 'https://bridge.example' ), 'bridge' => 'https://bridge.example' ) + $keys );
		foreach ( array( array( 'https://fr.example', $keys['key_to_blog'], true ), array( 'https://victim.example', $keys['key_to_blog'], false ), array( 'https://fr.example', $keys['key_to_bridge'], false ) ) as list( $address, $key, $expected ) ) {
			$message = array( 'type' => 'address', 'address' => $address );
			$body    = Wire_Format::encode( $message );
			$this->assertSame( $expected, Handshake::is_about_address( Signature::headers( $key, 'address_0001', Delivery_Status::bridge_time(), $body ), $body, $message ) );
		}
		$answer = Handshake::answer_address( array( 'address' => 'https://fr.example' ) );
		$this->assertSame( 'address_', \substr( Signature::verify( $answer['headers'], $answer['body'], array( $keys['key_to_bridge'] ), Delivery_Status::bridge_time() ), 0, 8 ) );
		\remove_filter( 'mentor_bridge_homes', $homes );
	}

	/**
	 * What other plugins and servers do to the REST API.
	 */
	public function walls(): array {
		return array(
			array( '', '' ),
			array( "add_filter( 'rest_authentication_errors', function ( \$e ) { return is_user_logged_in() ? \$e : new WP_Error( 'rest_cannot_access', 'no', array( 'status' => 401 ) ); } );", 'rest_off' ),
			array( "add_filter( 'rest_endpoints', function () { return array(); } );", 'missing' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { echo 'Notice: '; while ( ob_get_level() ) { ob_end_flush(); } flush(); }", 'noise: Notice: ' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { ob_start(); echo 'Notice: '; }", '' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { echo \"\\n\\n\"; while ( ob_get_level() ) { ob_end_flush(); } flush(); }", "noise: \n\n" ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { echo \"\\u{feff}\"; while ( ob_get_level() ) { ob_end_flush(); } flush(); }", "noise: \u{feff}" ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { header( 'Location: https://www.example/', true, 301 ); exit; }", 'redirect' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { http_response_code( 401 ); exit( 'who?' ); }", 'wall' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { header( 'WWW-Authenticate: Basic' ); http_response_code( 401 ); exit( 'password' ); }", 'password' ),
			array( "if ( false !== strpos( \$_SERVER['REQUEST_URI'], 'mentor-bridge' ) ) { http_response_code( 502 ); exit( 'down' ); }", 'broken' ),
		);
	}

	/**
	 * @dataProvider walls
	 */
	public function test_what_is_in_the_way_is_said_by_its_name( string $code, string $cause ): void {
		if ( '' !== $code ) {
			$this->wall( $code );
		}
		$this->assertSame( $cause, Rest_Reachability::check() );
		$this->assertSame( '' === $cause ? 'good' : 'recommended', Site_Health::test_door()['status'] );
		if ( '' === $cause ) {
			return;
		}
		$this->answer_with( array( 'code' => 422, 'body' => '{"error":{"type":"not_our_plugin","message":"no"}}' ) );
		$result = \mentor_bridge_connect( Server::$peer_url, array( $this->users['alice'] ) );
		$this->assertStringContainsString( Rest_Reachability::explain( $cause ), $result->get_error_message() );
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_a_history_that_a_wrong_clock_began_is_begun_anew(): void {
		$this->connect();
		$this->post();
		$wrong = 1000 * ( \time() + 20 * YEAR_IN_SECONDS );
		\Mentor_Bridge\Counter::set( 'generation', $wrong );
		$this->assertSame( $wrong, Generation::current() );
		Connection::ping();
		$this->assertLessThanOrEqual( 1000 * ( \time() + 1 ), Generation::current() );
		$this->forget_requests();
		$events = $this->drained();
		$this->assertContains( 'blog.updated', $events, 'everything is sent again' );
		$this->answer_with( array( 'code' => 202, 'body' => \wp_json_encode( array( 'status' => 'accepted', 'highest' => array( 'generation' => PHP_INT_MAX, 'revision' => 1 ) ) ) ) );
		$before = Generation::current();
		Connection::ping();
		$this->assertSame( $before, Generation::current(), 'what no clock can have made is not followed' );
	}
}
