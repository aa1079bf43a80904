<?php
/**
 * The bridge's call back while a blog connects.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Proves to the bridge that who asks is this blog, and to this blog that who calls is the bridge that was asked.
 *
 * It spans two requests: the one in which somebody connects, and the bridge's own. They meet in an option that is read
 * past all caches.
 */
class Handshake {

	/**
	 * Option: {nonce, bridge, statistics, install, blog_id, expires}; used up by the first call that fits.
	 */
	const ASKED = 'mentor_bridge_handshake';

	/**
	 * Option: {bridge, blog_id, key_to_bridge, key_to_blog}, until the bridge has said yes.
	 */
	const PENDING = 'mentor_bridge_pending';

	/**
	 * Seconds for which a nonce is valid.
	 */
	const LIFETIME = 300;

	/**
	 * Begins a handshake: stores what the bridge's call must carry.
	 *
	 * @param string $bridge     Normalised address of the bridge.
	 * @param bool   $statistics Whether comments will be sent.
	 * @param string $install    Id of the installation that asks.
	 * @param string $blog_id    As which blog it asks; '' for a new one.
	 * @return string The nonce: 32 random bytes in base64url.
	 */
	public static function begin( string $bridge, bool $statistics = true, string $install = '', string $blog_id = '' ): string {
		$nonce = \rtrim( \strtr( \base64_encode( \random_bytes( 32 ) ), '+/', '-_' ), '=' ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- as the contract writes it.
		self::end();
		self::write(
			self::ASKED,
			array(
				'nonce'      => $nonce,
				'bridge'     => $bridge,
				'statistics' => $statistics,
				'install'    => $install,
				'blog_id'    => $blog_id,
				'expires'    => \time() + self::LIFETIME,
			)
		);
		return $nonce;
	}

	/**
	 * Ends the handshake under way, and forgets its nonce and keys.
	 */
	public static function end(): void {
		self::remove( self::ASKED );
		self::remove( self::PENDING );
	}

	/**
	 * Tells whether a handshake is under way.
	 */
	public static function is_under_way(): bool {
		$asked = self::read( self::ASKED );
		return isset( $asked['expires'] ) && \time() < $asked['expires'];
	}

	/**
	 * Tells whether a message is the bridge's call in the handshake under way.
	 *
	 * @param array $message As received.
	 */
	public static function is_expected( array $message ): bool {
		$asked = self::read( self::ASKED );
		if ( 'handshake' !== $message['type'] || ! isset( $asked['nonce'] ) || \time() >= $asked['expires'] ) {
			return false;
		}
		if ( ! empty( $asked['blog_id'] ) && ( ! isset( $message['blog_id'] ) || $message['blog_id'] !== $asked['blog_id'] ) ) {
			// Somebody else has asked with our nonce: a connected blog stays the one that it is.
			return false;
		}
		return isset( $message['nonce'], $message['bridge'] ) && \is_string( $message['nonce'] ) && \is_string( $message['bridge'] ) &&
			\hash_equals( $asked['nonce'], $message['nonce'] ) && \hash_equals( $asked['bridge'], Http::normalise( $message['bridge'] ) );
	}

	/**
	 * Answers the bridge's call: keeps the keys, and says who this blog is, signed with the key just handed over.
	 *
	 * @param array $message An expected message.
	 * @return array|\WP_Error {body, headers}
	 */
	public static function answer( array $message ) {
		if ( ! isset( $message['blog_id'], $message['key_to_bridge'], $message['key_to_blog'] ) || ! self::are_credentials( $message ) ) {
			return new \WP_Error( 'mentor_bridge_malformed', \__( 'The keys of the bridge are malformed.', 'mentor-bridge' ), array( 'status' => 400 ) );
		}
		$asked = self::read( self::ASKED );
		if ( ! self::use_nonce() ) {
			return new \WP_Error( 'mentor_bridge_not_asked', \__( 'No connection was asked for.', 'mentor-bridge' ), array( 'status' => 403 ) );
		}
		self::write(
			self::PENDING,
			array(
				'bridge'        => Http::normalise( $message['bridge'] ),
				'blog_id'       => $message['blog_id'],
				'key_to_bridge' => $message['key_to_bridge'],
				'key_to_blog'   => $message['key_to_blog'],
			)
		);
		list( $username, $password ) = Service_User::new_password();

		$body = Wire_Format::encode(
			\array_merge(
				array( 'type' => 'handshake.answer' ),
				Payload::blog(),
				array(
					'statistics'           => ! empty( $asked['statistics'] ),
					'install'              => isset( $asked['install'] ) ? (string) $asked['install'] : '',
					'username'             => $username,
					'application_password' => $password,
				)
			)
		);
		return array(
			'body'    => $body,
			'headers' => Signature::headers( $message['key_to_bridge'], 'handshake_' . \bin2hex( \random_bytes( 16 ) ), Delivery_Status::bridge_time(), $body ),
		);
	}

	/**
	 * Tells whether the bridge asks, with the key that it has just handed over, for a further address of this blog.
	 *
	 * @param array<string,string|null> $headers Those of the signature.
	 * @param string                    $body    The exact bytes.
	 * @param array                     $message Their JSON.
	 */
	public static function is_about_address( array $headers, string $body, array $message ): bool {
		$pending = self::pending();
		if ( 'address' !== $message['type'] || ! isset( $message['address'], $pending['key_to_blog'] ) || ! \in_array( $message['address'], \array_map( array( Http::class, 'normalise' ), Post_Translations::homes() ), true ) ) {
			return false;
		}
		try {
			Signature::verify( $headers, $body, array( $pending['key_to_blog'] ), Delivery_Status::bridge_time() );
		} catch ( Signature_Refused $refused ) {
			return false;
		}
		return true;
	}

	/**
	 * Says at a further address that this blog stands there, signed with the key just handed over.
	 *
	 * @param array $message A message of which is_about_address() is true.
	 * @return array {body, headers}
	 */
	public static function answer_address( array $message ): array {
		$body = Wire_Format::encode( array( 'type' => 'address.answer', 'address' => $message['address'] ) );
		return array(
			'body'    => $body,
			'headers' => Signature::headers( self::pending()['key_to_bridge'], 'address_' . \bin2hex( \random_bytes( 16 ) ), Delivery_Status::bridge_time(), $body ),
		);
	}

	/**
	 * Tells whether an answer or a call carries an id and two keys as they should be.
	 *
	 * @param array $credentials {blog_id, key_to_bridge, key_to_blog}.
	 */
	public static function are_credentials( array $credentials ): bool {
		return isset( $credentials['blog_id'], $credentials['key_to_bridge'], $credentials['key_to_blog'] ) && \is_string( $credentials['blog_id'] ) &&
			1 === \preg_match( '/\A[A-Za-z0-9_-]{1,64}\z/', $credentials['blog_id'] ) &&
			Signature::is_key( $credentials['key_to_bridge'] ) && Signature::is_key( $credentials['key_to_blog'] );
	}

	/**
	 * Gives the keys that the bridge has handed over and not yet confirmed.
	 *
	 * @return array Empty when there are none.
	 */
	public static function pending(): array {
		return self::read( self::PENDING );
	}

	/**
	 * Uses the nonce up: of two calls at once only one is let in.
	 */
	private static function use_nonce(): bool {
		return self::remove( self::ASKED );
	}

	/*
	 * Straight to the table, in all three: each of the two requests would otherwise go by what it remembers of the option,
	 * and the other one has changed it.
	 */

	/**
	 * Reads an option straight from the table.
	 *
	 * @param string $option Which.
	 * @return array
	 */
	private static function read( string $option ): array {
		global $wpdb;
		$value = \json_decode( (string) $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM $wpdb->options WHERE option_name = %s", $option ) ), true ); // phpcs:ignore WordPress.DB
		return \is_array( $value ) ? $value : array();
	}

	/**
	 * Writes an option straight into the table.
	 *
	 * @param string $option Which.
	 * @param array  $value  What.
	 */
	private static function write( string $option, array $value ): void {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( "INSERT INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'no') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)", $option, Wire_Format::encode( $value ) ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Removes an option straight from the table.
	 *
	 * @param string $option Which.
	 * @return bool Whether it was there.
	 */
	private static function remove( string $option ): bool {
		global $wpdb;
		return 1 === $wpdb->delete( $wpdb->options, array( 'option_name' => $option ) ); // phpcs:ignore WordPress.DB
	}
}
