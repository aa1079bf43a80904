<?php
/**
 * The related mentors that the bridge hands in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps with each post the list to be shown under it. What does not fit is dropped.
 */
class Related_Mentors {

	/**
	 * Meta of a post: its mentors, as JSON {blog_id, post_id, version, language, mentors}.
	 */
	const META = '_mentor_bridge_related';

	const MAX_MENTORS = 10;
	const MAX_TOPICS  = 5;

	/**
	 * Stores the mentors to be shown under a post.
	 *
	 * @param int         $post_id  The post.
	 * @param array       $mentors  Mentors, best first.
	 * @param int|null    $version  Version; null keeps the one held.
	 * @param string|null $language Language of the reasons; null: the blog's.
	 * @return true|\WP_Error
	 */
	public static function store( int $post_id, array $mentors, ?int $version = null, ?string $language = null ) {
		$post = \get_post( $post_id );
		if ( ! $post instanceof \WP_Post || 'publish' !== $post->post_status || ! \in_array( $post->post_type, Sharing_Rules::post_types(), true ) ) {
			return new \WP_Error( 'mentor_bridge_unknown_post', \__( 'There is no such public post.', 'mentor-bridge' ) );
		}
		if ( '' === Related_Owner::blog_id() ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		$state          = Related_Owner::read( $post_id );
		$stored_version = isset( $state['version'] ) ? (int) $state['version'] : 0;
		if ( null !== $version && $version < $stored_version ) {
			return new \WP_Error( 'mentor_bridge_older', \__( 'A newer list is held.', 'mentor-bridge' ), $stored_version );
		}
		$state = Related_Owner::stamp( $post_id ) + array(
			'version'  => null === $version ? $stored_version : $version,
			'language' => Sanitize::language( null === $language ? Payload::blog_language() : $language ),
			'mentors'  => self::mentors( $mentors ),
		);
		return Versioned_State::store_meta( $post_id, self::META, $state );
	}

	/**
	 * Gives those mentors of a push that are well formed, up to the limit.
	 *
	 * @param array $mentors As received.
	 * @return array[]
	 */
	private static function mentors( array $mentors ): array {
		$valid = array();
		foreach ( $mentors as $mentor ) {
			$mentor = \is_array( $mentor ) ? self::mentor( $mentor ) : null;
			if ( null !== $mentor && \count( $valid ) < self::MAX_MENTORS ) {
				$valid[] = $mentor;
			}
		}
		return $valid;
	}

	/**
	 * Reads one mentor. One without a name, an address or a reason is none: nothing is shown without saying why.
	 *
	 * @param array $mentor As received.
	 * @return array|null
	 */
	private static function mentor( array $mentor ): ?array {
		$read = array(
			'name'     => Sanitize::text( $mentor, 'name', 120 ),
			'blog'     => Sanitize::text( $mentor, 'blog', 120 ),
			'url'      => Sanitize::url( $mentor, 'url' ),
			'language' => Sanitize::language( isset( $mentor['language'] ) ? $mentor['language'] : '' ),
			'why'      => Sanitize::text( $mentor, 'why', 400 ),
			'topics'   => array(),
			'post'     => null,
		);
		if ( '' === $read['name'] || '' === $read['url'] || '' === $read['why'] ) {
			return null;
		}
		foreach ( isset( $mentor['topics'] ) && \is_array( $mentor['topics'] ) ? $mentor['topics'] : array() as $topic ) {
			$topic = Sanitize::line( $topic, 40 );
			if ( '' !== $topic && \count( $read['topics'] ) < self::MAX_TOPICS ) {
				$read['topics'][] = $topic;
			}
		}
		if ( isset( $mentor['post'] ) && \is_array( $mentor['post'] ) ) {
			$post = array(
				'title' => Sanitize::text( $mentor['post'], 'title', 200 ),
				'url'   => Sanitize::url( $mentor['post'], 'url' ),
				'date'  => Sanitize::timestamp( $mentor['post'], 'date' ),
			);
			// Half a post is none.
			$read['post'] = '' === $post['title'] || '' === $post['url'] ? null : $post;
		}
		return $read;
	}
}
