<?php
/**
 * How a connection with a bridge ends.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Stops sending, has the bridge remove everything, and forgets the connection once that is confirmed.
 */
class Disconnect {

	/**
	 * Forgets the connection without a word to the bridge: the owner says that this is a new site, and the connection belongs
	 * to the other one.
	 *
	 * @return true|\WP_Error
	 */
	public static function become_new_site() {
		if ( 'paused' !== Connection::state() ) {
			return new \WP_Error( 'mentor_bridge_not_paused', \__( 'The connection is not paused.', 'mentor-bridge' ) );
		}
		self::withdraw_consents();
		self::forget();
		\delete_option( Connection::UUID );
		// A commenter must not have the same pseudonym on two blogs.
		\delete_option( Commenter::KEY );
		return true;
	}

	/**
	 * Stops sending, and has the bridge remove everything that came from this blog.
	 *
	 * @return true|\WP_Error True once it is under way.
	 */
	public static function disconnect() {
		$state = Connection::state();
		if ( 'gone' === $state ) {
			self::withdraw_consents();
			self::forget();
			return true;
		}
		if ( 'paused' === $state ) {
			return new \WP_Error( 'mentor_bridge_paused', \__( 'This looks like a copy of the site that was connected. Please say first whether it has moved or is a new site.', 'mentor-bridge' ) );
		}
		if ( 'connected' !== $state && 'disconnecting' !== $state ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ) );
		}
		if ( 'connected' === $state ) {
			Connection::change( array( 'state' => 'disconnecting' ) );
			Outbox::clear();
			self::withdraw_consents();
			Receiver::forget_all();
			Service_User::remove();
			/**
			 * Fires when the blog has begun to disconnect.
			 */
			\do_action( 'mentor_bridge_disconnecting' );
		}
		self::request_withdrawal( 5.0, true );
		return true;
	}

	/**
	 * Asks the bridge whether everything is withdrawn, and forgets the connection once it is.
	 *
	 * @param float $timeout Seconds.
	 * @param bool  $at_once Whether to ask even though the last try failed a moment ago.
	 */
	public static function request_withdrawal( float $timeout, bool $at_once = false ): void {
		Connection::refresh();
		if ( 'disconnecting' !== Connection::state() || ( ! $at_once && Delivery_Status::health()['next_try'] > \time() ) ) {
			return;
		}
		$revision   = Counter::next( 'revision' );
		$generation = Generation::current();
		// A new id each time: the answer to a repeat would only say that it is one.
		$answer = Connection::send( 'blog.removed', 'b0_' . $generation . '_' . $revision, array( 'version' => array( 'generation' => $generation, 'revision' => $revision ) ), '', $timeout );
		$code   = \is_wp_error( $answer ) ? 0 : $answer['code'];
		$reply  = \is_wp_error( $answer ) ? array() : Http::json( $answer );
		if ( \in_array( $code, array( 404, 410 ), true ) || ( 200 === $code && isset( $reply['withdrawn'] ) && true === $reply['withdrawn'] ) ) {
			self::forget();
		} elseif ( 200 === $code || 202 === $code ) {
			Delivery_Status::update( array( 'last_success' => \time(), 'failures' => 0, 'next_try' => 0, 'last_error' => '' ) );
		} else {
			Delivery_Status::record_failure( $answer );
		}
	}

	/**
	 * Ends the connection: the bridge says that it will have nothing more of this blog (410).
	 */
	public static function on_gone(): void {
		Connection::change( array( 'state' => 'gone' ) );
		// Nobody would tell us any more that somebody shown here has withdrawn.
		Receiver::forget_all();
		Service_User::remove();
		Plugin::clear_cron();
	}

	/**
	 * Forgets the connection and all that hangs on it. The commenter key stays: whoever connects again should find the
	 * same pseudonyms.
	 */
	private static function forget(): void {
		foreach ( array( Connection::OPTION, Connection::KEYS, Pull::TAKEN, Delivery_Status::OPTION, Address_Notice::OPTION, Enqueue::BACKFILL_DUE, State_Check::OPTION, Alert_Mail::SENT, Commenter_Erasure::OPTION, Dashboard_Sign_In::VISITORS, Dashboard_Sign_In::LEAVING ) as $option ) {
			\delete_option( $option );
		}
		Hidden_Authors::forget();
		Handshake::end();
		Outbox::clear();
		Ledger::clear();
		Receiver::forget_all();
		Service_User::remove();
		Plugin::clear_cron();
	}

	/**
	 * Withdraws the consent of all authors who take part.
	 */
	public static function withdraw_consents(): void {
		foreach ( Consent::participants() as $user_id ) {
			Consent::set( $user_id, false, 'disconnect', '' );
		}
	}
}
