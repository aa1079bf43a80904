<?php
/**
 * The widget on the dashboard of wp-admin.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Whom to answer first, then how the last 90 days compare with the 90 before. All of it from what is stored here.
 */
class Dashboard_Widget {

	const ID = 'mentor_bridge_conversations';

	/**
	 * Adds the widget to the dashboard for those who may moderate, while statistics are on.
	 */
	public static function add(): void {
		if ( Statistics::may_be_seen() ) {
			\wp_add_dashboard_widget( self::ID, \esc_html__( 'Conversations on your blog', 'mentor-bridge' ), array( self::class, 'show' ) );
			Engagement_Style::enqueue_later();
		}
	}

	/**
	 * Prints the widget on the dashboard.
	 */
	public static function show(): void {
		$key  = Widget_Cache::key();
		$html = Widget_Cache::find( $key );
		if ( null === $html ) {
			$data = Statistics::blog();
			$html = self::html( $data );
			if ( null !== $data ) {
				Widget_Cache::store( $key, $html );
			}
		}
		echo '<div class="mentor-bridge-engagement">' . Relative_Time::fill( $html ) . '</div>'; // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped where it was made.
	}

	/**
	 * Makes the content of the widget.
	 *
	 * @param array|null $data The figures of the blog.
	 * @return string Escaped HTML, with the places of Relative_Time.
	 */
	private static function html( ?array $data ): string {
		\ob_start();
		if ( null === $data ) {
			self::show_empty();
		} else {
			$data = Follow_Up_Lists::show( $data );
			echo '<h3>' . \esc_html__( 'The last 90 days', 'mentor-bridge' ) . '</h3>';
			Key_Figures::show_lines( $data['figures'] );
			echo '<details class="mentor-bridge-all"><summary>' . \esc_html__( 'All figures', 'mentor-bridge' ) . '</summary>';
			Follow_Up_Lists::show_further( $data );
			Key_Figures::show( $data['figures'] );
			Trend_Chart::show( $data['trend'] );
			self::held_out( $data['held_out'] );
			echo '</details>';
			self::foot( $data );
		}
		return (string) \ob_get_clean();
	}

	/**
	 * Prints what the widget will show once figures have come.
	 */
	private static function show_empty(): void {
		echo '<p>' . \esc_html__( 'Here you will see who reads and answers, whom to answer first, and which posts start conversations.', 'mentor-bridge' ) . '</p>';
		$waiting = Outbox::progress()['waiting'];
		if ( 0 < $waiting ) {
			/* translators: %s: a number. */
			echo '<p>' . \esc_html( \sprintf( \_n( '%s item is still on its way to the bridge.', '%s items are still on their way to the bridge.', $waiting, 'mentor-bridge' ), \number_format_i18n( $waiting ) ) ) . '</p>';
		}
		echo '<p>' . \esc_html__( 'The bridge sends the first figures a few minutes after it has the comments.', 'mentor-bridge' ) . '</p>';
		if ( '' !== Connection::status()['last_error'] && \current_user_can( Settings::CAPABILITY ) ) {
			echo '<p><a href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'The connection has a problem: see what to do', 'mentor-bridge' ) . '</a></p>';
		}
	}

	/**
	 * Prints how many comments are left out of all figures, and why.
	 *
	 * @param array $held_out {count, reasons}.
	 */
	private static function held_out( array $held_out ): void {
		$count = (int) $held_out['count'];
		if ( 1 > $count ) {
			return;
		}
		$words   = array(
			'links'            => \__( 'many links', 'mentor-bridge' ),
			'commercial_name'  => \__( 'a commercial name', 'mentor-bridge' ),
			'praise'           => \__( 'nothing but praise', 'mentor-bridge' ),
			'repeated_text'    => \__( 'the same text elsewhere', 'mentor-bridge' ),
			'flood'            => \__( 'many in one hour', 'mentor-bridge' ),
			'foreign_language' => \__( 'a language this blog does not use', 'mentor-bridge' ),
		);
		$reasons = array();
		foreach ( $held_out['reasons'] as $reason => $times ) {
			/* translators: 1: a sign of spam such as "many links", 2: how often. */
			$reasons[] = \sprintf( \__( '%1$s (%2$s)', 'mentor-bridge' ), isset( $words[ $reason ] ) ? $words[ $reason ] : $reason, \number_format_i18n( (int) $times ) );
		}
		/* translators: %s: a number. */
		$text = \sprintf( \_n( '%s comment shows two or more signs of spam and is left out of all figures.', '%s comments show two or more signs of spam and are left out of all figures.', $count, 'mentor-bridge' ), \number_format_i18n( $count ) );
		if ( array() !== $reasons ) {
			/* translators: %s: list of signs of spam. */
			$text .= ' ' . \sprintf( \__( 'Signs: %s.', 'mentor-bridge' ), \implode( \__( ', ', 'mentor-bridge' ), $reasons ) );
		}
		echo '<p class="mentor-bridge-held-out">' . \esc_html( $text ) . '</p>';
	}

	/**
	 * Prints when the figures were counted, and over which days.
	 *
	 * @param array $data The figures of the blog.
	 */
	private static function foot( array $data ): void {
		/* translators: 1: a moment such as "5 minutes ago", 2: a date. */
		$text = \sprintf( \esc_html__( 'Counted %1$s, from %2$s on. Only you and others who moderate comments see this.', 'mentor-bridge' ), Relative_Time::placeholder( $data['as_of'] ), \esc_html( Figure_Format::day( $data['from'] ) ) );
		echo '<p class="mentor-bridge-foot description">' . $text; // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- both parts are.
		$counts = Post_Sharing::counts();
		if ( $counts['shared'] < $counts['public'] ) {
			/* translators: 1: a number, 2: a count of posts. */
			echo ' ' . \esc_html( \sprintf( \__( 'Only comments on shared posts are counted: %1$s of %2$s.', 'mentor-bridge' ), \number_format_i18n( $counts['shared'] ), Figure_Format::posts( $counts['public'] ) ) );
		}
		if ( \current_user_can( Settings::CAPABILITY ) ) {
			echo ' <a href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Settings', 'mentor-bridge' ) . '</a>';
		}
		echo '</p>';
	}
}
