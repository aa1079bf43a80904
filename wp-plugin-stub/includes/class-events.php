<?php
/**
 * From WordPress's hooks to outbox rows, and from rows to events.
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
	 * Option: the post types that are shared.
	 */
	const TYPES_OPTION = 'mentor_bridge_post_types';

	/**
	 * Option: an import ran, or something else happened that nobody followed; everything is looked at again.
	 */
	const BACKFILL_DUE = 'mentor_bridge_backfill_due';

	/**
	 * Types of comments that may be sent, besides the empty type of old rows. Never `note`: these are the editors' own.
	 */
	const COMMENT_TYPES = array( 'comment', 'pingback', 'trackback' );

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
		if ( self::listening() && Connection::statistics() && null !== self::public_post( (int) $post_id ) ) {
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
		$types = self::post_types();
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
		if ( self::is_public( $kind, $id ) ) {
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
			self::add_history( array( $user_id ), self::post_types() );
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
			Outbox::add_comments( Consent::participants(), self::post_types() );
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
		self::add_history( Consent::participants(), self::post_types() );
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

	/* ---- What is public. ---- */

	/**
	 * Tells whether an object is public now.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	private static function is_public( string $kind, int $id ): bool {
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

	/**
	 * Gives a post if it may be sent: published, without a password, of a chosen type, not kept back, and all of whose
	 * authors take part.
	 *
	 * @param int $post_id The post.
	 */
	public static function public_post( int $post_id ): ?\WP_Post {
		$post = \get_post( $post_id );
		if ( ! $post instanceof \WP_Post || 'publish' !== $post->post_status || '' !== $post->post_password ||
			! \in_array( $post->post_type, self::post_types(), true ) || \get_post_meta( $post_id, Consent::NOT_SHARED, true ) ) {
			return null;
		}
		/**
		 * Filters who wrote a post, for plugins that know several authors. The post is shared only if all of them agree.
		 *
		 * @param int[]    $author_ids Users.
		 * @param \WP_Post $post       The post.
		 */
		$authors = (array) \apply_filters( 'mentor_bridge_post_authors', array( (int) $post->post_author ), $post );
		foreach ( \array_merge( $authors, array( $post->post_author ) ) as $author_id ) {
			if ( ! Consent::takes_part( (int) $author_id ) ) {
				return null;
			}
		}
		return $post;
	}

	/**
	 * Gives a comment if it may be sent: statistics are on, it is approved, of an allowed type, under a shared post, and
	 * its author has not asked to be erased.
	 *
	 * @param int $comment_id The comment.
	 */
	public static function public_comment( int $comment_id ): ?\WP_Comment {
		$comment = Connection::statistics() ? \get_comment( $comment_id ) : null;
		if ( ! $comment instanceof \WP_Comment || '1' !== (string) $comment->comment_approved ||
			! \in_array( (string) $comment->comment_type, \array_merge( array( '' ), self::COMMENT_TYPES ), true ) ) {
			return null;
		}
		return null === self::public_post( (int) $comment->comment_post_ID ) || Erasure::is_under_way( $comment ) ? null : $comment;
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
	 * Tells whether a taxonomy shows in a post's event.
	 *
	 * @param string $taxonomy Which.
	 */
	private static function shows( $taxonomy ): bool {
		return \in_array( $taxonomy, array( 'category', 'post_tag' ), true );
	}

	/* ---- What is sent. ---- */

	/**
	 * Turns an outbox row into what is to be sent now.
	 *
	 * @param array $row From Outbox::due().
	 * @return array|null {kind, object_id, revision, parent_id, removal, hash, type, data}; null when there is nothing
	 *                    to tell.
	 */
	public static function render( array $row ): ?array {
		self::read_anew( $row['kind'], $row['object_id'] );
		$known = Ledger::get( $row['kind'], $row['object_id'] );
		$state = self::state( $row['kind'], $row['object_id'] );
		if ( null === $state ) {
			if ( null === $known && ! Ledger::has( $row['kind'], $row['object_id'] ) ) {
				return null;
			}
			$state = self::removal( $row['kind'], $row['object_id'], null === $known ? 0 : $known['parent_id'] );
		}
		$item = \array_merge( $row, $state );
		$same = $item['data'];
		// Saving again changes this date and nothing else.
		unset( $same['modified_at'] );
		$item['hash'] = \sha1( $item['type'] . "\n" . Payload::encode( $same ) );
		if ( null !== $known && $known['hash'] === $item['hash'] && ! $item['removal'] ) {
			return null;
		}
		if ( Outbox::POST === $row['kind'] && ! $item['removal'] && ( null === $known || '' === $known['hash'] ) && Connection::statistics() ) {
			// The post is new to the bridge or came back: so do its comments.
			Outbox::add_comments_of_post( $row['object_id'] );
		}
		return $item;
	}

	/**
	 * Renders an object if it is public.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 * @return array|null {type, data, parent_id, removal}
	 */
	private static function state( string $kind, int $id ): ?array {
		switch ( $kind ) {
			case Outbox::POST:
				$post = self::public_post( $id );
				return null === $post ? null : self::event( 'post.published', Payload::post( $post ), (int) $post->post_author );
			case Outbox::COMMENT:
				$comment = self::public_comment( $id );
				return null === $comment ? null : self::event( 'comment.published', Payload::comment( $comment, \get_post( (int) $comment->comment_post_ID ) ), (int) $comment->comment_post_ID );
			case Outbox::AUTHOR:
				return Consent::takes_part( $id ) ? self::event( 'author.updated', Payload::author( \get_userdata( $id ), Consent::record( $id ) ), 0 ) : null;
			default:
				return self::event( 'blog.updated', Payload::blog(), 0 );
		}
	}

	/**
	 * Renders the removal of an object.
	 *
	 * @param string $kind   Its kind.
	 * @param int    $id     Its id.
	 * @param int    $parent The post of a comment, the author of a post.
	 * @return array {type, data, parent_id, removal}
	 */
	private static function removal( string $kind, int $id, int $parent ): array {
		$types = array(
			Outbox::POST    => 'post.removed',
			Outbox::COMMENT => 'comment.removed',
			Outbox::AUTHOR  => 'author.removed',
		);
		$data  = array( 'id' => $id );
		if ( Outbox::COMMENT === $kind ) {
			$data['post_id'] = $parent;
		}
		return \array_merge( self::event( $types[ $kind ], $data, $parent ), array( 'removal' => true ) );
	}

	/**
	 * Puts an event together.
	 *
	 * @param string $type   Its type.
	 * @param array  $data   Its data, without the version.
	 * @param int    $parent What it lies below.
	 * @return array
	 */
	private static function event( string $type, array $data, int $parent ): array {
		return array(
			'type'      => $type,
			'data'      => $data,
			'parent_id' => $parent,
			'removal'   => false,
		);
	}

	/**
	 * Has an object read from the database: a drain may last, and another request may have changed it meanwhile. Without
	 * core's cleaning functions, whose hooks would have page caches emptied.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	private static function read_anew( string $kind, int $id ): void {
		if ( Outbox::COMMENT === $kind ) {
			\wp_cache_delete( $id, 'comment' );
			\wp_cache_delete( $id, 'comment_meta' );
			$comment = \get_comment( $id );
			if ( $comment instanceof \WP_Comment ) {
				self::read_anew( Outbox::POST, (int) $comment->comment_post_ID );
			}
		} elseif ( Outbox::POST === $kind ) {
			foreach ( array( 'posts', 'post_meta', 'category_relationships', 'post_tag_relationships' ) as $group ) {
				\wp_cache_delete( $id, $group );
			}
			$post = \get_post( $id );
			if ( $post instanceof \WP_Post ) {
				\wp_cache_delete( (int) $post->post_author, 'user_meta' );
			}
		} elseif ( Outbox::AUTHOR === $kind ) {
			\wp_cache_delete( $id, 'users' );
			\wp_cache_delete( $id, 'user_meta' );
		}
	}

	/**
	 * Shows an author exactly what would be sent: of themself, and of their newest public post.
	 *
	 * @param int $user_id The author.
	 * @return array{author:array|null,post:array|null}
	 */
	public static function preview( int $user_id ): array {
		$user  = \get_userdata( $user_id );
		$posts = \get_posts(
			array(
				'author'           => $user_id,
				'post_type'        => self::post_types(),
				'post_status'      => 'publish',
				'has_password'     => false,
				'numberposts'      => 1,
				'suppress_filters' => true,
				'meta_query'       => array( // phpcs:ignore WordPress.DB.SlowDBQuery -- one post, on one screen.
					array(
						'key'     => Consent::NOT_SHARED,
						'compare' => 'NOT EXISTS',
					),
				),
			)
		);
		return array(
			'author' => $user ? array(
				'type' => 'author.updated',
				'data' => Payload::author( $user, Consent::takes_part( $user_id ) ? Consent::record( $user_id ) : null ),
			) : null,
			'post'   => $posts ? array(
				'type' => 'post.published',
				'data' => Payload::post( $posts[0] ),
			) : null,
		);
	}
}
