<?php
/**
 * Posts that cannot be put together.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Remembers which posts failed while their page was made, or ended the process that made it: each is kept back alone, until
 * it changes or a day has passed.
 */
class Unreadable_Posts {

	/**
	 * Option: id of an unreadable post => {at, state}.
	 */
	const OPTION = 'mentor_bridge_unreadable';

	/**
	 * Name of the number that says which post is in hand; 0 for none.
	 */
	const IN_HAND = 'in_hand';

	/**
	 * Unreadable posts that are remembered at most.
	 */
	const MOST = 200;

	/**
	 * Seconds until an unreadable post is tried again.
	 */
	const AGAIN = 20 * HOUR_IN_SECONDS;

	/**
	 * Notes that a post is in hand, before code of others runs over it. Only in a drain, of which there is one at a time: a
	 * preview on a screen says nothing about it, and is not to be taken for what a drain has left behind.
	 *
	 * @param int $post_id The post.
	 */
	public static function begin( int $post_id ): void {
		if ( Sender::is_draining() ) {
			Counter::set( self::IN_HAND, $post_id );
		}
	}

	/**
	 * Notes that no post is in hand any more.
	 */
	public static function end(): void {
		if ( Sender::is_draining() ) {
			Counter::set( self::IN_HAND, 0 );
		}
	}

	/**
	 * Finds the post in the middle of which an earlier process ended, and remembers it as unreadable.
	 */
	public static function recover(): void {
		$post = \get_post( Counter::get( self::IN_HAND ) );
		if ( $post instanceof \WP_Post && $post->ID === Counter::get( self::IN_HAND ) ) {
			self::add( $post );
		}
		Counter::set( self::IN_HAND, 0 );
	}

	/**
	 * Remembers a post as unreadable.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function add( \WP_Post $post ): void {
		$entries = \array_slice( self::entries(), 1 - self::MOST, null, true );

		$entries[ $post->ID ] = array( 'at' => \time(), 'state' => self::state( $post ) );
		\update_option( self::OPTION, $entries, false );
	}

	/**
	 * Tells whether a post is kept back as unreadable.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function has( \WP_Post $post ): bool {
		$entries = self::entries();
		return isset( $entries[ $post->ID ] ) && $entries[ $post->ID ]['state'] === self::state( $post ) && \time() - $entries[ $post->ID ]['at'] < self::AGAIN;
	}

	/**
	 * Gives a hash of a post as it is now: another text, or saved again, another hash.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function state( \WP_Post $post ): string {
		return \sha1( $post->post_modified_gmt . $post->post_content );
	}

	/**
	 * Gives the posts that are kept back as unreadable.
	 *
	 * @return \WP_Post[]
	 */
	public static function posts(): array {
		return \array_values( \array_filter( \array_map( 'get_post', \array_keys( self::entries() ) ), array( self::class, 'is_unreadable' ) ) );
	}

	/**
	 * Tells whether something is a post that is kept back as unreadable.
	 *
	 * @param mixed $post From get_post().
	 */
	private static function is_unreadable( $post ): bool {
		return $post instanceof \WP_Post && self::has( $post );
	}

	/**
	 * Forgets all unreadable posts: other code runs now.
	 */
	public static function clear(): void {
		\delete_option( self::OPTION );
	}

	/**
	 * Gives the unreadable posts that are remembered.
	 *
	 * @return array<int,array{at:int,state:string}>
	 */
	private static function entries(): array {
		\wp_cache_delete( self::OPTION, 'options' );
		$entries = \get_option( self::OPTION, array() );
		return \is_array( $entries ) ? $entries : array();
	}
}
