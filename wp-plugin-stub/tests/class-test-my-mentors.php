<?php
/**
 * "My mentors": whom the authors of a blog have pinned.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Mentors_Of_Blog;
use Mentor_Bridge\Payload;

require_once __DIR__ . '/class-receiver-case.php';
require_once __DIR__ . '/class-browser.php';

/**
 * The list comes with a push, stands where it was placed, and is gone with the next push or with the connection.
 */
class Test_My_Mentors extends Receiver_Case {

	/** The texts on a page that match. */
	private function texts( string $path ): array {
		return Browser::texts( ( new Browser() )->get( '?p=' . $this->shared ), '(//section[@class="mentor-bridge-my-mentors"])[1]' . $path );
	}

	/** The list for feed readers. */
	private function opml(): \SimpleXMLElement {
		return new \SimpleXMLElement( ( new Browser() )->get( '?feed=mentor-bridge-mentors' ) );
	}

	public function test_the_list_stands_where_it_was_placed_and_goes_with_whoever_withdraws(): void {
		\wp_update_post( array( 'ID' => $this->shared, 'post_content' => 'Words. [mentor_bridge_my_mentors]' ) );
		$this->assertSame( array(), $this->texts( '//li' ) );
		$ann = $this->mentor( array( 'name' => 'Ann & <b>', 'url' => 'https://ann.example/', 'note' => 'I read this blog because it tells of failures & luck.' ) );
		list( $code, $answer ) = $this->rest( $this->body( array( $this->related( 3, array( $this->mentor(), $ann ), 0 ) ) ) );
		$this->assertSame( array( 200, 1 ), array( $code, \count( $answer['accepted'] ) ) );
		$this->assertSame( array( 'Béa "B" 🌱', 'Ann & <b>' ), $this->texts( '//li//a' ) );
		$this->assertSame( array( 'I read this blog because it tells of failures & luck.' ), $this->texts( '//p[@class="mentor-bridge-note"]' ) );
		$this->assertCount( 1, $this->texts( '//a[@rel="blogroll"]' ) );
		$outlines = $this->opml()->body->outline;
		$this->assertSame( array( 'https://bea.example/?a=1&b=2&feed=rss2', 'https://ann.example/feed/' ), array( (string) $outlines[0]['xmlUrl'], (string) $outlines[1]['xmlUrl'] ) );

		$this->assertSame( 2, $this->rest( $this->body( array( $this->related( 2, array(), 0 ) ) ) )[1]['refused'][0]['held'] - 1, 'an older list' );
		$this->rest( $this->body( array( $this->related( 4, array( $ann ), 0 ) ) ) );
		$this->assertSame( array( 'Ann & <b>' ), $this->texts( '//li//a' ) );
		\delete_option( 'mentor_bridge_connection' );
		\wp_cache_flush();
		$this->assertSame( array(), $this->texts( '//li' ) );
	}

	public function test_a_sentence_stands_under_a_post_before_the_reason(): void {
		$this->rest( $this->body( array( $this->related( 1, array( $this->mentor( array( 'note' => 'Because <i>she</i> tells.' ) ) ) ) ) ) );
		$page = ( new Browser() )->get( '?p=' . $this->shared );
		$this->assertSame( array( 'Because <i>she</i> tells.' ), Browser::texts( $page, '//li[@class="mentor-bridge-mentor"]/p[@class="mentor-bridge-note"]' ) );
		$this->assertSame( array( 'mentor-bridge-note', 'mentor-bridge-why' ), Browser::texts( $page, '//li[@class="mentor-bridge-mentor"]/p[@class="mentor-bridge-note" or @class="mentor-bridge-why"]/@class' ) );
	}

	public function test_the_owner_says_which_mentors_stand_on_pages_and_the_bridge_hears_it(): void {
		$this->assertSame( 'all', Payload::blog()['showing'] );
		$alice = new Browser( 'alice' );
		$alice->submit( $alice->get( 'wp-admin/options-general.php?page=mentor-bridge' ), '//input[@name="mentor_bridge_showing"]', array( 'mentor_bridge_showing' => 'ask' ) );
		\wp_cache_flush();
		$this->assertSame( 'ask', Mentors_Of_Blog::showing() );
		$this->assertSame( 'ask', Payload::blog()['showing'] );
		\update_option( Mentors_Of_Blog::SHOWING, 'nonsense' );
		$this->assertSame( 'all', Payload::blog()['showing'] );
	}
}
