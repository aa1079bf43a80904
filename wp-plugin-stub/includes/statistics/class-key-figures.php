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
