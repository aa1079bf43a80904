<?php
/**
 * What a comparison of both sides has shown, in words.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Says how much of what this blog has sent the bridge holds, by the counts of both.
 */
class Check_Report {

	/**
	 * Puts a check into sentences.
	 *
	 * @param array $state From State_Check::state().
	 * @return string[] None before the first comparison.
	 */
	public static function sentences( array $state ): array {
		if ( 0 === $state['at'] ) {
			return array();
		}
		$when      = Disclosure::moment( \gmdate( 'Y-m-d\TH:i:s\Z', $state['at'] ) );
		$sentences = array(
			0 === $state['differing']
				/* translators: 1: how many objects both sides hold, 2: a date. */
				? \sprintf( \__( 'The bridge holds %1$s of %1$s objects, each as it was sent, as of %2$s.', 'mentor-bridge' ), \number_format_i18n( $state['here'] ), $when )
				/* translators: 1: how many objects the bridge holds, 2: how many this blog has sent, 3: a date. */
				: \sprintf( \__( 'The bridge holds %1$s objects and this blog has sent %2$s, and they are not the same, as of %3$s.', 'mentor-bridge' ), \number_format_i18n( $state['there'] ), \number_format_i18n( $state['here'] ), $when ),
		);
		if ( 0 < $state['refused'] ) {
			/* translators: %s: a number. */
			$sentences[] = \sprintf( \_n( '%s object that the bridge has refused is not counted.', '%s objects that the bridge has refused are not counted.', $state['refused'], 'mentor-bridge' ), \number_format_i18n( $state['refused'] ) );
		}
		if ( 0 < $state['differed_at'] ) {
			$sentences[] = \sprintf(
				/* translators: 1: a date, 2: how many ranges of ids, 3: how many objects, 4: how many objects. */
				\__( 'Last difference on %1$s: in %2$s ranges of ids; %3$s objects were sent again, %4$s looked at that the bridge should not hold.', 'mentor-bridge' ),
				Disclosure::moment( \gmdate( 'Y-m-d\TH:i:s\Z', $state['differed_at'] ) ),
				\number_format_i18n( (int) \array_sum( $state['differed'] ) ),
				\number_format_i18n( $state['sent_again'] ),
				\number_format_i18n( $state['taken_back'] )
			);
		}
		return $sentences;
	}
}
