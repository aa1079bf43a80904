<?php
/**
 * Sites that are closed to visitors, as their own pages tell.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Enqueue;
use Mentor_Bridge\Loopback_Status;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Outbox;

require_once __DIR__ . '/class-browser.php';

/**
 * A site is asked for one of its pages now and then, and shares nothing while visitors are not let in.
 */
class Test_Loopback_Status extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_a_site_that_is_closed_sends_nothing_and_takes_back_what_it_sent(): void {
		$id = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->drained();
		$this->serve_with( 'if ( isset( $_SERVER["REQUEST_METHOD"] ) && "cli" !== PHP_SAPI && false === strpos( $_SERVER["REQUEST_URI"], "wp-login" ) ) { add_action( "init", function () { if ( ! is_user_logged_in() ) { echo "<h1>Coming soon</h1>"; exit; } } ); }' );
		\delete_option( Loopback_Status::OPTION );
		$new = $this->post( array( 'post_content' => '<p>Zinziberine opens soon, come and see.</p>' ) );
		$this->assertSame( array(), $this->drained(), 'nothing leaves, and for two hours nothing is taken back' );
		$this->assertFalse( Loopback_Status::state()['open'] );
		\update_option( Loopback_Status::OPTION, array( 'since' => \time() - 3 * HOUR_IN_SECONDS ) + Loopback_Status::state() );
		$this->pass_a_day();
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
		$this->serve_with( '' );
		\update_option( Loopback_Status::OPTION, array( 'at' => \time() - 2 * HOUR_IN_SECONDS ) + Loopback_Status::state() );
		\wp_update_post( array( 'ID' => $new ) );
		$this->drained();
		$this->assertTrue( Loopback_Status::state()['open'] );
		$this->drain();
		$this->assertSame( 0, Outbox::progress()['waiting'] );
	}

	public function test_what_is_published_in_wp_admin_is_read_by_a_request_that_sees_what_visitors_see(): void {
		// A plugin that does not even load in wp-admin what hides a post.
		$secret = $this->post( array( 'post_content' => '<p>Zinziberine is for members of this house.</p>' ) );
		$open   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		$this->forget_requests();
		$this->answer_with();
		$this->serve_with( 'if ( ! is_admin() ) { add_filter( "the_content", function ( $html ) { return false !== strpos( $html, "Zinziberine" ) && ! is_user_logged_in() ? "" : $html; } ); }' );
		$alice = new Browser( 'alice' );
		$alice->submit( $alice->get( 'wp-admin/options-general.php?page=mentor-bridge' ), '//input[@value="mentor_bridge_send"]' );
		$this->assertSame( 0, Outbox::progress()['waiting'], 'the button waits for it' );
		$events = $this->drained();
		\sort( $events );
		$this->assertSame( array( "post.published $open", "post.removed $secret" ), $events, 'the test itself knew of no filter and had tried to send both' );
	}

	public function test_who_stands_between_the_site_and_itself_does_not_close_it(): void {
		\delete_option( Loopback_Status::OPTION );
		$home = \home_url();
		$this->hook( 'pre_http_request', static function ( $answer, $arguments, $url ) use ( $home ) {
			return 0 === \strpos( $url, $home ) ? array( 'response' => array( 'code' => 403, 'message' => '' ), 'headers' => array(), 'body' => 'Are you a robot?', 'cookies' => array() ) : $answer;
		}, 10, 3 );
		$id = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_an_open_site_is_seen_from_outside_and_so_is_a_wall_before_it(): void {
		$id   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$post = \get_post( $id );
		$this->assertTrue( Loopback_Status::shows_post( $post, $post ) );
		$wall = 'add_action( "template_redirect", function () { if ( ! is_user_logged_in() ) { %s } } );';
		foreach ( array( 'wp_safe_redirect( wp_login_url() ); exit;', 'status_header( 503 ); exit;', 'wp_die( "no", 403 );', 'auth_redirect();' ) as $end ) {
			$this->serve_with( \sprintf( $wall, $end ) );
			$this->assertFalse( Loopback_Status::shows_post( $post, $post ), $end );
		}
	}

	public function test_a_site_that_cannot_call_itself_shares_what_is_seen_from_within(): void {
		\delete_option( Loopback_Status::OPTION );
		$home = \home_url();
		$this->hook( 'pre_http_request', static function ( $answer, $arguments, $url ) use ( $home ) {
			return 0 === \strpos( $url, $home ) ? new \WP_Error( 'http_request_failed', 'blocked' ) : $answer;
		}, 10, 3 );
		$id = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_a_server_that_is_slow_for_a_moment_takes_nothing_back(): void {
		$this->hook( 'template_include', static function () {
			return WP_PLUGIN_DIR . '/builder/page.php';
		} );
		$id = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->assertSame( array( "post.published $id" ), $this->drained(), 'its page shows it' );
		$home = \home_url();
		$this->hook( 'pre_http_request', static function ( $answer, $arguments, $url ) use ( $home ) {
			return 0 === \strpos( $url, $home ) ? new \WP_Error( 'http_request_failed', 'timed out' ) : $answer;
		}, 10, 3 );
		Enqueue::recheck_everything();
		$this->assertSame( array(), \preg_grep( '/removed/', $this->drained() ) );
		\update_option( Loopback_Status::OPTION, array( 'unheard' => \time() - 3 * HOUR_IN_SECONDS ) + Loopback_Status::state() );
		Enqueue::recheck_everything();
		$this->assertContains( "post.removed $id", $this->drained(), 'if nobody can tell for hours, it stays' );
		\ob_start();
		Not_Shared_Box::show( \get_post( $id ) );
		$this->assertStringContainsString( 'cannot call itself', \ob_get_clean(), 'and its author is told' );
	}

	public function test_a_post_that_its_theme_hides_does_not_close_the_site(): void {
		$secret = $this->post( array( 'post_content' => '<p>Zinziberine is what I never told my regulars.</p>', 'post_title' => 'Mycorhize' ) );
		$open   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		\delete_option( Loopback_Status::OPTION );
		$this->serve_with( 'add_filter( "template_include", function ( $file ) { if ( is_single( ' . $secret . ' ) && "cli" !== PHP_SAPI ) { echo "For members."; exit; } return $file; } );' );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertTrue( Loopback_Status::state()['open'] );
		$this->assertGreaterThan( $secret, $open );
	}
}
