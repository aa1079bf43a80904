<?php
/**
 * Who is shown, decided in wp-admin.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Mentors_Of_Blog;
use Mentor_Bridge\Related_Mentors;

require_once __DIR__ . '/class-receiver-case.php';
require_once __DIR__ . '/class-browser.php';

/**
 * The bridge keeps the decisions; the screens ask it, and nothing changes when it does not answer.
 */
class Test_Who_Is_Shown extends Receiver_Case {

	/** Lets the bridge say who waits, so many times. */
	private function waiting( string $showing, array $names, int $times = 1 ): void {
		$candidates = array();
		foreach ( $names as $name ) {
			$candidates[] = array( 'key' => "blog_b/$name", 'name' => $name, 'blog' => 'Pain & Beurre', 'url' => 'https://bea.example/', 'why' => 'Also writes about "bread".', 'posts' => 2 );
		}
		$body = \wp_json_encode( array( 'showing' => $showing, 'waiting' => \count( $candidates ), 'candidates' => \array_merge( $candidates, array( 'odd', array( 'key' => '' ) ) ) ) );
		$this->answer_with( ...\array_fill( 0, $times, array( 'path' => '/choices', 'code' => 200, 'body' => $body ) ) );
	}

	/** What was asked of the bridge. */
	private function questions(): array {
		return \array_values(
			\array_filter(
				\array_map(
					static function ( array $request ) {
						return '/choices' === \substr( $request['path'], -8 ) ? \json_decode( $request['body'], true )['data'] : null;
					},
					$this->requests()
				)
			)
		);
	}

	public function test_the_owner_answers_a_queue_and_nobody_else_sees_it(): void {
		$this->waiting( 'ask', array( 'Bea <b>', 'Carl' ) );
		$alice = new Browser( 'alice' );
		$page  = $alice->get( 'wp-admin/edit.php?page=mentor-bridge-shown' );
		$this->assertSame( array( 'decision' => '' ), $this->questions()[0], 'an object, though nothing is decided' );
		$this->assertSame( array( 'Bea <b>', 'Carl' ), Browser::texts( $page, '//ol[@data-queue]/li//strong' ) );
		$this->assertStringContainsString( 'under 2 posts', $page );
		$this->assertSame( 1, \substr_count( $page, 'id="waiting-0"' ) );
		$this->assertSame( 2, \substr_count( $page, 'name="next" value="0"' ), 'of two lines the other one is the first after an answer' );
		\wp_cache_flush();
		$this->assertSame( 'ask', Mentors_Of_Blog::showing(), 'as it was last chosen, wherever that was' );
		$this->waiting( 'ask', array(), 2 );
		$this->forget_requests();
		$page = $alice->submit( $page, '(//ol[@data-queue]//button[@value="refuse"])[2]', array( 'decision' => 'refuse' ) );
		$this->assertSame( array( 'decision' => 'refuse', 'key' => 'blog_b/Carl' ), $this->questions()[0] );
		$this->assertStringContainsString( 'Nobody waits for a decision.', $page );
		$this->assertStringNotContainsString( 'mentor-bridge-shown', ( new Browser( 'bob' ) )->get( 'wp-admin/index.php' ) );
	}

	public function test_an_answer_that_did_not_arrive_is_said_at_its_line_which_stays(): void {
		$this->waiting( 'ask', array( 'Bea', 'Carl' ) );
		$alice = new Browser( 'alice' );
		$page  = $alice->get( 'wp-admin/edit.php?page=mentor-bridge-shown' );
		$this->answer_with( array( 'path' => '/choices', 'code' => 503 ), array( 'path' => '/choices', 'code' => 503 ) );
		$page = $alice->submit( $page, '(//ol[@data-queue]//button[@value="approve"])[2]', array( 'decision' => 'approve' ) );
		$this->assertSame( array( 'Bea', 'Carl' ), Browser::texts( $page, '//ol[@data-queue]/li//strong' ), 'though the bridge does not say either who waits' );
		$this->assertSame( array( 'Carl' ), Browser::texts( $page, '//li[.//*[@role="alert"]]//strong' ) );
		$this->assertStringContainsString( 'nothing was decided', Browser::texts( $page, '//*[@role="alert"]' )[0] );
		$this->waiting( 'ask', array( 'Bea' ), 2 );
		$page = $alice->submit( $page, '(//ol[@data-queue]//button[@value="approve"])[2]', array( 'decision' => 'approve' ) );
		$this->assertSame( array( 'Bea' ), Browser::texts( $page, '//ol[@data-queue]/li//strong' ) );
		$this->assertSame( array(), Browser::texts( $page, '//*[@role="alert"]' ) );
	}

	public function test_a_line_is_dropped_under_one_post_at_once(): void {
		$this->rest( $this->body( array( $this->related( 1, array( $this->mentor(), $this->mentor( array( 'name' => 'Carl', 'key' => 'blog_c/1' ) ) ) ) ) ) );
		\wp_set_current_user( $this->users['bob'] );
		$request = new \WP_REST_Request( 'POST', "/mentor-bridge/v1/posts/{$this->shared}/drop" );
		$request->set_body_params( array( 'key' => 'blog_c/1' ) );
		$this->assertSame( 403, \rest_do_request( $request )->get_status(), 'another author' );
		\wp_set_current_user( $this->users['alice'] );
		$this->answer_with( array( 'path' => '/choices', 'code' => 503 ) );
		$this->assertTrue( \rest_do_request( $request )->is_error() );
		$this->assertCount( 2, Related_Mentors::of( $this->shared )['mentors'], 'nothing is decided while the bridge does not hear it' );
		$this->waiting( 'all', array() );
		$this->forget_requests();
		$this->assertSame( 200, \rest_do_request( $request )->get_status() );
		$this->assertSame( array( array( 'decision' => 'refuse', 'key' => 'blog_c/1', 'post' => $this->shared ) ), $this->questions() );
		$this->assertSame( array( 'Béa "B" 🌱' ), \array_column( Related_Mentors::of( $this->shared )['mentors'], 'name' ) );
	}
}
