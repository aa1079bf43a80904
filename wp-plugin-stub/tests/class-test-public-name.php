<?php
/**
 * No e-mail address leaves the blog as a name.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Payload;
use Mentor_Bridge\Public_Name;

/**
 * The samples that the bridge is held to as well, and what is sent of people whose name is their address.
 */
class Test_Public_Name extends WordPress_Case {

	/**
	 * Gives samples.
	 *
	 * @param string $file  The file.
	 * @param string $which 'names' or 'urls'.
	 */
	private static function samples( string $file, string $which ): array {
		return \json_decode( (string) \file_get_contents( MENTOR_BRIDGE_SOURCE . "/../tests/samples/names/$file.json" ), true )[ $which ];
	}

	public function test_a_name_without_its_address(): void {
		foreach ( self::samples( 'held-by-both', 'names' ) as list( $name, $shown ) ) {
			$this->assertSame( $shown, Public_Name::without_address( $name ), $name );
		}
		foreach ( self::samples( 'held-by-the-plugin', 'names' ) as list( $name, $email, $shown ) ) {
			$this->assertSame( $shown, Public_Name::without_address( $name, $email ), $name );
		}
		foreach ( self::samples( 'held-by-both', 'urls' ) as list( $url, $revealing ) ) {
			$this->assertSame( $revealing, Public_Name::reveals_address( $url ), $url );
		}
	}

	public function test_nothing_that_is_sent_holds_an_address_or_what_is_left_of_one(): void {
		$old = (string) \get_option( 'permalink_structure' );
		$GLOBALS['wp_rewrite']->set_permalink_structure( '/%author%/%postname%/' );
		\flush_rewrite_rules( false );
		try {
			// As WordPress makes it of a login: jeanne-martinexample-org.
			$this->users['jeanne'] = \wp_insert_user( array( 'user_login' => 'jeanne.martin@example.org', 'user_pass' => 'password', 'user_email' => 'jeanne.martin@example.org', 'role' => 'author' ) );
			$this->assertSame( 'jeanne-martinexample-org', \get_userdata( $this->users['jeanne'] )->user_nicename );
			$id = $this->post( array( 'post_author' => $this->users['jeanne'] ) );
			$this->comment( $id, array( 'comment_author' => 'Zoé (zoe [at] example.org)' ) );
			$this->comment( $id, array( 'comment_author' => 'zoeexampleorg' ) );
			\update_option( 'blogname', 'Blog jeanne.martin@example.org' );
			\mentor_bridge_connect( Server::$peer_url, array( $this->users['jeanne'] ) );
			$this->drain();
			$events = array();
			foreach ( $this->events() as $event ) {
				$events[ $event['type'] ][] = $event['data'];
			}
			foreach ( $this->requests() as $request ) {
				$this->assertDoesNotMatchRegularExpression( '/martin|zoe.?(?:@|example)/i', $request['body'] );
			}
		} finally {
			$GLOBALS['wp_rewrite']->set_permalink_structure( $old );
			\flush_rewrite_rules( false );
			\update_option( 'blogname', 'For phpunit' );
		}
		$this->assertSame( array( '', '' ), array( $events['author.updated'][0]['name'], $events['author.updated'][0]['url'] ), 'shown under the name of the blog' );
		$this->assertSame( array( \home_url( '?p=' . $id ), '' ), array( $events['post.published'][0]['url'], $events['post.published'][0]['canonical'] ) );
		$this->assertSame( 'Blog', $events['blog.updated'][0]['name'] );
		$names = \array_column( $events['comment.published'], 'author_name' );
		\sort( $names );
		$this->assertSame( array( '', 'Zoé' ), $names );
	}

	public function test_whoever_is_known_by_a_name_is_sent_as_before(): void {
		$user = \get_userdata( $this->users['bob'] );
		$this->assertSame( 'Bob', Payload::author_name( $user ) );
		$this->assertSame( \get_author_posts_url( $user->ID ), Payload::author( $user, null )['url'] );
		\wp_update_user( array( 'ID' => $user->ID, 'display_name' => 'Bob - bob@example.org' ) );
		$this->assertSame( 'Bob', Payload::author_name( \get_userdata( $user->ID ) ) );
		\wp_update_user( array( 'ID' => $user->ID, 'display_name' => 'bob@example.org' ) );
		$this->assertSame( 'bob', Payload::author_name( \get_userdata( $user->ID ) ), 'the end of the address of the page is no address' );
	}
}
