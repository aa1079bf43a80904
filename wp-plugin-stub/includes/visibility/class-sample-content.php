<?php
/**
 * What WordPress itself has written.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Recognises the post and the comment that an installation begins with: nobody wrote them, and many blogs never remove
 * them. By how they are made, as their texts are in the language of the installation, or a network's own.
 */
class Sample_Content {

	/**
	 * Post: the id that it has on every site.
	 */
	const POST_ID = 1;

	/**
	 * Comment: whose address it bears in every language; older versions gave none.
	 */
	const COMMENTER = 'wapuu@wordpress.example';

	/**
	 * Seconds that an installation takes at most, from its first user to its first post.
	 */
	const INSTALLATION = 60;

	/**
	 * Tells whether a post is the sample, as it was installed: whoever has changed it has made it their own.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function is_post( \WP_Post $post ): bool {
		return self::POST_ID === (int) $post->ID && $post->post_modified_gmt === $post->post_date_gmt && self::is_of_installation( $post );
	}

	/**
	 * Tells whether a comment is the sample.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function is_comment( \WP_Comment $comment ): bool {
		if ( self::POST_ID !== (int) $comment->comment_post_ID || 0 !== (int) $comment->user_id ) {
			return false;
		}
		$email = \is_multisite() ? (string) \get_site_option( 'first_comment_email', '' ) : '';
		if ( \in_array( (string) $comment->comment_author_email, array( self::COMMENTER, '' === $email ? self::COMMENTER : $email ), true ) ) {
			return true;
		}
		$post = \get_post( self::POST_ID );
		$host = (string) \wp_parse_url( (string) $comment->comment_author_url, PHP_URL_HOST );
		return $post instanceof \WP_Post && $post->post_date_gmt === $comment->comment_date_gmt && 1 === \preg_match( '/(?:\A|\.)wordpress\.org\z/i', $host );
	}

	/**
	 * Tells whether a post was made together with the site: with its first user, or with the pages that come along.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function is_of_installation( \WP_Post $post ): bool {
		foreach ( array( 2, 3 ) as $id ) {
			$page = \get_post( $id );
			if ( $page instanceof \WP_Post && 'page' === $page->post_type && $page->post_date_gmt === $post->post_date_gmt ) {
				return true;
			}
		}
		$user    = \get_userdata( (int) $post->post_author );
		$moments = array( $user ? (string) $user->user_registered : '' );
		if ( \is_multisite() ) {
			$site      = \get_site();
			$moments[] = null === $site ? '' : (string) $site->registered;
		}
		foreach ( \array_filter( $moments ) as $moment ) {
			if ( self::INSTALLATION >= \abs( (int) \strtotime( $post->post_date_gmt . ' UTC' ) - (int) \strtotime( $moment . ' UTC' ) ) ) {
				return true;
			}
		}
		return false;
	}
}
