<?php
/**
 * Each author's own word, on their own profile screen.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;

require_once __DIR__ . '/class-browser.php';

/**
 * Bob decides for himself, with a browser, and nobody does it for him.
 */
class Test_Consent_Profile_Form extends WordPress_Case {

	public function test_each_author_decides_on_their_own_profile(): void {
		$this->connect( array() );
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$bob  = new Browser( 'bob' );
		$html = $bob->get( 'wp-admin/profile.php' );
		foreach ( \explode( "\n\n", Consent::text() ) as $paragraph ) {
			$this->assertStringContainsString( \esc_html( $paragraph ), $html );
		}
		$this->assertCount( 1, Browser::read( $html )->query( '//a[@href="' . Connection::status()['bridge_url'] . '/privacy"]' ) );
		$html = $bob->submit( $html, '//input[@name="mentor_bridge_takes_part"]', array( 'mentor_bridge_takes_part' => '1' ) );
		$this->assertTrue( Consent::takes_part( $this->users['bob'] ) );
		$record = Consent::record( $this->users['bob'] );
		$this->assertSame( array( 'profile', $this->users['bob'] ), array( $record['door'], $record['by'] ) );
		$this->assertMatchesRegularExpression( '/on the profile screen \(bob\)/i', $html );
		$this->drain();
		$this->assertContains( 'post.published', \array_column( $this->events(), 'type' ) );
		$this->forget_requests();
		// Saving the profile for another reason changes nothing; unticking withdraws.
		$html = $bob->submit( $html, '//input[@name="mentor_bridge_takes_part"]', array( 'first_name' => 'Robert' ) );
		$this->assertTrue( Consent::takes_part( $this->users['bob'] ) );
		$bob->submit( $html, '//input[@name="mentor_bridge_takes_part"]', array( 'mentor_bridge_takes_part' => null ) );
		$this->assertFalse( Consent::takes_part( $this->users['bob'] ) );
		$this->drain();
		$this->assertContains( 'author.removed', \array_column( $this->events(), 'type' ) );
	}

	public function test_nobody_ticks_for_somebody_else(): void {
		$this->connect( array() );
		$alice = new Browser( 'alice' );
		$html  = $alice->get( 'wp-admin/user-edit.php?user_id=' . $this->users['bob'] );
		$this->assertStringContainsString( 'Only the author can change this', $html );
		$this->assertCount( 0, Browser::read( $html )->query( '//input[@name="mentor_bridge_takes_part"]' ) );
		// Forged: her own nonce and text, sent to Bob's profile.
		$nonce_field = Browser::read( $alice->get( 'wp-admin/profile.php' ) )->query( '//input[@name="mentor_bridge_consent_nonce"]' )->item( 0 );
		$alice->submit( $html, '//input[@name="nickname"]', array( 'mentor_bridge_takes_part' => '1', 'mentor_bridge_consent_text' => Consent::text_id(), 'mentor_bridge_consent_nonce' => $nonce_field->getAttribute( 'value' ) ) );
		$this->assertFalse( Consent::takes_part( $this->users['bob'] ) );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
	}

	public function test_a_text_that_changed_meanwhile_is_not_agreed_to(): void {
		$this->connect( array() );
		$bob  = new Browser( 'bob' );
		$html = $bob->submit( $bob->get( 'wp-admin/profile.php' ), '//input[@name="mentor_bridge_takes_part"]', array( 'mentor_bridge_takes_part' => '1', 'mentor_bridge_consent_text' => 'en_US-000000000000' ) );
		$this->assertStringContainsString( 'has changed meanwhile', $html );
		$this->assertFalse( Consent::takes_part( $this->users['bob'] ) );
	}
}
