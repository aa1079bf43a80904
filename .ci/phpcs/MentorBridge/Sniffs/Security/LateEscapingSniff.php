<?php
/**
 * What is printed is escaped where it is printed.
 */

namespace MentorBridge\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/**
 * Refuses an echo, print or printf of anything but literals, whole numbers and what an escaping function just returned. The
 * same holds for a new exception that is thrown, for PHP prints what nobody catches.
 */
class LateEscapingSniff implements Sniff {

	const SAFE_FUNCTIONS = array( 'esc_html', 'esc_attr', 'esc_url', 'esc_textarea', 'esc_js', 'esc_html__', 'esc_attr__', 'esc_html_x', 'esc_attr_x', 'wp_kses', 'wp_kses_post', 'absint', 'checked', 'selected', 'disabled' );

	public function register() {
		return array( T_ECHO, T_PRINT, T_OPEN_TAG_WITH_ECHO, T_THROW, T_STRING );
	}

	public function process( File $file, $pointer ) {
		$tokens = $file->getTokens();
		if ( T_THROW === $tokens[ $pointer ]['code'] ) {
			$end = $file->findNext( T_SEMICOLON, $pointer + 1 );
			$new = $file->findNext( T_NEW, $pointer + 1, $end );
			if ( false !== $new ) {
				$open = $file->findNext( T_OPEN_PARENTHESIS, $new + 1 );
				$this->check( $file, $open + 1, $tokens[ $open ]['parenthesis_closer'] );
			}
			return;
		}
		if ( T_STRING !== $tokens[ $pointer ]['code'] ) {
			$this->check( $file, $pointer + 1, $file->findNext( array( T_SEMICOLON, T_CLOSE_TAG ), $pointer + 1 ) );
			return;
		}
		$open = $file->findNext( T_WHITESPACE, $pointer + 1, null, true );
		if ( \in_array( $tokens[ $pointer ]['content'], array( 'printf', 'vprintf' ), true ) && T_OPEN_PARENTHESIS === $tokens[ $open ]['code'] ) {
			$this->check( $file, $open + 1, $tokens[ $open ]['parenthesis_closer'] );
		}
	}

	/** Looks at each part of an expression: parts are joined by dots and commas, or chosen by a condition. */
	private function check( File $file, $start, $end ) {
		$tokens = $file->getTokens();
		for ( $i = $this->behind_condition( $file, $start, $end ); $i < $end; $i++ ) {
			$token = $tokens[ $i ];
			if ( \in_array( $token['code'], array( T_WHITESPACE, T_NS_SEPARATOR, T_STRING_CONCAT, T_COMMA, T_CONSTANT_ENCAPSED_STRING, T_LNUMBER, T_INLINE_ELSE, T_INLINE_THEN, T_COMMENT, T_PHPCS_IGNORE ), true ) ) {
				continue;
			}
			if ( T_OPEN_PARENTHESIS === $token['code'] ) {
				$this->check( $file, $i + 1, $token['parenthesis_closer'] );
				$i = $token['parenthesis_closer'];
				continue;
			}
			if ( T_INT_CAST === $token['code'] ) {
				$i = $this->after_operand( $file, $i + 1, $end );
				continue;
			}
			if ( T_STRING === $token['code'] && \in_array( $token['content'], self::SAFE_FUNCTIONS, true ) ) {
				$open = $file->findNext( T_WHITESPACE, $i + 1, null, true );
				if ( T_OPEN_PARENTHESIS === $tokens[ $open ]['code'] ) {
					$i = $tokens[ $open ]['parenthesis_closer'];
					continue;
				}
			}
			if ( T_STRING === $token['code'] && 'implode' === $token['content'] && $this->joins_escaped( $file, $i ) ) {
				$i = $tokens[ $i + 1 ]['parenthesis_closer'];
				continue;
			}
			$file->addError( 'Escape what is printed here: %s', $i, 'Unescaped', array( $token['content'] ) );
			return;
		}
	}

	/** Tells whether what is joined is escaped one by one in the same breath. */
	private function joins_escaped( File $file, $i ) {
		$closer = $file->getTokens()[ $i + 1 ]['parenthesis_closer'] ?? $i;
		return 1 === \preg_match( '/\barray_map\( \'esc_(?:html|attr|url)\',/', $file->getTokensAsString( $i, $closer - $i ) );
	}

	/** Gives where what is printed begins: a condition before it is not. */
	private function behind_condition( File $file, $start, $end ) {
		$tokens = $file->getTokens();
		for ( $i = $start; $i < $end; $i++ ) {
			if ( T_OPEN_PARENTHESIS === $tokens[ $i ]['code'] ) {
				$i = $tokens[ $i ]['parenthesis_closer'];
			} elseif ( T_INLINE_THEN === $tokens[ $i ]['code'] ) {
				return $i + 1;
			}
		}
		return $start;
	}

	/** Gives the last token of what a cast is for. */
	private function after_operand( File $file, $start, $end ) {
		$tokens = $file->getTokens();
		for ( $i = $start; $i < $end; $i++ ) {
			if ( isset( $tokens[ $i ]['parenthesis_closer'] ) && T_OPEN_PARENTHESIS === $tokens[ $i ]['code'] ) {
				$i = $tokens[ $i ]['parenthesis_closer'];
			} elseif ( \in_array( $tokens[ $i ]['code'], array( T_STRING_CONCAT, T_COMMA, T_INLINE_ELSE ), true ) ) {
				return $i;
			}
		}
		return $end;
	}
}
