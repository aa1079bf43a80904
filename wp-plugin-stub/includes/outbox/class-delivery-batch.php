<?php
/**
 * What one request to the bridge carries.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Renders the rows of the outbox that are sent next, sends them in one request, and draws the consequences of the answer.
 */
class Delivery_Batch {

	/**
	 * Objects of one request at most; fewer while the bridge finds that too large.
	 */
	const OBJECTS = 100;

	/**
	 * Bytes of one request at most, but for a single object.
	 */
	const BYTES = 800000;

	/**
	 * Renders the rows that are sent next.
	 *
	 * @param float $until When the time is over.
	 * @return array{items:array[],dropped:int,failed:int,more:bool}
	 */
	public static function next( float $until ): array {
		$batch = array( 'items' => array(), 'dropped' => 0, 'failed' => 0, 'more' => false );
		$limit = Delivery_Status::health()['batch_limit'];
		$bytes = 0;
		do {
			$rows    = Outbox::due( $limit );
			$nothing = array();
			foreach ( $rows as $row ) {
				if ( \microtime( true ) > $until ) {
					$batch['more'] = true;
					break;
				}
				if ( Event_Renderer::must_wait( $row ) ) {
					$batch['more'] = true;
					continue;
				}
				try {
					$item = self::with_id( Event_Renderer::render( $row ) );
				} catch ( Loopback_Postponed $later ) {
					// All that follows is history as well.
					$batch['more'] = true;
					break;
				}
				if ( null === $item ) {
					$nothing[] = $row;
					continue;
				}
				$bytes += \strlen( $item['json'] ) + 1;
				if ( $bytes > self::BYTES && array() !== $batch['items'] ) {
					break;
				}
				$batch['items'][] = $item;
				if ( $item['removal'] && Outbox::AUTHOR === $item['kind'] ) {
					// What comes next may be a post of this author's that somebody else was given: it has to be looked at
					// after the removal has taken it away.
					break;
				}
			}
			if ( array() !== $nothing ) {
				Changed_Rows::note( $nothing );
				Outbox::remove( $nothing );
				$batch['dropped'] += \count( $nothing );
			}
			// Nothing but rows without news: look at the next ones.
		} while ( array() === $batch['items'] && array() !== $rows && ! $batch['more'] );
		return $batch;
	}

	/**
	 * Gives an item the id and the JSON under which it travels.
	 *
	 * @param array|null $item From Event_Renderer::render().
	 * @return array|null
	 */
	private static function with_id( ?array $item ): ?array {
		if ( null === $item ) {
			return null;
		}
		if ( '' !== $item['tried'] && $item['tried'] !== $item['hash'] ) {
			/*
			 * It was tried with another content, and the answer did not arrive. The same id would be taken for a repeat
			 * and this content would be lost.
			 */
			$revision = Outbox::renew_revision( $item );
			if ( 0 === $revision ) {
				return self::with_id( null );
			}
			$item['revision'] = $revision;
			$item['tried']    = '';
		}
		$generation    = Generation::current();
		$item['id']    = $item['kind'] . $item['object_id'] . '_' . $generation . '_' . $item['revision'];
		$item['event'] = array(
			'type'      => $item['type'],
			'timestamp' => Delivery_Status::bridge_time_text(),
			'data'      => \array_merge( array( 'version' => array( 'generation' => $generation, 'revision' => $item['revision'] ) ), $item['removal'] ? array() : array( 'hash' => $item['hash'] ), $item['data'] ),
		);
		$item['json'] = Wire_Format::encode( \array_merge( array( 'id' => $item['id'] ), $item['event'] ) );
		return $item;
	}

	/**
	 * Sends items in one request and draws the consequences of the answer.
	 *
	 * @param array[] $items   At least one.
	 * @param float   $timeout Seconds.
	 * @return string 'sent', 'refused' (the one item is out of the way), 'again' (with a smaller batch or a corrected
	 *                clock) or 'failure' (the drain ends).
	 */
	public static function deliver( array $items, float $timeout ): string {
		// Before it happens: the answer may get lost, and the bridge hold it all the same.
		Ledger::note_attempt( $items );
		Changed_Rows::note( $items );
		Outbox::note_attempt( $items );
		if ( 1 === \count( $items ) ) {
			$id   = $items[0]['id'];
			$body = Wire_Format::encode( $items[0]['event'] + array( 'install' => Connection::install() ) );
		} else {
			$id   = 'batch_' . \substr( \hash( 'sha256', \implode( "\n", \array_column( $items, 'id' ) ) ), 0, 40 );
			$body = '{"type":"batch","timestamp":"' . Delivery_Status::bridge_time_text() . '","install":"' . Connection::install() . '","data":{"events":[' . \implode( ',', \array_column( $items, 'json' ) ) . ']}}';
		}
		$answer = Signed_Request::post( '', $id, $body, $timeout );
		if ( ! \is_wp_error( $answer ) && 202 === $answer['code'] ) {
			Ledger::acknowledge( $items );
			Outbox::remove( $items );
			Delivery_Status::record_success( Http::json( $answer ), $id );
			return 'sent';
		}
		return self::refused( $items, $answer );
	}

	/**
	 * Handles any answer to a delivery but a 202.
	 *
	 * @param array[]         $items  What was sent.
	 * @param array|\WP_Error $answer What came back.
	 * @return string As deliver().
	 */
	private static function refused( array $items, $answer ): string {
		$code = \is_wp_error( $answer ) ? 0 : $answer['code'];
		if ( 413 === $code && 1 < \count( $items ) ) {
			Delivery_Status::update( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
			return 'again';
		}
		if ( \in_array( $code, array( 400, 413, 415, 422 ), true ) ) {
			if ( 1 < \count( $items ) ) {
				// One of them is at fault; alone it will show.
				Delivery_Status::update( array( 'batch_limit' => \max( 1, \intdiv( \count( $items ), 2 ) ) ) );
				return 'again';
			}
			Outbox::fail( $items[0], 'http_' . $code . ': ' . Delivery_Status::message( $answer ) );
			return 'refused';
		}
		Delivery_Status::record_failure( $answer );
		return 'failure';
	}
}
