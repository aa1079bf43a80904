<?php
/**
 * A network of sites.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Network_Page;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Page_Caches;
use Mentor_Bridge\Service_User;
use Mentor_Bridge\Upgrade;

/**
 * Each site connects by itself.
 */
class Test_Network extends WordPress_Case {

	/**
	 * A second site.
	 *
	 * @var int
	 */
	private $second;

	protected function setUp(): void {
		parent::setUp();
		$this->assertTrue( \is_multisite() );
		$this->assertTrue( \is_plugin_active_for_network( 'mentor-bridge/mentor-bridge.php' ) );
		$this->second = (int) \wp_insert_site( array( 'domain' => \get_network()->domain, 'path' => '/second-' . \wp_rand( 1000, 9999999 ) . '/', 'network_id' => 1, 'title' => 'Second', 'user_id' => $this->users['alice'] ) );
		// Core drops the colon of a port when it makes a site.
		$GLOBALS['wpdb']->update( $GLOBALS['wpdb']->blogs, array( 'domain' => \get_network()->domain ), array( 'blog_id' => $this->second ) );
		\clean_blog_cache( $this->second );
		foreach ( array( 'home', 'siteurl' ) as $option ) {
			\update_blog_option( $this->second, $option, 'http://' . \get_network()->domain . \untrailingslashit( \get_site( $this->second )->path ) );
		}
		foreach ( $this->users as $user ) {
			\add_user_to_blog( 1, $user, 'author' );
		}
	}

	protected function tearDown(): void {
		\wp_delete_site( $this->second );
		parent::tearDown();
	}

	/** Runs something on the second site. */
	private function there( callable $run ) {
		\switch_to_blog( $this->second );
		try {
			return $run();
		} finally {
			\restore_current_blog();
		}
	}

	public function test_network_activation_connects_nobody_and_each_site_is_by_itself(): void {
		$this->assertSame( 'none', Connection::state() );
		$this->connect();
		$this->assertSame( 'connected', Connection::state() );
		$this->assertSame( 'none', $this->there( array( Connection::class, 'state' ) ) );
		$this->assertTrue( Consent::takes_part( $this->users['alice'] ) );
		$this->assertFalse(
			$this->there(
				function () {
					return Consent::takes_part( $this->users['alice'] );
				}
			),
			'an agreement counts on the site where it was given'
		);
	}

	public function test_whoever_runs_the_network_sees_how_each_site_fares(): void {
		$this->connect();
		\ob_start();
		Network_Page::show();
		$html = (string) \ob_get_clean();
		$this->assertSame( array( 1, 1 ), array( \substr_count( $html, 'Connected.' ), \substr_count( $html, 'Not connected.' ) ) );
		$this->assertStringContainsString( \esc_url( \get_admin_url( $this->second, 'options-general.php?page=mentor-bridge' ) ), $html );
		$this->assertStringContainsString( \esc_html( Server::$peer_url ), $html );
		$this->assertSame( 1, \get_current_blog_id() );
	}

	public function test_the_page_caches_of_each_site_hear_that_the_plugin_is_switched_off(): void {
		require_once __DIR__ . '/../page-caches.php';
		Page_Caches::finish();
		$GLOBALS['mentor_bridge_purges'] = array();
		\do_action( 'deactivate_mentor-bridge/mentor-bridge.php', true );
		Page_Caches::finish();
		$this->assertSame( array(), \array_diff( array( 'wp_cache_clear_cache [1]', "wp_cache_clear_cache [$this->second]" ), $GLOBALS['mentor_bridge_purges'] ) );
	}

	public function test_a_post_on_another_site_is_not_sent_in_the_name_of_this_one(): void {
		$this->connect();
		$this->there(
			function () {
				$this->post();
			}
		);
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_site_serves_its_own_connection(): void {
		$home   = $this->there(
			static function () {
				return \home_url( '/' );
			}
		);
		$script = '$_SERVER["HTTP_HOST"] = "' . \wp_parse_url( $home, PHP_URL_HOST ) . ':' . \wp_parse_url( $home, PHP_URL_PORT ) . '"; $_SERVER["REQUEST_URI"] = "' . \wp_parse_url( $home, PHP_URL_PATH ) . '"; require "' . ABSPATH . 'wp-load.php"; wp_insert_post( array( "post_title" => "Here", "post_content" => "x", "post_status" => "publish", "post_author" => ' . $this->users['alice'] . ' ) ); $done = mentor_bridge_connect( "' . Server::$peer_url . '", array( ' . $this->users['alice'] . ' ) ); echo is_wp_error( $done ) ? $done->get_error_message() : "connected";';
		\exec( Server::php( $script ) . ' 2>&1', $output );
		$this->assertSame( array( 'connected' ), $output );
		\wp_cache_flush();
		$this->assertSame( 'none', Connection::state() );
		$data = \array_column( $this->events(), 'data', 'type' );
		$this->assertSame( $home, $data['blog.updated']['home_url'] );
		$titles = \array_column( \array_column( $this->events(), 'data' ), 'title' );
		$this->assertContains( 'Here', $titles );
		$this->assertSame( 'connected', $this->there( array( Connection::class, 'state' ) ) );
		$this->assertStringContainsString( (string) $this->second, $this->there( static function () {
			return \get_userdata( Service_User::id() )->user_login;
		} ) );

		// Written while switched to that site: the row is there, and waits for that site's own requests.
		$this->forget_requests();
		$this->there(
			function () {
				\wp_update_post( array( 'ID' => \get_posts()[0]->ID, 'post_content' => 'y' ) );
				$this->assertSame( 1, Outbox::progress()['waiting'] );
				$this->assertSame( 'busy', $this->drain()['stopped'], 'never rendered while switched' );
			}
		);
		\Mentor_Bridge\Drain_Trigger::on_shutdown();
		$this->assertSame( array(), $this->requests() );
	}

	public function test_leaving_a_site_removes_the_author_there(): void {
		$id = $this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->connect( array( 'alice', 'bob' ) );
		$bob = $this->users['bob'];
		\remove_user_from_blog( $bob, 1, $this->users['alice'] );
		$this->drain();
		$events = $this->events();
		$this->assertSame( array( 'author.removed', 'post.published' ), \array_column( $events, 'type' ) );
		$this->assertSame( array( $bob, $id ), \array_column( \array_column( $events, 'data' ), 'id' ) );
		$this->assertSame( $this->users['alice'], $events[1]['data']['author_id'] );
		\add_user_to_blog( 1, $bob, 'author' );
		$this->assertFalse( Consent::takes_part( $bob ), 'who comes back is asked again' );
	}

	public function test_a_deleted_site_takes_its_tables_along(): void {
		global $wpdb;
		$table = $this->there(
			static function () {
				Upgrade::run();
				return Outbox::table();
			}
		);
		$this->assertSame( $table, $wpdb->get_var( "SHOW TABLES LIKE '$table'" ) );
		\wp_delete_site( $this->second );
		$this->assertNull( $wpdb->get_var( "SHOW TABLES LIKE '$table'" ) );
	}

	public function test_uninstalling_goes_through_every_site(): void {
		global $wpdb;
		$this->connect();
		$sites = array();
		// More than the number at which a careless loop ends.
		for ( $n = 0; $n < 101; $n++ ) {
			$sites[] = \wp_insert_site( array( 'domain' => \get_network()->domain, 'path' => "/u$n-" . \wp_rand() . '/', 'network_id' => 1 ) );
		}
		$last  = (int) \end( $sites );
		$table = $this->there_at( $last );
		$this->assertSame( $table, $wpdb->get_var( "SHOW TABLES LIKE '$table'" ) );
		\deactivate_plugins( 'mentor-bridge/mentor-bridge.php', false, true );
		$script = 'define( "WP_UNINSTALL_PLUGIN", "mentor-bridge/mentor-bridge.php" ); $_SERVER["HTTP_HOST"] = "' . \get_network()->domain . '"; require "' . ABSPATH . 'wp-load.php"; include WP_PLUGIN_DIR . "/mentor-bridge/uninstall.php";';
		\exec( Server::php( $script ) . ' 2>&1', $output, $status );
		$this->assertSame( array( 0, array() ), array( $status, $output ) );
		\wp_cache_flush();
		$this->assertSame( array(), $wpdb->get_col( "SHOW TABLES LIKE '%mentor_bridge%'" ) );
		$this->assertSame( array(), $wpdb->get_col( "SELECT user_login FROM $wpdb->users WHERE user_login LIKE 'mentor-bridge%'" ) );
		$this->assertSame( array(), $wpdb->get_col( "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE '%mentor_bridge%'" ) );
		foreach ( $sites as $site ) {
			\wp_delete_site( $site );
		}
		$this->assertNull( \activate_plugin( 'mentor-bridge/mentor-bridge.php', '', true ) );
		Upgrade::run();
	}

	/** Makes our tables on a site and names one. */
	private function there_at( int $site ): string {
		\switch_to_blog( $site );
		Upgrade::run();
		$table = Outbox::table();
		\restore_current_blog();
		return $table;
	}
}
