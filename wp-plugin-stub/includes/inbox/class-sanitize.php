<?php
/**
 * Plain values out of what came in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Reads texts, addresses, times and languages; '' stands for what is missing or does not fit.
 */
class Sanitize {

	/**
	 * Reads one line of plain text out of a list of fields.
	 *
	 * @param array  $fields Name => value.
	 * @param string $name   Which.
	 * @param int    $limit  Characters.
	 * @return string '' when it is missing or does not fit.
	 */
	public static function text( array $fields, string $name, int $limit ): string {
		return self::line( isset( $fields[ $name ] ) ? $fields[ $name ] : '', $limit );
	}

	/**
	 * Reads one line of plain text: no control characters, nothing that turns the direction of what follows.
	 *
	 * @param mixed $text  As received.
	 * @param int   $limit Characters.
	 * @return string '' when it does not fit.
	 */
	public static function line( $text, int $limit ): string {
		if ( ! \is_string( $text ) ) {
			return '';
		}
		$text = (string) \preg_replace( '/[\x{202A}-\x{202E}\x{2066}-\x{2069}]/u', '', \wp_check_invalid_utf8( $text ) );
		$text = \trim( (string) \preg_replace( '/[\p{Cc}\p{Z}\s]+/u', ' ', $text ) );
		return \mb_strlen( $text ) > $limit ? '' : $text;
	}

	/**
	 * Reads an http(s) address.
	 *
	 * @param array  $fields Name => value.
	 * @param string $name   Which.
	 * @return string '' when it is none.
	 */
	public static function url( array $fields, string $name ): string {
		$url = isset( $fields[ $name ] ) && \is_string( $fields[ $name ] ) ? \trim( $fields[ $name ] ) : '';
		if ( \strlen( $url ) > 2000 || 1 !== \preg_match( '~\Ahttps?://[^/?#\s@]+(?:[/?#]|\z)~i', $url ) ) {
			return '';
		}
		return \esc_url_raw( $url, array( 'http', 'https' ) );
	}

	/**
	 * Reads an instant.
	 *
	 * @param array  $fields Name => value.
	 * @param string $name   Which.
	 * @return string ISO 8601 in UTC, or ''.
	 */
	public static function timestamp( array $fields, string $name ): string {
		$date = isset( $fields[ $name ] ) && \is_string( $fields[ $name ] ) ? $fields[ $name ] : '';
		return 1 === \preg_match( '/\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\z/', $date ) ? $date : '';
	}

	/**
	 * Reads a BCP-47 tag.
	 *
	 * @param mixed $tag As received.
	 * @return string '' when it is none.
	 */
	public static function language( $tag ): string {
		return \is_string( $tag ) && 1 === \preg_match( '/\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\z/', $tag ) ? $tag : '';
	}
}
