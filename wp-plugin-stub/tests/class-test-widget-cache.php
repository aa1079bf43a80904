<?php
/**
 * The widget on the dashboard is kept, and never says what is no longer so.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Dashboard_Widget;
use Mentor_Bridge\Statistics;
use Mentor_Bridge\Widget_Cache;

require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/class-browser.php';

/**
 * Alice has looked at her dashboard, on which Zoé waits for an answer.
 */
class Test_Widget_Cache extends WordPress_Case {

	/**
	 * What is written into the kept HTML, so that it is known again.
	 */
	const MARK = 'as it was kept';

	/**
	 * Alice's browser.
	 *
	 * @var Browser
	 */
	private $alice;

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	private $post;

	/**
	 * Zoé's comment on it.
	 *
	 * @var int
	 */
	private $waiting;

	protected function setUp(): void {
		parent::setUp();
		$this->post    = $this->post( array( 'post_title' => 'Cash' ) );
		$this->waiting = $this->comment( $this->post );
		$this->connect();
		$this->figures( 1 );
		$this->alice = new Browser( 'alice' );
		\ob_start();
		Dashboard_Widget::show();
		$this->assertStringContainsString( 'a question', (string) \ob_get_clean() );
		$this->mark();
	}

	/** The bridge sends that Zoé waits. */
	private function figures( int $version ): void {
		$waits = array( 'comment' => $this->waiting, 'post' => $this->post, 'since' => \gmdate( 'Y-m-d\TH:i:s\Z', \time() - 3 * DAY_IN_SECONDS ), 'question' => true, 'first' => false, 'words' => 30 );
		Statistics::store( 'blog', 0, Figures_Sample::blog( array( 'waiting' => array( $waits ) ) ), $version );
	}

	/** Makes what is kept known again. */
	private function mark(): void {
		$entries = (array) \get_option( Widget_Cache::OPTION );
		$this->assertNotSame( array( false ), $entries, 'nothing is kept' );
		\update_option( Widget_Cache::OPTION, \str_replace( 'Zoé', 'Zoé ' . self::MARK, $entries ), false );
	}

	/** What the widget says. */
	private function look( ?Browser $browser = null ): string {
		return \implode( ' ', Browser::texts( ( $browser ?? $this->alice )->get( 'wp-admin/' ), '//div[@id="mentor_bridge_conversations"]' ) );
	}

	public function test_it_is_made_once_and_time_goes_on(): void {
		$this->assertStringContainsString( self::MARK . ' on “Cash” a question · 3 days ago', $this->look() );
		\update_option( Widget_Cache::OPTION, \preg_replace( '/<time datetime="[^"]*">/', '<time datetime="' . \gmdate( 'Y-m-d\TH:i:s\Z', \time() - 5 * DAY_IN_SECONDS ) . '">', \get_option( Widget_Cache::OPTION ) ), false );
		$text = $this->look();
		$this->assertStringContainsString( self::MARK . ' on “Cash” a question · 5 days ago', $text );
		$this->assertStringContainsString( 'Counted 5 days ago, from', $text );
	}

	/** Changes, each with whether Zoé waits after it. */
	public function changes(): array {
		$zoe = static function ( callable $change ): array {
			return array( $change, false );
		};
		return array(
			'answered'               => $zoe( function () {
				$this->comment( $this->post, array( 'comment_parent' => $this->waiting, 'user_id' => $this->users['alice'] ) );
			} ),
			'trashed'                => $zoe( function () {
				\wp_trash_comment( $this->waiting );
			} ),
			'spam'                   => $zoe( function () {
				\wp_spam_comment( $this->waiting );
			} ),
			'held back'              => $zoe( function () {
				\wp_set_comment_status( $this->waiting, 'hold' );
			} ),
			'another in its place'   => $zoe( function () {
				$pending = $this->comment( $this->post, array( 'comment_approved' => 0 ) );
				\wp_spam_comment( $this->waiting );
				\wp_set_comment_status( $pending, 'approve' );
			} ),
			'deleted'                => $zoe( function () {
				\wp_delete_comment( $this->waiting, true );
			} ),
			'deleted past WordPress' => $zoe( function () {
				global $wpdb;
				$wpdb->delete( $wpdb->comments, array( 'comment_ID' => $this->waiting ) );
			} ),
			'the post is trashed'    => $zoe( function () {
				\wp_trash_post( $this->post );
			} ),
			'the post is private'    => $zoe( function () {
				\wp_update_post( array( 'ID' => $this->post, 'post_status' => 'private' ) );
			} ),
			'other figures'          => $zoe( function () {
				Statistics::store( 'blog', 0, Figures_Sample::blog(), 2 );
			} ),
			'the same figures'       => array( function () {
				$this->figures( 2 );
			}, true ),
			'anonymous by request'   => $zoe( function () {
				\wp_comments_personal_data_eraser( 'Zoe@Example.org ' );
			} ),
			'another name'           => $zoe( function () {
				\wp_update_comment( array( 'comment_ID' => $this->waiting, 'comment_author' => 'Max' ) );
			} ),
			'another title'          => array( function () {
				\wp_update_post( array( 'ID' => $this->post, 'post_title' => 'Money' ) );
			}, true ),
			'another address'        => array( function () {
				$GLOBALS['wp_rewrite']->set_permalink_structure( '/archives/%post_id%' );
			}, true ),
			'comments are closed'    => array( function () {
				\wp_update_post( array( 'ID' => $this->post, 'comment_status' => 'closed' ) );
			}, true ),
		);
	}

	/** @dataProvider changes */
	public function test_it_says_what_is_so_now( callable $change, bool $zoe_waits ): void {
		$structure = (string) \get_option( 'permalink_structure' );
		\Closure::bind( $change, $this )();
		$text = $this->look();
		$GLOBALS['wp_rewrite']->set_permalink_structure( $structure );
		$this->assertStringNotContainsString( self::MARK, $text );
		$this->assertSame( $zoe_waits, false !== \strpos( $text, 'Zoé on' ), $text );
	}

	public function test_spam_and_what_waits_for_approval_change_nothing(): void {
		foreach ( array( 'spam', 0 ) as $status ) {
			$this->comment( $this->post, array( 'comment_approved' => $status ) );
		}
		$this->assertStringContainsString( self::MARK, $this->look() );
	}

	public function test_each_language_and_rank_has_its_own(): void {
		$emma = \wp_insert_user( array( 'user_login' => 'emma', 'user_pass' => 'password', 'user_email' => 'emma@example.org', 'role' => 'editor' ) );
		\update_user_meta( $this->users['alice'], 'locale', 'fr_FR' );
		$this->assertStringNotContainsString( self::MARK, $this->look(), 'in French' );
		\delete_user_meta( $this->users['alice'], 'locale' );
		$editor = new Browser( 'emma' );
		foreach ( array( 'made', 'kept' ) as $way ) {
			$text = $this->look( $editor );
			$this->assertStringContainsString( 'Zoé on “Cash”', $text, $way );
			$this->assertStringNotContainsString( 'Settings', $text, $way );
		}
		$this->assertStringContainsString( 'Settings', $this->look() );
		$this->assertStringContainsString( self::MARK, $this->look(), 'what Alice saw is still kept' );
		( new \WP_User( $emma ) )->set_role( 'author' );
		$this->assertSame( '', $this->look( $editor ) );
	}

	public function test_nothing_is_kept_once_statistics_are_off(): void {
		Connection::set_statistics( false );
		$this->assertFalse( \get_option( Widget_Cache::OPTION ) );
		$this->assertSame( '', $this->look() );
	}

	public function test_of_what_waits_those_behind_move_up(): void {
		$ids = array();
		for ( $n = 1; $n <= 9; $n++ ) {
			$ids[] = $this->comment( $this->post, array( 'comment_author' => "Reader$n" ) );
		}
		$waits = \array_map( function ( int $id ): array {
			return array( 'comment' => $id, 'post' => $this->post, 'since' => '2026-05-01T00:00:00Z', 'question' => false, 'first' => false, 'words' => 30 );
		}, $ids );
		Statistics::store( 'blog', 0, Figures_Sample::blog( array( 'waiting' => $waits ) ), 2 );
		$this->comment( $this->post, array( 'comment_parent' => $ids[0], 'user_id' => $this->users['alice'] ) );
		$this->comment( $this->post, array( 'comment_parent' => $ids[6], 'user_id' => $this->users['alice'] ) );
		\wp_spam_comment( $ids[1] );
		\preg_match_all( '/Reader(\d) on/', $this->look(), $match );
		$this->assertSame( array( '3', '4', '5', '6', '8' ), $match[1] );
	}
}
