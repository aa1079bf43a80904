<?php
/**
 * What the tests inside WordPress share.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Enqueue;
use Mentor_Bridge\Loopback_Status;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Sender;

/**
 * A blog with Alice (owner), Bob (author) and Carol (author), and a bridge that can be asked what it got.
 */
abstract class WordPress_Case extends \PHPUnit\Framework\TestCase {

	/**
	 * Seconds after which a bridge answers that is not waited for: who is done before has not waited, however busy the
	 * machine is.
	 */
	const FAR_TOO_LONG = 15;

	/**
	 * What somebody writes who has nothing to hide.
	 */
	const WORDS = 'A bakery lives from its regulars, and I learned that late.';

	/**
	 * Users by name.
	 *
	 * @var array<string,int>
	 */
	protected $users = array();

	/**
	 * Filters of this test: {hook, callback, priority}.
	 *
	 * @var array[]
	 */
	private $hooked = array();

	/**
	 * Lines of the debug log before the test.
	 *
	 * @var int
	 */
	private $log_size = 0;

	/**
	 * Empties the blog and the bridge.
	 */
	protected function setUp(): void {
		parent::setUp();
		Clean_Blog::restore();
		$this->users = Clean_Blog::users();
		\wp_set_current_user( $this->users['alice'] );
		$this->log_size = \is_file( WP_DEBUG_LOG ) ? \filesize( WP_DEBUG_LOG ) : 0;
	}

	/**
	 * Fails if the plugin made WordPress complain.
	 */
	protected function tearDown(): void {
		$this->unhook();
		@\unlink( WPMU_PLUGIN_DIR . '/mentor-bridge-test.php' ); // phpcs:ignore
		\clearstatcache();
		$log = \is_file( WP_DEBUG_LOG ) ? (string) \file_get_contents( WP_DEBUG_LOG, false, null, $this->log_size ) : '';
		$this->assertDoesNotMatchRegularExpression( '/mentor.?bridge/i', $log, 'the debug log names the plugin' );
		parent::tearDown();
	}

	/* ---- The blog. ---- */

	/**
	 * Connects to the bridge of the tests and forgets what that sent. With a code that bridge hands over the keys at once;
	 * what only a handshake brings, such as the password of the bridge's account, is there without one.
	 *
	 * @param string[] $names      Who takes part.
	 * @param bool     $statistics Whether comments are sent.
	 * @param string   $code       Registration code, or '' for a handshake.
	 */
	protected function connect( array $names = array( 'alice' ), bool $statistics = true, string $code = 'for-tests' ): void {
		// What connecting has made of a blog without content once need not be made again, if the blog calls itself as it did.
		$state    = \implode( ' ', \array_merge( $names, array( (int) $statistics, \wp_json_encode( \array_diff_key( Payload::blog(), array( 'uuid' => '' ) ) ) ) ) );
		$is_empty = '0' === $GLOBALS['wpdb']->get_var( "SELECT COUNT(*) FROM {$GLOBALS['wpdb']->posts}" );
		$is_usual = 'for-tests' === $code && ! \is_multisite() && null === Connection::get();
		if ( $is_usual && Clean_Blog::recall( $state ) ) {
			$is_empty || Enqueue::recheck_everything();
			$is_empty || $this->assertSame( '', $this->drain()['stopped'] );
			$this->forget_requests();
			return;
		}
		$ids    = \array_map(
			function ( $name ) {
				return $this->users[ $name ];
			},
			$names
		);
		$result = \mentor_bridge_connect( Server::$peer_url, $ids, array( 'statistics' => $statistics, 'code' => $code ) );
		$this->assertTrue( $result, \is_wp_error( $result ) ? $result->get_error_message() : '' );
		Connection::change( array( 'transport' => 'xmlrpc' ) );
		// The blog was just looked at from outside: no test but those about that asks for a page.
		\update_option( Loopback_Status::OPTION, array( 'at' => \time(), 'open' => true, 'since' => 0 ), false );
		$this->assertSame( '', $this->drain()['stopped'] );
		$this->forget_requests();
		$is_empty && $is_usual && Clean_Blog::remember( $state );
	}

	/**
	 * Sends what waits.
	 *
	 * @param string $occasion The occasion.
	 */
	protected function drain( string $occasion = 'cli' ): array {
		return Sender::drain( $occasion, 20.0 );
	}

	/**
	 * Writes a post.
	 *
	 * @param array $fields Fields that differ.
	 */
	protected function post( array $fields = array() ): int {
		static $count = 0;
		// A name of its own: for one that is taken WordPress asks for all the numbers behind it.
		$id = \wp_insert_post( \wp_slash( \array_merge( array( 'post_name' => 'post-' . ++$count, 'post_title' => 'How I failed', 'post_content' => '<p>My first shop.</p>', 'post_status' => 'publish', 'post_author' => $this->users['alice'] ), $fields ) ), true );
		$this->assertIsInt( $id );
		return $id;
	}

	/**
	 * Writes a comment as a form would.
	 *
	 * @param int   $post_id The post.
	 * @param array $fields  Fields that differ.
	 */
	protected function comment( int $post_id, array $fields = array() ): int {
		return (int) \wp_insert_comment( \wp_slash( \array_merge( array( 'comment_post_ID' => $post_id, 'comment_author' => 'Zoé', 'comment_author_email' => 'Zoe@Example.org ', 'comment_content' => 'What do you think?', 'comment_approved' => 1 ), $fields ) ) );
	}

	/**
	 * Hooks something in for this test.
	 *
	 * @param string   $hook      Which hook.
	 * @param callable $callback  What is called.
	 * @param int      $priority  When.
	 * @param int      $arguments How many arguments it gets.
	 */
	protected function hook( string $hook, callable $callback, int $priority = 10, int $arguments = 1 ): void {
		\add_filter( $hook, $callback, $priority, $arguments );
		$this->hooked[] = array( $hook, $callback, $priority );
	}

	/**
	 * Takes out again what this test has hooked in.
	 */
	protected function unhook(): void {
		foreach ( $this->hooked as list( $hook, $callback, $priority ) ) {
			\remove_filter( $hook, $callback, $priority );
		}
		$this->hooked = array();
	}

	/**
	 * Has the served blog run another plugin, until the test ends or until there is another one.
	 *
	 * @param string $code PHP without its opening tag; '' for none.
	 */
	protected function serve_with( string $code ): void {
		\wp_mkdir_p( WPMU_PLUGIN_DIR );
		\file_put_contents( WPMU_PLUGIN_DIR . '/mentor-bridge-test.php', "<?php $code" );
	}

	/**
	 * Has the served blog give up waiting for the bridge at once, and note how long it would have waited.
	 *
	 * @param string $code What else it runs, as in serve_with().
	 */
	protected function serve_impatiently( string $code = '' ): void {
		$file = Server::$peer_folder . '/patience';
		$this->serve_with( "$code add_filter( 'http_request_args', function ( \$arguments, \$url ) { if ( 0 === strpos( \$url, '" . Server::$peer_url . "/webhooks' ) ) { file_put_contents( '$file', \$arguments['timeout'] ); \$arguments['timeout'] = 0.2; } return \$arguments; }, 10, 2 );" );
	}

	/**
	 * Gives the seconds for which the served blog would have waited for the bridge the last time.
	 */
	protected function patience(): float {
		return (float) \file_get_contents( Server::$peer_folder . '/patience' );
	}

	/**
	 * Makes this site one that stands elsewhere than the one that connected.
	 *
	 * @param string ...$what Parts of the fingerprint that are others.
	 */
	protected function stand_elsewhere( string ...$what ): void {
		$connection = \get_option( 'mentor_bridge_connection' );
		foreach ( $what as $name ) {
			$connection['site'][ $name ] = \str_repeat( '0', 64 );
		}
		\update_option( 'mentor_bridge_connection', $connection );
	}

	/**
	 * Gives the rows of the outbox, the newest first.
	 *
	 * @return array[]
	 */
	protected function outbox(): array {
		global $wpdb;
		return $wpdb->get_results( 'SELECT * FROM ' . Outbox::table() . ' ORDER BY failed DESC, revision DESC', ARRAY_A ); // phpcs:ignore WordPress.DB
	}

	/* ---- The bridge. ---- */

	/**
	 * Tells the bridge what to answer next.
	 *
	 * @param array ...$answers {path?, code, headers?, body?, sleep?}.
	 */
	protected function answer_with( array ...$answers ): void {
		\file_put_contents( Server::$peer_folder . '/answers.json', \wp_json_encode( $answers ) );
	}

	/**
	 * Gives the requests received.
	 *
	 * @return array[]
	 */
	protected function requests(): array {
		$file = Server::$peer_folder . '/requests.jsonl';
		return \is_file( $file ) ? \array_map(
			static function ( $line ) {
				return \json_decode( $line, true );
			},
			\file( $file, FILE_IGNORE_NEW_LINES )
		) : array();
	}

	/**
	 * Forgets the requests received.
	 */
	protected function forget_requests(): void {
		@\unlink( Server::$peer_folder . '/requests.jsonl' ); // phpcs:ignore
	}

	/**
	 * Gives the events received, batches opened.
	 *
	 * @return array[] {id, type, data}
	 */
	protected function events(): array {
		$events = array();
		foreach ( $this->requests() as $request ) {
			$message = \json_decode( $request['body'], true );
			if ( 0 !== \strpos( $request['path'], '/webhooks/' ) ) {
				continue;
			}
			$this->assertTrue( $request['verified'], 'a delivery is not signed as it should be' );
			if ( 1 < \substr_count( \substr( $request['path'], 1 ), '/' ) ) {
				continue; // A question, such as /passages, and no news.
			}
			if ( 'batch' === $message['type'] ) {
				$events = \array_merge( $events, $message['data']['events'] );
			} else {
				$events[] = \array_merge( array( 'id' => $request['headers']['webhook-id'] ), $message );
			}
		}
		return $events;
	}

	/**
	 * Drains and gives what arrived since, as "type id".
	 *
	 * @return string[]
	 */
	protected function drained(): array {
		$this->drain();
		$names = \array_map(
			static function ( $event ) {
				return \trim( $event['type'] . ' ' . ( $event['data']['id'] ?? '' ) );
			},
			$this->events()
		);
		$this->forget_requests();
		return $names;
	}

	/**
	 * Drains and gives all that left, as one text.
	 */
	protected function drained_text(): string {
		$this->drain();
		$text = \implode( "\n", \array_column( $this->requests(), 'body' ) );
		$this->forget_requests();
		return $text;
	}

	/**
	 * Lets a day pass: everything is put into the outbox again.
	 */
	protected function pass_a_day(): void {
		\update_option( \Mentor_Bridge\Daily_Recheck::OPTION, array( 'at' => \time() - DAY_IN_SECONDS, 'after' => 0 ) );
		\Mentor_Bridge\Daily_Recheck::next_slice();
	}
}
