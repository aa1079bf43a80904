<?php
/**
 * The screens of wp-admin.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Bridge_Address;
use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Disclosure;
use Mentor_Bridge\Disconnect;
use Mentor_Bridge\Display;
use Mentor_Bridge\Hidden_Authors;
use Mentor_Bridge\Invitation;
use Mentor_Bridge\Regulars_Block;
use Mentor_Bridge\Sharing_Rules;

require_once __DIR__ . '/class-browser.php';

/**
 * Alice owns the blog, Bob and Carol write on it. All of it with browsers, as they would.
 */
class Test_Screens extends WordPress_Case {

	const PAGE = 'wp-admin/options-general.php?page=mentor-bridge';

	/**
	 * Connects as Alice would.
	 *
	 * @param array $fields What she fills in.
	 */
	private function connect_by_hand( array $fields = array() ): string {
		$alice = new Browser( 'alice' );
		return $alice->submit( $alice->get( self::PAGE ), '//input[@name="bridge_url"]', \array_merge( array( 'bridge_url' => Server::$peer_url ), $fields ) );
	}

	/**
	 * Gives the messages on top of a page.
	 *
	 * @param string $html The page.
	 */
	private static function messages( string $html ): string {
		return \implode( ' ', Browser::texts( $html, '//*[contains(@class,"settings-error")]' ) );
	}

	public function test_looking_at_the_page_sends_nothing(): void {
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE );
		$this->assertStringContainsString( 'What will be sent, and to whom', $html );
		$this->assertStringContainsString( 'nothing is sent to anybody', $html );
		foreach ( \array_merge( Disclosure::to_whom(), Disclosure::sent(), Disclosure::never(), array( Disclosure::statistics(), Disclosure::when() ) ) as $sentence ) {
			$this->assertStringContainsString( \esc_html( $sentence ), $html );
		}
		$this->assertSame( array(), $this->requests() );
		$boxes = Browser::read( $html )->query( '//div[contains(@class,"mentor-bridge")]//input[@type="checkbox"][@checked]' );
		$this->assertCount( 0, $boxes, 'nothing is ticked for anybody' );
	}

	public function test_whoever_is_called_admin_is_told_to_choose_a_name(): void {
		$this->connect();
		$advice = '//*[contains(@class,"mentor-bridge-name")]';
		foreach ( array( 'admin', 'Administrateur', 'WP-Admin 2' ) as $name ) {
			\wp_update_user( array( 'ID' => $this->users['alice'], 'display_name' => $name ) );
			$alice = new Browser( 'alice' );
			foreach ( array( 'wp-admin/profile.php', self::PAGE ) as $page ) {
				$advices = Browser::texts( $alice->get( $page ), $advice );
				$this->assertCount( 1, $advices, $page );
				$this->assertStringContainsString( "“{$name}”", $advices[0] );
			}
		}
		\wp_update_user( array( 'ID' => $this->users['alice'], 'display_name' => 'Adminata Diallo' ) );
		$alice = new Browser( 'alice' );
		foreach ( array( 'wp-admin/profile.php', self::PAGE ) as $page ) {
			$this->assertSame( array(), Browser::texts( $alice->get( $page ), $advice ), $page );
		}
	}

	public function test_the_preview_is_what_is_sent(): void {
		$post = $this->post( array( 'post_content' => '<p>“Quoted” & <b>bold</b> é 🌱</p>' ) );
		$this->comment( $post );
		$alice = new Browser( 'alice' );
		$shown = \array_map(
			static function ( $text ) {
				return \json_decode( $text, true );
			},
			\array_map( 'trim', \iterator_to_array( ( static function () use ( $alice ) {
				foreach ( Browser::read( $alice->get( self::PAGE ) )->query( '//pre' ) as $node ) {
					yield $node->textContent; // phpcs:ignore
				}
			} )(), false ) )
		);
		$this->assertSame( array( 'blog.updated', 'author.updated', 'post.published', 'comment.published' ), \array_column( $shown, 'type' ) );
		$this->connect_by_hand( array( 'takes_part' => '1', 'statistics' => '1' ) );
		$this->drain();
		$sent = \array_column( $this->events(), 'data', 'type' );
		foreach ( $shown as $event ) {
			$data = $sent[ $event['type'] ];
			unset( $data['version'], $data['hash'] );
			// What is only known once somebody has agreed.
			foreach ( array( 'consented_at', 'consent_door', 'consent_text', 'statistics' ) as $later ) {
				unset( $data[ $later ], $event['data'][ $later ] );
			}
			$this->assertSame( $data, $event['data'], $event['type'] );
		}
	}

	public function test_connecting_shares_nobody_who_did_not_tick(): void {
		$this->post();
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$html = $this->connect_by_hand();
		$this->assertStringContainsString( 'Connected.', self::messages( $html ) );
		$this->assertTrue( Connection::is_connected() );
		$this->assertFalse( Connection::statistics(), 'statistics are off unless ticked' );
		$this->assertSame( array(), Consent::participants() );
		$this->drain();
		$this->assertSame( array( 'blog.updated' ), \array_values( \array_unique( \array_column( $this->events(), 'type' ) ) ) );
	}

	public function test_the_owner_ticks_themself_and_invites_the_others(): void {
		$this->post();
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->connect_by_hand( array( 'takes_part' => '1', 'invite' => array( $this->users['bob'] ), 'author_ids' => array( $this->users['bob'] ) ) );
		$this->assertSame( array( $this->users['alice'] ), Consent::participants() );
		$record = Consent::record( $this->users['alice'] );
		$this->assertSame( array( 'settings', $this->users['alice'], Consent::text_id() ), array( $record['door'], $record['by'], $record['text_id'] ) );
		$this->assertTrue( Invitation::is_open( $this->users['bob'] ) );
		$bob  = new Browser( 'bob' );
		$html = $bob->get( 'wp-admin/index.php' );
		$this->assertStringContainsString( 'You are invited to take part', $html );
		$this->assertStringNotContainsString( 'You are invited', ( new Browser( 'carol' ) )->get( 'wp-admin/index.php' ) );
		$bob->submit( $html, '//input[@value="mentor_bridge_decline"]' );
		$this->assertFalse( Invitation::is_open( $this->users['bob'] ) );
		$this->assertFalse( Consent::takes_part( $this->users['bob'] ) );
	}

	public function test_the_box_as_it_stands_when_connecting_is_what_counts(): void {
		$this->post();
		\mentor_bridge_set_consent( $this->users['alice'], true );
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@name="takes_part"][@checked]' ), 'the screen shows what is stored' );
		$alice->submit( $html, '//input[@name="bridge_url"]', array( 'bridge_url' => Server::$peer_url, 'takes_part' => null ) );
		$this->drain();
		$this->assertTrue( Connection::is_connected() );
		$this->assertNotContains( 'post.published', \array_column( $this->events(), 'type' ) );
	}

	public function test_a_text_that_changed_meanwhile_is_not_agreed_to(): void {
		$this->connect( array() );
		$alice = new Browser( 'alice' );
		$html  = $alice->submit( $alice->get( self::PAGE ), '//input[@name="consent_text"]', array( 'takes_part' => '1', 'consent_text' => 'en_US-000000000000' ) );
		$this->assertStringContainsString( 'has changed meanwhile', self::messages( $html ) );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
	}

	public function test_only_the_owner_may_press_the_buttons(): void {
		$this->connect();
		$bob = new Browser( 'bob' );
		$bob->get( self::PAGE );
		$this->assertSame( 403, $bob->status );
		foreach ( array( 'connect', 'save', 'hide_steps', 'send', 'disconnect', 'moved', 'new_site' ) as $button ) {
			$bob->send( 'wp-admin/admin-post.php', array( 'action' => 'mentor_bridge_' . $button, '_wpnonce' => 'x', 'statistics' => '1' ) );
			$this->assertSame( 403, $bob->status, $button );
			$stranger = new Browser();
			$stranger->send( 'wp-admin/admin-post.php', array( 'action' => 'mentor_bridge_' . $button ) );
			// Alice herself, lured to a form of somebody else's.
			$alice = new Browser( 'alice' );
			$alice->send( 'wp-admin/admin-post.php', array( 'action' => 'mentor_bridge_' . $button, '_wpnonce' => 'x' ) );
			$this->assertSame( 403, $alice->status, $button );
		}
		$this->assertTrue( Connection::is_connected() );
		$this->assertSame( array(), $this->drained() );
	}

	public function test_a_refused_connection_says_why_and_keeps_what_was_typed(): void {
		$this->answer_with( array( 'path' => '/v1/connections', 'code' => 403, 'body' => '{"error":{"type":"refused","message":"no"}}' ) );
		$html = $this->connect_by_hand( array( 'code' => 'abc', 'takes_part' => '1' ) );
		$this->assertStringContainsString( 'The bridge refused the connection.', self::messages( $html ) );
		$this->assertSame( Server::$peer_url, Browser::read( $html )->query( '//input[@name="bridge_url"]' )->item( 0 )->getAttribute( 'value' ) );
		$this->assertFalse( Connection::is_connected() );
		$this->assertSame( array(), Consent::participants() );
		$html = $this->connect_by_hand( array( 'bridge_url' => '"><script>alert(1)</script>' ) );
		$this->assertStringContainsString( 'This is not an address', self::messages( $html ) );
		$this->assertStringNotContainsString( '<script>alert(1)', $html );
	}

	public function test_the_address_comes_first_and_nobody_connects_without_opening_what_is_sent(): void {
		foreach ( array( '', 'fr_FR' ) as $locale ) {
			\update_option( 'WPLANG', $locale );
			$page   = Browser::read( ( new Browser( 'alice' ) )->get( self::PAGE ) );
			$before = '';
			foreach ( $page->query( '//div[contains(@class,"mentor-bridge")]//text()[following::input[@name="bridge_url"]]' ) as $text ) {
				$before .= ' ' . $text->nodeValue; // phpcs:ignore WordPress.NamingConventions
			}
			$this->assertLessThanOrEqual( 60, \count( \preg_split( '/\s+/u', \trim( $before ) ) ), $before );
			$this->assertCount( 1, $page->query( '//form//details[not(@open)][summary]//input[@id="mentor-bridge-connect"]' ) );
			$this->assertCount( 0, $page->query( '//input[@name="bridge_url"]/ancestor::details' ) );
		}
		\delete_option( 'WPLANG' );
	}

	public function test_a_link_fills_in_address_and_code_and_connects_nobody(): void {
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE . '&bridge=' . \rawurlencode( 'https://bridge.example/"><script>' ) . '&code=AB-12' );
		$page  = Browser::read( $html );
		$this->assertSame( 'https://bridge.example/">', $page->query( '//input[@name="bridge_url"]' )->item( 0 )->getAttribute( 'value' ) );
		$this->assertSame( 'AB-12', $page->query( '//input[@name="code"]' )->item( 0 )->getAttribute( 'value' ) );
		$this->assertSame( array(), $this->requests() );
		$this->assertCount( 1, $page->query( '//details[contains(@class,"mentor-bridge-next")][not(@open)]' ) );
	}

	public function test_help_stands_in_the_tab_where_wordpress_has_it(): void {
		$html = ( new Browser( 'alice' ) )->get( self::PAGE );
		foreach ( array( 'connect', 'sharing', 'leaving' ) as $tab ) {
			$this->assertCount( 1, Browser::read( $html )->query( '//div[@id="tab-panel-mentor-bridge-' . $tab . '"]/p' ) );
		}
	}

	public function test_the_test_of_the_connection_names_what_is_there_instead(): void {
		$alice = new Browser( 'alice' );
		$test  = function ( string $typed ) use ( $alice ): string {
			return self::messages( $alice->submit( $alice->get( self::PAGE ), '//input[@name="bridge_url"]', array( 'bridge_url' => $typed, 'test' => '1' ) ) );
		};
		$this->assertStringContainsString( 'A bridge answers at ' . Server::$peer_url . ', and nothing is in its way', $test( Server::$peer_url . '/mentors/nadia-b?need=sleep#top' ) );
		$this->assertStringContainsString( 'There is no bridge at this address', $test( \home_url() ) );
		$this->serve_with( "add_filter( 'rest_authentication_errors', function () { return new WP_Error( 'rest_off', 'no', array( 'status' => 401 ) ); } );" );
		$this->assertStringContainsString( 'but it cannot call this blog: A plugin on this blog has switched the REST API off', $test( Server::$peer_url ) );
		$this->assertSame( 'none', Connection::state() );
		$this->assertSame( array(), $this->events() );
	}

	public function test_what_was_typed_is_understood_or_its_fault_named(): void {
		foreach ( array( '', '/', '/lang/fr/', '/a/b/c/d/e/f/g/h', '?need=sleep#top' ) as $path ) {
			$this->assertSame( Server::$peer_url, Bridge_Address::find( ' ' . Server::$peer_url . $path . ' ' ), $path );
		}
		$this->assertSame( 'https://bridge.example.org', Bridge_Address::clean( 'Bridge.Example.org/?x' ) );
		$this->assertSame( 'https://bridge.example.org:8443/Sub', Bridge_Address::clean( 'bridge.example.org:8443/Sub/' ) );
		$faults = array(
			'http://127.0.0.1:1' => 'the port is a wrong one',
			\str_replace( 'http:', 'https:', Server::$peer_url ) => 'No secure connection',
			'https://'           => 'not an address',
		);
		foreach ( $faults as $typed => $words ) {
			$message = Bridge_Address::find( $typed )->get_error_message();
			$this->assertStringContainsString( $words, $message );
			$this->assertStringNotContainsString( 'cURL', $message );
		}
		foreach ( array( 'cURL error 6: Could not resolve host: x' => 'No server was found', 'cURL error 28: Operation timed out' => 'in time', 'cURL error 60: SSL certificate problem' => 'certificate', 'cURL error 99: x' => 'your host', 'php_network_getaddresses: getaddrinfo failed' => 'No server was found' ) as $text => $words ) {
			$this->assertStringContainsString( $words, Delivery_Status::explain( "network: $text" ) );
		}
	}

	public function test_connecting_with_the_address_of_a_page_finds_the_bridge(): void {
		$this->assertStringContainsString( 'Connected.', self::messages( $this->connect_by_hand( array( 'bridge_url' => Server::$peer_url . '/mentors/?need=x' ) ) ) );
		$this->assertSame( Server::$peer_url, Connection::status()['bridge_url'] );
	}

	public function test_connecting_elsewhere_says_that_no_bridge_is_there(): void {
		$this->assertStringContainsString( 'There is no bridge at this address', self::messages( $this->connect_by_hand( array( 'bridge_url' => \home_url() ) ) ) );
		$this->answer_with( array( 'path' => '/v1/connections', 'code' => 502, 'body' => '<h1>Bad gateway</h1>' ) );
		$this->assertStringContainsString( 'answers with an error (502)', self::messages( $this->connect_by_hand() ) );
	}

	public function test_after_activation_one_notice_leads_on_and_goes_away(): void {
		\Mentor_Bridge\Plugin::activate();
		$alice  = new Browser( 'alice' );
		$notice = '//div[contains(@class,"mentor-bridge-welcome")]';
		$this->assertCount( 1, Browser::texts( $alice->get( 'wp-admin/plugins.php' ), $notice ) );
		$this->assertCount( 1, Browser::texts( $alice->get( 'wp-admin/index.php' ), $notice ) );
		$this->assertCount( 0, Browser::texts( $alice->get( 'wp-admin/edit.php' ), $notice ) );
		$this->assertCount( 0, Browser::texts( ( new Browser( 'bob' ) )->get( 'wp-admin/index.php' ), $notice ) );
		$alice->get( self::PAGE );
		$this->assertCount( 0, Browser::texts( $alice->get( 'wp-admin/plugins.php' ), $notice ), 'where it leads was opened' );
		\Mentor_Bridge\Plugin::activate();
		$alice->submit( $alice->get( 'wp-admin/plugins.php' ), $notice . '//input[@value="mentor_bridge_later"]' );
		$this->assertCount( 0, Browser::texts( $alice->get( 'wp-admin/index.php' ), $notice ), 'not now' );
		$this->connect();
		\Mentor_Bridge\Plugin::activate();
		$this->assertCount( 0, Browser::texts( $alice->get( 'wp-admin/plugins.php' ), $notice ), 'connected already' );
	}

	public function test_the_status_tells_n_of_m_what_went_wrong_and_what_to_do(): void {
		$this->connect();
		$this->answer_with( array( 'code' => 500 ), array( 'code' => 500 ) );
		$this->post();
		$this->drain();
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE );
		$this->assertStringContainsString( 'Connected to ' . Server::$peer_url, $html );
		$this->assertMatchesRegularExpression( '/\d of \d sent/', $html );
		$this->assertStringContainsString( 'unexpected answer (http_500)', $html );
		$this->assertStringContainsString( 'Nothing is lost', $html );
		$this->assertStringContainsString( 'Next try', $html );
		$this->answer_with();
		$html = $alice->submit( $html, '//input[@value="mentor_bridge_send"]' );
		$this->assertMatchesRegularExpression( '/\A[1-9] events? sent\./', self::messages( $html ) );
		$this->assertStringNotContainsString( 'Nothing is lost', $html );
		$this->assertStringNotContainsString( 'mentor_bridge_send', $html );
	}

	public function test_statistics_are_a_switch_of_their_own(): void {
		$this->connect( array( 'alice' ), false );
		$this->comment( $this->post() );
		$this->drained();
		$alice = new Browser( 'alice' );
		$html  = $alice->submit( $alice->get( self::PAGE ), '//input[@name="statistics"]', array( 'statistics' => '1' ) );
		$this->assertTrue( Connection::statistics() );
		$this->drain();
		$this->assertContains( 'comment.published', \array_column( $this->events(), 'type' ) );
		$this->forget_requests();
		$alice->submit( $html, '//input[@name="statistics"]', array( 'statistics' => null ) );
		$this->assertFalse( Connection::statistics() );
		$this->drain();
		$this->assertContains( 'comment.removed', \array_column( $this->events(), 'type' ) );
	}

	public function test_the_choices_for_the_pages_are_stored(): void {
		$this->connect();
		$alice = new Browser( 'alice' );
		$alice->submit( $alice->get( self::PAGE ), '//input[@name="' . Display::OPTION . '"]', array( Display::OPTION => null, Sharing_Rules::TYPES_OPTION => array( 'post', 'page', 'attachment', 'x' ) ) );
		$this->assertSame( 'no', \get_option( Display::OPTION ) );
		$this->assertSame( array( 'post', 'page' ), Sharing_Rules::post_types() );
	}

	public function test_one_button_saves_all_that_was_ticked_and_no_id_is_there_twice(): void {
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->connect( array(), false );
		$this->answer_with( array( 'code' => 500 ) );
		$this->post();
		$this->drain();
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE );
		$ids   = array();
		foreach ( Browser::read( $html )->query( '//div[@id="wpbody-content"]//*[@id]' ) as $element ) {
			$ids[] = $element->getAttribute( 'id' );
		}
		$this->assertSame( array(), \array_diff_assoc( $ids, \array_unique( $ids ) ) );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@value="Save"]' ) );
		$this->answer_with();
		$html = $alice->submit( $html, '//input[@id="mentor-bridge-save"]', array( 'takes_part' => '1', 'invite' => array( $this->users['bob'] ), 'statistics' => '1', Display::OPTION => null, Regulars_Block::OPTION => 'yes', Sharing_Rules::TYPES_OPTION => array( 'page' ) ) );
		$this->assertSame( array( true, true, true, 'no', 'yes', array( 'page' ) ), array( Consent::takes_part( $this->users['alice'] ), Invitation::is_open( $this->users['bob'] ), Connection::statistics(), \get_option( Display::OPTION ), \get_option( Regulars_Block::OPTION ), Sharing_Rules::post_types() ) );
		$this->assertStringContainsString( 'Whom you invited sees it', self::messages( $html ) );
	}

	public function test_an_author_whom_the_bridge_hides_is_told_why_until_it_shows_them_again(): void {
		$this->connect();
		Consent::set( $this->users['bob'], true, 'profile', Consent::text_id() );
		$named = array( array( 'author' => (string) $this->users['bob'], 'reason' => 'sells <b>places</b>' ), array( 'author' => '1 OR 1', 'reason' => '' ), 'nothing' );
		$this->answer_with( array( 'code' => 202, 'body' => \wp_json_encode( array( 'hidden' => $named ) ) ) );
		Connection::ping();
		foreach ( array( 'wp-admin/index.php', 'wp-admin/profile.php' ) as $screen ) {
			$this->assertStringContainsString( 'The reason: “sells places”', ( new Browser( 'bob' ) )->get( $screen ) );
			$this->assertStringNotContainsString( 'Hidden by', ( new Browser( 'carol' ) )->get( $screen ) );
		}
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->assertStringContainsString( 'Hidden by the people who run the bridge', ( new Browser( 'alice' ) )->get( self::PAGE ) );
		$this->answer_with( array( 'code' => 202, 'body' => '{"status":"accepted"}' ), array( 'code' => 202, 'body' => '{"hidden":[]}' ) );
		Connection::ping();
		$this->assertNotNull( Hidden_Authors::reason( $this->users['bob'] ), 'a bridge that does not know of it says nothing' );
		Connection::ping();
		$this->assertStringNotContainsString( 'Hidden by', ( new Browser( 'bob' ) )->get( 'wp-admin/index.php' ) );
	}

	public function test_an_invitation_says_what_it_does_and_offers_words(): void {
		\update_option( 'blogname', 'Tom &amp; Ada' );
		$this->connect();
		$this->assertStringNotContainsString( 'mentor-bridge-invitation', ( new Browser( 'alice' ) )->get( self::PAGE ), 'nobody is there to be invited' );
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$words = Browser::texts( ( new Browser( 'alice' ) )->get( self::PAGE ), '//textarea[@id="mentor-bridge-invitation"]' )[0];
		$this->assertStringContainsString( 'profile.php#mentor-bridge', $words );
		$this->assertStringContainsString( 'Hello! Tom & Ada takes part', $words );
	}

	public function test_the_line_follows_what_is_sent_until_mentors_stand_there(): void {
		$id = $this->post( array( 'post_title' => 'Cash & <i>credit</i>' ) );
		$this->connect();
		$alice = new Browser( 'alice' );
		$html  = $alice->get( self::PAGE );
		$line  = '//div[@id="mentor-bridge-live"]';
		$this->assertStringContainsString( 'is looking for mentors', Browser::texts( $html, $line )[0] );
		$this->assertSame( 1, \preg_match( '/window\.mentorBridgeLive = (\{.+?\});/', $html, $match ) );
		$address = \json_decode( $match[1] )->address;
		$this->assertTrue( \json_decode( $alice->get( $address ), true )['data']['again'] );
		\mentor_bridge_put_related( $id, array( array( 'name' => 'Nadia', 'url' => 'https://n.example/', 'why' => 'Both.' ) ) );
		$answer = \json_decode( $alice->get( $address ), true )['data'];
		$this->assertSame( array( 'Mentors stand under “Cash & credit”: have a look' ), Browser::texts( $answer['html'], '//a[@href="' . \get_permalink( $id ) . '"]' ) );
		$this->assertFalse( $answer['again'] );
		$bob = new Browser( 'bob' );
		$bob->get( $address );
		$this->assertGreaterThanOrEqual( 400, $bob->status );
	}

	public function test_the_first_steps_are_ticked_one_by_one_and_go_away(): void {
		$this->connect();
		$alice = new Browser( 'alice' );
		$open  = '//section[contains(@class,"mentor-bridge-steps")]//li[@class="is-open"]';
		$this->assertCount( 3, Browser::texts( $alice->get( self::PAGE ), $open ) );
		for ( $n = 0; $n < 3; $n++ ) {
			$this->post();
		}
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->drain();
		\update_user_option( $this->users['alice'], \Mentor_Bridge\Payload::OFFERS, array( 'Cash' ) );
		$html = $alice->get( self::PAGE );
		$this->assertCount( 2, Browser::texts( $html, $open ), 'the skills to check, and Bob to invite' );
		$alice->submit( $html, '//input[@id="mentor-bridge-save"]', array( 'invite' => array( $this->users['bob'] ) ) );
		$this->answer_with( array( 'path' => '/sign-ins', 'code' => 201, 'body' => \wp_json_encode( array( 'url' => Server::$peer_url . '/sign-in?token=x' ) ) ) );
		$alice->get( Browser::read( $html )->query( $open . '/a[contains(@href,"mentor_bridge_dashboard")]' )->item( 0 )->getAttribute( 'href' ) );
		$this->assertSame( array(), Browser::texts( $alice->get( self::PAGE ), $open ), 'all is done' );
		\delete_user_option( $this->users['alice'], \Mentor_Bridge\Payload::OFFERS );
		$html = $alice->get( self::PAGE );
		$this->assertCount( 1, Browser::texts( $html, $open ) );
		$alice->submit( $html, '//input[@value="mentor_bridge_hide_steps"]' );
		$this->assertSame( array(), Browser::texts( $alice->get( self::PAGE ), $open ), 'put away' );
	}

	public function test_the_account_of_the_bridge_explains_itself_and_can_be_saved(): void {
		$this->connect( array( 'alice' ), false, '' );
		$alice   = new Browser( 'alice' );
		$account = \Mentor_Bridge\Service_User::id();
		$html    = $alice->get( "wp-admin/user-edit.php?user_id=$account" );
		$this->assertStringContainsString( 'This is the account of the mentor bridge.', $html );
		$html = $alice->submit( $html, '//input[@name="nickname"]', array( 'nickname' => 'Bridge' ) );
		$this->assertStringNotContainsString( 'Error:', $html );
		$this->assertSame( 'Bridge', \get_userdata( $account )->nickname );
		$this->assertStringNotContainsString( 'This is the account', $alice->get( 'wp-admin/user-edit.php?user_id=' . $this->users['bob'] ) );
		$html = $alice->submit( $alice->get( 'wp-admin/user-edit.php?user_id=' . $this->users['bob'] ), '//input[@name="nickname"]', array( 'email' => '' ) );
		$this->assertMatchesRegularExpression( '/enter an email address|email address is not correct/', $html, 'of everybody else it is asked for' );
		$list = Browser::read( $alice->get( 'wp-admin/users.php' ) );
		$this->assertCount( 0, $list->query( "//tr[@id='user-$account']//span[@class='resetpassword']" ) );
	}

	public function test_disconnecting_asks_first_and_waits_for_the_bridge(): void {
		$this->connect();
		$alice = new Browser( 'alice' );
		$this->assertCount( 0, Browser::read( $alice->get( self::PAGE ) )->query( '//input[@value="mentor_bridge_disconnect"]' ), 'no single click disconnects' );
		$html = $alice->get( self::PAGE . '&step=disconnect' );
		$this->assertStringContainsString( 'Disconnect from ' . Server::$peer_url . '?', $html );
		$this->answer_with( array( 'code' => 202, 'body' => '{"status":"accepted"}' ) );
		$html = $alice->submit( $html, '//input[@value="mentor_bridge_disconnect"]' );
		$this->assertStringContainsString( 'has not yet confirmed', self::messages( $html ) );
		$this->assertStringContainsString( 'Nothing is sent to ' . Server::$peer_url . ' any more.', $html );
		$this->assertSame( 'disconnecting', Connection::state() );
		$this->answer_with( array( 'code' => 200, 'body' => '{"withdrawn":true}' ) );
		$html = $alice->submit( $html, '//input[@value="mentor_bridge_send"]' );
		$this->assertStringContainsString( 'has confirmed that everything from this blog is removed', self::messages( $html ) );
		$this->assertSame( 'none', Connection::state() );
	}

	public function test_a_copy_of_the_site_is_asked_what_it_is(): void {
		$this->connect();
		$this->stand_elsewhere( 'home', 'database' );
		$alice = new Browser( 'alice' );
		$start = $alice->get( '/wp-admin/index.php' );
		$this->assertStringContainsString( 'is this the same site, or a new one?', $start );
		$this->assertCount( 1, Browser::read( $start )->query( '//div[contains(@class,"mentor-bridge-copy")]//a[contains(@href,"page=mentor-bridge")]' ), 'a link, which every keyboard reaches' );
		$html = $alice->get( self::PAGE );
		$this->assertStringContainsString( 'Is this the same site?', $html );
		$this->answer_with( array( 'code' => 409, 'body' => '{"error":{"type":"still_there","message":"no"}}' ) );
		$this->assertStringContainsString( 'still reaches the site at its old address', self::messages( $alice->submit( $html, '//input[@value="mentor_bridge_moved"]' ) ) );
		$alice->submit( $html, '//input[@value="mentor_bridge_new_site"]' );
		$this->assertSame( 'none', Connection::state() );
		$this->assertSame( array(), Consent::participants() );
		$this->assertStringNotContainsString( 'is this the same site', $alice->get( '/wp-admin/index.php' ) );
	}

	public function test_a_connection_that_the_bridge_ended_can_be_made_anew(): void {
		$this->connect();
		Disconnect::on_gone();
		$html = ( new Browser( 'alice' ) )->get( self::PAGE );
		$this->assertStringContainsString( 'The bridge has ended the connection.', $html );
		$this->assertCount( 1, Browser::read( $html )->query( '//input[@value="mentor_bridge_connect"]' ) );
	}
}
