<?php
/**
 * Who wrote a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The names under a post, which need not be the account that published it: a guest's text is in nobody's profile.
 *
 * Asks Co-Authors Plus or PublishPress Authors through the public function that both have; other plugins answer by the
 * filter. A post of several is shared once all of them take part, and counts for the first.
 */
class Post_Authors {

	/**
	 * The taxonomy by which both plugins tie names to posts.
	 */
	const TAXONOMY = 'author';

	/**
	 * Gives who wrote a post, in the order of the names under it; 0 for a guest who is no user of this blog.
	 *
	 * @param \WP_Post $post The post.
	 * @return int[] Never empty.
	 */
	public static function of( \WP_Post $post ): array {
		$writers = self::coauthors( $post );
		/**
		 * Filters who wrote a post, for plugins that know several authors. The post is shared only if all of them agree,
		 * and counts for the first.
		 *
		 * @param int[]    $author_ids Users; 0 for somebody who is none.
		 * @param \WP_Post $post       The post.
		 */
		$writers = (array) \apply_filters( 'mentor_bridge_post_authors', array() === $writers ? array( (int) $post->post_author ) : $writers, $post );
		$writers = \array_values( \array_unique( \array_map( 'intval', $writers ) ) );
		return array() === $writers ? array( 0 ) : $writers;
	}

	/**
	 * Tells whether a post may have other authors than the account that published it.
	 */
	public static function may_differ(): bool {
		return \function_exists( 'get_coauthors' ) || \has_filter( 'mentor_bridge_post_authors' );
	}

	/**
	 * Names those who have written a post and do not take part: a post waits for them.
	 *
	 * @param \WP_Post $post The post.
	 * @return array<int,array{name:string,is_guest:bool}> The name is '' where only their number is known.
	 */
	public static function absent( \WP_Post $post ): array {
		$absent = array();
		foreach ( self::of( $post ) as $user_id ) {
			$user = 0 === $user_id ? false : \get_userdata( $user_id );
			if ( 0 !== $user_id && ! Consent::takes_part( $user_id ) ) {
				$absent[] = array( 'name' => $user ? (string) $user->display_name : '', 'is_guest' => false );
			} elseif ( 0 === $user_id ) {
				$guests = \array_filter( self::records( $post ), array( self::class, 'is_guest' ) );
				foreach ( array() === $guests ? array( null ) : $guests as $guest ) {
					$absent[] = array( 'name' => isset( $guest->display_name ) ? \trim( (string) $guest->display_name ) : '', 'is_guest' => true );
				}
			}
		}
		return $absent;
	}

	/**
	 * Gives the authors of a post that Co-Authors Plus or PublishPress Authors names; none without either.
	 *
	 * @param \WP_Post $post The post.
	 * @return int[]
	 */
	private static function coauthors( \WP_Post $post ): array {
		return \array_map( array( self::class, 'user_id' ), self::records( $post ) );
	}

	/**
	 * Gives what the plugin at hand says of each author of a post: a user, or an object of its own.
	 *
	 * @param \WP_Post $post The post.
	 * @return array
	 */
	private static function records( \WP_Post $post ): array {
		return \function_exists( 'get_coauthors' ) ? \array_values( (array) \get_coauthors( $post->ID ) ) : array();
	}

	/**
	 * Tells whether an author is no user of this blog.
	 *
	 * @param mixed $writer From records().
	 */
	private static function is_guest( $writer ): bool {
		return 0 === self::user_id( $writer );
	}

	/**
	 * Gives the user behind an author. Co-Authors Plus gives users as they are, and of a guest the account that it is
	 * linked to, if there is one; PublishPress Authors gives objects of its own, which name the user, if there is one.
	 *
	 * @param mixed $writer From records().
	 */
	private static function user_id( $writer ): int {
		if ( $writer instanceof \WP_User ) {
			return (int) $writer->ID;
		}
		if ( \is_object( $writer ) && isset( $writer->user_id ) && 0 < (int) $writer->user_id ) {
			return \get_userdata( (int) $writer->user_id ) ? (int) $writer->user_id : 0;
		}
		$login = \is_object( $writer ) && isset( $writer->linked_account ) ? (string) $writer->linked_account : '';
		$user  = '' === $login ? false : \get_user_by( 'login', $login );
		return $user ? (int) $user->ID : 0;
	}
}
