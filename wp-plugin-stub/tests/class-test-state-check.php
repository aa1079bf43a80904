<?php
/**
 * Both sides compare what they hold.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Check_Report;
use Mentor_Bridge\Ledger;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\State_Check;
use Mentor_Bridge\State_Digest;

/**
 * What is asked of the bridge, and when.
 */
class Test_State_Check extends WordPress_Case {

	/** The questions that were asked, each as kind => what is said of it. */
	private function questions(): array {
		$questions = array();
		foreach ( $this->requests() as $request ) {
			if ( '/digests' === \substr( $request['path'], -8 ) ) {
				$questions[] = \array_column( \json_decode( $request['body'], true )['data']['sent'], null, 'kind' );
			}
		}
		return $questions;
	}

	/** An answer of a bridge that holds so many objects of each kind, all as they were sent. */
	private function all_equal( array $counts ): array {
		$kinds = array();
		foreach ( $counts as $kind => $count ) {
			$kinds[] = array( 'kind' => $kind, 'count' => $count, 'differing' => 0, 'ranges' => array(), 'objects' => array() );
		}
		return array( 'path' => '/digests', 'code' => 200, 'body' => \wp_json_encode( array( 'waiting' => 0, 'kinds' => $kinds ) ) );
	}

	/** Puts a row into the ledger as if its object had been sent. */
	private function note_sent( string $kind, int $id ): void {
		global $wpdb;
		$wpdb->insert( Ledger::table(), array( 'kind' => $kind, 'object_id' => $id, 'parent_id' => 0, 'revision' => 1, 'hash' => \str_repeat( 'a', 40 ) ) ); // phpcs:ignore
	}

	public function test_the_first_comparison_follows_when_all_has_flowed(): void {
		$this->post();
		$this->answer_with( $this->all_equal( array( 'blog' => 1, 'author' => 1, 'post' => 1 ) ) );
		\mentor_bridge_connect( Server::$peer_url, array( $this->users['alice'] ), array( 'code' => 'for-tests' ) );
		$this->drain();
		$state = State_Check::state();
		$this->assertSame( array( 0, 3, 3, 0 ), array( $state['due'], $state['here'], $state['there'], $state['differing'] ) );
		$this->assertStringContainsString( '3 of 3', Check_Report::sentences( $state )[0] );
	}

	public function test_what_the_bridge_has_refused_differs_on_no_side(): void {
		$this->connect();
		$kept    = $this->post();
		$refused = $this->post();
		$this->drain();
		$this->answer_with( array( 'path' => '/' . \basename( $this->requests()[0]['path'] ), 'code' => 422, 'body' => '{"error":{"type":"invalid","message":"no"}}' ) );
		\wp_update_post( array( 'ID' => $refused, 'post_title' => 'Of another kind' ) );
		$this->drain();
		$this->assertArrayHasKey( $refused, \array_filter( Outbox::of_posts( array( $kept, $refused ) ) ) );
		$this->forget_requests();

		State_Check::request();
		$this->answer_with( $this->all_equal( array( 'blog' => 1, 'author' => 1, 'post' => 1 ) ) );
		$this->drain();
		$post = $this->questions()[0]['post'];
		$this->assertSame( array( array( $refused ), 1 ), array( $post['without'], \array_sum( \array_column( $post['ranges'], 1 ) ) ) );
		$this->assertStringContainsString( '1 object that the bridge has refused', Check_Report::sentences( State_Check::state() )[1] );
	}

	public function test_ids_that_lie_far_apart_make_no_range_that_holds_everything(): void {
		$this->note_sent( Outbox::COMMENT, 3 );
		$this->note_sent( Outbox::COMMENT, 7 * State_Digest::WIDTH );
		$this->note_sent( Outbox::COMMENT, 4000000000000000000 );
		$comments = \array_column( State_Digest::sent(), null, 'kind' )['comment'];
		$this->assertSame( State_Digest::WIDTH, $comments['width'] );
		$this->assertSame( array( array( 0, 1 ), array( 7, 1 ), array( 4000000000000000, 1 ) ), \array_map( static function ( $range ) {
			return \array_slice( $range, 0, 2 );
		}, $comments['ranges'] ) );
	}

	public function test_of_many_ranges_few_are_told_and_each_holds_few(): void {
		global $wpdb;
		$rows = array();
		for ( $n = 0; $n < 2 * State_Digest::RANGES + 1; ++$n ) {
			$rows[] = "('c', " . $n * State_Digest::WIDTH . ", 0, 1, '')";
		}
		$wpdb->query( 'INSERT INTO ' . Ledger::table() . ' (kind, object_id, parent_id, revision, hash) VALUES ' . \implode( ',', $rows ) ); // phpcs:ignore
		$comments = \array_column( State_Digest::sent(), null, 'kind' )['comment'];
		$this->assertSame( 3 * State_Digest::WIDTH, $comments['width'] );
		$this->assertLessThanOrEqual( State_Digest::RANGES, \count( $comments['ranges'] ) );
		$this->assertSame( 2 * State_Digest::RANGES + 1, \array_sum( \array_column( $comments['ranges'], 1 ) ) );
	}
}
