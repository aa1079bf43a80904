<?php
/**
 * Classes and their files.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Autoloader;

/**
 * What is in the list is there, and what is there is in the list.
 */
class Test_Autoloader extends \PHPUnit\Framework\TestCase {

	const INCLUDES = MENTOR_BRIDGE_SOURCE . '/includes';

	/**
	 * Files that the autoloader does not look for: itself, the public functions, and what only the code of 1.1.0 looks for.
	 */
	const OTHERS = array( '/class-autoloader.php', '/class-changes.php', '/class-events.php', '/class-page-caches.php', '/class-sender.php', '/class-unreadable.php', '/functions.php' );

	/**
	 * Paths below includes/ of all files that hold a class.
	 *
	 * @return string[]
	 */
	private static function files(): array {
		$files = array();
		foreach ( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( self::INCLUDES, \FilesystemIterator::SKIP_DOTS ) ) as $file ) {
			$files[] = \substr( $file->getPathname(), \strlen( self::INCLUDES ) );
		}
		\sort( $files );
		return \array_values( \array_diff( $files, self::OTHERS ) );
	}

	public function test_every_file_is_that_of_one_listed_class(): void {
		$listed = \array_map( array( Autoloader::class, 'file' ), \array_merge( ...\array_values( Autoloader::FOLDERS ) ) );
		\sort( $listed );
		$this->assertSame( self::files(), $listed );
	}

	public function test_every_listed_class_is_in_its_file(): void {
		foreach ( Autoloader::FOLDERS as $classes ) {
			foreach ( $classes as $class ) {
				$name = 'Mentor_Bridge\\' . $class;
				$this->assertTrue( \class_exists( $name ), $name );
				$this->assertSame( \realpath( self::INCLUDES . Autoloader::file( $class ) ), \realpath( ( new \ReflectionClass( $name ) )->getFileName() ) );
			}
		}
	}

	public function test_what_is_not_ours_is_left_to_others(): void {
		$this->assertFalse( \class_exists( 'Mentor_Bridge\\Nothing' ) );
		$this->assertFalse( \class_exists( 'Other\\Outbox' ) );
	}
}
