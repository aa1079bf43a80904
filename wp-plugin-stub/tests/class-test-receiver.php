<?php
/**
 * What the bridge stores here.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Payload;

require_once __DIR__ . '/class-receiver-case.php';

/**
 * Objects of a push, however they came.
 */
class Test_Receiver extends Receiver_Case {

	public function test_a_signed_push_is_stored_as_it_was_sent(): void {
		$mentor = $this->mentor();
		list( $code, $answer ) = $this->rest( $this->body( array( $this->related( 3, array( $mentor ) ) ) ) );
		$this->assertSame( 200, $code );
		$this->assertSame( array( 'accepted' => array( array( 'kind' => 'related', 'object' => $this->shared, 'version' => 3 ) ), 'refused' => array(), 'unknown' => array() ), $answer );
		$this->assertSame( \Mentor_Bridge\Related_Owner::stamp( $this->shared ) + array( 'version' => 3, 'language' => 'en-US', 'mentors' => array( $mentor ) ), $this->stored(), 'quotes, backslashes and emoji survive' );
	}

	public function test_an_older_version_is_refused_with_the_one_held(): void {
		$this->rest( $this->body( array( $this->related( 5, array( $this->mentor() ) ) ) ) );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 4, array() ) ) ) );
		$this->assertSame( array( array( 'kind' => 'related', 'object' => $this->shared, 'held' => 5 ) ), $answer['refused'] );
		$this->assertCount( 1, $this->stored()['mentors'] );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 5, array( $this->mentor() ) ) ) ) );
		$this->assertCount( 1, $answer['accepted'], 'a repeat is fine' );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 6, array() ) ) ) );
		$this->assertCount( 1, $answer['accepted'] );
		$this->assertSame( array(), $this->stored()['mentors'] );
	}

	public function test_posts_that_are_not_there_are_unknown(): void {
		$draft = $this->post( array( 'post_status' => 'draft' ) );
		$page  = $this->post( array( 'post_type' => 'page' ) );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 1, array(), 999999 ), $this->related( 1, array(), $draft ), $this->related( 1, array(), $page ), $this->related( 1, array() ) ) ) );
		$this->assertSame( array( 999999, $draft, $page ), \array_column( $answer['unknown'], 'object' ) );
		$this->assertSame( array( $this->shared ), \array_column( $answer['accepted'], 'object' ) );
	}

	public function test_what_does_not_fit_is_dropped(): void {
		$mentors = array(
			$this->mentor( array( 'name' => \str_repeat( 'é', 121 ) ) ),
			$this->mentor( array( 'name' => '' ) ),
			$this->mentor( array( 'name' => array( 'x' ) ) ),
			$this->mentor( array( 'url' => 'javascript:alert(1)' ) ),
			$this->mentor( array( 'url' => 'https://user:pass@evil.example/' ) ),
			$this->mentor( array( 'why' => '' ) ),
			'no mentor',
			$this->mentor( array( 'name' => "Two\nlines\x07 \u{202E}turned", 'topics' => array( 'a', 'b', 'c', 'd', 'e', 'f', 7, \str_repeat( 'x', 41 ) ), 'post' => array( 'title' => 'No address' ), 'extra' => 'x' ) ),
			$this->mentor( array( 'name' => '<script>alert(1)</script>' ) ),
		);
		$this->rest( $this->body( array( $this->related( 1, $mentors ) ) ) );
		$mentors = $this->stored()['mentors'];
		$this->assertSame( array( 'Two lines turned', '<script>alert(1)</script>' ), \array_column( $mentors, 'name' ), 'text is text; it is escaped where it is printed' );
		$this->assertSame( array( 'a', 'b', 'c', 'd', 'e' ), $mentors[0]['topics'] );
		$this->assertNull( $mentors[0]['post'] );
		$this->assertArrayNotHasKey( 'extra', $mentors[0] );
		$this->rest( $this->body( array( $this->related( 2, \array_fill( 0, 12, $this->mentor() ) ) ) ) );
		$this->assertCount( 10, $this->stored()['mentors'] );
	}

	public function test_the_scripts_door(): void {
		$this->rest( $this->body( array( $this->related( 7, array() ) ) ) );
		$this->assertTrue( \mentor_bridge_put_related( $this->shared, array( $this->mentor() ) ) );
		$this->assertSame( 7, $this->stored()['version'], 'the next list of the bridge replaces it' );
		$this->assertSame( 'en-US', $this->stored()['language'] );
		$this->assertSame( 'mentor_bridge_unknown_post', \mentor_bridge_put_related( 999999, array() )->get_error_code() );
		$this->assertSame( 7, \mentor_bridge_put_related( $this->shared, array(), 6 )->get_error_data() );
		$this->assertSame( Payload::blog_language(), $this->stored()['language'] );
	}

	public function test_page_caches_are_told(): void {
		$post_ids = array();
		\add_action(
			'mentor_bridge_stored',
			static function ( $id ) use ( &$post_ids ) {
				$post_ids[] = $id;
			}
		);
		\mentor_bridge_put_related( $this->shared, array( $this->mentor() ) );
		\mentor_bridge_put_related( $this->shared, array( $this->mentor() ) );
		$this->assertSame( array( $this->shared ), $post_ids );
	}
}
