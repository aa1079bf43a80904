<?php
/**
 * Settings › Mentor bridge: the first steps after connecting.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A short list of what is done and what comes next, for whoever looks. It goes away when all is done, or by its own button.
 */
class First_Steps {

	/**
	 * Option of a user: '1' when they have put the list away.
	 */
	const HIDDEN = 'mentor_bridge_steps_hidden';

	/**
	 * Option of a user: '1' once they have opened the dashboard at the bridge, where their skills stand.
	 */
	const VISITED = 'mentor_bridge_visited';

	/**
	 * Posts that the bridge must have read before it can say much.
	 */
	const POSTS = 3;

	/**
	 * Gives the steps of somebody.
	 *
	 * @param int $user_id Who looks.
	 * @return array<int,array{done:bool,words:string,url:string}> The address leads to where it is done; '' for nowhere.
	 */
	private static function steps( int $user_id ): array {
		$posts = \count( Ledger::posts_of( $user_id, self::POSTS, 0 ) );
		$steps = array(
			array( 'done' => true, 'words' => \__( 'The blog is connected', 'mentor-bridge' ), 'url' => '' ),
			array(
				'done'  => self::POSTS <= $posts,
				/* translators: 1: how many posts were read, 2: how many are needed. */
				'words' => Consent::takes_part( $user_id ) ? \sprintf( \__( 'The bridge has read posts of yours: %1$s of %2$s', 'mentor-bridge' ), \number_format_i18n( $posts ), \number_format_i18n( self::POSTS ) ) : \__( 'Take part yourself, so that your posts can be read', 'mentor-bridge' ),
				'url'   => Consent::takes_part( $user_id ) ? ( self::POSTS <= $posts ? '' : \admin_url( 'edit.php?' . Sharing_Column::FILTER . '=no' ) ) : '#mentor-bridge-own',
			),
			array( 'done' => array() !== Pairing_Profile::list_of( $user_id, Payload::OFFERS ), 'words' => \__( 'Say what you can help with', 'mentor-bridge' ), 'url' => \admin_url( 'profile.php#mentor-bridge' ) ),
			array( 'done' => '1' === (string) \get_user_option( self::VISITED, $user_id ), 'words' => \__( 'Check which skills the bridge has read from your posts, on your card', 'mentor-bridge' ), 'url' => Dashboard_Link::is_for( $user_id ) ? Dashboard_Link::url() : '' ),
		);
		if ( People_Section::has_others( $user_id ) ) {
			$steps[] = array( 'done' => People_Section::is_somebody_asked( $user_id ), 'words' => \__( 'Invite the other authors', 'mentor-bridge' ), 'url' => '#mentor-bridge-others' );
		}
		return $steps;
	}

	/**
	 * Prints the steps, as long as one of them is open and they were not put away.
	 */
	public static function show(): void {
		$user_id = \get_current_user_id();
		$steps   = '1' === (string) \get_user_option( self::HIDDEN, $user_id ) ? array() : self::steps( $user_id );
		if ( ! \in_array( false, \array_column( $steps, 'done' ), true ) ) {
			return;
		}
		Settings_Page::open_part( \__( 'Your first steps', 'mentor-bridge' ), 'mentor-bridge-steps' );
		echo '<ol>';
		foreach ( $steps as $step ) {
			echo '<li class="' . ( $step['done'] ? 'is-done' : 'is-open' ) . '"><span aria-hidden="true">' . ( $step['done'] ? '✓' : '○' ) . '</span> <span class="screen-reader-text">' . \esc_html( $step['done'] ? \__( 'Done:', 'mentor-bridge' ) : \__( 'To do:', 'mentor-bridge' ) ) . '</span> ';
			echo '' === $step['url'] || $step['done'] ? \esc_html( $step['words'] ) : '<a href="' . \esc_url( $step['url'] ) . '">' . \esc_html( $step['words'] ) . '</a>';
			echo '</li>';
		}
		echo '</ol>';
		Settings_Page::open_form( 'hide_steps' );
		echo '<p><button class="button-link">' . \esc_html__( 'Hide this list', 'mentor-bridge' ) . '</button></p></form></section>';
	}

	/**
	 * Notes that somebody has put the list away.
	 *
	 * @param int $user_id Who.
	 */
	public static function hide( int $user_id ): void {
		\update_user_option( $user_id, self::HIDDEN, '1' );
	}

	/**
	 * Notes that somebody opens the dashboard at the bridge.
	 *
	 * @param int $user_id Who.
	 */
	public static function note_visit( int $user_id ): void {
		\update_user_option( $user_id, self::VISITED, '1' );
	}
}
