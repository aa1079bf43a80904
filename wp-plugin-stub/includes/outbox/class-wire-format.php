<?php
/**
 * Values as they travel.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Brings texts, times and languages into the form and to the length that the bridge takes, and messages into JSON.
 */
class Wire_Format {

	/**
	 * Turns a WordPress locale into a BCP-47 tag; `de_DE_formal` is de-DE.
	 *
	 * @param string $locale Locale.
	 */
	public static function language_tag( string $locale ): string {
		return \implode( '-', \array_slice( \explode( '_', \str_replace( '-', '_', '' === $locale ? 'en_US' : $locale ) ), 0, 2 ) );
	}

	/**
	 * Keeps a list to the length that the bridge takes: 100 entries of 200 characters.
	 *
	 * @param string[] $texts The list.
	 * @return string[]
	 */
	public static function short_list( array $texts ): array {
		$list = array();
		foreach ( \array_slice( \array_values( $texts ), 0, 100 ) as $text ) {
			$list[] = self::shorten( $text, 200 );
		}
		return $list;
	}

	/**
	 * Keeps a text to the length that the bridge takes.
	 *
	 * @param string $text       The text.
	 * @param int    $characters How many are kept at most.
	 */
	public static function shorten( string $text, int $characters ): string {
		return \strlen( $text ) <= $characters ? $text : \mb_substr( $text, 0, $characters );
	}

	/**
	 * Gives an instant of the database as ISO 8601 in UTC.
	 *
	 * @param string $gmt      UTC column; zero in some rows.
	 * @param string $local    The column in the time of the site.
	 * @param string $fallback What to say when both are zero.
	 */
	public static function time( string $gmt, string $local, string $fallback = '1970-01-01T00:00:00Z' ): string {
		if ( 0 === \strpos( $gmt, '0000' ) ) {
			if ( 0 === \strpos( $local, '0000' ) ) {
				return $fallback;
			}
			$gmt = \get_gmt_from_date( $local );
		}
		return \str_replace( ' ', 'T', $gmt ) . 'Z';
	}

	/**
	 * Takes out pictures and fonts that are written into the text as `data:` addresses.
	 *
	 * @param string $text Text or HTML.
	 */
	public static function without_data_addresses( string $text ): string {
		if ( false === \stripos( $text, 'data:' ) ) {
			return $text;
		}
		// Only where an address can stand: after a quote, a bracket, an equals sign or an escaped quote. Possessive, as a picture may be megabytes.
		$clean = \preg_replace( '~(?<=["\'(=;])data:(?:[\w.+-]++/[\w.+-]++)?(?:;[\w.=+-]++)*+,[^"\'\s)<>&\\\\]*+~i', '', $text );
		return null === $clean ? $text : $clean;
	}

	/**
	 * Cuts a text at a character boundary.
	 *
	 * @param string $text  UTF-8.
	 * @param int    $bytes How many bytes are kept at most.
	 */
	public static function cut( string $text, int $bytes ): string {
		if ( \strlen( $text ) <= $bytes ) {
			return $text;
		}
		// A byte 10xxxxxx continues a character.
		while ( $bytes > 0 && 0x80 === ( \ord( $text[ $bytes ] ) & 0xC0 ) ) {
			--$bytes;
		}
		return \substr( $text, 0, $bytes );
	}

	/**
	 * Encodes as JSON; whatever bytes a database may hold, the result is valid UTF-8.
	 *
	 * @param array $data Anything that JSON knows.
	 */
	public static function encode( array $data ): string {
		return (string) \wp_json_encode( $data, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
	}
}
