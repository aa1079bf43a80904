<?php
/**
 * Why a server could not be spoken to.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Reads from what the libraries say in English what the matter is, and says it in the language of who reads it.
 */
class Network_Error {

	/*
	 * What can be the matter.
	 */
	const NAME    = 'name';
	const REFUSED = 'refused';
	const TIMEOUT = 'timeout';
	const TLS     = 'tls';
	const CUT     = 'cut';
	const BLOCKED = 'blocked';
	const OTHER   = 'other';

	/**
	 * Numbers of cURL's errors => what they mean.
	 */
	const CURL = array(
		5  => self::NAME,
		6  => self::NAME,
		7  => self::REFUSED,
		28 => self::TIMEOUT,
		35 => self::TLS,
		51 => self::TLS,
		52 => self::CUT,
		53 => self::TLS,
		54 => self::TLS,
		55 => self::CUT,
		56 => self::CUT,
		58 => self::TLS,
		59 => self::TLS,
		60 => self::TLS,
		64 => self::TLS,
		66 => self::TLS,
		77 => self::TLS,
		80 => self::TLS,
		82 => self::TLS,
		83 => self::TLS,
		90 => self::TLS,
		91 => self::TLS,
	);

	/**
	 * What PHP itself says where there is no cURL => what it means.
	 */
	const PHRASES = array(
		'~getaddrinfo|could not resolve|name or service~i'      => self::NAME,
		'~timed? ?out~i'                                        => self::TIMEOUT,
		'~ssl|tls|certificate|crypto~i'                         => self::TLS,
		'~connection refused|failed to connect|unable to connect|no route~i' => self::REFUSED,
		'~reset by peer|broken pipe|empty reply~i'              => self::CUT,
	);

	/**
	 * Gives what is stored of an error: the words of the library, before them a code of ours where these are translated.
	 *
	 * @param \WP_Error $error From WordPress.
	 */
	public static function text( \WP_Error $error ): string {
		return 'http_request_not_executed' === $error->get_error_code() ? self::BLOCKED : \substr( $error->get_error_message(), 0, 200 );
	}

	/**
	 * Tells what is the matter.
	 *
	 * @param string $text From text().
	 * @return string One of the constants above.
	 */
	public static function cause( string $text ): string {
		if ( self::BLOCKED === $text ) {
			return self::BLOCKED;
		}
		if ( \preg_match( '/\bcURL error (\d+)/i', $text, $match ) ) {
			return isset( self::CURL[ (int) $match[1] ] ) ? self::CURL[ (int) $match[1] ] : self::OTHER;
		}
		foreach ( self::PHRASES as $pattern => $cause ) {
			if ( \preg_match( $pattern, $text ) ) {
				return $cause;
			}
		}
		return self::OTHER;
	}

	/**
	 * Says what is the matter.
	 *
	 * @param string $text From text().
	 */
	public static function explain( string $text ): string {
		$words = array(
			self::NAME    => \__( 'No server was found under this address.', 'mentor-bridge' ),
			self::REFUSED => \__( 'Nothing answers at this address: the server is down, or the port is a wrong one.', 'mentor-bridge' ),
			self::TIMEOUT => \__( 'It did not answer in time.', 'mentor-bridge' ),
			self::TLS     => \__( 'No secure connection came about: its certificate is wrong or out of date, or there is no https at this port.', 'mentor-bridge' ),
			self::CUT     => \__( 'The connection was cut off before the answer.', 'mentor-bridge' ),
			self::BLOCKED => \__( 'This site is set up to call no other servers (WP_HTTP_BLOCK_EXTERNAL in wp-config.php).', 'mentor-bridge' ),
			self::OTHER   => \__( 'Something on the way between the two servers prevents it; your host can see what.', 'mentor-bridge' ),
		);
		return $words[ self::cause( $text ) ];
	}
}
