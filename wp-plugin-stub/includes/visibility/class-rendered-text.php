<?php
/**
 * What a reader is shown.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Compares a stored text with what was made of it for a reader, and keeps the parts whose words are there.
 *
 * Long parts must stand in the rendering word by word; short ones, whose words may stand in anybody's box, between their
 * long neighbours. Nothing that only the rendering says is ever kept.
 */
class Rendered_Text {

	/**
	 * Letters, in bytes, from which on they are looked for as such.
	 */
	const MANY = 12;

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
	 * The parts of the text at hand, from Text_Parts.
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
		$this->words    = Text_Words::of( $html );
		$this->letters  = \str_replace( ' ', '', $this->words );
	}

	/**
	 * Tells whether a text is shown word by word.
	 *
	 * @param string $text HTML or plain text.
	 */
	public function contains( string $text ): bool {
		$words = Text_Words::of( $text );
		return false !== \strpos( $this->words, $words ) || $this->has_letters( $words );
	}

	/**
	 * Tells whether the letters of a text stand one after the other, wherever its words begin.
	 *
	 * @param string $words From Text_Words::of().
	 */
	private function has_letters( string $words ): bool {
		$letters = \str_replace( ' ', '', $words );
		return self::MANY <= \strlen( $letters ) && false !== \strpos( $this->letters, $letters );
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
		foreach ( Text_Parts::split( $stored ) as $at => $piece ) {
			if ( 0 === $at % 2 ) {
				$this->add_text( $piece );
			} elseif ( \preg_match( '~\A(?:' . Text_Words::SILENT . ')~i', $piece ) ) {
				foreach ( Text_Parts::of_attributes( $piece, $stored ) as $part ) {
					$this->parts[] = $this->locate( $part );
				}
			} else {
				$this->parts[] = Text_Parts::always( '[' === $piece[0] || '{' === $piece[0] ? ' ' : $piece );
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
			$words  = Text_Words::count( $part['words'] );
			$total += $words;
			$shown += 0 <= $part['start'] ? $words : 0;
			$sure  += 0 <= $part['start'] && Text_Words::LONG <= $words ? 1 : 0;
		}
		return ( 0 < $total && 0 === $shown ) || ( 0 === $sure && ! $this->is_whole );
	}

	/**
	 * Adds a text of the author's: as a whole if it is shown as a whole, else by sentences.
	 *
	 * @param string $piece The text.
	 */
	private function add_text( string $piece ): void {
		$part = $this->locate( Text_Parts::part( $piece, Text_Words::of( $piece ) ) );
		if ( 0 <= $part['start'] || Text_Words::LONG > Text_Words::count( $part['words'] ) ) {
			$this->parts[] = $part;
			return;
		}
		foreach ( Text_Parts::sentences( $piece ) as $sentence ) {
			$this->parts[] = $this->locate( Text_Parts::part( $sentence, Text_Words::of( $sentence ) ) );
		}
	}

	/* ---- Which of them are shown. ---- */

	/**
	 * Locates a long part in the rendering, behind the one before if it stands there.
	 *
	 * @param array $part From Text_Parts.
	 * @return array The same, with its place.
	 */
	private function locate( array $part ): array {
		if ( Text_Words::LONG > Text_Words::count( $part['words'] ) ) {
			return $part;
		}
		$beginning = \implode( ' ', \array_slice( \explode( ' ', $part['words'], Text_Words::LONG + 2 ), 1, Text_Words::LONG ) );
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
			$beginning = \implode( ' ', \array_slice( $words, $at, Text_Words::LONG ) );
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
			} elseif ( Text_Words::LONG > Text_Words::count( $part['words'] ) ) {
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
		$signs = \trim( \html_entity_decode( (string) \preg_replace( '~</?+[a-z]' . Text_Words::INSIDE . '~i', '', $text ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ) );
		return '' === $signs || false !== \strpos( $this->html, $signs );
	}

	/**
	 * Gives what is sent of a part: nothing of one that is not shown, and of its tags only what a reader has from them.
	 *
	 * @param array $part From Text_Parts.
	 */
	private function render_part( array $part ): string {
		if ( 0 > $part['start'] ) {
			return ' ';
		}
		return (string) \preg_replace_callback(
			'~<(/?[a-z][^\s/>"\']*+)(' . Text_Words::INSIDE . ')~i',
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

}
