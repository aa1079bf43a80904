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
class Events {

	/**
	 * Option: an import ran, or something else happened that nobody followed; everything is looked at again.
	 */
	const BACKFILL_DUE = 'mentor_bridge_backfill_due';

	/**
	 * Meta and options of a user that show in the author's event.
	 */
	const AUTHOR_META = array( 'description', 'nickname' );

	/**
	 * While the plugin stores what the bridge pushed: own writes are no news for the bridge.
	 *
	 * @var bool
	 */
	private static $muted = false;

	/* ---- Where to look: the hooks. ---- */

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
		self::look_at( Outbox::POST, (int) $post_id );
	}

	/**
	 * A post was deleted for good. Its comments were, one by one, just before; the post's removal covers them.
	 *
	 * @param int $post_id The post.
	 */
	public static function on_deleted_post( $post_id ): void {
		self::look_at( Outbox::POST, (int) $post_id );
		if ( self::listening() ) {
			Outbox::remove_comments_of( (int) $post_id );
		}
	}

	/**
	 * The terms of a post were set.
	 *
	 * @param int    $object_id The post.
	 * @param array  $terms     Unused.
	 * @param array  $tt_ids    Unused.
	 * @param string $taxonomy  Which.
	 */
	public static function on_object_terms( $object_id, $terms, $tt_ids, $taxonomy ): void {
		if ( self::shows( $taxonomy ) ) {
			self::look_at( Outbox::POST, (int) $object_id );
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
		if ( self::shows( $taxonomy ) && self::listening() ) {
			Outbox::add_known( Outbox::POST, $wpdb->prepare( "l.object_id IN (SELECT object_id FROM $wpdb->term_relationships WHERE term_taxonomy_id = %d)", $tt_id ) );
			Sender::want( 'event' );
		}
	}

	/**
	 * Meta of a post changed: of interest is only whether it is shared.
	 *
	 * @param int|int[] $meta_id  Unused.
	 * @param int       $post_id  The post.
	 * @param string    $meta_key Which.
	 */
	public static function on_post_meta( $meta_id, $post_id, $meta_key ): void {
		if ( Consent::NOT_SHARED === $meta_key ) {
			self::look_at( Outbox::POST, (int) $post_id );
		}
	}

	/**
	 * A comment was written, changed, moderated or deleted.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function on_comment( $comment_id ): void {
		self::look_at( Outbox::COMMENT, (int) $comment_id );
	}

	/**
	 * A comment's status changed. The object handed over may be stale: only its id is used.
	 *
	 * @param string      $to      Unused.
	 * @param string      $from    Unused.
	 * @param \WP_Comment $comment The comment.
	 */
	public static function on_comment_transition( $to, $from, $comment ): void {
		self::look_at( Outbox::COMMENT, (int) $comment->comment_ID );
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
			self::look_at( Outbox::COMMENT, (int) $comment_id );
		}
	}

	/**
	 * The comments of a post came back from the trash with it, by one statement without a hook each.
	 *
	 * @param int $post_id The post.
	 */
	public static function on_comments_of_post( $post_id ): void {
		if ( self::listening() && Connection::statistics() && null !== Sharing::public_post( (int) $post_id ) ) {
			Outbox::add_comments_of_post( (int) $post_id, true );
			Sender::want( 'event' );
		}
	}

	/**
	 * Personal data was erased; core does that to comments without a hook each.
	 */
	public static function on_erasure(): void {
		global $wpdb;
		if ( self::listening() ) {
			Outbox::add_known( Outbox::COMMENT, "l.object_id IN (SELECT comment_ID FROM $wpdb->comments WHERE comment_author_email = '')", Outbox::REMOVAL );
			Erasure::finish();
			Sender::want( 'event' );
		}
	}

	/**
	 * A user changed.
	 *
	 * @param int $user_id The user.
	 */
	public static function on_user( $user_id ): void {
		self::look_at( Outbox::AUTHOR, (int) $user_id );
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
		$own    = array( $prefix . Payload::OFFERS, $prefix . Payload::NEEDS, $prefix . Payload::LANGUAGES );
		if ( \in_array( $meta_key, \array_merge( self::AUTHOR_META, $own ), true ) ) {
			self::look_at( Outbox::AUTHOR, (int) $user_id );
		}
	}

	/**
	 * A user was deleted. Posts that another author was given changed hands without a hook.
	 *
	 * @param int      $user_id  The user.
	 * @param int|null $reassign Who got the posts.
	 */
	public static function on_deleted_user( $user_id, $reassign = null ): void {
		self::author_left( (int) $user_id );
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
		self::author_left( (int) $user_id );
	}

	/**
	 * Name, description or language of the blog changed.
	 */
	public static function on_blog(): void {
		self::look_at( Outbox::BLOG, 0 );
	}

	/**
	 * Addresses changed: of the blog and of every post.
	 */
	public static function on_addresses(): void {
		if ( self::listening() ) {
			Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
			Outbox::add_known( Outbox::AUTHOR );
			Outbox::add_known( Outbox::POST );
			Sender::want( 'event' );
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
		if ( ! self::listening() ) {
			return;
		}
		$types = Sharing::post_types();
		Outbox::add_known( Outbox::POST, "l.object_id IN (SELECT ID FROM $wpdb->posts WHERE post_type NOT IN (" . Outbox::texts( $types ) . '))', Outbox::REMOVAL );
		self::add_history( Consent::participants(), \array_values( \array_diff( $types, \is_array( $old ) ? $old : array( 'post' ) ) ) );
		Sender::want( 'event' );
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

	/* ---- What it leads to: outbox rows. ---- */

	/**
	 * Puts an object into the outbox, if there is anything to tell.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function look_at( string $kind, int $id ): void {
		if ( ! self::listening() ) {
			return;
		}
		if ( \defined( 'WP_IMPORTING' ) && WP_IMPORTING ) {
			// Thousands of hooks are coming; one look at everything afterwards is cheaper.
			self::ask_for_backfill();
			return;
		}
		if ( Sharing::is_public( $kind, $id ) ) {
			Outbox::add( $kind, $id, Outbox::LIVE );
		} elseif ( Ledger::has( $kind, $id ) || Outbox::has( $kind, $id ) ) {
			// A row that waits may just be on its way in another request: it is renewed, never simply dropped.
			Outbox::add( $kind, $id, Outbox::REMOVAL );
		} else {
			return;
		}
		Sender::want( 'event' );
	}

	/**
	 * An author's consent was given or withdrawn.
	 *
	 * @param int  $user_id    The author.
	 * @param bool $takes_part What was decided.
	 */
	public static function consent_changed( int $user_id, bool $takes_part ): void {
		self::look_at( Outbox::AUTHOR, $user_id );
		if ( $takes_part && self::listening() ) {
			self::add_history( array( $user_id ), Sharing::post_types() );
		}
	}

	/**
	 * Puts public posts and their comments into the outbox.
	 *
	 * @param int[]    $author_ids Authors who take part.
	 * @param string[] $types      Post types.
	 */
	public static function add_history( array $author_ids, array $types ): void {
		Outbox::add_posts( $author_ids, $types );
		if ( Connection::statistics() ) {
			Outbox::add_comments( $author_ids, $types );
		}
		Sender::want( 'event' );
	}

	/**
	 * The owner switched statistics on or off: comments are sent, or retracted.
	 */
	public static function statistics_changed(): void {
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		if ( Connection::statistics() ) {
			Outbox::add_comments( Consent::participants(), Sharing::post_types() );
		} else {
			Outbox::add_known( Outbox::COMMENT, '', Outbox::REMOVAL );
			Statistics::forget_all();
		}
		Sender::want( 'event' );
	}

	/**
	 * Looks at everything that is public and at everything that the bridge holds; what is unchanged is dropped when its
	 * turn comes.
	 */
	public static function look_at_everything(): void {
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		foreach ( Consent::participants() as $user_id ) {
			Outbox::add( Outbox::AUTHOR, $user_id, Outbox::LIVE );
		}
		foreach ( array( Outbox::AUTHOR, Outbox::POST, Outbox::COMMENT ) as $kind ) {
			Outbox::add_known( $kind );
		}
		self::add_history( Consent::participants(), Sharing::post_types() );
	}

	/**
	 * Notes that everything is to be looked at, later.
	 */
	public static function ask_for_backfill(): void {
		if ( '1' !== (string) \get_option( self::BACKFILL_DUE ) ) {
			\update_option( self::BACKFILL_DUE, '1', false );
		}
	}

	/**
	 * Does what ask_for_backfill() noted.
	 */
	public static function do_backfill(): void {
		if ( '1' === (string) \get_option( self::BACKFILL_DUE ) ) {
			\delete_option( self::BACKFILL_DUE );
			self::look_at_everything();
		}
	}

	/**
	 * An author is gone: the author is removed, and every post of theirs that the bridge holds is looked at again after
	 * that, as it may have been given to somebody who takes part.
	 *
	 * @param int $user_id The author.
	 */
	private static function author_left( int $user_id ): void {
		global $wpdb;
		if ( self::listening() && Ledger::has( Outbox::AUTHOR, $user_id ) ) {
			Outbox::add( Outbox::AUTHOR, $user_id, Outbox::REMOVAL );
			Outbox::add_known( Outbox::POST, $wpdb->prepare( 'l.parent_id = %d', $user_id ), Outbox::LIVE );
			Sender::want( 'event' );
		}
	}

	/**
	 * Runs something without listening to what it writes.
	 *
	 * @param callable $write What writes.
	 * @return mixed What it returns.
	 */
	public static function muted( callable $write ) {
		$before      = self::$muted;
		self::$muted = true;
		try {
			return $write();
		} finally {
			self::$muted = $before;
		}
	}

	/**
	 * Tells whether there is anybody to tell anything.
	 */
	private static function listening(): bool {
		return ! self::$muted && Connection::is_connected() && Upgrade::run();
	}

	/**
	 * Tells whether a taxonomy shows in a post's event.
	 *
	 * @param string $taxonomy Which.
	 */
	private static function shows( $taxonomy ): bool {
		return \in_array( $taxonomy, array( 'category', 'post_tag' ), true );
	}
}
