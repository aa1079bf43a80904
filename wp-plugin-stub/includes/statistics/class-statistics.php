<?php
/**
 * The figures that the bridge hands in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps them where they are read without a query for each row: those of the blog in one option, those of a post with the
 * post, those of commenters in a table of their own, by the code that this blog made. Names are not among them: a name
 * is read from the comment, and falls with it (also where Widget_Cache has printed it).
 */
class Statistics {

	/*
	 * What figures can be about.
	 */
	const BLOG      = 'blog';
	const POST      = 'post';
	const COMMENTER = 'commenter';
	const KINDS     = array( self::BLOG, self::POST, self::COMMENTER );

	/**
	 * Option: the figures of the blog, as JSON {version, data}. Not autoloaded: only wp-admin reads it, and one block.
	 */
	const OPTION = 'mentor_bridge_stats';

	/**
	 * Meta of a post: its figures, as JSON {version, data}.
	 */
	const META = '_mentor_bridge_stats';

	/**
	 * Gives the name of the table of commenters on the site at hand.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_commenters';
	}

	/**
	 * Gives what somebody must be able to do to see figures.
	 */
	public static function capability(): string {
		/**
		 * Filters who sees figures, and whose names of comments stand beside them.
		 *
		 * @param string $capability A capability of WordPress.
		 */
		return (string) \apply_filters( 'mentor_bridge_statistics_capability', 'moderate_comments' );
	}

	/**
	 * Tells whether figures may be shown to whoever is signed in.
	 */
	public static function may_be_seen(): bool {
		return \current_user_can( self::capability() ) && Connection::statistics() && Connection::is_connected() && Upgrade::is_current();
	}

	/* ---- Storing. ---- */

	/**
	 * Stores figures, unless newer ones are held.
	 *
	 * @param string     $kind    One of KINDS.
	 * @param int|string $object  0 for the blog, the id of a post, the code of a commenter.
	 * @param array|null $data    The figures; null removes them.
	 * @param int        $version Version.
	 * @return true|\WP_Error
	 */
	public static function store( string $kind, $object, ?array $data, int $version ) {
		if ( ! self::exists( $kind, $object ) || ( null !== $data && ! Connection::statistics() ) || ! Upgrade::run() ) {
			return new \WP_Error( 'mentor_bridge_unknown_object' );
		}
		$stored_version = self::version( $kind, $object );
		if ( $version < $stored_version ) {
			return new \WP_Error( 'mentor_bridge_older', '', $stored_version );
		}
		if ( null === $data ) {
			self::remove( $kind, $object );
			return true;
		}
		$read = Figures_Schema::read( $kind, $data );
		if ( null === $read ) {
			return new \WP_Error( 'mentor_bridge_malformed' );
		}
		self::write( $kind, $object, $read, $version );
		return true;
	}

	/**
	 * Tells whether this blog has what figures are about.
	 *
	 * @param string     $kind   One of KINDS.
	 * @param int|string $object Which.
	 */
	private static function exists( string $kind, $object ): bool {
		switch ( $kind ) {
			case self::BLOG:
				return 0 === $object;
			case self::POST:
				return \is_int( $object ) && 0 < $object && \get_post( $object ) instanceof \WP_Post;
			default:
				return \is_string( $object );
		}
	}

	/**
	 * Gives the version of stored figures; 0 for none.
	 *
	 * @param string     $kind   One of KINDS.
	 * @param int|string $object Which.
	 */
	private static function version( string $kind, $object ): int {
		global $wpdb;
		if ( self::COMMENTER === $kind ) {
			$table = self::table();
			return (int) $wpdb->get_var( $wpdb->prepare( "SELECT version FROM $table WHERE commenter = %s", $object ) ); // phpcs:ignore WordPress.DB
		}
		return Versioned_State::version( self::BLOG === $kind ? \get_option( self::OPTION ) : \get_post_meta( (int) $object, self::META, true ) );
	}

	/**
	 * Writes figures where they are read from.
	 *
	 * @param string     $kind    One of KINDS.
	 * @param int|string $object  Which.
	 * @param array      $data    From Figures_Schema::read().
	 * @param int        $version Version.
	 */
	private static function write( string $kind, $object, array $data, int $version ): void {
		global $wpdb;
		$state = array(
			'version' => $version,
			'data'    => $data,
		);
		if ( self::POST === $kind ) {
			Versioned_State::store_meta( (int) $object, self::META, $state );
			Widget_Cache::clear();
		} elseif ( self::BLOG === $kind ) {
			\update_option( self::OPTION, \wp_json_encode( $state ), false );
			Widget_Cache::clear();
		} else {
			$row = array(
				'commenter' => $object,
				'version'   => $version,
				'figures'   => \wp_json_encode( $data ),
			);
			$wpdb->replace( self::table(), $row, array( '%s', '%d', '%s' ) ); // phpcs:ignore WordPress.DB
		}
	}

	/**
	 * Removes figures.
	 *
	 * @param string     $kind   One of KINDS.
	 * @param int|string $object Which.
	 */
	private static function remove( string $kind, $object ): void {
		if ( self::POST === $kind ) {
			Enqueue::muted(
				static function () use ( $object ) {
					\delete_post_meta( (int) $object, self::META );
				}
			);
		} elseif ( self::BLOG === $kind ) {
			\delete_option( self::OPTION );
			Widget_Cache::clear();
		} else {
			self::forget_commenter( (string) $object );
		}
	}

	/**
	 * Forgets the figures of one commenter.
	 *
	 * @param string $code The commenter.
	 */
	public static function forget_commenter( string $code ): void {
		global $wpdb;
		$wpdb->delete( self::table(), array( 'commenter' => $code ), array( '%s' ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Forgets all figures.
	 */
	public static function forget_all(): void {
		global $wpdb;
		\delete_post_meta_by_key( self::META );
		\delete_option( self::OPTION );
		Widget_Cache::clear();
		if ( Upgrade::is_current() ) {
			$table = self::table();
			$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore WordPress.DB
		}
	}

	/* ---- Reading. ---- */

	/**
	 * Gives the figures of the blog.
	 *
	 * @return array|null As in Figures_Schema; null before the first push.
	 */
	public static function blog(): ?array {
		return self::decode( \get_option( self::OPTION ) );
	}

	/**
	 * Gives the figures of a post, from its meta.
	 *
	 * @param int $post_id The post.
	 * @return array|null Null where there are none.
	 */
	public static function post( int $post_id ): ?array {
		return self::decode( \get_post_meta( $post_id, self::META, true ) );
	}

	/**
	 * Gives the figures of some commenters, by one query.
	 *
	 * @param string[] $codes Whose.
	 * @return array<string,array> Code => figures, where there are any.
	 */
	public static function commenters( array $codes ): array {
		global $wpdb;
		$codes = \array_values( \array_unique( \array_filter( $codes ) ) );
		if ( array() === $codes || ! Upgrade::is_current() ) {
			return array();
		}
		$table           = self::table();
		$marks           = \implode( ', ', \array_fill( 0, \count( $codes ), '%s' ) );
		$figures_by_code = array();
		foreach ( $wpdb->get_results( $wpdb->prepare( "SELECT commenter, figures FROM $table WHERE commenter IN ($marks)", $codes ) ) as $row ) { // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
			$figures = \json_decode( $row->figures, true );
			if ( \is_array( $figures ) ) {
				$figures_by_code[ $row->commenter ] = $figures;
			}
		}
		return $figures_by_code;
	}

	/**
	 * Decodes stored figures; also what somebody else wrote there must fit.
	 *
	 * @param mixed $json As stored.
	 */
	public static function decode( $json ): ?array {
		$state = \is_string( $json ) && '' !== $json ? \json_decode( $json, true ) : null;
		return isset( $state['data'] ) && \is_array( $state['data'] ) ? $state['data'] : null;
	}
}
