<?php
/**
 * The servers the tests talk to.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

/**
 * Starts PHP's own server for the blog and for the bridge of the tests, and ends both with the run.
 */
class Server {

	/**
	 * Address of the bridge of the tests.
	 *
	 * @var string
	 */
	public static $peer_url = '';

	/**
	 * Folder in which that bridge notes what it receives and finds what it shall answer.
	 *
	 * @var string
	 */
	public static $peer_folder = '';

	/**
	 * Copies the plugin as it would be installed: without its tests.
	 *
	 * @param string $source Folder.
	 * @param string $target Folder; what was there is replaced.
	 */
	public static function copy_plugin( string $source, string $target ): void {
		self::remove( $target );
		mkdir( $target, 0755, true );
		$files = new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $source, \FilesystemIterator::SKIP_DOTS ), \RecursiveIteratorIterator::SELF_FIRST );
		foreach ( $files as $file ) {
			$path = substr( $file->getPathname(), strlen( $source ) + 1 );
			if ( 'tests' === explode( '/', $path )[0] ) {
				continue;
			}
			$file->isDir() ? mkdir( "$target/$path" ) : copy( $file->getPathname(), "$target/$path" );
		}
	}

	/**
	 * Removes a folder with all that is in it.
	 *
	 * @param string $folder Folder.
	 */
	public static function remove( string $folder ): void {
		if ( ! is_dir( $folder ) ) {
			return;
		}
		$files = new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $folder, \FilesystemIterator::SKIP_DOTS ), \RecursiveIteratorIterator::CHILD_FIRST );
		foreach ( $files as $file ) {
			$file->isDir() && ! $file->isLink() ? rmdir( $file->getPathname() ) : unlink( $file->getPathname() );
		}
		rmdir( $folder );
	}

	/**
	 * Serves the blog at its own address, unless somebody does.
	 *
	 * @param string $root Folder of WordPress.
	 * @param string $home Its address.
	 */
	public static function start_blog( string $root, string $home ): void {
		$port = (int) parse_url( $home, PHP_URL_PORT );
		if ( '127.0.0.1' !== parse_url( $home, PHP_URL_HOST ) || ! $port ) {
			throw new \RuntimeException( "the address of the WordPress under test must be on 127.0.0.1 with a port, it is $home" );
		}
		if ( ! self::answers( $port ) ) {
			self::start( $port, $root, __DIR__ . '/router.php', array( 'MENTOR_BRIDGE_WP_ROOT' => $root ), $root . '/wp-content/blog-server.log' );
		}
	}

	/**
	 * Serves the bridge of the tests on a free port.
	 */
	public static function start_peer(): void {
		self::$peer_folder = sys_get_temp_dir() . '/mentor-bridge-peer-' . getmypid();
		self::remove( self::$peer_folder );
		mkdir( self::$peer_folder );
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$port   = (int) substr( strrchr( stream_socket_get_name( $socket, false ), ':' ), 1 );
		fclose( $socket );
		self::$peer_url = "http://127.0.0.1:$port";
		self::start( $port, __DIR__, __DIR__ . '/peer.php', array( 'PEER_FOLDER' => self::$peer_folder, 'PEER_URL' => self::$peer_url ), self::$peer_folder . '/server.log' );
		register_shutdown_function( array( self::class, 'remove' ), self::$peer_folder );
	}

	/**
	 * Gives the command that runs a script in a process of its own. What it loads of WordPress is compiled once and kept in
	 * files, where the lab has a folder for that.
	 *
	 * @param string $script  PHP without its opening tag.
	 * @param string $options Further options of PHP.
	 */
	public static function php( string $script, string $options = '-d display_errors=0' ): string {
		$folder = dirname( getenv( 'MENTOR_BRIDGE_WP_ROOT' ) ) . '/opcache';
		$cache  = is_dir( $folder ) ? '-d opcache.enable_cli=1 -d opcache.file_cache_only=1 -d opcache.file_cache=' . escapeshellarg( $folder ) : '';
		return escapeshellarg( PHP_BINARY ) . " $cache $options -r " . escapeshellarg( $script );
	}

	/**
	 * Starts a server, waits until it answers, and has it ended with this process.
	 *
	 * @param int    $port   Port.
	 * @param string $root   Document root.
	 * @param string $router Router script.
	 * @param array  $env    Environment.
	 * @param string $log    Where its output goes.
	 */
	private static function start( int $port, string $root, string $router, array $env, string $log ): void {
		$env     = array_merge( getenv(), $env, array( 'PHP_CLI_SERVER_WORKERS' => '8' ) );
		$command = array( PHP_BINARY, '-d', 'opcache.revalidate_freq=0', '-d', 'display_errors=0', '-S', "127.0.0.1:$port", '-t', $root, $router );
		// In a group of its own: with several workers, ending the parent alone would leave them behind.
		$process = proc_open( array_merge( array( 'setsid' ), $command ), array( array( 'file', '/dev/null', 'r' ), array( 'file', $log, 'w' ), array( 'file', $log, 'a' ) ), $pipes, $root, $env );
		$pid     = proc_get_status( $process )['pid'];
		$owner   = getmypid();
		register_shutdown_function(
			static function () use ( $process, $pid, $owner ) {
				if ( getmypid() === $owner ) {
					exec( 'kill -- -' . (int) $pid . ' 2>/dev/null' );
					proc_close( $process );
				}
			}
		);
		// However busy the machine is: only a server that has ended is not waited for.
		while ( ! self::answers( $port ) ) {
			if ( ! proc_get_status( $process )['running'] ) {
				throw new \RuntimeException( "the server on port $port has ended: " . file_get_contents( $log ) );
			}
			usleep( 50000 );
		}
	}

	/**
	 * Tells whether anybody listens on a port.
	 *
	 * @param int $port Port.
	 */
	private static function answers( int $port ): bool {
		$socket = @stream_socket_client( "tcp://127.0.0.1:$port", $code, $message, 1 ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- a refusal is the answer.
		if ( $socket ) {
			fclose( $socket );
		}
		return (bool) $socket;
	}
}
