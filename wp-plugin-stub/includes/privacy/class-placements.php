<?php
/**
 * On which blogs an author is shown.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the bridge, for who wants to take their data along or to have them erased.
 */
class Placements {

	/**
	 * Seconds for which the bridge is waited for.
	 */
	const TIMEOUT = 5.0;

	/**
	 * Gives the blogs that show an author.
	 *
	 * @param int $user_id The author.
	 * @return array<string,int>|null Name and address of a blog => under how many of its posts; null when the bridge does
	 *                                not answer, or knows no such question.
	 */
	public static function of_author( int $user_id ): ?array {
		if ( ! Connection::is_connected() ) {
			return array();
		}
		$answer = Connection::send( 'placements', 'placements_' . \bin2hex( \random_bytes( 16 ) ), array( 'author' => $user_id ), '/placements', self::TIMEOUT );
		$reply  = \is_wp_error( $answer ) || 200 !== $answer['code'] ? array() : Http::json( $answer );
		if ( ! isset( $reply['blogs'] ) || ! \is_array( $reply['blogs'] ) ) {
			return null;
		}
		$blogs = array();
		foreach ( $reply['blogs'] as $blog ) {
			if ( \is_array( $blog ) && isset( $blog['name'], $blog['url'], $blog['posts'] ) && \is_string( $blog['name'] ) && \is_string( $blog['url'] ) && \is_int( $blog['posts'] ) ) {
				$blogs[ \sanitize_text_field( \trim( $blog['name'] . ' ' . $blog['url'] ) ) ] = $blog['posts'];
			}
		}
		return $blogs;
	}
}
