<?php
/**
 * From WordPress's hooks on posts, terms and comments to the outbox.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Decides by state, not by transition: a hook only says where to look. What counts is whether the object is public now,
 * and whether the bridge may hold it.
 */
class Content_Hooks {

	/**
	 * A post was written.
	 *
	 * @param int           $post_id The post.
	 * @param \WP_Post|null $post    The post.
	 */
	public static function on_post( $post_id, $post = null ): void {
		if ( $post instanceof \WP_Post && \in_array( $post->post_type, array( 'revision', 'nav_menu_item', 'customize_changeset' ), true ) ) {
			return;
		}
		Enqueue::recheck( Outbox::POST, (int) $post_id );
	}

	/**
	 * A post was deleted for good. Its comments were, one by one, just before; the post's removal covers them.
	 *
	 * @param int $post_id The post.
	 */
	public static function on_deleted_post( $post_id ): void {
		Enqueue::recheck( Outbox::POST, (int) $post_id );
		if ( Enqueue::is_listening() ) {
			Outbox::remove_comments_of( (int) $post_id );
		}
	}

	/**
	 * The terms of a post were set. Of any taxonomy: some plugins hide posts by category, by tag or by one of their own.
	 *
	 * @param int    $object_id The post.
	 * @param array  $terms     Unused.
	 * @param array  $tt_ids    Unused.
	 * @param string $taxonomy  Which.
	 */
	public static function on_object_terms( $object_id, $terms, $tt_ids, $taxonomy ): void {
		if ( self::is_rendered_taxonomy( $taxonomy ) || self::has_shared_type( (int) $object_id ) ) {
			Enqueue::recheck( Outbox::POST, (int) $object_id );
		}
	}

	/**
	 * Terms were taken from a post.
	 *
	 * @param int    $object_id The post.
	 * @param array  $tt_ids    Unused.
	 * @param string $taxonomy  Which.
	 */
	public static function on_removed_terms( $object_id, $tt_ids, $taxonomy ): void {
		self::on_object_terms( $object_id, array(), $tt_ids, $taxonomy );
	}

	/**
	 * A term was renamed: all posts that carry it are looked at.
	 *
	 * @param int    $term_id  Unused.
	 * @param int    $tt_id    The term in its taxonomy.
	 * @param string $taxonomy Which.
	 */
	public static function on_term( $term_id, $tt_id, $taxonomy ): void {
		global $wpdb;
		if ( self::is_rendered_taxonomy( $taxonomy ) && Enqueue::is_listening() ) {
			Bulk_Enqueue::add_from_ledger( Outbox::POST, $wpdb->prepare( "l.object_id IN (SELECT object_id FROM $wpdb->term_relationships WHERE term_taxonomy_id = %d)", $tt_id ) );
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * Meta of a post changed: whether it is shared, or somebody who may edit it changes what another plugin keeps there, such
	 * as who may read it. What is written for visitors (counters of views) is of no interest.
	 *
	 * @param int|int[] $meta_id  Unused.
	 * @param int       $post_id  The post.
	 * @param string    $meta_key Which.
	 */
	public static function on_post_meta( $meta_id, $post_id, $meta_key ): void {
		if ( Consent::NOT_SHARED === $meta_key || ( ! self::is_irrelevant_meta( (string) $meta_key ) && ! Drain_Trigger::is_page_view() && self::has_shared_type( (int) $post_id ) && \current_user_can( 'edit_post', (int) $post_id ) ) ) {
			Enqueue::recheck( Outbox::POST, (int) $post_id );
		}
	}

	/**
	 * Tells whether meta is written by core or this plugin and hides nothing.
	 *
	 * @param string $key Its key.
	 */
	private static function is_irrelevant_meta( string $key ): bool {
		return 1 === \preg_match( '/\A_(?:mentor_bridge|edit_|oembed|encloseme|pingme|wp_old_|wp_trash_|wp_desired_)/', $key );
	}

	/**
	 * Tells whether a post is of a type that is shared.
	 *
	 * @param int $post_id The post.
	 */
	private static function has_shared_type( int $post_id ): bool {
		return \in_array( \get_post_type( $post_id ), Sharing_Rules::post_types(), true );
	}

	/**
	 * A comment was written, changed, moderated or deleted.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function on_comment( $comment_id ): void {
		Enqueue::recheck( Outbox::COMMENT, (int) $comment_id );
	}

	/**
	 * A comment's status changed. The object handed over may be stale: only its id is used.
	 *
	 * @param string      $to      Unused.
	 * @param string      $from    Unused.
	 * @param \WP_Comment $comment The comment.
	 */
	public static function on_comment_transition( $to, $from, $comment ): void {
		Enqueue::recheck( Outbox::COMMENT, (int) $comment->comment_ID );
	}

	/**
	 * Meta of a comment changed: of interest is only whether it is marked.
	 *
	 * @param int|int[] $meta_id    Unused.
	 * @param int       $comment_id The comment.
	 * @param string    $meta_key   Which.
	 */
	public static function on_comment_meta( $meta_id, $comment_id, $meta_key ): void {
		if ( Insightful::META === $meta_key ) {
			Enqueue::recheck( Outbox::COMMENT, (int) $comment_id );
		}
	}

	/**
	 * The comments of a post came back from the trash with it, by one statement without a hook each.
	 *
	 * @param int $post_id The post.
	 */
	public static function on_comments_of_post( $post_id ): void {
		if ( Enqueue::is_listening() && Connection::statistics() && null !== Sharing_Rules::public_post( (int) $post_id ) ) {
			Bulk_Enqueue::add_comments_of_post( (int) $post_id, true );
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * Personal data was erased; core does that to comments without a hook each.
	 */
	public static function on_erasure(): void {
		global $wpdb;
		if ( Enqueue::is_listening() ) {
			Bulk_Enqueue::add_from_ledger( Outbox::COMMENT, "l.object_id IN (SELECT comment_ID FROM $wpdb->comments WHERE comment_author_email = '')", Outbox::REMOVAL );
			Commenter_Erasure::finish();
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * Tells whether a taxonomy shows in a post's event.
	 *
	 * @param string $taxonomy Which.
	 */
	private static function is_rendered_taxonomy( $taxonomy ): bool {
		return \in_array( $taxonomy, array( 'category', 'post_tag' ), true ) || ( Post_Authors::TAXONOMY === $taxonomy && Post_Authors::may_differ() );
	}
}
