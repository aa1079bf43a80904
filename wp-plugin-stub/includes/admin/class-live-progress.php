<?php
/**
 * Settings › Mentor bridge: how far the first minutes have come.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A line that follows what is sent, until the first mentors stand under a post; a small script asks for it again meanwhile.
 */
class Live_Progress {

	/**
	 * Action of admin-ajax.php, and its nonce.
	 */
	const ACTION = 'mentor_bridge_progress';

	/**
	 * Seconds after connecting in which the bridge is still looking.
	 */
	const LOOKING = 15 * MINUTE_IN_SECONDS;

	/**
	 * Newest lists that are looked at for one that is shown.
	 */
	const LISTS = 10;

	/**
	 * Prints the line.
	 */
	public static function show(): void {
		$line = self::line();
		echo '<div id="mentor-bridge-live" aria-live="polite" data-again="' . ( $line['again'] ? '1' : '' ) . '">' . $line['html'] . '</div>'; // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped where it was made.
		\wp_enqueue_script( 'mentor-bridge-live', \plugins_url( 'assets/live-progress.js', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION, true );
		$script = array(
			'address' => \add_query_arg(
				array(
					'action'      => self::ACTION,
					'_ajax_nonce' => \wp_create_nonce( self::ACTION ),
				),
				\admin_url( 'admin-ajax.php' )
			),
			/* translators: %s: a number of minutes. */
			'minutes' => \__( 'about %s min left', 'mentor-bridge' ),
			'soon'    => \__( 'less than a minute left', 'mentor-bridge' ),
		);
		\wp_add_inline_script( 'mentor-bridge-live', 'window.mentorBridgeLive = ' . \wp_json_encode( $script ) . ';', 'before' );
	}

	/**
	 * Answers the script.
	 */
	public static function answer(): void {
		if ( ! \check_ajax_referer( self::ACTION, false, false ) || ! \current_user_can( Settings::CAPABILITY ) ) {
			\wp_send_json_error( null, 403 );
		}
		\wp_send_json_success( self::line() );
	}

	/**
	 * Makes the line.
	 *
	 * @return array{html:string,again:bool} Escaped HTML, and whether it will soon say something else.
	 */
	private static function line(): array {
		$progress = Outbox::progress();
		if ( 1 > $progress['total'] ) {
			return array( 'html' => '', 'again' => false );
		}
		/* translators: 1: a number, 2: another number. */
		$count = \sprintf( \__( '%1$s of %2$s sent', 'mentor-bridge' ), \number_format_i18n( $progress['sent'] ), \number_format_i18n( $progress['total'] ) );
		$html  = '<p><label for="mentor-bridge-progress">' . \esc_html( $count ) . '</label>';
		$post  = self::first_post();
		$new   = \time() - (int) Connection::get()['since'] < self::LOOKING;
		if ( null !== $post ) {
			/* translators: %s: title of a post. */
			$html .= ' · <a href="' . \esc_url( (string) \get_permalink( $post ) ) . '">' . \esc_html( \sprintf( \__( 'Mentors stand under “%s”: have a look', 'mentor-bridge' ), \wp_specialchars_decode( \wp_strip_all_tags( \get_the_title( $post ) ), ENT_QUOTES ) ) ) . '</a>';
		} elseif ( 0 < Post_Sharing::counts()['shared'] && 0 === $progress['waiting'] ) {
			$html .= ' · ' . \esc_html( $new ? \__( 'The bridge is looking for mentors, which takes a minute or two.', 'mentor-bridge' ) : \__( 'So far nobody at the bridge writes about the same things. Mentors appear by themselves when somebody does.', 'mentor-bridge' ) );
		}
		$html .= ' <progress id="mentor-bridge-progress" max="' . (int) $progress['total'] . '" value="' . (int) $progress['sent'] . '"></progress></p>';
		return array( 'html' => $html, 'again' => 0 < $progress['waiting'] || ( $new && null === $post ) );
	}

	/**
	 * Finds a post under which mentors stand: the one that got them last.
	 */
	private static function first_post(): ?\WP_Post {
		global $wpdb;
		$ids = $wpdb->get_col( $wpdb->prepare( "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = %s AND meta_value LIKE %s ORDER BY meta_id DESC LIMIT %d", Related_Mentors::META, '%' . $wpdb->esc_like( '"mentors":[{' ) . '%', self::LISTS ) ); // phpcs:ignore WordPress.DB
		foreach ( $ids as $id ) {
			$post = \get_post( (int) $id );
			if ( $post instanceof \WP_Post && 'publish' === $post->post_status && ! Display::is_hidden( $post->ID ) && array() !== Related_Mentors::of( $post->ID )['mentors'] ) {
				return $post;
			}
		}
		return null;
	}
}
