<?php
/**
 * The bridge calls by XML-RPC.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Outbox;
use Mentor_Bridge\Service_User;

require_once __DIR__ . '/class-receiver-case.php';

/**
 * With the account that was made for it, which can push and do nothing else.
 */
class Test_Xmlrpc_Methods extends Receiver_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect( array( 'alice' ), true, '' );
	}

	/** Calls a method over real HTTP. */
	private function call( string $method, ...$arguments ) {
		require_once ABSPATH . WPINC . '/class-IXR.php';
		require_once ABSPATH . WPINC . '/class-wp-http-ixr-client.php';
		$client = new \WP_HTTP_IXR_Client( \site_url( 'xmlrpc.php' ) );
		$client->query( $method, ...$arguments );
		\wp_cache_flush();
		return $client->isError() ? $client->error : $client->getResponse();
	}

	/** The account handed over at the handshake. */
	private function account(): array {
		$answer = \json_decode( \json_decode( \file_get_contents( Server::$peer_folder . '/handshake.json' ), true )[2], true );
		return array( $answer['username'], $answer['application_password'] );
	}

	public function test_xmlrpc_with_the_account_that_was_handed_over(): void {
		list( $user, $password ) = $this->account();
		$this->assertSame( 'pong', $this->call( 'mentorBridge.ping', 0, $user, $password ) );
		$answer = $this->call( 'mentorBridge.putRelated', 0, $user, $password, $this->body( array( $this->related( 9000000000, array( $this->mentor() ) ) ) ) );
		$this->assertIsString( $answer );
		$this->assertSame( 9000000000, \json_decode( $answer, true )['accepted'][0]['version'], 'larger than an integer of XML-RPC' );
		$this->assertSame( $this->mentor(), $this->stored()['mentors'][0] );
		$stats = $this->call( 'mentorBridge.putStats', 0, $user, $password, $this->body( array( array( 'kind' => 'blog', 'object' => 0, 'version' => 1, 'data' => null ) ), 'push.stats' ) );
		$this->assertSame( array( array( 'kind' => 'blog', 'object' => 0, 'version' => 1 ) ), \json_decode( $stats, true )['accepted'] );
		$this->assertSame( 0, Outbox::progress()['waiting'], 'own writes are no events' );
	}

	public function test_xmlrpc_for_strangers_and_for_people(): void {
		list( $user, $password ) = $this->account();
		$body = $this->body( array( $this->related( 1, array() ) ) );
		$this->assertSame( 403, $this->call( 'mentorBridge.ping', 0, $user, 'wrong' )->code );
		$this->assertSame( 403, $this->call( 'mentorBridge.putRelated', 0, 'alice', 'password', $body )->code, 'not even the owner pushes' );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated' )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, array( 'x' ), $password, $body )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, $user, $password, 'no json' )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putStats', 0, $user, $password, $body )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, $user, $password )->code );
		\mentor_bridge_disconnect();
		$this->assertSame( 403, $this->call( 'mentorBridge.ping', 0, $user, $password )->code );
	}

	public function test_the_account_reads_nothing(): void {
		list( $user, $password ) = $this->account();
		$this->assertSame( 'pong', $this->call( 'mentorBridge.ping', 0, $user, $password ) );
		$this->comment( $this->shared );
		foreach ( array( 'wp.getPosts', 'wp.getUsers', 'wp.getComments' ) as $method ) {
			$answer = $this->call( $method, 0, $user, $password );
			$this->assertTrue( array() === $answer || $answer instanceof \IXR_Error, $method . ': ' . \wp_json_encode( $answer ) );
		}
		$basic = array( 'headers' => array( 'Authorization' => 'Basic ' . \base64_encode( "$user:$password" ) ) );
		foreach ( array( 'users?context=edit', 'posts?context=edit', 'comments?context=edit', 'settings' ) as $route ) {
			$this->assertGreaterThanOrEqual( 400, \wp_remote_retrieve_response_code( \wp_remote_get( \rest_url( "wp/v2/$route" ), $basic ) ), $route );
		}
		$this->assertStringNotContainsString( 'zoe@example.org', (string) \wp_remote_retrieve_body( \wp_remote_get( \rest_url( 'wp/v2/comments' ), $basic ) ) );
		foreach ( array( 'users.php', 'edit-comments.php', 'edit.php' ) as $page ) {
			$answer = \wp_remote_get( \admin_url( $page ), $basic + array( 'redirection' => 0 ) );
			$this->assertNotSame( 200, \wp_remote_retrieve_response_code( $answer ), $page );
		}
		\wp_set_current_user( Service_User::id() );
		$this->assertFalse( \current_user_can( 'list_users' ) || \current_user_can( 'edit_posts' ) || \current_user_can( 'moderate_comments' ) );
	}
}
