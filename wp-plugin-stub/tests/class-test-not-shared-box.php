<?php
/**
 * A post kept to the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Consent;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Outbox;

/**
 * "Do not share this post", in both editors.
 */
class Test_Not_Shared_Box extends WordPress_Case {

	protected function tearDown(): void {
		$_POST = array();
		parent::tearDown();
	}

	/**
	 * Saves a post as the classic editor would.
	 *
	 * @param int   $id     The post.
	 * @param array $fields What the form holds.
	 */
	private function save_by_form( int $id, array $fields ): void {
		$_POST = $fields;
		\wp_update_post( array( 'ID' => $id, 'post_status' => 'publish' ) );
		$_POST = array();
	}

	/**
	 * Calls the REST API as the block editor would.
	 *
	 * @param string $method Method.
	 * @param string $route  Route.
	 * @param array  $fields Fields.
	 */
	private function rest( string $method, string $route, array $fields = array() ): \WP_REST_Response {
		$request = new \WP_REST_Request( $method, $route );
		'GET' === $method ? $request->set_query_params( $fields ) : $request->set_body_params( $fields );
		return \rest_do_request( $request );
	}

	public function test_the_classic_editor_keeps_a_post_before_it_is_published(): void {
		$this->connect();
		$id    = $this->post( array( 'post_status' => 'draft' ) );
		$nonce = \wp_create_nonce( Not_Shared_Box::NONCE . '_' . $id );
		$this->save_by_form( $id, array( Not_Shared_Box::NONCE => $nonce, Not_Shared_Box::FIELD => '1' ) );
		$this->assertSame( '1', \get_post_meta( $id, Consent::NOT_SHARED, true ) );
		$this->assertSame( array(), $this->drained(), 'the bridge learns nothing of it, not even its id' );
		$this->save_by_form( $id, array( Not_Shared_Box::NONCE => $nonce ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->save_by_form( $id, array( Not_Shared_Box::NONCE => $nonce, Not_Shared_Box::FIELD => '1' ) );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_saving_without_the_box_changes_nothing(): void {
		$id = $this->post();
		\update_post_meta( $id, Consent::NOT_SHARED, '1' );
		foreach ( array( array(), array( Not_Shared_Box::FIELD => '' ), array( Not_Shared_Box::NONCE => 'wrong' ), array( Not_Shared_Box::NONCE => \wp_create_nonce( Not_Shared_Box::NONCE . '_' . ( $id + 1 ) ) ) ) as $form ) {
			$this->save_by_form( $id, $form );
			$this->assertTrue( Not_Shared_Box::is_not_shared( $id ) );
		}
		// Bob may not edit Alice's post, whatever nonce he has.
		\wp_set_current_user( $this->users['bob'] );
		$this->save_by_form( $id, array( Not_Shared_Box::NONCE => \wp_create_nonce( Not_Shared_Box::NONCE . '_' . $id ) ) );
		$this->assertTrue( Not_Shared_Box::is_not_shared( $id ) );
	}

	public function test_the_block_editor_keeps_a_post_in_the_request_that_publishes_it(): void {
		$this->connect();
		$response = $this->rest( 'POST', '/wp/v2/posts', array( 'title' => 'Mine', 'content' => 'x', 'status' => 'publish', Not_Shared_Box::FIELD => true ) );
		$this->assertSame( 201, $response->get_status() );
		$id = $response->get_data()['id'];
		$this->assertTrue( Not_Shared_Box::is_not_shared( $id ) );
		$this->assertSame( array(), $this->drained() );
		$this->assertFalse( Outbox::has( Outbox::POST, $id ) );
		$this->rest( 'POST', '/wp/v2/posts/' . $id, array( Not_Shared_Box::FIELD => false ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->rest( 'POST', '/wp/v2/posts/' . $id, array( Not_Shared_Box::FIELD => true ) );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_readers_do_not_see_the_choice_and_others_cannot_make_it(): void {
		$id = $this->post();
		\update_post_meta( $id, Consent::NOT_SHARED, '1' );
		$this->assertTrue( $this->rest( 'GET', '/wp/v2/posts/' . $id, array( 'context' => 'edit' ) )->get_data()[ Not_Shared_Box::FIELD ] );
		$this->assertArrayNotHasKey( Not_Shared_Box::FIELD, $this->rest( 'GET', '/wp/v2/posts/' . $id )->get_data() );
		\wp_set_current_user( $this->users['bob'] );
		$this->assertSame( 403, $this->rest( 'POST', '/wp/v2/posts/' . $id, array( Not_Shared_Box::FIELD => false ) )->get_status() );
		\wp_set_current_user( 0 );
		$this->assertSame( 401, $this->rest( 'POST', '/wp/v2/posts/' . $id, array( Not_Shared_Box::FIELD => false ) )->get_status() );
		$this->assertTrue( Not_Shared_Box::is_not_shared( $id ) );
	}

	public function test_the_box_stands_in_the_classic_editor_only(): void {
		global $wp_meta_boxes;
		require_once ABSPATH . 'wp-admin/includes/template.php';
		require_once ABSPATH . 'wp-admin/includes/screen.php';
		require_once ABSPATH . 'wp-admin/includes/class-wp-screen.php';
		Not_Shared_Box::add( 'post' );
		Not_Shared_Box::add( 'page' );
		$this->assertTrue( $wp_meta_boxes['post']['side']['default']['mentor-bridge']['args']['__back_compat_meta_box'] );
		$this->assertArrayNotHasKey( 'page', $wp_meta_boxes, 'pages are not shared unless chosen' );
		$id = $this->post();
		\update_post_meta( $id, Consent::NOT_SHARED, '1' );
		\ob_start();
		Not_Shared_Box::show( \get_post( $id ) );
		$html = (string) \ob_get_clean();
		$this->assertMatchesRegularExpression( '/<input type="checkbox" name="mentor_bridge_not_shared"[^>]+checked/', $html );
		$wp_meta_boxes = null; // phpcs:ignore
	}
}
