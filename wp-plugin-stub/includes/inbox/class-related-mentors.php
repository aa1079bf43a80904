<?php
/**
 * The related mentors that the bridge hands in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Stores with each post the list to be shown under it, without what does not fit, and reads it for a page.
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
			'mentors'  => self::read_all( $mentors, self::MAX_MENTORS ),
		);
		return Versioned_State::store_meta( $post_id, self::META, $state );
	}

	/**
	 * Gives those mentors of a push that are well formed, up to a limit.
	 *
	 * @param array $mentors As received.
	 * @param int   $limit   How many.
	 * @return array[]
	 */
	public static function read_all( array $mentors, int $limit ): array {
		$valid = array();
		foreach ( $mentors as $mentor ) {
			$mentor = \is_array( $mentor ) ? self::mentor( $mentor ) : null;
			if ( null !== $mentor && \count( $valid ) < $limit ) {
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
			'note'     => Sanitize::text( $mentor, 'note', 200 ),
			'key'      => Sanitize::text( $mentor, 'key', 256 ),
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

	/**
	 * Takes somebody out of the list stored for a post, before the next push does.
	 *
	 * @param int    $post_id The post.
	 * @param string $key     Who, as it came with the list.
	 */
	public static function drop( int $post_id, string $key ): void {
		$state = Related_Owner::read( $post_id );
		if ( isset( $state['mentors'] ) && \is_array( $state['mentors'] ) ) {
			$others = static function ( $mentor ) use ( $key ): bool {
				return ! isset( $mentor['key'] ) || $key !== $mentor['key'];
			};
			$state['mentors'] = \array_values( \array_filter( $state['mentors'], $others ) );
			Versioned_State::store_meta( $post_id, self::META, $state );
		}
	}

	/* ---- Reading, for a page. ---- */

	/**
	 * Reads the list stored for a post. What is not well formed is left out, whoever wrote it.
	 *
	 * @param int $post_id The post; its meta was loaded with it.
	 * @return array{language:string,mentors:array[]}
	 */
	public static function of( int $post_id ): array {
		$stored  = Related_Owner::read( $post_id );
		$mentors = self::checked( isset( $stored['mentors'] ) ? $stored['mentors'] : array() );
		/**
		 * Filters the mentors shown under a post.
		 *
		 * @param array[] $mentors {name, blog, url, language, why, note, key, topics, post: {title, url, date}|null} each, best first.
		 * @param int     $post_id The post.
		 */
		$mentors = (array) \apply_filters( 'mentor_bridge_related_mentors', $mentors, $post_id );
		return array(
			'language' => isset( $stored['language'] ) && \is_string( $stored['language'] ) ? $stored['language'] : '',
			'mentors'  => \array_values( $mentors ),
		);
	}

	/**
	 * Gives those of some stored mentors that can be shown.
	 *
	 * @param mixed $stored As stored.
	 * @return array[]
	 */
	public static function checked( $stored ): array {
		$mentors = array();
		foreach ( \is_array( $stored ) ? $stored : array() as $mentor ) {
			$mentor = \is_array( $mentor ) ? self::stored_mentor( $mentor ) : null;
			if ( null !== $mentor ) {
				$mentors[] = $mentor;
			}
		}
		return $mentors;
	}

	/**
	 * Checks one mentor. Without a name, an address and a reason nobody is shown.
	 *
	 * @param array $stored As stored.
	 * @return array|null
	 */
	private static function stored_mentor( array $stored ): ?array {
		$mentor           = self::texts( $stored, array( 'name', 'blog', 'url', 'language', 'why', 'note', 'key' ) );
		$mentor['topics'] = isset( $stored['topics'] ) && \is_array( $stored['topics'] ) ? \array_values( \array_filter( $stored['topics'], 'is_string' ) ) : array();
		$mentor['post']   = isset( $stored['post'] ) && \is_array( $stored['post'] ) ? self::texts( $stored['post'], array( 'title', 'url', 'date' ) ) : null;
		if ( null !== $mentor['post'] && ( '' === $mentor['post']['title'] || ! self::is_web_address( $mentor['post']['url'] ) ) ) {
			$mentor['post'] = null;
		}
		return '' === $mentor['name'] || '' === $mentor['why'] || ! self::is_web_address( $mentor['url'] ) ? null : $mentor;
	}

	/**
	 * Takes the named texts out of an array.
	 *
	 * @param array    $from  Anything.
	 * @param string[] $names Which.
	 * @return array<string,string> '' where there is none.
	 */
	private static function texts( array $from, array $names ): array {
		$texts = array();
		foreach ( $names as $name ) {
			$texts[ $name ] = isset( $from[ $name ] ) && \is_string( $from[ $name ] ) ? \trim( $from[ $name ] ) : '';
		}
		return $texts;
	}

	/**
	 * Tells whether an address is one on the web, to which a link may lead.
	 *
	 * @param string $url The address.
	 */
	private static function is_web_address( string $url ): bool {
		return 1 === \preg_match( '~\Ahttps?://[^\s/]~i', $url );
	}
}
