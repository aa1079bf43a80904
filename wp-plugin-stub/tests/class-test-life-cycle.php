<?php
/**
 * Upgrade, deactivation, uninstall, commands.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Cli;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Service_User;
use Mentor_Bridge\Upgrade;

/**
 * From the first activation to the last trace.
 */
class Test_Life_Cycle extends WordPress_Case {

	/** Our tables that exist. */
	private function tables(): array {
		global $wpdb;
		return \array_values(
			\array_filter(
				Upgrade::tables(),
				static function ( $table ) use ( $wpdb ) {
					return $table === $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $table ) );
				}
			)
		);
	}

	public function test_a_newer_version_over_an_older_one_upgrades_table_and_option_and_keeps_rows(): void {
		global $wpdb;
		$id = $this->post();
		$this->connect();
		\wp_update_post( array( 'ID' => $id, 'post_content' => 'Waits.' ) );
		$outbox = Outbox::table();
		$wpdb->query( "ALTER TABLE $outbox DROP COLUMN tried, DROP COLUMN error, DROP KEY due" ); // phpcs:ignore
		\update_option( Upgrade::OPTION, 0 );
		$from = null;
		\add_action(
			'mentor_bridge_upgraded',
			static function ( $version ) use ( &$from ) {
				$from = $version;
			}
		);
		// The next request that captures something is enough; nobody activates anything.
		$new = $this->post();
		$this->assertSame( 0, $from );
		$this->assertSame( Upgrade::VERSION, (int) \get_option( Upgrade::OPTION ) );
		$this->assertSame( 'due', $wpdb->get_var( "SHOW INDEX FROM $outbox WHERE Key_name = 'due'", 2 ) ); // phpcs:ignore
		$this->assertSame( array( "post.published $id", "post.published $new" ), $this->drained() );
		$this->assertFalse( \get_option( Upgrade::LOCK ) );
	}

	public function test_the_request_that_updates_from_1_1_0_ends_well_though_its_classes_have_moved(): void {
		// As that request stands after the files were replaced: no plugin of now, and the autoloader and hooks of before.
		$script = 'define( "WP_INSTALLING", true ); $_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php";
			spl_autoload_register( function ( $name ) {
				$file = WP_PLUGIN_DIR . "/mentor-bridge/includes/class-" . strtolower( str_replace( array( "Mentor_Bridge\\\\", "_" ), array( "", "-" ), $name ) ) . ".php";
				is_readable( $file ) && require_once $file;
			} );
			foreach ( array( "Events" => "on_new_code", "Page_Caches" => "on_update" ) as $class => $method ) {
				add_action( "upgrader_process_complete", array( "Mentor_Bridge\\\\$class", $method ), 10, 2 );
			}
			add_action( "shutdown", array( "Mentor_Bridge\\\\Occasions", "on_shutdown" ), 100 );
			do_action( "upgrader_process_complete", new stdClass(), array() );
			echo has_action( "shutdown", array( "Mentor_Bridge\\\\Occasions", "on_shutdown" ) ) ? "goes on" : "is over";';
		\exec( Server::php( $script ) . ' 2>&1', $output, $status );
		$this->assertSame( array( 0, array( 'is over' ) ), array( $status, $output ) );
	}

	public function test_two_requests_never_upgrade_at_once(): void {
		\update_option( Upgrade::OPTION, 0 );
		\add_option( Upgrade::LOCK, \time() + 100, '', 'no' );
		$this->assertFalse( Upgrade::run() );
		\update_option( Upgrade::LOCK, \time() - 1 );
		$this->assertTrue( Upgrade::run(), 'a lock left behind is taken over' );
		$this->assertTrue( Upgrade::run() );
	}

	public function test_deactivation_stops_the_work_and_keeps_what_is_stored(): void {
		$this->post();
		$this->connect();
		\do_action( 'deactivate_mentor-bridge/mentor-bridge.php', false );
		foreach ( \Mentor_Bridge\Plugin::cron_hooks() as $hook ) {
			$this->assertFalse( \wp_next_scheduled( $hook ) );
		}
		$this->assertSame( 'connected', Connection::state() );
		$this->assertSame( 3, Outbox::progress()['sent'] );
	}

	public function test_uninstalling_leaves_nothing(): void {
		global $wpdb;
		$id = $this->post();
		$this->comment( $id );
		$this->connect();
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) );
		\update_post_meta( $id, '_mentor_bridge_not_shared', '1' );
		\Mentor_Bridge\Consent::invite( $this->users['bob'] );
		\set_transient( 'mentor_bridge_something', 1, 100 );
		\update_option( 'mentor_bridge_post_types', array( 'post' ) );
		$user = Service_User::id();
		// As WordPress does: what is deleted is no longer active.
		\deactivate_plugins( 'mentor-bridge/mentor-bridge.php' );
		// A page cache that is there hears of it.
		$script = 'function rocket_clean_domain() { echo "emptied\n"; } define( "WP_UNINSTALL_PLUGIN", "mentor-bridge/mentor-bridge.php" ); $_SERVER["HTTP_HOST"] = "127.0.0.1"; require "' . ABSPATH . 'wp-load.php"; include WP_PLUGIN_DIR . "/mentor-bridge/uninstall.php";';
		\exec( Server::php( $script, '-d display_errors=1' ) . ' 2>&1', $output, $status );
		$this->assertSame( array( 0, array( 'emptied' ) ), array( $status, $output ) );
		\wp_cache_flush();
		$this->assertSame( array(), $this->tables() );
		foreach ( array( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%mentor_bridge%' OR option_value LIKE '%mentor_bridge%'", "SELECT meta_key FROM $wpdb->postmeta WHERE meta_key LIKE '%mentor_bridge%'", "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE '%mentor_bridge%' OR meta_value LIKE '%mentor_bridge%'", "SELECT user_login FROM $wpdb->users WHERE user_login LIKE 'mentor-bridge%'" ) as $traces ) {
			$this->assertSame( array(), $wpdb->get_col( $traces ) ); // phpcs:ignore
		}
		$this->assertFalse( \get_userdata( $user ) );
		\wp_roles()->for_site();
		$this->assertNull( \get_role( 'mentor_bridge' ) );
		$this->assertNull( \activate_plugin( 'mentor-bridge/mentor-bridge.php' ), 'and it can be installed again' );
		$this->assertCount( 5, $this->tables() );
	}

	public function test_no_string_is_translated_too_early(): void {
		$this->connect();
		$answer = \wp_remote_get( \home_url( '/' ), array( 'timeout' => 15 ) );
		$this->assertSame( 200, \wp_remote_retrieve_response_code( $answer ) );
		$this->assertSame( 200, \wp_remote_retrieve_response_code( \wp_remote_get( \site_url( 'wp-cron.php' ), array( 'timeout' => 15 ) ) ) );
		// The debug log is looked at after every test.
	}

	public function test_a_page_view_costs_no_query(): void {
		$id = $this->post();
		$this->connect();
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Bea', 'url' => 'https://bea.example/', 'why' => 'Bread.' ) ) );
		$this->serve_with( 'add_action( "shutdown", function () { echo "\n<!-- queries: " . $GLOBALS["wpdb"]->num_queries . " -->"; }, 999 );' );
		try {
			$with = $this->queries( $id );
			\deactivate_plugins( 'mentor-bridge/mentor-bridge.php', true );
			$without = $this->queries( $id );
		} finally {
			\activate_plugin( 'mentor-bridge/mentor-bridge.php', '', false, true );
			$this->serve_with( '' );
		}
		$this->assertSame( $without, $with );
	}

	private function queries( int $id ): int {
		\wp_remote_get( \get_permalink( $id ), array( 'timeout' => 15 ) );
		$body = \wp_remote_retrieve_body( \wp_remote_get( \get_permalink( $id ), array( 'timeout' => 15 ) ) );
		$this->assertSame( 1, \preg_match( '/<!-- queries: (\d+) -->/', $body, $match ) );
		return (int) $match[1];
	}

	/* ---- Commands. ---- */

	public function test_commands(): void {
		$id  = $this->post();
		$cli = new Cli();
		$cli->connect( array( Server::$peer_url ), array( 'authors' => (string) $this->users['alice'], 'statistics' => false ) );
		$this->assertSame( array( 'success', 'Connected.' ), \WP_CLI::last() );
		$this->assertFalse( Connection::statistics() );
		$cli->drain();
		$this->assertSame( array( 'success', '3 sent, 0 without news, 0 refused, 0 waiting.' ), \WP_CLI::last() );
		$cli->status( array(), array( 'format' => 'json' ) );
		$status = \json_decode( \WP_CLI::last()[1], true );
		$this->assertSame( array( 'connected', 3, array( $this->users['alice'] ) ), array( $status['state'], $status['outbox']['sent'], $status['participants'] ) );
		$cli->status( array(), array() );
		$this->assertContains( array( 'line', "state          'connected'" ), \WP_CLI::$output );
		$this->forget_requests();
		$cli->resend();
		$this->assertSame( array( 'success', '3 sent, 0 without news, 0 refused, 0 waiting.' ), \WP_CLI::last() );
		$this->assertSame( $id, \array_column( $this->events(), 'data', 'type' )['post.published']['id'] );
		$this->post();
		$this->answer_with( array( 'code' => 503 ) );
		$cli->drain();
		$this->assertSame( 'error', \WP_CLI::last()[0] );
		$this->assertStringContainsString( 'busy', \WP_CLI::last()[1] );
		$cli->disconnect();
		$this->assertSame( 'success', \WP_CLI::last()[0] );
		$cli->disconnect();
		$this->assertSame( array( 'error', 'This blog is not connected.' ), \WP_CLI::last() );
		$cli->drain();
		$this->assertSame( array( 'error', 'This blog is not connected.' ), \WP_CLI::last() );
		$cli->connect( array( 'nonsense' ), array() );
		$this->assertSame( 'error', \WP_CLI::last()[0] );
	}
}
