<?php
/**
 * Names that are nobody's.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Many blogs have one account that nobody renamed. The bridge shows whoever writes as "admin" under the name of the blog;
 * here they are told so, and how to be known by their own.
 */
class Public_Name {

	/**
	 * What no person is called, without accents and digits; the bridge has the same list.
	 */
	const NOBODY = array( 'admin', 'administrateur', 'administration', 'administrator', 'administratrice', 'anonyme', 'anonymous', 'auteur', 'author', 'blog', 'editor', 'redaction', 'root', 'siteadmin', 'user', 'utilisateur', 'webmaster', 'webmestre', 'wordpress', 'wpadmin' );

	/**
	 * Tells whether no person is called that.
	 *
	 * @param string $name A public name.
	 */
	public static function is_nobodys( string $name ): bool {
		$plain = (string) \preg_replace( '/[\W_]+/u', '', \mb_strtolower( \remove_accents( $name ) ) );
		return '' === $plain || \in_array( \rtrim( $plain, '0123456789' ), self::NOBODY, true );
	}

	/**
	 * Advises an author whose public name is nobody's.
	 *
	 * @param \WP_User $user The author, who reads it.
	 */
	public static function print_advice( \WP_User $user ): void {
		$name = Payload::author_name( $user );
		if ( ! self::is_nobodys( $name ) ) {
			return;
		}
		/* translators: %s: public name, such as admin. */
		$advice = \sprintf( \__( 'Your public name on this blog is “%s”, and nobody is called that. Until you choose another one, mentors and readers find you under the name of the blog.', 'mentor-bridge' ), $name );
		echo '<div class="notice notice-warning inline mentor-bridge-name"><p>' . \esc_html( $advice ) . ' <a href="' . \esc_url( \get_edit_profile_url( $user->ID ) . '#display_name' ) . '">' . \esc_html__( 'Choose the name to display publicly', 'mentor-bridge' ) . '</a></p></div>';
	}
}
