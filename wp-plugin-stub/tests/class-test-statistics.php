<?php
/**
 * Figures: how they are stored, and who gets to see them.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Commenter;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Insightful;
use Mentor_Bridge\Receiver;
use Mentor_Bridge\Statistics;
use Mentor_Bridge\Upgrade;

require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/class-browser.php';

/**
 * Alice owns the blog; Zoé comments; a subscriber and a stranger look.
 */
class Test_Statistics extends WordPress_Case {

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	private $shared;

	/**
	 * Zoé's code.
	 *
	 * @var string
	 */
	private $zoe;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post();
		$this->connect();
		$this->zoe = Commenter::of_email( 'zoe@example.org' );
	}

	/** Hands objects in as the bridge does. */
	private function push( array ...$objects ): array {
		$answer = Receiver::receive( array( 'type' => 'push.stats', 'data' => array( 'objects' => $objects ) ), 'push.stats' );
		\wp_cache_flush();
		return $answer;
	}

	public function test_figures_of_blog_posts_and_commenters_are_stored(): void {
		$answer = $this->push(
			Figures_Sample::thing( 'blog', 0, Figures_Sample::blog(), 3 ),
			Figures_Sample::thing( 'post', $this->shared, Figures_Sample::post( array( 'waiting' => array( 7, 8 ) ) ), 4 ),
			Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter(), 5 ),
			Figures_Sample::thing( 'post', 999999, Figures_Sample::post() ),
			array( 'kind' => 'related', 'object' => $this->shared, 'version' => 9, 'mentors' => array() )
		);
		$this->assertSame( array( 0, $this->shared, $this->zoe ), \array_column( $answer['accepted'], 'object' ) );
		$this->assertSame( array( 999999, $this->shared ), \array_column( $answer['unknown'], 'object' ), 'no such post; and a push of one kind cannot carry the other' );
		$this->assertSame( 48, Statistics::blog()['figures']['comments']['value'] );
		$this->assertSame( array( 7, 8 ), Statistics::post( $this->shared )['waiting'] );
		$this->assertSame( 'regular', Statistics::commenters( array( $this->zoe, 'x' ) )[ $this->zoe ]['standing'] );
		$this->assertSame( array(), $this->drained(), 'own writes are no events' );
	}

	public function test_an_older_version_is_refused_with_the_one_held(): void {
		$things = array(
			array( 'blog', 0, Figures_Sample::blog() ),
			array( 'post', $this->shared, Figures_Sample::post() ),
			array( 'commenter', $this->zoe, Figures_Sample::commenter() ),
		);
		foreach ( $things as list( $kind, $object, $data ) ) {
			$this->assertCount( 1, $this->push( Figures_Sample::thing( $kind, $object, $data, 5 ) )['accepted'] );
			$this->assertSame( array( array( 'kind' => $kind, 'object' => $object, 'held' => 5 ) ), $this->push( Figures_Sample::thing( $kind, $object, $data, 4 ) )['refused'] );
			$this->assertCount( 1, $this->push( Figures_Sample::thing( $kind, $object, null, 4 ) )['refused'], 'nor does an older one remove' );
			$this->assertCount( 1, $this->push( Figures_Sample::thing( $kind, $object, $data, 5 ) )['accepted'], 'a repeat is fine' );
			$this->assertCount( 1, $this->push( Figures_Sample::thing( $kind, $object, null, 6 ) )['accepted'] );
		}
		$this->assertNull( Statistics::blog() );
		$this->assertNull( Statistics::post( $this->shared ) );
		$this->assertSame( array(), Statistics::commenters( array( $this->zoe ) ) );
	}

	public function test_what_does_not_fit_is_dropped(): void {
		$waits = array( 'comment' => 5, 'post' => 6, 'since' => '2026-04-01T00:00:00Z', 'question' => true, 'first' => false, 'words' => 30 );
		$blog  = Figures_Sample::blog( array( 'secret' => '<b>', 'waiting' => \array_merge( array( 'x', array( 'question' => 1 ) + $waits, array( 'extra' => 1 ) + $waits ), \array_fill( 0, 30, $waits ) ) ) );
		$blog['figures']['<script>'] = $blog['figures']['comments'];
		$blog['figures']['odd']      = array( 'value' => 'many' );
		$this->push( Figures_Sample::thing( 'blog', 0, $blog ) );
		$figures = Statistics::blog();
		$this->assertCount( 20, $figures['waiting'] );
		$this->assertSame( $waits, $figures['waiting'][0] );
		$this->assertSame( array(), \array_intersect( array( '<script>', 'odd', 'secret' ), \array_merge( \array_keys( $figures['figures'] ), \array_keys( $figures ) ) ) );
		$misfits = array(
			Figures_Sample::thing( 'post', $this->shared, Figures_Sample::post( array( 'comments' => -1 ) ) ),
			Figures_Sample::thing( 'post', $this->shared, Figures_Sample::post( array( 'comments' => '12' ) ) ),
			Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter( array( 'standing' => 'queen' ) ) ),
			Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter( array( 'last' => 'yesterday' ) ) ),
			Figures_Sample::thing( 'commenter', 5, Figures_Sample::commenter() ),
			Figures_Sample::thing( 'blog', 1, Figures_Sample::blog() ),
		);
		$this->assertCount( 6, $this->push( ...$misfits )['unknown'] );
		$this->assertSame( array( 'accepted' => array(), 'refused' => array(), 'unknown' => array() ), $this->push( Figures_Sample::thing( 'commenter', 'zoe@example.org', Figures_Sample::commenter() ) ) );
		$this->assertInstanceOf( \WP_Error::class, Receiver::receive( array( 'type' => 'push.stats', 'data' => array( 'objects' => \array_fill( 0, 201, array() ) ) ), 'push.stats' ) );
	}

	public function test_switched_off_nothing_is_kept_or_taken(): void {
		$comment = $this->comment( $this->shared );
		$this->assertSame( array( "comment.published $comment" ), $this->drained() );
		$this->push( Figures_Sample::thing( 'blog', 0, Figures_Sample::blog() ), Figures_Sample::thing( 'post', $this->shared, Figures_Sample::post() ), Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter() ) );
		Connection::set_statistics( false );
		$this->drain();
		$events = \array_column( $this->events(), 'data', 'type' );
		$this->forget_requests();
		$this->assertFalse( $events['blog.updated']['statistics'] );
		$this->assertSame( $comment, $events['comment.removed']['id'] );
		$this->assertNull( Statistics::blog() );
		$this->assertNull( Statistics::post( $this->shared ) );
		$this->assertSame( array(), Statistics::commenters( array( $this->zoe ) ) );
		$this->assertCount( 1, $this->push( Figures_Sample::thing( 'blog', 0, Figures_Sample::blog(), 9 ) )['unknown'] );
		$this->assertCount( 1, $this->push( Figures_Sample::thing( 'blog', 0, null, 9 ) )['accepted'], 'the last word of the bridge' );
		$this->comment( $this->shared );
		Insightful::mark( $comment, true );
		$this->assertSame( array(), $this->drained(), 'nothing about comments is sent' );
		Connection::set_statistics( true );
		$this->drain();
		$this->assertSame( array( 'blog.updated', 'comment.published', 'comment.published' ), \array_column( $this->events(), 'type' ), 'and all that there are, once it is on again' );
	}

	public function test_another_plugin_may_say_who_sees_figures(): void {
		$capability = static function () {
			return 'edit_posts';
		};
		\wp_set_current_user( $this->users['alice'] );
		$before = Statistics::may_be_seen();
		\add_filter( 'mentor_bridge_statistics_capability', $capability );
		$author = \get_userdata( $this->users['alice'] );
		$author->set_role( 'author' );
		\wp_set_current_user( 0 );
		\wp_set_current_user( $author->ID );
		$this->assertTrue( Statistics::may_be_seen() );
		\remove_filter( 'mentor_bridge_statistics_capability', $capability );
		$this->assertFalse( Statistics::may_be_seen(), 'an author moderates nothing' );
		$author->set_role( 'administrator' );
		$this->assertTrue( $before );
	}

	public function test_disconnecting_forgets_the_figures(): void {
		$this->push( Figures_Sample::thing( 'blog', 0, Figures_Sample::blog() ), Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter() ) );
		\mentor_bridge_disconnect();
		$this->assertNull( Statistics::blog() );
		$this->assertSame( array(), Statistics::commenters( array( $this->zoe ) ) );
	}

	public function test_an_upgrade_makes_the_table_and_sends_comments_anew(): void {
		global $wpdb;
		$comment = $this->comment( $this->shared );
		$this->drained();
		$table = Statistics::table();
		$wpdb->query( "DROP TABLE $table" ); // phpcs:ignore
		$wpdb->query( "UPDATE {$wpdb->prefix}mentor_bridge_ledger SET hash = 'that of an earlier version' WHERE kind = 'c'" ); // phpcs:ignore
		\update_option( Upgrade::OPTION, 1 );
		$this->assertEqualsCanonicalizing( array( "comment.published $comment", "post.published $this->shared" ), $this->drained(), 'and posts, as visitors see them' );
		$this->assertCount( 1, $this->push( Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter() ) )['accepted'] );
	}

	public function test_strangers_and_subscribers_see_none_of_it(): void {
		$comment = $this->comment( $this->shared, array( 'comment_author' => 'Zoé' ) );
		$this->drained();
		Insightful::mark( $comment, true );
		$this->push(
			Figures_Sample::thing( 'blog', 0, Figures_Sample::blog( array( 'regulars' => array( array( 'commenter' => $this->zoe, 'comment' => $comment, 'posts' => 4 ) ) ) ) ),
			Figures_Sample::thing( 'post', $this->shared, Figures_Sample::post( array( 'waiting' => array( $comment ) ) ) ),
			Figures_Sample::thing( 'commenter', $this->zoe, Figures_Sample::commenter() )
		);
		\wp_insert_user( array( 'user_login' => 'sam', 'user_pass' => 'password', 'user_email' => 'sam@example.org', 'role' => 'subscriber' ) );
		$traces = array( $this->zoe, 'mentor_bridge_stats', 'mentor_bridge_insightful', 'mentor-bridge-engagement', 'unique_commenters', 'Our regulars' );
		foreach ( array( new Browser(), new Browser( 'sam' ), new Browser( 'bob' ) ) as $someone ) {
			foreach ( array( '?p=' . $this->shared, '?rest_route=/wp/v2/posts/' . $this->shared, '?rest_route=/wp/v2/comments', '?rest_route=/wp/v2/settings', '?rest_route=/mentor-bridge/v1', '?feed=comments-rss2', 'wp-admin/', 'wp-admin/edit.php', 'wp-admin/edit-comments.php' ) as $path ) {
				$html = $someone->get( $path );
				foreach ( $traces as $trace ) {
					$this->assertStringNotContainsString( $trace, $html, $path );
				}
			}
		}
	}
}
