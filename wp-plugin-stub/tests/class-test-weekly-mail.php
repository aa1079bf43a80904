<?php
/**
 * The week by e-mail: to whom, when, and that nobody gets it unasked.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Receiver;
use Mentor_Bridge\Weekly_Mail;

require_once __DIR__ . '/class-figures-sample.php';
require_once __DIR__ . '/class-browser.php';

/**
 * Alice moderates; Bob writes and may not.
 */
class Test_Weekly_Mail extends WordPress_Case {

	/** Mails of a day's work: [to, subject, text] each. */
	private function mails(): array {
		$mails = array();
		$keep  = static function ( $sent, $mail ) use ( &$mails ) {
			$mails[] = array( $mail['to'], $mail['subject'], $mail['message'] );
			return true;
		};
		$this->hook( 'pre_wp_mail', $keep, 10, 2 );
		Weekly_Mail::on_daily();
		\remove_filter( 'pre_wp_mail', $keep, 10 );
		return $mails;
	}

	/** Figures whose last whole week ended so many days ago. */
	private function figures( int $days_ago, int $comments ): void {
		static $version = 0;
		$monday = \gmdate( 'Y-m-d', \time() - ( 7 + $days_ago ) * DAY_IN_SECONDS );
		$trend  = array( array( 'week' => $monday, 'comments' => $comments, 'commenters' => 2 ) );
		Receiver::receive( array( 'type' => 'push.stats', 'data' => array( 'objects' => array( Figures_Sample::thing( 'blog', 0, Figures_Sample::blog( array( 'trend' => $trend ) ), ++$version + \time() ) ) ) ), 'push.stats' );
		\wp_cache_flush();
	}

	public function test_only_who_asked_and_moderates_gets_it_once_a_week(): void {
		$this->connect( array( 'alice', 'bob' ) );
		$this->figures( 1, 3 );
		$this->assertSame( array(), $this->mails(), 'off by default' );
		\delete_option( Weekly_Mail::SENT );
		$alice = new Browser( 'alice' );
		$html  = $alice->submit( $alice->get( 'wp-admin/profile.php' ), '//input[@name="mentor_bridge_weekly_mail"]', array( 'mentor_bridge_weekly_mail' => '1' ) );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@name="mentor_bridge_weekly_mail"][@checked]' ) );
		$bob = new Browser( 'bob' );
		$this->assertStringNotContainsString( 'mentor_bridge_weekly_mail', $bob->get( 'wp-admin/profile.php' ) );
		\update_user_option( $this->users['bob'], Weekly_Mail::WANTED, '1' );
		\wp_cache_flush();
		$mails = $this->mails();
		$this->assertCount( 1, $mails );
		$this->assertSame( \get_userdata( $this->users['alice'] )->user_email, $mails[0][0] );
		$this->assertStringContainsString( '3 comments by 2 readers', $mails[0][2] );
		$this->assertStringContainsString( 'profile.php#mentor-bridge-weekly-mail', $mails[0][2] );
		$this->assertSame( array(), $this->mails(), 'once a week' );
		$this->figures( 9, 3 );
		$this->assertSame( array(), $this->mails(), 'an old week is no news' );
		$this->figures( 0, 0 );
		$this->assertSame( array(), $this->mails(), 'nothing to tell' );
	}
}
