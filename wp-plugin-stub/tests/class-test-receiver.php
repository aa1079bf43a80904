<?php
/**
 * What the bridge stores here.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Outbox;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Pull;
use Mentor_Bridge\Service_User;

/**
 * Over real HTTP: REST with a signature, XML-RPC with the account that was handed over, and pull.
 */
class Test_Receiver extends WordPress_Case {

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	private $shared;

	/**
	 * The bridge's key to this blog.
	 *
	 * @var string
	 */
	private $key;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post();
		$this->connect();
		$this->key = Connection::keys_to_blog()[0];
	}

	/** A mentor as the bridge sends them. */
	private function mentor( array $fields = array() ): array {
		return \array_merge(
			array(
				'name'     => 'Béa "B" 🌱',
				'blog'     => 'Pain & Beurre',
				'url'      => 'https://bea.example/?a=1&b=2',
				'language' => 'fr-FR',
				'why'      => "Vous parlez tous deux d'échecs : \"faillite\", \\o/.",
				'topics'   => array( 'faillite', 'boulangerie' ),
				'post'     => array( 'title' => 'Ma faillite', 'url' => 'https://bea.example/faillite', 'date' => '2024-05-01T10:00:00Z' ),
			),
			$fields
		);
	}

	/** An object of a push. */
	private function related( int $version, array $mentors, ?int $post = null ): array {
		return array( 'kind' => 'related', 'object' => null === $post ? $this->shared : $post, 'version' => $version, 'language' => 'en-US', 'mentors' => $mentors );
	}

	/** The body of a push. */
	private function body( array $objects, string $type = 'push.related' ): string {
		return \wp_json_encode( array( 'type' => $type, 'timestamp' => '2026-01-01T00:00:00Z', 'data' => array( 'objects' => $objects ) ) );
	}

	/** Signs by the specification, without the plugin's code. */
	private function signed( string $body, string $id, ?int $timestamp = null, ?string $key = null ): array {
		$timestamp = null === $timestamp ? \time() : $timestamp;
		return array(
			'webhook-id'        => $id,
			'webhook-timestamp' => (string) $timestamp,
			'webhook-signature' => 'v1,' . \base64_encode( \hash_hmac( 'sha256', "$id.$timestamp.$body", \base64_decode( \substr( null === $key ? $this->key : $key, 6 ) ), true ) ),
			'Content-Type'      => 'application/json',
		);
	}

	/** Posts to one of our routes. */
	private function rest( string $body, ?array $headers = null, string $route = 'push' ): array {
		static $n = 0;
		$headers = null === $headers ? $this->signed( $body, 'push_' . \md5( (string) ++$n . \microtime() ) ) : $headers;
		$answer  = \wp_remote_post( \rest_url( "mentor-bridge/v1/$route" ), array( 'timeout' => 20, 'body' => $body, 'headers' => $headers ) );
		\wp_cache_flush();
		return array( \wp_remote_retrieve_response_code( $answer ), \json_decode( \wp_remote_retrieve_body( $answer ), true ) );
	}

	/** What is stored under a post. */
	private function stored( ?int $post = null ): ?array {
		\wp_cache_flush();
		return \json_decode( \get_post_meta( null === $post ? $this->shared : $post, '_mentor_bridge_related', true ), true );
	}

	public function test_a_signed_push_is_stored_as_it_was_sent(): void {
		$mentor = $this->mentor();
		list( $code, $answer ) = $this->rest( $this->body( array( $this->related( 3, array( $mentor ) ) ) ) );
		$this->assertSame( 200, $code );
		$this->assertSame( array( 'accepted' => array( array( 'kind' => 'related', 'object' => $this->shared, 'version' => 3 ) ), 'refused' => array(), 'unknown' => array() ), $answer );
		$this->assertSame( \Mentor_Bridge\Related_Owner::stamp( $this->shared ) + array( 'version' => 3, 'language' => 'en-US', 'mentors' => array( $mentor ) ), $this->stored(), 'quotes, backslashes and emoji survive' );
	}

	public function test_an_older_version_is_refused_with_the_one_held(): void {
		$this->rest( $this->body( array( $this->related( 5, array( $this->mentor() ) ) ) ) );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 4, array() ) ) ) );
		$this->assertSame( array( array( 'kind' => 'related', 'object' => $this->shared, 'held' => 5 ) ), $answer['refused'] );
		$this->assertCount( 1, $this->stored()['mentors'] );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 5, array( $this->mentor() ) ) ) ) );
		$this->assertCount( 1, $answer['accepted'], 'a repeat is fine' );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 6, array() ) ) ) );
		$this->assertCount( 1, $answer['accepted'] );
		$this->assertSame( array(), $this->stored()['mentors'] );
	}

	public function test_posts_that_are_not_there_are_unknown(): void {
		$draft = $this->post( array( 'post_status' => 'draft' ) );
		$page  = $this->post( array( 'post_type' => 'page' ) );
		list( , $answer ) = $this->rest( $this->body( array( $this->related( 1, array(), 999999 ), $this->related( 1, array(), $draft ), $this->related( 1, array(), $page ), $this->related( 1, array() ) ) ) );
		$this->assertSame( array( 999999, $draft, $page ), \array_column( $answer['unknown'], 'object' ) );
		$this->assertSame( array( $this->shared ), \array_column( $answer['accepted'], 'object' ) );
	}

	public function test_what_does_not_fit_is_dropped(): void {
		$mentors = array(
			$this->mentor( array( 'name' => \str_repeat( 'é', 121 ) ) ),
			$this->mentor( array( 'name' => '' ) ),
			$this->mentor( array( 'name' => array( 'x' ) ) ),
			$this->mentor( array( 'url' => 'javascript:alert(1)' ) ),
			$this->mentor( array( 'url' => 'https://user:pass@evil.example/' ) ),
			$this->mentor( array( 'why' => '' ) ),
			'no mentor',
			$this->mentor( array( 'name' => "Two\nlines\x07 \u{202E}turned", 'topics' => array( 'a', 'b', 'c', 'd', 'e', 'f', 7, \str_repeat( 'x', 41 ) ), 'post' => array( 'title' => 'No address' ), 'extra' => 'x' ) ),
			$this->mentor( array( 'name' => '<script>alert(1)</script>' ) ),
		);
		$this->rest( $this->body( array( $this->related( 1, $mentors ) ) ) );
		$mentors = $this->stored()['mentors'];
		$this->assertSame( array( 'Two lines turned', '<script>alert(1)</script>' ), \array_column( $mentors, 'name' ), 'text is text; it is escaped where it is printed' );
		$this->assertSame( array( 'a', 'b', 'c', 'd', 'e' ), $mentors[0]['topics'] );
		$this->assertNull( $mentors[0]['post'] );
		$this->assertArrayNotHasKey( 'extra', $mentors[0] );
		$this->rest( $this->body( array( $this->related( 2, \array_fill( 0, 12, $this->mentor() ) ) ) ) );
		$this->assertCount( 10, $this->stored()['mentors'] );
	}

	/**
	 * @dataProvider forgeries
	 */
	public function test_what_is_not_proven_is_refused( callable $forge ): void {
		$body = $this->body( array( $this->related( 9, array( $this->mentor() ) ) ) );
		list( $sent, $headers ) = $forge( $body, $this->signed( $body, 'push_0123456789abcdef' ), $this );
		$this->assertSame( 401, $this->rest( $sent, $headers )[0] );
		$this->assertNull( $this->stored() );
	}

	public function forgeries(): array {
		return array(
			'nothing signed'   => array( static function ( $body ) {
				return array( $body, array() );
			} ),
			'other body'       => array( static function ( $body, $headers ) {
				return array( $body . ' ', $headers );
			} ),
			'other id'         => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-id' => 'push_other_one' ) + $headers );
			} ),
			'id with a dot'    => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-id' => 'push.0123456789' ) + $headers );
			} ),
			'time as a word'   => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-timestamp' => 'now' ) + $headers );
			} ),
			'no comma'         => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-signature' => 'v1' ) + $headers );
			} ),
			'no base64'        => array( static function ( $body, $headers ) {
				return array( $body, array( 'webhook-signature' => 'v1,%%%' ) + $headers );
			} ),
			'too old'          => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time() - 400, null ) );
			} ),
			'too new'          => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time() + 400, null ) );
			} ),
			'the other key'    => array( static function ( $body, $headers, $test ) {
				return array( $body, $test->sign_for_provider( $body, \time(), Connection::key_to_bridge() ) );
			} ),
		);
	}

	public function sign_for_provider( string $body, int $timestamp, ?string $key ): array {
		return $this->signed( $body, 'push_0123456789abcdef', $timestamp, $key );
	}

	public function test_a_wrong_time_is_named(): void {
		$body   = $this->body( array() );
		$answer = $this->rest( $body, $this->signed( $body, 'push_0123456789abcdef', \time() - 1000 ) );
		$this->assertSame( 401, $answer[0] );
		$this->assertEqualsWithDelta( -1000, $answer[1]['data']['offset_seconds'], 3 );
	}

	public function test_the_same_message_is_taken_once(): void {
		$body    = $this->body( array( $this->related( 2, array() ) ) );
		$headers = $this->signed( $body, 'push_replayed_once' );
		$this->assertSame( 200, $this->rest( $body, $headers )[0] );
		$this->assertSame( 401, $this->rest( $body, $headers )[0] );
	}

	public function test_a_signature_is_good_for_one_purpose(): void {
		$poke = '{"type":"poke","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		$this->assertSame( 401, $this->rest( $poke, $this->signed( $poke, 'poke_for_push_x' ), 'push' )[0] );
		$push = $this->body( array() );
		$this->assertSame( 401, $this->rest( $push, $this->signed( $push, 'push_for_poke_x' ), 'poke' )[0] );
	}

	public function test_a_rotated_key_stays_good_for_a_while(): void {
		$keys = \get_option( 'mentor_bridge_keys' );
		\array_unshift( $keys['to_blog'], 'whsec_' . \base64_encode( \random_bytes( 32 ) ) );
		\update_option( 'mentor_bridge_keys', $keys );
		$this->assertSame( 200, $this->rest( $this->body( array() ) )[0] );
	}

	/**
	 * @dataProvider rubbish
	 */
	public function test_rubbish_is_refused_politely( string $body, int $code ): void {
		$this->assertSame( $code, $this->rest( $body )[0] );
	}

	public function rubbish(): array {
		return array(
			'nothing'         => array( '', 401 ),
			'no JSON'         => array( '{"type":', 400 ),
			'a list'          => array( '[1,2,3]', 401 ),
			'no objects'      => array( '{"type":"push.related","data":{}}', 400 ),
			'data is a text'  => array( '{"type":"push.related","data":"x"}', 400 ),
			'objects a text'  => array( '{"type":"push.related","data":{"objects":"x"}}', 400 ),
			'too many'        => array( '{"type":"push.related","data":{"objects":[' . \implode( ',', \array_fill( 0, 51, '1' ) ) . ']}}', 400 ),
			'strange objects' => array( '{"type":"push.related","data":{"objects":[1,null,"x",{"kind":7},{"kind":"related","object":"1","version":1,"mentors":[]},{"kind":"related","object":1,"version":1,"mentors":"x"},{"kind":"zzz","object":1,"version":1}]}}', 200 ),
			'too deep'        => array( '{"type":"push.related","data":' . \str_repeat( '[', 100 ) . \str_repeat( ']', 100 ) . '}', 401 ),
			'ping'            => array( '{"type":"ping","data":{}}', 200 ),
		);
	}

	public function test_too_much_is_refused(): void {
		$this->assertSame( 413, $this->rest( $this->body( array() ) . \str_repeat( ' ', 1048576 ) )[0] );
	}

	public function test_a_poke_empties_the_outbox_though_the_last_try_failed(): void {
		$id = $this->post();
		Delivery_Status::update( array( 'failures' => 3, 'next_try' => \time() + 3600 ) );
		$body = '{"type":"poke","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		list( $code, $answer ) = $this->rest( $body, $this->signed( $body, 'poke_' . \md5( \microtime() ) ), 'poke' );
		$this->assertSame( array( 202, 1 ), array( $code, $answer['waiting'] ) );
		$this->assertSame( array( $id ), \array_column( \array_column( $this->events(), 'data' ), 'id' ) );
		$this->assertSame( 0, Delivery_Status::health()['failures'] );
	}

	public function test_asked_to_rotate_it_fetches_new_keys_and_believes_the_old_ones_for_a_while(): void {
		$before = \get_option( 'mentor_bridge_keys' );
		$since  = \Mentor_Bridge\Connection::status()['since'];
		$body   = '{"type":"rotate","timestamp":"2026-01-01T00:00:00Z","data":{}}';
		$this->assertSame( 401, $this->rest( $body, $this->signed( $body, 'rotate_for_push' ), 'push' )[0] );
		$this->assertSame( 202, $this->rest( $body, $this->signed( $body, 'rotate_' . \md5( \microtime() ) ), 'poke' )[0] );
		\wp_cache_flush();
		$after = \get_option( 'mentor_bridge_keys' );
		$this->assertNotSame( $before['to_bridge'][0], $after['to_bridge'][0] );
		$this->assertSame( $before['to_blog'][0], $after['to_blog'][1] );
		$this->assertSame( $since, \Mentor_Bridge\Connection::status()['since'] );
	}

	/* ---- XML-RPC. ---- */

	/** Calls a method over real HTTP. */
	private function call( string $method, ...$arguments ) {
		require_once ABSPATH . WPINC . '/class-IXR.php';
		require_once ABSPATH . WPINC . '/class-wp-http-ixr-client.php';
		$client = new \WP_HTTP_IXR_Client( \site_url( 'xmlrpc.php' ) );
		$client->query( $method, ...$arguments );
		\wp_cache_flush();
		return $client->isError() ? $client->error : $client->getResponse();
	}

	/** The account handed over at the handshake. */
	private function account(): array {
		$answer = \json_decode( \json_decode( \file_get_contents( Server::$peer_folder . '/handshake.json' ), true )[2], true );
		return array( $answer['username'], $answer['application_password'] );
	}

	public function test_xmlrpc_with_the_account_that_was_handed_over(): void {
		list( $user, $password ) = $this->account();
		$this->assertSame( 'pong', $this->call( 'mentorBridge.ping', 0, $user, $password ) );
		$answer = $this->call( 'mentorBridge.putRelated', 0, $user, $password, $this->body( array( $this->related( 9000000000, array( $this->mentor() ) ) ) ) );
		$this->assertIsString( $answer );
		$this->assertSame( 9000000000, \json_decode( $answer, true )['accepted'][0]['version'], 'larger than an integer of XML-RPC' );
		$this->assertSame( $this->mentor(), $this->stored()['mentors'][0] );
		$stats = $this->call( 'mentorBridge.putStats', 0, $user, $password, $this->body( array( array( 'kind' => 'blog', 'object' => 0, 'version' => 1, 'data' => null ) ), 'push.stats' ) );
		$this->assertSame( array( array( 'kind' => 'blog', 'object' => 0, 'version' => 1 ) ), \json_decode( $stats, true )['accepted'] );
		$this->assertSame( 0, Outbox::progress()['waiting'], 'own writes are no events' );
	}

	public function test_xmlrpc_for_strangers_and_for_people(): void {
		list( $user, $password ) = $this->account();
		$body = $this->body( array( $this->related( 1, array() ) ) );
		$this->assertSame( 403, $this->call( 'mentorBridge.ping', 0, $user, 'wrong' )->code );
		$this->assertSame( 403, $this->call( 'mentorBridge.putRelated', 0, 'alice', 'password', $body )->code, 'not even the owner pushes' );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated' )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, array( 'x' ), $password, $body )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, $user, $password, 'no json' )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putStats', 0, $user, $password, $body )->code );
		$this->assertSame( 400, $this->call( 'mentorBridge.putRelated', 0, $user, $password )->code );
		\mentor_bridge_disconnect();
		$this->assertSame( 403, $this->call( 'mentorBridge.ping', 0, $user, $password )->code );
	}

	public function test_the_account_reads_nothing(): void {
		list( $user, $password ) = $this->account();
		$this->comment( $this->shared );
		foreach ( array( 'wp.getPosts', 'wp.getUsers', 'wp.getComments' ) as $method ) {
			$answer = $this->call( $method, 0, $user, $password );
			$this->assertTrue( array() === $answer || $answer instanceof \IXR_Error, $method . ': ' . \wp_json_encode( $answer ) );
		}
		$basic = array( 'headers' => array( 'Authorization' => 'Basic ' . \base64_encode( "$user:$password" ) ) );
		foreach ( array( 'users?context=edit', 'posts?context=edit', 'comments?context=edit', 'settings' ) as $route ) {
			$this->assertGreaterThanOrEqual( 400, \wp_remote_retrieve_response_code( \wp_remote_get( \rest_url( "wp/v2/$route" ), $basic ) ), $route );
		}
		$this->assertStringNotContainsString( 'zoe@example.org', (string) \wp_remote_retrieve_body( \wp_remote_get( \rest_url( 'wp/v2/comments' ), $basic ) ) );
		foreach ( array( 'users.php', 'edit-comments.php', 'edit.php' ) as $page ) {
			$answer = \wp_remote_get( \admin_url( $page ), $basic + array( 'redirection' => 0 ) );
			$this->assertNotSame( 200, \wp_remote_retrieve_response_code( $answer ), $page );
		}
		\wp_set_current_user( Service_User::id() );
		$this->assertFalse( \current_user_can( 'list_users' ) || \current_user_can( 'edit_posts' ) || \current_user_can( 'moderate_comments' ) );
	}

	/* ---- Pull. ---- */

	/** A signed answer to a pull. */
	private function pull_answer( array $objects, int $waiting ): array {
		$body = \wp_json_encode( array( 'type' => 'pull.answer', 'data' => array( 'objects' => $objects ), 'waiting' => $waiting ) );
		return array( 'path' => '/pushes', 'code' => 200, 'body' => $body, 'headers' => $this->signed( $body, 'pull_' . \md5( $body ) ) );
	}

	public function test_pulling_stores_and_acknowledges(): void {
		$this->answer_with( $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ), $this->related( 2, array(), 999999 ) ), 1 ), $this->pull_answer( array( $this->related( 1, array() ) ), 0 ), $this->pull_answer( array(), 0 ) );
		$this->assertSame( 1, Pull::run( 10.0 ) );
		$this->assertCount( 1, $this->stored()['mentors'] );
		$acknowledged = \array_map(
			static function ( $request ) {
				return \json_decode( $request['body'], true )['data']['acknowledged'];
			},
			$this->requests()
		);
		$newer = array( array( 'kind' => 'related', 'object' => $this->shared, 'version' => 4 ) );
		$this->assertSame( array( array(), \array_merge( $newer, array( array( 'kind' => 'related', 'object' => 999999, 'version' => 2 ) ) ), $newer ), $acknowledged );
		$this->assertTrue( $this->requests()[0]['verified'] );
		$this->assertStringEndsWith( '/pushes', $this->requests()[0]['path'] );
	}

	public function test_an_answer_to_a_pull_that_is_not_signed_is_refused(): void {
		$answer = $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ) ), 0 );
		$this->answer_with( array( 'headers' => array( 'webhook-signature' => 'v1,' . \base64_encode( \random_bytes( 32 ) ) ) + $answer['headers'] ) + $answer );
		$this->assertInstanceOf( \WP_Error::class, Pull::run( 10.0 ) );
		$this->assertNull( $this->stored() );
	}

	public function test_a_blog_that_cannot_be_reached_pulls_by_cron(): void {
		\update_option( 'mentor_bridge_connection', array( 'transport' => 'pull' ) + \get_option( 'mentor_bridge_connection' ) );
		$this->answer_with( $this->pull_answer( array( $this->related( 4, array( $this->mentor() ) ) ), 0 ), $this->pull_answer( array(), 0 ) );
		\do_action( 'mentor_bridge_drain' );
		$this->assertCount( 1, $this->stored()['mentors'] );
	}

	public function test_pushes_that_wait_for_long_are_fetched(): void {
		Delivery_Status::update( array( 'waiting' => 3, 'last_push' => \time() ) );
		$this->assertFalse( Pull::is_due() );
		Delivery_Status::update( array( 'last_push' => \time() - 3600 ) );
		$this->assertTrue( Pull::is_due() );
	}

	public function test_the_scripts_door(): void {
		$this->rest( $this->body( array( $this->related( 7, array() ) ) ) );
		$this->assertTrue( \mentor_bridge_put_related( $this->shared, array( $this->mentor() ) ) );
		$this->assertSame( 7, $this->stored()['version'], 'the next list of the bridge replaces it' );
		$this->assertSame( 'en-US', $this->stored()['language'] );
		$this->assertSame( 'mentor_bridge_unknown_post', \mentor_bridge_put_related( 999999, array() )->get_error_code() );
		$this->assertSame( 7, \mentor_bridge_put_related( $this->shared, array(), 6 )->get_error_data() );
		$this->assertSame( Payload::blog_language(), $this->stored()['language'] );
	}

	public function test_page_caches_are_told(): void {
		$post_ids = array();
		\add_action(
			'mentor_bridge_stored',
			static function ( $id ) use ( &$post_ids ) {
				$post_ids[] = $id;
			}
		);
		\mentor_bridge_put_related( $this->shared, array( $this->mentor() ) );
		\mentor_bridge_put_related( $this->shared, array( $this->mentor() ) );
		$this->assertSame( array( $this->shared ), $post_ids );
	}
}
