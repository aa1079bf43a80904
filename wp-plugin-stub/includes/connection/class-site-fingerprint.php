<?php
/**
 * Where a site stands.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Tells a copy of a site from the site, also when every address in the copied database was replaced: only hashes are kept,
 * keyed with the id of the installation, and in a hash nothing can be replaced.
 *
 * What counts, and what does not:
 *
 *     another host, port or path of the address          a copy, or it has moved: ask
 *     another database, its server's name or the prefix   a copy, or it has moved: ask
 *     other files *and* another database server           a copy on another machine under the same names: ask
 *     other files alone                                   each release has a folder of its own: go on
 *     another database server alone                       it was renamed, or a container made anew: go on
 *     other numbers for an address of the server          a container was started anew: go on
 *     https, secrets and salts, WordPress, the plugin     no part of it
 *
 * Nothing of it is taken from the request: commands and cron have none.
 */
class Site_Fingerprint {

	/**
	 * Takes the fingerprint of this site as it stands now.
	 *
	 * @param string $install Id of the installation.
	 * @return array{install:string,home:string,database:string,files:string,server:string}
	 */
	public static function take( string $install ): array {
		return array( 'install' => $install ) + self::hashes( $install, self::places() + array( 'server' => self::server() ) );
	}

	/**
	 * Gives an id for an installation that nobody can guess.
	 */
	public static function new_install(): string {
		return \bin2hex( \random_bytes( 16 ) );
	}

	/**
	 * Gives the id of an installation that was connected before there were ids: the same one to two requests at once, and
	 * another one in another place.
	 *
	 * @param string $secret What only the connected know.
	 */
	public static function derived_install( string $secret ): string {
		return \substr( \hash_hmac( 'sha256', \implode( '|', self::places() ), $secret ), 0, 32 );
	}

	/**
	 * Tells whether this site stands in another place than the one of which a fingerprint was taken.
	 *
	 * @param array $fingerprint From take().
	 * @param bool  $may_ask     Whether the database may be asked, which no page view does.
	 */
	public static function is_elsewhere( array $fingerprint, bool $may_ask = true ): bool {
		$now     = self::hashes( $fingerprint['install'], self::places() );
		$differs = static function ( string $name ) use ( $fingerprint, $now ): bool {
			return ! \hash_equals( (string) $fingerprint[ $name ], $now[ $name ] );
		};
		if ( '' !== self::place( Connection::home() ) && $differs( 'home' ) ) {
			return true;
		}
		return $differs( 'database' ) || ( $may_ask && $differs( 'files' ) && self::is_other_server( $fingerprint ) );
	}

	/**
	 * Tells whether only the files have moved, which is no copy, but should be known when something else changes.
	 *
	 * @param array $fingerprint From take().
	 */
	public static function is_outdated( array $fingerprint ): bool {
		return ! self::is_elsewhere( $fingerprint ) && self::take( $fingerprint['install'] ) !== $fingerprint;
	}

	/**
	 * Reduces an address to host, port and path: https instead of http is no other address.
	 *
	 * @param string $url Address.
	 */
	public static function place( string $url ): string {
		return \strtolower( \untrailingslashit( (string) \preg_replace( '~\Ahttps?://~i', '', $url ) ) );
	}

	/**
	 * Gives the parts of the fingerprint that cost no query.
	 *
	 * @return array<string,string>
	 */
	private static function places(): array {
		global $wpdb;
		$files = \realpath( ABSPATH );
		return array(
			'home'     => self::place( Connection::home() ),
			'database' => DB_NAME . '@' . self::database_host( DB_HOST ) . '/' . $wpdb->prefix,
			// Of a release whose folder is named after its time, no more than that it is one.
			'files'    => (string) \preg_replace( '~/releases/[^/]+~', '/releases/*', false === $files ? ABSPATH : $files ),
		);
	}

	/**
	 * Brings the ways to write this machine's database server into one, and all addresses in numbers: a container is given
	 * another one each time it starts.
	 *
	 * @param string $host As configured.
	 */
	private static function database_host( string $host ): string {
		$host = \strtolower( (string) \preg_replace( '~:3306\z~', '', $host ) );
		if ( \preg_match( '~\A(localhost|127\.0\.0\.1|\[?::1\]?)?(:/.*)?\z~', $host ) ) {
			return 'localhost';
		}
		\preg_match( '~\A(\[[^\]]*\]|[^:]*)(.*)\z~s', $host, $parts );
		return ( \filter_var( \trim( $parts[1], '[]' ), FILTER_VALIDATE_IP ) ? 'numbers' : $parts[1] ) . $parts[2];
	}

	/**
	 * Asks the database server for its name.
	 */
	private static function server(): string {
		global $wpdb;
		$shown = $wpdb->suppress_errors();
		$name  = (string) $wpdb->get_var( 'SELECT @@hostname' ); // phpcs:ignore WordPress.DB -- once, when a site connects or its files have moved.
		$wpdb->suppress_errors( $shown );
		return $name;
	}

	/**
	 * Tells whether the database server is another one; asked only when the files are elsewhere.
	 *
	 * @param array $fingerprint From take().
	 */
	private static function is_other_server( array $fingerprint ): bool {
		$name = self::server();
		return ! \hash_equals( (string) $fingerprint['server'], self::hashes( $fingerprint['install'], array( 'server' => $name ) )['server'] );
	}

	/**
	 * Hashes the parts of a fingerprint with the id of the installation.
	 *
	 * @param string               $install Id of the installation.
	 * @param array<string,string> $values  Name => value.
	 * @return array<string,string>
	 */
	private static function hashes( string $install, array $values ): array {
		return \array_map(
			static function ( string $value ) use ( $install ): string {
				return \hash_hmac( 'sha256', $value, $install );
			},
			$values
		);
	}
}
