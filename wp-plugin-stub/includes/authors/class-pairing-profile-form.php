<?php
/**
 * What an author offers and looks for, on the author's own profile screen.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The fields, each with a word on what becomes public, and how they are taken. Nobody but the author sees or saves them.
 */
class Pairing_Profile_Form {

	const NONCE = 'mentor_bridge_declared_nonce';

	const FIELD = 'mentor_bridge_declared';

	/**
	 * Transient of what was typed in the place of a language and left out; the id of the author is behind it.
	 */
	const UNKNOWN = 'mentor_bridge_unknown_languages_';

	/**
	 * Tells whether somebody has anything to declare here.
	 *
	 * @param \WP_User $user The person.
	 */
	private static function concerns( \WP_User $user ): bool {
		return Consent_Profile_Form::concerns( $user ) && ( Connection::is_connected() || Consent::takes_part( $user->ID ) );
	}

	/**
	 * Prints the fields of the pairing profile on the author's own profile screen.
	 *
	 * @param \WP_User $user Who looks at their own profile.
	 */
	public static function show( $user ): void {
		if ( ! self::concerns( $user ) ) {
			return;
		}
		$profile = Pairing_Profile::stored( $user->ID );
		// Twenty fields that are sent to nobody are in the way of whoever came for something else.
		$is_folded = ! Consent::takes_part( $user->ID );
		if ( $is_folded ) {
			echo '<details class="mentor-bridge-folded"><summary>' . \esc_html__( 'Mentor bridge: say already what you can help with and what you look for. It is sent once you take part.', 'mentor-bridge' ) . '</summary>';
		}
		?>
		<h2 id="mentor-bridge-declared"><?php \esc_html_e( 'Mentor bridge: what you offer and look for', 'mentor-bridge' ); ?></h2>
		<p class="mentor-bridge"><?php \esc_html_e( 'From this the bridge proposes who could help whom. All of it is optional. It is sent only while you take part, and removed from the bridge when you withdraw. E-mail addresses are taken out.', 'mentor-bridge' ); ?></p>
		<?php \wp_nonce_field( self::NONCE . $user->ID, self::NONCE, false ); ?>
		<table class="form-table" role="presentation">
		<?php
		self::print_group( \__( 'Your part', 'mentor-bridge' ), \__( 'Not shown. The public bank of mentors lists you only as a mentor, or as both.', 'mentor-bridge' ), array( self::class, 'print_roles' ), $profile );
		self::print_group( \__( 'Help', 'mentor-bridge' ), \__( 'Public: both stand on your card in the bank of mentors. One subject a line.', 'mentor-bridge' ), array( self::class, 'print_help' ), $profile, $user->ID );
		self::print_group( \__( 'You', 'mentor-bridge' ), \__( 'Public: on your card. Only somebody with whom you share a language is proposed to you.', 'mentor-bridge' ), array( self::class, 'print_you' ), $profile, $user->ID );
		self::print_group( \__( 'How you work together', 'mentor-bridge' ), \__( 'Public: on your card. With 0 people nobody is proposed to you as a mentee.', 'mentor-bridge' ), array( self::class, 'print_terms' ), $profile );
		self::print_group( \__( 'In your own words', 'mentor-bridge' ), \__( 'Public: on your card.', 'mentor-bridge' ), array( self::class, 'print_words' ), $profile );
		self::print_group( \__( 'Whom you want to meet', 'mentor-bridge' ), \__( 'Your card shows that you would rather meet people outside your own sector. The sectors, and that you help without a return, are not shown; they only decide what is proposed.', 'mentor-bridge' ), array( self::class, 'print_whom' ), $profile );
		$found = \array_filter( Elsewhere::found( $user->ID ) );
		if ( array() !== $found ) {
			self::print_group( \__( 'Where else you can be followed', 'mentor-bridge' ), \__( 'Found on this blog or in your profile. Public: what you tick stands on your card, as a link. Untick it, or withdraw, and it is gone from there.', 'mentor-bridge' ), array( self::class, 'print_elsewhere' ), $profile, $found );
		}
		self::print_group( \__( 'Search engines', 'mentor-bridge' ), \__( 'Unless you tick this, your card asks search engines to leave it out.', 'mentor-bridge' ), array( self::class, 'print_search' ), $profile );
		if ( Consent::takes_part( $user->ID ) && Connection::is_connected() ) {
			self::print_group( \__( 'Passages that may be quoted', 'mentor-bridge' ), \__( 'Nothing is quoted unless you tick it. What you tick becomes public on your card, with its post and date. If you change the sentence in your post, it is quoted no longer.', 'mentor-bridge' ), array( Quotable_Passages::class, 'print_list' ), $user->ID );
		}
		echo '</table>' . ( $is_folded ? '</details>' : '' );
	}

	/**
	 * Prints a row of the table of fields.
	 *
	 * @param string   $title     Its name.
	 * @param string   $public    What becomes public.
	 * @param callable $print     Prints the fields.
	 * @param mixed    ...$values What it gets.
	 */
	private static function print_group( string $title, string $public, callable $print, ...$values ): void {
		echo '<tr><th scope="row">' . \esc_html( $title ) . '</th><td class="mentor-bridge"><fieldset><legend class="screen-reader-text">' . \esc_html( $title ) . '</legend><p class="description">' . \esc_html( $public ) . '</p>';
		$print( ...$values );
		echo '</fieldset></td></tr>';
	}

	/**
	 * Prints the choice of a role: mentor, mentee, both or neither.
	 *
	 * @param array $profile What is kept.
	 */
	public static function print_roles( array $profile ): void {
		$roles = array(
			'mentor'  => \__( 'Mentor: I help others', 'mentor-bridge' ),
			'mentee'  => \__( 'Mentee: I look for help', 'mentor-bridge' ),
			'both'    => \__( 'Both', 'mentor-bridge' ),
			'neither' => \__( 'Neither: propose me to nobody', 'mentor-bridge' ),
		);
		foreach ( $roles as $role => $label ) {
			echo '<label class="mentor-bridge-line"><input type="radio" name="' . \esc_attr( self::FIELD ) . '[role]" value="' . \esc_attr( $role ) . '" ' . \checked( $role, $profile['role'], false ) . '> ' . \esc_html( $label ) . '</label>';
		}
	}

	/**
	 * Prints the fields for offers and needs.
	 *
	 * @param array $profile Unused.
	 * @param int   $user_id The author.
	 */
	public static function print_help( array $profile, int $user_id ): void {
		self::print_text_area( 'offers', \__( 'I can help with', 'mentor-bridge' ), \implode( "\n", Pairing_Profile::list_of( $user_id, Payload::OFFERS ) ), 20000 );
		self::print_text_area( 'needs', \__( 'I am looking for', 'mentor-bridge' ), \implode( "\n", Pairing_Profile::list_of( $user_id, Payload::NEEDS ) ), 20000 );
	}

	/**
	 * Prints the fields for languages, region and stage.
	 *
	 * @param array $profile What is kept.
	 * @param int   $user_id The author.
	 */
	public static function print_you( array $profile, int $user_id ): void {
		$languages = Pairing_Profile::list_of( $user_id, Payload::LANGUAGES );
		self::print_checkbox( 'language_fr', \__( 'French', 'mentor-bridge' ), \in_array( 'fr', $languages, true ) );
		self::print_checkbox( 'language_en', \__( 'English', 'mentor-bridge' ), \in_array( 'en', $languages, true ) );
		self::print_text_field( 'languages', \__( 'Other languages, as codes such as es, de', 'mentor-bridge' ), \implode( ', ', \array_diff( $languages, array( 'fr', 'en' ) ) ), 200 );
		self::print_unknown_languages( $user_id );
		self::print_text_field( 'region', \__( 'Region', 'mentor-bridge' ), $profile['region'], Pairing_Profile::LINES['region'] );
		self::print_text_field( 'stage', \__( 'Stage, such as “first year” or “ten years in business”', 'mentor-bridge' ), $profile['stage'], Pairing_Profile::LINES['stage'] );
	}

	/**
	 * Says which languages were not understood, once, and what to type instead.
	 *
	 * @param int $user_id The author.
	 */
	private static function print_unknown_languages( int $user_id ): void {
		$unknown = \get_transient( self::UNKNOWN . $user_id );
		if ( ! \is_array( $unknown ) || array() === $unknown ) {
			return;
		}
		\delete_transient( self::UNKNOWN . $user_id );
		/* translators: %s: what was typed, such as “anglais”. */
		$message = \sprintf( \__( 'Left out, because it is no language code: %s. A code has two or three letters, such as en for English, es for Spanish, or rcf for Réunion Creole.', 'mentor-bridge' ), \implode( ', ', \array_map( 'strval', $unknown ) ) );
		echo '<p class="notice notice-warning inline" role="alert">' . \esc_html( $message ) . '</p>';
	}

	/**
	 * Prints the fields for availability, capacity and formats.
	 *
	 * @param array $profile What is kept.
	 */
	public static function print_terms( array $profile ): void {
		self::print_text_field( 'availability', \__( 'Availability', 'mentor-bridge' ), $profile['availability'], Pairing_Profile::LINES['availability'] );
		echo '<p><label for="mentor-bridge-capacity">' . \esc_html__( 'How many people at once (empty: not said)', 'mentor-bridge' ) . '</label><br><input type="number" class="small-text" min="0" max="' . \absint( Pairing_Profile::MOST_MENTEES ) . '" id="mentor-bridge-capacity" name="' . \esc_attr( self::FIELD ) . '[capacity]" value="' . \esc_attr( (string) $profile['capacity'] ) . '"></p>';
		self::print_text_field( 'formats', \__( 'Preferred formats, with commas between, such as “by phone, over coffee”', 'mentor-bridge' ), \implode( ', ', $profile['formats'] ), 2000 );
	}

	/**
	 * Prints the fields for motives and limits.
	 *
	 * @param array $profile What is kept.
	 */
	public static function print_words( array $profile ): void {
		self::print_text_area( 'motives', \__( 'Why I do it', 'mentor-bridge' ), $profile['motives'], Pairing_Profile::TEXTS['motives'] );
		self::print_text_area( 'limits', \__( 'My limits', 'mentor-bridge' ), $profile['limits'], Pairing_Profile::TEXTS['limits'] );
	}

	/**
	 * Prints the fields for sectors and whom to meet.
	 *
	 * @param array $profile What is kept.
	 */
	public static function print_whom( array $profile ): void {
		self::print_text_field( 'sectors', \__( 'My sectors, with commas between', 'mentor-bridge' ), \implode( ', ', $profile['sectors'] ), 4000 );
		self::print_checkbox( 'outside_own_sector', \__( 'Nobody in my own sectors', 'mentor-bridge' ), $profile['outside_own_sector'] );
		self::print_checkbox( 'open_to_all', \__( 'I also help those who have nothing to give me in return', 'mentor-bridge' ), $profile['open_to_all'] );
	}

	/**
	 * Prints the choice on where else one can be followed.
	 *
	 * @param array                $profile What is kept.
	 * @param array<string,string> $found   What there is: field => handle or address.
	 */
	public static function print_elsewhere( array $profile, array $found ): void {
		foreach ( $found as $name => $value ) {
			/* translators: %s: a handle such as @name@host. */
			$label = 'fediverse' === $name ? \__( 'In the Fediverse: %s', 'mentor-bridge' ) : /* translators: %s: the address of a page. */ \__( 'The newsletter of this blog: %s', 'mentor-bridge' );
			echo '<label class="mentor-bridge-line"><input type="checkbox" name="' . \esc_attr( self::FIELD . "[$name]" ) . '" value="' . \esc_attr( $value ) . '" ' . \checked( $profile[ $name ], $value, false ) . '> ' . \esc_html( \sprintf( $label, $value ) ) . '</label>';
		}
	}

	/**
	 * Prints the choice on search engines.
	 *
	 * @param array $profile What is kept.
	 */
	public static function print_search( array $profile ): void {
		self::print_checkbox( 'search_engines', \__( 'Search engines may list my card', 'mentor-bridge' ), $profile['search_engines'] );
	}

	/**
	 * Prints a field of one line.
	 *
	 * @param string $name  Its name.
	 * @param string $label Its label.
	 * @param string $value Its value.
	 * @param int    $most  Characters.
	 */
	private static function print_text_field( string $name, string $label, string $value, int $most ): void {
		echo '<p><label for="mentor-bridge-' . \esc_attr( $name ) . '">' . \esc_html( $label ) . '</label><br><input type="text" class="regular-text" id="mentor-bridge-' . \esc_attr( $name ) . '" name="' . \esc_attr( self::FIELD . "[$name]" ) . '" value="' . \esc_attr( $value ) . '" maxlength="' . \absint( $most ) . '"></p>';
	}

	/**
	 * Prints a field of several lines.
	 *
	 * @param string $name  Its name.
	 * @param string $label Its label.
	 * @param string $value Its value.
	 * @param int    $most  Characters.
	 */
	private static function print_text_area( string $name, string $label, string $value, int $most ): void {
		echo '<p><label for="mentor-bridge-' . \esc_attr( $name ) . '">' . \esc_html( $label ) . '</label><br><textarea class="regular-text" rows="4" id="mentor-bridge-' . \esc_attr( $name ) . '" name="' . \esc_attr( self::FIELD . "[$name]" ) . '" maxlength="' . \absint( $most ) . '">' . \esc_textarea( $value ) . '</textarea></p>';
	}

	/**
	 * Prints a box to tick.
	 *
	 * @param string $name  Its name.
	 * @param string $label Its label.
	 * @param bool   $on    Whether it is ticked.
	 */
	private static function print_checkbox( string $name, string $label, bool $on ): void {
		echo '<label class="mentor-bridge-line"><input type="checkbox" name="' . \esc_attr( self::FIELD . "[$name]" ) . '" value="1" ' . \checked( $on, true, false ) . '> ' . \esc_html( $label ) . '</label>';
	}

	/**
	 * Stores the pairing profile and the quotable passages when the profile is saved.
	 *
	 * @param int $user_id Whose profile was saved.
	 */
	public static function save( $user_id ): void {
		$user_id = (int) $user_id;
		$nonce   = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		$user    = \get_userdata( $user_id );
		if ( \get_current_user_id() !== $user_id || ! \current_user_can( 'edit_user', $user_id ) || ! \wp_verify_nonce( $nonce, self::NONCE . $user_id ) || ! $user || ! self::concerns( $user ) ) {
			return;
		}
		if ( isset( $_POST[ self::FIELD ] ) && \is_array( $_POST[ self::FIELD ] ) ) {
			$typed = \wp_unslash( $_POST[ self::FIELD ] ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- each field there, as what it is.
			Pairing_Profile::save( $user_id, $typed );
			$unknown = Pairing_Profile::unknown_languages( $typed );
			if ( array() !== $unknown ) {
				\set_transient( self::UNKNOWN . $user_id, $unknown, \HOUR_IN_SECONDS ); // told once, on the screen that follows
			}
		}
		// Only where the list was there to be ticked: while the bridge was silent, nothing was answered. Who has just withdrawn allows nothing.
		if ( isset( $_POST['mentor_bridge_passages_shown'] ) && Consent::takes_part( $user_id ) ) {
			$ticked = isset( $_POST['mentor_bridge_quotable'] ) && \is_array( $_POST['mentor_bridge_quotable'] ) ? $_POST['mentor_bridge_quotable'] : array(); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- only its keys count, which are checked there.
			Quotable_Passages::save( $user_id, $ticked );
		}
	}
}
