<?php
/**
 * Delivery: failures, lost answers, batches, time.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Counter;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Generation;
use Mentor_Bridge\Ledger;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Post_Sharing;
use Mentor_Bridge\Sender;

/**
 * What happens between the outbox and the bridge.
 */
class Test_Sender extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_a_lost_answer_followed_by_an_edit_loses_nothing(): void {
		$id = $this->post();
		$this->answer_with( array( 'code' => 500 ) );
		$this->assertSame( 'failure', $this->drain()['stopped'] );
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Second.' ) );
		$this->drain();
		$events = $this->events();
		$this->assertSame( array( '<p>My first shop.</p>', 'Second.' ), \array_column( \array_column( $events, 'data' ), 'content' ) );
		$this->assertNotSame( $events[0]['id'], $events[1]['id'] );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
	}

	public function test_a_repeat_without_a_change_has_the_same_id(): void {
		$this->post();
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		$this->drain();
		list( $first, $second ) = $this->events();
		$this->assertSame( $first['id'], $second['id'] );
		$this->assertSame( $first['data'], $second['data'] );
	}

	public function test_a_change_that_nobody_announced_gets_a_new_id_after_a_lost_answer(): void {
		$id = $this->post();
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->posts, array( 'post_content' => 'By direct SQL.' ), array( 'ID' => $id ) );
		$this->drain();
		list( $first, $second ) = $this->events();
		$this->assertNotSame( $first['id'], $second['id'], 'or the bridge would take it for a repeat' );
		$this->assertGreaterThan( $first['data']['version']['revision'], $second['data']['version']['revision'] );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
	}

	public function test_what_may_have_arrived_is_retracted(): void {
		$id = $this->post();
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		$this->forget_requests();
		\wp_trash_post( $id );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_an_edit_taken_back_after_a_lost_answer_is_sent(): void {
		$id = $this->post();
		$this->drained();
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Other.' ) );
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		\wp_update_post( array( 'ID' => $id, 'post_content' => '<p>My first shop.</p>' ) );
		$this->forget_requests();
		$this->assertSame( array( "post.published $id" ), $this->drained(), 'the bridge may hold the other text' );
	}

	public function test_a_413_halves_the_batch(): void {
		for ( $n = 0; $n < 8; $n++ ) {
			$this->post();
		}
		$this->answer_with( array( 'code' => 413 ), array( 'code' => 413 ) );
		$this->assertSame( 8, $this->drain()['sent'] );
		$this->assertSame( array( 8, 4, 2, 4, 2 ), $this->sizes() );
		$this->assertSame( 'post.published', $this->events()[0]['type'] );
	}

	/** Events a request. */
	private function sizes(): array {
		return \array_map(
			static function ( $request ) {
				$message = \json_decode( $request['body'], true );
				return 'batch' === $message['type'] ? \count( $message['data']['events'] ) : 1;
			},
			$this->requests()
		);
	}

	public function test_one_that_the_bridge_will_not_have_is_put_aside_and_the_others_go_on(): void {
		$bad  = $this->post( array( 'post_title' => 'bad' ) );
		$good = $this->post();
		$last = $this->post();
		$this->answer_with( array( 'code' => 413 ), array( 'code' => 413, 'body' => '{"error":{"type":"size","message":"far <b>too</b> long"}}' ) );
		$result = $this->drain();
		$this->assertSame( array( 2, 1, 0, '' ), array( $result['sent'], $result['failed'], $result['left'], $result['stopped'] ) );
		$this->assertSame( 1, Outbox::progress()['failed'] );
		$row = $this->outbox()[0];
		$this->assertSame( array( 'p', (string) $bad, '1', 'http_413: far too long' ), array( $row['kind'], $row['object_id'], $row['failed'], $row['error'] ) );
		$this->forget_requests();
		\wp_update_post( array( 'ID' => $bad, 'post_content' => 'Shorter.' ) );
		$this->assertSame( array( "post.published $bad" ), $this->drained(), 'a change revives it' );
		$this->assertSame( 0, Outbox::progress()['failed'] );
		$this->assertNotSame( $good, $last );
	}

	public function test_what_the_bridge_cannot_read_later_is_told_and_comes_back_when_it_can(): void {
		$id = $this->post();
		$this->drain();
		$refused = array( array( 'kind' => 'post', 'object' => (string) $id, 'reason' => 'data.title: <b>too</b> long' ), array( 'kind' => 'post', 'object' => '0 OR 1', 'reason' => '' ), 'nothing' );
		$this->hear( array( 'refused' => $refused ) );
		$sharing = Post_Sharing::of( \get_post( $id ) );
		$this->assertSame( 'Refused by the bridge. The bridge received this and could not read it. (data.title: too long)', Post_Sharing::sentence( $sharing ) );
		$this->hear( array() );
		$this->assertSame( 1, Outbox::progress()['failed'], 'it does not know yet' );
		$this->forget_requests();
		\wp_update_post( array( 'ID' => $id ) );
		$this->assertSame( array( "post.published $id" ), $this->drained(), 'saving it tries again' );
		$this->assertTrue( Post_Sharing::is_shared( Post_Sharing::of( \get_post( $id ) ) ) );
		$this->hear( array( 'refused' => $refused ) );
		$this->hear( array( 'refused' => array() ) );
		$this->forget_requests();
		$this->assertSame( array( "post.published $id" ), $this->drained(), 'the bridge can read it now' );
	}

	/** A sign of life, and what the bridge answers to it. */
	private function hear( array $answer ): void {
		$this->answer_with( array( 'code' => 202, 'body' => \wp_json_encode( array( 'status' => 'accepted', 'waiting' => 0 ) + $answer ) ) );
		Connection::ping();
	}

	public function test_batches_end_at_100_objects_or_800_kB(): void {
		$this->assertSame( array( 100, 5 ), $this->sizes_of( 105, 'Short.' ) );
		$this->assertSame( array( 3, 3, 1 ), $this->sizes_of( 7, \str_repeat( 'x', 250000 ) ) );
	}

	private function sizes_of( int $count, string $content ): array {
		for ( $n = 0; $n < $count; $n++ ) {
			$this->post( array( 'post_content' => $content ) );
		}
		$this->drain();
		foreach ( $this->requests() as $request ) {
			$this->assertLessThan( 810000, \strlen( $request['body'] ) );
		}
		$sizes = $this->sizes();
		$this->forget_requests();
		return $sizes;
	}

	public function test_the_id_of_a_batch_is_made_of_the_ids_in_it(): void {
		$this->post();
		$this->post();
		$this->drain();
		$request = $this->requests()[0];
		$message = \json_decode( $request['body'], true );
		$ids     = \array_column( $message['data']['events'], 'id' );
		$this->assertSame( 'batch_' . \substr( \hash( 'sha256', \implode( "\n", $ids ) ), 0, 40 ), $request['headers']['webhook-id'] );
		foreach ( $message['data']['events'] as $event ) {
			$this->assertSame( array( 'id', 'type', 'timestamp', 'data' ), \array_keys( $event ) );
		}
		$this->assertSame( 'application/json', $request['headers']['content-type'] );
	}

	public function test_revisions_are_never_given_out_twice(): void {
		$script = '$_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php"; for ( $n = 0; $n < 200; $n++ ) { echo Mentor_Bridge\Counter::next( "revision" ), "\n"; }';
		$pipes  = array();
		for ( $n = 0; $n < 3; $n++ ) {
			$pipes[] = \popen( Server::php( $script ), 'r' );
		}
		$all = array();
		foreach ( $pipes as $pipe ) {
			$all = \array_merge( $all, \explode( "\n", \trim( \stream_get_contents( $pipe ) ) ) );
			\pclose( $pipe );
		}
		$this->assertCount( 600, $all );
		$this->assertCount( 600, \array_unique( $all ) );
	}

	public function test_a_restored_backup_begins_a_new_generation_and_sends_everything(): void {
		$id      = $this->post();
		$comment = $this->comment( $id );
		$this->drained();
		$old = Generation::current();
		// The backup knows nothing of the last 50 revisions.
		$counter = Counter::get( 'revision' );
		\file_put_contents( Server::$peer_folder . '/highest.json', \wp_json_encode( array( 'generation' => $old, 'revision' => $counter + 50 ) ) );
		$new = $this->post();
		$this->drain();
		$events = $this->events();
		$this->assertGreaterThan( $old, Generation::current() );
		\array_shift( $events );
		$again = \array_map(
			static function ( $event ) {
				return $event['type'] . ' ' . ( $event['data']['id'] ?? 0 );
			},
			$events
		);
		\sort( $again );
		$all = array( 'author.updated ' . $this->users['alice'], 'blog.updated 0', "comment.published $comment", "post.published $id", "post.published $new" );
		\sort( $all );
		$this->assertSame( $all, $again );
		$this->assertSame( array( Generation::current() ), \array_values( \array_unique( \array_column( \array_column( \array_column( $events, 'data' ), 'version' ), 'generation' ) ) ) );
		$this->forget_requests();
		$this->post();
		$this->drain();
		$this->assertCount( 1, $this->events(), 'once is enough' );
	}

	public function test_two_drains_never_run_at_once_and_a_dead_one_lets_go(): void {
		$this->post();
		$mark = Counter::lock( 'drain', 60 );
		$this->assertNotSame( 0, $mark );
		$this->assertSame( 'busy', $this->drain()['stopped'] );
		Counter::unlock( 'drain', $mark + 1 );
		$this->assertSame( 'busy', $this->drain()['stopped'], 'only who took it lets go' );
		Counter::unlock( 'drain', $mark );
		$this->assertSame( 1, $this->drain()['sent'] );
		Counter::lock( 'drain', 1 );
		// Two seconds pass: the lock is the time at which it ends, in microseconds.
		Counter::set( 'drain', Counter::get( 'drain' ) - 2000000 );
		$this->post();
		$this->assertSame( 1, $this->drain()['sent'] );
	}

	public function test_the_time_is_kept(): void {
		$this->post();
		$this->answer_with( array( 'code' => 202, 'sleep' => self::FAR_TOO_LONG ) );
		$start  = \microtime( true );
		$result = Sender::drain( 'event', 0.5 );
		$this->assertLessThan( self::FAR_TOO_LONG, \microtime( true ) - $start );
		$this->assertSame( 'failure', $result['stopped'] );
	}

	public function test_a_long_queue_goes_on_in_its_own_cron_event(): void {
		for ( $n = 0; $n < 3; $n++ ) {
			$this->post();
		}
		Delivery_Status::update( array( 'batch_limit' => 1 ) );
		$this->answer_with( array( 'code' => 202, 'sleep' => 0.5 ) );
		$result = Sender::drain( 'event', 0.6 );
		$this->assertSame( 'time', $result['stopped'] );
		$this->assertGreaterThan( 0, $result['left'] );
		$this->assertNotFalse( \wp_next_scheduled( 'mentor_bridge_drain_more' ) );
		\do_action( 'mentor_bridge_drain_more' );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
	}

	public function test_every_row_is_one_object_however_often_it_changes(): void {
		$id = $this->post();
		for ( $n = 0; $n < 20; $n++ ) {
			\wp_update_post( array( 'ID' => $id, 'post_content' => "Version $n" ) );
		}
		$this->assertSame( 1, Outbox::progress()['waiting'] );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->assertNotNull( Ledger::get( 'p', $id ) );
	}
}
