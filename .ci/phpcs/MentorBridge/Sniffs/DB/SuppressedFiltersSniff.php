<?php
/**
 * Queries pass through the filters of other plugins.
 */

namespace MentorBridge\Sniffs\DB;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/**
 * Refuses 'suppress_filters' => true.
 */
class SuppressedFiltersSniff implements Sniff {

	public function register() {
		return array( T_CONSTANT_ENCAPSED_STRING );
	}

	public function process( File $file, $pointer ) {
		$tokens = $file->getTokens();
		$arrow  = $file->findNext( T_WHITESPACE, $pointer + 1, null, true );
		if ( 'suppress_filters' !== \trim( $tokens[ $pointer ]['content'], '\'"' ) || false === $arrow || T_DOUBLE_ARROW !== $tokens[ $arrow ]['code'] ) {
			return;
		}
		$value = $file->findNext( T_WHITESPACE, $arrow + 1, null, true );
		if ( T_FALSE !== $tokens[ $value ]['code'] ) {
			$file->addError( 'Let other plugins filter this query: suppress_filters is false.', $pointer, 'Suppressed' );
		}
	}
}
