<?php
/**
 * What a change leads to: outbox rows.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Puts into the outbox what there is to tell, and nothing else: what is public now, and what the bridge may hold.
 */
class Enqueue {

	/**
	 * Option: an import ran, or something else happened that nobody followed; everything is looked at again.
	 */
	const BACKFILL_DUE = 'mentor_bridge_backfill_due';

	/**
	 * While the plugin stores what the bridge pushed: own writes are no news for the bridge.
	 *
	 * @var bool
	 */
	private static $muted = false;

	/**
	 * Puts an object into the outbox, if the bridge has anything to learn of it.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	public static function recheck( string $kind, int $id ): void {
		if ( ! self::is_listening() ) {
			return;
		}
		if ( \defined( 'WP_IMPORTING' ) && WP_IMPORTING ) {
			// Thousands of hooks are coming; one look at everything afterwards is cheaper.
			self::request_backfill();
			return;
		}
		if ( Sharing_Rules::is_public( $kind, $id ) ) {
			Outbox::add( $kind, $id, Outbox::LIVE );
		} elseif ( Ledger::has( $kind, $id ) || Outbox::has( $kind, $id ) ) {
			// A row that waits may just be on its way in another request: it is renewed, never simply dropped.
			Outbox::add( $kind, $id, Outbox::REMOVAL );
		} else {
			return;
		}
		Drain_Trigger::request( 'event' );
	}

	/**
	 * An author's consent was given or withdrawn.
	 *
	 * @param int  $user_id    The author.
	 * @param bool $takes_part What was decided.
	 */
	public static function consent_changed( int $user_id, bool $takes_part ): void {
		global $wpdb;
		self::recheck( Outbox::AUTHOR, $user_id );
		if ( ! self::is_listening() ) {
			return;
		}
		// What others have published with them hangs on their word, too.
		if ( $takes_part ) {
			self::add_history( Post_Authors::may_differ() ? Consent::participants() : array( $user_id ), Sharing_Rules::post_types() );
		} elseif ( Post_Authors::may_differ() ) {
			Bulk_Enqueue::add_from_ledger( Outbox::POST, $wpdb->prepare( 'l.parent_id <> %d', $user_id ) );
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * Puts public posts and their comments into the outbox.
	 *
	 * @param int[]    $author_ids Authors who take part.
	 * @param string[] $types      Post types.
	 */
	public static function add_history( array $author_ids, array $types ): void {
		Bulk_Enqueue::add_posts( $author_ids, $types );
		if ( Connection::statistics() ) {
			Bulk_Enqueue::add_comments( $author_ids, $types );
		}
		Drain_Trigger::request( 'event' );
	}

	/**
	 * The owner switched statistics on or off: comments are sent, or retracted.
	 */
	public static function statistics_changed(): void {
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		if ( Connection::statistics() ) {
			Bulk_Enqueue::add_comments( Consent::participants(), Sharing_Rules::post_types() );
		} else {
			Bulk_Enqueue::add_from_ledger( Outbox::COMMENT, '', Outbox::REMOVAL );
			Statistics::forget_all();
		}
		Drain_Trigger::request( 'event' );
	}

	/**
	 * Looks at everything that is public and at everything that the bridge holds; what is unchanged is dropped when its
	 * turn comes.
	 */
	public static function recheck_everything(): void {
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		foreach ( Consent::participants() as $user_id ) {
			Outbox::add( Outbox::AUTHOR, $user_id, Outbox::LIVE );
		}
		foreach ( array( Outbox::AUTHOR, Outbox::POST, Outbox::COMMENT ) as $kind ) {
			Bulk_Enqueue::add_from_ledger( $kind );
		}
		self::add_history( Consent::participants(), Sharing_Rules::post_types() );
	}

	/**
	 * Looks at the posts of a range of ids, and at what the bridge holds of their comments.
	 *
	 * @param int $first First id.
	 * @param int $last  Last id.
	 */
	public static function recheck_range( int $first, int $last ): void {
		global $wpdb;
		Bulk_Enqueue::add_posts( Consent::participants(), Sharing_Rules::post_types(), $wpdb->prepare( 'o.ID BETWEEN %d AND %d', $first, $last ) );
		Bulk_Enqueue::add_from_ledger( Outbox::POST, $wpdb->prepare( 'l.object_id BETWEEN %d AND %d', $first, $last ) );
		Bulk_Enqueue::add_from_ledger( Outbox::COMMENT, $wpdb->prepare( 'l.parent_id BETWEEN %d AND %d', $first, $last ), Outbox::HISTORY_COMMENT );
	}

	/**
	 * Notes that everything is to be looked at again, in the next drain.
	 */
	public static function request_backfill(): void {
		if ( '1' !== (string) \get_option( self::BACKFILL_DUE ) ) {
			\update_option( self::BACKFILL_DUE, '1', false );
		}
	}

	/**
	 * Notes that other code runs on this blog from now on, which may show or hide anything.
	 */
	public static function code_changed(): void {
		if ( self::is_listening() ) {
			Unreadable_Posts::clear();
			self::request_backfill();
		}
	}

	/**
	 * Looks at everything again, if request_backfill() has noted that.
	 */
	public static function run_backfill(): void {
		if ( '1' === (string) \get_option( self::BACKFILL_DUE ) ) {
			\delete_option( self::BACKFILL_DUE );
			self::recheck_everything();
		}
	}

	/**
	 * An author is gone: the author is removed, and every post of theirs that the bridge holds is looked at again after
	 * that, as it may have been given to somebody who takes part.
	 *
	 * @param int $user_id The author.
	 */
	public static function author_left( int $user_id ): void {
		global $wpdb;
		if ( self::is_listening() && Ledger::has( Outbox::AUTHOR, $user_id ) ) {
			Outbox::add( Outbox::AUTHOR, $user_id, Outbox::REMOVAL );
			Bulk_Enqueue::add_from_ledger( Outbox::POST, $wpdb->prepare( 'l.parent_id = %d', $user_id ), Outbox::LIVE );
			Drain_Trigger::request( 'event' );
		}
	}

	/**
	 * Runs something whose writes are no news for the bridge.
	 *
	 * @param callable $write What writes.
	 * @return mixed What it returns.
	 */
	public static function muted( callable $write ) {
		$before      = self::$muted;
		self::$muted = true;
		try {
			return $write();
		} finally {
			self::$muted = $before;
		}
	}

	/**
	 * Tells whether changes are to be sent: a bridge is connected, and they are not the plugin's own writes.
	 */
	public static function is_listening(): bool {
		return ! self::$muted && Connection::is_connected() && Upgrade::run();
	}

	/**
	 * Begins a new generation and sends everything again.
	 *
	 * @param int $above A generation that the bridge has seen.
	 */
	public static function resend_everything( int $above = 0 ): void {
		Generation::begin( $above );
		Ledger::invalidate_all();
		self::recheck_everything();
		// What is older than the new generation and not among what is sent now has to go.
		State_Check::request();
	}
}
