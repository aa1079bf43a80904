<?php
/**
 * Connecting and disconnecting.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Generation;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Service_User;

/**
 * Against a bridge that calls back, over real HTTP.
 */
class Test_Connection extends WordPress_Case {

	public function test_nothing_leaves_the_blog_before_it_is_connected(): void {
		$id = $this->post();
		$this->comment( $id );
		\wp_trash_post( $id );
		$this->assertSame( 'not_connected', $this->drain()['stopped'] );
		$this->assertSame( array(), $this->requests() );
		$this->assertSame( 0, Outbox::progress()['total'] );
	}

	public function test_a_handshake_hands_over_keys_and_sends_history(): void {
		$old         = $this->post( array( 'post_date' => '2020-01-01 10:00:00' ) );
		$new         = $this->post( array( 'post_date' => '2024-01-01 10:00:00' ) );
		$draft       = $this->post( array( 'post_status' => 'draft' ) );
		$post_of_bob = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$answer      = $this->comment( $old );
		$result      = \mentor_bridge_connect( Server::$peer_url . '/', array( $this->users['alice'] ) );
		$this->assertTrue( $result );
		$status = Connection::status();
		$this->assertSame( 'connected', $status['state'] );
		$this->assertSame( Server::$peer_url, $status['bridge_url'] );
		$this->assertSame( 'xmlrpc', $status['transport'] );
		$this->assertTrue( $status['statistics'] );
		$alice = $this->users['alice'];
		$this->assertSame( array( 'blog.updated', "author.updated $alice", "post.published $new", "post.published $old", "comment.published $answer" ), $this->drained() );
		$this->assertSame( array( 'total' => 5, 'sent' => 5, 'waiting' => 0, 'failed' => 0 ), Outbox::progress() );
		$this->assertSame( 403, \json_decode( \file_get_contents( Server::$peer_folder . '/second-handshake.json' ) ), 'the nonce is good once' );
		$this->assertIsInt( $draft );
		$this->assertIsInt( $post_of_bob );
	}

	public function test_the_answer_to_the_handshake_says_who_this_is(): void {
		$this->connect( array( 'alice' ), true, '' );
		list( , $headers, $body ) = \json_decode( \file_get_contents( Server::$peer_folder . '/handshake.json' ), true );
		$answer                   = \json_decode( $body, true );
		$this->assertSame( 'handshake.answer', $answer['type'] );
		$this->assertTrue( $answer['statistics'] );
		$this->assertSame( \home_url( '/' ), $answer['home_url'] );
		$this->assertSame( \rest_url(), $answer['rest_url'] );
		$this->assertSame( \site_url( 'xmlrpc.php' ), $answer['xmlrpc_url'] );
		$this->assertSame( \get_userdata( Service_User::id() )->user_login, $answer['username'] );
		$this->assertNotSame( '', $answer['application_password'] );
		$this->assertStringStartsWith( 'handshake_', $headers['webhook-id'] );
	}

	public function test_a_stranger_cannot_shake_hands(): void {
		$body   = \wp_json_encode( array( 'type' => 'handshake', 'nonce' => \str_repeat( 'A', 43 ), 'bridge' => 'https://evil.example', 'blog_id' => 'x', 'key_to_bridge' => 'whsec_' . \base64_encode( \str_repeat( 'k', 32 ) ), 'key_to_blog' => 'whsec_' . \base64_encode( \str_repeat( 'k', 32 ) ) ) );
		$answer = \wp_remote_post( \rest_url( 'mentor-bridge/v1/handshake' ), array( 'body' => $body, 'headers' => array( 'Content-Type' => 'application/json' ) ) );
		$this->assertSame( 403, \wp_remote_retrieve_response_code( $answer ) );
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_a_nonce_is_bound_to_the_bridge_that_was_asked(): void {
		$nonce = \Mentor_Bridge\Handshake::begin( 'https://bridge.example' );
		$right = array( 'type' => 'handshake', 'nonce' => $nonce, 'bridge' => 'https://bridge.example/' );
		$this->assertTrue( \Mentor_Bridge\Handshake::is_expected( $right ) );
		$this->assertFalse( \Mentor_Bridge\Handshake::is_expected( array( 'bridge' => 'https://evil.example' ) + $right ) );
		$this->assertFalse( \Mentor_Bridge\Handshake::is_expected( array( 'nonce' => array() ) + $right ) );
		$this->assertFalse( \Mentor_Bridge\Handshake::is_expected( array( 'type' => 'push' ) + $right ) );
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->options, array( 'option_value' => \wp_json_encode( array( 'nonce' => $nonce, 'bridge' => 'https://bridge.example', 'expires' => \time() - 1 ) ) ), array( 'option_name' => 'mentor_bridge_handshake' ) );
		$this->assertFalse( \Mentor_Bridge\Handshake::is_expected( $right ), 'five minutes are over' );
	}

	public function test_a_refusal_leaves_nothing_behind(): void {
		$this->answer_with( array( 'code' => 403, 'body' => '{"error":{"type":"refused","message":"no"}}' ) );
		$result = \mentor_bridge_connect( Server::$peer_url, array( $this->users['alice'] ) );
		$this->assertInstanceOf( \WP_Error::class, $result );
		$this->assertSame( 'mentor_bridge_refused', $result->get_error_code() );
		$this->assertSame( 'none', Connection::state() );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
		$this->assertSame( 0, Service_User::id() );
		$this->assertNull( \get_role( 'mentor_bridge' ) );
	}

	public function test_a_bridge_that_only_says_yes_has_no_keys(): void {
		$this->answer_with( array( 'code' => 201, 'body' => '{"blog_id":"mine"}' ) );
		$result = \mentor_bridge_connect( Server::$peer_url, array() );
		$this->assertSame( 'mentor_bridge_handshake', $result->get_error_code() );
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_a_code_carries_the_keys_to_a_blog_that_cannot_be_reached(): void {
		$key  = 'whsec_' . \base64_encode( \random_bytes( 32 ) );
		$keys = array( 'blog_id' => 'hidden', 'key_to_bridge' => $key, 'key_to_blog' => 'whsec_' . \base64_encode( \random_bytes( 32 ) ) );
		\file_put_contents( Server::$peer_folder . '/keys.json', \wp_json_encode( array( $keys ) ) );
		$this->answer_with( array( 'code' => 201, 'body' => \wp_json_encode( $keys ) ) );
		$this->assertTrue( \mentor_bridge_connect( Server::$peer_url, array( $this->users['alice'] ), array( 'code' => 'ABC-123' ) ) );
		$this->assertSame( 'ABC-123', \json_decode( $this->requests()[0]['body'], true )['code'] );
		$this->assertSame( 'pull', Connection::status()['transport'] );
		$this->assertSame( $key, Connection::key_to_bridge() );
		$this->assertContains( 'blog.updated', $this->drained() );
	}

	public function test_a_second_handshake_is_signed_and_rotates_the_keys(): void {
		$this->connect();
		$first = Connection::keys_to_blog();
		$id    = Connection::status()['blog_id'];
		$this->assertTrue( \mentor_bridge_connect( Server::$peer_url, array() ) );
		$request = $this->requests()[0];
		$this->assertTrue( $request['verified'] );
		$this->assertSame( $id, \json_decode( $request['body'], true )['blog_id'] );
		$this->assertSame( $id, Connection::status()['blog_id'] );
		$this->assertCount( 2, Connection::keys_to_blog(), 'what was signed a moment ago is on its way' );
		$this->assertSame( $first[0], Connection::keys_to_blog()[1] );
		$this->assertSame( array(), $this->drained(), 'nothing has changed' );
		$this->assertCount( 1, \WP_Application_Passwords::get_user_application_passwords( Service_User::id() ) );
	}

	public function test_another_bridge_is_refused_while_connected(): void {
		$this->connect();
		$this->assertSame( 'mentor_bridge_connected', \mentor_bridge_connect( 'https://other.example', array() )->get_error_code() );
	}

	public function test_an_unknown_author_is_refused_before_anything_is_sent(): void {
		$this->assertSame( 'mentor_bridge_no_author', \mentor_bridge_connect( Server::$peer_url, array( 999999 ) )->get_error_code() );
		$this->assertSame( array(), $this->requests() );
	}

	/**
	 * @dataProvider addresses
	 */
	public function test_addresses_that_are_no_bridge( string $url ): void {
		$this->assertSame( 'mentor_bridge_address', \mentor_bridge_connect( $url, array() )->get_error_code() );
		$this->assertSame( array(), $this->requests() );
	}

	public function addresses(): array {
		return array(
			'nothing'          => array( '' ),
			'no address'       => array( 'bridge' ),
			'a file'           => array( 'file:///etc/passwd' ),
			'public http'      => array( 'http://8.8.8.8' ),
			'credentials'      => array( 'https://user:pass@8.8.8.8' ),
			'query'            => array( 'https://8.8.8.8/?x=1' ),
			'cloud metadata'   => array( 'http://169.254.169.254' ),
			'carrier-grade'    => array( 'https://100.64.0.1' ),
			'this network'     => array( 'https://0.0.0.0' ),
			'multicast'        => array( 'https://224.0.0.1' ),
			'number'           => array( 'http://2130706433' ),
			'hexadecimal'      => array( 'http://0x7f000001' ),
			'IPv6'             => array( 'http://[::1]:5000' ),
			'name of nobody'   => array( 'https://bridge.invalid' ),
		);
	}

	public function test_disconnecting_withdraws_and_forgets(): void {
		$post = $this->post();
		$this->connect();
		$user = Service_User::id();
		\mentor_bridge_put_related( $post, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'You both write about bread.' ) ) );
		$this->assertTrue( \mentor_bridge_disconnect() );
		$this->assertSame( 'none', Connection::state() );
		$this->assertSame( array( 'blog.removed' ), \array_column( $this->events(), 'type' ) );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
		$this->assertSame( 'disconnect', Consent::record( $this->users['alice'] )['door'] );
		$this->assertSame( '', \get_post_meta( $post, '_mentor_bridge_related', true ) );
		$this->assertFalse( \get_userdata( $user ) );
		$this->assertNull( \get_role( 'mentor_bridge' ) );
		$this->assertSame( '', Connection::key_to_bridge() );
		$this->assertFalse( \wp_next_scheduled( 'mentor_bridge_drain' ) );
		$this->assertSame( 0, Outbox::progress()['total'] );
	}

	public function test_the_withdrawal_is_asked_for_until_it_is_confirmed(): void {
		$this->connect();
		$this->answer_with( array( 'code' => 202, 'body' => '{"status":"accepted"}' ), array( 'code' => 500 ) );
		$this->assertTrue( \mentor_bridge_disconnect() );
		$this->assertSame( 'disconnecting', Connection::state() );
		$this->post();
		$this->assertSame( 0, Outbox::progress()['waiting'], 'nothing new is captured' );
		$this->assertSame( 'mentor_bridge_disconnecting', \mentor_bridge_connect( Server::$peer_url, array() )->get_error_code() );
		\do_action( 'mentor_bridge_drain' );
		$this->assertSame( 'disconnecting', Connection::state() );
		\do_action( 'mentor_bridge_drain' );
		$this->assertCount( 2, $this->events(), 'after a failure it waits' );
		$this->assertTrue( \mentor_bridge_disconnect() );
		$this->assertSame( 'none', Connection::state() );
		$this->assertCount( 3, \array_unique( \array_column( $this->events(), 'id' ) ), 'each question has an id of its own' );
	}

	public function test_a_bridge_that_never_heard_of_us_ends_it_too(): void {
		$this->connect();
		$this->answer_with( array( 'code' => 404, 'body' => '{}' ) );
		\mentor_bridge_disconnect();
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_a_new_connection_begins_above_the_old_one(): void {
		$this->connect();
		$before = Generation::highest_version();
		$key    = $this->commenter( $this->post() );
		\mentor_bridge_disconnect();
		$this->connect( array( 'alice' ), true, '' );
		$after = Generation::highest_version();
		$this->assertGreaterThan( $before['generation'], $after['generation'] );
		$this->assertGreaterThan( $before['revision'], $after['revision'] );
		$this->assertSame( $key, $this->commenter( $this->post() ), 'the commenter key is kept' );
	}

	private function commenter( int $post_id ): string {
		return \Mentor_Bridge\Payload::comment( \get_comment( $this->comment( $post_id ) ), \get_post( $post_id ) )['commenter'];
	}

	public function test_a_410_stops_for_good(): void {
		$post = $this->post();
		$this->connect();
		\mentor_bridge_put_related( $post, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) );
		$this->answer_with( array( 'code' => 410, 'body' => '{}' ) );
		$this->post();
		$this->drain();
		$this->assertSame( 'gone', Connection::state() );
		$this->assertSame( '', \get_post_meta( $post, '_mentor_bridge_related', true ), 'nobody would tell us of a withdrawal any more' );
		$this->forget_requests();
		$this->post();
		$this->assertSame( 'not_connected', $this->drain( 'button' )['stopped'] );
		$this->assertSame( array(), $this->requests() );
		$this->assertTrue( \mentor_bridge_disconnect() );
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_the_daily_ping_names_the_highest_pair(): void {
		$this->connect();
		$highest = Generation::highest_version();
		\do_action( 'mentor_bridge_daily' );
		$ping = $this->events()[0];
		$this->assertSame( 'ping', $ping['type'] );
		$this->assertSame( $highest, $ping['data']['version'] );
		$this->assertMatchesRegularExpression( '/\Aping_' . $highest['generation'] . '_[0-9a-f]{16}\z/', $ping['id'] );
	}

	public function test_statistics_can_be_switched_off_and_on(): void {
		$comment = $this->comment( $this->post() );
		$this->connect();
		Connection::set_statistics( false );
		$this->assertSame( array( "comment.removed $comment", 'blog.updated' ), $this->drained() );
		Connection::set_statistics( true );
		$this->assertSame( array( 'blog.updated', "comment.published $comment" ), $this->drained() );
	}

	public function test_cron_is_there_while_connected(): void {
		$this->assertFalse( \wp_next_scheduled( 'mentor_bridge_drain' ) );
		$this->connect();
		$this->assertNotFalse( \wp_next_scheduled( 'mentor_bridge_drain' ) );
		$this->assertNotFalse( \wp_next_scheduled( 'mentor_bridge_daily' ) );
		$this->assertSame( 'mentor_bridge_five_minutes', \wp_get_schedule( 'mentor_bridge_drain' ) );
		\Mentor_Bridge\Plugin::clear_cron();
		\Mentor_Bridge\Plugin::ensure_cron();
		$this->assertNotFalse( \wp_next_scheduled( 'mentor_bridge_drain' ) );
	}
}
