<?php
/**
 * What needs the owner, by e-mail.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Alert_Mail;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Plugin;

require_once __DIR__ . '/class-browser.php';

/**
 * Who is written to, when, and when not.
 */
class Test_Alert_Mail extends WordPress_Case {

	/** Mails of a day's work. */
	private function mails(): array {
		$mails = array();
		$keep  = static function ( $sent, $mail ) use ( &$mails ) {
			$mails[] = $mail;
			return true;
		};
		$this->hook( 'pre_wp_mail', $keep, 10, 2 );
		Alert_Mail::on_daily();
		\remove_filter( 'pre_wp_mail', $keep, 10 );
		return $mails;
	}

	/** Lets time pass since the last mail. */
	private function pass( int $seconds ): void {
		$sent = \get_option( Alert_Mail::SENT );
		\update_option( Alert_Mail::SENT, array( 'at' => $sent['at'] - $seconds ) + $sent );
	}

	/** A blog that is connected for so long, and has heard and taken nothing since. */
	private function silent_for( int $seconds ): void {
		$then = \time() - $seconds;
		Connection::change( array( 'since' => $then ) );
		Delivery_Status::update( array( 'last_success' => $then, 'last_push' => $then ) );
	}

	public function test_silence_is_told_where_something_waits(): void {
		$this->connect();
		$this->silent_for( 3 * DAY_IN_SECONDS );
		$this->assertSame( array(), $this->mails(), 'nothing waits' );
		$this->post();
		$this->silent_for( DAY_IN_SECONDS );
		$this->assertSame( array(), $this->mails(), 'one day is no reason' );
		$this->silent_for( 3 * DAY_IN_SECONDS );
		Delivery_Status::update( array( 'last_error' => 'http_404', 'failures' => 7 ) );
		$mails = $this->mails();
		$this->assertCount( 1, $mails );
		$this->assertSame( \get_option( 'admin_email' ), $mails[0]['to'] );
		foreach ( array( 'Nothing has gone out since', '1 event waits', 'The bridge does not know this blog.', 'options-general.php?page=mentor-bridge' ) as $words ) {
			$this->assertStringContainsString( $words, $mails[0]['message'] );
		}
	}

	public function test_silence_of_the_bridge_is_told_where_it_has_something(): void {
		$this->connect();
		$this->silent_for( 3 * DAY_IN_SECONDS );
		Delivery_Status::update( array( 'last_success' => \time(), 'waiting' => 2 ) );
		$mails = $this->mails();
		$this->assertCount( 1, $mails );
		$this->assertStringContainsString( 'Nothing has come in since', $mails[0]['message'] );
		$this->assertStringContainsString( 'site-health.php', $mails[0]['message'] );
		$this->assertStringNotContainsString( 'gone out', $mails[0]['message'] );
	}

	public function test_what_was_refused_is_told_once_a_week_and_what_is_new_the_day_after(): void {
		$this->connect();
		foreach ( array( 'The first', 'The second' ) as $title ) {
			$id = $this->post( array( 'post_title' => $title ) );
			$this->answer_with( array( 'code' => 422, 'body' => '{"error":{"type":"invalid","message":"no title"}}' ) );
			$this->drain();
			$mails = $this->mails();
			if ( 'The first' === $title ) {
				$this->assertStringContainsString( 'Post “The first”', $mails[0]['message'] );
				$this->assertStringContainsString( 'no title', $mails[0]['message'] );
				$this->pass( DAY_IN_SECONDS );
				$this->assertSame( array(), $this->mails(), 'the same, on the next day' );
				$this->pass( 6 * DAY_IN_SECONDS );
				$this->assertCount( 1, $this->mails(), 'the same, after a week' );
			}
		}
		$this->assertSame( array(), $mails, 'two on one day' );
		$this->pass( DAY_IN_SECONDS );
		$this->assertStringContainsString( 'Post “The second”', $this->mails()[0]['message'] );
	}

	/** Compiles the French translation, as the zip of the plugin holds it. */
	private function speak_french(): string {
		require_once ABSPATH . WPINC . '/pomo/po.php';
		$po = new \PO();
		$po->import_from_file( MENTOR_BRIDGE_DIR . '/languages/mentor-bridge-fr_FR.po' );
		$mo          = new \MO();
		$mo->entries = $po->entries;
		$mo->headers = $po->headers;
		$file        = MENTOR_BRIDGE_DIR . '/languages/mentor-bridge-fr_FR.mo';
		$mo->export_to_file( $file );
		return $file;
	}

	public function test_it_speaks_the_language_of_the_owner(): void {
		$this->connect();
		$this->post();
		$this->silent_for( 3 * DAY_IN_SECONDS );
		$owner = \get_user_by( 'email', \get_option( 'admin_email' ) )->ID;
		\update_user_meta( $owner, 'locale', 'fr_FR' );
		$file = $this->speak_french();
		Plugin::load_translations();
		try {
			$mails = $this->mails();
		} finally {
			\unlink( $file );
			\unload_textdomain( 'mentor-bridge' );
			\delete_user_meta( $owner, 'locale' );
		}
		$this->assertStringContainsString( 'Rien n’est parti depuis', $mails[0]['message'] );
		$this->assertStringContainsString( 'Quand quelque chose vous attend', $mails[0]['message'] );
		$this->assertSame( 'en_US', \get_locale() );
	}

	public function test_it_is_switched_off_on_the_settings_screen(): void {
		$this->connect();
		$this->post();
		$this->silent_for( 3 * DAY_IN_SECONDS );
		$alice = new Browser( 'alice' );
		$html  = $alice->get( 'wp-admin/options-general.php?page=mentor-bridge' );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@id="mentor-bridge-alert-mail"][@checked]' ) );
		$html = $alice->submit( $html, '//input[@id="mentor-bridge-save"]', array( Alert_Mail::OPTION => null ) );
		$this->assertCount( 0, Browser::read( $html )->query( '//input[@id="mentor-bridge-alert-mail"][@checked]' ) );
		\wp_cache_flush();
		$this->assertSame( array(), $this->mails() );
	}
}
