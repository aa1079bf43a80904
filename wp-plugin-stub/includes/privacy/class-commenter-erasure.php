<?php
/**
 * A commenter who is being erased.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * First the bridge is told to remove whatever it was sent under the person's code, and asked again until it says that
 * nothing is left; then core makes the comments anonymous; then they are sent again, as comments of nobody. What core leaves
 * with a name is not sent again.
 */
class Commenter_Erasure {

	/**
	 * Meta of a comment: '1' from the moment its author asked to be erased.
	 */
	const META = '_mentor_bridge_erasing';

	/**
	 * Option: what the bridge has not confirmed yet, code of the commenter => {generation, revision}.
	 */
	const OPTION = 'mentor_bridge_erasures';

	/**
	 * Takes everything of a person back. Harmless to repeat.
	 *
	 * @param string $email The person.
	 * @return bool Whether there was anything to take back.
	 */
	public static function begin( string $email ): bool {
		$code    = Commenter::of_email( $email );
		$pending = self::pending();
		if ( isset( $pending[ $code ] ) ) {
			return true;
		}
		self::mark_comments( $email );
		if ( ! Connection::is_connected() || ( array() === Ledger::comments_of( $email, 1 ) && array() === Statistics::commenters( array( $code ) ) ) ) {
			return false;
		}
		// What is sent later has a newer version, and is not meant.
		$pending[ $code ] = array(
			'generation' => Generation::current(),
			'revision'   => Counter::next( 'revision' ),
		);
		\update_option( self::OPTION, $pending, false );
		Ledger::forget_comments_of( $email );
		Statistics::forget_commenter( $code );
		return true;
	}

	/**
	 * Notes with all comments of a person that they are not sent any more.
	 *
	 * @param string $email The person.
	 */
	private static function mark_comments( string $email ): void {
		global $wpdb;
		// phpcs:disable WordPress.DB -- one statement for all comments of somebody.
		$wpdb->query(
			$wpdb->prepare(
				"INSERT INTO $wpdb->commentmeta (comment_id, meta_key, meta_value)
				SELECT c.comment_ID, %s, '1' FROM $wpdb->comments c LEFT JOIN $wpdb->commentmeta m ON m.comment_id = c.comment_ID AND m.meta_key = %s
				WHERE c.comment_author_email = %s AND m.meta_id IS NULL",
				self::META,
				self::META,
				$email
			)
		);
		// phpcs:enable
		\wp_cache_set( 'last_changed', \microtime(), 'comment' );
	}

	/**
	 * Tells whether a comment is on its way out: asked for, and still with its author's address.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function is_under_way( \WP_Comment $comment ): bool {
		return '' !== \trim( (string) $comment->comment_author_email ) && '1' === (string) \get_comment_meta( (int) $comment->comment_ID, self::META, true );
	}

	/* ---- Asking the bridge. ---- */

	/**
	 * Gives the commenters whose erasure the bridge has not confirmed yet.
	 *
	 * @return array<string,array{generation:int,revision:int}>
	 */
	private static function pending(): array {
		$pending = \get_option( self::OPTION, array() );
		return \is_array( $pending ) ? $pending : array();
	}

	/**
	 * Tells whether the bridge has still to confirm that a person is erased.
	 *
	 * @param string $email The person.
	 */
	public static function is_pending( string $email ): bool {
		return isset( self::pending()[ Commenter::of_email( $email ) ] );
	}

	/**
	 * Asks the bridge whether one person is erased.
	 *
	 * @param string $email   The person.
	 * @param float  $timeout Seconds.
	 */
	public static function ask_bridge( string $email, float $timeout ): void {
		$code = Commenter::of_email( $email );
		self::ask_about_each( \array_intersect_key( self::pending(), array( $code => true ) ), $timeout );
	}

	/**
	 * Asks the bridge about all whose erasure it has not confirmed.
	 */
	public static function ask_bridge_again(): void {
		if ( Connection::is_connected() && 0 === Delivery_Status::health()['failures'] ) {
			self::ask_about_each( self::pending(), Signed_Request::TIMEOUT );
		}
	}

	/**
	 * Asks the bridge about each erasure, until one gets no answer; asking again tells how far it is.
	 *
	 * @param array<string,array> $pending Code => version.
	 * @param float               $timeout Seconds a question.
	 */
	private static function ask_about_each( array $pending, float $timeout ): void {
		foreach ( $pending as $code => $version ) {
			$data   = array(
				'version'   => $version,
				'commenter' => (string) $code,
			);
			$answer = Connection::send( 'commenter.removed', 'e_' . $version['generation'] . '_' . $version['revision'], $data, '', $timeout );
			$reply  = \is_wp_error( $answer ) ? array() : Http::json( $answer );
			if ( ! \is_wp_error( $answer ) && 200 === $answer['code'] && isset( $reply['erased'] ) && true === $reply['erased'] ) {
				$left = self::pending();
				unset( $left[ $code ] );
				array() === $left ? \delete_option( self::OPTION ) : \update_option( self::OPTION, $left, false );
			} elseif ( \is_wp_error( $answer ) || 202 !== $answer['code'] ) {
				Delivery_Status::record_failure( $answer );
				return;
			}
		}
	}

	/* ---- Afterwards. ---- */

	/**
	 * Core has made comments anonymous, without a hook for each: they are looked at again.
	 */
	public static function finish(): void {
		global $wpdb;
		$anonymous = "SELECT c.comment_ID FROM $wpdb->comments c JOIN $wpdb->commentmeta m ON m.comment_id = c.comment_ID AND m.meta_key = '" . self::META . "' WHERE c.comment_author_email = ''";
		Bulk_Enqueue::add_selected_comments( $anonymous );
		$wpdb->query( "DELETE m FROM $wpdb->commentmeta m JOIN $wpdb->comments c ON c.comment_ID = m.comment_id WHERE m.meta_key = '" . self::META . "' AND c.comment_author_email = ''" ); // phpcs:ignore WordPress.DB
	}
}
