<?php
/**
 * What an author says of themself for a pairing.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The declared side, kept as options of the user on this site, in the form and to the lengths that the bridge takes.
 */
class Pairing_Profile {

	/**
	 * Option of a user: the profile, but for the three lists that Payload names and the quotable passages.
	 */
	const OPTION = 'mentor_bridge_declared';

	const ROLES = array( 'mentor', 'mentee', 'both', 'neither' );

	/**
	 * Fields of one line: name => characters.
	 */
	const LINES = array( 'region' => 200, 'stage' => 200, 'availability' => 500 );

	/**
	 * Fields of several lines: name => characters.
	 */
	const TEXTS = array( 'motives' => 2000, 'limits' => 2000 );

	/**
	 * Fields that are lists: name => entries of 200 characters.
	 */
	const LISTS = array( 'formats' => 10, 'sectors' => 20 );

	const FLAGS = array( 'outside_own_sector', 'open_to_all', 'search_engines' );

	const MOST_MENTEES = 100;

	/**
	 * Gives the pairing profile of an author, as it travels.
	 *
	 * @param int $user_id The author.
	 * @return array<string,mixed>
	 */
	public static function of( int $user_id ): array {
		$stored = self::stored( $user_id );
		return \array_merge( $stored, Elsewhere::named( $user_id, $stored ), array( 'quotable' => Quotable_Passages::quotable( $user_id ) ) );
	}

	/**
	 * Gives the stored pairing profile of an author, with defaults for what is missing.
	 *
	 * @param int $user_id The author.
	 * @return array<string,mixed>
	 */
	public static function stored( int $user_id ): array {
		$stored = \get_user_option( self::OPTION, $user_id );
		return \array_merge( self::defaults(), \is_array( $stored ) ? \array_intersect_key( $stored, self::defaults() ) : array() );
	}

	/**
	 * Gives the pairing profile of an author who says nothing.
	 *
	 * @return array<string,mixed>
	 */
	private static function defaults(): array {
		return \array_merge(
			array( 'role' => 'mentor', 'capacity' => null ),
			\array_fill_keys( \array_merge( \array_keys( self::LINES ), \array_keys( self::TEXTS ), Elsewhere::FIELDS ), '' ),
			\array_fill_keys( \array_keys( self::LISTS ), array() ),
			\array_fill_keys( self::FLAGS, false )
		);
	}

	/**
	 * Gives a declared list of an author: offers, needs, languages or quotable passages.
	 *
	 * @param int    $user_id The author.
	 * @param string $option  Payload::OFFERS, NEEDS or LANGUAGES.
	 * @return string[]
	 */
	public static function list_of( int $user_id, string $option ): array {
		$list = \get_user_option( $option, $user_id );
		return \is_array( $list ) ? \array_values( \array_map( 'strval', $list ) ) : array();
	}

	/**
	 * Stores the pairing profile that an author typed.
	 *
	 * @param int   $user_id The author.
	 * @param array $typed   Name => text, or '1' for a tick; without slashes.
	 */
	public static function save( int $user_id, array $typed ): void {
		$lists = array(
			Payload::OFFERS    => self::entries( self::field( $typed, 'offers' ), "\n", 100 ),
			Payload::NEEDS     => self::entries( self::field( $typed, 'needs' ), "\n", 100 ),
			Payload::LANGUAGES => self::languages( $typed ),
		);
		foreach ( $lists as $option => $list ) {
			self::store_list( $user_id, $option, $list );
		}
		$fields = self::read_fields( $typed );
		foreach ( Elsewhere::found( $user_id ) as $name => $value ) {
			$fields[ $name ] = self::field( $typed, $name ) === $value ? $value : ''; // as it was shown beside the box, and nothing else
		}
		self::store_list( $user_id, self::OPTION, self::defaults() === $fields ? array() : $fields );
	}

	/**
	 * Reads all fields of the pairing profile but offers, needs and languages.
	 *
	 * @param array $typed What was typed.
	 * @return array<string,mixed>
	 */
	private static function read_fields( array $typed ): array {
		$fields         = self::defaults();
		$role           = self::field( $typed, 'role' );
		$fields['role'] = \in_array( $role, self::ROLES, true ) ? $role : 'mentor';
		$capacity       = \trim( self::field( $typed, 'capacity' ) );
		if ( \preg_match( '/\A\d{1,6}\z/', $capacity ) ) {
			$fields['capacity'] = \min( self::MOST_MENTEES, (int) $capacity );
		}
		foreach ( self::LINES as $name => $most ) {
			$fields[ $name ] = self::line( self::field( $typed, $name ), $most );
		}
		foreach ( self::TEXTS as $name => $most ) {
			$fields[ $name ] = \trim( \mb_substr( self::without_addresses( \sanitize_textarea_field( self::field( $typed, $name ) ) ), 0, $most ) );
		}
		foreach ( self::LISTS as $name => $most ) {
			$fields[ $name ] = self::entries( self::field( $typed, $name ), ',', $most );
		}
		foreach ( self::FLAGS as $name ) {
			$fields[ $name ] = '1' === self::field( $typed, $name );
		}
		return $fields;
	}

	/**
	 * Reads the languages of an author: those ticked, and codes of others.
	 *
	 * @param array $typed What was typed.
	 * @return string[] BCP-47 tags.
	 */
	private static function languages( array $typed ): array {
		$tags = \array_filter(
			array( 'fr', 'en' ),
			static function ( $tag ) use ( $typed ) {
				return '1' === self::field( $typed, 'language_' . $tag );
			}
		);
		foreach ( self::other_languages( $typed ) as $word ) {
			$tag = self::tag( $word );
			if ( '' !== $tag ) {
				$tags[] = $tag;
			}
		}
		return \array_slice( \array_values( \array_unique( $tags ) ), 0, 100 );
	}

	/**
	 * Gives what was typed in the place of a language and is no code of one, such as its name.
	 *
	 * @param array $typed What was typed.
	 * @return string[] A few, short.
	 */
	public static function unknown_languages( array $typed ): array {
		$unknown = array();
		foreach ( self::other_languages( $typed ) as $word ) {
			if ( '' === self::tag( $word ) ) {
				$unknown[] = self::line( $word, 30 );
			}
		}
		return \array_slice( \array_values( \array_filter( \array_unique( $unknown ) ) ), 0, 5 );
	}

	/**
	 * Splits the field for other languages into words.
	 *
	 * @param array $typed What was typed.
	 * @return string[]
	 */
	private static function other_languages( array $typed ): array {
		return \array_map( 'strval', (array) \preg_split( '/[\s,;]+/', self::field( $typed, 'languages' ), -1, \PREG_SPLIT_NO_EMPTY ) );
	}

	/**
	 * Reads a BCP-47 tag; a language has two or three letters.
	 *
	 * @param string $word What was typed.
	 * @return string '' when it is none.
	 */
	private static function tag( string $word ): string {
		$tag = \str_replace( '_', '-', $word );
		return 1 === \preg_match( '/\A[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\z/', $tag ) ? $tag : '';
	}

	/**
	 * Gives one typed field as text; '' for whatever else was sent in its place.
	 *
	 * @param array  $typed What was typed.
	 * @param string $name  The field.
	 */
	private static function field( array $typed, string $name ): string {
		return isset( $typed[ $name ] ) && \is_string( $typed[ $name ] ) ? \wp_check_invalid_utf8( $typed[ $name ], true ) : '';
	}

	/**
	 * Splits a text into entries, each once.
	 *
	 * @param string $text  The text.
	 * @param string $mark  What stands between them.
	 * @param int    $most  Entries at most.
	 * @return string[]
	 */
	private static function entries( string $text, string $mark, int $most ): array {
		$entries = array();
		foreach ( \explode( $mark, $text ) as $entry ) {
			$entry = self::line( $entry, 200 );
			if ( '' !== $entry && ! \in_array( $entry, $entries, true ) ) {
				$entries[] = $entry;
			}
		}
		return \array_slice( $entries, 0, $most );
	}

	/**
	 * Reads a text of one line, cut to a length.
	 *
	 * @param string $text The text.
	 * @param int    $most Characters.
	 */
	private static function line( string $text, int $most ): string {
		return \trim( \mb_substr( self::without_addresses( \sanitize_text_field( $text ) ), 0, $most ) );
	}

	/**
	 * Takes out e-mail addresses, which never leave the blog: the card is public.
	 *
	 * @param string $text The text.
	 */
	private static function without_addresses( string $text ): string {
		return (string) \preg_replace( '/[^\s@<>,;]++@[^\s@<>,;]+\.[^\s@<>,;]+/u', '', $text );
	}

	/**
	 * Gives all that is stored of an author's pairing profile, sent or not.
	 *
	 * @param int $user_id The author.
	 * @return array<string,mixed> Empty when nothing was ever declared.
	 */
	public static function personal_data( int $user_id ): array {
		$values = array();
		foreach ( self::options() as $option ) {
			$value = \get_user_option( $option, $user_id );
			if ( \is_array( $value ) ) {
				$values[ \substr( $option, \strlen( 'mentor_bridge_' ) ) ] = $value;
			}
		}
		return $values;
	}

	/**
	 * Forgets the pairing profile of an author.
	 *
	 * @param int $user_id The author.
	 */
	public static function forget( int $user_id ): void {
		foreach ( self::options() as $option ) {
			self::store_list( $user_id, $option, array() );
		}
	}

	/**
	 * Gives the names of the user options that make up a pairing profile.
	 *
	 * @return string[]
	 */
	public static function options(): array {
		return array( Payload::OFFERS, Payload::NEEDS, Payload::LANGUAGES, self::OPTION, Quotable_Passages::QUOTABLE );
	}

	/**
	 * Stores a list of an author, or removes it; the same again is no change, and no news.
	 *
	 * @param int    $user_id The author.
	 * @param string $option  Which.
	 * @param array  $list    The list.
	 */
	public static function store_list( int $user_id, string $option, array $list ): void {
		if ( array() !== $list ) {
			\update_user_option( $user_id, $option, $list );
		} elseif ( false !== \get_user_option( $option, $user_id ) ) {
			\delete_user_option( $user_id, $option );
		}
	}
}
