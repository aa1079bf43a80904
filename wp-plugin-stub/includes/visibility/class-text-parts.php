<?php
/**
 * The parts of a stored text.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A part is what stands between two tags of blocks, comments, shortcodes or empty lines; of a part that is not shown as a
 * whole its sentences are looked for. Comments and shortcodes are left out, for what stands in them is shown to nobody as it
 * is; a sentence that a block keeps in its attributes is kept if it is shown.
 */
class Text_Parts {

	/**
	 * Tags that stand within a line; all others end a part.
	 */
	const INLINE = 'a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|mark|q|ruby|rb|rp|rt|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr';

	/**
	 * Splits a text: what stands between two separators has an even place, the separators an odd one.
	 *
	 * @param string $text The text.
	 * @return string[]
	 * @throws Post_Not_Visible If nobody can read it.
	 */
	public static function split( string $text ): array {
		$ends   = '</?+(?!(?:' . self::INLINE . ')[\s/>])[a-z]' . Text_Words::INSIDE;
		$pieces = \preg_split( '~(' . Text_Words::SILENT . "|$ends|\R[ \t]*+\R\s*+|\[:[a-z_-]{0,8}\]|\{:[a-z_-]{0,8}\}" . self::shortcodes() . ')~i', $text, -1, PREG_SPLIT_DELIM_CAPTURE );
		if ( false === $pieces ) {
			throw Post_Not_Visible::failed();
		}
		return $pieces;
	}

	/**
	 * Gives the pattern of the shortcodes that this site knows.
	 */
	private static function shortcodes(): string {
		$names = array();
		foreach ( isset( $GLOBALS['shortcode_tags'] ) ? \array_keys( $GLOBALS['shortcode_tags'] ) : array() as $name ) {
			$names[] = \preg_quote( (string) $name, '~' );
		}
		return array() === $names ? '' : '|\[/?+(?:' . \implode( '|', $names ) . ')(?![\w-])(?:[^\]"\']++|"[^"]*+"|\'[^\']*+\')*+\]';
	}

	/**
	 * Splits a text into its sentences and what stands between them.
	 *
	 * @param string $piece The text.
	 * @return string[]
	 */
	public static function sentences( string $piece ): array {
		return (array) \preg_split( '~((?<=[.!?])\s++|(?<=…)\s++|\n)~', $piece, -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY );
	}

	/**
	 * Gives the sentences that a block keeps in its attributes and nowhere else.
	 *
	 * @param string $comment A comment of any kind.
	 * @param string $stored  The whole text.
	 * @return array[] Parts.
	 */
	public static function of_attributes( string $comment, string $stored ): array {
		$attributes = \preg_match( '~\A<!--\s+wp:\S+\s+(\{.*\})\s+/?-->\z~s', $comment, $match ) ? \json_decode( $match[1], true, 32 ) : null;
		if ( ! \is_array( $attributes ) ) {
			return array();
		}
		$parts        = array();
		$stored_words = Text_Words::of( $stored );
		\array_walk_recursive(
			$attributes,
			static function ( $value ) use ( $stored_words, &$parts ) {
				$words = \is_string( $value ) ? Text_Words::of( $value ) : ' ';
				if ( Text_Words::LONG <= Text_Words::count( $words ) && false === \strpos( $stored_words, $words ) ) {
					$parts[] = self::part( '<p>' . \esc_html( \wp_strip_all_tags( $value ) ) . '</p>', $words );
				}
			}
		);
		return $parts;
	}

	/**
	 * Makes a part that is not located yet.
	 *
	 * @param string $text  What would be sent.
	 * @param string $words From Text_Words::of().
	 * @return array{text:string,words:string,start:int,end:int} Where in the rendering it stands; -1 while it is not found.
	 */
	public static function part( string $text, string $words ): array {
		return array( 'text' => $text, 'words' => $words, 'start' => -1, 'end' => 0 );
	}

	/**
	 * Makes a part that is kept in any case, such as a tag.
	 *
	 * @param string $text What would be sent.
	 */
	public static function always( string $text ): array {
		return array( 'text' => $text, 'words' => '', 'start' => 0, 'end' => 0 );
	}

	/**
	 * Tells whether all parts of a text are so short that finding them proves little.
	 *
	 * @param string $stored The text as its author wrote it.
	 */
	public static function is_short( string $stored ): bool {
		foreach ( self::split( $stored ) as $at => $piece ) {
			if ( 0 === $at % 2 && Text_Words::LONG <= Text_Words::count( Text_Words::of( $piece ) ) ) {
				return false;
			}
		}
		return true;
	}
}
