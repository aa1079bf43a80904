<?php
/**
 * Authors and their consent.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Consent;
use Mentor_Bridge\Invitation;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Service_User;

/**
 * Who takes part, who no longer does, and what follows.
 */
class Test_Authors extends WordPress_Case {

	public function test_who_agreed_when_by_which_door_and_to_what_is_kept(): void {
		\wp_set_current_user( $this->users['bob'] );
		$this->assertTrue( Consent::set( $this->users['bob'], true, 'profile', Consent::text_id() ) );
		$record = Consent::record( $this->users['bob'] );
		$this->assertSame( array( true, $this->users['bob'], 'profile', Consent::text_id() ), array( $record['takes_part'], $record['by'], $record['door'], $record['text_id'] ) );
		$this->assertMatchesRegularExpression( '/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/', $record['at'] );
		$this->assertSame( Consent::text(), Consent::text_by_id( $record['text_id'] ) );
		$this->assertStringStartsWith( 'en_US-', $record['text_id'] );
		Consent::set( $this->users['bob'], false, 'profile', Consent::text_id() );
		$this->assertSame( array( false, true ), \array_column( Consent::history( $this->users['bob'] ), 'takes_part' ) );
		$this->assertSame( array(), Consent::participants() );
	}

	public function test_a_script_is_recorded_as_a_script(): void {
		\wp_set_current_user( 0 );
		$this->assertTrue( \mentor_bridge_set_consent( $this->users['bob'], true ) );
		$this->assertSame( 'script', Consent::record( $this->users['bob'] )['door'] );
		$this->assertSame( array( $this->users['bob'] ), Consent::participants() );
		$this->assertInstanceOf( \WP_Error::class, \mentor_bridge_set_consent( 999999, true ) );
	}

	public function test_saying_the_same_twice_is_recorded_once(): void {
		\mentor_bridge_set_consent( $this->users['bob'], true );
		\mentor_bridge_set_consent( $this->users['bob'], true );
		$this->assertCount( 1, Consent::history( $this->users['bob'] ) );
	}

	public function test_an_invitation_is_no_consent(): void {
		$this->connect();
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->assertTrue( Consent::invite( $this->users['bob'] ) );
		$this->assertTrue( Invitation::is_open( $this->users['bob'] ) );
		$this->assertFalse( Consent::takes_part( $this->users['bob'] ) );
		$this->assertSame( array(), $this->drained() );
		Consent::set( $this->users['bob'], true, 'profile', Consent::text_id() );
		$this->assertFalse( Invitation::is_open( $this->users['bob'] ) );
	}

	public function test_joining_sends_the_author_and_the_history(): void {
		$this->connect();
		$id      = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$comment = $this->comment( $id );
		$live    = $this->post();
		\mentor_bridge_set_consent( $this->users['bob'], true );
		$later = $this->post();
		$bob   = $this->users['bob'];
		$this->assertSame( array( "post.published $live", "author.updated $bob", "post.published $later", "post.published $id", "comment.published $comment" ), $this->drained(), 'history is behind what happens now' );
	}

	public function test_the_authors_event(): void {
		\update_user_meta( $this->users['alice'], 'description', "I bake.\nAnd I \"fail\"." );
		\update_user_option( $this->users['alice'], 'mentor_bridge_offers', array( 'baking', 'rents' ) );
		\update_user_option( $this->users['alice'], 'mentor_bridge_needs', array( 'taxes' ) );
		\mentor_bridge_connect( Server::$peer_url, array( $this->users['alice'] ) );
		$this->drain();
		$data = $this->events()[1]['data'];
		$this->assertSame( array( 'version', 'hash', 'id', 'name', 'url', 'bio', 'takes_part', 'consented_at', 'consent_door', 'consent_text', 'offers', 'needs', 'languages', 'declared' ), \array_keys( $data ) );
		$this->assertSame( 'Alice', $data['name'] );
		$this->assertSame( "I bake.\nAnd I \"fail\".", $data['bio'] );
		$this->assertSame( \get_author_posts_url( $this->users['alice'] ), $data['url'] );
		$this->assertTrue( $data['takes_part'] );
		$this->assertSame( 'script', $data['consent_door'] );
		$this->assertSame( array( 'baking', 'rents' ), $data['offers'] );
		$this->assertStringNotContainsString( 'alice@example.org', \wp_json_encode( $this->requests() ) );
	}

	public function test_a_profile_change_is_told_and_a_save_of_the_same_is_not(): void {
		$this->connect();
		$alice = $this->users['alice'];
		\wp_update_user( array( 'ID' => $alice, 'display_name' => 'Alice B.' ) );
		$this->assertSame( array( "author.updated $alice" ), $this->drained() );
		\wp_update_user( array( 'ID' => $alice ) );
		$this->assertSame( array(), $this->drained() );
		\update_user_option( $alice, 'mentor_bridge_needs', array( 'taxes' ) );
		$this->assertSame( array( "author.updated $alice" ), $this->drained() );
		\wp_update_user( array( 'ID' => $this->users['bob'], 'display_name' => 'Robert' ) );
		$this->assertSame( array(), $this->drained(), 'who does not take part is not mentioned' );
	}

	public function test_withdrawing_is_one_event_that_covers_all(): void {
		$id = $this->post();
		$this->comment( $id );
		$this->connect();
		$alice = $this->users['alice'];
		\mentor_bridge_set_consent( $alice, false );
		$this->assertSame( array( "author.removed $alice" ), $this->drained() );
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'New words.' ) );
		$this->assertSame( array(), $this->drained() );
		$this->assertSame( 1, Outbox::progress()['sent'], 'only the blog is left' );
	}

	public function test_coming_back_sends_everything_again(): void {
		$id      = $this->post();
		$comment = $this->comment( $id );
		$this->connect();
		$alice = $this->users['alice'];
		\mentor_bridge_set_consent( $alice, false );
		$this->drained();
		\mentor_bridge_set_consent( $alice, true );
		$this->assertSame( array( "author.updated $alice", "post.published $id", "comment.published $comment" ), $this->drained() );
	}

	public function test_coming_back_after_a_withdrawal_whose_answer_was_lost_sends_everything_again(): void {
		$id      = $this->post();
		$comment = $this->comment( $id );
		$this->connect();
		$alice = $this->users['alice'];
		\mentor_bridge_set_consent( $alice, false );
		$this->answer_with( array( 'code' => 500 ) );
		$this->drain();
		$this->forget_requests();
		\mentor_bridge_set_consent( $alice, true );
		$this->assertSame( array( "author.updated $alice", "post.published $id", "comment.published $comment" ), $this->drained() );
	}

	public function test_a_withdrawal_before_anything_was_sent_mentions_nobody(): void {
		$this->connect( array() );
		$this->post();
		\mentor_bridge_set_consent( $this->users['alice'], true );
		\mentor_bridge_set_consent( $this->users['alice'], false );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_deleting_an_author_removes_them(): void {
		$id = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->connect( array( 'alice', 'bob' ) );
		$bob = $this->users['bob'];
		\wp_delete_user( $bob );
		$events = $this->drained();
		$this->assertSame( "author.removed $bob", \end( $events ) );
		$this->assertSame( array( "post.removed $id", "author.removed $bob" ), $events );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_posts_that_are_reassigned_stay_if_the_new_author_takes_part(): void {
		$id = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->comment( $id );
		$this->connect( array( 'alice', 'bob' ) );
		$bob = $this->users['bob'];
		\wp_delete_user( $bob, $this->users['alice'] );
		$this->drain();
		$events = $this->events();
		$this->assertSame( array( 'author.removed', 'post.published', 'comment.published' ), \array_column( $events, 'type' ) );
		$this->assertSame( $this->users['alice'], $events[1]['data']['author_id'] );
		$this->assertGreaterThan( $events[0]['data']['version']['revision'], $events[1]['data']['version']['revision'], 'or the removal would cover it' );
		$this->assertGreaterThan( $events[0]['data']['version']['revision'], $events[2]['data']['version']['revision'] );
	}

	public function test_posts_that_are_reassigned_go_if_the_new_author_does_not(): void {
		$id = $this->post();
		$this->connect();
		$alice = $this->users['alice'];
		\wp_delete_user( $alice, $this->users['bob'] );
		$this->assertSame( array( "author.removed $alice" ), $this->drained() );
		$this->assertIsInt( $id );
	}

	public function test_a_change_of_the_blog_is_told(): void {
		$this->connect();
		$name = \get_option( 'blogname' );
		\update_option( 'blogname', 'Bread & Butter' );
		$this->drain();
		$this->assertSame( 'Bread & Butter', $this->events()[0]['data']['name'] );
		$this->forget_requests();
		\update_option( 'blogname', $name );
		\update_option( 'blogdescription', 'New ' . \wp_rand() );
		$this->assertSame( array( 'blog.updated' ), $this->drained(), 'two changes, one delivery' );
	}

	public function test_the_dedicated_account_can_do_nothing_but_push(): void {
		$mails = 0;
		\add_filter(
			'pre_wp_mail',
			$count = static function () use ( &$mails ) {
				++$mails;
				return true;
			}
		);
		$this->connect();
		\remove_filter( 'pre_wp_mail', $count );
		$this->assertSame( 0, $mails );
		$user = \get_userdata( Service_User::id() );
		$this->assertSame( array( 'mentor_bridge' ), \array_values( $user->roles ) );
		$this->assertSame( array( 'mentor_bridge_push', 'read' ), $this->sorted( \array_keys( \array_filter( \get_role( 'mentor_bridge' )->capabilities ) ) ) );
		$this->assertSame( '', $user->user_email );
		$this->assertStringNotContainsString( $user->display_name, \wp_list_authors( array( 'echo' => false, 'hide_empty' => false ) ) );
		$this->assertStringContainsString( 'Alice', \wp_list_authors( array( 'echo' => false, 'hide_empty' => false, 'exclude_admin' => false ) ) );
		foreach ( array( \get_author_posts_url( $user->ID ), \home_url( '/?author=' . $user->ID ) ) as $url ) {
			$this->assertSame( 404, \wp_remote_retrieve_response_code( \wp_remote_get( $url, array( 'redirection' => 0 ) ) ), $url );
		}
		$this->assertInstanceOf( \WP_Error::class, Consent::set( $user->ID, true, 'script', '' ) );
	}

	private function sorted( array $list ): array {
		\sort( $list );
		return $list;
	}

	public function test_a_name_that_is_taken_is_left_alone(): void {
		$taken = \wp_insert_user( array( 'user_login' => 'mentor-bridge', 'user_pass' => 'password', 'role' => 'editor' ) );
		$this->connect();
		$this->assertNotSame( $taken, Service_User::id() );
		\mentor_bridge_disconnect();
		$this->assertNotFalse( \get_userdata( $taken ) );
	}

	public function test_an_account_that_got_another_role_is_not_deleted(): void {
		$this->connect();
		$id = Service_User::id();
		\get_userdata( $id )->set_role( 'editor' );
		\mentor_bridge_disconnect();
		$this->assertNotFalse( \get_userdata( $id ) );
	}
}
