<?php
/**
 * Who wrote a comment, as a code.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Makes the pseudonyms by which the bridge recognises who comes back, and by which its figures find their comments here.
 */
class Commenter {

	/**
	 * Option: the key under which commenters are hashed; made once, told to nobody.
	 */
	const KEY = 'mentor_bridge_commenter_key';

	/**
	 * Gives the pseudonym of a commenter.
	 *
	 * Keyed, so that nobody can try addresses against it, and with a key of this blog alone, so that the pseudonyms of
	 * two blogs cannot be joined.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @return string[] 64 hexadecimal digits or '', and what they were made of.
	 */
	public static function of( \WP_Comment $comment ): array {
		$email = \strtolower( \trim( (string) $comment->comment_author_email ) );
		$name  = \strtolower( \trim( (string) $comment->comment_author ) );
		$site  = \strtolower( \trim( (string) $comment->comment_author_url ) );
		if ( '' !== $email ) {
			return array( self::code( $email ), 'email' );
		}
		// Core's eraser puts this name everywhere: it stands for nobody, not for one busy commenter.
		$nobody = array( '', 'anonymous', \strtolower( \__( 'Anonymous' ) ) ); // phpcs:ignore WordPress.WP.I18n -- core's own word.
		if ( '' === $site && \in_array( $name, $nobody, true ) ) {
			return array( '', 'anonymous' );
		}
		return array( self::code( $name . "\n" . $site ), 'name' );
	}

	/**
	 * Gives the pseudonym that goes with an e-mail address.
	 *
	 * @param string $email The address.
	 */
	public static function of_email( string $email ): string {
		return self::code( \strtolower( \trim( $email ) ) );
	}

	/**
	 * Gives the name over a comment as it may leave the blog and be thanked by.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @return string '' when it is nothing but an e-mail address.
	 */
	public static function public_name( \WP_Comment $comment ): string {
		return \trim( Public_Name::without_address( (string) $comment->comment_author, (string) $comment->comment_author_email ) );
	}

	/**
	 * Tells whether a comment is by somebody who writes on this blog: what they say there is no response of readers.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function is_staff( \WP_Comment $comment ): bool {
		return (int) $comment->user_id > 0 && \user_can( (int) $comment->user_id, 'edit_posts' );
	}

	/**
	 * Tells whether something has the form of a pseudonym.
	 *
	 * @param mixed $code Any.
	 */
	public static function is_code( $code ): bool {
		return \is_string( $code ) && 1 === \preg_match( '/\A[0-9a-f]{64}\z/', $code );
	}

	/**
	 * Makes a pseudonym.
	 *
	 * @param string $of What it is made of.
	 */
	private static function code( string $of ): string {
		return \hash_hmac( 'sha256', $of, self::key() );
	}

	/**
	 * Gives the commenter key, and makes it the first time; of two requests that do so at once, one wins for both.
	 */
	private static function key(): string {
		$key = \get_option( self::KEY );
		if ( ! \is_string( $key ) || 64 !== \strlen( $key ) ) {
			\add_option( self::KEY, \bin2hex( \random_bytes( 32 ) ), '', 'no' );
			\wp_cache_delete( self::KEY, 'options' );
			$key = (string) \get_option( self::KEY );
		}
		return $key;
	}
}
