<?php
/**
 * Core's eraser of personal data, reaching through to the bridge.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Withdraws a person there as well as here, and says whether the bridge has confirmed it.
 */
class Privacy_Eraser {

	/**
	 * Calls of core's eraser in which the bridge is asked, before that is left to the recurring work.
	 */
	const PAGES = 8;

	/**
	 * Microseconds between two questions to the bridge.
	 */
	const PAUSE = 1000000;

	/**
	 * Adds the bridge to core's erasers of personal data.
	 *
	 * @param array $erasers Those there are.
	 * @return array
	 */
	public static function add( $erasers ) {
		return \array_merge(
			array(
				Privacy::ID => array(
					'eraser_friendly_name' => \__( 'Mentor bridge', 'mentor-bridge' ),
					'callback'             => array( self::class, 'erase' ),
				),
			),
			(array) $erasers
		);
	}

	/**
	 * Withdraws a person from the bridge, as author and as commenter.
	 *
	 * @param string $email The person.
	 * @param int    $page  From 1.
	 * @return array{items_removed:bool,items_retained:bool,messages:string[],done:bool}
	 */
	public static function erase( $email, $page = 1 ): array {
		$answer = array(
			'items_removed'  => false,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
		if ( ! Upgrade::is_current() ) {
			return $answer;
		}
		$user = \get_user_by( 'email', $email );
		if ( $user && 1 === (int) $page ) {
			$answer = self::erase_author( $user, $answer );
		}
		return self::erase_commenter( (string) $email, (int) $page, $answer );
	}

	/**
	 * Takes the comments and the figures of a person back from the bridge.
	 *
	 * @param string $email  The person.
	 * @param int    $page   From 1.
	 * @param array  $answer The answer so far.
	 * @return array
	 */
	private static function erase_commenter( string $email, int $page, array $answer ): array {
		if ( ! Commenter_Erasure::begin( $email ) ) {
			return $answer;
		}
		if ( 1 < $page ) {
			// It takes the bridge a moment to remove and to count anew.
			\usleep( self::PAUSE );
		}
		$answer['items_removed'] = true;
		Commenter_Erasure::ask_bridge( $email, 5.0 );
		if ( ! Commenter_Erasure::is_pending( $email ) ) {
			$answer['messages'][] = \__( 'Mentor bridge: the bridge has confirmed that nothing is left of the comments of this person, of the code or of the figures. Comments that stay here without a name are sent again as comments of nobody.', 'mentor-bridge' );
		} elseif ( self::PAGES > $page && 0 === Delivery_Status::health()['failures'] ) {
			$answer['done'] = false;
		} else {
			$answer['items_retained'] = true;
			$answer['messages'][]     = \__( 'Mentor bridge: the bridge has been asked to remove the comments of this person, with the code and all figures, and has not confirmed it yet. It is asked again until it has; run this again later to see whether it is done.', 'mentor-bridge' );
		}
		return $answer;
	}

	/**
	 * Withdraws an author from the bridge.
	 *
	 * @param \WP_User $user   The author.
	 * @param array    $answer The answer so far.
	 * @return array
	 */
	private static function erase_author( \WP_User $user, array $answer ): array {
		if ( Consent::takes_part( $user->ID ) ) {
			// Before, as nobody shows them afterwards.
			$blogs = Placements::of_author( $user->ID );
			Consent::set( $user->ID, false, 'eraser', '' );
			if ( null !== $blogs && array() !== $blogs ) {
				/* translators: %s: names and addresses of blogs, with commas. */
				$answer['messages'][] = \sprintf( \__( 'Mentor bridge: these blogs have shown the author, and the bridge has them remove that: %s', 'mentor-bridge' ), \implode( ', ', \array_keys( $blogs ) ) );
			}
			$answer['items_removed'] = true;
		}
		Invitation::forget( $user->ID );
		if ( array() !== Pairing_Profile::personal_data( $user->ID ) ) {
			Pairing_Profile::forget( $user->ID );
			$answer['items_removed'] = true;
		}
		if ( Ledger::has( Outbox::AUTHOR, $user->ID ) ) {
			Sender::drain( 'button', 5.0 );
		}
		if ( Ledger::has( Outbox::AUTHOR, $user->ID ) ) {
			$answer['items_retained'] = true;
			$answer['messages'][]     = \__( 'Mentor bridge: the bridge has been asked to remove this author and has not confirmed it yet. It is asked again until it has; run this again later to see whether it is done.', 'mentor-bridge' );
		} elseif ( $answer['items_removed'] ) {
			$answer['messages'][] = \__( 'Mentor bridge: the bridge has confirmed that it removes this author with all posts.', 'mentor-bridge' );
		}
		if ( array() !== Consent::history( $user->ID ) ) {
			$answer['items_retained'] = true;
			$answer['messages'][]     = \__( 'Mentor bridge: the record of what was agreed and withdrawn is kept with the user account, as proof.', 'mentor-bridge' );
		}
		return $answer;
	}
}
