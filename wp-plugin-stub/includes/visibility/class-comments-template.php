<?php
/**
 * Where a page has its comments printed.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Tells comments that are hidden by another template in the place of the theme's own.
 *
 * A template of a plugin's may well show comments, as those of discussion plugins do. It hides them if it prints nothing at
 * all, or if an administrator is given another one than a visitor.
 */
class Comments_Template {

	/**
	 * What stands in a file that prints nothing, once comments are taken out: its beginning and end, and the guard against
	 * being opened as a page.
	 */
	const NOTHING = '~<\?php|\?>|(?:if\s*\(\s*!\s*)?\\\\?defined\s*\([^)]*\)\s*(?:\)|\|\||or)?\s*\{?\s*(?:exit|die)\s*(?:\(\s*\))?\s*;\s*\}?|\breturn\s*;~i';

	/**
	 * Tells whether visitors are shown no comments under the post at hand; called in the loop of its page, as a visitor.
	 */
	public static function is_hidden(): bool {
		if ( ! \has_filter( 'comments_template' ) ) {
			return false;
		}
		$default  = self::theme_template();
		$template = self::template( $default );
		if ( $template === $default || ! \is_file( $template ) ) {
			return false; // Core takes the theme's own where there is no such file.
		}
		return self::is_blank( $template ) || $template !== self::administrator_template( $default );
	}

	/**
	 * Gives the theme's file for comments, with which core begins.
	 */
	private static function theme_template(): string {
		$file = \get_stylesheet_directory() . '/comments.php';
		return \file_exists( $file ) ? $file : \get_template_directory() . '/comments.php';
	}

	/**
	 * Gives the file by which whoever is signed in is shown the comments.
	 *
	 * @param string $default The one of the theme.
	 */
	private static function template( string $default ): string {
		return (string) \apply_filters( 'comments_template', $default ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
	}

	/**
	 * Gives the file by which an administrator is shown the comments.
	 *
	 * @param string $default The one of the theme.
	 */
	private static function administrator_template( string $default ): string {
		$users = \get_users( array( 'role' => 'administrator', 'number' => 1, 'orderby' => 'ID', 'fields' => 'ID' ) );
		if ( array() === $users ) {
			return $default;
		}
		\wp_set_current_user( (int) $users[0] );
		try {
			return self::template( $default );
		} finally {
			\wp_set_current_user( 0 );
		}
	}

	/**
	 * Tells whether a template file prints nothing.
	 *
	 * @param string $file The file.
	 */
	private static function is_blank( string $file ): bool {
		return '' === \trim( (string) \preg_replace( self::NOTHING, '', \php_strip_whitespace( $file ) ) );
	}
}
