<?php
/**
 * What is the matter with the address of this blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The bridge takes an address only from who is called back there and answers. So it may know this blog at another one, and
 * another blog may say that it stands here: both are told to whoever is in charge.
 */
class Address_Notice {

	/**
	 * Seconds for which the claim of another blog is shown.
	 */
	const STANDS_FOR = WEEK_IN_SECONDS;

	/**
	 * Option: {unproven, claim}; only while there is something to tell, and then loaded with all others: a screen that
	 * has nothing to tell asks for nothing.
	 */
	const OPTION = 'mentor_bridge_address';

	/**
	 * Stores what the bridge said last of this blog's address.
	 *
	 * @param string $unproven An address of this blog, or ''.
	 * @param array  $claim    {by, at} of another blog that says it stands here, or empty.
	 */
	public static function remember( string $unproven, array $claim ): void {
		$state = \array_filter( array( 'unproven' => $unproven, 'claim' => $claim ) );
		if ( self::state() === $state ) {
			return;
		}
		if ( array() === $state ) {
			\delete_option( self::OPTION );
		} else {
			\update_option( self::OPTION, $state, true );
		}
	}

	/**
	 * Gives what the bridge said last of this blog's address.
	 *
	 * @return array
	 */
	private static function state(): array {
		$options = \wp_load_alloptions();
		$state   = isset( $options[ self::OPTION ] ) ? \maybe_unserialize( $options[ self::OPTION ] ) : array();
		return \is_array( $state ) ? $state : array();
	}

	/**
	 * Prints the unproven address and the claim of another blog, to whoever may change the settings.
	 */
	public static function show(): void {
		$state = self::state();
		if ( array() === $state || ! Connection::is_connected() || ! \current_user_can( Settings::CAPABILITY ) ) {
			return;
		}
		if ( isset( $state['unproven'] ) ) {
			self::print_unproven( $state['unproven'] );
		}
		if ( isset( $state['claim']['by'], $state['claim']['at'] ) && \time() - (int) \strtotime( $state['claim']['at'] ) < self::STANDS_FOR ) {
			self::print_claimed( $state['claim']['by'], $state['claim']['at'] );
		}
	}

	/**
	 * Prints the offer to prove an address of this blog.
	 *
	 * @param string $address The address.
	 */
	private static function print_unproven( string $address ): void {
		/* translators: %s: an address. */
		$words = \sprintf( \__( 'The mentor bridge does not yet know that this blog stands at %s. Until that is proven it goes on using the earlier address.', 'mentor-bridge' ), $address );
		echo '<div class="notice notice-warning inline mentor-bridge-address"><p>' . \esc_html( $words ) . '</p>';
		Settings_Page::open_form( 'prove' );
		echo '<p><button class="button button-primary">' . \esc_html__( 'Prove the address', 'mentor-bridge' ) . '</button></p></form></div>';
	}

	/**
	 * Prints that another blog has claimed to stand at this blog's address.
	 *
	 * @param string $by Its proven address.
	 * @param string $at When.
	 */
	private static function print_claimed( string $by, string $at ): void {
		/* translators: 1: date and time, 2: address of another blog. */
		$words = \sprintf( \__( 'On %1$s another blog, %2$s, told the mentor bridge that it stands at the address of this one. Nothing has changed: the bridge believes only who answers here. If both are yours, prove the address from the one that shall have it.', 'mentor-bridge' ), Disclosure::moment( $at ), $by );
		echo '<div class="notice notice-warning inline mentor-bridge-claim"><p>' . \esc_html( $words ) . '</p></div>';
	}
}
