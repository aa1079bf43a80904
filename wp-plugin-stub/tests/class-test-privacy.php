<?php
/**
 * Core's privacy tools and Site Health.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent;
use Mentor_Bridge\Delivery_Status;
use Mentor_Bridge\Loopback_Status;
use Mentor_Bridge\Plugin;
use Mentor_Bridge\Privacy;
use Mentor_Bridge\Service_User;
use Mentor_Bridge\Site_Health;

/**
 * What a person may ask for, and what an owner may want to know.
 */
class Test_Privacy extends WordPress_Case {

	/**
	 * Exports all pages, as core does.
	 *
	 * @param string $email Whose.
	 * @return array[] Items.
	 */
	private function export( string $email ): array {
		$exporter = \apply_filters( 'wp_privacy_personal_data_exporters', array() )['mentor-bridge'];
		$items    = array();
		$page     = 1;
		do {
			$answer = \call_user_func( $exporter['callback'], $email, $page++ );
			$items  = \array_merge( $items, $answer['data'] );
		} while ( ! $answer['done'] && 20 > $page );
		$this->assertTrue( $answer['done'] );
		return $items;
	}

	/**
	 * Runs all erasers in their order, as core does.
	 *
	 * @param string $email Whose.
	 * @return array Our eraser's answer.
	 */
	private function erase( string $email ): array {
		$ours = array();
		foreach ( \apply_filters( 'wp_privacy_personal_data_erasers', array() ) as $name => $eraser ) {
			$page = 0;
			do {
				$answer = \call_user_func( $eraser['callback'], $email, ++$page );
			} while ( ! $answer['done'] && 20 > $page );
			$this->assertTrue( $answer['done'] );
			if ( 'mentor-bridge' === $name ) {
				$ours = $answer;
			}
		}
		\do_action( 'wp_privacy_personal_data_erased', 0 );
		return $ours;
	}

	public function test_an_author_gets_decisions_and_all_that_was_sent_page_by_page(): void {
		for ( $n = 0; $n < Privacy::PER_PAGE + 3; $n++ ) {
			$this->post( array( 'post_title' => "Post $n" ) );
		}
		$this->post( array( 'post_author' => $this->users['bob'] ) );
		$this->connect( array( 'alice' ) );
		$this->answer_with( self::shown_on( array() ) );
		$items  = $this->export( 'alice@example.org' );
		$groups = \array_count_values( \array_column( $items, 'group_id' ) );
		$this->assertSame( array( 'mentor-bridge-consent' => 1, 'mentor-bridge-author' => 1, 'mentor-bridge-posts' => Privacy::PER_PAGE + 3 ), $groups );
		$this->assertCount( \count( $items ), \array_unique( \array_column( $items, 'item_id' ) ) );
		$this->assertStringContainsString( 'by a script on this server', $items[0]['data'][0]['value'] );
		$this->assertStringContainsString( 'I take part as a mentor.', $items[0]['data'][1]['value'] );
		$this->assertSame( array(), $this->export( 'bob@example.org' ), 'of Bob nothing was sent' );
		$this->assertSame( array(), $this->export( 'nobody@example.org' ) );
	}

	/** An answer of the bridge about the blogs that show an author. */
	private static function shown_on( array $blogs ): array {
		return array( 'path' => '/placements', 'code' => 200, 'body' => \wp_json_encode( array( 'blogs' => $blogs, 'count' => \count( $blogs ) ) ) );
	}

	public function test_an_author_hears_which_blogs_show_them_and_which_have_to_remove_that(): void {
		$this->post();
		$this->connect();
		$blog  = array( 'name' => 'Le <b>fournil</b>', 'url' => 'https://fournil.example', 'posts' => 3 );
		$shown = static function ( array $items ): array {
			return \array_values(
				\array_filter(
					$items,
					static function ( array $item ): bool {
						return 'mentor-bridge-placements' === $item['group_id'];
					}
				)
			);
		};
		$this->answer_with( self::shown_on( array( $blog, array( 'name' => 4 ) ) ) );
		$this->assertSame( array( array( 'name' => 'Le fournil https://fournil.example', 'value' => '3' ) ), $shown( $this->export( 'alice@example.org' ) )[0]['data'] );
		$question = \array_values( \array_filter( $this->requests(), static function ( array $request ): bool {
			return '/placements' === \substr( $request['path'], -11 );
		} ) )[0];
		$this->assertTrue( $question['verified'] );
		$this->assertSame( array( 'author' => $this->users['alice'] ), \json_decode( $question['body'], true )['data'] );
		$this->answer_with( array( 'path' => '/placements', 'code' => 503 ) );
		$this->assertStringContainsString( 'does not answer just now', $shown( $this->export( 'alice@example.org' ) )[0]['data'][0]['value'] );
		$this->answer_with( self::shown_on( array( $blog ) ) );
		$this->assertStringContainsString( 'has them remove that: Le fournil https://fournil.example', \implode( ' ', $this->erase( 'alice@example.org' )['messages'] ) );
		$this->assertSame( array(), $shown( $this->export( 'alice@example.org' ) ), 'of who has withdrawn nobody is asked' );
	}

	public function test_a_commenter_gets_what_was_sent_without_the_address(): void {
		$this->comment( $this->post() );
		$this->connect();
		$items = $this->export( 'Zoe@Example.org ' );
		$this->assertSame( array( 'mentor-bridge-comments' ), \array_column( $items, 'group_id' ) );
		$this->assertStringNotContainsStringIgnoringCase( 'zoe@example', (string) \wp_json_encode( $items ) );
		$this->assertContains( 'What do you think?', \array_column( $items[0]['data'], 'value' ) );
	}

	public function test_erasing_an_author_reaches_the_bridge_and_says_so(): void {
		$this->post();
		$this->connect();
		$answer = $this->erase( 'alice@example.org' );
		$this->assertTrue( $answer['items_removed'] );
		$this->assertStringContainsString( 'has confirmed', \implode( ' ', $answer['messages'] ) );
		$this->assertContains( 'author.removed', \array_column( $this->events(), 'type' ) );
		$this->assertFalse( Consent::takes_part( $this->users['alice'] ) );
		$this->assertSame( 'eraser', Consent::record( $this->users['alice'] )['door'] );
		$this->assertStringContainsString( 'kept with the user account', \implode( ' ', $answer['messages'] ) );
	}

	public function test_while_the_bridge_is_down_the_eraser_says_that_it_is_not_confirmed(): void {
		$this->post();
		$this->connect();
		$this->answer_with( array( 'code' => 503 ), array( 'code' => 503 ), array( 'code' => 503 ) );
		$answer = $this->erase( 'alice@example.org' );
		$this->assertTrue( $answer['items_retained'] );
		$this->assertStringContainsString( 'has not confirmed it yet', \implode( ' ', $answer['messages'] ) );
		$this->answer_with();
		$this->assertContains( 'author.removed ' . $this->users['alice'], $this->drained(), 'it stays queued' );
		$this->assertStringNotContainsString( 'has not confirmed', \implode( ' ', $this->erase( 'alice@example.org' )['messages'] ) );
	}

	public function test_erasing_a_commenter_takes_name_and_code_from_the_bridge(): void {
		$id = $this->comment( $this->post(), array( 'comment_author_email' => 'zoe@example.org' ) );
		$this->connect();
		$code    = \Mentor_Bridge\Commenter::of_email( 'zoe@example.org' );
		$figures = array( 'as_of' => '2026-05-01T00:00:00Z', 'comments' => 4, 'posts' => 3, 'days' => 3, 'first' => '2026-02-01T00:00:00Z', 'last' => '2026-04-01T00:00:00Z', 'standing' => 'regular', 'questions' => 1, 'questions_answered' => 1, 'replies' => 2 );
		\Mentor_Bridge\Statistics::store( 'commenter', $code, $figures, 1 );
		$exported = $this->export( 'zoe@example.org' );
		$this->assertContains( 'mentor-bridge-figures', \array_column( $exported, 'group_id' ), 'the figures are hers to see' );
		$this->answer_with( array( 'code' => 202, 'body' => '{}' ), array( 'code' => 200, 'body' => '{"erased":true}' ) );
		$answer = $this->erase( 'zoe@example.org' );
		$this->assertTrue( $answer['items_removed'] );
		$this->assertFalse( $answer['items_retained'] );
		$this->assertStringContainsString( 'has confirmed that nothing is left of the comments', \implode( ' ', $answer['messages'] ) );
		$asked = $this->events();
		$this->forget_requests();
		$this->assertSame( array( array( 'commenter.removed', $code ) ), \array_unique( \array_map(
			static function ( $event ) {
				return array( $event['type'], $event['data']['commenter'] );
			},
			$asked
		), SORT_REGULAR ), 'first all of it is taken back' );
		$this->assertSame( array( $asked[0]['id'], $asked[0]['data'] ), array( $asked[1]['id'], $asked[1]['data'] ), 'asked again in the same words' );
		$this->assertSame( array(), \Mentor_Bridge\Statistics::commenters( array( $code ) ), 'her figures are gone here too' );
		$this->drain();
		$sent = $this->events();
		$this->assertSame( array( 'comment.published' ), \array_column( $sent, 'type' ) );
		$this->assertSame( array( $id, '', 'anonymous' ), array( $sent[0]['data']['id'], $sent[0]['data']['commenter'], $sent[0]['data']['commenter_basis'] ) );
		$this->assertGreaterThan( $asked[0]['data']['version']['revision'], $sent[0]['data']['version']['revision'], 'so it is not meant by the erasure' );
		$this->assertStringNotContainsString( 'Zoé', (string) \wp_json_encode( $sent, JSON_UNESCAPED_UNICODE ) );
	}

	public function test_while_the_bridge_is_down_a_commenter_is_told_that_it_is_not_confirmed(): void {
		$id = $this->comment( $this->post(), array( 'comment_author_email' => 'zoe@example.org' ) );
		$this->connect();
		$this->answer_with( array( 'code' => 503 ), array( 'code' => 503 ) );
		$answer = $this->erase( 'zoe@example.org' );
		$this->assertTrue( $answer['items_retained'] );
		$this->assertStringContainsString( 'has not confirmed it yet', \implode( ' ', $answer['messages'] ) );
		$this->forget_requests();
		$this->answer_with( array( 'code' => 200, 'body' => '{"erased":true}' ) );
		Delivery_Status::update( array( 'failures' => 0, 'next_try' => 0 ) );
		\Mentor_Bridge\Commenter_Erasure::ask_bridge_again();
		$this->assertSame( array( 'commenter.removed' ), \array_column( $this->events(), 'type' ), 'it is asked again' );
		$this->forget_requests();
		\Mentor_Bridge\Commenter_Erasure::ask_bridge_again();
		$this->assertSame( array(), $this->requests(), 'until it has confirmed' );
		$this->drain();
		$this->assertSame( array( array( $id, '' ) ), \array_map(
			static function ( $event ) {
				return array( $event['data']['id'], $event['data']['commenter'] );
			},
			$this->events()
		), 'what goes out later is nobody\'s' );
	}

	public function test_the_policy_names_the_bridge(): void {
		$this->assertStringContainsString( '[address of the bridge', Privacy::policy() );
		$this->connect();
		$this->assertStringContainsString( \esc_html( Connection::status()['bridge_url'] ), Privacy::policy() );
	}

	/* ---- Site Health. ---- */

	/**
	 * Runs our tests as core does.
	 *
	 * @return array<string,string> Name => status.
	 */
	private function health(): array {
		$statuses = array();
		foreach ( \apply_filters( 'site_status_tests', array( 'direct' => array(), 'async' => array() ) )['direct'] as $name => $test ) {
			$result = \call_user_func( $test['test'] );
			$this->assertSame( $name, $result['test'] );
			$this->assertNotSame( '', $result['label'] );
			$this->assertGreaterThan( 20, \strlen( \wp_strip_all_tags( $result['description'] ) ) );
			$this->assertSame( 'good' === $result['status'], '' === $result['actions'], "$name: whatever is wrong leads somewhere" );
			$statuses[ \str_replace( 'mentor_bridge_', '', $name ) ] = $result['status'];
		}
		return $statuses;
	}

	public function test_without_a_connection_there_is_nothing_wrong(): void {
		$this->assertSame( array( 'connection' => 'good' ), $this->health() );
	}

	public function test_a_healthy_connection_is_all_good(): void {
		$this->connect();
		$this->assertSame( array( 'connection' => 'good', 'delivery' => 'good', 'cron' => 'good', 'clock' => 'good', 'passwords' => 'good', 'unreadable' => 'good', 'loopback' => 'good' ), $this->health() );
		$this->assertSame( array(), $this->drained(), 'looking calls nobody' );
		$info = \apply_filters( 'debug_information', array() )['mentor-bridge']['fields'];
		$this->assertSame( 'connected', $info['state']['value'] );
		$this->assertStringNotContainsString( 'whsec_', (string) \wp_json_encode( $info ) );
	}

	public function test_each_trouble_is_found_with_a_repair(): void {
		$this->connect();
		Delivery_Status::update( array( 'last_error' => 'network: timeout', 'last_success' => \time() - 3 * DAY_IN_SECONDS ) );
		$this->assertSame( 'critical', $this->health()['delivery'] );
		$this->assertStringContainsString( 'ask whoever runs the bridge', Site_Health::test_delivery()['description'] );
		Delivery_Status::update( array( 'last_error' => '' ) );
		$this->assertSame( 'recommended', $this->health()['delivery'], 'silence alone is suspicious' );
		Delivery_Status::update( array( 'last_success' => \time(), 'clock_offset' => 400 ) );
		$this->assertSame( array( 'good', 'recommended' ), array( $this->health()['delivery'], $this->health()['clock'] ) );
		Delivery_Status::update( array( 'clock_offset' => 0, 'last_error' => 'http_401' ) );
		$this->assertStringContainsString( 'ask your host to set it', Site_Health::test_clock()['description'] );
		Delivery_Status::update( array( 'last_error' => '' ) );

		\wp_clear_scheduled_hook( Plugin::CRON_DRAIN );
		$this->assertStringContainsString( 'puts it back', Site_Health::test_cron()['description'] );
		\wp_schedule_event( \time() - 5 * HOUR_IN_SECONDS, 'mentor_bridge_five_minutes', Plugin::CRON_DRAIN );
		$this->assertSame( 'recommended', $this->health()['cron'] );
		$this->assertStringContainsString( '5 hours ago', Site_Health::test_cron()['description'] );
		$this->assertStringContainsString( 'when you work in wp-admin', Site_Health::test_cron()['description'] );
		\update_option( Loopback_Status::OPTION, array( 'unheard' => \time() ) + Loopback_Status::state() );
		$this->assertStringNotContainsString( 'wp-admin', Site_Health::test_cron()['description'], 'it takes a request of the site to itself' );
		$this->assertSame( 'recommended', $this->health()['loopback'] );
		\update_option( Loopback_Status::OPTION, array( 'unheard' => 0 ) + Loopback_Status::state() );

		\wp_delete_user( Service_User::id() );
		$this->assertSame( 'recommended', $this->health()['passwords'] );

		$before = \get_option( Connection::OPTION );
		$this->stand_elsewhere( 'home' );
		$this->assertSame( array( 'connection' => 'critical' ), $this->health() );
		\update_option( Connection::OPTION, \array_merge( $before, array( 'state' => 'gone' ) ) );
		$this->assertSame( array( 'connection' => 'recommended' ), $this->health() );
	}
}
