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
	 * Authors on one page of the list.
	 */
	const AUTHORS = 25;

	/**
	 * Prints the page.
	 */
	public static function show(): void {
		$status = Connection::status();
		echo '<div class="wrap mentor-bridge"><h1>' . \esc_html__( 'Mentor bridge', 'mentor-bridge' ) . '</h1>';
		if ( 'connected' === $status['state'] && 'disconnect' === self::query( 'step' ) ) {
			self::confirm( $status );
		} elseif ( 'connected' === $status['state'] ) {
			self::status( $status );
			self::people( true );
			self::statistics( $status );
			self::display();
			self::goodbye();
		} elseif ( 'disconnecting' === $status['state'] ) {
			self::leaving( $status );
		} elseif ( 'paused' === $status['state'] ) {
			self::copy( $status );
		} else {
			self::introduction( $status );
		}
		echo '</div>';
	}

	/**
	 * Reads a query argument; it only chooses what is shown.
	 *
	 * @param string $name Which.
	 */
	private static function query( string $name ): string {
		return isset( $_GET[ $name ] ) && \is_string( $_GET[ $name ] ) ? \sanitize_text_field( \wp_unslash( $_GET[ $name ] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification
	}

	/**
	 * Opens a form for a button.
	 *
	 * @param string $button Which.
	 */
	private static function open_form( string $button ): void {
		echo '<form method="post" action="' . \esc_url( \admin_url( 'admin-post.php' ) ) . '">';
		echo '<input type="hidden" name="action" value="mentor_bridge_' . \esc_attr( $button ) . '">';
		\wp_nonce_field( 'mentor_bridge_' . $button );
	}

	/**
	 * Opens a part of the page.
	 *
	 * @param string $title Its heading.
	 */
	private static function open_part( string $title ): void {
		echo '<section class="mentor-bridge-part"><h2>' . \esc_html( $title ) . '</h2>';
	}

	/* ---- Not connected. ---- */

	/**
	 * Says what this is, what would be sent and to whom, and offers to connect.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function introduction( array $status ): void {
		$own   = '1' === self::query( 'own' );
		$typed = self::query( 'bridge' );
		if ( 'gone' === $status['state'] ) {
			self::warn( $status['reason'], \__( 'If that was not meant to be, ask whoever runs the bridge, or connect again below. If it was, there is nothing to do.', 'mentor-bridge' ) );
		} elseif ( 'connecting' === $status['state'] ) {
			self::warn( \__( 'The bridge was asked and has not answered yet.', 'mentor-bridge' ), \__( 'Reload this page in a minute. If nothing has changed by then, connect once more.', 'mentor-bridge' ) );
		}
		echo '<p class="mentor-bridge-lead">' . \esc_html__( 'Under your posts, your readers find mentors of other blogs who write about the same things, each with the reason. And authors of this blog who wish it are found as mentors elsewhere. A bridge makes the connection.', 'mentor-bridge' ) . '</p>';
		echo '<p>' . \esc_html__( 'So far this blog is not connected, and nothing is sent to anybody.', 'mentor-bridge' ) . '</p>';

		self::open_part( \__( 'What will be sent, and to whom', 'mentor-bridge' ) );
		Disclosure::print_words();
		Disclosure::print_preview( \get_current_user_id(), true );
		echo '</section>';

		self::open_form( 'connect' );
		self::open_part( \__( 'The bridge', 'mentor-bridge' ) );
		?>
		<p>
			<label for="mentor-bridge-url"><?php \esc_html_e( 'Address', 'mentor-bridge' ); ?></label>
			<input type="url" class="regular-text" id="mentor-bridge-url" name="bridge_url" required placeholder="https://" value="<?php echo \esc_attr( '' === $typed ? $status['bridge_url'] : \rawurldecode( $typed ) ); ?>">
		</p>
		<p>
			<label for="mentor-bridge-code"><?php \esc_html_e( 'Code, if you were given one', 'mentor-bridge' ); ?></label>
			<input type="text" class="regular-text code" id="mentor-bridge-code" name="code" autocomplete="off" aria-describedby="mentor-bridge-code-help">
		</p>
		<p class="description" id="mentor-bridge-code-help"><?php \esc_html_e( 'You get both from whoever runs the bridge. Not every bridge asks for a code.', 'mentor-bridge' ); ?></p>
		<?php
		echo '</section>';
		self::people( false, $own );
		self::open_part( \__( 'Statistics', 'mentor-bridge' ) );
		self::statistics_box( '1' === self::query( 'stats' ) );
		echo '</section>';
		echo '<p>' . \esc_html__( 'By connecting, this blog begins to send what is described above, to the address above.', 'mentor-bridge' ) . '</p>';
		\submit_button( \__( 'Connect', 'mentor-bridge' ), 'primary', 'submit', false );
		echo '</form>';
	}

	/**
	 * Prints a warning with what to do about it.
	 *
	 * @param string $what What is the matter.
	 * @param string $help What to do.
	 */
	private static function warn( string $what, string $help ): void {
		echo '<div class="notice notice-warning inline"><p><strong>' . \esc_html( $what ) . '</strong> ' . \esc_html( $help ) . '</p></div>';
	}

	/* ---- Who takes part. ---- */

	/**
	 * Lists the authors: one's own box, and invitations for the others.
	 *
	 * @param bool $own_form Whether this is a form by itself.
	 * @param bool $ticked   Whether one's own box is ticked although nothing is stored.
	 */
	private static function people( bool $own_form, bool $ticked = false ): void {
		$own = \get_current_user_id();
		if ( $own_form ) {
			self::open_form( 'people' );
		}
		self::open_part( \__( 'Who takes part', 'mentor-bridge' ) );
		echo '<p>' . \esc_html__( 'Everybody decides for themselves. You can tick yourself here; the others you can invite, and they decide on their own profile screen.', 'mentor-bridge' ) . '</p>';
		?>
		<fieldset class="mentor-bridge-consent">
			<legend><?php \esc_html_e( 'You', 'mentor-bridge' ); ?></legend>
			<blockquote><?php Disclosure::print_paragraphs( Consent::text() ); ?></blockquote>
			<p>
				<label for="mentor-bridge-own">
					<input type="checkbox" id="mentor-bridge-own" name="takes_part" value="1" <?php \checked( $ticked || Consent::takes_part( $own ) ); ?>>
					<?php \esc_html_e( 'I have read this and take part as a mentor', 'mentor-bridge' ); ?>
				</label>
			</p>
			<?php
			$record = Consent::record( $own );
			if ( null !== $record ) {
				echo '<p class="description">' . \esc_html( Disclosure::decision( $record ) ) . '</p>';
			}
			?>
			<input type="hidden" name="consent_text" value="<?php echo \esc_attr( Consent::text_id() ); ?>">
		</fieldset>
		<?php
		self::others( $own );
		if ( $own_form ) {
			\submit_button( \__( 'Save', 'mentor-bridge' ), 'secondary', 'submit', false );
		}
		echo '</section>';
		if ( $own_form ) {
			echo '</form>';
		}
	}

	/**
	 * Lists the other authors.
	 *
	 * @param int $own Who looks.
	 */
	private static function others( int $own ): void {
		$page  = \max( 1, (int) self::query( 'authors' ) );
		$query = new \WP_User_Query(
			array(
				'has_published_posts' => Events::post_types(),
				'exclude'             => \array_filter( array( $own, Service_User::id() ) ),
				'orderby'             => 'display_name',
				'number'              => self::AUTHORS,
				'paged'               => $page,
			)
		);
		$users = $query->get_results();
		if ( array() === $users ) {
			return;
		}
		$posts = \count_many_users_posts( \wp_list_pluck( $users, 'ID' ), Events::post_types(), true );
		?>
		<table class="widefat striped mentor-bridge-people">
			<caption><?php \esc_html_e( 'The other authors', 'mentor-bridge' ); ?></caption>
			<thead><tr>
				<th scope="col"><?php \esc_html_e( 'Author', 'mentor-bridge' ); ?></th>
				<th scope="col"><?php \esc_html_e( 'Public posts', 'mentor-bridge' ); ?></th>
				<th scope="col"><?php \esc_html_e( 'Takes part', 'mentor-bridge' ); ?></th>
			</tr></thead>
			<tbody>
			<?php foreach ( $users as $user ) : ?>
				<tr>
					<th scope="row"><?php echo \esc_html( $user->display_name ); ?></th>
					<td><?php echo \esc_html( \number_format_i18n( (int) $posts[ $user->ID ] ) ); ?></td>
					<td><?php self::part_of( $user ); ?></td>
				</tr>
			<?php endforeach; ?>
			</tbody>
		</table>
		<?php
		$links = \paginate_links(
			array(
				'base'    => self::no_message( 'authors', '%#%' ),
				'format'  => '',
				'current' => $page,
				'total'   => (int) \ceil( $query->get_total() / self::AUTHORS ),
			)
		);
		if ( $links ) {
			echo '<p class="mentor-bridge-pages">' . \wp_kses_post( $links ) . '</p>';
		}
	}

	/**
	 * Gives the address of this page with another argument.
	 *
	 * @param string $name  Argument.
	 * @param string $value Its value.
	 */
	private static function no_message( string $name, string $value ): string {
		return \add_query_arg( $name, $value, Settings::url() );
	}

	/**
	 * Prints where another author stands, and offers an invitation.
	 *
	 * @param \WP_User $user The author.
	 */
	private static function part_of( \WP_User $user ): void {
		$record = Consent::record( $user->ID );
		if ( Consent::takes_part( $user->ID ) ) {
			echo \esc_html( null === $record ? \__( 'Takes part.', 'mentor-bridge' ) : Disclosure::decision( $record ) );
			return;
		}
		if ( Consent::is_invited( $user->ID ) ) {
			\esc_html_e( 'Invited, no answer yet.', 'mentor-bridge' );
			return;
		}
		if ( null !== $record ) {
			echo \esc_html( Disclosure::decision( $record ) ) . '<br>';
		}
		?>
		<label>
			<input type="checkbox" name="invite[]" value="<?php echo (int) $user->ID; ?>">
			<?php \esc_html_e( 'Invite', 'mentor-bridge' ); ?><span class="screen-reader-text"> <?php echo \esc_html( $user->display_name ); ?></span>
		</label>
		<?php
	}

	/* ---- Connected. ---- */

	/**
	 * Says how things are.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function status( array $status ): void {
		$progress = Outbox::progress();
		self::open_part( \__( 'Connection', 'mentor-bridge' ) );
		?>
		<p class="mentor-bridge-state">
			<span class="mentor-bridge-light <?php echo '' === $status['last_error'] ? 'is-good' : 'is-bad'; ?>" aria-hidden="true"></span>
			<strong>
			<?php
			/* translators: %s: address of the bridge. */
			echo \esc_html( \sprintf( \__( 'Connected to %s', 'mentor-bridge' ), $status['bridge_url'] ) );
			?>
			</strong>
		</p>
		<?php
		if ( '' !== $status['last_error'] ) {
			self::warn( $status['last_error'], self::repair( Sender::health()['last_error'] ) );
		}
		if ( 0 < $progress['total'] ) {
			/* translators: 1: a number, 2: another number. */
			$count = \sprintf( \__( '%1$s of %2$s sent', 'mentor-bridge' ), \number_format_i18n( $progress['sent'] ), \number_format_i18n( $progress['total'] ) );
			echo '<p><label for="mentor-bridge-progress">' . \esc_html( $count ) . '</label> <progress id="mentor-bridge-progress" max="' . (int) $progress['total'] . '" value="' . (int) $progress['sent'] . '"></progress></p>';
		}
		self::facts( $status );
		self::refused( $progress['failed'] );
		if ( 0 < $progress['waiting'] || '' !== $status['last_error'] ) {
			self::open_form( 'send' );
			\submit_button( \__( 'Send now', 'mentor-bridge' ), 'secondary', 'submit', false );
			echo '</form>';
		}
		echo '<details><summary>' . \esc_html__( 'What is sent, and to whom', 'mentor-bridge' ) . '</summary>';
		Disclosure::print_words();
		Disclosure::print_preview( \get_current_user_id(), true );
		echo '</details></section>';
	}

	/**
	 * Prints the times.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function facts( array $status ): void {
		$transports = array(
			'xmlrpc' => \__( 'The bridge hands them in by XML-RPC.', 'mentor-bridge' ),
			'rest'   => \__( 'The bridge hands them in by the REST API.', 'mentor-bridge' ),
			'pull'   => \__( 'This blog fetches them, as the bridge cannot reach it.', 'mentor-bridge' ),
		);
		$facts      = array(
			\__( 'Since', 'mentor-bridge' )             => Disclosure::moment( $status['since'] ),
			\__( 'Last heard from it', 'mentor-bridge' ) => Disclosure::moment( $status['last_success'] ),
		);
		if ( '' !== $status['next_try'] ) {
			$facts[ \__( 'Next try', 'mentor-bridge' ) ] = Disclosure::moment( $status['next_try'] );
		}
		if ( isset( $transports[ $status['transport'] ] ) ) {
			$facts[ \__( 'Arrival of related mentors', 'mentor-bridge' ) ] = $transports[ $status['transport'] ];
		}
		if ( 5 < \abs( $status['clock_offset'] ) ) {
			/* translators: %s: a number of seconds. */
			$facts[ \__( 'Clock', 'mentor-bridge' ) ] = \sprintf( \__( 'The clock of this server is %s seconds off; this is allowed for.', 'mentor-bridge' ), \number_format_i18n( \abs( $status['clock_offset'] ) ) );
		}
		echo '<dl class="mentor-bridge-facts">';
		foreach ( $facts as $name => $value ) {
			echo '<dt>' . \esc_html( $name ) . '</dt><dd>' . \esc_html( $value ) . '</dd>';
		}
		echo '</dl>';
	}

	/**
	 * Lists what the bridge will not have.
	 *
	 * @param int $count How many.
	 */
	private static function refused( int $count ): void {
		if ( 1 > $count ) {
			return;
		}
		/* translators: %s: a number. */
		echo '<details><summary>' . \esc_html( \sprintf( \_n( '%s was refused by the bridge', '%s were refused by the bridge', $count, 'mentor-bridge' ), \number_format_i18n( $count ) ) ) . '</summary><ul>';
		foreach ( \array_filter( Outbox::recent( 20 ), static function ( array $row ): bool {
			return (bool) $row['failed'];
		} ) as $row ) {
			echo '<li>' . \esc_html( self::object_name( $row['kind'], (int) $row['object_id'] ) . ': ' . Sender::explain( $row['error'] ) ) . '</li>';
		}
		echo '</ul><p>' . \esc_html__( 'They are tried again when they are changed and saved.', 'mentor-bridge' ) . '</p></details>';
	}

	/**
	 * Names an object of the outbox.
	 *
	 * @param string $kind Its kind.
	 * @param int    $id   Its id.
	 */
	private static function object_name( string $kind, int $id ): string {
		switch ( $kind ) {
			case Outbox::POST:
				/* translators: %s: title of a post. */
				return \sprintf( \__( 'Post “%s”', 'mentor-bridge' ), \get_the_title( $id ) );
			case Outbox::COMMENT:
				/* translators: %d: number of a comment. */
				return \sprintf( \__( 'Comment %d', 'mentor-bridge' ), $id );
			case Outbox::AUTHOR:
				$user = \get_userdata( $id );
				/* translators: %s: name of an author. */
				return \sprintf( \__( 'Author %s', 'mentor-bridge' ), $user ? $user->display_name : (string) $id );
			default:
				return \__( 'This blog', 'mentor-bridge' );
		}
	}

	/**
	 * Says what to do about an error.
	 *
	 * @param string $code As stored, such as "network: …" or "http_404".
	 */
	public static function repair( string $code ): string {
		$kind  = \strtok( $code, ':' );
		$words = array(
			'network'  => \__( 'Nothing is lost: it is tried again by itself. If it lasts, ask whoever runs the bridge whether it is up, and your host whether this server may call other servers.', 'mentor-bridge' ),
			'http_401' => \__( 'Ask your host to set the clock of this server. If it is right, disconnect and connect again.', 'mentor-bridge' ),
			'http_404' => \__( 'Ask whoever runs the bridge. To begin anew, disconnect and connect again.', 'mentor-bridge' ),
		);
		return isset( $words[ $kind ] ) ? $words[ $kind ] : \__( 'Nothing is lost: it is tried again by itself. If it lasts, ask whoever runs the bridge.', 'mentor-bridge' );
	}

	/**
	 * Offers to switch statistics.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function statistics( array $status ): void {
		self::open_form( 'statistics' );
		self::open_part( \__( 'Statistics', 'mentor-bridge' ) );
		self::statistics_box( $status['statistics'] );
		\submit_button( \__( 'Save', 'mentor-bridge' ), 'secondary', 'submit', false );
		echo '</section></form>';
	}

	/**
	 * Prints the box for statistics, with what it means.
	 *
	 * @param bool $ticked Whether it is ticked.
	 */
	private static function statistics_box( bool $ticked ): void {
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
	 * Offers the choices that options.php stores.
	 */
	private static function display(): void {
		echo '<form method="post" action="options.php">';
		\settings_fields( Settings::GROUP );
		self::open_part( \__( 'On your pages', 'mentor-bridge' ) );
		?>
		<p>
			<label for="mentor-bridge-under-posts">
				<input type="checkbox" id="mentor-bridge-under-posts" name="<?php echo \esc_attr( Display::OPTION ); ?>" value="yes" <?php \checked( Display::wanted_under_posts() ); ?>>
				<?php \esc_html_e( 'Show related mentors under posts', 'mentor-bridge' ); ?>
			</label>
		</p>
		<p class="description">
		<?php
		/* translators: %s: a shortcode. */
		echo \wp_kses( \sprintf( \__( 'Or place them yourself, with the block “Related mentors” or the shortcode %s.', 'mentor-bridge' ), '<code>[' . \esc_html( Display::SHORTCODE ) . ']</code>' ), array( 'code' => array() ) );
		?>
		</p>
		<p>
			<label for="mentor-bridge-regulars">
				<input type="checkbox" id="mentor-bridge-regulars" name="<?php echo \esc_attr( Regulars::OPTION ); ?>" value="yes" <?php \checked( 'yes', \get_option( Regulars::OPTION ) ); ?>>
				<?php \esc_html_e( 'Allow “Our regulars” on pages', 'mentor-bridge' ); ?>
			</label>
		</p>
		<p class="description">
		<?php
		/* translators: %s: a shortcode. */
		echo \wp_kses( \sprintf( \__( 'Thanks by name those who have commented on three posts or more, where you place the block “Our regulars” or the shortcode %s. Only names that stand under public comments anyway; needs statistics.', 'mentor-bridge' ), '<code>[' . \esc_html( Regulars::SHORTCODE ) . ']</code>' ), array( 'code' => array() ) );
		?>
		</p>
		<fieldset>
			<legend><?php \esc_html_e( 'What is shared of authors who take part', 'mentor-bridge' ); ?></legend>
			<?php foreach ( Settings::types() as $type => $label ) : ?>
			<label class="mentor-bridge-line">
				<input type="checkbox" name="<?php echo \esc_attr( Events::TYPES_OPTION ); ?>[]" value="<?php echo \esc_attr( $type ); ?>" <?php \checked( \in_array( $type, Events::post_types(), true ) ); ?>>
				<?php echo \esc_html( $label ); ?>
			</label>
			<?php endforeach; ?>
		</fieldset>
		<?php
		\submit_button( \__( 'Save', 'mentor-bridge' ), 'secondary', 'submit', false );
		echo '</section></form>';
	}

	/* ---- Leaving. ---- */

	/**
	 * Offers the way out.
	 */
	private static function goodbye(): void {
		self::open_part( \__( 'Disconnect', 'mentor-bridge' ) );
		echo '<p>' . \esc_html__( 'Stops sending, and has the bridge remove everything that came from this blog. You are asked once more.', 'mentor-bridge' ) . '</p>';
		echo '<p><a class="button" href="' . \esc_url( Settings::url( array( 'step' => 'disconnect' ) ) ) . '">' . \esc_html__( 'Disconnect…', 'mentor-bridge' ) . '</a></p></section>';
	}

	/**
	 * Asks once more.
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
		\submit_button( \__( 'Disconnect and have everything removed', 'mentor-bridge' ), 'primary', 'submit', false );
		echo ' <a class="button" href="' . \esc_url( Settings::url() ) . '">' . \esc_html__( 'Stay connected', 'mentor-bridge' ) . '</a></form></section>';
	}

	/**
	 * Says how far the withdrawal is.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function leaving( array $status ): void {
		self::open_part( \__( 'Disconnecting', 'mentor-bridge' ) );
		/* translators: %s: address of the bridge. */
		echo '<p>' . \esc_html( \sprintf( \__( 'Nothing is sent to %s any more.', 'mentor-bridge' ), $status['bridge_url'] ) ) . ' ' . \esc_html( $status['reason'] ) . '</p>';
		if ( '' !== $status['last_error'] ) {
			self::warn( $status['last_error'], self::repair( Sender::health()['last_error'] ) );
		}
		self::facts( $status );
		self::open_form( 'send' );
		\submit_button( \__( 'Ask again now', 'mentor-bridge' ), 'secondary', 'submit', false );
		echo '</form></section>';
	}

	/**
	 * Asks what this copy is.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function copy( array $status ): void {
		self::open_part( \__( 'Is this the same site?', 'mentor-bridge' ) );
		echo '<p>' . \esc_html( $status['reason'] ) . '</p>';
		echo '<p>' . \esc_html__( 'The same site, at a new address: the bridge is told, and everything goes on as before.', 'mentor-bridge' ) . '</p>';
		self::open_form( 'moved' );
		\submit_button( \__( 'The same site, it has moved', 'mentor-bridge' ), 'secondary', 'submit', false );
		echo '</form>';
		echo '<p>' . \esc_html__( 'A new site, or a copy for tests: this site forgets the connection. The other one keeps it.', 'mentor-bridge' ) . '</p>';
		self::open_form( 'new_site' );
		\submit_button( \__( 'Another site', 'mentor-bridge' ), 'secondary', 'submit', false );
		echo '</form></section>';
	}
}
