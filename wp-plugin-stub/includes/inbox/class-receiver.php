<?php
/**
 * What the bridge may hand in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One handler behind three doors: REST with our signature, XML-RPC with the dedicated account, and what the blog pulls by
 * itself. Each object is a whole state with a version; an older one is refused, what does not fit is dropped, and all of it
 * is escaped again when it is printed.
 */
class Receiver {

	const MAX_BODY = 1048576;

	const RELATED_KIND = 'related';

	const FIGURE_KINDS = array( Statistics::BLOG, Statistics::POST, Statistics::COMMENTER, Waiting_Asks::KIND );

	/**
	 * What a push may hold: type => kinds, and how many objects at most.
	 */
	const PUSHES = array(
		'push.related' => array( array( self::RELATED_KIND ), 50 ),
		'push.stats'   => array( self::FIGURE_KINDS, 200 ),
	);

	/**
	 * Receives a push: stores each object, unless a newer one is stored.
	 *
	 * @param array  $message {type, data: {objects}}.
	 * @param string $type    What it must be.
	 * @return array|\WP_Error {accepted, refused, unknown}
	 */
	public static function receive( array $message, string $type ) {
		list( $kinds, $limit ) = self::PUSHES[ $type ];
		$objects               = isset( $message['data']['objects'] ) ? $message['data']['objects'] : null;
		if ( ! isset( $message['type'] ) || $type !== $message['type'] || ! \is_array( $objects ) || \count( $objects ) > $limit ) {
			return new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ), array( 'status' => 400 ) );
		}
		Delivery_Status::update( array( 'last_push' => \time() ) );
		return self::store( $objects, $kinds );
	}

	/**
	 * Stores the objects of a push, and says what became of each.
	 *
	 * @param array         $objects Objects as they travel.
	 * @param string[]|null $kinds   The kinds expected; null for any.
	 * @return array{accepted:array[],refused:array[],unknown:array[]}
	 */
	public static function store( array $objects, ?array $kinds = null ): array {
		$answer = array( 'accepted' => array(), 'refused' => array(), 'unknown' => array() );
		foreach ( $objects as $object ) {
			$name = self::identify( $object );
			if ( null === $name ) {
				continue;
			}
			$expected = null === $kinds || \in_array( $name['kind'], $kinds, true );
			$stored   = $expected ? self::store_object( $name, $object ) : new \WP_Error( 'mentor_bridge_unknown_kind' );
			if ( ! \is_wp_error( $stored ) ) {
				$answer['accepted'][] = \array_merge( $name, array( 'version' => $object['version'] ) );
			} elseif ( 'mentor_bridge_older' === $stored->get_error_code() ) {
				$answer['refused'][] = \array_merge( $name, array( 'held' => (int) $stored->get_error_data() ) );
			} else {
				$answer['unknown'][] = $name;
			}
		}
		return $answer;
	}

	/**
	 * Reads which object of a push this is: of a post, a user or the blog (0) a number, of a commenter their code.
	 *
	 * @param mixed $thing As received.
	 * @return array{kind:string,object:int|string}|null Null if it is none.
	 */
	private static function identify( $thing ): ?array {
		if ( ! \is_array( $thing ) || ! isset( $thing['kind'], $thing['object'], $thing['version'] ) || ! \is_string( $thing['kind'] ) || ! \is_int( $thing['version'] ) ) {
			return null;
		}
		$object = $thing['object'];
		if ( \is_int( $object ) ? 0 > $object : ! Commenter::is_code( $object ) ) {
			return null;
		}
		return array(
			'kind'   => Sanitize::line( $thing['kind'], 9 ),
			'object' => $object,
		);
	}

	/**
	 * Stores one object of a push.
	 *
	 * @param array $name  From identify().
	 * @param array $thing The object.
	 * @return true|\WP_Error
	 */
	private static function store_object( array $name, array $thing ) {
		if ( self::RELATED_KIND === $name['kind'] && \is_int( $name['object'] ) && isset( $thing['mentors'] ) && \is_array( $thing['mentors'] ) ) {
			$language = isset( $thing['language'] ) && \is_string( $thing['language'] ) ? $thing['language'] : null;
			if ( Mentors_Of_Blog::OBJECT === $name['object'] ) {
				return Mentors_Of_Blog::store( $thing['mentors'], $thing['version'], (string) $language );
			}
			return Related_Mentors::store( $name['object'], $thing['mentors'], $thing['version'], $language );
		}
		$data = isset( $thing['data'] ) ? $thing['data'] : null;
		if ( Waiting_Asks::KIND === $name['kind'] && \is_int( $name['object'] ) && ( null === $data || \is_array( $data ) ) ) {
			return Waiting_Asks::store( $name['object'], $data, $thing['version'] );
		}
		if ( \in_array( $name['kind'], Statistics::KINDS, true ) && ( null === $data || \is_array( $data ) ) ) {
			return Statistics::store( $name['kind'], $name['object'], $data, $thing['version'] );
		}
		return new \WP_Error( 'mentor_bridge_unknown_kind' );
	}

	/**
	 * Forgets all that was pushed: nothing of others is shown on a blog that has left.
	 */
	public static function forget_all(): void {
		\delete_post_meta_by_key( Related_Mentors::META );
		\delete_option( Mentors_Of_Blog::OPTION );
		Statistics::forget_all();
		Waiting_Asks::forget_all();
	}
}
