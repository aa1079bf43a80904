<?php
/**
 * A list of mentors belongs to one post of one blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Related_Mentors;
use Mentor_Bridge\Related_Owner;
use Mentor_Bridge\Statistics;
use Mentor_Bridge\Upgrade;

require_once __DIR__ . '/class-browser.php';
require_once __DIR__ . '/class-figures-sample.php';

/**
 * A connected blog whose first post shows a mentor.
 */
class Test_Related_Owner extends WordPress_Case {

	/**
	 * The post with a list.
	 *
	 * @var int
	 */
	private $post;

	protected function setUp(): void {
		parent::setUp();
		$this->post = $this->post();
		$this->connect( array( 'alice', 'bob' ) );
		$this->assertTrue( \mentor_bridge_put_related( $this->post, array( self::mentor() ), 1 ) );
	}

	/** Gives a mentor. */
	private static function mentor(): array {
		return array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' );
	}

	/**
	 * Looks at a post as a reader.
	 *
	 * @param int $id The post.
	 */
	private function shows( int $id ): bool {
		return false !== \strpos( ( new Browser() )->get( '?p=' . $id ), 'https://bea.example/' );
	}

	public function test_a_list_is_shown_for_the_post_and_blog_it_was_made_for(): void {
		$this->assertTrue( $this->shows( $this->post ) );
		$copy = $this->post();
		\update_post_meta( $copy, Related_Mentors::META, \wp_slash( \get_post_meta( $this->post, Related_Mentors::META, true ) ) );
		$this->assertFalse( $this->shows( $copy ), 'a duplicate, by whatever plugin' );
		$this->assertTrue( \mentor_bridge_put_related( $copy, array( self::mentor() ), 1 ), 'its own first list is no older one' );
		$this->assertTrue( $this->shows( $copy ) );

		$twin = \get_option( Related_Owner::OPTION );
		\update_option( Related_Owner::OPTION, array( 'blog_id' => 'another' ) + $twin );
		$this->assertFalse( $this->shows( $this->post ), 'a blog into which the post was imported' );
		\update_option( Related_Owner::OPTION, array( 'site' => array( 'home' => \str_repeat( '0', 64 ) ) + $twin['site'] ) + $twin );
		$this->assertFalse( $this->shows( $this->post ), 'a copy of the site' );
		\update_option( Related_Owner::OPTION, $twin );
		$this->assertTrue( $this->shows( $this->post ) );
	}

	public function test_a_list_is_shown_while_the_blog_is_connected(): void {
		$connection = \get_option( Connection::OPTION );
		\delete_option( Connection::OPTION );
		$this->assertFalse( $this->shows( $this->post ) );
		$this->assertSame( 'mentor_bridge_not_connected', \mentor_bridge_put_related( $this->post, array() )->get_error_code() );
		foreach ( array( 'disconnecting', 'gone' ) as $state ) {
			\update_option( Connection::OPTION, array( 'state' => $state ) + $connection );
			$this->assertFalse( $this->shows( $this->post ), $state );
		}
		\update_option( Connection::OPTION, $connection );
		$this->assertTrue( $this->shows( $this->post ) );
	}

	public function test_lists_of_before_get_their_names_by_the_update(): void {
		$this->drain();
		$copy = $this->post( array( 'post_author' => $this->users['carol'] ) );
		$old  = '{"version":3,"language":"en-US","mentors":[{"name":"Bea \u00e9 \"B\"","blog":"","url":"https:\/\/bea.example\/","language":"","why":"Bread.","topics":[],"post":null}]}';
		foreach ( array( $this->post, $copy ) as $id ) {
			\update_post_meta( $id, Related_Mentors::META, \wp_slash( $old ) );
		}
		\delete_option( Related_Owner::OPTION );
		$this->assertFalse( $this->shows( $this->post ) );
		\update_option( Upgrade::OPTION, 2 );
		$this->assertTrue( $this->shows( $this->post ), 'nothing disappears before the update has run' );
		$this->assertTrue( Upgrade::run() );
		\wp_cache_flush();
		$this->assertTrue( $this->shows( $this->post ) );
		$this->assertSame( Related_Owner::stamp( $this->post ) + \json_decode( $old, true ), \json_decode( \get_post_meta( $this->post, Related_Mentors::META, true ), true ) );
		$this->assertSame( '', \get_post_meta( $copy, Related_Mentors::META, true ), 'of a post that the bridge does not hold it can only be a copy' );
	}

	public function test_what_the_bridge_stored_travels_neither_by_export_nor_with_a_duplicate(): void {
		require_once ABSPATH . 'wp-admin/includes/export.php';
		\update_post_meta( $this->post, Consent::NOT_SHARED, '1' );
		Statistics::store( 'post', $this->post, Figures_Sample::post(), 1 );
		$keys = array();
		foreach ( \array_keys( \get_post_meta( $this->post ) ) as $key ) {
			if ( ! \apply_filters( 'wxr_export_skip_postmeta', false, $key, null ) && ! \in_array( $key, \apply_filters( 'duplicate_post_excludelist_filter', array() ), true ) ) {
				$keys[] = $key;
			}
		}
		$this->assertSame( array( Consent::NOT_SHARED ), \array_values( \preg_grep( '/mentor_bridge/', $keys ) ), 'what its author said of it stays with it' );
		$this->assertTrue( \apply_filters( 'wxr_export_skip_postmeta', true, '_other', null ) );
	}
}
