<?php
/**
 * What wp-admin says of each post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Consent;
use Mentor_Bridge\Display;
use Mentor_Bridge\Figure_Format;
use Mentor_Bridge\Ledger;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Post_Sharing;
use Mentor_Bridge\Sharing_Column;
use Mentor_Bridge\Upgrade;

/**
 * Whether a post is shared and why not: in the list, above it, and in the editor.
 */
class Test_Post_Sharing extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		if ( ! \function_exists( 'get_coauthors' ) ) {
			eval( 'function get_coauthors( $id ) { return $GLOBALS["mentor_bridge_writers"][ $id ] ?? array(); }' ); // phpcs:ignore Squiz.PHP.Eval.Discouraged
		}
	}

	protected function tearDown(): void {
		unset( $_GET[ Sharing_Column::FILTER ] );
		$GLOBALS['mentor_bridge_writers'] = array();
		parent::tearDown();
	}

	private function state( int $id ): string {
		return Post_Sharing::of( \get_post( $id ) )['state'];
	}

	private function sentence( int $id ): string {
		return Post_Sharing::sentence( Post_Sharing::of( \get_post( $id ) ) );
	}

	/**
	 * Prints the cell of a post as the list does.
	 *
	 * @param int $id The post.
	 */
	private function cell( int $id ): string {
		$property = new \ReflectionProperty( Sharing_Column::class, 'deliveries' );
		$property->setAccessible( true );
		$property->setValue( null, array() ); // Each screen is a request of its own.
		\ob_start();
		Sharing_Column::show( Sharing_Column::COLUMN, $id );
		return (string) \ob_get_clean();
	}

	public function test_a_post_says_how_far_it_has_come(): void {
		$id = $this->post();
		$this->assertSame( 'unconnected', $this->state( $id ) );
		$this->connect();
		$id = $this->post();
		$this->assertSame( 'queued', $this->state( $id ) );
		$this->drain();
		$this->assertSame( 'shared', $this->state( $id ) );
		$GLOBALS['wpdb']->query( $GLOBALS['wpdb']->prepare( 'UPDATE ' . Ledger::table() . " SET shared_since = '2024-05-03 10:00:00' WHERE kind = 'p' AND object_id = %d", $id ) ); // phpcs:ignore
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Written anew, with more to say.' ) );
		$this->drain();
		$this->assertSame( 'Shared since May 3, 2024', $this->sentence( $id ), 'an update begins nothing anew' );
	}

	public function test_a_post_that_is_kept_says_why(): void {
		$this->connect();
		$draft   = $this->post( array( 'post_status' => 'draft' ) );
		$locked  = $this->post( array( 'post_password' => 'x' ) );
		$kept    = $this->post();
		$of_bob  = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$shared  = $this->post();
		$by_lea  = $this->post();
		$GLOBALS['mentor_bridge_writers'] = array( $by_lea => array( (object) array( 'ID' => 4711, 'display_name' => 'Léa', 'linked_account' => '' ), \get_userdata( $this->users['bob'] ) ) );
		\update_post_meta( $kept, Consent::NOT_SHARED, '1' );
		$this->drain();
		$this->assertSame( array( 'unpublished', 'protected', 'kept', 'waits', 'shared', 'guest' ), \array_map( array( $this, 'state' ), array( $draft, $locked, $kept, $of_bob, $shared, $by_lea ) ) );
		$this->assertStringContainsString( 'Waits for Bob', $this->sentence( $of_bob ) );
		$this->assertStringContainsString( 'by a guest, Léa.', $this->sentence( $by_lea ) );
		$this->assertStringNotContainsString( 'Bob', $this->sentence( $by_lea ), 'his consent would not help' );
		\update_post_meta( $shared, Consent::NOT_SHARED, '1' );
		$this->assertStringContainsString( 'still holds it', $this->sentence( $shared ) );
		$this->drain();
		$this->assertSame( 'Kept here', $this->sentence( $shared ) );
	}

	public function test_another_plugin_may_keep_a_post_and_that_is_said(): void {
		$this->connect();
		$id = $this->post();
		$this->drained();
		$this->hook(
			'mentor_bridge_may_share',
			static function ( $may_share, $post ) use ( $id ) {
				return $may_share && $post->ID !== $id;
			},
			10,
			2
		);
		$this->assertSame( 'Not shared: another plugin keeps it here. The bridge still holds it and is asked to remove it.', $this->sentence( $id ) );
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Other.' ) );
		$this->forget_requests();
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_what_visitors_are_not_shown_is_said_and_forgotten_when_they_are(): void {
		$this->connect();
		\add_shortcode(
			'members',
			static function ( $unused, $inner ) {
				return \is_user_logged_in() ? $inner : '';
			}
		);
		$part = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p><p>[members]What it cost me in that first year was this much money.[/members]</p>' ) );
		$all  = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p><p>[gallery ids="1,2,3,4,5" columns="4" size="large"]</p>' ) );
		$this->hook(
			'template_redirect',
			static function () {
				if ( 'For members' === \get_the_title( \get_queried_object_id() ) ) {
					\wp_die( 'Members only.' );
				}
			}
		);
		$hidden = $this->post( array( 'post_title' => 'For members' ) );
		$this->drain();
		$this->assertSame( array( 'shared_in_part', 'shared', 'hidden' ), array( $this->state( $part ), $this->state( $all ), $this->state( $hidden ) ) );
		$this->unhook();
		foreach ( array( $hidden, $part ) as $id ) {
			\wp_update_post( array( 'ID' => $id, 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		}
		$this->drain();
		$this->assertSame( array( 'shared', 'shared' ), array( $this->state( $part ), $this->state( $hidden ) ) );
		\remove_shortcode( 'members' );
	}

	public function test_a_refusal_is_told_with_its_reason(): void {
		$this->connect();
		$id = $this->post();
		$this->answer_with( array( 'code' => 422, 'body' => \wp_json_encode( array( 'error' => array( 'type' => 'invalid', 'message' => 'published_at: too early' ) ) ) ) );
		$this->drain();
		$this->assertSame( 'refused', $this->state( $id ) );
		$this->assertSame( 'Refused by the bridge. The bridge finds something in it that it cannot take. (published_at: too early)', $this->sentence( $id ) );
		$this->assertStringContainsString( 'published_at: too early', $this->cell( $id ) );
	}

	public function test_the_list_says_it_and_finds_what_is_not_shared(): void {
		$this->connect();
		$shared = $this->post();
		$bobs   = $this->post( array( 'post_author' => $this->users['bob'], 'post_title' => 'By Bob' ) );
		$kept   = $this->post();
		$draft  = $this->post( array( 'post_status' => 'draft' ) );
		\update_post_meta( $kept, Consent::NOT_SHARED, '1' );
		$this->drain();
		\mentor_bridge_put_related( $shared, array( array( 'name' => 'Nadia', 'url' => 'https://n.example/', 'why' => 'Both.' ) ) );
		$this->assertMatchesRegularExpression( '/^Shared since .+<br><span class="description">1 mentor under it</', $this->cell( $shared ) );
		$this->assertSame( 'Waits for Bob', $this->cell( $bobs ) );
		\wp_set_current_user( $this->users['carol'] );
		$this->assertStringNotContainsString( 'Bob', $this->cell( $bobs ), 'for those who may edit it' );
		\wp_set_current_user( $this->users['alice'] );
		foreach ( array( 'yes' => array( $shared ), 'no' => array( $bobs, $kept ), 'kept' => array( $kept ), 'refused' => array(), '' => array( $shared, $bobs, $kept, $draft ), "'; DROP" => array( $shared, $bobs, $kept, $draft ) ) as $choice => $ids ) {
			$_GET[ Sharing_Column::FILTER ] = $choice;
			Sharing_Column::on_load();
			$query = new \WP_Query();
			$GLOBALS['wp_the_query'] = $query; // phpcs:ignore
			$listed = $query->query( array( 'post_type' => 'post', 'post_status' => 'any', 'fields' => 'ids', 'orderby' => 'ID', 'order' => 'ASC', 'posts_per_page' => -1 ) );
			\remove_filter( 'posts_where', array( Sharing_Column::class, 'limit' ) );
			$this->assertSame( $ids, $listed, "chosen: $choice" );
		}
	}

	public function test_the_list_costs_two_queries_however_long_it_is(): void {
		$this->connect();
		$ids = array();
		for ( $i = 0; $i < 12; $i++ ) {
			$ids[] = $this->post();
		}
		$this->drain();
		$GLOBALS['wp_query'] = new \WP_Query( array( 'post__in' => $ids, 'posts_per_page' => 20 ) ); // phpcs:ignore
		$this->cell( $ids[0] );
		\update_meta_cache( 'post', $ids );
		$before = $GLOBALS['wpdb']->num_queries;
		$property = new \ReflectionProperty( Sharing_Column::class, 'deliveries' );
		$property->setAccessible( true );
		$property->setValue( null, array() );
		\ob_start();
		foreach ( $ids as $id ) {
			Sharing_Column::show( Sharing_Column::COLUMN, $id );
		}
		\ob_end_clean();
		$this->assertSame( 2, $GLOBALS['wpdb']->num_queries - $before );
	}

	public function test_the_editor_says_it_to_those_who_edit_and_to_nobody_else(): void {
		$this->connect();
		$id = $this->post();
		$this->drain();
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Nadia <b>', 'url' => 'https://n.example/', 'why' => 'Both.' ) ) );
		$request = new \WP_REST_Request( 'GET', "/wp/v2/posts/$id" );
		$request->set_query_params( array( 'context' => 'edit' ) );
		$sharing = \rest_do_request( $request )->get_data()[ Not_Shared_Box::SHARING ];
		$this->assertSame( array( 'shared', array( 'Nadia <b>' ) ), array( $sharing['state'], $sharing['mentors'] ) );
		$this->assertStringContainsString( '. Fewer than three mentors', $sharing['sentence'] );
		\ob_start();
		Not_Shared_Box::show( \get_post( $id ) );
		$html = (string) \ob_get_clean();
		$this->assertStringContainsString( 'Shared since', $html );
		$this->assertStringContainsString( 'Nadia &lt;b&gt;', $html );
		\mentor_bridge_put_related( $id, \array_fill( 0, 3, array( 'name' => 'Nadia', 'url' => 'https://n.example/', 'why' => 'Both.' ) ) );
		$sharing = \rest_do_request( $request )->get_data()[ Not_Shared_Box::SHARING ];
		$this->assertStringNotContainsString( 'Fewer than three', $sharing['sentence'] );
		\wp_set_current_user( 0 );
		$this->assertArrayNotHasKey( Not_Shared_Box::SHARING, \rest_do_request( new \WP_REST_Request( 'GET', "/wp/v2/posts/$id" ) )->get_data() );
	}

	public function test_the_list_is_hidden_on_one_post(): void {
		$this->connect();
		$id = $this->post();
		$this->drained();
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Nadia', 'url' => 'https://n.example/', 'why' => 'Both.' ) ) );
		$browser = new Browser();
		$path    = (string) \wp_make_link_relative( \get_permalink( $id ) );
		$this->assertStringContainsString( 'Nadia', $browser->get( $path ) );
		$request = new \WP_REST_Request( 'POST', "/wp/v2/posts/$id" );
		$request->set_body_params( array( Not_Shared_Box::LIST_HIDDEN => true ) );
		\rest_do_request( $request );
		$this->assertStringNotContainsString( 'Nadia', $browser->get( $path ) );
		$this->assertStringContainsString( 'List of mentors hidden', $this->cell( $id ) );
		$this->assertSame( array(), $this->drained(), 'the post is shared as before' );
		$request->set_body_params( array( Not_Shared_Box::LIST_HIDDEN => false ) );
		\rest_do_request( $request );
		$this->assertStringContainsString( 'Nadia', $browser->get( $path ) );
		$this->assertFalse( Display::is_hidden( $id ) );
	}

	public function test_figures_say_that_they_are_about_shared_posts_where_not_all_are(): void {
		$this->connect();
		$this->post();
		$this->drain();
		$this->assertSame( '2 posts', Figure_Format::counted_posts( 2 ) );
		$bobs = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->comment( $bobs );
		\wp_cache_flush();
		$this->assertSame( '2 shared posts', Figure_Format::counted_posts( 2 ) );
		\ob_start();
		\Mentor_Bridge\Post_Columns::show( \Mentor_Bridge\Post_Columns::COLUMN, $bobs );
		$this->assertStringContainsString( 'Not counted', (string) \ob_get_clean() );
	}

	public function test_an_update_knows_since_when_from_what_was_confirmed(): void {
		global $wpdb;
		$this->connect();
		$id = $this->post();
		$this->drain();
		$ledger = Ledger::table();
		$wpdb->query( "ALTER TABLE $ledger DROP COLUMN shared_since" ); // phpcs:ignore
		$wpdb->query( "UPDATE $ledger SET acknowledged_at = '2023-02-01 09:00:00'" ); // phpcs:ignore
		\update_option( Upgrade::OPTION, 4 );
		$this->assertTrue( Upgrade::run() );
		$this->assertSame( 'Shared since February 1, 2023', $this->sentence( $id ) );
		$this->assertFalse( Outbox::has( Outbox::POST, $id ), 'nothing is sent again for that' );
	}
}
