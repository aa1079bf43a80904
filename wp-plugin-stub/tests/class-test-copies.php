<?php
/**
 * Copies of a connected site.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Commenter;
use Mentor_Bridge\Commenter_Erasure;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Disconnect;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Reconnect;
use Mentor_Bridge\Settings_Page;
use Mentor_Bridge\Site_Copy_Notice;
use Mentor_Bridge\Site_Fingerprint;

/**
 * They say nothing, and ask what they are. Real copies, with another database and another address, are in tests/e2e.
 */
class Test_Copies extends WordPress_Case {

	/**
	 * Prints a screen.
	 *
	 * @param callable $screen What prints it.
	 */
	private function printed( callable $screen ): string {
		require_once ABSPATH . 'wp-admin/includes/template.php';
		require_once ABSPATH . 'wp-admin/includes/screen.php';
		require_once ABSPATH . 'wp-admin/includes/class-wp-screen.php';
		\ob_start();
		$screen();
		return (string) \ob_get_clean();
	}

	/**
	 * What alone makes a copy, and what does not.
	 */
	public function differences(): array {
		return array(
			'nothing'                        => array( array(), 'connected' ),
			'the address'                    => array( array( 'home' ), 'paused' ),
			'the database'                   => array( array( 'database' ), 'paused' ),
			'files and the database server'  => array( array( 'files', 'server' ), 'paused' ),
			'a folder for each release'      => array( array( 'files' ), 'connected' ),
			'a renamed database server'      => array( array( 'server' ), 'connected' ),
		);
	}

	/**
	 * @dataProvider differences
	 */
	public function test_what_makes_a_copy( array $what, string $state ): void {
		$this->connect();
		$this->stand_elsewhere( ...$what );
		$this->assertSame( $state, Connection::state() );
	}

	public function test_nothing_in_the_fingerprint_can_be_searched_and_replaced(): void {
		$this->connect();
		$stored = \wp_json_encode( \get_option( 'mentor_bridge_connection' )['site'] );
		foreach ( array( Connection::home(), '127.0.0.1', DB_NAME, ABSPATH, \untrailingslashit( ABSPATH ) ) as $trace ) {
			$this->assertStringNotContainsString( $trace, \stripslashes( $stored ) );
		}
	}

	public function test_https_secrets_and_updates_are_no_part_of_it(): void {
		$this->connect();
		$https = static function ( $home ) {
			return \str_replace( 'http://', 'https://', $home );
		};
		$salt  = static function () {
			return 'another salt, made anew';
		};
		\add_filter( 'option_home', $https );
		\add_filter( 'salt', $salt );
		$server  = $_SERVER;
		$_SERVER = array();
		$state   = Connection::state();
		$_SERVER = $server;
		\remove_filter( 'option_home', $https );
		\remove_filter( 'salt', $salt );
		$this->assertSame( 'connected', $state );
	}

	/**
	 * Ways to write the same database server, and others.
	 */
	public function database_servers(): array {
		return array(
			'a container started anew' => array( '172.18.0.3', '172.18.0.7', true ),
			'with a port'              => array( '10.0.0.3:3307', '10.0.0.4:3307', true ),
			'another port'             => array( '10.0.0.3:3307', '10.0.0.3:3308', false ),
			'longer numbers'           => array( '[fd00::3]', '[fd00::4]', true ),
			'this machine'             => array( '127.0.0.1', 'localhost:3306', true ),
			'this machine, too'        => array( '[::1]', 'localhost:/run/mysqld.sock', true ),
			'another machine'          => array( 'localhost', '10.0.0.3', false ),
			'another name'             => array( 'db.example.org', 'staging-db.example.org', false ),
		);
	}

	/**
	 * @dataProvider database_servers
	 */
	public function test_which_database_server_is_the_same( string $first, string $second, bool $is_same ): void {
		$host = new \ReflectionMethod( Site_Fingerprint::class, 'database_host' );
		$host->setAccessible( true );
		$this->assertSame( $is_same, $host->invoke( null, $first ) === $host->invoke( null, $second ) );
	}

	public function test_the_folder_of_a_release_is_followed(): void {
		$this->connect();
		$this->stand_elsewhere( 'files' );
		\do_action( 'mentor_bridge_daily' );
		$this->stand_elsewhere( 'server' );
		$this->assertSame( 'connected', Connection::state(), 'one after the other is no copy' );
	}

	public function test_a_site_connected_by_an_earlier_version_is_bound_to_where_it_stands(): void {
		$this->connect();
		$connection = \get_option( 'mentor_bridge_connection' );
		unset( $connection['site'] );
		\update_option( 'mentor_bridge_connection', array( 'home' => Connection::home() ) + $connection );
		$this->assertSame( 'connected', Connection::state() );
		$this->post();
		$this->drain();
		$this->assertFalse( Site_Fingerprint::is_elsewhere( \get_option( 'mentor_bridge_connection' )['site'] ) );
		\update_option( 'mentor_bridge_connection', array( 'home' => 'https://the-real-one.example/' ) + $connection );
		$this->assertSame( 'paused', Connection::state(), 'a copy is not bound' );
	}

	public function test_a_copy_sends_nothing_at_all(): void {
		$post    = $this->post();
		$comment = $this->comment( $post );
		$this->connect();
		\Mentor_Bridge\Commenter_Erasure::begin( 'zoe@example.org' );
		$this->stand_elsewhere( 'database' );
		\wp_trash_post( $post );
		Consent::set( $this->users['alice'], false, 'settings', '' );
		$this->assertSame( 'paused', $this->drain( 'button' )['stopped'] );
		$this->assertInstanceOf( \WP_Error::class, \mentor_bridge_disconnect(), 'a copy must not withdraw the original' );
		$this->assertInstanceOf( \WP_Error::class, \mentor_bridge_connect( \get_option( 'mentor_bridge_connection' )['bridge_url'], array() ) );
		$this->assertInstanceOf( \WP_Error::class, Reconnect::renew_keys() );
		foreach ( array( 'mentor_bridge_daily', 'mentor_bridge_drain', 'mentor_bridge_drain_more' ) as $event ) {
			\do_action( $event );
		}
		Commenter_Erasure::ask_bridge( 'zoe@example.org', 2.0 );
		Disconnect::request_withdrawal( 2.0, true );
		Connection::ping();
		foreach ( array( '', '/pushes', '/passages', '/sign-ins', '/sign-outs' ) as $path ) {
			$this->assertSame( 'mentor_bridge_paused', Connection::send( 'anything', 'id_' . \md5( $path ), array(), $path, 2.0 )->get_error_code() );
		}
		\deactivate_plugins( 'mentor-bridge/mentor-bridge.php' );
		\activate_plugin( 'mentor-bridge/mentor-bridge.php' );
		$this->assertSame( array(), $this->requests() );
		$this->assertGreaterThan( 0, $comment );
	}

	public function test_it_asks_wherever_somebody_can_answer(): void {
		$this->connect();
		$this->assertSame( '', $this->printed( array( Site_Copy_Notice::class, 'show' ) ) );
		$this->stand_elsewhere( 'home' );
		$notice = $this->printed( array( Site_Copy_Notice::class, 'show' ) );
		$this->assertStringContainsString( 'is this the same site, or a new one?', $notice );
		$this->assertStringContainsString( 'options-general.php?page=mentor-bridge', $notice );
		$screen = $this->printed( array( Settings_Page::class, 'show' ) );
		foreach ( array( 'mentor_bridge_moved', 'mentor_bridge_new_site', 'type="submit"' ) as $part ) {
			$this->assertStringContainsString( $part, $screen );
		}
		\wp_set_current_user( $this->users['bob'] );
		$this->assertSame( '', $this->printed( array( Site_Copy_Notice::class, 'show' ) ), 'who cannot answer is not asked' );
	}

	public function test_a_site_that_has_moved_says_so_with_its_key(): void {
		$post = $this->post();
		$this->connect();
		$this->stand_elsewhere( 'home', 'database', 'files', 'server' );
		$before = \get_option( 'mentor_bridge_connection' )['site']['install'];
		\wp_trash_post( $post );
		$this->assertTrue( Reconnect::move() );
		$this->assertTrue( $this->requests()[0]['verified'] );
		$this->assertSame( 'connected', Connection::state() );
		$this->assertNotSame( $before, Connection::install() );
		$this->assertSame( Connection::install(), $this->proven_install() );
		$events = $this->drained();
		$this->assertContains( "post.removed $post", $events, 'what happened meanwhile is caught up with' );
		$this->assertContains( "author.updated {$this->users['alice']}", $events, 'and all the rest is told anew' );
	}

	public function test_a_new_site_forgets_the_connection_of_the_other_without_a_word(): void {
		$post = $this->post();
		$this->comment( $post );
		$this->connect();
		$this->post();
		$uuid = Connection::uuid();
		$key  = \get_option( Commenter::KEY );
		$this->assertIsString( $key );
		\mentor_bridge_put_related( $post, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) );
		$this->stand_elsewhere( 'home' );
		$this->assertTrue( Disconnect::become_new_site() );
		$this->assertSame( 'none', Connection::state() );
		$this->assertNotSame( $uuid, Connection::uuid() );
		$this->assertNotSame( $key, \get_option( Commenter::KEY ), 'nobody has one pseudonym on two blogs' );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
		$this->assertSame( '', Connection::key_to_bridge() );
		$this->assertSame( 0, Outbox::progress()['total'] );
		$this->assertSame( '', \get_post_meta( $post, '_mentor_bridge_related', true ) );
		$this->assertSame( array(), $this->requests() );
		$this->connect();
		$this->assertSame( 'connected', Connection::state() );
	}

	public function test_who_stands_at_the_address_proves_it_when_a_second_one_speaks(): void {
		$this->connect();
		$post = $this->post();
		$this->answer_with( $this->contested( Connection::home() ) );
		$this->drain();
		$this->assertSame( 'connected', Connection::state() );
		$this->assertSame( Connection::install(), $this->proven_install() );
		$sent = \array_filter(
			$this->events(),
			static function ( $event ) use ( $post ) {
				return 'post.published' === $event['type'] && $post === $event['data']['id'];
			}
		);
		$this->assertCount( 2, $sent, 'what was set aside is sent again' );
	}

	public function test_a_copy_that_hears_of_the_site_pauses_and_asks(): void {
		$this->connect();
		$this->post();
		$this->answer_with( $this->contested( 'https://the-real-one.example' ) );
		$this->drain();
		$this->assertSame( 'paused', Connection::state() );
		$this->assertStringContainsString( 'another installation', Connection::status()['reason'] );
		$this->forget_requests();
		$this->drain( 'button' );
		\do_action( 'mentor_bridge_daily' );
		$this->assertSame( array(), $this->requests() );
	}

	public function test_a_bridge_that_starts_hears_what_it_confirmed_last(): void {
		$this->connect();
		$this->drain( 'poke' );
		$first = $this->events();
		$this->assertSame( array( 'ping' ), \array_column( $first, 'type' ) );
		$this->assertNotSame( '', $first[0]['data']['acknowledged'] );
		$this->assertSame( Connection::install(), $first[0]['install'] );
		$this->forget_requests();
		$this->drain( 'poke' );
		$this->assertSame( $first[0]['id'], $this->events()[0]['data']['acknowledged'] );
		$this->post();
		$this->forget_requests();
		$this->drain( 'poke' );
		$this->assertSame( array( 'post.published' ), \array_column( $this->events(), 'type' ), 'news is word enough' );
	}

	/**
	 * An answer of a bridge that knows another installation.
	 *
	 * @param string $home Where that stands.
	 */
	private function contested( string $home ): array {
		return array( 'code' => 202, 'body' => \wp_json_encode( array( 'status' => 'accepted', 'site' => array( 'install' => \str_repeat( 'a', 32 ), 'home' => $home ) ) ) );
	}

	/**
	 * Gives the installation named in the last handshake.
	 */
	private function proven_install(): string {
		list( , , $body ) = \json_decode( \file_get_contents( Server::$peer_folder . '/handshake.json' ), true );
		return \json_decode( $body, true )['install'];
	}
}
