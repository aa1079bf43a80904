<?php
/**
 * Settings › Mentor bridge: who takes part.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * One's own box, and invitations for the others: nobody decides for anybody else.
 */
class People_Section {

	/**
	 * Authors on one page of the list of the settings screen.
	 */
	const AUTHORS = 25;

	/**
	 * Lists the authors, inside of a form: one's own box, and invitations for the others.
	 *
	 * @param bool $ticked Whether one's own box is ticked although nothing is stored.
	 */
	public static function show( bool $ticked = false ): void {
		$viewer_id = \get_current_user_id();
		Settings_Page::open_part( \__( 'Who takes part', 'mentor-bridge' ) );
		echo '<p>' . \esc_html__( 'Everybody decides for themselves. You can tick yourself here; the others you can invite, and they decide on their own profile screen.', 'mentor-bridge' ) . '</p>';
		?>
		<fieldset class="mentor-bridge-consent">
			<legend><?php \esc_html_e( 'You', 'mentor-bridge' ); ?></legend>
			<?php Disclosure::print_consent(); ?>
			<?php Public_Name::print_advice( \wp_get_current_user() ); ?>
			<p>
				<label for="mentor-bridge-own">
					<input type="checkbox" id="mentor-bridge-own" name="takes_part" value="1" <?php \checked( $ticked || Consent::takes_part( $viewer_id ) ); ?>>
					<?php \esc_html_e( 'I have read this and take part as a mentor', 'mentor-bridge' ); ?>
				</label>
			</p>
			<?php
			$record = Consent::record( $viewer_id );
			if ( null !== $record ) {
				echo '<p class="description">' . \esc_html( Disclosure::decision( $record ) ) . '</p>';
			}
			?>
			<input type="hidden" name="consent_text" value="<?php echo \esc_attr( Consent::text_id() ); ?>">
		</fieldset>
		<?php
		self::print_others( $viewer_id );
		echo '</section>';
	}

	/**
	 * Finds the other authors of this blog, a page of them.
	 *
	 * @param int $viewer_id Who looks.
	 * @param int $page      Which page.
	 */
	private static function others( int $viewer_id, int $page = 1 ): \WP_User_Query {
		return new \WP_User_Query(
			array(
				'has_published_posts' => Sharing_Rules::post_types(),
				'exclude'             => \array_filter( array( $viewer_id, Service_User::id() ) ),
				'orderby'             => 'display_name',
				'number'              => self::AUTHORS,
				'paged'               => $page,
			)
		);
	}

	/**
	 * Tells whether others have published on this blog.
	 *
	 * @param int $viewer_id Who looks.
	 */
	public static function has_others( int $viewer_id ): bool {
		return array() !== self::others( $viewer_id )->get_results();
	}

	/**
	 * Tells whether somebody of the others was asked: is invited, or has decided.
	 *
	 * @param int $viewer_id Who looks.
	 */
	public static function is_somebody_asked( int $viewer_id ): bool {
		foreach ( self::others( $viewer_id )->get_results() as $user ) {
			if ( Invitation::is_open( $user->ID ) || null !== Consent::record( $user->ID ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Says what an invitation does, and offers the words to send with it.
	 */
	private static function print_invitation(): void {
		/* translators: 1: name of the blog, 2: an address. */
		$words = \sprintf( \__( 'Hello! %1$s takes part in a bank of mentors: readers of other blogs find who has written about what they live through. Would you like to be found there, too? Nothing of you is shared unless you agree. Here you can read what it is and decide: %2$s', 'mentor-bridge' ), \wp_specialchars_decode( (string) \get_option( 'blogname' ), ENT_QUOTES ), \admin_url( 'profile.php#mentor-bridge' ) );
		echo '<p id="mentor-bridge-invite-help">' . \esc_html__( 'Who is invited sees a question on their dashboard and on their profile the next time they sign in. No e-mail is sent. You can tell them yourself:', 'mentor-bridge' ) . '</p>';
		echo '<p><label class="screen-reader-text" for="mentor-bridge-invitation">' . \esc_html__( 'Words to copy', 'mentor-bridge' ) . '</label><textarea id="mentor-bridge-invitation" class="large-text" rows="5" readonly>' . \esc_textarea( $words ) . '</textarea></p>';
	}

	/**
	 * Lists the other authors.
	 *
	 * @param int $viewer_id Who looks.
	 */
	private static function print_others( int $viewer_id ): void {
		$page  = \max( 1, (int) Settings_Page::query( 'authors' ) );
		$query = self::others( $viewer_id, $page );
		$users = $query->get_results();
		if ( array() === $users ) {
			return;
		}
		$posts = \count_many_users_posts( \wp_list_pluck( $users, 'ID' ), Sharing_Rules::post_types(), true );
		?>
		<table class="widefat striped mentor-bridge-people" id="mentor-bridge-others">
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
					<td><?php self::print_participation( $user ); ?></td>
				</tr>
			<?php endforeach; ?>
			</tbody>
		</table>
		<?php
		$links = \paginate_links(
			array(
				'base'    => self::page_url( 'authors', '%#%' ),
				'format'  => '',
				'current' => $page,
				'total'   => (int) \ceil( $query->get_total() / self::AUTHORS ),
			)
		);
		if ( $links ) {
			echo '<p class="mentor-bridge-pages">' . \wp_kses_post( $links ) . '</p>';
		}
		self::print_invitation();
	}

	/**
	 * Gives the address of the settings screen with another argument.
	 *
	 * @param string $name  Argument.
	 * @param string $value Its value.
	 */
	private static function page_url( string $name, string $value ): string {
		return \add_query_arg( $name, $value, Settings::url() );
	}

	/**
	 * Prints whether another author takes part, and offers an invitation.
	 *
	 * @param \WP_User $user The author.
	 */
	private static function print_participation( \WP_User $user ): void {
		$record = Consent::record( $user->ID );
		if ( Consent::takes_part( $user->ID ) ) {
			echo \esc_html( null === $record ? \__( 'Takes part.', 'mentor-bridge' ) : Disclosure::decision( $record ) );
			$reason = Hidden_Authors::reason( $user->ID );
			if ( null !== $reason ) {
				echo '<br>' . \esc_html( Hidden_Authors::sentence( $reason ) );
			}
			return;
		}
		if ( Invitation::is_open( $user->ID ) ) {
			\esc_html_e( 'Invited, no answer yet.', 'mentor-bridge' );
			return;
		}
		if ( null !== $record ) {
			echo \esc_html( Disclosure::decision( $record ) ) . '<br>';
		}
		?>
		<label>
			<input type="checkbox" name="invite[]" value="<?php echo (int) $user->ID; ?>" aria-describedby="mentor-bridge-invite-help">
			<?php \esc_html_e( 'Invite', 'mentor-bridge' ); ?><span class="screen-reader-text"> <?php echo \esc_html( $user->display_name ); ?></span>
		</label>
		<?php
	}
}
