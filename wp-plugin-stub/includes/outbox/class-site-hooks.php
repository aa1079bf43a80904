<?php
/**
 * From WordPress's hooks on users, settings and code to the outbox.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Like Content_Hooks it decides by state, not by transition: a hook only says where to look.
 */
class Site_Hooks {

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
}
