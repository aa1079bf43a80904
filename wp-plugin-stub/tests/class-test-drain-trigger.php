<?php
/**
 * When waiting events leave the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Drain_Trigger;
use Mentor_Bridge\Outbox;

/**
 * Mostly over the blog's own server, where no response can be finished early.
 */
class Test_Drain_Trigger extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_a_visitors_comment_is_sent_at_once(): void {
		$id = $this->post();
		$this->drained();
		\update_option( 'comment_previously_approved', '' );
		\update_option( 'comment_moderation', '' );
		$this->assertSame( 302, $this->submit_comment( $id ) );
		$this->assertSame( array( 'comment.published' ), \array_column( $this->events(), 'type' ) );
	}

	public function test_a_visitor_waits_a_second_at_most_and_not_at_all_after_a_failure(): void {
		$id = $this->post();
		$this->drained();
		$this->submit_comment( $id );
		$this->drained();
		$this->serve_impatiently();
		$this->answer_with( array( 'code' => 202, 'sleep' => self::FAR_TOO_LONG ) );
		$this->assertSame( 302, $this->submit_comment( $id ) );
		$this->assertGreaterThan( 0.2, $this->patience() );
		$this->assertLessThanOrEqual( 1.0, $this->patience() );
		\wp_cache_flush();
		$this->assertSame( 1, Delivery_Status::health()['failures'] );
		Delivery_Status::update( array( 'next_try' => \time() - 1 ) );
		$this->forget_requests();
		$this->assertSame( 302, $this->submit_comment( $id ) );
		$this->assertSame( array(), $this->requests(), 'while the last try failed, a visitor sends nothing' );
		$this->assertSame( 2, Outbox::progress()['waiting'] );
	}

	public function test_somebody_who_publishes_waits_two_seconds_at_most(): void {
		$password = \WP_Application_Passwords::create_new_application_password( $this->users['alice'], array( 'name' => 'test' ) )[0];
		$this->serve_impatiently();
		$this->answer_with( array( 'code' => 202, 'sleep' => self::FAR_TOO_LONG ) );
		$answer = \wp_remote_post( \rest_url( 'wp/v2/posts' ), array( 'timeout' => 600, 'headers' => array( 'Authorization' => 'Basic ' . \base64_encode( "alice:$password" ) ), 'body' => array( 'title' => 'New', 'content' => 'x', 'status' => 'publish' ) ) );
		$this->assertSame( 201, \wp_remote_retrieve_response_code( $answer ) );
		$this->assertGreaterThan( 1.0, $this->patience() );
		$this->assertLessThanOrEqual( 2.0, $this->patience() );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
	}

	public function test_where_the_response_can_be_finished_first_there_are_three_seconds(): void {
		$id = $this->post();
		$this->drained();
		// PHP's own server has no such function; with it, the bridge may be asked again even for a visitor.
		$this->serve_impatiently( 'function fastcgi_finish_request() { return true; }' );
		Delivery_Status::update( array( 'failures' => 1, 'next_try' => \time() - 1 ) );
		$this->answer_with( array( 'code' => 202, 'sleep' => self::FAR_TOO_LONG ) );
		$this->submit_comment( $id );
		$this->assertCount( 1, $this->requests() );
		$this->assertGreaterThan( 2.0, $this->patience() );
		$this->assertLessThanOrEqual( 3.0, $this->patience() );
	}

	/**
	 * Sends a comment by the form of a post; gives the status of the answer.
	 *
	 * @param int $post_id The post.
	 */
	private function submit_comment( int $post_id ): int {
		static $n = 0;
		$n++;
		\update_option( 'comment_previously_approved', '' );
		\update_option( 'comment_moderation', '' );
		// Or WordPress would find them too many from one address.
		$GLOBALS['wpdb']->query( "UPDATE {$GLOBALS['wpdb']->comments} SET comment_date = '2024-01-01 00:00:00', comment_date_gmt = '2024-01-01 00:00:00'" );
		$answer = \wp_remote_post(
			\home_url( '/wp-comments-post.php' ),
			array(
				'timeout'     => 600,
				'redirection' => 0,
				'body'        => array( 'comment_post_ID' => $post_id, 'author' => 'Zoé', 'email' => "zoe$n@example.org", 'comment' => "Comment $n " . \microtime() ),
			)
		);
		return (int) \wp_remote_retrieve_response_code( $answer );
	}

	public function test_a_page_view_never_sends(): void {
		$id = $this->post();
		$this->assertSame( 1, Outbox::progress()['waiting'] );
		// A careless plugin that writes while a page is read.
		$this->serve_with( 'add_action( "template_redirect", function () { wp_update_post( array( "ID" => ' . $id . ', "post_content" => "Viewed " . microtime() ) ); } );' );
		$answer = \wp_remote_get( \get_permalink( $id ), array( 'timeout' => 15 ) );
		$this->assertSame( 200, \wp_remote_retrieve_response_code( $answer ) );
		\clean_post_cache( $id );
		$this->assertStringStartsWith( 'Viewed', \get_post( $id )->post_content );
		$this->assertSame( array(), $this->requests() );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
	}

	public function test_an_open_admin_screen_drains(): void {
		$this->post();
		\wp_set_current_user( $this->users['alice'] );
		\apply_filters( 'heartbeat_received', array(), array(), 'post' );
		Drain_Trigger::on_shutdown();
		$this->assertSame( array( 'post.published' ), \array_column( $this->events(), 'type' ) );
	}

	public function test_cron_drains(): void {
		$this->post();
		\do_action( 'mentor_bridge_drain' );
		$this->assertSame( array( 'post.published' ), \array_column( $this->events(), 'type' ) );
	}
}
