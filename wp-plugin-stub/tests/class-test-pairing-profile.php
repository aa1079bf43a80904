<?php
/**
 * What an author declares, and which of their sentences may be quoted.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Consent;
use Mentor_Bridge\Elsewhere;
use Mentor_Bridge\Pairing_Profile;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Privacy;
use Mentor_Bridge\Quotable_Passages;

require_once __DIR__ . '/class-browser.php';

/**
 * Bob takes part and declares; Carol is another author, Sue a subscriber.
 */
class Test_Pairing_Profile extends WordPress_Case {

	const PROFILE = 'wp-admin/profile.php';
	const ROLE    = '//input[@name="mentor_bridge_declared[role]"]';
	const FAILED  = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
	const LEARNED = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

	/**
	 * Lets the bridge list two passages, so many times.
	 *
	 * @param int $times How often.
	 */
	private function lists( int $times ): void {
		$passage = array( 'key' => self::FAILED, 'text' => 'I lost <b>everything</b>.', 'label' => 'failure', 'language' => 'en', 'title' => 'How I failed', 'url' => 'https://alice.example/failed', 'date' => '2026-03-02T10:00:00Z' );
		$two     = array( 'key' => self::LEARNED, 'text' => 'J’ai appris à relancer.', 'label' => 'lesson', 'language' => 'fr', 'title' => '', 'url' => 'javascript:alert(1)', 'date' => '2026-01-31T10:00:00Z' );
		$odd     = array( \array_merge( $passage, array( 'key' => 'x"><script>' ) ), \array_merge( $passage, array( 'label' => 'crisis' ) ), 'text' );
		$body    = \wp_json_encode( array( 'passages' => \array_merge( array( $passage, $two ), $odd ) ) );
		$again   = array( 'path' => '/passages', 'code' => 200, 'body' => $body );
		$this->answer_with( ...\array_fill( 0, $times, $again ) );
	}

	public function test_the_fields_are_folded_until_one_takes_part(): void {
		$this->connect( array( 'bob' ) );
		$folded = '//details[contains(@class,"mentor-bridge-folded")][not(@open)]' . self::ROLE;
		$this->assertCount( 0, Browser::read( ( new Browser( 'bob' ) )->get( self::PROFILE ) )->query( $folded ) );
		$carol = new Browser( 'carol' );
		$html  = $carol->get( self::PROFILE );
		$this->assertCount( 4, Browser::read( $html )->query( $folded ) );
		$carol->submit( $html, self::ROLE, array( 'mentor_bridge_declared[offers]' => 'knitting' ) );
		$this->assertSame( array( 'knitting' ), Pairing_Profile::list_of( $this->users['carol'], Payload::OFFERS ), 'kept for when she does' );
	}

	public function test_what_is_declared_travels_once_and_only_when_it_changed(): void {
		$this->connect( array( 'bob' ) );
		$bob  = new Browser( 'bob' );
		$html = $bob->get( self::PROFILE );
		$this->assertStringContainsString( 'Public: both stand on your card', $html );
		$typed = array(
			'mentor_bridge_declared[role]'               => 'both',
			'mentor_bridge_declared[offers]'             => "set prices\r\n hire \r\n\r\nhire",
			'mentor_bridge_declared[needs]'              => 'export',
			'mentor_bridge_declared[language_fr]'        => '1',
			'mentor_bridge_declared[languages]'          => 'es, Klingon!, de_AT, anglais, rcf',
			'mentor_bridge_declared[region]'             => 'Montréal <script>alert(1)</script>',
			'mentor_bridge_declared[stage]'              => \str_repeat( 'é', 250 ),
			'mentor_bridge_declared[capacity]'           => '2',
			'mentor_bridge_declared[formats]'            => 'by phone, over coffee',
			'mentor_bridge_declared[motives]'            => "It's my turn,\nwrite to bob@example.org or call.",
			'mentor_bridge_declared[sectors]'            => 'bakery',
			'mentor_bridge_declared[open_to_all]'        => '1',
		);
		$html  = $bob->submit( $html, self::ROLE, $typed );
		$this->assertStringContainsString( 'no language code: Klingon!, anglais.', $html );
		$this->assertStringNotContainsString( 'no language code', $bob->get( self::PROFILE ), 'said once' );
		$this->drain();
		$events = $this->events();
		$this->assertSame( array( 'author.updated' ), \array_column( $events, 'type' ) );
		$data = $events[0]['data'];
		$this->assertSame( array( array( 'set prices', 'hire' ), array( 'export' ), array( 'fr', 'es', 'de-AT', 'rcf' ) ), array( $data['offers'], $data['needs'], $data['languages'] ) );
		$declared = $data['declared'];
		$this->assertSame( array( 'both', 2, 'Montréal', \str_repeat( 'é', 200 ) ), array( $declared['role'], $declared['capacity'], $declared['region'], $declared['stage'] ) );
		$this->assertSame( array( array( 'by phone', 'over coffee' ), array( 'bakery' ), true, false, false ), array( $declared['formats'], $declared['sectors'], $declared['open_to_all'], $declared['outside_own_sector'], $declared['search_engines'] ) );
		$this->assertSame( "It's my turn,\nwrite to  or call.", $declared['motives'] );
		$this->assertSame( array(), $declared['quotable'], 'nothing by default' );
		$this->assertStringNotContainsString( 'example.org', \wp_json_encode( $data ) );
		$this->forget_requests();
		$html = $bob->submit( $html, self::ROLE );
		$this->assertSame( array(), $this->drained(), 'saved as it stands' );
		$this->assertSame( $declared['motives'], Pairing_Profile::of( $this->users['bob'] )['motives'] );
		$bob->submit( $html, self::ROLE, array( 'mentor_bridge_declared[role]' => 'neither' ) );
		$this->assertSame( array( 'author.updated ' . $this->users['bob'] ), $this->drained() );
	}

	public function test_a_card_names_what_is_found_and_ticked_and_no_longer_than_it_is_found(): void {
		$this->connect( array( 'bob' ) );
		$box = '//input[@name="mentor_bridge_declared[%s]"]';
		$bob = new Browser( 'bob' );
		$this->assertStringNotContainsString( 'Where else you can be followed', $bob->get( self::PROFILE ), 'nothing is found' );
		\wp_update_user( array( 'ID' => $this->users['bob'], 'description' => 'Me <a href="https://other.example/@not">no</a> <a rel="noopener me" href="https://Social.example/@bob_1">here</a>' ) );
		$html = $bob->get( self::PROFILE );
		$this->assertSame( '@bob_1@social.example', Browser::read( $html )->query( \sprintf( $box, 'fediverse' ) )->item( 0 )->getAttribute( 'value' ) );
		$this->assertSame( '', Pairing_Profile::of( $this->users['bob'] )['fediverse'], 'not before it is ticked' );
		$this->drain();
		$this->forget_requests();
		$html = $bob->submit( $html, self::ROLE, array( 'mentor_bridge_declared[fediverse]' => '@mallory@evil.example' ) );
		$this->assertSame( '', Pairing_Profile::of( $this->users['bob'] )['fediverse'], 'nothing else than what is found' );
		$html = $bob->submit( $html, self::ROLE, array( 'mentor_bridge_declared[fediverse]' => '@bob_1@social.example' ) );
		$this->drain();
		$events   = $this->events();
		$declared = \end( $events )['data']['declared'];
		$this->assertSame( array( '@bob_1@social.example', '' ), array( $declared['fediverse'], $declared['newsletter'] ) );
		$html = $bob->submit( $html, self::ROLE );
		$this->assertSame( '@bob_1@social.example', Pairing_Profile::of( $this->users['bob'] )['fediverse'], 'saved as it stands' );
		\wp_update_user( array( 'ID' => $this->users['bob'], 'description' => 'Moved: <a rel="me" href="https://new.example/@bob">here</a>' ) );
		$this->assertSame( '', Pairing_Profile::of( $this->users['bob'] )['fediverse'], 'another one was never ticked' );
		\wp_update_user( array( 'ID' => $this->users['bob'], 'user_email' => 'bob@new.example' ) );
		$this->assertSame( '', Elsewhere::found( $this->users['bob'] )['fediverse'], 'an address for mail is no handle' );
	}

	public function test_a_newsletter_is_a_public_page_with_a_form_that_works(): void {
		$form = array( 'post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Letter', 'post_content' => 'Read us. [mailpoet_form id="1"]' );
		$page = \wp_insert_post( $form );
		$this->assertSame( '', Elsewhere::found( $this->users['bob'] )['newsletter'], 'without the plugin a shortcode is only text' );
		\add_shortcode( 'mailpoet_form', '__return_empty_string' );
		$this->assertSame( \get_permalink( $page ), Elsewhere::found( $this->users['bob'] )['newsletter'] );
		\wp_update_post( array( 'ID' => $page, 'post_password' => 'secret' ) );
		$this->assertSame( '', Elsewhere::found( $this->users['bob'] )['newsletter'], 'not for everybody' );
		\register_block_type( 'jetpack/subscriptions', array() );
		$block = \wp_insert_post( array( 'post_content' => '<!-- wp:jetpack/subscriptions /-->' ) + $form );
		$this->assertSame( \get_permalink( $block ), Elsewhere::found( $this->users['bob'] )['newsletter'] );
		\unregister_block_type( 'jetpack/subscriptions' );
		\remove_shortcode( 'mailpoet_form' );
	}

	public function test_only_the_author_sees_and_changes_it(): void {
		$this->connect( array( 'bob' ) );
		$sue = \wp_insert_user( array( 'user_login' => 'sue', 'user_pass' => 'password', 'role' => 'subscriber' ) );
		\update_user_option( $this->users['bob'], Pairing_Profile::OPTION, array( 'motives' => 'Bob’s own words' ) );
		$reader = new Browser( 'sue' );
		$this->assertCount( 0, Browser::read( $reader->get( self::PROFILE ) )->query( self::ROLE ), 'a subscriber is no author' );
		$carol        = new Browser( 'carol' );
		$profile_html = $carol->get( self::PROFILE );
		$this->assertCount( 4, Browser::read( $profile_html )->query( self::ROLE ) );
		$this->assertStringNotContainsString( 'Bob’s own words', $profile_html );
		$alice = new Browser( 'alice' );
		$html  = $alice->get( 'wp-admin/user-edit.php?user_id=' . $this->users['bob'] );
		$this->assertSame( 200, $alice->status );
		$this->assertCount( 0, Browser::read( $html )->query( self::ROLE ), 'not even the owner' );
		$nonce  = Browser::read( $profile_html )->query( '//input[@name="mentor_bridge_declared_nonce"]' )->item( 0 )->getAttribute( 'value' );
		$forged = array( 'mentor_bridge_declared_nonce' => $nonce, 'mentor_bridge_declared[motives]' => 'forged', 'mentor_bridge_passages_shown' => '1', 'mentor_bridge_quotable[' . self::FAILED . ']' => '1' );
		$alice->submit( $html, '//input[@name="nickname"]', $forged );
		$alice->submit( $alice->get( self::PROFILE ), '//input[@name="nickname"]', $forged );
		$reader->submit( $reader->get( self::PROFILE ), '//input[@name="nickname"]', $forged );
		foreach ( array( $this->users['bob'], $this->users['alice'], $sue ) as $user_id ) {
			$this->assertNotSame( 'forged', Pairing_Profile::of( $user_id )['motives'] );
			$this->assertSame( array(), Quotable_Passages::quotable( $user_id ) );
		}
		$this->assertSame( 'Bob’s own words', Pairing_Profile::of( $this->users['bob'] )['motives'] );
	}

	public function test_an_author_ticks_what_may_be_quoted(): void {
		$this->connect( array( 'bob' ) );
		$this->lists( 3 );
		$bob  = new Browser( 'bob' );
		$html = $bob->get( self::PROFILE );
		$this->assertCount( 2, Browser::read( $html )->query( '//ul[@class="mentor-bridge-passages"]/li' ), 'what is no passage is not shown' );
		$this->assertCount( 0, Browser::read( $html )->query( '//ul[@class="mentor-bridge-passages"]//input[@checked]' ), 'nothing by default' );
		$this->assertStringContainsString( 'I lost &lt;b&gt;everything&lt;/b&gt;.', $html );
		$this->assertStringNotContainsString( 'javascript:alert', $html );
		$this->assertStringContainsString( 'something that went wrong · How I failed · March 2, 2026', \implode( ' ', Browser::texts( $html, '//ul[@class="mentor-bridge-passages"]/li' ) ) );
		$asked = \json_decode( $this->requests()[0]['body'], true );
		$this->assertTrue( $this->requests()[0]['verified'] );
		$this->assertSame( array( 'passages', array( 'author' => $this->users['bob'] ) ), array( $asked['type'], $asked['data'] ) );
		$this->forget_requests();
		$html = $bob->submit( $html, self::ROLE, array( 'mentor_bridge_quotable[' . self::LEARNED . ']' => '1', 'mentor_bridge_quotable[x]' => '1' ) );
		$this->assertSame( array( self::LEARNED ), Pairing_Profile::of( $this->users['bob'] )['quotable'] );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@name="mentor_bridge_quotable[' . self::LEARNED . ']"][@checked]' ) );
		$this->drain();
		$this->assertSame( array( self::LEARNED ), $this->events()[0]['data']['declared']['quotable'] );
		$bob->submit( $html, self::ROLE, array( 'mentor_bridge_quotable[' . self::LEARNED . ']' => null ) );
		$this->assertSame( array(), Quotable_Passages::quotable( $this->users['bob'] ) );
	}

	public function test_a_silent_bridge_is_said_and_takes_nothing_back(): void {
		$this->connect( array( 'bob' ) );
		\update_user_option( $this->users['bob'], Quotable_Passages::QUOTABLE, array( self::FAILED ) );
		$this->answer_with( array( 'path' => '/passages', 'code' => 200, 'sleep' => self::FAR_TOO_LONG ), array( 'path' => '/passages', 'code' => 503 ), array( 'path' => '/passages', 'code' => 404 ) );
		$this->serve_impatiently();
		$bob  = new Browser( 'bob' );
		$html = $bob->get( self::PROFILE );
		$this->assertSame( Quotable_Passages::TIMEOUT, $this->patience() );
		$this->assertLessThanOrEqual( 3.0, $this->patience() );
		$this->assertStringContainsString( 'does not answer just now', $html );
		$bob->submit( $html, self::ROLE );
		$this->assertSame( array( self::FAILED ), Quotable_Passages::quotable( $this->users['bob'] ) );
		$this->assertStringContainsString( 'has not read your posts yet', $bob->get( self::PROFILE ) );
		( new Browser() )->get( '' );
		$this->assertLessThanOrEqual( 3, \count( \array_filter( $this->requests(), static function ( $request ) {
			return '/passages' === \substr( $request['path'], -9 );
		} ) ), 'a page of the blog asks nothing' );
	}

	public function test_who_withdraws_is_quoted_no_longer_even_if_they_come_back(): void {
		$this->connect( array( 'bob' ) );
		$bob = $this->users['bob'];
		\update_user_option( $bob, Quotable_Passages::QUOTABLE, array( self::FAILED ) );
		Consent::set( $bob, false, 'script', '' );
		Consent::set( $bob, true, 'script', '' );
		$this->assertSame( array(), Pairing_Profile::of( $bob )['quotable'] );
	}

	public function test_it_is_exported_and_erased(): void {
		$bob = $this->users['bob'];
		Pairing_Profile::save( $bob, array( 'motives' => 'My turn', 'offers' => 'prices' ) );
		$text = \wp_json_encode( Privacy::export( 'bob@example.org' ) );
		$this->assertStringContainsString( 'My turn', $text );
		$this->assertStringContainsString( 'prices', $text );
		$this->assertStringNotContainsString( 'My turn', \wp_json_encode( Privacy::export( 'carol@example.org' ) ) );
		\Mentor_Bridge\Privacy_Eraser::erase( 'bob@example.org' );
		$this->assertSame( array(), Pairing_Profile::personal_data( $bob ) );
		$this->assertFalse( \get_user_option( Payload::OFFERS, $bob ) );
	}
}
