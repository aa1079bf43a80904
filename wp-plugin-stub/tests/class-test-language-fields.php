<?php
/**
 * Posts that hold several languages.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Event_Renderer;
use Mentor_Bridge\Ledger;
use Mentor_Bridge\Outbox;

/**
 * With qTranslate a field holds all languages, and a page shows one: all that are shown somewhere are sent.
 */
class Test_Language_Fields extends WordPress_Case {

	const TEXT = '[:fr]<p>Mon premier hiver m’a appris à relancer mes clients.</p>[:en]<p>My first winter taught me to chase my invoices.</p>[:]';

	protected function setUp(): void {
		parent::setUp();
		// Of qTranslate what the plugin knows of: its settings, and filters that show the part in the language of now.
		$GLOBALS['q_config'] = array( 'language' => 'en', 'default_language' => 'fr', 'enabled_languages' => array( 'en', 'fr' ), 'locale' => array( 'fr' => 'fr_FR', 'en' => 'en_US' ) );
		$show                = static function ( $text ) {
			$parts = \preg_split( '/\[:([a-z]*)\]/', (string) $text, -1, PREG_SPLIT_DELIM_CAPTURE );
			$shown = $parts[0];
			for ( $at = 1; $at < \count( $parts ); $at += 2 ) {
				$shown .= \in_array( $parts[ $at ], array( '', $GLOBALS['q_config']['language'] ), true ) ? $parts[ $at + 1 ] : '';
			}
			return $shown;
		};
		foreach ( array( 'the_content', 'the_title', 'get_the_excerpt' ) as $hook ) {
			$this->hook( $hook, $show, 0 );
		}
	}

	protected function tearDown(): void {
		unset( $GLOBALS['q_config'] );
		parent::tearDown();
	}

	/**
	 * Gives what is sent of a post.
	 *
	 * @param int $post_id The post.
	 */
	private function sent( int $post_id ): array {
		Ledger::invalidate_all( Outbox::POST );
		return Event_Renderer::render( array( 'kind' => Outbox::POST, 'object_id' => $post_id, 'revision' => 1, 'priority' => 0 ) )['data'];
	}

	public function test_each_language_that_is_shown_is_sent_whichever_is_asked_for(): void {
		$id = $this->post( array( 'post_title' => '[:fr]Relancer[:en]Chasing invoices[:]', 'post_content' => self::TEXT ) );
		$this->connect();
		$this->drain();
		$this->assertSame( 'en', $GLOBALS['q_config']['language'], 'what others do meanwhile is not disturbed' );
		$this->hook(
			'post_link',
			static function ( $url ) {
				return 'en' === $GLOBALS['q_config']['language'] ? $url . '&lang=en' : $url;
			}
		);
		$data = $this->sent( $id );
		$this->assertStringNotContainsString( 'lang', $data['url'] );
		$this->assertSame( array( 'en' ), \array_column( $data['language_pages'], 'language' ) );
		$this->assertStringEndsWith( '&lang=en', $data['language_pages'][0]['url'] );
		$this->assertSame( '[:fr]Relancer[:en]Chasing invoices[:]', $data['title'] );
		$this->assertSame( 'fr-FR', $data['language'] );
		$this->assertMatchesRegularExpression( '/\A\[:fr\].*Mon premier hiver .+\[:en\].*My first winter .+\[:\]\z/s', $data['content'] );
	}

	public function test_a_part_that_nobody_is_shown_stays(): void {
		$this->hook(
			'the_content',
			static function ( $text ) {
				return 'en' === $GLOBALS['q_config']['language'] ? '<p>For members.</p>' : $text;
			},
			20
		);
		$id = $this->post( array( 'post_content' => self::TEXT ) );
		$this->connect();
		$data = $this->sent( $id );
		$this->assertStringContainsString( 'premier hiver', $data['content'] );
		$this->assertStringNotContainsString( 'invoices', $data['content'] );
		$this->assertStringNotContainsString( 'members', $data['content'] );
	}
}
