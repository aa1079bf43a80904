<?php
/**
 * What commenters are told.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One sentence under the comment form, while comments under this post are counted.
 */
class Comment_Notice {

	/**
	 * Option: {privacy}, the address of the privacy policy or '', while statistics are on. A twin of what the connection
	 * says, autoloaded: a page must not ask the database for the connection, nor for the page with the policy.
	 */
	const OPTION = 'mentor_bridge_counting';

	/**
	 * Registers the hooks of the notice under the comment form.
	 */
	public static function init(): void {
		\add_action( 'comment_form', array( self::class, 'show' ) );
		foreach ( array( Connection::OPTION, 'wp_page_for_privacy_policy', 'permalink_structure', 'home' ) as $option ) {
			foreach ( array( 'add_option_', 'update_option_', 'delete_option_' ) as $hook ) {
				\add_action( $hook . $option, array( self::class, 'sync' ), 10, 0 );
			}
		}
		\add_action( 'wp_after_insert_post', array( self::class, 'sync_for_page' ) );
		\add_action( 'deleted_post', array( self::class, 'sync_for_page' ) );
	}

	/**
	 * Brings the autoloaded option in line with the connection.
	 */
	public static function sync(): void {
		if ( Connection::statistics() && 'connected' === Connection::get()['state'] ) {
			\update_option( self::OPTION, array( 'privacy' => \get_privacy_policy_url() ), true );
		} elseif ( null !== self::state() ) {
			\delete_option( self::OPTION );
		}
	}

	/**
	 * Brings the option in line when a page was written or deleted that may hold the privacy policy.
	 *
	 * @param int $post_id The page.
	 */
	public static function sync_for_page( $post_id ): void {
		if ( (int) \get_option( 'wp_page_for_privacy_policy' ) === (int) $post_id ) {
			self::sync();
		}
	}

	/**
	 * Reads the option from what is loaded anyway.
	 *
	 * @return array{privacy:string}|null Null while statistics are off.
	 */
	private static function state(): ?array {
		$options = \wp_load_alloptions();
		$state   = isset( $options[ self::OPTION ] ) ? \maybe_unserialize( $options[ self::OPTION ] ) : null;
		return isset( $state['privacy'] ) && \is_string( $state['privacy'] ) ? $state : null;
	}

	/**
	 * Tells whether comments are counted on this blog.
	 */
	public static function is_counting(): bool {
		return null !== self::state();
	}

	/**
	 * Prints the notice at the end of the comment form.
	 *
	 * @param int $post_id The post.
	 */
	public static function show( $post_id ): void {
		$state = self::state();
		if ( null === $state || null === Sharing_Rules::public_post( (int) $post_id ) ) {
			return;
		}
		Page_Translations::load();
		$html = '<p class="mentor-bridge-comment-notice">' . \esc_html__( 'So that no comment stays unanswered, this blog sends the text of your comment, your public name and a code made from your e-mail address to a service that counts who comments, how often and on which posts; it reads the text and deletes it after seven days at the latest, or thirty if it could not be read. Your e-mail address is not passed on.', 'mentor-bridge' );
		if ( '' !== $state['privacy'] ) {
			$html .= ' <a href="' . \esc_url( $state['privacy'] ) . '">' . \esc_html__( 'Privacy policy', 'mentor-bridge' ) . '</a>';
		}
		/**
		 * Filters what is said under the comment form while statistics are on.
		 *
		 * @param string $html    A paragraph; '' to say nothing.
		 * @param int    $post_id The post.
		 */
		echo \wp_kses_post( (string) \apply_filters( 'mentor_bridge_comment_notice', $html . '</p>', (int) $post_id ) );
	}
}
