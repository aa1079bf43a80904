<?php
/**
 * From WordPress's hooks to outbox rows.
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
	 * Meta of a user that stands in the author's event.
	 */
	const AUTHOR_META = array( 'description', 'nickname' );

	/**
	 * Whether everything is going to be looked at anyway.
	 *
	 * @var bool
	 */
	private static $has_seen_settings = false;

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
	 * A plugin or a theme was switched on, off or updated.
	 */
	public static function on_new_code(): void {
		Enqueue::code_changed();
	}

	/**
	 * A setting was saved by hand: perhaps one that says who may read what.
	 *
	 * @param string $option Its name.
	 */
	public static function on_setting( $option ): void {
		if ( self::$has_seen_settings || ! \is_admin() || \wp_doing_ajax() || ! isset( $_SERVER['REQUEST_METHOD'] ) || 'POST' !== $_SERVER['REQUEST_METHOD'] || 1 === \preg_match( '/\A(?:_|cron\z|mentor_bridge_|rewrite_rules\z)/', (string) $option ) || ! \current_user_can( 'manage_options' ) ) {
			return;
		}
		self::$has_seen_settings = true;
		if ( Enqueue::is_listening() ) {
			Enqueue::code_changed();
			Drain_Trigger::request( 'event' );
		}
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
	 * A user changed.
	 *
	 * @param int $user_id The user.
	 */
	public static function on_user( $user_id ): void {
		Enqueue::recheck( Outbox::AUTHOR, (int) $user_id );
	}

	/**
	 * Meta of a user changed.
	 *
	 * @param int|int[] $meta_id  Unused.
	 * @param int       $user_id  The user.
	 * @param string    $meta_key Which.
	 */
	public static function on_user_meta( $meta_id, $user_id, $meta_key ): void {
		global $wpdb;
		$prefix = $wpdb->get_blog_prefix();
		if ( \in_array( $meta_key, self::AUTHOR_META, true ) || ( 0 === \strpos( $meta_key, $prefix ) && \in_array( \substr( $meta_key, \strlen( $prefix ) ), Pairing_Profile::options(), true ) ) ) {
			Enqueue::recheck( Outbox::AUTHOR, (int) $user_id );
		}
	}

	/**
	 * A user was deleted. Posts that another author was given changed hands without a hook.
	 *
	 * @param int      $user_id  The user.
	 * @param int|null $reassign Who got the posts.
	 */
	public static function on_deleted_user( $user_id, $reassign = null ): void {
		Enqueue::author_left( (int) $user_id );
	}

	/**
	 * A user is about to leave this site of a network. The posts are reassigned after this hook; the rows say only
	 * where to look, so that is early enough.
	 *
	 * @param int $user_id  The user.
	 * @param int $blog_id  The site; core has switched to it.
	 * @param int $reassign Who gets the posts.
	 */
	public static function on_removed_user( $user_id, $blog_id = 0, $reassign = 0 ): void {
		foreach ( Consent::user_options() as $option ) {
			\delete_user_option( (int) $user_id, $option );
		}
		Enqueue::author_left( (int) $user_id );
	}

	/**
	 * Name, description or language of the blog changed.
	 */
	public static function on_blog(): void {
		Enqueue::recheck( Outbox::BLOG, 0 );
	}

	/**
	 * Addresses changed: of the blog and of every post.
	 */
	public static function on_addresses(): void {
		if ( Enqueue::is_listening() ) {
			Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
			Bulk_Enqueue::add_from_ledger( Outbox::AUTHOR );
			Bulk_Enqueue::add_from_ledger( Outbox::POST );
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * The choice of post types changed. What was sent of a type no longer chosen is retracted.
	 *
	 * @param mixed $old Types before.
	 * @param mixed $new Types now.
	 */
	public static function on_post_types( $old, $new ): void {
		global $wpdb;
		if ( ! Enqueue::is_listening() ) {
			return;
		}
		$types = Sharing_Rules::post_types();
		Bulk_Enqueue::add_from_ledger( Outbox::POST, "l.object_id IN (SELECT ID FROM $wpdb->posts WHERE post_type NOT IN (" . Bulk_Enqueue::sql_texts( $types ) . '))', Outbox::REMOVAL );
		Enqueue::add_history( Consent::participants(), \array_values( \array_diff( $types, \is_array( $old ) ? $old : array( 'post' ) ) ) );
		Drain_Trigger::request( 'event' );
	}

	/**
	 * Post types were chosen for the first time.
	 *
	 * @param string $option Unused.
	 * @param mixed  $types  Types now.
	 */
	public static function on_post_types_added( $option, $types ): void {
		self::on_post_types( array( 'post' ), $types );
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
