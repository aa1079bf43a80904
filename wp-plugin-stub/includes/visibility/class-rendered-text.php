<?php
/**
 * What of a stored text is shown.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Lays a stored text beside what was made of it for a reader, and keeps the parts whose words are there.
 *
 * A part is what stands between two tags of blocks, comments, shortcodes or empty lines; of a part that is not there as a
 * whole its sentences are looked for. Long ones must stand in the rendering word by word; short ones, whose words may stand
 * in anybody's box, between their long neighbours. Nothing that only the rendering says is ever kept. Comments and
 * shortcodes are left out, for what stands in them is shown to nobody as it is; a sentence that a block keeps in its
 * attributes is kept if it is shown.
 */
class Rendered_Text {

	/**
	 * Words from which on a part is taken for the author's own wherever it stands.
	 */
	const LONG = 4;

	/**
	 * Letters, in bytes, from which on they are looked for as such.
	 */
	const MANY = 12;

	/**
	 * Tags that stand within a line; all others end a part.
	 */
	const INLINE = 'a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|mark|q|ruby|rb|rp|rt|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr';

	/**
	 * What is neither words nor tags: scripts, styles, comments, declarations.
	 */
	const SILENT = '<(?:script|style)\b[^>]*+>(?:[^<]++|<(?!/(?:script|style)))*+(?:</(?:script|style)[^>]*+>|\z)|<!--(?:[^-]++|-(?!->))*+(?:-->|\z)|<[!?][^>]*+>';

	/**
	 * The inside of a tag, up to its end.
	 */
	const INSIDE = '(?:[^\'"<>]++|"[^"]*+"|\'[^\']*+\')*+>';

	/**
	 * Attributes that say something to a reader; others are left out.
	 */
	const ATTRIBUTES = 'href|src|alt|title|cite|lang|datetime';

	/**
	 * Places that are noted of the same few words; parts of a text that are looked for by their letters.
	 */
	const PLACES = 500;

	/**
	 * The rendering, as it came.
	 *
	 * @var string
	 */
	private $html;

	/**
	 * Its words, a space before, between and after them.
	 *
	 * @var string
	 */
	private $words;

	/**
	 * Its letters and digits alone: where a plugin has put tags or hyphens into words, these are still in their order.
	 *
	 * @var string
	 */
	private $letters;

	/**
	 * Parts of the text at hand that may still be looked for among the letters.
	 *
	 * @var int
	 */
	private $tries = self::PLACES;

	/**
	 * The parts of the text at hand: {text, words, start, end}; where in the rendering, -1 while not found there.
	 *
	 * @var array[]
	 */
	private $parts = array();

	/**
	 * Whether the text at hand came through to its end, so that what is short is its author's as well.
	 *
	 * @var bool
	 */
	private $is_whole;

	/**
	 * Places in the rendering, by the words that begin there.
	 *
	 * @var array<string,int[]>
	 */
	private $places = array();

	/**
	 * Where in the rendering the long part found last ends.
	 *
	 * @var int
	 */
	private $reached = 0;

	/**
	 * Takes what a reader is shown.
	 *
	 * @param string $html     What a reader is shown.
	 * @param bool   $is_whole Whether it is known to be made of the text, not put in its place.
	 */
	public function __construct( string $html, bool $is_whole ) {
		$this->is_whole = $is_whole;
		$this->html     = \html_entity_decode( $html, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		$this->words    = self::words( $html );
		$this->letters  = \str_replace( ' ', '', $this->words );
	}

	/**
	 * Tells whether a text is shown word by word.
	 *
	 * @param string $text HTML or plain text.
	 */
	public function contains( string $text ): bool {
		$words = self::words( $text );
		return false !== \strpos( $this->words, $words ) || $this->has_letters( $words );
	}

	/**
	 * Tells whether the letters of a text stand one after the other, wherever its words begin.
	 *
	 * @param string $words From words().
	 */
	private function has_letters( string $words ): bool {
		$letters = \str_replace( ' ', '', $words );
		return self::MANY <= \strlen( $letters ) && false !== \strpos( $this->letters, $letters );
	}

	/**
	 * Tells whether all parts of a text are so short that finding them proves little.
	 *
	 * @param string $stored The text as its author wrote it.
	 */
	public static function is_short( string $stored ): bool {
		foreach ( self::pieces( $stored ) as $at => $piece ) {
			if ( 0 === $at % 2 && self::LONG <= self::count( self::words( $piece ) ) ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Gives what is shown of a stored text.
	 *
	 * @param string $stored The text as its author wrote it.
	 * @return string|null Null when it says something and nothing of that is shown.
	 */
	public function shown_part( string $stored ): ?string {
		$this->parts   = array();
		$this->reached = 0;
		$this->tries   = self::PLACES;
		$this->places  = array();
		$this->index();
		foreach ( self::pieces( $stored ) as $at => $piece ) {
			if ( 0 === $at % 2 ) {
				$this->add_text( $piece );
			} elseif ( \preg_match( '~\A(?:' . self::SILENT . ')~i', $piece ) ) {
				$this->add_attributes( $piece, $stored );
			} else {
				$this->parts[] = self::part( '[' === $piece[0] ? ' ' : $piece, '' );
			}
		}
		$this->locate_short_parts();
		return $this->is_hidden() ? null : \implode( '', \array_map( array( $this, 'render_part' ), $this->parts ) );
	}

	/**
	 * Tells whether nothing of the text at hand is shown for certain.
	 */
	private function is_hidden(): bool {
		$total = 0;
		$shown = 0;
		$sure  = 0;
		foreach ( $this->parts as $part ) {
			$words  = self::count( $part['words'] );
			$total += $words;
			$shown += 0 <= $part['start'] ? $words : 0;
			$sure  += 0 <= $part['start'] && self::LONG <= $words ? 1 : 0;
		}
		return ( 0 < $total && 0 === $shown ) || ( 0 === $sure && ! $this->is_whole );
	}

	/* ---- From text to parts. ---- */

	/**
	 * Splits a text: what stands between two separators has an even place, the separators an odd one.
	 *
	 * @param string $text The text.
	 * @return string[]
	 * @throws Post_Not_Visible If nobody can read it.
	 */
	private static function pieces( string $text ): array {
		$ends   = '</?+(?!(?:' . self::INLINE . ')[\s/>])[a-z]' . self::INSIDE;
		$pieces = \preg_split( '~(' . self::SILENT . "|$ends|\R[ \t]*+\R\s*+|\[:[a-z]{0,5}\]" . self::shortcodes() . ')~i', $text, -1, PREG_SPLIT_DELIM_CAPTURE );
		if ( false === $pieces ) {
			throw new Post_Not_Visible( Post_Not_Visible::FAILED );
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
	 * Adds a text of the author's: as a whole if it is shown as a whole, else by sentences.
	 *
	 * @param string $piece The text.
	 */
	private function add_text( string $piece ): void {
		$part = $this->locate( self::part( $piece, self::words( $piece ) ) );
		if ( 0 <= $part['start'] || self::LONG > self::count( $part['words'] ) ) {
			$this->parts[] = $part;
			return;
		}
		foreach ( (array) \preg_split( '~((?<=[.!?])\s++|(?<=…)\s++|\n)~', $piece, -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY ) as $sentence ) {
			$this->parts[] = $this->locate( self::part( $sentence, self::words( $sentence ) ) );
		}
	}

	/**
	 * Adds the sentences that a block keeps in its attributes and nowhere else.
	 *
	 * @param string $comment A comment of any kind.
	 * @param string $stored  The whole text.
	 */
	private function add_attributes( string $comment, string $stored ): void {
		if ( ! \preg_match( '~\A<!--\s+wp:\S+\s+(\{.*\})\s+/?-->\z~s', $comment, $match ) ) {
			return;
		}
		$attributes = \json_decode( $match[1], true, 32 );
		if ( ! \is_array( $attributes ) ) {
			return;
		}
		$stored_words = self::words( $stored );
		\array_walk_recursive(
			$attributes,
			function ( $value ) use ( $stored_words ) {
				$words = \is_string( $value ) ? self::words( $value ) : ' ';
				if ( self::LONG <= self::count( $words ) && false === \strpos( $stored_words, $words ) ) {
					$this->parts[] = $this->locate( self::part( '<p>' . \esc_html( \wp_strip_all_tags( $value ) ) . '</p>', $words ) );
				}
			}
		);
	}

	/**
	 * Makes a part that is not located yet.
	 *
	 * @param string $text  What would be sent.
	 * @param string $words From words(); '' for what is kept in any case.
	 */
	private static function part( string $text, string $words ): array {
		return array( 'text' => $text, 'words' => $words, 'start' => '' === $words ? 0 : -1, 'end' => 0 );
	}

	/* ---- Which of them are shown. ---- */

	/**
	 * Locates a long part in the rendering, behind the one before if it stands there.
	 *
	 * @param array $part From part().
	 * @return array The same, with its place.
	 */
	private function locate( array $part ): array {
		if ( self::LONG > self::count( $part['words'] ) ) {
			return $part;
		}
		$beginning = \implode( ' ', \array_slice( \explode( ' ', $part['words'], self::LONG + 2 ), 1, self::LONG ) );
		foreach ( isset( $this->places[ $beginning ] ) ? $this->places[ $beginning ] : array() as $place ) {
			if ( 0 > $part['start'] || $place >= $this->reached ) {
				$part['start'] = 0 === \substr_compare( $this->words, $part['words'], $place, \strlen( $part['words'] ) ) ? $place : $part['start'];
				if ( $place >= $this->reached && $place === $part['start'] ) {
					break;
				}
			}
		}
		if ( 0 <= $part['start'] ) {
			$part['end']   = $part['start'] + \strlen( $part['words'] ) - 1;
			$this->reached = $part['end'];
		} elseif ( 0 < $this->tries-- && $this->has_letters( $part['words'] ) ) {
			$part['start'] = 0;
		}
		return $part;
	}

	/**
	 * Notes where in the rendering which words stand together, as many as make a part a long one.
	 */
	private function index(): void {
		$words = \explode( ' ', \trim( $this->words, ' ' ) );
		$place = 0;
		foreach ( \array_keys( $words ) as $at ) {
			$beginning = \implode( ' ', \array_slice( $words, $at, self::LONG ) );
			if ( ! isset( $this->places[ $beginning ] ) || self::PLACES > \count( $this->places[ $beginning ] ) ) {
				$this->places[ $beginning ][] = $place;
			}
			$place += 1 + \strlen( $words[ $at ] );
		}
	}

	/**
	 * Looks for the short parts between their long neighbours. What says nothing, such as a picture, goes with what is
	 * shown beside it.
	 */
	private function locate_short_parts(): void {
		$next = \strlen( $this->words );
		$ends = array();
		for ( $place = \count( $this->parts ) - 1; 0 <= $place; $place-- ) {
			$ends[ $place ] = $next;
			if ( 0 < $this->parts[ $place ]['end'] ) {
				$next = $this->parts[ $place ]['start'] + 1;
			}
		}
		$after = 0;
		foreach ( $this->parts as $place => $part ) {
			if ( 0 <= $part['start'] ) {
				$after = 0 < $part['end'] ? $part['end'] : $after;
				continue;
			}
			if ( ' ' === $part['words'] ) {
				$this->parts[ $place ]['start'] = $this->has_signs( $part['text'] ) ? 0 : -1;
			} elseif ( self::LONG > self::count( $part['words'] ) ) {
				$at  = \strpos( $this->words, $part['words'], $after );
				$end = (int) $at + \strlen( $part['words'] ) - 1;
				if ( false !== $at && $end < $ends[ $place ] ) {
					$this->parts[ $place ]['start'] = $at;
					$after                          = $end;
				}
			}
		}
	}

	/**
	 * Tells whether a text without words is shown: signs and bare addresses, or nothing at all.
	 *
	 * @param string $text HTML.
	 */
	private function has_signs( string $text ): bool {
		$signs = \trim( \html_entity_decode( (string) \preg_replace( '~</?+[a-z]' . self::INSIDE . '~i', '', $text ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ) );
		return '' === $signs || false !== \strpos( $this->html, $signs );
	}

	/**
	 * Gives what is sent of a part: nothing of one that is not shown, and of its tags only what a reader has from them.
	 *
	 * @param array $part From part().
	 */
	private function render_part( array $part ): string {
		if ( 0 > $part['start'] ) {
			return ' ';
		}
		return (string) \preg_replace_callback(
			'~<(/?[a-z][^\s/>"\']*+)(' . self::INSIDE . ')~i',
			function ( array $tag ): string {
				\preg_match_all( '~(?<=[\s"\'/])(' . self::ATTRIBUTES . ')\s*+=\s*+("[^"]*+"|\'[^\']*+\')~i', $tag[2], $attributes, PREG_SET_ORDER );
				$attribute_list = '';
				foreach ( $attributes as $attribute ) {
					$value           = \html_entity_decode( \substr( $attribute[2], 1, -1 ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
					$attribute_list .= '' === $value || false !== \strpos( $this->html, $value ) ? " $attribute[1]=$attribute[2]" : '';
				}
				return "<$tag[1]$attribute_list>";
			},
			$part['text']
		);
	}

	/* ---- Words. ---- */

	/**
	 * Gives the words of a text, as far as WordPress leaves them as they are: without addresses, smilies, marks and case.
	 *
	 * @param string $html HTML or plain text.
	 * @return string Each with a space before and after it; ' ' for none.
	 */
	public static function words( string $html ): string {
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
	 * @param string $words From words(), or ''.
	 */
	private static function count( string $words ): int {
		return \max( 0, \substr_count( $words, ' ' ) - 1 );
	}
}
