<?php
/**
 * Who takes part, by whose word, and who was asked.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Each author's own consent. Nothing of an author leaves the blog without it.
 *
 * All keys are options of the user on this site, so that on a network an agreement given on one site counts there only.
 */
class Consent {

	/**
	 * '1' while the author takes part.
	 */
	const TAKES_PART = 'mentor_bridge_takes_part';

	/**
	 * The record of the last decisions, newest first.
	 */
	const RECORD = 'mentor_bridge_consent';

	/**
	 * Who asked the author, and when.
	 */
	const INVITED = Invitation::OPTION;

	/**
	 * The texts that were ever agreed to: id => text.
	 */
	const TEXTS = 'mentor_bridge_consent_texts';

	/**
	 * Meta of a post that its author keeps to this blog.
	 */
	const NOT_SHARED = '_mentor_bridge_not_shared';

	/**
	 * Decisions that are kept of each author.
	 */
	const KEPT = 20;

	/**
	 * Tells whether an author takes part.
	 *
	 * @param int $user_id The author.
	 */
	public static function takes_part( int $user_id ): bool {
		return $user_id > 0 && '1' === (string) \get_user_option( self::TAKES_PART, $user_id ) && \is_user_member_of_blog( $user_id );
	}

	/**
	 * Sets whether an author takes part, records who decided, and has it take effect.
	 *
	 * @param int    $user_id    The author.
	 * @param bool   $takes_part What was decided.
	 * @param string $door       'profile', 'settings' or 'script'.
	 * @param string $text_id    Id of the text that was shown.
	 * @return true|\WP_Error
	 */
	public static function set( int $user_id, bool $takes_part, string $door, string $text_id ) {
		$user = \get_userdata( $user_id );
		if ( ! $user || ! \is_user_member_of_blog( $user_id ) ) {
			return new \WP_Error( 'mentor_bridge_no_author', \__( 'There is no such author on this blog.', 'mentor-bridge' ) );
		}
		if ( Service_User::id() === $user_id ) {
			return new \WP_Error( 'mentor_bridge_no_author', \__( 'The account of the bridge itself cannot take part.', 'mentor-bridge' ) );
		}
		if ( self::takes_part( $user_id ) === $takes_part && null !== self::record( $user_id ) ) {
			return true;
		}
		$history = self::history( $user_id );
		\array_unshift(
			$history,
			array(
				'takes_part' => $takes_part,
				'at'         => \gmdate( 'Y-m-d\TH:i:s\Z' ),
				'by'         => \get_current_user_id(),
				'door'       => $door,
				'text_id'    => $text_id,
			)
		);
		self::store_text( $text_id );
		\update_user_option( $user_id, self::RECORD, \array_slice( $history, 0, self::KEPT ) );
		if ( $takes_part ) {
			\update_user_option( $user_id, self::TAKES_PART, '1' );
			\delete_user_option( $user_id, self::INVITED );
		} else {
			\delete_user_option( $user_id, self::TAKES_PART );
			// Who comes back is asked again: nothing is quoted by default.
			\delete_user_option( $user_id, Quotable_Passages::QUOTABLE );
		}
		Enqueue::consent_changed( $user_id, $takes_part );
		/**
		 * Fires after an author's consent was given or withdrawn.
		 *
		 * @param int  $user_id    The author.
		 * @param bool $takes_part What was decided.
		 */
		\do_action( 'mentor_bridge_consent_changed', $user_id, $takes_part );
		return true;
	}

	/**
	 * Gives the last decision of an author.
	 *
	 * @param int $user_id The author.
	 * @return array{takes_part:bool,at:string,by:int,door:string,text_id:string}|null
	 */
	public static function record( int $user_id ): ?array {
		$history = self::history( $user_id );
		return isset( $history[0] ) ? $history[0] : null;
	}

	/**
	 * Gives the decisions of an author that are kept, newest first.
	 *
	 * @param int $user_id The author.
	 * @return array[]
	 */
	public static function history( int $user_id ): array {
		$history = \get_user_option( self::RECORD, $user_id );
		return \is_array( $history ) ? \array_values( $history ) : array();
	}

	/**
	 * Invites an author to take part, who answers on their own profile screen.
	 *
	 * @param int $user_id The author.
	 * @return true|\WP_Error
	 */
	public static function invite( int $user_id ) {
		if ( ! \is_user_member_of_blog( $user_id ) || Service_User::id() === $user_id ) {
			return new \WP_Error( 'mentor_bridge_no_author', \__( 'There is no such author on this blog.', 'mentor-bridge' ) );
		}
		if ( ! self::takes_part( $user_id ) ) {
			\update_user_option(
				$user_id,
				self::INVITED,
				array(
					'by' => \get_current_user_id(),
					'at' => \gmdate( 'Y-m-d\TH:i:s\Z' ),
				)
			);
		}
		return true;
	}

	/**
	 * Gives all authors who take part.
	 *
	 * @return int[]
	 */
	public static function participants(): array {
		global $wpdb;
		$ids = $wpdb->get_col( $wpdb->prepare( "SELECT user_id FROM $wpdb->usermeta WHERE meta_key = %s AND meta_value = '1' ORDER BY user_id", $wpdb->get_blog_prefix() . self::TAKES_PART ) ); // phpcs:ignore WordPress.DB
		return \array_values( \array_filter( \array_map( 'intval', $ids ), array( self::class, 'takes_part' ) ) );
	}

	/**
	 * Gives the text that an author agrees to, in the language of the screen.
	 */
	public static function text(): string {
		return \implode(
			"\n\n",
			array(
				\__( 'I take part as a mentor. My name, the text about me on my profile, and what visitors of this blog can read of my posts are sent to the bridge to which this blog is connected, now and whenever they change.', 'mentor-bridge' ),
				\__( 'The bridge makes them known: other blogs may show my name and one of my posts under theirs, with the topics we share, and anybody may find me in its public bank of mentors. Its search may quote one sentence of a post; a passage that tells of my own experience is quoted only if I tick it, and nothing of a post that touches on a crisis.', 'mentor-bridge' ),
				\__( 'Drafts, private and password-protected posts, posts I mark as not shared, and e-mail addresses are never sent, nor is anything that only members or signed-in readers are shown: hidden blocks, posts and parts of posts for members, or a blog that is closed to visitors. What is hidden later is removed within a day.', 'mentor-bridge' ),
				\__( 'If the owner of this blog has switched statistics on, the approved comments under my posts are sent too: their text, the public name of who wrote them, and a code made from their e-mail address. The bridge reads the text and deletes it.', 'mentor-bridge' ),
				\__( 'I can withdraw at any time on my profile screen. The bridge then removes all of it, and other blogs stop showing it.', 'mentor-bridge' ),
			)
		);
	}

	/**
	 * Gives a short name for the text that an author agrees to, which changes with every word of it.
	 */
	public static function text_id(): string {
		return \determine_locale() . '-' . \substr( \hash( 'sha256', self::text() ), 0, 12 );
	}

	/**
	 * Gives a text that authors agreed to by its id, as it was shown.
	 *
	 * @param string $text_id Id.
	 */
	public static function text_by_id( string $text_id ): string {
		$texts = \get_option( self::TEXTS, array() );
		return isset( $texts[ $text_id ] ) ? $texts[ $text_id ] : '';
	}

	/**
	 * Keeps the text that was shown, so that one can read years later what was agreed to.
	 *
	 * @param string $text_id Id.
	 */
	private static function store_text( string $text_id ): void {
		$texts = \get_option( self::TEXTS, array() );
		if ( self::text_id() === $text_id && ! isset( $texts[ $text_id ] ) ) {
			$texts[ $text_id ] = self::text();
			\update_option( self::TEXTS, $texts, false );
		}
	}

	/**
	 * Gives the names of all our user options.
	 *
	 * @return string[]
	 */
	public static function user_options(): array {
		return \array_merge( array( self::TAKES_PART, self::RECORD, self::INVITED ), Pairing_Profile::options() );
	}
}
