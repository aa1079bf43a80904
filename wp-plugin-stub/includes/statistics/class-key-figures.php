<?php
/**
 * This window against the one before, in words.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A blog is compared with itself only. Where there is too little to tell, that is said instead of a number.
 */
class Key_Figures {

	/**
	 * Cases below which shares and means say nothing.
	 */
	const ENOUGH = 5;

	/**
	 * Prints in three lines how things are.
	 *
	 * @param array<string,array> $figures Key => figure, as in Figures_Schema::FIGURE.
	 */
	public static function show_lines( array $figures ): void {
		$value = static function ( string $key ) use ( $figures ): ?float {
			return isset( $figures[ $key ]['value'] ) ? (float) $figures[ $key ]['value'] : null;
		};
		$count = (int) $value( 'comments' );
		if ( 1 > $count ) {
			echo '<p>' . \esc_html__( 'No reader has commented yet. A question at the end of a post often helps.', 'mentor-bridge' ) . '</p>';
			return;
		}
		/* translators: 1: a count of comments, 2: a count of readers. */
		$first = \sprintf( \__( '%1$s by %2$s', 'mentor-bridge' ), Figure_Format::comments( $count ), Figure_Format::readers( (int) $value( 'unique_commenters' ) ) );
		$change = self::change( $figures['comments'], 'count' );
		$back   = $value( 'returning_commenters' );
		$rate   = $value( 'reply_rate' );
		$lines  = array(
			/* translators: 1: how many comments by how many readers, 2: how that has changed. */
			'' === $change ? $first : \sprintf( \__( '%1$s (%2$s)', 'mentor-bridge' ), $first, $change ),
			/* translators: %s: a number. */
			0.0 < (float) $back ? \sprintf( \_n( '%s of them came back.', '%s of them came back.', (int) $back, 'mentor-bridge' ), \number_format_i18n( (int) $back ) ) : \__( 'Nobody has come back yet; an answer is what brings people back.', 'mentor-bridge' ),
			/* translators: %s: a share such as 40%. */
			null === $rate ? \__( 'Still too few comments to say how many get an answer.', 'mentor-bridge' ) : \sprintf( \__( '%s of the comments got an answer within a week.', 'mentor-bridge' ), Figure_Format::percent( $rate ) ),
		);
		echo '<ul class="mentor-bridge-lines"><li>' . \implode( '</li><li>', \array_map( 'esc_html', $lines ) ) . '</li></ul>'; // phpcs:ignore WordPress.Security.EscapeOutput -- each line is.
	}

	/**
	 * Prints the key figures of the blog.
	 *
	 * @param array<string,array> $figures Key => figure, as in Figures_Schema::FIGURE.
	 */
	public static function show( array $figures ): void {
		echo '<dl class="mentor-bridge-figures">';
		foreach ( self::labels() as $key => list( $label, $kind ) ) {
			if ( isset( $figures[ $key ] ) ) {
				list( $value, $note ) = self::describe( $figures[ $key ], $kind );
				echo '<div><dt>' . \esc_html( $label ) . '</dt><dd><strong>' . \esc_html( $value ) . '</strong> <span>' . \esc_html( $note ) . '</span></dd></div>';
			}
		}
		echo '</dl>';
	}

	/**
	 * Gives the figures that are shown, with their names and kinds.
	 *
	 * The names are those of the bridge, here, on its dashboard and on its command line: one figure, one name.
	 *
	 * @return array<string,string[]> Key => label, kind.
	 */
	private static function labels(): array {
		return array(
			'comments'                => array( \__( 'Comments by readers', 'mentor-bridge' ), 'count' ),
			'unique_commenters'       => array( \__( 'People who commented', 'mentor-bridge' ), 'count' ),
			'new_commenters'          => array( \__( 'People who commented for the first time', 'mentor-bridge' ), 'count' ),
			'returning_commenters'    => array( \__( 'People who came back', 'mentor-bridge' ), 'count' ),
			'regulars'                => array( \__( 'Regulars', 'mentor-bridge' ), 'count' ),
			'comments_per_post'       => array( \__( 'Comments per post in its first 14 days', 'mentor-bridge' ), 'mean' ),
			'conversation_rate'       => array( \__( 'Posts with a comment in their first 14 days', 'mentor-bridge' ), 'share' ),
			'reply_rate'              => array( \__( 'Comments answered within 7 days', 'mentor-bridge' ), 'share' ),
			'reply_time_median_hours' => array( \__( 'Half of the comments answered within', 'mentor-bridge' ), 'hours' ),
			'substance'               => array( \__( 'Comments of substance', 'mentor-bridge' ), 'share' ),
		);
	}

	/**
	 * Puts a figure and its change into words.
	 *
	 * @param array  $figure {value, n, low, high, previous}.
	 * @param string $kind   'count', 'share', 'mean' or 'hours'.
	 * @return string[] The value, and what to say beside it.
	 */
	private static function describe( array $figure, string $kind ): array {
		if ( null === $figure['value'] ) {
			return self::ENOUGH <= $figure['n'] && 'hours' === $kind
				? array( \__( 'not reached', 'mentor-bridge' ), \__( 'more than half still wait', 'mentor-bridge' ) )
				/* translators: 1: a number, 2: how many are needed. */
				: array( \__( 'not enough data', 'mentor-bridge' ), \sprintf( \__( '%1$s so far, %2$s are needed', 'mentor-bridge' ), \number_format_i18n( $figure['n'] ), \number_format_i18n( self::ENOUGH ) ) );
		}
		$notes = array( self::change( $figure, $kind ) );
		if ( null !== $figure['low'] && null !== $figure['high'] ) {
			/* translators: 1: a share such as 40%, 2: another, 3: a number. */
			$notes[] = \sprintf( \__( 'likely between %1$s and %2$s (%3$s counted)', 'mentor-bridge' ), self::value( $figure['low'], $kind ), self::value( $figure['high'], $kind ), \number_format_i18n( $figure['n'] ) );
		}
		return array( self::value( $figure['value'], $kind ), \implode( \__( '; ', 'mentor-bridge' ), \array_filter( $notes ) ) );
	}

	/**
	 * Puts the value of a figure into words.
	 *
	 * @param float|int $value The value.
	 * @param string    $kind  Its kind.
	 */
	private static function value( $value, string $kind ): string {
		switch ( $kind ) {
			case 'share':
				return Figure_Format::percent( (float) $value );
			case 'hours':
				return Figure_Format::hours( (float) $value );
			default:
				return \number_format_i18n( (float) $value, 'mean' === $kind ? 1 : 0 );
		}
	}

	/**
	 * Says how a figure has changed against the 90 days before.
	 *
	 * @param array  $figure {value, previous}.
	 * @param string $kind   Its kind.
	 * @return string '' where nothing can be said.
	 */
	private static function change( array $figure, string $kind ): string {
		if ( null === $figure['previous'] ) {
			return '';
		}
		$before = self::value( $figure['previous'], $kind );
		if ( self::value( $figure['value'], $kind ) === $before ) {
			return \__( 'as in the 90 days before', 'mentor-bridge' );
		}
		return \sprintf(
			$figure['value'] > $figure['previous']
				/* translators: %s: the earlier figure. */
				? \__( 'up from %s', 'mentor-bridge' )
				/* translators: %s: the earlier figure. */
				: \__( 'down from %s', 'mentor-bridge' ),
			$before
		);
	}
}
