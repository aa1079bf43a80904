<?php
/**
 * A text in which everything stands within everything.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

/**
 * Grows from a seed: blocks, shortcodes and plain HTML, shown and hidden, within one another. Each word stands in it once, so
 * that one can tell whether it left.
 */
class Nested_Text {

	/**
	 * The text.
	 *
	 * @var string
	 */
	public $content = '';

	/**
	 * Words that a visitor reads.
	 *
	 * @var string[]
	 */
	public $shown = array();

	/**
	 * Words that a visitor does not.
	 *
	 * @var string[]
	 */
	public $hidden = array();

	/**
	 * The seed, which is part of each word.
	 *
	 * @var int
	 */
	private $seed;

	/**
	 * Where the row of numbers stands.
	 *
	 * @var int
	 */
	private $at;

	/**
	 * Grows it.
	 *
	 * @param int $seed Any number.
	 */
	public function __construct( int $seed ) {
		$this->at   = $seed * 7919 + 17;
		$this->seed = $seed;
		for ( $n = $this->number( 4 ) + 1; $n > 0; $n-- ) {
			$this->content .= $this->part( 5, true ) . "\n\n";
		}
	}

	/**
	 * Gives the next number.
	 *
	 * @param int $below It is smaller than this one.
	 */
	private function number( int $below ): int {
		$this->at = ( $this->at * 1103515245 + 12345 ) % 2147483648;
		return ( $this->at >> 12 ) % $below;
	}

	/**
	 * Makes a part.
	 *
	 * @param int  $depth How deep it may go on.
	 * @param bool $shown Whether a visitor is shown what stands around it.
	 */
	private function part( int $depth, bool $shown ): string {
		return 0 < $depth && 0 < $this->number( 3 ) ? $this->box( $depth - 1, $shown ) : $this->leaf( $shown );
	}

	/**
	 * Makes a part that holds no others.
	 *
	 * @param bool $shown Whether a visitor is shown what stands around it.
	 */
	private function leaf( bool $shown ): string {
		switch ( $this->number( 6 ) ) {
			case 0:
				return '<!-- wp:paragraph --><p>' . $this->words( $shown ) . '</p><!-- /wp:paragraph -->';
			case 1:
				return '<!-- wp:heading --><h2 class="' . $this->word( false ) . '">' . $this->words( $shown ) . '</h2><!-- /wp:heading -->';
			case 2:
				return '<!-- wp:html --><ul><li>' . $this->words( $shown ) . '</li><li>' . $this->words( $shown ) . '<!-- ' . $this->word( false ) . ' --></li></ul><!-- /wp:html -->';
			case 3:
				return '<!-- wp:paragraph {"role":"read"} --><p>' . $this->words( false ) . ' <a href="/' . $this->word( false ) . '/" title="' . $this->word( false ) . '">' . $this->word( false ) . '</a></p><!-- /wp:paragraph -->';
			case 4:
				return '<!-- wp:html --><div>[price note="' . $this->word( false ) . '"]' . $this->words( $shown ) . '[/price]</div><!-- /wp:html -->';
			default:
				return '<!-- wp:html --><p>' . $this->words( $shown ) . ' [members]' . $this->words( false ) . '[/members] ' . $this->words( $shown ) . '</p><!-- /wp:html -->';
		}
	}

	/**
	 * Makes a part that holds others.
	 *
	 * @param int  $depth How deep they may go on.
	 * @param bool $shown Whether a visitor is shown what stands around it.
	 */
	private function box( int $depth, bool $shown ): string {
		switch ( $this->number( 4 ) ) {
			case 0:
				return '<!-- wp:group --><div class="wp-block-group">' . $this->part( $depth, $shown ) . $this->part( $depth, $shown ) . '</div><!-- /wp:group -->';
			case 1:
				return '<!-- wp:group {"role":"edit_posts","metadata":{"name":"' . $this->word( false ) . '"}} --><div class="wp-block-group">' . $this->part( $depth, false ) . $this->part( $depth, false ) . '</div><!-- /wp:group -->';
			case 2:
				return '<!-- wp:quote --><blockquote class="wp-block-quote">' . $this->part( $depth, $shown ) . '<cite>' . $this->words( $shown ) . '</cite></blockquote><!-- /wp:quote -->';
			default:
				// Before 6.9 core hides no block.
				$hides = \function_exists( 'wp_render_block_visibility_support' );
				return '<!-- wp:group {"metadata":{"blockVisibility":false}} --><div class="wp-block-group">' . $this->part( $depth, $shown && ! $hides ) . '</div><!-- /wp:group -->';
		}
	}

	/**
	 * Makes a line of one to nine words.
	 *
	 * @param bool $shown Whether a visitor is shown it.
	 */
	private function words( bool $shown ): string {
		$words = array();
		for ( $n = $this->number( 9 ) + 1; $n > 0; $n-- ) {
			$words[] = $this->word( $shown );
			if ( 0 === $this->number( 5 ) ) {
				$words[] = '<em>' . $this->word( $shown ) . '</em>.';
			}
		}
		return \implode( ' ', $words );
	}

	/**
	 * Makes a word.
	 *
	 * @param bool $shown Whether a visitor is shown it.
	 */
	private function word( bool $shown ): string {
		$count = \count( $this->shown ) + \count( $this->hidden );
		$word  = ( $shown ? 'open' : 'secret' ) . \strtr( $this->seed . '0' . ( 1000 + $count ), '0123456789', 'bcdfghjklm' ) . \chr( 97 + $this->number( 26 ) );
		if ( $shown ) {
			$this->shown[] = $word;
		} else {
			$this->hidden[] = $word;
		}
		return $word;
	}
}
