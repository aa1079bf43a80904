<?php
/**
 * A request of this site to itself.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Fetches a page as a visitor's browser does, without cookies, and tells an answer of this WordPress from those of a cache, a
 * firewall or a challenge to robots on the way. Many hosts do not let a site call itself.
 */
class Loopback_Request {

	/**
	 * Argument of the address that makes a request a loopback request.
	 */
	const ARGUMENT = 'mentor-bridge-look';

	/**
	 * Header of the answer in which this WordPress gives the argument back.
	 */
	const HEADER = 'X-Mentor-Bridge-Look';

	/**
	 * Seconds that one page may take while somebody waits who has saved a post.
	 */
	const TIMEOUT = 3;

	/**
	 * Seconds that one page may take in cron, where nobody waits.
	 */
	const TIMEOUT_IN_CRON = 10;

	/**
	 * The status of the answer that came last; 0 for none.
	 *
	 * @var int
	 */
	private static $status = 0;

	/**
	 * Gives the seconds that one page may take: longer where nobody waits for it.
	 */
	public static function timeout(): int {
		return \wp_doing_cron() ? self::TIMEOUT_IN_CRON : self::TIMEOUT;
	}

	/**
	 * Gives the address of one page of a post, as core makes it.
	 *
	 * @param \WP_Post $post The post.
	 * @param int      $page Its number.
	 */
	public static function page_address( \WP_Post $post, int $page ): string {
		$url = (string) \get_permalink( $post );
		if ( 1 === $page ) {
			return $url;
		}
		return '' === (string) \get_option( 'permalink_structure' ) ? \add_query_arg( 'page', $page, $url ) : \trailingslashit( $url ) . \user_trailingslashit( (string) $page, 'single_paged' );
	}

	/**
	 * Asks for the page of a post. Only what this WordPress itself answers tells anything: a cache, a firewall or a challenge to
	 * robots on the way does not know who may read.
	 *
	 * @param string $address Its address.
	 * @param float  $seconds Longest wait in all.
	 * @return string|null HTML; '' when there is no page for visitors, null if nobody can tell.
	 */
	public static function fetch( string $address, float $seconds ): ?string {
		$url   = $address;
		$until = \microtime( true ) + $seconds;
		for ( $hops = 0; $hops < 3; $hops++ ) {
			$mark   = \bin2hex( \random_bytes( 8 ) );
			$answer = self::get( \add_query_arg( self::ARGUMENT, $mark, $url ), \max( 0.1, $until - \microtime( true ) ) );
			$code   = (int) \wp_remote_retrieve_response_code( $answer );
			$is_own = $mark === (string) \wp_remote_retrieve_header( $answer, self::HEADER );
			$to     = (string) \wp_remote_retrieve_header( $answer, 'location' );
			self::$status = $code;
			if ( $is_own && 200 === $code ) {
				return (string) \wp_remote_retrieve_body( $answer );
			}
			if ( '' === $to || ! Visitor::is_same_page( $to, $address ) ) {
				// A password that the server asks for is asked of visitors as well.
				return $is_own || ( 401 === $code && '' !== (string) \wp_remote_retrieve_header( $answer, 'www-authenticate' ) ) ? '' : null;
			}
			$url = \remove_query_arg( self::ARGUMENT, \WP_Http::make_absolute_url( $to, $url ) );
		}
		return null;
	}

	/**
	 * Gives the HTTP status of the answer that came last; 0 for none.
	 */
	public static function status(): int {
		return self::$status;
	}

	/**
	 * Fetches an address as a visitor.
	 *
	 * @param string $url     The address.
	 * @param float  $seconds Longest wait.
	 * @return array|\WP_Error
	 */
	private static function get( string $url, float $seconds ) {
		return \wp_remote_get(
			$url,
			array(
				'timeout'             => $seconds,
				'redirection'         => 0,
				'headers'             => array( 'Cache-Control' => 'no-cache' ),
				'limit_response_size' => 4000000,
				'sslverify'           => \apply_filters( 'https_local_ssl_verify', false, $url ), // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own hook.
			)
		);
	}

	/**
	 * Marks the answer to a loopback request as coming from this WordPress, whoever ends the request afterwards.
	 */
	public static function mark(): void {
		$mark = isset( $_GET[ self::ARGUMENT ] ) && \is_string( $_GET[ self::ARGUMENT ] ) ? \sanitize_key( $_GET[ self::ARGUMENT ] ) : ''; // phpcs:ignore WordPress.Security -- it is only given back.
		if ( 1 === \preg_match( '/\A[0-9a-f]{16}\z/', $mark ) && ! \headers_sent() ) {
			\header( self::HEADER . ': ' . $mark );
		}
	}
}
