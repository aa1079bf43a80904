<?php
/**
 * Posts in which other code fails.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Counter;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Site_Health;
use Mentor_Bridge\Unreadable_Posts;

/**
 * A shortcode that breaks or ends the process keeps back its own post, and no other.
 */
class Test_Unreadable_Posts extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	protected function tearDown(): void {
		foreach ( array( 'broken', 'loud' ) as $tag ) {
			\remove_shortcode( $tag );
		}
		parent::tearDown();
	}

	/**
	 * @dataProvider breakages
	 */
	public function test_what_breaks_keeps_back_that_post_alone( callable $break ): void {
		\add_shortcode( 'broken', $break );
		$broken = $this->post( array( 'post_content' => '<p>Zinziberine stands in this one post.</p>[broken]' ) );
		$open   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$level  = \ob_get_level();
		\ob_start();
		$left    = $this->drained_text();
		$printed = \ob_get_clean();
		$this->assertSame( '', $printed );
		$this->assertSame( $level, \ob_get_level() );
		$this->assertSame( array(), \preg_grep( '/x-broken/i', \headers_list() ) );
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertSame( $this->users['alice'], \get_current_user_id() );
		\add_shortcode( 'broken', '__return_empty_string' );
		\wp_update_post( array( 'ID' => $broken, 'post_content' => '<p>Repaired, and for everybody now.</p>' ) );
		$this->assertContains( "post.published $broken", $this->drained(), 'repaired and saved' );
		$this->assertGreaterThan( 0, $open );
	}

	public function breakages(): array {
		return array(
			'exception' => array(
				static function () {
					throw new \RuntimeException( 'broken' );
				},
			),
			'type'      => array(
				static function () {
					return \strlen( array() ); // phpcs:ignore
				},
			),
			'wp_die'    => array(
				static function () {
					\wp_die( 'broken' );
				},
			),
			'redirect'  => array(
				static function () {
					\wp_safe_redirect( \home_url( '/elsewhere/' ) );
					exit;
				},
			),
			'buffers'   => array(
				static function () {
					echo 'printed';
					\header( 'X-Broken: yes' );
					\ob_end_clean();
					return 'done';
				},
			),
		);
	}

	public function test_what_prints_or_prints_without_measure_is_read_and_prints_nothing(): void {
		\add_shortcode( 'loud', static function () {
			for ( $n = 0; $n < 3000; $n++ ) {
				echo \str_repeat( 'noise ', 10000 );
			}
			\ob_start();
			return '';
		} );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>[loud]' ) );
		$memory = \memory_get_peak_usage();
		\ob_start();
		$left = $this->drained_text();
		$this->assertSame( '', \ob_get_clean() );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertLessThan( 30000000, \memory_get_peak_usage() - $memory );
	}

	/**
	 * @dataProvider ends
	 */
	public function test_what_ends_the_process_keeps_back_that_post_alone( string $end ): void {
		$broken = $this->post( array( 'post_content' => '<p>Zinziberine stands in this one post.</p>[broken]', 'post_date' => '2024-01-02 00:00:00' ) );
		$open   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>', 'post_date' => '2024-01-01 00:00:00' ) );
		$script = '$_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php"; ini_set( "display_errors", "0" ); add_shortcode( "broken", function () { ' . $end . ' } ); Mentor_Bridge\\Sender::drain( "cli", 20.0 );';
		\exec( Server::php( $script, '-d memory_limit=128M -d display_errors=0' ) . ' 2>/dev/null', $output );
		\wp_cache_flush();
		// As a process that was killed leaves it.
		Counter::set( 'drain', 0 );
		\add_shortcode( 'broken', function () {
			$this->fail( 'it is not tried again' );
		} );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertSame( array( $broken ), \array_column( Unreadable_Posts::posts(), 'ID' ) );
		$health = Site_Health::test_unreadable();
		$this->assertSame( 'recommended', $health['status'] );
		$this->assertStringContainsString( 'How I failed', $health['description'] );
		\ob_start();
		Not_Shared_Box::show( \get_post( $broken ) );
		$this->assertStringContainsString( 'could not be put together', \ob_get_clean() );
		\add_shortcode( 'broken', '__return_empty_string' );
		\do_action( 'deactivated_plugin', 'broken/broken.php', false );
		$this->assertContains( "post.published $broken", $this->drained() );
		$this->assertSame( 'good', Site_Health::test_unreadable()['status'] );
		$this->assertGreaterThan( 0, $open );
	}

	public function ends(): array {
		return array(
			'exit'   => array( 'exit;' ),
			'die'    => array( 'die( "no" );' ),
			'memory' => array( '$all = array(); while ( true ) { $all[] = str_repeat( "x", 1000000 ); }' ),
			'killed' => array( 'posix_kill( getmypid(), 9 );' ),
		);
	}
}
