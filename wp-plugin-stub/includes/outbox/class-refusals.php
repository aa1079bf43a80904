<?php
/**
 * What the bridge did not take after it had received it.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The bridge confirms what arrives and reads it afterwards. What it then cannot take it names in its answer to the next sign
 * of life, each time all of it: such an object stands in the outbox as refused, as if that had been the answer at once.
 */
class Refusals {

	/**
	 * Begins the error of a row that was refused after it had been confirmed.
	 */
	const LATER = 'unread';

	/**
	 * How the bridge names the kinds that have rows.
	 */
	const KINDS = array( 'post' => Outbox::POST, 'author' => Outbox::AUTHOR, 'comment' => Outbox::COMMENT );

	/**
	 * Objects that are looked at in one answer.
	 */
	const LIMIT = 100;

	/**
	 * Brings the outbox in line with what the bridge says it has not taken.
	 *
	 * @param array $answer The bridge's JSON; without `refused` it does not know yet.
	 */
	public static function heed( array $answer ): void {
		if ( ! isset( $answer['refused'] ) || ! \is_array( $answer['refused'] ) || ! Upgrade::is_current() ) {
			return;
		}
		$refused = array();
		foreach ( \array_slice( $answer['refused'], 0, self::LIMIT ) as $named ) {
			$named = \is_array( $named ) ? \array_filter( $named, 'is_string' ) + array( 'kind' => '', 'object' => '', 'reason' => '' ) : array( 'kind' => '' );
			if ( isset( self::KINDS[ $named['kind'] ] ) && \preg_match( '/\A[1-9][0-9]{0,18}\z/', $named['object'] ) ) {
				$kind = self::KINDS[ $named['kind'] ];
				$refused[ $kind . $named['object'] ] = true;
				self::put_aside( $kind, (int) $named['object'], \sanitize_text_field( $named['reason'] ) );
			}
		}
		foreach ( self::rows() as $row ) {
			if ( ! isset( $refused[ $row->kind . $row->object_id ] ) ) {
				// The bridge can read it meanwhile: once sent again, both say the same.
				Outbox::add( $row->kind, (int) $row->object_id, Outbox::HISTORY );
			}
		}
	}

	/**
	 * Gives the rows that are there because the bridge refused them later.
	 *
	 * @return object[] {kind, object_id} each.
	 */
	private static function rows(): array {
		global $wpdb;
		$table = Outbox::table();
		return $wpdb->get_results( $wpdb->prepare( "SELECT kind, object_id FROM $table WHERE failed = 1 AND error LIKE %s LIMIT %d", self::LATER . '%', 10 * self::LIMIT ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Lets an object that was sent stand as refused, unless a change of it waits to be sent.
	 *
	 * @param string $kind   Its kind.
	 * @param int    $id     Its id.
	 * @param string $reason The bridge's words.
	 */
	private static function put_aside( string $kind, int $id, string $reason ): void {
		global $wpdb;
		$outbox = Outbox::table();
		$ledger = Ledger::table();
		$error  = \mb_substr( self::LATER . ( '' === $reason ? '' : ': ' . $reason ), 0, 150 );
		// phpcs:disable WordPress.DB
		$added = $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $outbox (kind, object_id, revision, priority, position, attempts, failed, error, created_at) SELECT kind, object_id, revision, %d, revision, 1, 1, %s, UTC_TIMESTAMP() FROM $ledger WHERE kind = %s AND object_id = %d", Outbox::HISTORY, $error, $kind, $id ) );
		if ( 1 === $added ) {
			// Whatever is saved next is sent, also when nothing has changed.
			$wpdb->query( $wpdb->prepare( "UPDATE $ledger SET hash = '' WHERE kind = %s AND object_id = %d", $kind, $id ) );
		}
		// phpcs:enable
	}
}
