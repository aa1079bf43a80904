<?php
/**
 * Asks for mentoring that wait: whom they are told, and how.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Receiver;
use Mentor_Bridge\Waiting_Asks;

require_once __DIR__ . '/class-browser.php';

/**
 * Alice and Bob take part; somebody asks Alice.
 */
class Test_Waiting_Asks extends WordPress_Case {

	/** What a push of the bridge comes to. */
	private function push( ?array $data, int $version, ?int $user = null ): array {
		$object = array( 'kind' => 'asks', 'object' => $user ?? $this->users['alice'], 'version' => $version, 'data' => $data );
		return Receiver::receive( array( 'type' => 'push.stats', 'data' => array( 'objects' => array( $object ) ) ), 'push.stats' );
	}

	/** So many asks that wait. */
	private function asks( int $waiting, int $reminded = 0 ): array {
		return array( 'waiting' => $waiting, 'reminded' => $reminded, 'since' => '2026-05-04T12:00:00Z' );
	}

	/** Mails of a day's work: [to, text] each. */
	private function mails(): array {
		$mails = array();
		$keep  = static function ( $sent, $mail ) use ( &$mails ) {
			$mails[] = array( $mail['to'], $mail['message'] );
			return true;
		};
		$this->hook( 'pre_wp_mail', $keep, 10, 2 );
		Waiting_Asks::on_daily();
		\remove_filter( 'pre_wp_mail', $keep, 10 );
		return $mails;
	}

	public function test_only_whom_it_concerns_is_told_in_wp_admin_also_without_statistics(): void {
		$this->connect( array( 'alice', 'bob' ), false );
		$this->assertCount( 1, $this->push( $this->asks( 2 ), 3 )['accepted'] );
		\wp_cache_flush();
		$alice = ( new Browser( 'alice' ) )->get( 'wp-admin/index.php' );
		$this->assertStringContainsString( '2 people ask you for mentoring.', $alice );
		$this->assertStringContainsString( 'Mentor bridge (2)', $alice );
		$this->assertStringNotContainsString( 'for mentoring', ( new Browser( 'bob' ) )->get( 'wp-admin/index.php' ) );
		$this->assertCount( 1, $this->push( null, 4 )['accepted'] );
		\wp_cache_flush();
		$this->assertStringNotContainsString( 'for mentoring', ( new Browser( 'alice' ) )->get( 'wp-admin/index.php' ) );
	}

	public function test_what_is_older_is_refused_and_what_fits_nothing_is_unknown(): void {
		$this->connect();
		$this->push( $this->asks( 1 ), 5 );
		$this->assertSame( 5, $this->push( $this->asks( 2 ), 4 )['refused'][0]['held'] );
		$this->assertCount( 1, $this->push( $this->asks( 1 ), 6, 999999 )['unknown'] );
		$this->assertCount( 1, $this->push( array( 'waiting' => '<b>1</b>' ), 7 )['unknown'] );
		$this->assertSame( 1, Waiting_Asks::of_user( $this->users['alice'] )['waiting'] );
		Receiver::forget_all();
		$this->assertNull( Waiting_Asks::of_user( $this->users['alice'] ) );
	}

	public function test_a_mail_comes_to_who_wants_it_once_for_the_same(): void {
		$this->connect();
		$this->push( $this->asks( 1 ), 1 );
		$this->assertSame( array(), $this->mails(), 'off by default' );
		$alice = new Browser( 'alice' );
		$html  = $alice->submit( $alice->get( 'wp-admin/profile.php' ), '//input[@name="mentor_bridge_ask_mail"]', array( 'mentor_bridge_ask_mail' => '1' ) );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@name="mentor_bridge_ask_mail"][@checked]' ) );
		\wp_cache_flush();
		$mails = $this->mails();
		$this->assertSame( \get_userdata( $this->users['alice'] )->user_email, $mails[0][0] );
		$this->assertStringContainsString( '1 person asks you for mentoring.', $mails[0][1] );
		$this->assertSame( array(), $this->mails() );
		$this->push( $this->asks( 1, 1 ), 2 );
		$this->assertStringContainsString( 'more than a week', $this->mails()[0][1] );
	}
}
