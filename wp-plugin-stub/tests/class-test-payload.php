<?php
/**
 * What is sent of a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Consent;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Post_Translations;
use Mentor_Bridge\Wire_Format;

/**
 * The data of a post's event, field by field.
 */
class Test_Payload extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_publishing_sends_the_whole_post(): void {
		$id = $this->post(
			array(
				'post_title'    => 'Échec & "succès" 🌱 שלום',
				'post_content'  => '<p>C:\\path "quoted" 🌱</p>',
				'post_excerpt'  => 'Short',
				'post_date'     => '2024-05-01 10:00:00',
				'tags_input'    => array( 'Brot & Butter', 'ateliers' ),
			)
		);
		$this->drain();
		$event = $this->events()[0];
		$this->assertSame( 'post.published', $event['type'] );
		$this->assertMatchesRegularExpression( '/\Ap' . $id . '_\d{13}_\d+\z/', $event['id'] );
		$data = $event['data'];
		$this->assertSame( array( 'version', 'hash', 'id', 'author_id', 'url', 'canonical', 'title', 'content', 'excerpt', 'language', 'published_at', 'modified_at', 'tags', 'categories', 'truncated', 'translations' ), \array_keys( $data ) );
		$this->assertSame( "p{$id}_{$data['version']['generation']}_{$data['version']['revision']}", $event['id'] );
		$this->assertSame( $this->users['alice'], $data['author_id'] );
		$this->assertSame( \get_permalink( $id ), $data['url'] );
		$this->assertSame( '', $data['canonical'] );
		$this->assertSame( 'Échec & "succès" 🌱 שלום', $data['title'] );
		$this->assertSame( '<p>C:\\path "quoted" 🌱</p>', $data['content'] );
		$this->assertSame( 'en-US', $data['language'] );
		$this->assertSame( '2024-05-01T10:00:00Z', $data['published_at'] );
		$this->assertSame( array( 'Brot & Butter', 'ateliers' ), $data['tags'] );
		$this->assertSame( array( 'Uncategorized' ), $data['categories'] );
		$this->assertFalse( $data['truncated'] );
		$this->assertSame( array(), $data['translations'], 'no plugin for several languages is here' );
	}

	public function test_another_plugin_may_change_what_is_said_and_not_whose_it_is(): void {
		$filter = static function ( $data, $kind, $source ) {
			return 'post' === $kind && $source instanceof \WP_Post ? array( 'title' => 'Said otherwise', 'author_id' => 99, 'secret' => 'added' ) : 'nothing';
		};
		\add_filter( 'mentor_bridge_payload', $filter, 10, 3 );
		try {
			$this->post( array( 'post_title' => 'As written' ) );
			$this->drain();
		} finally {
			\remove_filter( 'mentor_bridge_payload', $filter );
		}
		$data = $this->events()[0]['data'];
		$this->assertSame( array( 'Said otherwise', $this->users['alice'] ), array( $data['title'], $data['author_id'] ) );
		$this->assertArrayNotHasKey( 'secret', $data );
		$this->assertStringNotContainsString( 'nothing', (string) \wp_json_encode( Payload::author( \get_userdata( $this->users['alice'] ), null ) ), 'what is no data changes nothing' );
	}

	public function test_requests_are_made_as_another_plugin_wants_and_say_the_same(): void {
		$filter = static function ( $arguments ) {
			return array( 'user-agent' => 'By the proxy', 'body' => '{}', 'method' => 'GET', 'redirection' => 5 ) + $arguments;
		};
		\add_filter( 'mentor_bridge_request_arguments', $filter );
		$id = $this->post();
		try {
			$this->assertSame( array( "post.published $id" ), $this->drained() );
		} finally {
			\remove_filter( 'mentor_bridge_request_arguments', $filter );
		}
	}

	public function test_a_text_that_is_at_home_elsewhere_says_where(): void {
		$id     = $this->post();
		$where  = 'https://elsewhere.example/the-original/';
		$filter = static function () use ( &$where ) {
			return $where;
		};
		\add_filter( 'get_canonical_url', $filter );
		try {
			$this->assertSame( $where, Payload::post( \get_post( $id ) )['canonical'] );
			foreach ( array( \get_permalink( $id ), \get_permalink( $id ) . '&page=2', 'javascript:alert(1)', '/somewhere', '' ) as $where ) {
				$this->assertSame( '', Payload::post( \get_post( $id ) )['canonical'], $where );
			}
		} finally {
			\remove_filter( 'get_canonical_url', $filter );
		}
	}

	public function test_public_translations_are_named_as_wpml_and_polylang_link_them(): void {
		$french  = $this->post( array() );
		$english = $this->post( array() );
		$draft   = $this->post( array( 'post_status' => 'draft' ) );
		$ids     = array( 'fr' => $french, 'en' => $english, 'es' => $draft, 'de' => 0 );
		$post    = \get_post( $french );
		$group   = static function ( $none, $id, $type ) use ( $french ) {
			return $french === $id && 'post_post' === $type ? 7 : $none;
		};
		$members = static function ( $none, $trid, $type ) use ( $ids ) {
			$linked = \array_map(
				static function ( $id ) {
					return (object) array( 'element_id' => 0 === $id ? null : (string) $id );
				},
				$ids
			);
			return 7 === $trid && 'post_post' === $type ? $linked : $none;
		};
		\add_filter( 'wpml_element_trid', $group, 10, 3 );
		\add_filter( 'wpml_get_element_translations', $members, 10, 3 );
		$this->assertSame( array( $english ), Payload::post( $post )['translations'] );
		$this->assertSame( array(), Payload::post( \get_post( $english ) )['translations'], 'what is in no group' );
		\remove_filter( 'wpml_get_element_translations', $members );
		\remove_filter( 'wpml_element_trid', $group );
		$queries = $GLOBALS['wpdb']->num_queries;
		$this->assertSame( array(), Post_Translations::of( $post ) );
		$this->assertSame( $queries, $GLOBALS['wpdb']->num_queries, 'without either nothing is asked' );
		// Stays defined for the rest of the run, and links nothing then.
		eval( 'function pll_get_post_translations( $id ) { return $GLOBALS["mentor_bridge_linked"][ $id ] ?? array(); }' ); // phpcs:ignore Squiz.PHP.Eval.Discouraged
		$GLOBALS['mentor_bridge_linked'] = array( $french => $ids );
		$this->assertSame( array( $english ), Payload::post( $post )['translations'] );
		\wp_update_post( array( 'ID' => $english, 'post_status' => 'private' ) );
		$this->assertSame( array(), Payload::post( $post )['translations'], 'no longer public' );
		unset( $GLOBALS['mentor_bridge_linked'] );
	}

	public function test_pictures_written_into_the_text_are_not_sent(): void {
		$picture = 'data:image/png;base64,' . \str_repeat( 'iVBORw0KGgo', 25000 ); // WordPress 6.1 shows visitors nothing of a text with a larger one.
		$id      = $this->post( array( 'post_content' => "<p>Before <img src=\"$picture\" alt=\"a\"> after, data: one, two.</p><div style='background:url($picture)'>" ) );
		$this->drain();
		$content = $this->events()[0]['data']['content'];
		$this->assertStringNotContainsString( 'base64', $content );
		$this->assertStringContainsString( '<img src="" alt="a"> after, data: one, two.', $content );
		$this->assertSame( $id, $this->events()[0]['data']['id'] );
	}

	public function test_a_very_long_text_is_cut_at_a_character(): void {
		$this->post( array( 'post_content' => 'x' . \str_repeat( 'é', 250000 ) ) );
		$this->drain();
		$data = $this->events()[0]['data'];
		$this->assertTrue( $data['truncated'] );
		$this->assertSame( 'x' . \str_repeat( 'é', 199999 ), $data['content'] );
	}

	public function test_cutting(): void {
		$this->assertSame( 'a', Wire_Format::cut( 'aé', 2 ) );
		$this->assertSame( 'aé', Wire_Format::cut( 'aé', 3 ) );
		$this->assertSame( '', Wire_Format::cut( '🌱', 3 ) );
	}

	public function test_the_preview_shows_what_would_be_sent(): void {
		$id      = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$hidden  = $this->post( array( 'post_author' => $this->users['bob'], 'post_date' => '2025-01-01 00:00:00', 'meta_input' => array( Consent::NOT_SHARED => '1' ) ) );
		$preview = \Mentor_Bridge\Event_Renderer::preview( $this->users['bob'] );
		$this->assertSame( 'Bob', $preview['author']['data']['name'] );
		$this->assertSame( $id, $preview['post']['data']['id'] );
		$this->assertNotSame( $hidden, $preview['post']['data']['id'] );
		$this->assertSame( array(), $this->drained(), 'a preview sends nothing' );
	}
}
