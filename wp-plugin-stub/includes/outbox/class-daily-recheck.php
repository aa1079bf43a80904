<?php
/**
 * Everything is looked at once a day.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * What a visitor is shown may change without a word: a setting of another plugin, a rule, a date. So each published post
 * and what the bridge holds of its comments goes through the outbox once in twenty hours, a slice every five minutes with
 * whatever drain runs then; what is unchanged is dropped there.
 */
class Daily_Recheck {

	/**
	 * Option: {at, after}, when a slice was taken last, and the post at its end.
	 */
	const OPTION = 'mentor_bridge_daily_look';

	/**
	 * Seconds in which every post is looked at once.
	 */
	const ROUND = 20 * HOUR_IN_SECONDS;

	/**
	 * Seconds between two slices.
	 */
	const PAUSE = 5 * MINUTE_IN_SECONDS;

	/**
	 * Puts the posts into the outbox that the time since the last slice calls for.
	 */
	public static function next_slice(): void {
		global $wpdb;
		$types = Sharing_Rules::post_types();
		$state = \get_option( self::OPTION );
		if ( ! \is_array( $state ) ) {
			// Connected just now: everything is in the outbox anyway.
			$state = array( 'at' => \time(), 'after' => 0 );
			\update_option( self::OPTION, $state, false );
		}
		if ( \time() - $state['at'] < self::PAUSE || array() === $types || ! Enqueue::is_listening() ) {
			return;
		}
		$where = 'post_type IN (' . Bulk_Enqueue::sql_texts( $types ) . ") AND post_status = 'publish'";
		$count = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->posts WHERE $where" ); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		$size  = (int) \ceil( $count * \min( 1, ( \time() - $state['at'] ) / self::ROUND ) );
		$ids   = 0 < $size ? $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM $wpdb->posts WHERE $where AND ID > %d ORDER BY ID LIMIT %d", $state['after'], $size ) ) : array(); // phpcs:ignore WordPress.DB, MentorBridge.DB -- its parts are prepared or names of columns.
		// A short slice is the last of its round, and reaches up to whatever the bridge may hold.
		$is_last = \count( $ids ) < \max( 1, $size );
		Enqueue::recheck_range( (int) $state['after'] + 1, $is_last ? PHP_INT_MAX : (int) \end( $ids ) );
		\update_option( self::OPTION, array( 'at' => \time(), 'after' => $is_last ? 0 : (int) \end( $ids ) ), false );
	}
}
