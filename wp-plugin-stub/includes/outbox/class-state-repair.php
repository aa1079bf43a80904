<?php
/**
 * What is done where both sides differ.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Puts objects into the outbox that the bridge holds otherwise, not at all, or though this blog has not sent them. What is
 * sent of each is decided when its turn comes: its state of then, or its removal.
 */
class State_Repair {

	/**
	 * Objects of one statement.
	 */
	const CHUNK = 500;

	/**
	 * Puts into the outbox what differs of one kind.
	 *
	 * @param string $kind  Kind of the ledger.
	 * @param array  $asked {width, without}: from State_Digest::sent().
	 * @param array  $there {ranges, objects: [id, parent, number][]}: the ranges that are told of, and all that they hold.
	 * @return array{sent_again:int,taken_back:int}
	 */
	public static function of_kind( string $kind, array $asked, array $there ): array {
		$ours   = State_Digest::objects( $kind, $asked['width'], $there['ranges'], $asked['without'] );
		$ghosts = array();
		$same   = array();
		foreach ( $there['objects'] as $object ) {
			if ( ! \is_array( $object ) || 3 !== \count( $object ) ) {
				continue;
			}
			list( $id, $parent, $number ) = \array_map( 'intval', \array_values( $object ) );
			if ( ! isset( $ours[ $id ] ) ) {
				$ghosts[ $id ] = $parent;
			} elseif ( $ours[ $id ] === $number ) {
				$same[ $id ] = true;
			}
		}
		$others = \array_keys( \array_diff_key( $ours, $same ) );
		self::note_ghosts( $kind, $ghosts );
		self::enqueue( $kind, \array_keys( $ghosts ), Outbox::REMOVAL );
		self::enqueue( $kind, $others, Outbox::COMMENT === $kind ? Outbox::HISTORY_COMMENT : Outbox::HISTORY );
		return array( 'sent_again' => \count( $others ), 'taken_back' => \count( $ghosts ) );
	}

	/**
	 * Notes that the bridge holds objects of which the ledger knows nothing.
	 *
	 * @param string         $kind   Kind of the ledger.
	 * @param array<int,int> $ghosts What lies above each, by id.
	 */
	private static function note_ghosts( string $kind, array $ghosts ): void {
		global $wpdb;
		$table = Ledger::table();
		foreach ( \array_chunk( $ghosts, self::CHUNK, true ) as $chunk ) {
			$values = array();
			foreach ( $chunk as $id => $parent ) {
				$values[] = $wpdb->prepare( '(%s, %d, %d, 0)', $kind, $id, $parent );
			}
			$wpdb->query( "INSERT IGNORE INTO $table (kind, object_id, parent_id, revision) VALUES " . \implode( ', ', $values ) ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		}
	}

	/**
	 * Takes the hashes from objects and puts them into the outbox; not those that the bridge has refused.
	 *
	 * @param string $kind     Kind of the ledger.
	 * @param int[]  $ids      Which.
	 * @param int    $priority Priority of the outbox.
	 */
	private static function enqueue( string $kind, array $ids, int $priority ): void {
		global $wpdb;
		$ledger = Ledger::table();
		$outbox = Outbox::table();
		foreach ( \array_chunk( $ids, self::CHUNK ) as $chunk ) {
			$wpdb->query( $wpdb->prepare( "UPDATE $ledger SET hash = '' WHERE kind = %s AND object_id IN (", $kind ) . \implode( ',', \array_map( 'intval', $chunk ) ) . ')' ); // phpcs:ignore WordPress.DB
			$refused = $wpdb->prepare( "SELECT 1 FROM $outbox r WHERE r.kind = %s AND r.object_id = l.object_id AND r.failed = 1", $kind ); // phpcs:ignore WordPress.DB
			Bulk_Enqueue::add_from_ledger( $kind, 'l.object_id IN (' . \implode( ',', \array_map( 'intval', $chunk ) ) . ") AND NOT EXISTS ($refused)", $priority );
		}
	}
}
