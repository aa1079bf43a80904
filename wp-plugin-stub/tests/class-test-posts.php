<?php
/**
 * Posts: what is told, and what is not.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Outbox;

/**
 * Everything a blogger does to a post.
 */
class Test_Posts extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_drafts_revisions_autosaves_and_other_types_are_never_sent(): void {
		$draft = $this->post( array( 'post_status' => 'draft' ) );
		\wp_update_post( array( 'ID' => $draft, 'post_content' => 'More.' ) );
		\wp_delete_post( $draft, true );
		$this->post( array( 'post_status' => 'private' ) );
		$this->post( array( 'post_status' => 'pending' ) );
		$this->post( array( 'post_status' => 'future', 'post_date' => \gmdate( 'Y-m-d H:i:s', \time() + DAY_IN_SECONDS ) ) );
		$this->post( array( 'post_password' => 'secret' ) );
		$this->post( array( 'post_type' => 'page' ) );
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertSame( array(), $this->drained() );
		$id = $this->post();
		$this->drained();
		require_once ABSPATH . 'wp-admin/includes/post.php';
		\wp_create_post_autosave( array( 'post_ID' => $id, 'post_title' => 'x', 'post_content' => 'Not yet.', 'post_type' => 'post' ) );
		\_wp_put_post_revision( $id );
		foreach ( \wp_get_post_revisions( $id ) as $revision ) {
			\wp_delete_post_revision( $revision->ID );
		}
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_save_that_changes_nothing_sends_nothing(): void {
		$id = $this->post();
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		\sleep( 1 );
		\wp_update_post( array( 'ID' => $id ) );
		\wp_update_post( array( 'ID' => $id ) );
		$this->assertSame( 1, Outbox::progress()['waiting'] );
		$this->assertSame( array(), $this->drained() );
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Changed.' ) );
		\wp_update_post( array( 'ID' => $id ) );
		$this->assertSame( array( "post.published $id" ), $this->drained(), 'two saves, one delivery' );
	}

	public function test_a_post_published_over_rest_carries_its_terms(): void {
		$tag     = \wp_insert_term( 'Farine-' . \wp_rand(), 'post_tag' );
		$request = new \WP_REST_Request( 'POST', '/wp/v2/posts' );
		$request->set_body_params( array( 'title' => 'Rest', 'content' => 'Text', 'status' => 'publish', 'tags' => array( $tag['term_id'] ) ) );
		$id = \rest_do_request( $request )->get_data()['id'];
		$this->drain();
		$events = $this->events();
		$this->assertCount( 1, $events );
		$this->assertSame( $id, $events[0]['data']['id'] );
		$this->assertSame( array( \get_term( $tag['term_id'] )->name ), $events[0]['data']['tags'] );
	}

	public function test_a_scheduled_post_is_sent_when_it_comes_due(): void {
		$id = $this->post( array( 'post_status' => 'future', 'post_date' => \gmdate( 'Y-m-d H:i:s', \time() + DAY_IN_SECONDS ) ) );
		$this->assertSame( array(), $this->drained() );
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->posts, array( 'post_date' => '2024-01-01 00:00:00', 'post_date_gmt' => '2024-01-01 00:00:00' ), array( 'ID' => $id ) );
		\clean_post_cache( $id );
		\check_and_publish_future_post( $id );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	/**
	 * @dataProvider disappearances
	 */
	public function test_what_is_public_no_longer_is_retracted_and_comes_back( callable $hide, callable $show ): void {
		$id      = $this->post();
		$comment = $this->comment( $id );
		$this->assertSame( array( "post.published $id", "comment.published $comment" ), $this->drained() );
		$hide( $id );
		$this->assertSame( array( "post.removed $id" ), $this->drained(), 'the post covers its comments' );
		$this->assertSame( array(), $this->drained() );
		$show( $id );
		$this->assertSame( array( "post.published $id", "comment.published $comment" ), $this->drained(), 'what returns is sent again' );
	}

	public function disappearances(): array {
		$set = static function ( array $fields ) {
			return static function ( $id ) use ( $fields ) {
				\wp_update_post( array( 'ID' => $id ) + $fields );
			};
		};
		$publish = $set( array( 'post_status' => 'publish', 'post_password' => '' ) );
		return array(
			'draft'      => array( $set( array( 'post_status' => 'draft' ) ), $publish ),
			'private'    => array( $set( array( 'post_status' => 'private' ) ), $publish ),
			'password'   => array( $set( array( 'post_password' => 'x' ) ), $publish ),
			'not shared' => array(
				static function ( $id ) {
					\update_post_meta( $id, '_mentor_bridge_not_shared', '1' );
				},
				static function ( $id ) {
					\delete_post_meta( $id, '_mentor_bridge_not_shared' );
				},
			),
			'types'      => array(
				static function () {
					\update_option( 'mentor_bridge_post_types', array( 'page' ) );
				},
				static function () {
					\update_option( 'mentor_bridge_post_types', array( 'page', 'post' ) );
				},
			),
			'trash'      => array(
				static function ( $id ) {
					\wp_trash_post( $id );
				},
				static function ( $id ) {
					\wp_untrash_post( $id );
					\wp_publish_post( $id );
					\wp_update_post( array( 'ID' => $id, 'post_status' => 'publish' ) );
				},
			),
		);
	}

	public function test_untrashing_alone_publishes_nothing(): void {
		$id = $this->post();
		$this->drained();
		\wp_trash_post( $id );
		$this->drained();
		\wp_untrash_post( $id );
		$this->assertSame( 'draft', \get_post_status( $id ) );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_deleting_for_good_retracts(): void {
		$id = $this->post();
		$this->comment( $id );
		$this->drained();
		\wp_delete_post( $id, true );
		$this->assertSame( array( "post.removed $id" ), $this->drained(), 'the post covers its comments' );
	}

	public function test_of_a_post_that_was_never_public_the_bridge_learns_nothing(): void {
		$id = $this->post( array( 'post_status' => 'draft' ) );
		\wp_trash_post( $id );
		\wp_delete_post( $id, true );
		$private_id = $this->post( array( 'post_status' => 'private' ) );
		\wp_update_post( array( 'ID' => $private_id, 'post_status' => 'draft' ) );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_post_that_was_unpublished_before_it_was_sent_is_not_mentioned(): void {
		$id = $this->post();
		\wp_update_post( array( 'ID' => $id, 'post_status' => 'draft' ) );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_removal_goes_before_everything_else(): void {
		$id = $this->post();
		$this->drained();
		$new = $this->post();
		\wp_trash_post( $id );
		$this->assertSame( array( "post.removed $id", "post.published $new" ), $this->drained() );
	}

	public function test_terms_outside_a_save_and_renamed_terms_are_told(): void {
		$id = $this->post();
		$this->drained();
		\wp_set_object_terms( $id, array( 'bakery' ), 'post_tag' );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$term = \get_term_by( 'name', 'bakery', 'post_tag' );
		\wp_update_term( $term->term_id, 'post_tag', array( 'name' => 'Boulangerie' ) );
		$this->drain();
		$this->assertSame( array( 'Boulangerie' ), $this->events()[0]['data']['tags'] );
		$this->forget_requests();
		\wp_delete_term( $term->term_id, 'post_tag' );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
	}

	public function test_a_post_given_to_somebody_who_does_not_take_part_is_retracted(): void {
		$id = $this->post();
		$this->drained();
		\wp_update_post( array( 'ID' => $id, 'post_author' => $this->users['bob'] ) );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_all_authors_of_a_post_must_take_part(): void {
		$bob    = $this->users['bob'];
		$filter = static function ( $authors ) use ( $bob ) {
			return \array_merge( $authors, array( $bob ) );
		};
		\add_filter( 'mentor_bridge_post_authors', $filter );
		try {
			$id = $this->post();
			$this->assertSame( array(), $this->drained() );
			\mentor_bridge_set_consent( $bob, true );
			\wp_update_post( array( 'ID' => $id ) );
			$this->assertContains( "post.published $id", $this->drained() );
		} finally {
			\remove_filter( 'mentor_bridge_post_authors', $filter );
		}
	}

	public function test_an_import_is_not_followed_but_caught_up_with(): void {
		$script = 'define( "WP_IMPORTING", true ); $_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php"; foreach ( array( "One", "Two" ) as $t ) { wp_insert_post( array( "post_title" => $t, "post_status" => "publish", "post_author" => ' . $this->users['alice'] . ' ) ); }';
		\exec( Server::php( $script ), $output, $status );
		$this->assertSame( 0, $status, \implode( "\n", $output ) );
		$this->assertSame( array(), $this->requests(), 'nothing is sent while importing' );
		\wp_cache_flush();
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertCount( 2, $this->drained() );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_new_address_of_the_pages_sends_them_again(): void {
		$id  = $this->post();
		$old = \get_option( 'permalink_structure' );
		$this->drained();
		$this->set_permalinks( '/archive/%post_id%/' );
		try {
			$this->drain();
			$events = \array_combine( \array_column( $this->events(), 'type' ), $this->events() );
			$this->assertStringContainsString( "/archive/$id/", $events['post.published']['data']['url'] );
		} finally {
			$this->set_permalinks( $old );
		}
	}

	private function set_permalinks( string $structure ): void {
		global $wp_rewrite;
		$wp_rewrite->set_permalink_structure( $structure );
	}

	public function test_what_the_bridge_stores_is_no_news_for_it(): void {
		$id = $this->post();
		$this->drained();
		$modified = \get_post( $id )->post_modified_gmt;
		$this->assertTrue( \mentor_bridge_put_related( $id, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) ) );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertSame( array(), $this->drained() );
		$this->assertSame( $modified, \get_post( $id )->post_modified_gmt );
	}

	public function test_no_stored_list_is_open_to_anonymous_readers(): void {
		$id = $this->post();
		$this->connect();
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) );
		\wp_set_current_user( 0 );
		$data = \rest_do_request( new \WP_REST_Request( 'GET', "/wp/v2/posts/$id" ) )->get_data();
		$this->assertStringNotContainsString( 'mentor_bridge', (string) \wp_json_encode( isset( $data['meta'] ) ? $data['meta'] : array() ) );
	}

	public function test_a_change_during_a_drain_is_not_lost(): void {
		$id = $this->post();
		// Another request edits while ours waits for the answer.
		\add_filter(
			'pre_http_request',
			$edit = static function ( $answer ) use ( $id, &$edit ) {
				\remove_filter( 'pre_http_request', $edit );
				\wp_update_post( array( 'ID' => $id, 'post_content' => 'Edited meanwhile.' ) );
				return $answer;
			}
		);
		$this->drain();
		$contents = \array_column( \array_column( $this->events(), 'data' ), 'content' );
		$this->assertSame( array( '<p>My first shop.</p>', 'Edited meanwhile.' ), $contents );
	}

	public function test_unpublishing_during_the_first_delivery_is_not_lost(): void {
		$id = $this->post();
		\add_filter(
			'pre_http_request',
			$hide = static function ( $answer ) use ( $id, &$hide ) {
				\remove_filter( 'pre_http_request', $hide );
				\wp_update_post( array( 'ID' => $id, 'post_status' => 'draft' ) );
				return $answer;
			}
		);
		$this->assertSame( array( "post.published $id", "post.removed $id" ), $this->drained() );
	}

	public function test_an_edit_in_another_request_is_seen_past_our_caches(): void {
		$id = $this->post();
		$this->drained();
		\get_post( $id );
		$script = '$_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php"; remove_action( "shutdown", array( "Mentor_Bridge\\Drain_Trigger", "on_shutdown" ), 100 ); wp_update_post( array( "ID" => ' . $id . ', "post_content" => "From elsewhere." ) );';
		\exec( Server::php( $script ), $output, $status );
		$this->assertSame( 0, $status );
		$this->drain();
		$this->assertSame( 'From elsewhere.', $this->events()[0]['data']['content'] );
	}
}
