<?php
/**
 * What readers see of statistics.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Regulars_Block;
use Mentor_Bridge\Statistics;

require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/class-browser.php';

/**
 * "Our regulars", if the owner wants it, and the sentence under the comment form.
 */
class Test_Regulars_Block extends WordPress_Case {

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	private $shared;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post( array( 'post_content' => 'Words. [mentor_bridge_regulars]<!-- wp:mentor-bridge/regulars /-->' ) );
		$this->connect();
	}

	/** Hands in regulars: comment => posts. */
	private function regulars( array $posts ): void {
		$regulars = array();
		foreach ( $posts as $comment => $count ) {
			$regulars[] = array( 'commenter' => \hash( 'sha256', (string) $comment ), 'comment' => $comment, 'posts' => $count );
		}
		Statistics::store( 'blog', 0, Figures_Sample::blog( array( 'regulars' => $regulars ) ), 1 );
	}

	/** The names on the page. */
	private function names(): array {
		return Browser::texts( ( new Browser() )->get( '?p=' . $this->shared ), '(//section[@class="mentor-bridge-regulars"])[1]//li' );
	}

	public function test_nothing_is_shown_until_the_owner_allows_it(): void {
		$this->regulars( array( $this->comment( $this->shared ) => 5 ) );
		$this->assertSame( array(), $this->names() );
		$alice = new Browser( 'alice' );
		$alice->submit( $alice->get( 'wp-admin/options-general.php?page=mentor-bridge' ), '//input[@name="mentor_bridge_show_regulars"]', array( 'mentor_bridge_show_regulars' => 'yes' ) );
		$this->assertSame( array( 'Zoé' ), $this->names() );
		Connection::set_statistics( false );
		$this->assertSame( array(), $this->names() );
	}

	public function test_only_names_that_everybody_can_read_anyway(): void {
		\update_option( Regulars_Block::OPTION, 'yes' );
		$hidden = $this->post( array( 'post_status' => 'private' ) );
		$locked = $this->post( array( 'post_password' => 'x' ) );
		$this->regulars(
			array(
				$this->comment( $this->shared, array( 'comment_author' => '<b>Max</b> & Co' ) )                       => 4,
				$this->comment( $this->shared, array( 'comment_author' => 'Two posts only' ) )                       => 2,
				$this->comment( $this->shared, array( 'comment_author' => 'zoe@example.org' ) )                      => 4,
				$this->comment( $this->shared, array( 'comment_author' => 'Held back', 'comment_approved' => 0 ) ) => 4,
				$this->comment( $hidden, array( 'comment_author' => 'Private' ) )                                    => 4,
				$this->comment( $locked, array( 'comment_author' => 'Locked' ) )                                     => 4,
				999999                                                                                               => 4,
			)
		);
		$this->assertSame( array( '<b>Max</b> & Co' ), $this->names() );
		$this->assertStringContainsString( '&lt;b&gt;Max', ( new Browser() )->get( '?p=' . $this->shared ) );
	}

	public function test_the_sentence_under_the_form_says_what_is_counted(): void {
		$policy = $this->post( array( 'post_type' => 'page', 'post_title' => 'Privacy' ) );
		\update_option( 'wp_page_for_privacy_policy', $policy );
		$notice = function ( int $post ): string {
			return \implode( ' ', Browser::texts( ( new Browser() )->get( '?p=' . $post ), '//form//p[@class="mentor-bridge-comment-notice"]' ) );
		};
		foreach ( array( 'the text of your comment, your public name and a code made from your e-mail address', 'deletes it after seven days at the latest', 'Your e-mail address is not passed on. Privacy policy' ) as $part ) {
			$this->assertStringContainsString( $part, $notice( $this->shared ) );
		}
		$this->assertSame( '', $notice( $this->post( array( 'post_author' => $this->users['bob'] ) ) ), 'nothing is counted where the author does not take part' );
		\wp_update_post( array( 'ID' => $policy, 'post_status' => 'draft' ) );
		$this->assertStringEndsWith( 'is not passed on.', $notice( $this->shared ), 'no link to what is not there' );
		Connection::set_statistics( false );
		$this->assertSame( '', $notice( $this->shared ) );
		\update_option( 'wp_page_for_privacy_policy', 0 );
	}
}
