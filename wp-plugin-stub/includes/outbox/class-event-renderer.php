<?php
/**
 * From outbox rows to events.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * What is sent of an object is its whole state at the moment of sending, or its removal; what is as it was told is not told
 * again.
 */
class Event_Renderer {

	/**
	 * Posts of an author among which one is looked for that is theirs alone and that visitors are shown.
	 */
	const LOOKED_AT = 20;

	/**
	 * Turns an outbox row into what is to be sent now.
	 *
	 * @param array $row From Outbox::due().
	 * @return array|null {kind, object_id, revision, parent_id, removal, hash, type, data}; null when there is nothing
	 *                    to tell.
	 * @throws Loopback_Postponed If it has to wait.
	 */
	public static function render( array $row ): ?array {
		return Language_Fields::in_default(
			static function () use ( $row ): ?array {
				return self::render_in_default_language( $row );
			}
		);
	}

	/**
	 * The same, in the language that the blog is written in first.
	 *
	 * @param array $row From Outbox::due().
	 * @return array|null As render().
	 * @throws Loopback_Postponed If it has to wait.
	 */
	private static function render_in_default_language( array $row ): ?array {
		self::refresh_caches( $row['kind'], $row['object_id'] );
		$ledger_row = Ledger::get( $row['kind'], $row['object_id'] );
		$state      = self::limit_to_page( $row, self::state( $row['kind'], $row['object_id'] ), null === $ledger_row ? '' : $ledger_row['hash'] );
		if ( null === $state ) {
			if ( null === $ledger_row && ! Ledger::has( $row['kind'], $row['object_id'] ) ) {
				self::note_hidden( $row );
				return null;
			}
			$post_id = Outbox::COMMENT === $row['kind'] && null !== $ledger_row ? $ledger_row['parent_id'] : $row['object_id'];
			if ( ( Loopback_Status::is_closed_for_now() || Public_View::is_undecided_for_now( $post_id ) ) && Sharing_Rules::is_public( $row['kind'], $row['object_id'] ) ) {
				// Perhaps an update that takes some minutes, or a server that is slow; it is looked at again.
				return null;
			}
			self::note_hidden( $row );
			$state = self::removal( $row['kind'], $row['object_id'], null === $ledger_row ? 0 : $ledger_row['parent_id'] );
		}
		if ( Outbox::POST === $row['kind'] && ! $state['removal'] ) {
			Post_Sharing::note_seen( $row['object_id'], $state['data']['truncated'] ? (string) \get_post( $row['object_id'] )->post_content : $state['data']['content'] );
		}
		$item = \array_merge( $row, $state );
		$item['hash'] = self::hash( $state );
		if ( null !== $ledger_row && $ledger_row['hash'] === $item['hash'] && ! $item['removal'] ) {
			return null;
		}
		if ( Outbox::POST === $row['kind'] && ! $item['removal'] && ( null === $ledger_row || '' === $ledger_row['hash'] ) && Connection::statistics() ) {
			// The post is new to the bridge or came back: so do its comments.
			Bulk_Enqueue::add_comments_of_post( $row['object_id'] );
		}
		return $item;
	}

	/**
	 * Notes with a post that may be shared that visitors are not shown it; not where nobody can tell for now.
	 *
	 * @param array $row From Outbox::due().
	 */
	private static function note_hidden( array $row ): void {
		if ( Outbox::POST === $row['kind'] && ! Loopback_Status::is_closed_for_now() && ! Public_View::is_undecided_for_now( $row['object_id'] ) ) {
			Post_Sharing::note_seen( $row['object_id'], null );
		}
	}

	/**
	 * Gives what stands for the content of an event.
	 *
	 * @param array $state From state().
	 */
	private static function hash( array $state ): string {
		// Saving again changes this date and nothing else.
		unset( $state['data']['modified_at'] );
		return \sha1( $state['type'] . "\n" . Wire_Format::encode( $state['data'] ) );
	}

	/**
	 * Takes from what is about to be sent, or was just saved, what the page of its post does not show.
	 *
	 * @param array      $row   From Outbox::due().
	 * @param array|null $state From state().
	 * @param string     $hash  Of what the bridge holds; '' for nothing.
	 * @return array|null As state().
	 * @throws Loopback_Postponed If it has to wait.
	 */
	private static function limit_to_page( array $row, ?array $state, string $hash ): ?array {
		if ( null === $state || ! \in_array( $row['kind'], array( Outbox::POST, Outbox::COMMENT ), true ) ) {
			return $state;
		}
		$is_history = Outbox::HISTORY <= $row['priority'];
		if ( Outbox::COMMENT === $row['kind'] ) {
			// Of a post that the bridge holds, the page was seen when it was sent.
			$above = Ledger::get( Outbox::POST, $state['parent_id'] );
			$post  = null === $above || '' === $above['hash'] ? \get_post( $state['parent_id'] ) : null;
			$inner = null === $post ? null : Public_View::of( $post );
			return null === $inner || null !== Loopback_View::of( $post, $inner, $is_history ) ? $state : null;
		}
		if ( $is_history && self::hash( $state ) === $hash ) {
			return $state;
		}
		$post  = \get_post( $row['object_id'] );
		$seen = Language_Fields::of(
			$post,
			static function ( \WP_Post $post ) use ( $is_history ): ?\WP_Post {
				$inner = Public_View::of( $post );
				return null === $inner ? null : Loopback_View::of( $post, $inner, $is_history );
			}
		);
		return null === $seen ? null : self::event( $state['type'], Payload::post( $seen ), $state['parent_id'] );
	}

	/**
	 * Tells whether an object has to wait for a process that sees what visitors see.
	 *
	 * @param array $row From Outbox::due().
	 */
	public static function must_wait( array $row ): bool {
		return ! Public_View::is_possible() && \in_array( $row['kind'], array( Outbox::POST, Outbox::COMMENT ), true ) && Sharing_Rules::is_public( $row['kind'], $row['object_id'] );
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
				$post = Sharing_Rules::public_post( $id );
				$post = null === $post ? null : self::public_view( $post );
				return null === $post ? null : self::event( 'post.published', Payload::post( $post ), Post_Authors::of( $post )[0] );
			case Outbox::COMMENT:
				$comment = Sharing_Rules::public_comment( $id );
				$post    = null === $comment ? null : \get_post( (int) $comment->comment_post_ID );
				return null === $post || ! Public_View::shows_comment( $comment, $post ) ? null : self::event( 'comment.published', Payload::comment( $comment, $post ), $post->ID );
			case Outbox::AUTHOR:
				return Consent::takes_part( $id ) ? self::event( 'author.updated', Payload::author( \get_userdata( $id ), Consent::record( $id ) ), 0 ) : null;
			default:
				return self::event( 'blog.updated', Payload::blog(), 0 );
		}
	}

	/**
	 * Gives a post as visitors read it, in each of its languages.
	 *
	 * @param \WP_Post $post A public post.
	 */
	private static function public_view( \WP_Post $post ): ?\WP_Post {
		return Language_Fields::of( $post, array( Public_View::class, 'of' ) );
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
	 * Puts the type, data and parent of an event together.
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
	private static function refresh_caches( string $kind, int $id ): void {
		if ( Outbox::COMMENT === $kind ) {
			\wp_cache_delete( $id, 'comment' );
			\wp_cache_delete( $id, 'comment_meta' );
			$comment = \get_comment( $id );
			if ( $comment instanceof \WP_Comment ) {
				self::refresh_caches( Outbox::POST, (int) $comment->comment_post_ID );
			}
		} elseif ( Outbox::POST === $kind ) {
			foreach ( array( 'posts', 'post_meta', 'category_relationships', 'post_tag_relationships', Post_Authors::TAXONOMY . '_relationships' ) as $group ) {
				\wp_cache_delete( $id, $group );
			}
			$post = \get_post( $id );
			if ( $post instanceof \WP_Post ) {
				foreach ( Post_Authors::of( $post ) as $user_id ) {
					\wp_cache_delete( $user_id, 'user_meta' );
				}
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
				'author'       => $user_id,
				'post_type'    => Sharing_Rules::post_types(),
				'post_status'  => 'publish',
				'has_password' => false,
				'numberposts'  => self::LOOKED_AT,
				'meta_query'   => array( // phpcs:ignore WordPress.DB.SlowDBQuery -- one post, on one screen.
					array(
						'key'     => Consent::NOT_SHARED,
						'compare' => 'NOT EXISTS',
					),
				),
			)
		);
		$shown = null;
		foreach ( $posts as $post ) {
			$coauthors = \array_diff( Post_Authors::of( $post ), array( $user_id ) );
			// Of what several have written, only what waits for nobody else; as it is stored, for plugins translate such lists.
			$shown = \array_filter( $coauthors, array( Consent::class, 'takes_part' ) ) === $coauthors ? self::public_view( \get_post( $post->ID ) ) : null;
			if ( null !== $shown ) {
				break;
			}
		}
		return array(
			'author' => $user ? array(
				'type' => 'author.updated',
				'data' => Payload::author( $user, Consent::takes_part( $user_id ) ? Consent::record( $user_id ) : null ),
			) : null,
			'post'   => $shown ? array(
				'type' => 'post.published',
				'data' => Payload::post( $shown ),
			) : null,
		);
	}
}
