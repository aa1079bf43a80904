<?php
/**
 * What wp-admin says about conversations.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Comment_Columns;
use Mentor_Bridge\Commenter;
use Mentor_Bridge\Consent_Profile_Form;
use Mentor_Bridge\Dashboard_Sign_In;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Drain_Trigger;
use Mentor_Bridge\Follow_Up_Lists;
use Mentor_Bridge\Insightful;
use Mentor_Bridge\Key_Figures;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Pairing_Profile_Form;
use Mentor_Bridge\Post_Columns;
use Mentor_Bridge\Sender;
use Mentor_Bridge\Settings_Actions;
use Mentor_Bridge\Settings_Page;
use Mentor_Bridge\Site_Health;
use Mentor_Bridge\Statistics;
use Mentor_Bridge\Trend_Chart;
use Mentor_Bridge\Unanswered_Comments;

require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/class-browser.php';

/**
 * Alice owns the blog and looks at it with her browser.
 */
class Test_Conversations extends WordPress_Case {

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	private $shared;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post( array( 'post_title' => 'Cash & <i>credit</i>' ) );
		$this->connect();
	}

	protected function tearDown(): void {
		parent::tearDown();
	}

	/** An entry of the list of those who wait. */
	private static function waits( int $comment, array $fields = array() ): array {
		return \array_merge( array( 'comment' => $comment, 'post' => 1, 'since' => \gmdate( 'Y-m-d\TH:i:s\Z', \time() - 3 * DAY_IN_SECONDS ), 'question' => true, 'first' => true, 'words' => 30 ), $fields );
	}

	/** The widget on Alice's dashboard. */
	private function widget(): string {
		$html = ( new Browser( 'alice' ) )->get( 'wp-admin/' );
		return \implode( ' ', Browser::texts( $html, '//div[@id="mentor_bridge_conversations"]' ) );
	}

	public function test_before_the_first_figures_the_widget_says_what_will_be_there(): void {
		$this->assertStringContainsString( 'The bridge sends the first figures', $this->widget() );
	}

	public function test_the_widget_compares_with_the_window_before_in_words(): void {
		Statistics::store( 'blog', 0, Figures_Sample::blog(), 1 );
		$text = $this->widget();
		foreach ( array( 'Comments by readers48 up from 39', 'People who commented21 as in the 90 days before', '72% down from 80%; likely between 57% and 84% (40 counted)', 'not enough data 3 so far, 5 are needed', 'not reached more than half still wait', 'Nobody. Every comment has its answer.', '2 comments show two or more signs of spam and are left out of all figures. Signs: many links (2), nothing but praise (1).' ) as $words ) {
			$this->assertStringContainsString( $words, $text );
		}
		$html  = ( new Browser( 'alice' ) )->get( 'wp-admin/' );
		$label = Browser::read( $html )->evaluate( 'string(//figure//svg[@role="img"]/@aria-label)' );
		$this->assertSame( '10 comments in 2 weeks, at most 7 in one week.', $label );
		$this->assertCount( 2, Browser::texts( $html, '//figure//tbody/tr' ), 'the same as a table' );
	}

	public function test_the_widget_says_in_three_lines_how_things_are_and_folds_the_rest(): void {
		$blog = Figures_Sample::blog();
		$blog['figures']['returning_commenters'] = array( 'value' => 8, 'n' => 8, 'low' => null, 'high' => null, 'previous' => null );
		Statistics::store( 'blog', 0, $blog, 1 );
		$page  = Browser::read( ( new Browser( 'alice' ) )->get( 'wp-admin/' ) );
		$lines = array();
		foreach ( $page->query( '//ul[@class="mentor-bridge-lines"]/li' ) as $line ) {
			$lines[] = $line->textContent; // phpcs:ignore WordPress.NamingConventions
		}
		$this->assertSame( array( '48 comments by 21 readers (up from 39)', '8 of them came back.', '72% of the comments got an answer within a week.' ), $lines );
		$this->assertCount( 0, $page->query( '//*[@class="mentor-bridge-figures" or self::figure][not(ancestor::details[not(@open)])]' ) );
		$waiting = array();
		for ( $n = 0; $n < 6; $n++ ) {
			$waiting[] = self::waits( $this->comment( $this->shared, array( 'comment_content' => "Question $n?" ) ) );
		}
		$blog['figures']['waiting']['value'] = 6;
		Statistics::store( 'blog', 0, array( 'waiting' => $waiting ) + $blog, 2 );
		$this->assertStringContainsString( 'All 6 among the comments', $this->widget() );
	}

	public function test_the_lists_lead_to_the_form_and_show_only_what_is_there(): void {
		$asks   = $this->comment( $this->shared, array( 'comment_author' => '<b>Zoé</b>', 'comment_content' => 'How <script>alert(1)</script> do you do it?' ) );
		$spam   = $this->comment( $this->shared, array( 'comment_author' => 'Spammer', 'comment_approved' => 'spam' ) );
		$done   = $this->comment( $this->shared, array( 'comment_author' => 'Answered' ) );
		$this->comment( $this->shared, array( 'comment_parent' => $done, 'user_id' => $this->users['alice'] ) );
		$silent = array( 'commenter' => \str_repeat( 'a', 64 ), 'comment' => $asks, 'posts' => 4, 'last' => '2026-01-01T00:00:00Z' );
		$blog   = Figures_Sample::blog( array( 'waiting' => array( self::waits( $asks ), self::waits( $spam ), self::waits( $done ), self::waits( 999999 ) ), 'silent' => array( $silent ), 'alive' => array( array( 'post' => $this->shared, 'comments' => 5, 'commenters' => 3, 'last' => '2026-05-01T00:00:00Z' ), array( 'post' => 999999, 'comments' => 5, 'commenters' => 3, 'last' => '2026-05-01T00:00:00Z' ) ) ) );
		Statistics::store( 'blog', 0, $blog, 1 );
		$html = ( new Browser( 'alice' ) )->get( 'wp-admin/' );
		$text = \implode( ' ', Browser::texts( $html, '//div[@id="mentor_bridge_conversations"]' ) );
		$this->assertStringContainsString( '<b>Zoé</b> on “Cash & credit” a question · 3 days ago · first comment here', $text, 'a name is text' );
		foreach ( array( 'Spammer', 'Answered' ) as $gone ) {
			$this->assertStringNotContainsString( $gone, $text );
		}
		$this->assertStringContainsString( 'commented on 4 posts', $text );
		$this->assertStringContainsString( '5 comments by 3 readers in seven days', $text );
		$reply = Browser::read( $html )->evaluate( 'string(//a[@class="mentor-bridge-reply"]/@href)' );
		$form  = ( new Browser( 'alice' ) )->get( \strtok( $reply, '#' ) );
		$this->assertSame( (string) $asks, Browser::read( $form )->evaluate( 'string(//form//input[@name="comment_parent"]/@value)' ), 'straight to the form of an answer' );
		$this->assertStringNotContainsString( '<script>alert(1)', $html );
	}

	public function test_the_list_of_comments_says_who_and_what_waits(): void {
		$zoe    = $this->comment( $this->shared );
		$second = $this->comment( $this->shared, array( 'comment_author_email' => 'max@example.org' ) );
		Statistics::store( 'post', $this->shared, Figures_Sample::post( array( 'waiting' => array( $zoe ) ) ), 1 );
		Statistics::store( 'commenter', Commenter::of_email( 'zoe@example.org' ), Figures_Sample::commenter(), 1 );
		$html = ( new Browser( 'alice' ) )->get( 'wp-admin/edit-comments.php' );
		$cell = '//tr[@id="comment-%d"]/td[contains(concat(@class," "),"column-mentor_bridge ")]';
		$this->assertSame( array( 'Regular 4 comments on 3 posts in 90 daysWaits for an answer' ), Browser::texts( $html, \sprintf( $cell, $zoe ) ) );
		$this->assertSame( array( '—No figures' ), Browser::texts( $html, \sprintf( $cell, $second ) ) );
	}

	public function test_a_comment_is_marked_with_a_link_and_unmarked_again(): void {
		$id = $this->comment( $this->shared );
		$this->drained();
		$alice = new Browser( 'alice' );
		foreach ( array( array( 'Insightful', true ), array( 'Not insightful', false ) ) as list( $words, $marked ) ) {
			$html = $alice->get( 'wp-admin/edit-comments.php' );
			$link = Browser::read( $html )->query( '//tr[@id="comment-' . $id . '"]//span[contains(@class,"mentor_bridge_insightful")]/a' )->item( 0 );
			$this->assertSame( $words, $link->textContent ); // phpcs:ignore
			$this->assertStringContainsString( 'comment by Zoé', $link->getAttribute( 'aria-label' ) );
			$html = $alice->get( $link->getAttribute( 'href' ) );
			$this->assertStringContainsString( $marked ? 'is marked as insightful' : 'is no longer marked', \implode( ' ', Browser::texts( $html, '//div[contains(@class,"notice-success")]' ) ) );
			$this->assertSame( $marked, Insightful::is_marked( $id ) );
			$this->assertSame( $marked ? 1 : 0, \count( Browser::texts( $html, '//tr[@id="comment-' . $id . '"]//*[@class="mentor-bridge-mark"]' ) ), 'the state is shown' );
			$this->drain();
			$this->assertContains( $marked, \array_column( \array_column( $this->events(), 'data' ), 'insightful' ) );
			$this->forget_requests();
		}
	}

	public function test_nobody_else_marks_and_a_link_is_good_for_one_comment(): void {
		$id     = $this->comment( $this->shared );
		$second = $this->comment( $this->shared );
		$alice  = new Browser( 'alice' );
		$link   = Browser::read( $alice->get( 'wp-admin/edit-comments.php' ) )->evaluate( 'string(//tr[@id="comment-' . $id . '"]//span[contains(@class,"mentor_bridge_insightful")]/a/@href)' );
		$alice->get( \str_replace( "c=$id", "c=$second", $link ) );
		$this->assertSame( 403, $alice->status );
		$bob = new Browser( 'bob' );
		$bob->get( $link );
		$this->assertGreaterThanOrEqual( 400, $bob->status );
		$this->assertStringNotContainsString( 'mentor_bridge_insightful', $bob->get( 'wp-admin/edit-comments.php' ) );
		$this->assertFalse( Insightful::is_marked( $id ) || Insightful::is_marked( $second ) );
		$by_owner = $this->comment( $this->shared, array( 'user_id' => $this->users['alice'] ) );
		$this->assertStringContainsString( "comment-$by_owner", $alice->get( 'wp-admin/edit-comments.php' ) );
		$this->assertCount( 0, Browser::texts( $alice->get( 'wp-admin/edit-comments.php' ), '//tr[@id="comment-' . $by_owner . '"]//span[contains(@class,"mentor_bridge_insightful")]' ), 'what Alice says herself is no response of readers' );
	}

	public function test_the_list_of_posts_says_how_lively_each_is(): void {
		$quiet = $this->post();
		Statistics::store( 'post', $this->shared, Figures_Sample::post(), 1 );
		$html = ( new Browser( 'alice' ) )->get( 'wp-admin/edit.php' );
		$cell = '//tr[@id="post-%d"]/td[contains(concat(@class," "),"column-mentor_bridge ")]';
		$this->assertSame( array( '12 comments by 5 readers2 wait for an answer★ 1 insightful' ), Browser::texts( $html, \sprintf( $cell, $this->shared ) ) );
		$this->assertSame( array( '—No conversation yet' ), Browser::texts( $html, \sprintf( $cell, $quiet ) ) );
	}

	public function test_the_widget_asks_once_what_it_keeps_and_a_screen_loads_what_it_shows(): void {
		$this->serve_with( 'add_action( "shutdown", function () { echo "<!-- queries:", $GLOBALS["wpdb"]->num_queries, " ", implode( " ", preg_grep( "/^Mentor_Bridge/", get_declared_classes() ) ), " -->"; }, PHP_INT_MAX ); if ( isset( $_GET["quiet"] ) ) { add_action( "plugins_loaded", function () { remove_action( "wp_dashboard_setup", array( "Mentor_Bridge\\\\Dashboard_Widget", "add" ) ); } ); }' );
		$comment = $this->comment( $this->shared );
		$alice   = new Browser( 'alice' );
		Statistics::store( 'blog', 0, Figures_Sample::blog( array( 'waiting' => array( self::waits( $comment, array( 'post' => $this->shared ) ) ) ) ), 1 );
		$counts = array();
		$loaded = array();
		foreach ( array( 'quiet', 'made', 'quiet', 'kept' ) as $way ) {
			$html = $alice->get( 'wp-admin/index.php?' . $way . '=1' );
			$this->assertSame( 'quiet' !== $way, false !== \strpos( $html, 'id="mentor_bridge_conversations"' ) );
			$this->assertSame( 1, \preg_match( '/<!-- queries:(\d+) (.*?) -->/', $html, $match ) );
			$counts[ $way ] = (int) $match[1];
			$loaded[ $way ] = \explode( ' ', $match[2] );
		}
		$this->assertSame( 1, $counts['kept'] - $counts['quiet'] );
		// What is kept, the figures, comments and answers, posts, how many are shared; and it is written down.
		$this->assertLessThanOrEqual( 6, $counts['made'] - $counts['quiet'] );
		foreach ( array( Sender::class, Drain_Trigger::class, Delivery_Status::class, Settings_Actions::class, Settings_Page::class, Consent_Profile_Form::class, Pairing_Profile_Form::class, Not_Shared_Box::class, Post_Columns::class, Comment_Columns::class, Site_Health::class, Dashboard_Sign_In::class ) as $elsewhere ) {
			$this->assertNotContains( $elsewhere, $loaded['made'] );
		}
		foreach ( array( Follow_Up_Lists::class, Key_Figures::class, Trend_Chart::class, Unanswered_Comments::class ) as $part ) {
			$this->assertContains( $part, $loaded['made'] );
			$this->assertNotContains( $part, $loaded['kept'] );
		}
	}

	public function test_longer_lists_ask_the_database_no_more_often(): void {
		$this->serve_with( 'add_action( "shutdown", function () { echo "<!-- queries:", $GLOBALS["wpdb"]->num_queries, " -->"; }, PHP_INT_MAX ); add_filter( "edit_comments_per_page", function () { return (int) ( $_GET["n"] ?? 20 ); } ); add_filter( "edit_posts_per_page", function () { return (int) ( $_GET["n"] ?? 20 ); } );' );
		for ( $n = 0; $n < 12; $n++ ) {
			$post = $this->post();
			Statistics::store( 'post', $post, Figures_Sample::post( array( 'waiting' => array( $this->comment( $post, array( 'comment_author_email' => "c$n@example.org", 'comment_author' => "C$n" ) ) ) ) ), 1 );
			Statistics::store( 'commenter', Commenter::of_email( "c$n@example.org" ), Figures_Sample::commenter(), 1 );
		}
		$alice = new Browser( 'alice' );
		foreach ( array( 'wp-admin/edit-comments.php', 'wp-admin/edit.php' ) as $list ) {
			$counts = array();
			foreach ( array( 3, 3, 12 ) as $rows ) {
				$html = $alice->get( "$list?n=$rows" );
				$this->assertCount( $rows, Browser::texts( $html, '//tbody[@id="the-list" or @id="the-comment-list"]//td[contains(concat(@class," "),"column-mentor_bridge ")]' ) );
				$this->assertSame( 1, \preg_match( '/<!-- queries:(\d+) -->/', $html, $match ) );
				$counts[ $rows ] = (int) $match[1];
			}
			$this->assertSame( $counts[3], $counts[12], $list );
		}
	}
}
