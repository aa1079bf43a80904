<?php
/**
 * What only a page itself tells of a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Enqueue;
use Mentor_Bridge\Loopback_Status;
use Mentor_Bridge\Loopback_View;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Upgrade;

/**
 * Walls of which nothing is to be noticed where a page is only put together: they stand in pages of the served blog alone.
 */
class Test_Loopback_View extends WordPress_Case {

	const SECRET = 'Zinziberine is what I never told my regulars.';

	/**
	 * Pages of this blog that were asked for.
	 *
	 * @var string[]
	 */
	private $asked = array();

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
		$this->post( array( 'post_title' => 'Of a long day', 'post_content' => '<p>' . self::words( 150 ) . '</p>' ) );
		\delete_option( Loopback_Status::OPTION );
		$this->drained();
		$this->assertTrue( Loopback_Status::shows_whole_texts(), 'the pages of this blog can be asked for' );
		$this->hook( 'pre_http_request', function ( $answer, $arguments, $url ) {
			if ( 0 === \strpos( $url, \home_url() ) ) {
				$this->asked[] = $url;
			}
			return $answer;
		}, 10, 3 );
	}

	protected function tearDown(): void {
		parent::tearDown();
	}

	/**
	 * Puts up a wall in the pages of the blog; the drain of the test sees nothing of it.
	 */
	private function wall( string $code ): void {
		$this->serve_with( "if ( ! defined( 'DOING_CRON' ) && ! defined( 'WP_CLI' ) && 'cli' !== PHP_SAPI ) { $code }" );
	}

	private static function words( int $count, string $word = 'oven' ): string {
		return \implode( ' ', \array_map( static function ( $number ) use ( $word ) {
			return $word . $number;
		}, \range( 1, $count ) ) );
	}

	public function test_a_wall_that_only_pages_have_keeps_the_post_and_its_comments(): void {
		$walls = array(
			'filter'    => 'add_filter( "the_content", function () { return "<p>For members.</p>"; } );',
			'template'  => 'add_filter( "template_include", function () { echo "<h1>", get_the_title(), "</h1>For members."; exit; } );',
			'sign in'   => 'wp_safe_redirect( wp_login_url() ); exit;',
			'not found' => '$GLOBALS["wp_query"]->set_404(); status_header( 404 );',
			'beginning' => 'add_filter( "template_include", function () { echo "<p>The first words of it are for all.</p>"; exit; } );',
		);
		$code  = '';
		foreach ( $walls as $name => $wall ) {
			$code  .= "if ( is_singular() && 'Mycorhize $name' === get_queried_object()->post_title && ! is_user_logged_in() ) { $wall }";
			$secret = $this->post( array( 'post_title' => "Mycorhize $name", 'post_content' => "<p>The first words of it are for all.</p><p>Zinziberine $name is what I never told. " . self::words( 40, 'secret' ) . '</p>' ) );
			$this->comment( $secret, array( 'comment_content' => "Physalis $name is what I say to members." ) );
		}
		$this->wall( "add_action( 'template_redirect', function () { $code } );" );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$left = $this->drained_text();
		foreach ( \array_keys( $walls ) as $name ) {
			$this->assertStringNotContainsString( "Zinziberine $name", $left );
			$this->assertSame( 'beginning' === $name, false !== \strpos( $left, "Mycorhize $name" ), $name );
			$this->assertSame( 'beginning' === $name, false !== \strpos( $left, "Physalis $name" ), $name );
		}
		$this->assertStringContainsString( self::WORDS, $left );
	}

	public function test_a_part_that_only_pages_hide_stays_and_the_rest_leaves_as_it_is_stored(): void {
		$this->wall( 'add_filter( "the_content", function ( $html ) { return preg_replace( "~<p>Zinz.*?</p>~", "", $html ); } );' );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p><p>' . self::SECRET . '</p><p>Short.</p><p>The last page ends well for all of us.</p>' ) );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		foreach ( array( self::WORDS, 'Short.', 'The last page ends well for all of us.' ) as $shown ) {
			$this->assertStringContainsString( $shown, $left );
		}
	}

	public function test_what_is_hidden_later_is_taken_back_when_the_post_is_saved(): void {
		$id = $this->post( array( 'post_content' => '<p>' . self::SECRET . '</p>' ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->wall( 'add_filter( "the_content", "__return_empty_string" );' );
		\wp_update_post( array( 'ID' => $id ) );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
	}

	public function test_the_update_looks_from_outside_at_what_was_sent_before(): void {
		$id = $this->post( array( 'post_content' => '<p>' . self::SECRET . '</p>' ) );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		$this->wall( 'add_filter( "the_content", function ( $html ) { return false !== strpos( $html, "Zinziberine" ) ? "" : $html; } );' );
		\update_option( Upgrade::OPTION, 2 );
		$this->assertContains( "post.removed $id", $this->drained() );
	}

	public function test_all_pages_of_a_post_are_asked_for(): void {
		$this->wall( 'add_filter( "the_content", function ( $html ) { return 2 === $GLOBALS["page"] ? "<p>For members.</p>" : $html; } );' );
		$id = $this->post( array( 'post_content' => self::WORDS . "\n<!--nextpage-->\n" . self::SECRET . "\n<!--nextpage-->\nThe third page ends well for all of us." ) );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertStringContainsString( 'The third page ends well for all of us.', $left );
		$this->assertCount( 3, $this->asked, "one a page of $id" );
	}

	public function test_a_theme_that_prints_beginnings_loses_nobody_a_text(): void {
		$this->wall( 'add_filter( "the_content", function ( $html ) { return "<p>" . wp_trim_words( $html, 55 ) . "</p>"; } );' );
		\delete_option( Loopback_Status::OPTION );
		$id = $this->post( array( 'post_content' => '<p>' . self::words( 70, 'flour' ) . '.</p><p>' . self::words( 130, 'dough' ) . '.</p>' ) );
		$this->assertStringContainsString( 'dough130', $this->drained_text(), "the text of $id" );
		$this->assertFalse( Loopback_Status::shows_whole_texts() );
	}

	public function test_a_page_that_does_not_come_changes_nothing_and_is_soon_not_asked_for_any_more(): void {
		$this->hook( 'pre_http_request', static function ( $answer, $arguments, $url ) {
			return 0 === \strpos( $url, \home_url() ) ? new \WP_Error( 'http_request_failed', 'timed out' ) : $answer;
		}, 20, 3 );
		for ( $number = 1; $number <= 8; $number++ ) {
			$this->post( array( 'post_content' => '<p>' . self::words( 20, "bread$number" ) . '</p>' ) );
		}
		$left = $this->drained_text();
		for ( $number = 1; $number <= 8; $number++ ) {
			$this->assertStringContainsString( self::words( 20, "bread$number" ), $left );
		}
		$this->assertCount( Loopback_Status::FAILURES, $this->asked );
	}

	public function test_a_page_that_fails_changes_nothing(): void {
		$this->wall( 'add_action( "template_redirect", function () { status_header( 500 ); exit; } );' );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->assertStringContainsString( self::WORDS, $this->drained_text() );
	}

	public function test_history_without_news_asks_for_no_page(): void {
		Enqueue::recheck_everything();
		$this->assertSame( array(), $this->drained() );
		$this->assertSame( array(), $this->asked );
	}

	public function test_history_waits_for_the_next_drain_and_news_do_not(): void {
		$this->wall( 'add_filter( "the_content", function ( $html ) { return false !== strpos( $html, "Zinziberine" ) ? "" : $html; } );' );
		$old = $this->post( array( 'post_content' => '<p>' . self::words( 20, 'history' ) . '</p>' ) );
		$this->post( array( 'post_content' => '<p>' . self::SECRET . '</p>' ) );
		$GLOBALS['wpdb']->query( 'UPDATE ' . Outbox::table() . ' SET priority = ' . Outbox::HISTORY ); // phpcs:ignore WordPress.DB
		$new = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		// A drain in which history has taken all that it may.
		$spend = static function ( $html ) {
			Loopback_View::begin( 0.0 );
			return $html;
		};
		\add_filter( 'the_content', $spend );
		$result = $this->drain();
		\remove_filter( 'the_content', $spend );
		$this->assertSame( array( 'time', 2 ), array( $result['stopped'], $result['left'] ) );
		$this->assertSame( array( $new ), \array_column( \array_column( $this->events(), 'data' ), 'id' ) );
		$this->forget_requests();
		$this->assertSame( array( "post.published $old" ), $this->drained() );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
	}
}
