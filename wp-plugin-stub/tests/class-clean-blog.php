<?php
/**
 * A blog without content, and a bridge that has heard nothing.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Plugin;
use Mentor_Bridge\Service_User;
use Mentor_Bridge\Upgrade;

/**
 * Puts the tables back as each test finds them, by statements: what WordPress does to delete and make users takes longer
 * than many a test.
 */
class Clean_Blog {

	/**
	 * Who writes on the blog, besides the administrator who has installed it.
	 */
	const PEOPLE = array( 'alice' => 'administrator', 'bob' => 'author', 'carol' => 'author' );

	/**
	 * Users as each test finds them: statements that put them back.
	 *
	 * @var string[]
	 */
	private static $users = array();

	/**
	 * States of blog and bridge that were reached before: name => {statements, files}.
	 *
	 * @var array<string,array>
	 */
	private static $states = array();

	/**
	 * Brings blog and bridge back to the beginning.
	 */
	public static function restore(): void {
		global $wpdb;
		\wp_cache_flush();
		Upgrade::run();
		foreach ( array( 'requests.jsonl', 'answers.json', 'keys.json', 'highest.json', 'handshake.json', 'second-handshake.json' ) as $file ) {
			@\unlink( Server::$peer_folder . '/' . $file ); // phpcs:ignore
		}
		\remove_role( Service_User::ROLE );
		Plugin::clear_cron();
		if ( array() === self::$users ) {
			self::make_users();
		}
		foreach ( array( "DELETE FROM $wpdb->posts", "DELETE FROM $wpdb->postmeta", "DELETE FROM $wpdb->comments", "DELETE FROM $wpdb->commentmeta", "DELETE FROM $wpdb->term_relationships", "DELETE FROM $wpdb->options WHERE option_name LIKE 'mentor_bridge_%' AND option_name <> 'mentor_bridge_db_version'" ) as $statement ) {
			$wpdb->query( $statement ); // phpcs:ignore
		}
		foreach ( Upgrade::tables() as $table ) {
			$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore
		}
		self::run( self::$users );
	}

	/**
	 * Makes the users that each test finds, once, and notes how they are put back.
	 */
	private static function make_users(): void {
		global $wpdb;
		$wpdb->query( "DELETE FROM $wpdb->users WHERE user_login <> 'admin'" ); // phpcs:ignore
		$wpdb->query( "DELETE FROM $wpdb->usermeta WHERE user_id NOT IN (SELECT ID FROM $wpdb->users)" ); // phpcs:ignore
		\wp_cache_flush();
		foreach ( self::PEOPLE as $name => $role ) {
			\wp_insert_user( array( 'user_login' => $name, 'user_pass' => 'password', 'user_email' => "$name@example.org", 'display_name' => \ucfirst( $name ), 'role' => $role ) );
		}
		self::$users = \array_merge( array( "DELETE FROM $wpdb->users", "DELETE FROM $wpdb->usermeta" ), self::rows_of( $wpdb->users ), self::rows_of( $wpdb->usermeta ) );
	}

	/**
	 * Gives the statement that puts the rows of a table back.
	 *
	 * @param string $table The table.
	 * @param string $where Which rows.
	 * @return string[] None for no rows.
	 */
	private static function rows_of( string $table, string $where = '1 = 1' ): array {
		global $wpdb;
		$rows = array();
		foreach ( $wpdb->get_results( "SELECT * FROM $table WHERE $where", ARRAY_N ) as $row ) { // phpcs:ignore
			$values = array();
			foreach ( $row as $value ) {
				$values[] = null === $value ? 'NULL' : $wpdb->prepare( '%s', $value );
			}
			$rows[] = '(' . \implode( ', ', $values ) . ')';
		}
		return array() === $rows ? array() : array( "REPLACE INTO $table VALUES " . \implode( ', ', $rows ) );
	}

	/**
	 * Runs statements that put a state back.
	 *
	 * @param string[] $statements From rows_of().
	 */
	private static function run( array $statements ): void {
		global $wpdb;
		foreach ( $statements as $statement ) {
			$wpdb->query( $statement ); // phpcs:ignore
		}
		\wp_cache_flush();
	}

	/**
	 * Remembers what connecting has made of a blog without content.
	 *
	 * @param string $name Name of the state.
	 */
	public static function remember( string $name ): void {
		global $wpdb;
		$statements = self::rows_of( $wpdb->options, "option_name LIKE 'mentor_bridge_%' OR option_name IN ('cron', '{$wpdb->prefix}user_roles')" );
		foreach ( \array_merge( array( $wpdb->users, $wpdb->usermeta ), Upgrade::tables() ) as $table ) {
			$statements = \array_merge( $statements, self::rows_of( $table ) );
		}
		$files = array();
		foreach ( array( 'keys.json', 'highest.json' ) as $file ) {
			$files[ $file ] = \file_get_contents( Server::$peer_folder . '/' . $file );
		}
		self::$states[ $name ] = array( $statements, $files );
	}

	/**
	 * Brings a clean blog and the bridge into a state that was reached before.
	 *
	 * @param string $name Name of the state.
	 * @return bool Whether it is known.
	 */
	public static function recall( string $name ): bool {
		if ( ! isset( self::$states[ $name ] ) ) {
			return false;
		}
		list( $statements, $files ) = self::$states[ $name ];
		foreach ( $files as $file => $json ) {
			\file_put_contents( Server::$peer_folder . '/' . $file, $json );
		}
		self::run( $statements );
		\wp_roles()->for_site();
		return true;
	}

	/**
	 * Gives the users.
	 *
	 * @return array<string,int> Name => id.
	 */
	public static function users(): array {
		$users = array();
		foreach ( \array_keys( self::PEOPLE ) as $name ) {
			$users[ $name ] = (int) \username_exists( $name );
		}
		return $users;
	}
}
