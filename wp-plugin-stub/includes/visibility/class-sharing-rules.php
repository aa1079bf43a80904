<?php
/**
 * What may leave the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Decides by the state of an object alone whether it is public and shared: one place for all who ask.
 */
class Sharing_Rules {

	/**
	 * Option: the post types that are shared.
	 */
	const TYPES_OPTION = 'mentor_bridge_post_types';

	/**
	 * Types of comments that may be sent, besides the empty type of old rows. Never `note`: these are the editors' own.
	 */
	const COMMENT_TYPES = array( 'comment', 'pingback', 'trackback' );

	/**
	 * Gives a post if it may be sent: published, without a password, of a chosen type, not kept back, not the sample
	 * that WordPress begins with, and all of whose writers take part.
	 *
	 * @param int $post_id The post.
	 */
	public static function public_post( int $post_id ): ?\WP_Post {
		$post = \get_post( $post_id );
		if ( ! $post instanceof \WP_Post || 'publish' !== $post->post_status || '' !== $post->post_password ||
			! \in_array( $post->post_type, self::post_types(), true ) || \get_post_meta( $post_id, Consent::NOT_SHARED, true ) || Sample_Content::is_post( $post ) ) {
			return null;
		}
		$writers = Post_Authors::of( $post );
		return \array_filter( $writers, array( Consent::class, 'takes_part' ) ) === $writers && ! self::is_withheld( $post ) ? $post : null;
	}

	/**
	 * Tells whether another plugin keeps a post here that the rules would share; none can share what they keep.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function is_withheld( \WP_Post $post ): bool {
		/**
		 * Filters whether a post may be shared.
		 *
		 * @param bool     $may_share True.
		 * @param \WP_Post $post      The post.
		 */
		return ! \apply_filters( 'mentor_bridge_may_share', true, $post );
	}

	/**
	 * Gives a comment if it may be sent: statistics are on, it is approved, of an allowed type, under a shared post,
	 * not WordPress's own sample, and its author has not asked to be erased.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function public_comment( int $comment_id ): ?\WP_Comment {
		$comment = Connection::statistics() ? \get_comment( $comment_id ) : null;
		if ( ! $comment instanceof \WP_Comment || '1' !== (string) $comment->comment_approved ||
			! \in_array( (string) $comment->comment_type, \array_merge( array( '' ), self::COMMENT_TYPES ), true ) ) {
			return null;
		}
		return null === self::public_post( (int) $comment->comment_post_ID ) || Commenter_Erasure::is_under_way( $comment ) || Sample_Content::is_comment( $comment ) ? null : $comment;
	}

	/**
	 * Gives the post types that are shared.
	 *
	 * @return string[]
	 */
	public static function post_types(): array {
		// From what is loaded anyway: an option that was never stored would cost a query on each view.
		$options = \wp_load_alloptions();
		$types   = isset( $options[ self::TYPES_OPTION ] ) ? \maybe_unserialize( $options[ self::TYPES_OPTION ] ) : null;
		/**
		 * Filters the post types that are shared.
		 *
		 * @param string[] $types Post types.
		 */
		return \array_values( \array_filter( (array) \apply_filters( 'mentor_bridge_post_types', \is_array( $types ) ? $types : array( 'post' ) ), 'is_string' ) );
	}

	/**
	 * Tells whether an object is public now.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function is_public( string $kind, int $id ): bool {
		switch ( $kind ) {
			case Outbox::POST:
				return null !== self::public_post( $id );
			case Outbox::COMMENT:
				return null !== self::public_comment( $id );
			case Outbox::AUTHOR:
				return Consent::takes_part( $id );
			default:
				return true;
		}
	}
}
