<?php
/**
 * Comments: what is told, and what is not.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Outbox;

/**
 * Every way in which a comment comes, changes and goes.
 */
class Test_Comments extends WordPress_Case {

	/**
	 * A post of Alice's that the bridge holds.
	 *
	 * @var int
	 */
	private $shared;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post();
		$this->connect();
	}

	public function test_an_approved_comment_is_sent_without_an_address(): void {
		$id = $this->comment( $this->shared, array( 'comment_author_url' => 'https://zoe.example', 'comment_author_IP' => '192.0.2.7', 'comment_agent' => 'Secret/1.0', 'comment_date_gmt' => '2024-05-01 10:00:00', 'comment_type' => '' ) );
		$this->drain();
		$event = $this->events()[0];
		$data  = $event['data'];
		$this->assertSame( 'comment.published', $event['type'] );
		$this->assertMatchesRegularExpression( '/\Ac' . $id . '_\d{13}_\d+\z/', $event['id'] );
		$this->assertSame( array( 'version', 'hash', 'id', 'post_id', 'parent_id', 'commenter', 'commenter_basis', 'author_name', 'author_id', 'is_staff', 'by_post_author', 'comment_type', 'insightful', 'has_website', 'content', 'published_at' ), \array_keys( $data ) );
		$this->assertSame( $this->shared, $data['post_id'] );
		$this->assertSame( 'email', $data['commenter_basis'] );
		$this->assertSame( \hash_hmac( 'sha256', 'zoe@example.org', \get_option( 'mentor_bridge_commenter_key' ) ), $data['commenter'] );
		$this->assertSame( 'comment', $data['comment_type'] );
		$this->assertSame( array( false, true ), array( $data['insightful'], $data['has_website'] ) );
		$this->assertStringNotContainsString( 'zoe.example', $this->requests()[0]['body'], 'whether there is a website, not which' );
		$this->assertSame( '2024-05-01T10:00:00Z', $data['published_at'] );
		$this->assertFalse( $data['is_staff'] );
		foreach ( array( 'zoe@example.org', 'Zoe@Example.org', '192.0.2.7', 'Secret/1.0' ) as $secret ) {
			$this->assertStringNotContainsStringIgnoringCase( $secret, $this->requests()[0]['body'] );
		}
	}

	public function test_commenters_are_told_apart_and_recognised(): void {
		$ids = array(
			$this->comment( $this->shared, array( 'comment_author_email' => 'ZOE@example.org' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => ' zoe@example.org', 'comment_author' => 'Another name' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => 'max@example.org' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => '', 'comment_author' => 'Zoé', 'comment_author_url' => 'https://z.example' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => '', 'comment_author' => 'zoé ', 'comment_author_url' => 'https://Z.example' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => '', 'comment_author' => '', 'comment_author_url' => '' ) ),
			$this->comment( $this->shared, array( 'comment_author_email' => '', 'comment_author' => 'Anonymous', 'comment_author_url' => '' ) ),
		);
		$this->drain();
		$data = \array_column( \array_column( $this->events(), 'data' ), null, 'id' );
		list( $a, $b, $c, $d, $e, $f, $g ) = \array_map(
			static function ( $id ) use ( $data ) {
				return array( $data[ $id ]['commenter'], $data[ $id ]['commenter_basis'] );
			},
			$ids
		);
		$this->assertSame( $a, $b );
		$this->assertNotSame( $a[0], $c[0] );
		$this->assertSame( 'name', $d[1] );
		$this->assertSame( $d, $e );
		$this->assertSame( array( '', 'anonymous' ), $f );
		$this->assertSame( array( '', 'anonymous' ), $g, 'all whom the eraser made nameless are not one person' );
	}

	public function test_an_address_used_as_a_name_stays_here(): void {
		$this->comment( $this->shared, array( 'comment_author' => 'zoe@example.org' ) );
		$this->drain();
		$this->assertSame( '', $this->events()[0]['data']['author_name'] );
	}

	public function test_the_author_and_the_staff_are_named_as_such(): void {
		$alice = $this->comment( $this->shared, array( 'user_id' => $this->users['alice'] ) );
		$bob   = $this->comment( $this->shared, array( 'user_id' => $this->users['bob'] ) );
		$this->drain();
		$data = \array_column( \array_column( $this->events(), 'data' ), null, 'id' );
		$this->assertTrue( $data[ $alice ]['by_post_author'] && $data[ $alice ]['is_staff'] );
		$this->assertTrue( $data[ $bob ]['is_staff'] );
		$this->assertFalse( $data[ $bob ]['by_post_author'] );
		$this->assertSame( $this->users['bob'], $data[ $bob ]['author_id'] );
	}

	public function test_moderation(): void {
		$id = $this->comment( $this->shared, array( 'comment_approved' => 0 ) );
		$this->assertSame( array(), $this->drained() );
		\wp_set_comment_status( $id, 'approve' );
		$this->assertSame( array( "comment.published $id" ), $this->drained() );
		foreach ( array( 'hold' => 'approve', 'spam' => 'approve', 'trash' => 'approve' ) as $away => $back ) {
			\wp_set_comment_status( $id, $away );
			$this->drain();
			$this->assertSame( array( 'id' => $id, 'post_id' => $this->shared ), \array_diff_key( $this->events()[0]['data'], array( 'version' => 0 ) ), $away );
			$this->assertSame( array( "comment.removed $id" ), $this->drained() );
			\wp_set_comment_status( $id, $back );
			$this->assertSame( array( "comment.published $id" ), $this->drained(), $away );
		}
		\wp_spam_comment( $id );
		$this->assertSame( array( "comment.removed $id" ), $this->drained() );
		\wp_unspam_comment( $id );
		$this->assertSame( array( "comment.published $id" ), $this->drained() );
		\wp_delete_comment( $id, true );
		$this->assertSame( array( "comment.removed $id" ), $this->drained() );
	}

	public function test_an_edit_is_sent_and_an_edit_that_changes_nothing_is_not(): void {
		$id = $this->comment( $this->shared );
		$this->drained();
		\wp_update_comment( array( 'comment_ID' => $id, 'comment_content' => 'Better said.' ) );
		$this->drain();
		$this->assertSame( 'Better said.', $this->events()[0]['data']['content'] );
		$this->forget_requests();
		\wp_update_comment( array( 'comment_ID' => $id, 'comment_karma' => 3 ) );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_comment_by_rest_is_captured_and_the_post_is_not_sent_for_its_count(): void {
		$request = new \WP_REST_Request( 'POST', '/wp/v2/comments' );
		$request->set_body_params( array( 'post' => $this->shared, 'content' => 'By REST.' ) );
		$id = \rest_do_request( $request )->get_data()['id'];
		$this->assertSame( array( "comment.published $id" ), $this->drained() );
	}

	public function test_a_comment_by_the_form_is_captured_when_approved_at_once(): void {
		$id = \wp_new_comment( array( 'comment_post_ID' => $this->shared, 'comment_author' => 'Alice', 'comment_author_email' => 'alice@example.org', 'comment_author_url' => '', 'comment_content' => 'Thank you all.', 'user_id' => $this->users['alice'] ) );
		$this->assertSame( '1', \get_comment( $id )->comment_approved );
		$this->assertSame( array( "comment.published $id" ), $this->drained() );
	}

	public function test_pingbacks_are_sent_and_notes_never(): void {
		$ping = $this->comment( $this->shared, array( 'comment_type' => 'pingback' ) );
		$note = $this->comment( $this->shared, array( 'comment_type' => 'note', 'user_id' => $this->users['alice'] ) );
		$this->comment( $this->shared, array( 'comment_type' => 'order_note' ) );
		$this->assertSame( array( "comment.published $ping" ), $this->drained() );
		\wp_update_comment( array( 'comment_ID' => $note, 'comment_content' => 'x' ) );
		\wp_trash_comment( $note );
		\wp_untrash_comment( $note );
		$this->assertSame( array(), $this->drained() );
		// Nor when everything is sent again.
		\Mentor_Bridge\Enqueue::resend_everything();
		$this->assertNotContains( "comment.published $note", $this->drained() );
	}

	public function test_comments_of_posts_that_are_not_shared_stay_here(): void {
		$draft = $this->post( array( 'post_status' => 'draft' ) );
		$bobs  = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->comment( $draft );
		$this->comment( $bobs );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_without_statistics_no_comment_is_sent(): void {
		\mentor_bridge_disconnect();
		$this->connect( array( 'alice' ), false );
		$this->comment( $this->shared );
		$id = $this->post();
		$this->comment( $id );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_comments_come_back_with_their_post(): void {
		$id      = $this->comment( $this->shared );
		$pending = $this->comment( $this->shared, array( 'comment_approved' => 0 ) );
		$this->drained();
		\wp_trash_post( $this->shared );
		$this->assertSame( array( "post.removed $this->shared" ), $this->drained() );
		\wp_untrash_post( $this->shared );
		\wp_update_post( array( 'ID' => $this->shared, 'post_status' => 'publish' ) );
		$this->assertSame( array( "post.published $this->shared", "comment.published $id" ), $this->drained() );
		$this->assertIsInt( $pending );
	}

	public function test_what_core_erases_is_told(): void {
		$id = $this->comment( $this->shared );
		$this->drained();
		require_once ABSPATH . 'wp-admin/includes/user.php';
		\wp_comments_personal_data_eraser( 'Zoe@Example.org' );
		\wp_cache_flush();
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->comments, array( 'comment_author_email' => '', 'comment_author' => 'Anonymous' ), array( 'comment_ID' => $id ) );
		\do_action( 'wp_privacy_personal_data_erased', 1 );
		$this->drain();
		$this->assertSame( array( '', 'anonymous', 'Anonymous' ), array( $this->events()[0]['data']['commenter'], $this->events()[0]['data']['commenter_basis'], $this->events()[0]['data']['author_name'] ) );
	}

	public function test_the_outbox_counts(): void {
		$this->comment( $this->shared );
		$this->assertSame( array( 'total' => 4, 'sent' => 3, 'waiting' => 1, 'failed' => 0 ), Outbox::progress() );
		$this->assertSame( 'c', $this->outbox()[0]['kind'] );
	}
}
