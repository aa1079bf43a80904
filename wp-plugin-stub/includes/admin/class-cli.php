<?php
/**
 * The commands.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Connects, watches and empties the outbox from the command line.
 */
class Cli {

	/**
	 * Shows the connection and how delivery fares.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : text or json.
	 * ---
	 * default: text
	 * ---
	 *
	 * @param array $arguments Unused.
	 * @param array $options   Options.
	 */
	public function status( $arguments, $options ) {
		$status                 = Connection::status();
		$status['outbox']       = Outbox::progress();
		$status['participants'] = Consent::participants();
		if ( isset( $options['format'] ) && 'json' === $options['format'] ) {
			\WP_CLI::line( \wp_json_encode( $status ) );
			return;
		}
		foreach ( $status as $name => $value ) {
			\WP_CLI::line( \sprintf( '%-14s %s', $name, \is_scalar( $value ) ? \var_export( $value, true ) : \wp_json_encode( $value ) ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions -- readable on a terminal.
		}
	}

	/**
	 * Connects this blog to a bridge.
	 *
	 * ## OPTIONS
	 *
	 * <url>
	 * : Address of the bridge.
	 *
	 * [--authors=<ids>]
	 * : Ids of the authors who take part, with commas. They must have agreed.
	 *
	 * [--code=<code>]
	 * : Registration code.
	 *
	 * [--no-statistics]
	 * : Send no comments.
	 *
	 * @param array $arguments The address.
	 * @param array $options   Options.
	 */
	public function connect( $arguments, $options ) {
		$authors = isset( $options['authors'] ) ? \wp_parse_id_list( $options['authors'] ) : array();
		$result  = Connect::connect(
			(string) $arguments[0],
			$authors,
			array(
				'code'       => isset( $options['code'] ) ? (string) $options['code'] : '',
				'statistics' => ! isset( $options['statistics'] ) || (bool) $options['statistics'],
			)
		);
		$this->report( $result, \__( 'Connected.', 'mentor-bridge' ) );
	}

	/**
	 * Stops, and has the bridge remove everything that came from this blog.
	 */
	public function disconnect() {
		$result = Disconnect::disconnect();
		$this->report(
			$result,
			'none' === Connection::state()
				? \__( 'Disconnected; the bridge has confirmed that everything is withdrawn.', 'mentor-bridge' )
				: \__( 'Disconnecting; the bridge is asked again until it has confirmed that everything is withdrawn.', 'mentor-bridge' )
		);
	}

	/**
	 * Sends what waits, now.
	 */
	public function drain() {
		$this->report_drain( Sender::drain( 'cli', 60.0 ) );
	}

	/**
	 * Sends everything again, as if the bridge knew nothing.
	 */
	public function resend() {
		if ( ! Connection::is_connected() ) {
			\WP_CLI::error( \__( 'This blog is not connected.', 'mentor-bridge' ) );
			return;
		}
		Ledger::invalidate_all();
		Enqueue::recheck_everything();
		$this->report_drain( Sender::drain( 'cli', 60.0 ) );
	}

	/**
	 * Compares what the bridge holds with what this blog has sent, and mends what differs.
	 */
	public function check() {
		if ( ! Connection::is_connected() ) {
			\WP_CLI::error( \__( 'This blog is not connected.', 'mentor-bridge' ) );
			return;
		}
		State_Check::request();
		$until = \time() + 5 * MINUTE_IN_SECONDS;
		do {
			$result = Sender::drain( 'cli', 20.0 );
		} while ( State_Check::is_due() && \time() < $until && \in_array( $result['stopped'], array( '', 'time' ), true ) );
		if ( State_Check::is_due() ) {
			$this->report_drain( $result );
			return;
		}
		foreach ( Check_Report::sentences( State_Check::state() ) as $sentence ) {
			\WP_CLI::line( $sentence );
		}
		if ( 0 < State_Check::state()['differing'] ) {
			\WP_CLI::error( \__( 'The bridge does not hold all of it. It is compared again every night.', 'mentor-bridge' ) );
		}
	}

	/**
	 * Prints the result of a drain.
	 *
	 * @param array $result From Sender::drain().
	 */
	private function report_drain( array $result ): void {
		/* translators: 1: number of events sent, 2: number of rows without news, 3: number refused, 4: number that wait. */
		$line = \sprintf( \__( '%1$d sent, %2$d without news, %3$d refused, %4$d waiting.', 'mentor-bridge' ), $result['sent'], $result['dropped'], $result['failed'], $result['left'] );
		if ( '' === $result['stopped'] ) {
			\WP_CLI::success( $line );
			return;
		}
		$why = array(
			'not_connected' => \__( 'This blog is not connected.', 'mentor-bridge' ),
			'paused'        => Connection::status()['reason'],
			'busy'          => \__( 'Another request is sending just now.', 'mentor-bridge' ),
			'time'          => \__( 'The time is over; the rest follows.', 'mentor-bridge' ),
			'failure'       => Connection::status()['last_error'],
		);
		\WP_CLI::line( $line );
		\WP_CLI::error( isset( $why[ $result['stopped'] ] ) ? $why[ $result['stopped'] ] : $result['stopped'] );
	}

	/**
	 * Prints success or an error.
	 *
	 * @param true|\WP_Error $result  What happened.
	 * @param string         $success What to say if it went well.
	 */
	private function report( $result, string $success ): void {
		if ( \is_wp_error( $result ) ) {
			\WP_CLI::error( $result->get_error_message() );
			return;
		}
		\WP_CLI::success( $success );
	}
}
