<?php
/**
 * The plugin's header leads to places that exist.
 */

namespace MentorBridge\Sniffs\WP;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/**
 * Refuses addresses for examples and of one's own machine in the header: wp-admin links them.
 */
class HeaderAddressSniff implements Sniff {

	public function register() {
		return array( T_DOC_COMMENT_STRING );
	}

	public function process( File $file, $pointer ) {
		$line = $file->getTokens()[ $pointer ]['content'];
		if ( \preg_match( '~\A(?:Plugin|Author|Update) URI:\s*https?://(?:[^/\s]+\.)?(?:example\.(?:com|net|org)|localhost|[^/\s]+\.(?:test|example|invalid))(?:[/:\s]|\z)~i', $line ) ) {
			$file->addError( 'This address leads nowhere: %s', $pointer, 'LeadsNowhere', array( $line ) );
		}
	}
}
