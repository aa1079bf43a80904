<?php
/**
 * Texts can be found by whoever translates them.
 */

namespace MentorBridge\Sniffs\WP;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/**
 * Refuses a text that is no literal, any text domain but ours, and a text with a placeholder that no comment for translators
 * above it explains. A call without a domain asks for a word of WordPress's own.
 */
class TextDomainSniff implements Sniff {

	const DOMAIN = 'mentor-bridge';

	/** Function => how many texts and contexts come before the domain, and the number for plurals. */
	const FUNCTIONS = array( '__' => 1, '_e' => 1, 'esc_html__' => 1, 'esc_html_e' => 1, 'esc_attr__' => 1, 'esc_attr_e' => 1, '_x' => 2, '_ex' => 2, 'esc_html_x' => 2, 'esc_attr_x' => 2, '_n' => 3, '_nx' => 4, '_n_noop' => 2 );

	public function register() {
		return array( T_STRING );
	}

	public function process( File $file, $pointer ) {
		$tokens = $file->getTokens();
		$name   = $tokens[ $pointer ]['content'];
		$open   = $file->findNext( T_WHITESPACE, $pointer + 1, null, true );
		$before = $tokens[ $pointer - 1 ]['code'];
		if ( ! isset( self::FUNCTIONS[ $name ] ) || T_OPEN_PARENTHESIS !== $tokens[ $open ]['code'] || T_OBJECT_OPERATOR === $before || T_DOUBLE_COLON === $before ) {
			return;
		}
		$arguments = $this->arguments( $file, $open + 1, $tokens[ $open ]['parenthesis_closer'] );
		if ( ! \preg_match( '/\A(\'[^\']*(?:\\\\.[^\']*)*\'|"[^"$]*")\z/s', $arguments[0] ) ) {
			$file->addError( 'A text to translate is one literal.', $pointer, 'NoLiteral' );
		}
		$domain = $arguments[ self::FUNCTIONS[ $name ] ] ?? null;
		if ( null !== $domain && \trim( $domain, '\'"' ) !== self::DOMAIN ) {
			$file->addError( 'The text domain is %s, not %s.', $pointer, 'OtherDomain', array( self::DOMAIN, $domain ) );
		}
		if ( null !== $domain && \preg_match( '/%(?:\d+\$)?[sd]/', $arguments[0] ) && ! $this->is_explained( $tokens, $pointer ) ) {
			$file->addError( 'Say to translators what the placeholder is, in a comment on the line above: /* translators: … */', $pointer, 'Unexplained' );
		}
	}

	/** Tells whether a comment for translators stands before a call, on its line or the one above. */
	private function is_explained( array $tokens, $pointer ) {
		for ( $i = $pointer - 1; $i > 0 && $tokens[ $i ]['line'] >= $tokens[ $pointer ]['line'] - 1; $i-- ) {
			if ( T_COMMENT === $tokens[ $i ]['code'] && false !== \strpos( $tokens[ $i ]['content'], 'translators:' ) ) {
				return true;
			}
		}
		return false;
	}

	/** @return string[] The arguments as they are written. */
	private function arguments( File $file, $start, $end ) {
		$tokens    = $file->getTokens();
		$arguments = array( '' );
		for ( $i = $start; $i < $end; $i++ ) {
			if ( T_COMMA === $tokens[ $i ]['code'] ) {
				$arguments[] = '';
			} elseif ( T_OPEN_PARENTHESIS === $tokens[ $i ]['code'] ) {
				$closer = $tokens[ $i ]['parenthesis_closer'];
				$arguments[ \count( $arguments ) - 1 ] .= $file->getTokensAsString( $i, $closer - $i + 1 );
				$i = $closer;
			} elseif ( ! \in_array( $tokens[ $i ]['code'], array( T_WHITESPACE, T_COMMENT ), true ) ) {
				$arguments[ \count( $arguments ) - 1 ] .= $tokens[ $i ]['content'];
			}
		}
		return $arguments;
	}
}
