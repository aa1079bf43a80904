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
 * Asks Co-Authors Plus through its public function where it is active; other plugins answer by the filter. A post of
 * several is shared once all of them take part, and counts for the first.
 */
class Post_Authors {

	/**
	 * The taxonomy by which Co-Authors Plus ties names to posts.
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
	 * Gives the authors of a post that Co-Authors Plus names; none without it.
	 *
	 * @param \WP_Post $post The post.
	 * @return int[]
	 */
	private static function coauthors( \WP_Post $post ): array {
		return \function_exists( 'get_coauthors' ) ? \array_map( array( self::class, 'user_id' ), \array_values( (array) \get_coauthors( $post->ID ) ) ) : array();
	}

	/**
	 * Gives the user behind an author of Co-Authors Plus: of a guest the account it is linked to, if there is one.
	 *
	 * @param mixed $writer A user, or the plugin's own record of a guest.
	 */
	private static function user_id( $writer ): int {
		if ( $writer instanceof \WP_User ) {
			return (int) $writer->ID;
		}
		$login = \is_object( $writer ) && isset( $writer->linked_account ) ? (string) $writer->linked_account : '';
		$user  = '' === $login ? false : \get_user_by( 'login', $login );
		return $user ? (int) $user->ID : 0;
	}
}
