<?php
/**
 * The account under which the bridge signs in.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One account a site, with a role that can do nothing but push, a random password that nobody knows, and an application
 * password where WordPress offers them. Made at connect, removed at disconnect and uninstall.
 */
class Service_User {

	const ROLE       = 'mentor_bridge';
	const CAPABILITY = 'mentor_bridge_push';

	/**
	 * Option: the id of the bridge's account.
	 */
	const OPTION = 'mentor_bridge_user_id';

	/**
	 * Gives the id of the bridge's account.
	 *
	 * @return int 0 when there is none.
	 */
	public static function id(): int {
		return (int) \get_option( self::OPTION, 0 );
	}

	/**
	 * Makes the role and the account of the bridge, if they are missing.
	 *
	 * @return int|\WP_Error The account's id.
	 */
	public static function make() {
		\add_role( self::ROLE, 'Mentor Bridge', array( 'read' => true, self::CAPABILITY => true ) );
		$user = \get_userdata( self::id() );
		if ( $user && \is_user_member_of_blog( $user->ID ) ) {
			$user->set_role( self::ROLE );
			return (int) $user->ID;
		}
		$login = 'mentor-bridge' . ( \is_multisite() ? '-' . \get_current_blog_id() : '' );
		while ( \username_exists( $login ) ) {
			// Somebody has this name: theirs is left alone.
			$login = 'mentor-bridge-' . \bin2hex( \random_bytes( 4 ) );
		}
		// No address: nothing is ever mailed, and the password cannot be asked for.
		$id = \wp_insert_user(
			array(
				'user_login'           => $login,
				'user_pass'            => \wp_generate_password( 64, true, true ),
				'user_email'           => '',
				'display_name'         => 'Mentor Bridge',
				'role'                 => self::ROLE,
				'show_admin_bar_front' => 'false',
			)
		);
		if ( ! \is_wp_error( $id ) ) {
			\update_option( self::OPTION, $id, true ); // Loaded with all options: author archives ask for it.
		}
		return $id;
	}

	/**
	 * Makes an application password for the bridge. The earlier ones stay valid until drop_older_passwords().
	 *
	 * @return string[] User name and password, both '' where application passwords are unavailable.
	 */
	public static function new_password(): array {
		$user = \get_userdata( self::id() );
		if ( ! $user || ! \wp_is_application_passwords_available_for_user( $user ) ) {
			return array( '', '' );
		}
		$password = \WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'Mentor Bridge ' . \bin2hex( \random_bytes( 4 ) ) ) );
		return \is_wp_error( $password ) ? array( '', '' ) : array( $user->user_login, $password[0] );
	}

	/**
	 * Drops all application passwords of the bridge but the newest.
	 */
	public static function drop_older_passwords(): void {
		// The newest was made by the bridge's own request; what this one remembers is older.
		\wp_cache_delete( self::id(), 'user_meta' );
		$passwords = (array) \WP_Application_Passwords::get_user_application_passwords( self::id() );
		foreach ( \array_slice( $passwords, 0, -1 ) as $password ) {
			\WP_Application_Passwords::delete_application_password( self::id(), $password['uuid'] );
		}
	}

	/**
	 * Removes the account and the role of the bridge from the site at hand.
	 */
	public static function remove(): void {
		$id = self::id();
		require_once ABSPATH . 'wp-admin/includes/user.php';
		// An account that somebody has given another role is theirs now.
		$user = $id ? \get_userdata( $id ) : false;
		if ( $user && array( self::ROLE ) === \array_values( $user->roles ) ) {
			if ( \is_multisite() ) {
				require_once ABSPATH . 'wp-admin/includes/ms.php';
				$elsewhere = \array_diff( \array_keys( \get_blogs_of_user( $id, true ) ), array( \get_current_blog_id() ) );
				array() === $elsewhere ? \wpmu_delete_user( $id ) : \remove_user_from_blog( $id, \get_current_blog_id() );
			} else {
				\wp_delete_user( $id );
			}
		}
		\delete_option( self::OPTION );
		\remove_role( self::ROLE );
	}

	/**
	 * Makes the author archive of the bridge's account a page that does not exist.
	 *
	 * @param bool      $handled  Whether somebody has decided already.
	 * @param \WP_Query $wp_query The query.
	 * @return bool
	 */
	public static function hide_archive( $handled, $wp_query ) {
		// Asked on author archives only, so that no other page view reads the option.
		if ( ! $handled && $wp_query->is_author() && self::id() && self::id() === (int) $wp_query->get_queried_object_id() ) {
			$wp_query->set_404();
			\status_header( 404 );
			\nocache_headers();
			return true;
		}
		return $handled;
	}

	/**
	 * Leaves the bridge's account out of lists of authors.
	 *
	 * @param array $arguments Of wp_list_authors() or of a user query.
	 * @return array
	 */
	public static function leave_out_of_lists( $arguments ) {
		$arguments            = (array) $arguments;
		$excluded             = isset( $arguments['exclude'] ) ? \wp_parse_id_list( $arguments['exclude'] ) : array();
		$arguments['exclude'] = \array_merge( $excluded, \array_filter( array( self::id() ) ) );
		return $arguments;
	}
}
