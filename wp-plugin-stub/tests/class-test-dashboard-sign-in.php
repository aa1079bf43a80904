<?php
/**
 * The way to the dashboard.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Dashboard_Link;
use Mentor_Bridge\Dashboard_Sign_In;

require_once __DIR__ . '/class-browser.php';

/**
 * Alice owns the blog, Bob takes part, Carol does not.
 */
class Test_Dashboard_Sign_In extends WordPress_Case {

	/**
	 * Gives the messages to an address below the blog's.
	 *
	 * @param string $path Such as /sign-ins.
	 * @return array[]
	 */
	private function messages( string $path ): array {
		$messages = array();
		foreach ( $this->requests() as $request ) {
			if ( \substr( $request['path'], -\strlen( $path ) ) === $path ) {
				$this->assertTrue( $request['verified'] );
				$messages[] = \json_decode( $request['body'], true );
			}
		}
		return $messages;
	}

	/**
	 * Lets the bridge open the dashboard.
	 *
	 * @param string $url What it answers.
	 */
	private function opens( string $url = '' ): void {
		$url = '' === $url ? Server::$peer_url . '/sign-in?token=abc' : $url;
		$this->answer_with( array( 'path' => '/sign-ins', 'code' => 201, 'body' => \wp_json_encode( array( 'url' => $url, 'expires_in' => 60 ) ) ) );
	}

	/**
	 * Finds the button on a screen.
	 *
	 * @param Browser $browser Whose.
	 * @param string  $path    The screen.
	 */
	private static function button( Browser $browser, string $path ): string {
		$links = Browser::read( $browser->get( $path ) )->query( '//a[contains(@href,"mentor_bridge_dashboard")]' );
		return 0 < $links->length ? (string) \strstr( $links->item( 0 )->getAttribute( 'href' ), 'wp-admin/' ) : '';
	}

	public function test_the_button_asks_the_bridge_and_goes_there(): void {
		$this->connect( array( 'alice', 'bob' ) );
		$alice = new Browser( 'alice' );
		$html  = $alice->get( 'wp-admin/options-general.php?page=mentor-bridge' );
		$this->assertStringContainsString( 'Open my dashboard', $html );
		$this->opens();
		$alice->get( self::button( $alice, 'wp-admin/index.php' ) );
		list( $message ) = $this->messages( '/sign-ins' );
		$this->assertSame( 'sign-in', $message['type'] );
		$this->assertSame( array( 'user' => $this->users['alice'], 'role' => 'administrator', 'manages' => true, 'name' => \get_userdata( $this->users['alice'] )->display_name ), $message['data'] );
		$bob = new Browser( 'bob' );
		$this->forget_requests();
		$this->opens();
		$bob->get( self::button( $bob, 'wp-admin/profile.php' ) );
		$this->assertFalse( $this->messages( '/sign-ins' )[0]['data']['manages'] );
	}

	public function test_who_has_nothing_to_see_has_no_button_and_no_way(): void {
		$this->connect( array( 'alice' ) );
		$carol = new Browser( 'carol' );
		$this->assertSame( '', self::button( $carol, 'wp-admin/index.php' ) );
		$carol->get( 'wp-admin/admin-post.php?action=mentor_bridge_dashboard' );
		$this->assertSame( 403, $carol->status );
		$alice = new Browser( 'alice' );
		$alice->get( 'wp-admin/admin-post.php?action=mentor_bridge_dashboard&_wpnonce=0123456789' );
		$this->assertSame( 403, $alice->status, 'a link from elsewhere opens nothing' );
		$this->assertSame( array(), $this->messages( '/sign-ins' ) );
	}

	public function test_an_address_elsewhere_is_not_followed(): void {
		$this->connect();
		foreach ( array( 'https://evil.example/sign-in?token=a', Server::$peer_url . '.evil.example/sign-in?token=a', Server::$peer_url . '/other', '' . Server::$peer_url ) as $url ) {
			$this->opens( $url );
			$this->assertInstanceOf( \WP_Error::class, Dashboard_Sign_In::request_url( \get_userdata( $this->users['alice'] ) ), $url );
		}
		$this->answer_with( array( 'path' => '/sign-ins', 'code' => 500 ) );
		$this->assertStringContainsString( '500', Dashboard_Sign_In::request_url( \get_userdata( $this->users['alice'] ) )->get_error_message() );
	}

	public function test_a_role_change_ends_the_session(): void {
		$this->connect( array( 'alice', 'bob' ) );
		( new \WP_User( $this->users['bob'] ) )->set_role( 'editor' );
		Dashboard_Sign_In::end_sessions();
		$this->assertSame( array(), $this->messages( '/sign-outs' ), 'Bob was never there' );
		$this->opens();
		$this->assertIsString( Dashboard_Sign_In::request_url( \get_userdata( $this->users['bob'] ) ) );
		( new \WP_User( $this->users['bob'] ) )->set_role( 'subscriber' );
		$this->answer_with( array( 'path' => '/sign-outs', 'code' => 503 ) );
		Dashboard_Sign_In::end_sessions();
		$this->answer_with( array( 'path' => '/sign-outs', 'code' => 200, 'body' => '{"ended": 1}' ) );
		Dashboard_Sign_In::end_sessions();
		Dashboard_Sign_In::end_sessions();
		$sign_outs = $this->messages( '/sign-outs' );
		$this->assertCount( 2, $sign_outs, 'asked again until the bridge has heard it, and then no more' );
		$this->assertSame( array( 'users' => array( $this->users['bob'] ) ), $sign_outs[1]['data'] );
	}

	public function test_a_deleted_user_is_signed_out(): void {
		require_once ABSPATH . 'wp-admin/includes/user.php';
		$this->connect( array( 'alice', 'bob' ) );
		$this->opens();
		Dashboard_Sign_In::request_url( \get_userdata( $this->users['bob'] ) );
		\wp_delete_user( $this->users['bob'], $this->users['alice'] );
		$this->answer_with( array( 'path' => '/sign-outs', 'code' => 200 ) );
		Dashboard_Sign_In::end_sessions();
		$this->assertContains( $this->users['bob'], $this->messages( '/sign-outs' )[0]['data']['users'] );
	}

	public function test_a_disconnected_blog_has_no_button(): void {
		$this->connect();
		$this->assertTrue( Dashboard_Link::is_for( $this->users['alice'] ) );
		\mentor_bridge_disconnect();
		$this->assertFalse( Dashboard_Link::is_for( $this->users['alice'] ) );
		$this->assertFalse( \get_option( Dashboard_Sign_In::VISITORS ) );
	}
}
