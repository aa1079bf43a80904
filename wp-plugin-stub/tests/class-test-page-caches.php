<?php
/**
 * What a reader sees is never stale.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Disconnect;
use Mentor_Bridge\Display;
use Mentor_Bridge\Page_Caches;
use Mentor_Bridge\Plugin;
use Mentor_Bridge\Receiver;
use Mentor_Bridge\Regulars_Block;
use Mentor_Bridge\Related_Mentors;
use Mentor_Bridge\Settings;
use Mentor_Bridge\Statistics;
use Mentor_Bridge\Upgrade;

require_once __DIR__ . '/class-browser.php';
require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/page-caches.php';

/**
 * A connected blog whose first post shows a mentor and whose regulars are thanked.
 */
class Test_Page_Caches extends WordPress_Case {

	/**
	 * The post with a list.
	 *
	 * @var int
	 */
	private $post;

	/**
	 * A regular's comment.
	 *
	 * @var int
	 */
	private $comment;

	protected function setUp(): void {
		parent::setUp();
		$this->post    = $this->post();
		$this->comment = $this->comment( $this->post );
		$this->connect( array( 'alice', 'bob' ) );
		\update_option( Regulars_Block::OPTION, 'yes' );
		$this->figures( 1, array( array( 'commenter' => \str_repeat( 'a', 64 ), 'comment' => $this->comment, 'posts' => 4 ) ) );
		$this->push( 1, array( self::mentor() ) );
		$this->forget_purges();
	}

	protected function tearDown(): void {
		Page_Caches::finish();
		parent::tearDown();
	}

	/** Gives a mentor. */
	private static function mentor(): array {
		return array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' );
	}

	/**
	 * The bridge hands in a list.
	 *
	 * @param int     $version Its version.
	 * @param array[] $mentors The list.
	 */
	private function push( int $version, array $mentors ): void {
		$this->assertCount( 1, Receiver::store( array( array( 'kind' => 'related', 'object' => $this->post, 'version' => $version, 'mentors' => $mentors ) ) )['accepted'] );
	}

	/**
	 * The bridge hands in figures.
	 *
	 * @param int     $version  Their version.
	 * @param array[] $regulars Who comes often.
	 */
	private function figures( int $version, array $regulars ): void {
		$this->assertTrue( Statistics::store( 'blog', 0, Figures_Sample::blog( array( 'regulars' => $regulars ) ), $version ) );
	}

	/**
	 * WordPress has updated a plugin; what it asks its own directory then is left out.
	 *
	 * @param string $plugin Which.
	 */
	private function updated( string $plugin ): void {
		foreach ( array( 'wp_version_check', 'wp_update_plugins', 'wp_update_themes' ) as $asks ) {
			\remove_action( 'upgrader_process_complete', $asks, 10 );
		}
		\remove_action( 'upgrader_process_complete', array( 'Language_Pack_Upgrader', 'async_upgrade' ), 20 );
		\do_action( 'upgrader_process_complete', new \stdClass(), array( 'action' => 'update', 'type' => 'plugin', 'plugins' => array( $plugin ) ) );
	}

	private function forget_purges(): void {
		Page_Caches::finish();
		$GLOBALS['mentor_bridge_purges'] = array();
	}

	/** What page caches were told since. */
	private function purges(): array {
		Page_Caches::finish();
		return $GLOBALS['mentor_bridge_purges'];
	}

	/** Each act that changes what readers see: 'post' or 'all', and how it is done. */
	public function acts(): array {
		$option = function ( string $name, $value ): callable {
			return function () use ( $name, $value ) {
				\update_option( $name, $value );
			};
		};
		return array(
			'another list'                   => array( 'post', function () {
				$this->push( 2, array( array( 'why' => 'Butter.' ) + self::mentor() ) );
			} ),
			'an empty list'                  => array( 'post', function () {
				$this->push( 2, array() );
			} ),
			'the list is removed by hand'    => array( 'post', function () {
				\delete_post_meta( $this->post, Related_Mentors::META );
			} ),
			'the post is kept back'          => array( 'post', function () {
				\update_post_meta( $this->post, Consent::NOT_SHARED, '1' );
			} ),
			'everything is forgotten'        => array( 'all', array( Receiver::class, 'forget_all' ) ),
			'disconnected'                   => array( 'all', array( Disconnect::class, 'disconnect' ) ),
			'the bridge ends it'             => array( 'all', array( Disconnect::class, 'on_gone' ) ),
			'a copy is another site'         => array( 'all', function () {
				Connection::change( array( 'contested' => 'https://elsewhere.example/' ) );
				$this->forget_purges();
				$this->assertTrue( Disconnect::become_new_site() );
			} ),
			'the connection is of a copy'    => array( 'all', function () {
				Connection::change( array( 'contested' => 'https://elsewhere.example/' ) );
			} ),
			'the site moves'                 => array( 'all', function () {
				\do_action( 'update_option_home', 'http://old.example', 'http://new.example' );
			} ),
			'connected'                      => array( 'all', function () {
				Disconnect::disconnect();
				$this->forget_purges();
				$this->connect( array( 'alice' ), true, '' );
			} ),
			'an author withdraws'            => array( 'all', function () {
				Consent::set( $this->users['bob'], false, 'profile', '' );
			} ),
			'an author agrees'               => array( 'all', function () {
				Consent::set( $this->users['carol'], true, 'profile', Consent::text_id() );
			} ),
			'an author is deleted'           => array( 'all', function () {
				\wp_delete_user( $this->users['bob'] );
			} ),
			'statistics go off'              => array( 'all', function () {
				Connection::set_statistics( false );
			} ),
			'the policy has another address' => array( 'all', function () {
				\update_option( 'wp_page_for_privacy_policy', $this->post( array( 'post_type' => 'page' ) ) );
			} ),
			'no list under posts'            => array( 'all', $option( Display::OPTION, 'no' ) ),
			'no regulars'                    => array( 'all', $option( Regulars_Block::OPTION, 'no' ) ),
			'other types of posts'           => array( 'all', $option( 'mentor_bridge_post_types', array( 'post', 'page' ) ) ),
			'other regulars'                 => array( 'all', function () {
				$this->figures( 2, array() );
			} ),
			'a regular is erased'            => array( 'all', function () {
				\wp_comments_personal_data_eraser( 'Zoe@Example.org ' );
			} ),
			'a regular\'s comment is spam'   => array( 'all', function () {
				\wp_spam_comment( $this->comment );
			} ),
			'the plugin is switched off'     => array( 'all', function () {
				\do_action( 'deactivate_mentor-bridge/mentor-bridge.php', false );
			} ),
			'the plugin is switched on'      => array( 'all', function () {
				\do_action( 'activate_mentor-bridge/mentor-bridge.php', false );
			} ),
			'the plugin is updated'          => array( 'all', function () {
				$this->updated( 'mentor-bridge/mentor-bridge.php' );
			} ),
			'the database is updated'        => array( 'all', function () {
				\update_option( Upgrade::OPTION, Upgrade::VERSION - 1 );
				Upgrade::run();
			} ),
		);
	}

	/**
	 * @dataProvider acts
	 */
	public function test_every_act_that_changes_what_readers_see_is_told( string $what, callable $act ): void {
		$act instanceof \Closure ? \Closure::bind( $act, $this )() : $act();
		$purges = $this->purges();
		if ( 'post' === $what ) {
			$this->assertContains( "wpsc_delete_post_cache [$this->post]", $purges );
			$this->assertNotContains( 'litespeed_purge_all []', $purges, 'other pages are left alone' );
		} else {
			$this->assertContains( 'litespeed_purge_all []', $purges );
		}
	}

	public function test_every_setting_that_can_be_stored_is_among_them(): void {
		$settings = array();
		$note     = static function ( $option ) use ( &$settings ) {
			$settings[] = $option;
		};
		$this->hook( 'add_option', $note );
		$this->hook( 'update_option', $note );
		Settings::store( 'no', 'yes', array( 'post', 'page' ) );
		$this->unhook();
		$this->assertNotEmpty( $settings );
		$this->assertSame( array(), \array_diff( $settings, Plugin::SEEN_BY_READERS ), 'add it there, or no page cache hears of it' );
		foreach ( Plugin::SEEN_BY_READERS as $option ) {
			foreach ( array( 'add', 'update', 'delete' ) as $change ) {
				$this->forget_purges();
				\do_action( "{$change}_option_$option", $option, 'a', 'b' );
				$this->assertContains( 'litespeed_purge_all []', $this->purges(), "$change $option" );
			}
		}
	}

	public function test_what_readers_do_not_see_empties_nothing(): void {
		$this->push( 1, array( self::mentor() ) );
		$this->figures( 2, array( array( 'commenter' => \str_repeat( 'a', 64 ), 'comment' => $this->comment, 'posts' => 5 ) ) );
		Statistics::store( 'post', $this->post, Figures_Sample::post(), 1 );
		$this->drain();
		Connection::change( array( 'transport' => 'pull' ) );
		\update_post_meta( $this->post, '_edit_last', '1' );
		$this->updated( 'akismet/akismet.php' );
		$this->assertSame( array(), $this->purges() );
	}

	public function test_each_cache_is_told_in_its_own_way(): void {
		$this->push( 2, array() );
		$id  = $this->post;
		$url = \wp_json_encode( \get_permalink( $id ), JSON_UNESCAPED_SLASHES );
		$this->assertSame(
			array( "wpsc_delete_post_cache [$id]", "w3tc_flush_post [$id]", "rocket_clean_post [$id]", "wpfc_clear_post_cache_by_id [$id]", "sg_cachepress_purge_cache [$url]", "litespeed_purge_post [$id]", "cache_enabler_clear_page_cache_by_post [$id]", "wphb_clear_page_cache [$id]", "swcfpc_purge_cache [[$url]]", 'breeze_clear_all_cache []', 'rt_nginx_helper_purge_all []' ),
			$this->purges(),
			'one that fails keeps none of the others from being told'
		);
		$this->forget_purges();
		\update_option( Display::OPTION, 'no' );
		$site = \is_multisite() ? \get_current_blog_id() : 0;
		$this->assertSame(
			array( 'w3tc_flush_posts []', 'rocket_clean_domain []', 'wpfc_clear_all_cache []', 'wpo_cache_flush []', 'sg_cachepress_purge_everything []', "wp_cache_clear_cache [$site]", 'litespeed_purge_all []', 'cache_enabler_clear_site_cache []', 'wphb_clear_page_cache []', 'swcfpc_purge_cache []', 'breeze_clear_all_cache []', 'rt_nginx_helper_purge_all []' ),
			$this->purges()
		);
	}

	public function test_a_large_blog_is_emptied_twice_at_most(): void {
		for ( $n = 0; $n < 30; $n++ ) {
			$this->assertTrue( \mentor_bridge_put_related( $this->post(), array( self::mentor() ) ) );
		}
		$this->forget_purges();
		$this->assertTrue( Disconnect::disconnect() );
		$purges = $this->purges();
		$this->assertSame( array(), \preg_grep( '/^wpsc_delete_post_cache/', $purges ) );
		$this->assertCount( 2, \preg_grep( '/^litespeed_purge_all/', $purges ), 'at once, and when all of it is done' );
	}
}
