<?php
/**
 * The post and the comment that WordPress begins with.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Outbox;
use Mentor_Bridge\Sample_Content;
use Mentor_Bridge\Upgrade;

/**
 * Nobody wrote them: they neither count nor leave the blog.
 */
class Test_Sample_Content extends WordPress_Case {

	/**
	 * Makes both as an installation does, in whatever language.
	 *
	 * @param array $post    Fields of the post that differ.
	 * @param array $comment Fields of the comment that differ.
	 */
	private function install( array $post = array(), array $comment = array() ): void {
		global $wpdb;
		$now = \get_userdata( $this->users['alice'] )->user_registered;
		// phpcs:disable WordPress.DB.DirectDatabaseQuery
		$wpdb->insert( $wpdb->posts, $post + array( 'ID' => 1, 'post_author' => $this->users['alice'], 'post_date' => $now, 'post_date_gmt' => $now, 'post_modified' => $now, 'post_modified_gmt' => $now, 'post_title' => 'Bonjour tout le monde !', 'post_name' => 'bonjour-tout-le-monde', 'post_content' => '<p>Bienvenue sur WordPress. Ceci est votre premier article.</p>', 'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '' ) );
		$wpdb->insert( $wpdb->comments, $comment + array( 'comment_ID' => 1, 'comment_post_ID' => 1, 'comment_author' => 'Un commentateur ou commentatrice WordPress', 'comment_author_email' => Sample_Content::COMMENTER, 'comment_author_url' => 'https://fr.wordpress.org/', 'comment_date' => $now, 'comment_date_gmt' => $now, 'comment_content' => 'Bonjour, ceci est un commentaire.', 'comment_approved' => '1' ) );
		// phpcs:enable
		\clean_post_cache( 1 );
		\clean_comment_cache( 1 );
	}

	public function test_neither_leaves_the_blog(): void {
		$this->install();
		$this->connect();
		$this->assertSame( array(), $this->drained() );
		$own = $this->post();
		$this->assertSame( array( "post.published $own" ), $this->drained() );
	}

	public function test_whoever_has_changed_the_post_has_written_it_and_the_comment_stays_out(): void {
		$this->install();
		$this->connect();
		\wp_update_post( array( 'ID' => 1, 'post_content' => '<p>My first shop, and why it failed.</p>' ) );
		// An update within the second of the installation, which nobody is fast enough for.
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->posts, array( 'post_modified_gmt' => '2030-01-01 00:00:00' ), array( 'ID' => 1 ) );
		\clean_post_cache( 1 );
		$reader = $this->comment( 1 );
		$told   = $this->drained();
		\sort( $told );
		$this->assertSame( array( "comment.published $reader", 'post.published 1' ), $told );
	}

	public function test_a_post_of_the_same_id_that_was_written_later_is_the_bloggers_own(): void {
		$this->install( array( 'post_date_gmt' => '2024-05-01 10:00:00', 'post_modified_gmt' => '2024-05-01 10:00:00' ) );
		$this->assertFalse( Sample_Content::is_post( \get_post( 1 ) ) );
	}

	/**
	 * @dataProvider comments
	 *
	 * @param array $fields    Fields of the comment that differ.
	 * @param bool  $is_sample What it is.
	 */
	public function test_a_comment_is_known_by_how_it_was_made( array $fields, bool $is_sample ): void {
		$this->install( array(), $fields );
		$this->assertSame( $is_sample, Sample_Content::is_comment( \get_comment( 1 ) ) );
	}

	public function comments(): array {
		return array(
			'of today'                    => array( array(), true ),
			'of old, without an address'  => array( array( 'comment_author_email' => '', 'comment_author' => 'Mr WordPress' ), true ),
			'of a reader'                 => array( array( 'comment_author_email' => 'zoe@example.org', 'comment_author_url' => '' ), false ),
			'of a reader of WordPress'    => array( array( 'comment_author_email' => 'zoe@example.org', 'comment_date_gmt' => '2024-05-01 10:00:00' ), false ),
		);
	}

	public function test_the_update_takes_back_what_was_sent(): void {
		global $wpdb;
		$this->connect();
		// phpcs:disable WordPress.DB.DirectDatabaseQuery
		foreach ( array( Outbox::POST => 0, Outbox::COMMENT => 1 ) as $kind => $parent ) {
			$wpdb->insert( \Mentor_Bridge\Ledger::table(), array( 'kind' => $kind, 'object_id' => 1, 'parent_id' => $parent, 'hash' => 'x', 'revision' => 1 ) );
		}
		// phpcs:enable
		$this->install();
		\update_option( Upgrade::OPTION, 4 );
		Upgrade::run();
		$told = $this->drained();
		\sort( $told );
		$this->assertSame( array( 'comment.removed 1', 'post.removed 1' ), $told );
	}
}
