<?php
/**
 * The words of a text.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Reduces HTML to what WordPress leaves as it is when it renders a text, so that a text and its rendering can be compared.
 */
class Text_Words {

	/**
	 * Words from which on a part is taken for the author's own wherever it stands.
	 */
	const LONG = 4;

	/**
	 * What is neither words nor tags: scripts, styles, comments, declarations.
	 */
	const SILENT = '<(?:script|style)\b[^>]*+>(?:[^<]++|<(?!/(?:script|style)))*+(?:</(?:script|style)[^>]*+>|\z)|<!--(?:[^-]++|-(?!->))*+(?:-->|\z)|<[!?][^>]*+>';

	/**
	 * The inside of a tag, up to its end.
	 */
	const INSIDE = '(?:[^\'"<>]++|"[^"]*+"|\'[^\']*+\')*+>';

	/**
	 * Gives the words of a text, as far as WordPress leaves them as they are: without addresses, smilies, marks and case.
	 *
	 * @param string $html HTML or plain text.
	 * @return string Each with a space before and after it; ' ' for none.
	 */
	public static function of( string $html ): string {
		$tags = array( '~' . self::SILENT . '~i', '~</?+[a-z]' . self::INSIDE . '~i' );
		// Core's own function fails on a tag as long as a picture that is written into it.
		$text = (string) \preg_replace( $tags, ' ', \convert_smilies( (string) \preg_replace( $tags, ' ', $html ) ) );
		$text = \html_entity_decode( $text, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		$text = \preg_match( '//u', $text ) ? $text : \wp_check_invalid_utf8( $text, true );
		$text = \str_replace( array( "\u{ad}", "\u{200b}", "\u{2060}", "\u{feff}", '×' ), array( '', '', '', '', 'x' ), $text );
		$text = (string) \preg_replace( '~https?://\S++|[^\s<>@]++@[^\s<>@]++|\(tm\)~i', ' ', $text );
		\preg_match_all( '~[\p{L}\p{N}\p{M}]++~u', $text, $matches );
		return \rtrim( ' ' . \strtolower( \implode( ' ', $matches[0] ) ) ) . ' ';
	}

	/**
	 * Counts the words of a text.
	 *
	 * @param string $words From of(), or ''.
	 */
	public static function count( string $words ): int {
		return \max( 0, \substr_count( $words, ' ' ) - 1 );
	}
}
