<?php
/**
 * What the tests of pushes share.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;

/**
 * Speaks as the bridge does, over real HTTP, to a blog with one post of Alice's.
 */
abstract class Receiver_Case extends WordPress_Case {

	/**
	 * A post of Alice's.
	 *
	 * @var int
	 */
	protected $shared;

	/**
	 * The bridge's key to this blog.
	 *
	 * @var string
	 */
	protected $key;

	protected function setUp(): void {
		parent::setUp();
		$this->shared = $this->post();
		$this->connect();
		$this->key = Connection::keys_to_blog()[0];
	}

	/** A mentor as the bridge sends them. */
	protected function mentor( array $fields = array() ): array {
		return \array_merge(
			array(
				'name'     => 'Béa "B" 🌱',
				'blog'     => 'Pain & Beurre',
				'url'      => 'https://bea.example/?a=1&b=2',
				'language' => 'fr-FR',
				'why'      => "Vous parlez tous deux d'échecs : \"faillite\", \\o/.",
				'topics'   => array( 'faillite', 'boulangerie' ),
				'post'     => array( 'title' => 'Ma faillite', 'url' => 'https://bea.example/faillite', 'date' => '2024-05-01T10:00:00Z' ),
				'note'     => '',
				'key'      => 'blog_b/1',
			),
			$fields
		);
	}

	/** An object of a push. */
	protected function related( int $version, array $mentors, ?int $post = null ): array {
		return array( 'kind' => 'related', 'object' => null === $post ? $this->shared : $post, 'version' => $version, 'language' => 'en-US', 'mentors' => $mentors );
	}

	/** The body of a push. */
	protected function body( array $objects, string $type = 'push.related' ): string {
		return \wp_json_encode( array( 'type' => $type, 'timestamp' => '2026-01-01T00:00:00Z', 'data' => array( 'objects' => $objects ) ) );
	}

	/** Signs by the specification, without the plugin's code. */
	protected function signed( string $body, string $id, ?int $timestamp = null, ?string $key = null ): array {
		$timestamp = null === $timestamp ? \time() : $timestamp;
		return array(
			'webhook-id'        => $id,
			'webhook-timestamp' => (string) $timestamp,
			'webhook-signature' => 'v1,' . \base64_encode( \hash_hmac( 'sha256', "$id.$timestamp.$body", \base64_decode( \substr( null === $key ? $this->key : $key, 6 ) ), true ) ),
			'Content-Type'      => 'application/json',
		);
	}

	/** Posts to one of our routes. */
	protected function rest( string $body, ?array $headers = null, string $route = 'push' ): array {
		static $n = 0;
		$headers = null === $headers ? $this->signed( $body, 'push_' . \md5( (string) ++$n . \microtime() ) ) : $headers;
		$answer  = \wp_remote_post( \rest_url( "mentor-bridge/v1/$route" ), array( 'timeout' => 20, 'body' => $body, 'headers' => $headers ) );
		\wp_cache_flush();
		return array( \wp_remote_retrieve_response_code( $answer ), \json_decode( \wp_remote_retrieve_body( $answer ), true ) );
	}

	/** What is stored under a post. */
	protected function stored( ?int $post = null ): ?array {
		\wp_cache_flush();
		return \json_decode( \get_post_meta( null === $post ? $this->shared : $post, '_mentor_bridge_related', true ), true );
	}
}
