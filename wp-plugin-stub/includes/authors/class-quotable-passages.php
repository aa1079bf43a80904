<?php
/**
 * Which sentences of theirs an author allows to be quoted.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the bridge for an author's own passages, and keeps the keys of those that were ticked. Nothing is quoted by default.
 */
class Quotable_Passages {

	/**
	 * Keys of the passages that may be quoted; a key stands for the words, so that an edit takes it back.
	 */
	const QUOTABLE = 'mentor_bridge_quotable';

	/**
	 * Keys of one author that are kept at most.
	 */
	const MOST = 500;

	/**
	 * Seconds that the bridge may take to list passages: the screen waits for it.
	 */
	const TIMEOUT = 3.0;

	/**
	 * Gives the keys of the passages of an author that may be quoted.
	 *
	 * @param int $user_id The author.
	 * @return string[]
	 */
	public static function quotable( int $user_id ): array {
		return self::keys( Pairing_Profile::list_of( $user_id, self::QUOTABLE ) );
	}

	/**
	 * Asks the bridge for an author's passages of experience.
	 *
	 * @param int $user_id The author.
	 * @return array[]|\WP_Error Each {key, text, label, language, title, url, date}, newest post first.
	 */
	public static function fetch( int $user_id ) {
		$answer = Connection::send( 'passages', 'passages_' . \bin2hex( \random_bytes( 16 ) ), array( 'author' => $user_id ), '/passages', self::TIMEOUT );
		if ( ! \is_wp_error( $answer ) && 410 === $answer['code'] ) {
			Disconnect::on_gone();
		}
		if ( ! \is_wp_error( $answer ) && 404 === $answer['code'] ) {
			return new \WP_Error( 'mentor_bridge_passages', \__( 'The bridge has not read your posts yet. Passages can be chosen here a few minutes after your posts were sent.', 'mentor-bridge' ) );
		}
		$reply = \is_wp_error( $answer ) || 200 !== $answer['code'] ? array() : Http::json( $answer );
		if ( ! isset( $reply['passages'] ) || ! \is_array( $reply['passages'] ) ) {
			return new \WP_Error( 'mentor_bridge_passages', \__( 'The bridge does not answer just now, so your passages cannot be listed. What you have chosen stays as it is; please open this screen again in a few minutes.', 'mentor-bridge' ) );
		}
		return \array_slice( \array_values( \array_filter( $reply['passages'], array( self::class, 'is_passage' ) ) ), 0, self::MOST );
	}

	/**
	 * Tells whether a passage that the bridge sent can be shown.
	 *
	 * @param mixed $passage Anything.
	 */
	private static function is_passage( $passage ): bool {
		foreach ( array( 'key', 'text', 'label', 'language', 'title', 'url', 'date' ) as $name ) {
			if ( ! \is_array( $passage ) || ! isset( $passage[ $name ] ) || ! \is_string( $passage[ $name ] ) ) {
				return false;
			}
		}
		return array( $passage['key'] ) === self::keys( array( $passage['key'] ) ) && isset( self::reasons()[ $passage['label'] ] );
	}

	/**
	 * Stores the passages that were ticked; those that are not in the list any more are dropped.
	 *
	 * @param int   $user_id The author.
	 * @param array $ticked  Key => anything.
	 */
	public static function save( int $user_id, array $ticked ): void {
		Pairing_Profile::store_list( $user_id, self::QUOTABLE, self::keys( \array_map( 'strval', \array_keys( $ticked ) ) ) );
	}

	/**
	 * Gives those texts that are keys of passages, in an order that says nothing.
	 *
	 * @param string[] $keys Any texts.
	 * @return string[]
	 */
	private static function keys( array $keys ): array {
		$keys = \array_unique( \preg_grep( '/\A[0-9a-f]{32}\z/', $keys ) );
		\sort( $keys, SORT_STRING );
		return \array_slice( $keys, 0, self::MOST );
	}

	/**
	 * Says why a passage was chosen.
	 *
	 * @return array<string,string> Label => words.
	 */
	private static function reasons(): array {
		return array(
			'lesson'        => \__( 'Chosen because it tells of a lesson learned', 'mentor-bridge' ),
			'failure'       => \__( 'Chosen because it tells of something that went wrong', 'mentor-bridge' ),
			'turning point' => \__( 'Chosen because it tells of a turning point', 'mentor-bridge' ),
			'success'       => \__( 'Chosen because it tells of something that went well', 'mentor-bridge' ),
		);
	}

	/**
	 * Prints an author's passages, with those ticked that may be quoted.
	 *
	 * @param int $user_id Who looks at their own.
	 */
	public static function print_list( int $user_id ): void {
		$passages = self::fetch( $user_id );
		if ( \is_wp_error( $passages ) ) {
			echo '<p>' . \esc_html( $passages->get_error_message() ) . '</p>';
			return;
		}
		echo '<input type="hidden" name="mentor_bridge_passages_shown" value="1">';
		if ( array() === $passages ) {
			echo '<p>' . \esc_html__( 'The bridge found no passage of experience in your posts. It looks for sentences in which you tell, in French or English, what went wrong or well, and what you learned.', 'mentor-bridge' ) . '</p>';
			return;
		}
		$quotable = self::quotable( $user_id );
		echo '<ul class="mentor-bridge-passages">';
		foreach ( $passages as $passage ) {
			self::print_passage( $passage, \in_array( $passage['key'], $quotable, true ) );
		}
		echo '</ul>';
	}

	/**
	 * Prints one passage with its reason, its post and its date.
	 *
	 * @param array $passage From fetch().
	 * @param bool  $ticked  Whether it may be quoted.
	 */
	private static function print_passage( array $passage, bool $ticked ): void {
		$id    = 'mentor-bridge-passage-' . $passage['key'];
		$title = '' === \trim( $passage['title'] ) ? \__( '(no title)', 'mentor-bridge' ) : $passage['title'];
		?>
		<li>
			<label for="<?php echo \esc_attr( $id ); ?>">
				<input type="checkbox" id="<?php echo \esc_attr( $id ); ?>" name="mentor_bridge_quotable[<?php echo \esc_attr( $passage['key'] ); ?>]" value="1" aria-describedby="<?php echo \esc_attr( $id ); ?>-why" <?php \checked( $ticked ); ?>>
				<q lang="<?php echo \esc_attr( $passage['language'] ); ?>"><?php echo \esc_html( $passage['text'] ); ?></q>
			</label>
			<p class="description" id="<?php echo \esc_attr( $id ); ?>-why">
				<?php echo \esc_html( self::reasons()[ $passage['label'] ] ); ?> ·
				<a href="<?php echo \esc_url( $passage['url'], array( 'http', 'https' ) ); ?>"><?php echo \esc_html( $title ); ?></a> ·
				<?php echo \esc_html( (string) \wp_date( (string) \get_option( 'date_format' ), (int) \strtotime( $passage['date'] ) ) ); ?>
			</p>
		</li>
		<?php
	}
}
