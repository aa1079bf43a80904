<?php
/**
 * To which blog and post a stored list belongs.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A list of mentors is meta of a post, and travels with it: to a duplicate, by an export, into a copy of the site. Nobody
 * corrects it there. So it names the blog and the post it was made for, and counts for these alone, while the blog is
 * connected.
 */
class Related_Owner {

	/**
	 * Option: {blog_id, bridge_url, site, home, contested} while the blog is connected. A twin of what the connection says, autoloaded:
	 * a page must not ask the database for the connection.
	 */
	const OPTION = 'mentor_bridge_shown_for';

	/**
	 * Brings the autoloaded option in line with the connection.
	 */
	public static function sync(): void {
		$connection = Connection::get();
		if ( null !== $connection && 'connected' === $connection['state'] ) {
			\update_option( self::OPTION, \array_intersect_key( $connection, array( 'blog_id' => '', 'bridge_url' => '', 'site' => '', 'home' => '', 'contested' => '' ) ), true );
		} else {
			\delete_option( self::OPTION );
		}
	}

	/**
	 * Gives the id under which this blog is connected, from what is loaded anyway.
	 *
	 * @return string '' while it is not, and on a copy of the site.
	 */
	public static function blog_id(): string {
		return self::of_connection( 'blog_id' );
	}

	/**
	 * Gives the address of the bridge to which this blog is connected, from what is loaded anyway.
	 *
	 * @return string '' while it is not, and on a copy of the site.
	 */
	public static function bridge_url(): string {
		return self::of_connection( 'bridge_url' );
	}

	/**
	 * Reads from the twin of the connection.
	 *
	 * @param string $name What.
	 * @return string '' while the blog is not connected, and on a copy of the site.
	 */
	private static function of_connection( string $name ): string {
		$options = \wp_load_alloptions();
		$twin    = isset( $options[ self::OPTION ] ) ? \maybe_unserialize( $options[ self::OPTION ] ) : null;
		return isset( $twin['blog_id'], $twin[ $name ] ) && ! Connection::is_copy( $twin, false ) ? (string) $twin[ $name ] : '';
	}

	/**
	 * Gives what a list carries to say for which blog and post it was made.
	 *
	 * @param int $post_id The post.
	 * @return array{blog_id:string,post_id:int}
	 */
	public static function stamp( int $post_id ): array {
		return array( 'blog_id' => self::blog_id(), 'post_id' => $post_id );
	}

	/**
	 * Reads the list stored with a post, if it was made for this post on this blog.
	 *
	 * @param int $post_id The post; its meta was loaded with it.
	 * @return array|null {blog_id, post_id, version, language, mentors}; nothing else was looked at.
	 */
	public static function read( int $post_id ): ?array {
		$json  = \get_post_meta( $post_id, Related_Mentors::META, true );
		$state = \is_string( $json ) && '' !== $json ? \json_decode( $json, true ) : null;
		if ( ! \is_array( $state ) ) {
			return null;
		}
		if ( ! isset( $state['blog_id'], $state['post_id'] ) ) {
			// Until the update has named what was stored before it, nobody's list disappears.
			return Upgrade::is_current() ? null : $state;
		}
		$here = self::stamp( $post_id );
		return '' !== $here['blog_id'] && array( $state['blog_id'], $state['post_id'] ) === \array_values( $here ) ? $state : null;
	}

	/**
	 * Names the lists that were stored before lists had names: those of posts that the bridge holds. The others came with
	 * a copy of a post, and go.
	 */
	public static function stamp_all(): void {
		global $wpdb;
		self::sync();
		$blog_id = self::blog_id();
		if ( '' !== $blog_id ) {
			$ledger = Ledger::table();
			$names  = \substr( (string) \wp_json_encode( array( 'blog_id' => $blog_id ) ), 0, -1 );
			// In the database alone: of ten thousand posts, one statement. phpcs:ignore WordPress.DB.
			$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->postmeta SET meta_value = CONCAT(%s, ',\"post_id\":', post_id, ',', SUBSTRING(meta_value, 2)) WHERE meta_key = %s AND meta_value LIKE %s AND post_id IN (SELECT object_id FROM $ledger WHERE kind = %s)", $names, Related_Mentors::META, '{"version":%', Outbox::POST ) ); // phpcs:ignore WordPress.DB
		}
		$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->postmeta WHERE meta_key = %s AND meta_value LIKE %s", Related_Mentors::META, '{"version":%' ) ); // phpcs:ignore WordPress.DB
		foreach ( \array_chunk( $wpdb->get_col( $wpdb->prepare( "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = %s", Related_Mentors::META ) ), 1000 ) as $ids ) { // phpcs:ignore WordPress.DB
			\wp_cache_delete_multiple( $ids, 'post_meta' );
		}
	}

	/* ---- Copies that other plugins make. ---- */

	/**
	 * Keeps what the bridge stored out of an export; what an author said of a post stays in it.
	 *
	 * @param bool   $skip     Whether it is left out.
	 * @param string $meta_key Which.
	 * @return bool
	 */
	public static function skip_in_export( $skip, $meta_key ) {
		return \in_array( $meta_key, array( Related_Mentors::META, Statistics::META, Post_Sharing::SEEN ), true ) ? true : $skip;
	}

	/**
	 * Keeps what the bridge stored out of a duplicate; that an author does not share the post holds for its duplicate, too.
	 *
	 * @param string[] $keys Meta that is not copied.
	 * @return string[]
	 */
	public static function leave_out_of_duplicates( $keys ) {
		return \array_merge( (array) $keys, array( Related_Mentors::META, Statistics::META, Post_Sharing::SEEN ) );
	}
}
