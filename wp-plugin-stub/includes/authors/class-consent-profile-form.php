<?php
/**
 * An author's own word, on the author's own profile screen.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Only the person themself can tick here; whoever else may edit the profile sees what was decided, and no more.
 */
class Consent_Profile_Form {

	const NONCE = 'mentor_bridge_consent_nonce';

	/**
	 * Tells whether a user can be asked for consent: an author, or somebody who once answered.
	 *
	 * @param \WP_User $user The person.
	 */
	public static function concerns( \WP_User $user ): bool {
		return Service_User::id() !== $user->ID && ( $user->has_cap( 'edit_posts' ) || Consent::takes_part( $user->ID ) || null !== Consent::record( $user->ID ) );
	}

	/**
	 * Prints the question for consent on the author's own profile screen.
	 *
	 * @param \WP_User $user Who looks at their own profile.
	 */
	public static function show_own( $user ): void {
		if ( ! self::concerns( $user ) ) {
			return;
		}
		$connected = Connection::is_connected();
		$takes     = Consent::takes_part( $user->ID );
		?>
		<h2 id="mentor-bridge"><?php \esc_html_e( 'Mentor bridge', 'mentor-bridge' ); ?></h2>
		<table class="form-table" role="presentation">
			<tr>
				<th scope="row"><?php \esc_html_e( 'Be a mentor', 'mentor-bridge' ); ?></th>
				<td class="mentor-bridge">
				<?php if ( $connected || $takes ) : ?>
					<p>
					<?php
					/* translators: %s: address of the bridge. */
					echo \esc_html( \sprintf( \__( 'This blog is connected to the bridge at %s. What you agree to by ticking the box:', 'mentor-bridge' ), Connection::status()['bridge_url'] ) );
					?>
					</p>
					<?php Disclosure::print_consent(); ?>
					<?php Public_Name::print_advice( $user ); ?>
					<?php Disclosure::print_preview( $user->ID, false ); ?>
					<p>
						<label for="mentor_bridge_takes_part">
							<input type="checkbox" name="mentor_bridge_takes_part" id="mentor_bridge_takes_part" value="1" <?php \checked( $takes ); ?>>
							<?php \esc_html_e( 'I have read this and take part as a mentor', 'mentor-bridge' ); ?>
						</label>
					</p>
					<input type="hidden" name="mentor_bridge_consent_text" value="<?php echo \esc_attr( Consent::text_id() ); ?>">
					<?php \wp_nonce_field( 'mentor_bridge_consent_' . $user->ID, self::NONCE, false ); ?>
				<?php else : ?>
					<p><?php \esc_html_e( 'This blog is not connected to a bridge. Nothing of you is shared, and there is nothing to decide.', 'mentor-bridge' ); ?></p>
				<?php endif; ?>
				<?php self::print_history( $user->ID ); ?>
				</td>
			</tr>
		</table>
		<?php
	}

	/**
	 * Prints what an author decided, for somebody else who edits the profile.
	 *
	 * @param \WP_User $user The author.
	 */
	public static function show_other( $user ): void {
		if ( ! self::concerns( $user ) ) {
			return;
		}
		?>
		<h2 id="mentor-bridge"><?php \esc_html_e( 'Mentor bridge', 'mentor-bridge' ); ?></h2>
		<table class="form-table" role="presentation">
			<tr>
				<th scope="row"><?php \esc_html_e( 'Be a mentor', 'mentor-bridge' ); ?></th>
				<td class="mentor-bridge">
					<p><?php echo \esc_html( Consent::takes_part( $user->ID ) ? \__( 'Takes part.', 'mentor-bridge' ) : \__( 'Does not take part.', 'mentor-bridge' ) ); ?></p>
					<?php self::print_history( $user->ID ); ?>
					<p class="description"><?php \esc_html_e( 'Only the author can change this, on their own profile screen.', 'mentor-bridge' ); ?></p>
				</td>
			</tr>
		</table>
		<?php
	}

	/**
	 * Prints the decisions kept, each with the text that was shown.
	 *
	 * @param int $user_id The author.
	 */
	private static function print_history( int $user_id ): void {
		$history = Consent::history( $user_id );
		if ( array() === $history ) {
			return;
		}
		echo '<p class="description">' . \esc_html( Disclosure::decision( $history[0] ) ) . '</p>';
		echo '<details><summary>' . \esc_html__( 'All decisions, and the text that was shown', 'mentor-bridge' ) . '</summary>';
		foreach ( $history as $record ) {
			echo '<p>' . \esc_html( Disclosure::decision( $record ) ) . '</p>';
			$text = $record['takes_part'] ? Consent::text_by_id( (string) $record['text_id'] ) : '';
			if ( '' !== $text ) {
				echo '<blockquote>';
				Disclosure::print_paragraphs( $text );
				echo '</blockquote>';
			}
		}
		echo '</details>';
	}

	/**
	 * Stores the author's decision when the profile is saved.
	 *
	 * @param int $user_id Whose profile was saved.
	 */
	public static function save( $user_id ): void {
		$user_id = (int) $user_id;
		$nonce   = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		// Without our own fields nothing was asked, so nothing was answered: an unticked box is a withdrawal.
		if ( \get_current_user_id() !== $user_id || ! \wp_verify_nonce( $nonce, 'mentor_bridge_consent_' . $user_id ) || ! isset( $_POST['mentor_bridge_consent_text'] ) ) {
			return;
		}
		$user    = \get_userdata( $user_id );
		$takes   = isset( $_POST['mentor_bridge_takes_part'] );
		$text_id = \sanitize_text_field( \wp_unslash( $_POST['mentor_bridge_consent_text'] ) );
		if ( ! $user || ! self::concerns( $user ) || $takes === Consent::takes_part( $user_id ) ) {
			return;
		}
		if ( $takes && ( Consent::text_id() !== $text_id || ! Connection::is_connected() ) ) {
			// Saved in the language that was just changed, or after an update: what was read is not what would be recorded.
			self::refuse( \__( 'The text about taking part has changed meanwhile. Please read it again, then tick the box.', 'mentor-bridge' ) );
			return;
		}
		$result = Consent::set( $user_id, $takes, 'profile', $text_id );
		if ( \is_wp_error( $result ) ) {
			self::refuse( $result->get_error_message() );
		}
	}

	/**
	 * Has an error shown above the profile that was saved.
	 *
	 * @param string $message What went wrong.
	 */
	private static function refuse( string $message ): void {
		\add_action(
			'user_profile_update_errors',
			static function ( $errors ) use ( $message ) {
				$errors->add( 'mentor_bridge', \esc_html( $message ) );
			}
		);
	}
}
