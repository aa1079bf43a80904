<?php
/**
 * No value comes into SQL but through $wpdb->prepare().
 */

namespace MentorBridge\Sniffs\DB;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/**
 * Refuses SQL with anything in it but names of tables, lists of whole numbers and what was prepared.
 */
class PreparedSniff implements Sniff {

	const METHODS = array( 'query', 'get_var', 'get_row', 'get_col', 'get_results' );

	/** Variables that hold the name of a table. */
	const TABLES = array( '$wpdb', '$table', '$outbox', '$ledger', '$counters', '$seen', '$people' );

	/** Functions that make of a value what may stand in SQL. */
	const SAFE_FUNCTIONS = array( 'prepare', 'intval', 'absint', 'esc_sql', 'sql_texts', 'row_condition', 'renewal' );

	public function register() {
		return array( T_VARIABLE );
	}

	public function process( File $file, $pointer ) {
		$tokens = $file->getTokens();
		if ( '$wpdb' !== $tokens[ $pointer ]['content'] || T_OBJECT_OPERATOR !== $tokens[ $pointer + 1 ]['code'] || ! \in_array( $tokens[ $pointer + 2 ]['content'], self::METHODS, true ) ) {
			return;
		}
		$open = $file->findNext( T_WHITESPACE, $pointer + 3, null, true );
		if ( T_OPEN_PARENTHESIS === $tokens[ $open ]['code'] ) {
			$this->check( $file, $open + 1, $tokens[ $open ]['parenthesis_closer'] );
		}
	}

	/** Looks at the first argument. */
	private function check( File $file, $start, $end ) {
		$tokens = $file->getTokens();
		for ( $i = $start; $i < $end && T_COMMA !== $tokens[ $i ]['code']; $i++ ) {
			$token = $tokens[ $i ];
			if ( T_STRING === $token['code'] && isset( $tokens[ $i + 1 ]['parenthesis_closer'] ) && T_OPEN_PARENTHESIS === $tokens[ $i + 1 ]['code'] ) {
				$i = $this->call( $file, $i );
			} elseif ( T_DOUBLE_QUOTED_STRING === $token['code'] ) {
				\preg_match_all( '/\{?(\$[a-z_]+)/', $token['content'], $variables );
				$this->names( $file, $i, $variables[1] );
			} elseif ( T_VARIABLE === $token['code'] ) {
				$this->names( $file, $i, array( $token['content'] ) );
			}
		}
	}

	/** Passes over a call whose result is safe, into any other; the template of prepare() is looked at. */
	private function call( File $file, $i ) {
		$tokens = $file->getTokens();
		$closer = $tokens[ $i + 1 ]['parenthesis_closer'];
		if ( 'prepare' === $tokens[ $i ]['content'] ) {
			$this->check( $file, $i + 2, $closer );
			return $closer;
		}
		if ( 'implode' === $tokens[ $i ]['content'] ) {
			$safe = \preg_match( '/\b(?:intval|absint|esc_sql)\b/', $file->getTokensAsString( $i + 2, $closer - $i - 2 ) );
			$safe || $file->addError( 'Prepare what is listed in this SQL.', $i, 'Listed' );
			return $closer;
		}
		return \in_array( $tokens[ $i ]['content'], self::SAFE_FUNCTIONS, true ) ? $closer : $i;
	}

	private function names( File $file, $i, array $names ) {
		foreach ( \array_diff( $names, self::TABLES ) as $name ) {
			$file->addError( 'Bring %s into this SQL by $wpdb->prepare().', $i, 'Interpolated', array( $name ) );
		}
	}
}
