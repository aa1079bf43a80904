<?php
/**
 * Settings › Mentor bridge: what is on the screen.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One screen for each state of the connection: nothing stands there that cannot be done now.
 */
class Settings_Page {

	/**
	 * Prints the settings screen.
	 */
	public static function show(): void {
		$status = Connection::status();
		echo '<div class="wrap mentor-bridge"><h1>' . \esc_html__( 'Mentor bridge', 'mentor-bridge' ) . '</h1>';
		if ( 'connected' === $status['state'] && 'disconnect' === self::query( 'step' ) ) {
			self::confirm( $status );
		} elseif ( 'connected' === $status['state'] ) {
			Connection_Section::show( $status );
			First_Steps::show();
			self::choices( $status );
			self::goodbye();
		} elseif ( 'disconnecting' === $status['state'] ) {
			self::leaving( $status );
		} elseif ( 'paused' === $status['state'] ) {
			self::copy( $status );
		} else {
			Connect_Section::show( $status );
		}
		echo '</div>';
	}

	/**
	 * Reads a query argument, which only chooses what is shown.
	 *
	 * @param string $name Which.
	 */
	public static function query( string $name ): string {
		return isset( $_GET[ $name ] ) && \is_string( $_GET[ $name ] ) ? \sanitize_text_field( \wp_unslash( $_GET[ $name ] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification
	}

	/**
	 * Opens the form of a button of the settings screen.
	 *
	 * @param string $button Which.
	 */
	public static function open_form( string $button ): void {
		echo '<form method="post" action="' . \esc_url( \admin_url( 'admin-post.php' ) ) . '">';
		echo '<input type="hidden" name="action" value="mentor_bridge_' . \esc_attr( $button ) . '">';
		// Without an id, which core gives to each: there are several on one screen.
		echo '<input type="hidden" name="_wpnonce" value="' . \esc_attr( \wp_create_nonce( 'mentor_bridge_' . $button ) ) . '">';
	}

	/**
	 * Opens a part of the settings screen.
	 *
	 * @param string $title Its heading.
	 * @param string $name  A class of its own, or ''.
	 */
	public static function open_part( string $title, string $name = '' ): void {
		echo '<section class="' . \esc_attr( \trim( "mentor-bridge-part $name" ) ) . '"><h2>' . \esc_html( $title ) . '</h2>';
	}

	/**
	 * Prints a warning with what to do about it.
	 *
	 * @param string $what What is the matter.
	 * @param string $help What to do.
	 */
	public static function warn( string $what, string $help ): void {
		echo '<div class="notice notice-warning inline"><p><strong>' . \esc_html( $what ) . '</strong> ' . \esc_html( $help ) . '</p></div>';
	}

	/* ---- Connected. ---- */

	/**
	 * Prints all that can be chosen: one form, one button, so that nothing that was ticked is lost.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function choices( array $status ): void {
		self::open_form( 'save' );
		People_Section::show();
		self::open_part( \__( 'Statistics', 'mentor-bridge' ) );
		self::statistics_box( $status['statistics'] );
		echo '</section>';
		self::display();
		Alert_Mail::show();
		echo '<p>';
		\submit_button( \__( 'Save', 'mentor-bridge' ), 'primary', 'save', false, array( 'id' => 'mentor-bridge-save' ) );
		echo '</p></form>';
	}

	/**
	 * Prints the checkbox for statistics, with what it means.
	 *
	 * @param bool $ticked Whether it is ticked.
	 */
	public static function statistics_box( bool $ticked ): void {
		?>
		<p>
			<label for="mentor-bridge-statistics">
				<input type="checkbox" id="mentor-bridge-statistics" name="statistics" value="1" <?php \checked( $ticked ); ?>>
				<?php \esc_html_e( 'Send comments too, for statistics: who comes back, which posts are talked about, which questions wait for an answer', 'mentor-bridge' ); ?>
			</label>
		</p>
		<p class="description"><?php echo \esc_html( Disclosure::statistics() ); ?></p>
		<?php
	}

	/**
	 * Prints the choices for the pages of the blog.
	 */
	private static function display(): void {
		self::open_part( \__( 'On your pages', 'mentor-bridge' ) );
		?>
		<p>
			<label for="mentor-bridge-under-posts">
				<input type="checkbox" id="mentor-bridge-under-posts" name="<?php echo \esc_attr( Display::OPTION ); ?>" value="yes" <?php \checked( Display::is_under_posts() ); ?>>
				<?php \esc_html_e( 'Show related mentors under posts', 'mentor-bridge' ); ?>
			</label>
		</p>
		<p class="description">
		<?php
		/* translators: %s: a shortcode. */
		echo \wp_kses( \sprintf( \__( 'Or place them yourself, with the block “Related mentors” or the shortcode %s.', 'mentor-bridge' ), '<code>[' . \esc_html( Display::SHORTCODE ) . ']</code>' ), array( 'code' => array() ) );
		?>
		</p>
		<fieldset>
			<legend><?php \esc_html_e( 'Which related mentors stand there', 'mentor-bridge' ); ?></legend>
			<?php foreach ( self::modes() as $mode => $label ) : ?>
			<label class="mentor-bridge-line">
				<input type="radio" name="<?php echo \esc_attr( Mentors_Of_Blog::SHOWING ); ?>" value="<?php echo \esc_attr( $mode ); ?>" <?php \checked( $mode, Mentors_Of_Blog::showing() ); ?>>
				<?php echo \esc_html( $label ); ?>
			</label>
			<?php endforeach; ?>
		</fieldset>
		<p>
			<label for="mentor-bridge-regulars">
				<input type="checkbox" id="mentor-bridge-regulars" name="<?php echo \esc_attr( Regulars_Block::OPTION ); ?>" value="yes" <?php \checked( 'yes', \get_option( Regulars_Block::OPTION ) ); ?>>
				<?php \esc_html_e( 'Allow “Our regulars” on pages', 'mentor-bridge' ); ?>
			</label>
		</p>
		<p class="description">
		<?php
		/* translators: %s: a shortcode. */
		echo \wp_kses( \sprintf( \__( 'Thanks by name those who have commented on three posts or more, where you place the block “Our regulars” or the shortcode %s. Only names that stand under public comments anyway; needs statistics.', 'mentor-bridge' ), '<code>[' . \esc_html( Regulars_Block::SHORTCODE ) . ']</code>' ), array( 'code' => array() ) );
		?>
		</p>
		<fieldset>
			<legend><?php \esc_html_e( 'What is shared of authors who take part', 'mentor-bridge' ); ?></legend>
			<?php foreach ( Settings::types() as $type => $label ) : ?>
			<label class="mentor-bridge-line">
				<input type="checkbox" name="<?php echo \esc_attr( Sharing_Rules::TYPES_OPTION ); ?>[]" value="<?php echo \esc_attr( $type ); ?>" <?php \checked( \in_array( $type, Sharing_Rules::post_types(), true ) ); ?>>
				<?php echo \esc_html( $label ); ?>
			</label>
			<?php endforeach; ?>
		</fieldset>
		<?php
		echo '</section>';
	}

	/**
	 * Names the ways to decide who is shown.
	 *
	 * @return array<string,string> One of Mentors_Of_Blog::MODES => words.
	 */
	private static function modes(): array {
		return array(
			'all'      => \__( 'Whoever is related; you can say no afterwards', 'mentor-bridge' ),
			'approved' => \__( 'Only whom you approved or pinned', 'mentor-bridge' ),
			'ask'      => \__( 'Ask first: who is new waits for your yes or no', 'mentor-bridge' ),
		);
	}

	/* ---- Leaving. ---- */

	/**
	 * Prints the link that leads to disconnecting.
	 */
	private static function goodbye(): void {
		self::open_part( \__( 'Disconnect', 'mentor-bridge' ) );
		echo '<p>' . \esc_html__( 'Stops sending, and has the bridge remove everything that came from this blog. You are asked once more.', 'mentor-bridge' ) . '</p>';
		echo '<p><a class="button" href="' . \esc_url( Settings::url( array( 'step' => 'disconnect' ) ) ) . '">' . \esc_html__( 'Disconnect…', 'mentor-bridge' ) . '</a></p></section>';
	}

	/**
	 * Prints what disconnecting means, and asks once more.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function confirm( array $status ): void {
		/* translators: %s: address of the bridge. */
		self::open_part( \sprintf( \__( 'Disconnect from %s?', 'mentor-bridge' ), $status['bridge_url'] ) );
		echo '<ul class="ul-disc">';
		foreach ( array(
			\__( 'From now on nothing is sent.', 'mentor-bridge' ),
			\__( 'The bridge removes the authors of this blog from its bank and from all other blogs, and deletes their posts and comments. This screen says when it has confirmed that.', 'mentor-bridge' ),
			\__( 'Related mentors disappear from your pages at once.', 'mentor-bridge' ),
			\__( 'All agreements of authors end. If you connect again, everybody is asked anew.', 'mentor-bridge' ),
			\__( 'Your posts and comments here stay as they are.', 'mentor-bridge' ),
		) as $line ) {
			echo '<li>' . \esc_html( $line ) . '</li>';
		}
		echo '</ul>';
		self::open_form( 'disconnect' );
		\submit_button( \__( 'Disconnect and have everything removed', 'mentor-bridge' ), 'primary', 'disconnect', false, array( 'id' => 'mentor-bridge-disconnect' ) );
		echo ' <a class="button" href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Stay connected', 'mentor-bridge' ) . '</a></form></section>';
	}

	/**
	 * Prints whether the bridge has confirmed the withdrawal.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function leaving( array $status ): void {
		self::open_part( \__( 'Disconnecting', 'mentor-bridge' ) );
		/* translators: %s: address of the bridge. */
		echo '<p>' . \esc_html( \sprintf( \__( 'Nothing is sent to %s any more.', 'mentor-bridge' ), $status['bridge_url'] ) ) . ' ' . \esc_html( $status['reason'] ) . '</p>';
		if ( '' !== $status['last_error'] ) {
			self::warn( $status['last_error'], Connection_Section::repair( Delivery_Status::health()['last_error'] ) );
		}
		Connection_Section::facts( $status );
		self::open_form( 'send' );
		\submit_button( \__( 'Ask again now', 'mentor-bridge' ), 'secondary', 'send', false, array( 'id' => 'mentor-bridge-send' ) );
		echo '</form></section>';
	}

	/**
	 * Asks whether this copy of a connected site is the same site or another one.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function copy( array $status ): void {
		self::open_part( \__( 'Is this the same site?', 'mentor-bridge' ) );
		echo '<p>' . \esc_html( $status['reason'] ) . '</p>';
		echo '<p>' . \esc_html__( 'The same site, which has moved to another address, database or server: it proves that to the bridge, and everything goes on as before.', 'mentor-bridge' ) . '</p>';
		self::open_form( 'moved' );
		\submit_button( \__( 'The same site, it has moved', 'mentor-bridge' ), 'secondary', 'moved', false, array( 'id' => 'mentor-bridge-moved' ) );
		echo '</form>';
		echo '<p>' . \esc_html__( 'A new site, or a copy for tests: this site forgets the connection. The other one keeps it.', 'mentor-bridge' ) . '</p>';
		self::open_form( 'new_site' );
		\submit_button( \__( 'Another site', 'mentor-bridge' ), 'secondary', 'new_site', false, array( 'id' => 'mentor-bridge-new-site' ) );
		echo '</form></section>';
	}
}
