<?php
/**
 * Network Admin › Settings › Mentor bridge: how all sites fare.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A list to look at, with the way to each site's own settings: whoever runs the network connects nobody.
 */
class Network_Page {

	const CAPABILITY = 'manage_network_options';

	/**
	 * Sites on one page.
	 */
	const SITES = 50;

	/**
	 * Adds the screen to the menu of the network.
	 */
	public static function add(): void {
		\add_submenu_page( 'settings.php', \__( 'Mentor bridge', 'mentor-bridge' ), \__( 'Mentor bridge', 'mentor-bridge' ), self::CAPABILITY, Settings::PAGE, array( self::class, 'show' ) );
	}

	/**
	 * Prints the list.
	 */
	public static function show(): void {
		$page  = \max( 1, (int) Settings_Page::query( 'paged' ) );
		$total = (int) \get_sites( array( 'count' => true, 'number' => 0 ) );
		echo '<div class="wrap"><h1>' . \esc_html__( 'Mentor bridge', 'mentor-bridge' ) . '</h1>';
		echo '<p>' . \esc_html__( 'Each site connects by the hand of its own owner. Here you see how they fare.', 'mentor-bridge' ) . '</p>';
		?>
		<table class="widefat striped">
			<thead><tr>
				<th scope="col"><?php \esc_html_e( 'Site', 'mentor-bridge' ); ?></th>
				<th scope="col"><?php \esc_html_e( 'State', 'mentor-bridge' ); ?></th>
				<th scope="col"><?php \esc_html_e( 'Bridge', 'mentor-bridge' ); ?></th>
				<th scope="col"><?php \esc_html_e( 'Last confirmed', 'mentor-bridge' ); ?></th>
			</tr></thead>
			<tbody>
			<?php
			foreach ( \get_sites( array( 'number' => self::SITES, 'offset' => self::SITES * ( $page - 1 ), 'fields' => 'ids' ) ) as $site ) {
				\switch_to_blog( $site );
				self::print_row();
				\restore_current_blog();
			}
			?>
			</tbody>
		</table>
		<?php
		$links = \paginate_links( array( 'base' => \add_query_arg( 'paged', '%#%' ), 'format' => '', 'current' => $page, 'total' => (int) \ceil( $total / self::SITES ) ) );
		if ( $links ) {
			echo '<p>' . \wp_kses_post( $links ) . '</p>';
		}
		echo '</div>';
	}

	/**
	 * Prints the row of the site at hand.
	 */
	private static function print_row(): void {
		$status = Connection::status();
		$when   = '' === $status['last_success'] ? '' : \wp_date( \get_option( 'date_format' ) . ' ' . \get_option( 'time_format' ), (int) \strtotime( $status['last_success'] ) );
		echo '<tr><th scope="row"><a href="' . \esc_url( Settings::url() ) . '">' . \esc_html( (string) \get_option( 'blogname' ) ) . '</a><br>' . \esc_html( \home_url() ) . '</th>';
		echo '<td>' . \esc_html( self::state( $status ) ) . '</td>';
		echo '<td>' . \esc_html( $status['bridge_url'] ) . '</td><td>' . \esc_html( (string) $when ) . '</td></tr>';
	}

	/**
	 * Says how a site fares.
	 *
	 * @param array $status From Connection::status().
	 */
	private static function state( array $status ): string {
		if ( '' !== $status['reason'] ) {
			return $status['reason'];
		}
		if ( 'connected' !== $status['state'] ) {
			return \__( 'Not connected.', 'mentor-bridge' );
		}
		return '' === $status['last_error'] ? \__( 'Connected.', 'mentor-bridge' ) : $status['last_error'];
	}
}
