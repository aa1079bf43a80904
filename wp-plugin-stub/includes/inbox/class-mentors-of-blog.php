<?php
/**
 * The mentors whom authors of this blog have pinned, as the bridge hands them in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One list for the whole blog: object 0 of a push. Whoever withdraws is missing in the next one.
 */
class Mentors_Of_Blog {

	/**
	 * Option: the list, as JSON {blog_id, version, language, mentors}. Autoloaded, so that a page asks the database for
	 * nothing.
	 */
	const OPTION = 'mentor_bridge_my_mentors';

	/**
	 * Option: which of the related mentors stand on pages, one of MODES. The bridge keeps to it.
	 */
	const SHOWING = 'mentor_bridge_showing';

	const MODES = array( 'all', 'approved', 'ask' );

	const OBJECT = 0;
	const LIMIT  = 50;

	/**
	 * Stores the list, unless a newer one is stored.
	 *
	 * @param array  $mentors  Mentors, nearest first.
	 * @param int    $version  Its version.
	 * @param string $language Language of the reasons.
	 * @return true|\WP_Error
	 */
	public static function store( array $mentors, int $version, string $language ) {
		$blog_id = Related_Owner::blog_id();
		if ( '' === $blog_id ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		$held = self::read();
		if ( null !== $held && $version < (int) $held['version'] ) {
			return new \WP_Error( 'mentor_bridge_older', \__( 'A newer list is held.', 'mentor-bridge' ), (int) $held['version'] );
		}
		$state = array(
			'blog_id'  => $blog_id,
			'version'  => $version,
			'language' => Sanitize::language( $language ),
			'mentors'  => Related_Mentors::read_all( $mentors, self::LIMIT ),
		);
		\update_option( self::OPTION, \wp_json_encode( $state, JSON_INVALID_UTF8_SUBSTITUTE ), true );
		return true;
	}

	/**
	 * Gives the mentors of this blog; nobody while it is not connected, or on a copy of the site.
	 *
	 * @return array{language:string,mentors:array[]}
	 */
	public static function get(): array {
		$state = self::read();
		return array(
			'language' => isset( $state['language'] ) ? (string) $state['language'] : '',
			'mentors'  => null === $state ? array() : Related_Mentors::checked( isset( $state['mentors'] ) ? $state['mentors'] : array() ),
		);
	}

	/**
	 * Tells which of the related mentors stand on pages.
	 *
	 * @return string One of MODES.
	 */
	public static function showing(): string {
		$showing = (string) \get_option( self::SHOWING, 'all' );
		return \in_array( $showing, self::MODES, true ) ? $showing : 'all';
	}

	/**
	 * Reads what is stored, if it was made for this blog.
	 */
	private static function read(): ?array {
		$options = \wp_load_alloptions();
		$state   = isset( $options[ self::OPTION ] ) ? \json_decode( (string) $options[ self::OPTION ], true ) : null;
		$blog_id = Related_Owner::blog_id();
		return isset( $state['blog_id'], $state['version'] ) && '' !== $blog_id && $blog_id === $state['blog_id'] ? $state : null;
	}
}
