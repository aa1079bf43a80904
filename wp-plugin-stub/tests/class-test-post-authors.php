<?php
/**
 * Who wrote a post, where a plugin knows better than the account that published it.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Payload;
use Mentor_Bridge\Post_Authors;

/**
 * With a stand-in for the public function that Co-Authors Plus and PublishPress Authors have. It stays defined, and knows
 * nothing when these tests end.
 */
class Test_Post_Authors extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$GLOBALS['mentor_bridge_writers'] = array();
		if ( ! \function_exists( 'get_coauthors' ) ) {
			eval( 'function get_coauthors( $id ) { return $GLOBALS["mentor_bridge_writers"][ $id ] ?? array(); }' ); // phpcs:ignore Squiz.PHP.Eval.Discouraged
		}
		\register_taxonomy( 'author', 'post', array( 'public' => false, 'query_var' => false, 'rewrite' => false ) );
	}

	protected function tearDown(): void {
		$GLOBALS['mentor_bridge_writers'] = array();
		\unregister_taxonomy( 'author' );
		parent::tearDown();
	}

	/**
	 * Names the writers of a post, as the plugin does when a post is saved.
	 *
	 * @param int                  $id      The post.
	 * @param (\WP_User|object)[] $writers Who wrote it.
	 */
	private function name( int $id, array $writers ): void {
		$GLOBALS['mentor_bridge_writers'][ $id ] = $writers;
		\wp_set_object_terms( $id, \array_map( 'strval', \array_column( $writers, 'ID' ) ), 'author' );
	}

	/**
	 * Gives an author as PublishPress Authors does: everything is asked of the object, nothing of it is a property.
	 *
	 * @param string $name    Name under the post.
	 * @param string $user_id As in the meta of its term: '' for a guest.
	 */
	private function byline( string $name, string $user_id = '' ): object {
		$fields = array( 'ID' => '' === $user_id ? -815 : $user_id, 'user_id' => $user_id, 'display_name' => $name, 'user_email' => 'byline@example.org' );
		return new class( $fields ) {
			private $fields; // phpcs:ignore Squiz.Commenting
			public function __construct( array $fields ) { // phpcs:ignore Squiz.Commenting
				$this->fields = $fields;
			}
			public function __isset( $name ) { // phpcs:ignore Squiz.Commenting
				return isset( $this->fields[ $name ] );
			}
			public function __get( $name ) { // phpcs:ignore Squiz.Commenting
				return $this->fields[ $name ] ?? '';
			}
		};
	}

	private function guest( string $linked = '' ): \stdClass {
		return (object) array( 'ID' => 4711, 'type' => 'guest-author', 'display_name' => 'Léa', 'user_login' => 'lea', 'linked_account' => $linked );
	}

	public function test_a_guest_text_is_in_nobodys_profile(): void {
		$this->connect();
		$id = $this->post();
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->name( $id, array( $this->guest() ) );
		$this->assertSame( array( "post.removed $id" ), $this->drained(), 'not even while Alice published it' );
		$this->name( $id, array( \get_userdata( $this->users['alice'] ), $this->guest() ) );
		$this->assertSame( array(), $this->drained(), 'nor when she wrote a part of it' );
		$this->name( $id, array( \get_userdata( $this->users['alice'] ) ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_publishpress_authors_shares_what_its_users_write_and_nothing_of_its_guests(): void {
		$this->connect();
		$alice = $this->users['alice'];
		$own   = $this->post();
		$GLOBALS['mentor_bridge_writers'][ $own ] = array( $this->byline( 'Alice', (string) $alice ) );
		$guests = $this->post();
		$GLOBALS['mentor_bridge_writers'][ $guests ] = array( $this->byline( 'Léa Guest' ) );
		$both = $this->post();
		$GLOBALS['mentor_bridge_writers'][ $both ] = array( $this->byline( 'Alice', (string) $alice ), $this->byline( 'Bob', (string) $this->users['bob'] ) );
		$gone = $this->post();
		$GLOBALS['mentor_bridge_writers'][ $gone ] = array( $this->byline( 'Who left', '987654' ) );
		$this->assertSame( array( "post.published $own" ), $this->drained() );
		$this->assertSame( array( array( 'name' => 'Léa Guest', 'is_guest' => true ) ), Post_Authors::absent( \get_post( $guests ) ) );
		$this->assertSame( array( array( 'name' => 'Bob', 'is_guest' => false ) ), Post_Authors::absent( \get_post( $both ) ) );
		$this->assertSame( array( array( 'name' => 'Who left', 'is_guest' => true ) ), Post_Authors::absent( \get_post( $gone ) ) );
	}

	public function test_who_wrote_it_is_told_and_not_who_published_it(): void {
		$this->connect( array( 'bob' ) );
		$id = $this->post( array( 'post_author' => $this->users['alice'] ) );
		$this->assertSame( array(), $this->drained() );
		$this->name( $id, array( $this->guest( 'bob' ) ) );
		$this->drain();
		$this->assertSame( $this->users['bob'], $this->events()[0]['data']['author_id'], 'a guest who is linked to an account' );
		$comment = $this->comment( $id, array( 'user_id' => $this->users['bob'] ) );
		$this->assertTrue( Payload::comment( \get_comment( $comment ), \get_post( $id ) )['by_post_author'] );
	}

	public function test_a_text_of_two_is_shared_while_both_take_part_and_counts_for_the_first(): void {
		$this->connect();
		$alice = $this->users['alice'];
		$bob   = $this->users['bob'];
		$id    = $this->post();
		$this->name( $id, array( \get_userdata( $alice ), \get_userdata( $bob ) ) );
		$this->assertSame( array( $alice, $bob ), Post_Authors::of( \get_post( $id ) ) );
		$this->assertSame( array(), $this->drained() );
		\mentor_bridge_set_consent( $bob, true );
		$this->drain();
		$events = \array_column( $this->events(), 'data', 'type' );
		$this->assertSame( array( $id, $alice ), array( $events['post.published']['id'], $events['post.published']['author_id'] ) );
		$this->forget_requests();
		\mentor_bridge_set_consent( $bob, false );
		$events = $this->drained();
		\sort( $events );
		$this->assertSame( array( "author.removed $bob", "post.removed $id" ), $events );
	}

	public function test_the_preview_shows_a_post_that_waits_for_nobody_else(): void {
		$bob    = $this->users['bob'];
		$alone  = $this->post( array( 'post_author' => $bob, 'post_title' => 'Alone', 'post_date' => '2024-05-01 10:00:00' ) );
		$common = $this->post( array( 'post_author' => $bob, 'post_title' => 'Common' ) );
		$this->name( $common, array( \get_userdata( $bob ), \get_userdata( $this->users['carol'] ) ) );
		$this->assertSame( $alone, \Mentor_Bridge\Event_Renderer::preview( $bob )['post']['data']['id'] );
	}
}
