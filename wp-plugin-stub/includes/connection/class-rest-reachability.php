<?php
/**
 * The plugin's own route, as a visitor finds it.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Calls this blog as the bridge would, to say what is in the way. Asked for where a connection has failed and on Site
 * Health; never on a page view.
 */
class Rest_Reachability {

	/**
	 * Seconds for the whole call of this blog to itself.
	 */
	const TIMEOUT = 5;

	/**
	 * Calls the plugin's REST route as a visitor, and says what is in the way.
	 *
	 * @return string A cause, of 'noise' with what is printed behind a colon; '' when the route answers, or when this server cannot call itself, which says nothing.
	 */
	public static function check(): string {
		$response = \wp_remote_post(
			\rest_url( Rest_Endpoints::REST_NAMESPACE . '/handshake' ),
			array(
				'timeout'             => self::TIMEOUT,
				'redirection'         => 0,
				'limit_response_size' => 65536,
				'cookies'             => array(),
				'headers'             => array( 'Content-Type' => 'application/json' ),
				'body'                => '{"type":"handshake"}',
				'sslverify'           => \apply_filters( 'https_local_ssl_verify', false ), // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- core's own, as for its calls to itself.
			)
		);
		if ( \is_wp_error( $response ) ) {
			return '';
		}
		$code = (int) \wp_remote_retrieve_response_code( $response );
		return 401 === $code && '' !== (string) \wp_remote_retrieve_header( $response, 'www-authenticate' ) ? 'password' : self::cause( $code, (string) \wp_remote_retrieve_body( $response ) );
	}

	/**
	 * Judges the answer of the route. The plugin's own is a refusal, as nobody has asked for a connection.
	 *
	 * @param int    $code Status.
	 * @param string $body Body.
	 */
	private static function cause( int $code, string $body ): string {
		$error = \json_decode( $body, true, 8 );
		$name  = \is_array( $error ) && isset( $error['code'] ) && \is_string( $error['code'] ) ? $error['code'] : '';
		$at    = \strpos( $body, '{"code":"mentor_bridge_' );
		if ( false !== $at ) {
			// Where something is printed before the answer, be it a blank line, what was signed is not what arrives.
			return 0 === $at ? '' : 'noise: ' . \substr( $body, 0, $at );
		}
		if ( 300 <= $code && 400 > $code ) {
			return 'redirect';
		}
		if ( '' !== $name ) {
			return 404 === $code ? 'missing' : 'rest_off';
		}
		return 500 <= $code ? 'broken' : 'wall';
	}

	/**
	 * Puts into words what is in the way of the plugin's REST route.
	 *
	 * @param string $cause From check().
	 */
	public static function explain( string $cause ): string {
		list( $cause, $printed ) = \array_pad( \explode( ': ', $cause, 2 ), 2, '' );

		$words = array(
			'password' => \__( 'The server asks visitors for a password before WordPress answers, so the bridge is turned away. Let it through to the REST API, or connect when the site is open.', 'mentor-bridge' ),
			'rest_off' => \__( 'A plugin on this blog has switched the REST API off for visitors, so the bridge is turned away.', 'mentor-bridge' ),
			'missing'  => \__( 'A plugin on this blog has removed the routes of other plugins from the REST API, so the bridge finds nothing.', 'mentor-bridge' ),
			'noise'    => \__( 'Something on this blog prints text before the answers of the REST API, so the bridge cannot read them.', 'mentor-bridge' ),
			'redirect' => \__( 'The server leads calls of the REST API to another address, and the bridge does not follow.', 'mentor-bridge' ),
			'wall'     => \__( 'The server or a firewall turns visitors away before WordPress answers: a password, a bot check or a rule against the REST API.', 'mentor-bridge' ),
			'broken'   => \__( 'The REST API of this blog answers with an error.', 'mentor-bridge' ),
		);
		return ( isset( $words[ $cause ] ) ? $words[ $cause ] : '' ) . ( 'noise' === $cause ? ' ' . self::quote( $printed ) : '' );
	}

	/**
	 * Says what is printed before the answers, so that its author can be found.
	 *
	 * @param string $printed As it came.
	 */
	private static function quote( string $printed ): string {
		$text = \sanitize_text_field( \str_replace( "\u{feff}", '', $printed ) );
		if ( '' !== $text ) {
			/* translators: %s: some words, as they are printed. */
			return \sprintf( \__( 'It prints: “%s”. Words of PHP name the file at fault; else switch plugins off one by one.', 'mentor-bridge' ), \mb_substr( $text, 0, 160 ) );
		}
		return false === \strpos( $printed, "\u{feff}" )
			? \__( 'These are blank lines: a file of a plugin, of the theme, or wp-config.php has some before “<?php” or behind “?>”.', 'mentor-bridge' )
			: \__( 'It is an invisible mark (BOM): a file of a plugin, of the theme, or wp-config.php was saved as “UTF-8 with BOM”; save it as UTF-8 without it.', 'mentor-bridge' );
	}
}
