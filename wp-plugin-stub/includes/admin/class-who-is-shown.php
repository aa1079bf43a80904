<?php
/**
 * Posts › Who is shown: the mentors who wait for a yes or no.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A queue with one line for each mentor, and one key for each answer. The bridge keeps the decisions: this screen asks it
 * who waits, and a decision goes along with that question. Nobody but this blog learns of either.
 */
class Who_Is_Shown {

	const PAGE   = 'mentor-bridge-shown';
	const ACTION = 'mentor_bridge_decide';

	/**
	 * Seconds that the bridge may take: the screen waits for it.
	 */
	const TIMEOUT = 3.0;

	const DECISIONS = array( 'approve', 'refuse' );

	/**
	 * Who waited when a user last looked, by user: shown again when the bridge does not answer.
	 */
	const SEEN = 'mentor_bridge_shown_';

	/**
	 * Adds the screen to the menu, for those who manage a connected blog.
	 */
	public static function add_page(): void {
		if ( Connection::is_connected() ) {
			\add_posts_page( \__( 'Who is shown', 'mentor-bridge' ), \__( 'Who is shown', 'mentor-bridge' ), Settings::CAPABILITY, self::PAGE, array( self::class, 'show' ) );
		}
	}

	/**
	 * Asks the bridge who waits, with a decision or without.
	 *
	 * @param array $decision {decision, key, post}, or array() to look only.
	 * @return array|\WP_Error {showing, waiting, candidates}
	 */
	public static function ask( array $decision = array() ) {
		$answer = Connection::send( 'choices', 'choices_' . \bin2hex( \random_bytes( 16 ) ), $decision + array( 'decision' => '' ), '/choices', self::TIMEOUT );
		if ( ! \is_wp_error( $answer ) && 410 === $answer['code'] ) {
			Disconnect::on_gone();
		}
		$reply = \is_wp_error( $answer ) || 200 !== $answer['code'] ? array() : Http::json( $answer );
		if ( ! isset( $reply['showing'], $reply['waiting'], $reply['candidates'] ) || ! \is_array( $reply['candidates'] ) ) {
			return new \WP_Error( 'mentor_bridge_choices', self::no_answer() );
		}
		if ( \in_array( $reply['showing'], Mentors_Of_Blog::MODES, true ) && Mentors_Of_Blog::showing() !== $reply['showing'] ) {
			// Chosen on the dashboard meanwhile: the settings say the same from now on.
			\update_option( Mentors_Of_Blog::SHOWING, $reply['showing'], false );
		}
		$reply['candidates'] = \array_values( \array_filter( \array_map( array( self::class, 'candidate' ), $reply['candidates'] ) ) );
		return $reply;
	}

	/**
	 * Says that a decision did not arrive.
	 */
	private static function no_answer(): string {
		return \__( 'The bridge does not answer just now, so nothing was decided. Please try again in a few minutes.', 'mentor-bridge' );
	}

	/**
	 * Reads one mentor of the answer.
	 *
	 * @param mixed $candidate As received.
	 * @return array|null
	 */
	public static function candidate( $candidate ): ?array {
		if ( ! \is_array( $candidate ) ) {
			return null;
		}
		$read = array(
			'key'   => Sanitize::text( $candidate, 'key', 256 ),
			'name'  => Sanitize::text( $candidate, 'name', 120 ),
			'blog'  => Sanitize::text( $candidate, 'blog', 120 ),
			'url'   => Sanitize::url( $candidate, 'url' ),
			'why'   => Sanitize::text( $candidate, 'why', 400 ),
			'posts' => isset( $candidate['posts'] ) ? (int) $candidate['posts'] : 0,
		);
		return '' === $read['key'] || '' === $read['name'] ? null : $read;
	}

	/**
	 * Keeps a line away from one post, at once here and for good at the bridge.
	 *
	 * @param int    $post_id The post.
	 * @param string $key     The mentor's, as it came with the list.
	 * @return true|\WP_Error
	 */
	public static function drop( int $post_id, string $key ) {
		$reply = self::ask( array( 'decision' => 'refuse', 'key' => $key, 'post' => $post_id ) );
		if ( \is_wp_error( $reply ) ) {
			return $reply;
		}
		Related_Mentors::drop( $post_id, $key );
		return true;
	}

	/**
	 * Does what was decided, and goes back to the screen.
	 */
	public static function handle(): void {
		if ( ! \current_user_can( Settings::CAPABILITY ) ) {
			\wp_die( \esc_html__( 'You are not allowed to do that.', 'mentor-bridge' ), '', array( 'response' => 403 ) );
		}
		\check_admin_referer( self::ACTION );
		$decision = isset( $_POST['decision'] ) ? \sanitize_key( \wp_unslash( $_POST['decision'] ) ) : '';
		$key      = isset( $_POST['key'] ) ? \sanitize_text_field( \wp_unslash( $_POST['key'] ) ) : '';
		$reply    = \in_array( $decision, self::DECISIONS, true ) ? self::ask( array( 'decision' => $decision, 'key' => $key ) ) : new \WP_Error( 'mentor_bridge_choices' );
		// After an answer its reader goes on to the next line; where it did not arrive, they stay at this one.
		$is_lost  = \is_wp_error( $reply );
		$place    = isset( $_POST['place'], $_POST['next'] ) ? \absint( $_POST[ $is_lost ? 'place' : 'next' ] ) : 0;
		$query    = array( 'page' => self::PAGE ) + ( $is_lost ? array( 'lost' => \rawurlencode( $key ) ) : array() );
		\wp_safe_redirect( \add_query_arg( $query, \admin_url( 'edit.php' ) ) . '#waiting-' . $place );
		exit;
	}

	/**
	 * Prints the screen.
	 */
	public static function show(): void {
		$reply = self::ask();
		$lost  = isset( $_GET['lost'] ) ? \sanitize_text_field( \wp_unslash( $_GET['lost'] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification -- only names the line to speak at.
		echo '<div class="wrap"><h1>' . \esc_html__( 'Who is shown', 'mentor-bridge' ) . '</h1>';
		echo '<p>' . \esc_html__( 'Who stands under your posts is your decision. A no acts within seconds, needs no reason, and is told to nobody.', 'mentor-bridge' ) . '</p>';
		if ( \is_wp_error( $reply ) ) {
			$seen = \get_transient( self::SEEN . \get_current_user_id() );
			if ( ! \is_array( $seen ) || '' === $lost ) {
				echo '<div class="notice notice-error"><p>' . \esc_html( $reply->get_error_message() ) . '</p></div></div>';
				return;
			}
			$reply = $seen;
		} else {
			\set_transient( self::SEEN . \get_current_user_id(), $reply, 10 * \MINUTE_IN_SECONDS );
		}
		if ( 'all' === $reply['showing'] ) {
			echo '<p>' . \esc_html__( 'Whoever is related is shown, so nobody waits here. To be asked first, choose so in the settings.', 'mentor-bridge' ) . ' <a href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Settings', 'mentor-bridge' ) . '</a></p></div>';
			return;
		}
		if ( array() === $reply['candidates'] ) {
			echo '<p>' . \esc_html__( 'Nobody waits for a decision.', 'mentor-bridge' ) . '</p></div>';
			return;
		}
		\wp_enqueue_style( 'mentor-bridge-admin', \plugins_url( 'assets/admin.css', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION );
		\wp_enqueue_script( 'mentor-bridge-decisions', \plugins_url( 'assets/decisions.js', MENTOR_BRIDGE_FILE ), array(), MENTOR_BRIDGE_VERSION, true );
		echo '<p class="description">' . \esc_html__( 'Keys: J and K go from one to the next, Y is yes, N is no.', 'mentor-bridge' ) . '</p><ol class="mentor-bridge-queue" data-queue>';
		foreach ( $reply['candidates'] as $index => $candidate ) {
			// Whoever comes next has the place of this line after the answer, but after the last one.
			self::print_candidate( $candidate, $index, \min( $index, \count( $reply['candidates'] ) - 2 ), $lost === $candidate['key'] );
		}
		echo '</ol>';
		Dashboard_Link::button();
		echo '</div>';
	}

	/**
	 * Prints one line of the queue.
	 *
	 * @param array $candidate From candidate().
	 * @param int   $place     Where in the queue.
	 * @param int   $next      Where its reader goes on after the answer.
	 * @param bool  $is_lost   Whether the answer that was just given did not arrive.
	 */
	private static function print_candidate( array $candidate, int $place, int $next, bool $is_lost ): void {
		?>
		<li tabindex="-1" id="waiting-<?php echo \esc_attr( (string) $place ); ?>">
			<p><strong><a href="<?php echo \esc_url( $candidate['url'], array( 'http', 'https' ) ); ?>"><?php echo \esc_html( $candidate['name'] ); ?></a></strong> · <?php echo \esc_html( $candidate['blog'] ); ?> ·
			<?php
			/* translators: %s: a number. */
			echo \esc_html( \sprintf( \_n( 'under %s post', 'under %s posts', $candidate['posts'], 'mentor-bridge' ), \number_format_i18n( $candidate['posts'] ) ) );
			?>
			<br><?php echo \esc_html( $candidate['why'] ); ?></p>
			<?php if ( $is_lost ) : ?>
				<div class="notice notice-error inline" role="alert"><p><?php echo \esc_html( self::no_answer() ); ?></p></div>
			<?php endif; ?>
			<form method="post" action="<?php echo \esc_url( \admin_url( 'admin-post.php' ) ); ?>">
				<?php \wp_nonce_field( self::ACTION ); ?>
				<input type="hidden" name="action" value="<?php echo \esc_attr( self::ACTION ); ?>">
				<input type="hidden" name="place" value="<?php echo \esc_attr( (string) $place ); ?>">
				<input type="hidden" name="next" value="<?php echo \esc_attr( (string) \max( 0, $next ) ); ?>">
				<input type="hidden" name="key" value="<?php echo \esc_attr( $candidate['key'] ); ?>">
				<button class="button button-primary" name="decision" value="approve" data-key="y"><?php \esc_html_e( 'Yes', 'mentor-bridge' ); ?><span class="screen-reader-text"> <?php echo \esc_html( $candidate['name'] ); ?></span></button>
				<button class="button" name="decision" value="refuse" data-key="n"><?php \esc_html_e( 'No', 'mentor-bridge' ); ?><span class="screen-reader-text"> <?php echo \esc_html( $candidate['name'] ); ?></span></button>
			</form>
		</li>
		<?php
	}

	/* ---- The editors. ---- */

	/**
	 * Registers the route by which a line is dropped from a post in an editor.
	 */
	public static function register_route(): void {
		\register_rest_route(
			'mentor-bridge/v1',
			'/posts/(?P<id>\d+)/drop',
			array(
				'methods'             => 'POST',
				'permission_callback' => static function ( $request ) {
					return \current_user_can( 'edit_post', (int) $request['id'] );
				},
				'callback'            => static function ( $request ) {
					$dropped = self::drop( (int) $request['id'], (string) $request['key'] );
					return \is_wp_error( $dropped ) ? $dropped : array( 'dropped' => true );
				},
				'args'                => array( 'key' => array( 'type' => 'string', 'required' => true, 'maxLength' => 256 ) ),
			)
		);
	}
}
