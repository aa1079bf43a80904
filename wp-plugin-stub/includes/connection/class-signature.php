<?php
/**
 * Signs and verifies as Standard Webhooks 1.0.0 lays down.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * HMAC-SHA256 over `id.timestamp.body`. Pure: knows neither WordPress nor a clock.
 */
class Signature {

	/**
	 * Seconds by which the two clocks may differ.
	 */
	const TOLERANCE = 300;

	/**
	 * Signs the body of a request.
	 *
	 * @param string $key       `whsec_` and the key in base64.
	 * @param string $id        The webhook-id.
	 * @param int    $timestamp Unix time in seconds.
	 * @param string $body      The exact bytes that are sent.
	 * @return string `v1,` and the signature in base64.
	 * @throws Signature_Refused If the key is none.
	 */
	public static function sign( string $key, string $id, int $timestamp, string $body ): string {
		return 'v1,' . base64_encode( hash_hmac( 'sha256', $id . '.' . $timestamp . '.' . $body, self::raw_key( $key ), true ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- the scheme asks for base64.
	}

	/**
	 * Makes the three headers of a signed request.
	 *
	 * @param string $key       The key.
	 * @param string $id        The webhook-id.
	 * @param int    $timestamp Unix time in seconds.
	 * @param string $body      The exact bytes that are sent.
	 * @return array<string,string>
	 */
	public static function headers( string $key, string $id, int $timestamp, string $body ): array {
		return array(
			'webhook-id'        => $id,
			'webhook-timestamp' => (string) $timestamp,
			'webhook-signature' => self::sign( $key, $id, $timestamp, $body ),
		);
	}

	/**
	 * Verifies a request; any malformed header is a refusal, never an error of another kind.
	 *
	 * @param array    $headers Header name in any case => value.
	 * @param string   $body    The bytes received.
	 * @param string[] $keys    The keys that are live.
	 * @param int      $now     Unix time in seconds.
	 * @return string The webhook-id.
	 * @throws Signature_Refused If the request is not proven.
	 */
	public static function verify( array $headers, string $body, array $keys, int $now ): string {
		$headers    = array_change_key_case( $headers, CASE_LOWER );
		$id         = self::header( $headers, 'webhook-id', '/\A[A-Za-z0-9_-]{8,64}\z/' );
		$timestamp  = (int) self::header( $headers, 'webhook-timestamp', '/\A[0-9]{1,15}\z/' );
		$signatures = self::header( $headers, 'webhook-signature', '/\A[\x21-\x7e ]{1,2048}\z/' );

		/*
		 * The signature first: an unproven timestamp says nothing about the other clock, and must not be able to make
		 * us tell ours.
		 */
		$proven = false;
		foreach ( $keys as $key ) {
			$expected = self::sign( $key, $id, $timestamp, $body );
			foreach ( explode( ' ', $signatures ) as $candidate ) {
				// No early end: the time taken must not tell which key or candidate was near.
				$proven = hash_equals( $expected, $candidate ) || $proven;
			}
		}
		if ( ! $proven ) {
			throw new Signature_Refused( 'no signature fits a live key' );
		}
		if ( abs( $timestamp - $now ) > self::TOLERANCE ) {
			throw new Signature_Refused( 'the timestamp is too far from our clock', (int) ( $timestamp - $now ) );
		}
		return $id;
	}

	/**
	 * Tells whether a string is a key of the scheme with 32 bytes.
	 *
	 * @param mixed $key Anything.
	 */
	public static function is_key( $key ): bool {
		if ( ! is_string( $key ) ) {
			return false;
		}
		try {
			return 32 === strlen( self::raw_key( $key ) );
		} catch ( Signature_Refused $refused ) {
			return false;
		}
	}

	/**
	 * Reads one header of a signature.
	 *
	 * @param array  $headers Lower-case name => value.
	 * @param string $name    Which.
	 * @param string $pattern What it must look like.
	 * @return string
	 * @throws Signature_Refused If it is missing or looks otherwise.
	 */
	private static function header( array $headers, string $name, string $pattern ): string {
		$value = isset( $headers[ $name ] ) ? $headers[ $name ] : null;
		if ( ! is_string( $value ) || 1 !== preg_match( $pattern, $value ) ) {
			throw new Signature_Refused( 'a header of the signature is missing or malformed' );
		}
		return $value;
	}

	/**
	 * Decodes a key.
	 *
	 * @param string $key `whsec_` and base64.
	 * @return string
	 * @throws Signature_Refused If it is no key.
	 */
	private static function raw_key( string $key ): string {
		$raw = 0 === strpos( $key, 'whsec_' ) ? base64_decode( substr( $key, 6 ), true ) : false; // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- the scheme asks for base64.
		if ( false === $raw || '' === $raw ) {
			throw new Signature_Refused( 'a key is malformed' );
		}
		return $raw;
	}
}
