<?php
/**
 * Related mentors on a page.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Connection;
use Mentor_Bridge\Consent_Profile_Form;
use Mentor_Bridge\Disclosure;
use Mentor_Bridge\Display;
use Mentor_Bridge\Not_Shared_Box;
use Mentor_Bridge\Privacy;
use Mentor_Bridge\Receiver;
use Mentor_Bridge\Related_Mentors;
use Mentor_Bridge\Related_Owner;
use Mentor_Bridge\Settings;
use Mentor_Bridge\Settings_Page;
use Mentor_Bridge\Site_Health;

require_once __DIR__ . '/class-browser.php';

/**
 * What readers see, where they see it, and where they never do.
 */
class Test_Display extends WordPress_Case {

	const LIST_OF = '//*[@class="mentor-bridge-related"]';

	protected function setUp(): void {
		parent::setUp();
		$this->connect( array( 'alice' ), false );
	}

	protected function tearDown(): void {
		\remove_all_filters( 'mentor_bridge_ask_url' );
		\remove_all_filters( 'mentor_bridge_heading_level' );
		\remove_all_filters( 'mentor_bridge_related_mentors' );
		\remove_all_filters( 'mentor_bridge_show_under_posts' );
		$this->restart();
		parent::tearDown();
	}

	/**
	 * Gives a mentor.
	 *
	 * @param array $differs What differs.
	 */
	private static function mentor( array $differs = array() ): array {
		return \array_merge(
			array(
				'name'     => 'Kim Beaulieu',
				'blog'     => 'Entreprendre',
				'url'      => 'https://kim.example/about',
				'language' => 'fr-CA',
				'why'      => 'Also writes about prices; start with “Mes tarifs” (March 3, 2025).',
				'topics'   => array( 'prices' ),
				'post'     => array( 'title' => 'Mes tarifs', 'url' => 'https://kim.example/tarifs?a=1&b=2', 'date' => '2025-03-03T10:00:00Z' ),
			),
			$differs
		);
	}

	/**
	 * Writes a post with mentors.
	 *
	 * @param array[] $mentors Mentors.
	 * @param array   $fields  Fields of the post.
	 */
	private function post_with( array $mentors, array $fields = array() ): int {
		$id = $this->post( $fields );
		$this->assertTrue( \mentor_bridge_put_related( $id, $mentors, 1, 'en' ) );
		return $id;
	}

	/**
	 * Forgets what this process has printed.
	 */
	private function restart(): void {
		foreach ( array( 'printed' => array(), 'depth' => 0 ) as $name => $value ) {
			$property = new \ReflectionProperty( Display::class, $name );
			$property->setAccessible( true );
			$property->setValue( null, $value );
		}
		\wp_reset_query();
	}

	/**
	 * Makes a post the page at hand and gives its content.
	 *
	 * @param int $id The post.
	 */
	private function content( int $id ): string {
		global $wp_query, $wp_the_query;
		$this->restart();
		$wp_query     = new \WP_Query(); // phpcs:ignore
		$wp_the_query = $wp_query; // phpcs:ignore
		$wp_query->query( array( 'p' => $id ) );
		$wp_query->the_post();
		return (string) \apply_filters( 'the_content', \get_the_content() );
	}

	public function test_readers_see_each_mentor_with_the_reason_once(): void {
		$id   = $this->post_with( array( self::mentor(), self::mentor( array( 'name' => 'Tom', 'language' => 'en-GB', 'why' => 'Also writes about failing.', 'post' => null ) ) ) );
		$html = ( new Browser() )->get( '?p=' . $id );
		$this->assertCount( 1, Browser::read( $html )->query( self::LIST_OF ) );
		$this->assertCount( 2, Browser::read( $html )->query( self::LIST_OF . '/ul/li[@class="mentor-bridge-mentor"]' ) );
		$this->assertSame( array( 'Also writes about prices; start with “Mes tarifs” (March 3, 2025).', 'Also writes about failing.' ), Browser::texts( $html, '//*[@class="mentor-bridge-why"]' ) );
		$this->assertSame( array( 'Kim Beaulieu', 'Tom' ), Browser::texts( $html, '//a[@class="mentor-bridge-name"]' ) );
		$this->assertSame( array( 'in French' ), Browser::texts( $html, '//*[@class="mentor-bridge-language"]' ) );
		$this->assertSame( array( 'Related mentors' ), Browser::texts( $html, self::LIST_OF . '//h2' ) );
		$links = Browser::read( $html )->query( self::LIST_OF . '//a' );
		$this->assertSame( array( 'https://kim.example/about', 'https://kim.example/tarifs?a=1&b=2', 'https://kim.example/about' ), \array_map( static function ( $link ) {
			return $link->getAttribute( 'href' );
		}, \iterator_to_array( $links ) ) );
		$this->assertSame( array( 'fr-CA', 'fr-CA', 'noopener' ), array( $links->item( 1 )->getAttribute( 'lang' ), $links->item( 1 )->getAttribute( 'hreflang' ), $links->item( 1 )->getAttribute( 'rel' ) ) );
		$this->assertSame( array( '', '' ), array( $links->item( 2 )->getAttribute( 'lang' ), $links->item( 2 )->getAttribute( 'hreflang' ) ) );
		$this->assertStringContainsString( '.mentor-bridge-related', $html, 'the style is on the page' );
	}

	public function test_a_reader_may_ask_whom_the_bridge_has_named_and_nobody_else(): void {
		$id    = $this->post_with( array( self::mentor( array( 'key' => 'kim/a b' ) ), self::mentor( array( 'name' => 'Tom' ) ) ) );
		$links = Browser::read( $this->content( $id ) )->query( '//*[@class="mentor-bridge-ask"]/a' );
		$this->assertSame( 1, $links->length );
		$this->assertSame( 'Ask Kim Beaulieu for mentoring', \trim( $links->item( 0 )->textContent ) );
		$this->assertSame( Connection::get()['bridge_url'] . '/ask/kim/a%20b', $links->item( 0 )->getAttribute( 'href' ) );
		\add_filter( 'mentor_bridge_ask_url', '__return_empty_string' );
		$this->assertStringNotContainsString( 'mentor-bridge-ask', $this->content( $id ) );
	}

	public function test_a_post_that_the_reason_does_not_name_stands_below_it_with_its_date(): void {
		$content = $this->content( $this->post_with( array( self::mentor( array( 'why' => 'Also writes about prices.' ) ) ) ) );
		$this->assertSame( array( 'Mes tarifs March 3, 2025' ), Browser::texts( $content, '//*[@class="mentor-bridge-post"]' ) );
	}

	public function test_texts_are_escaped_and_addresses_checked_again_when_printed(): void {
		$id = $this->post();
		// Written past the receiver, by whomever.
		\update_post_meta( $id, Related_Mentors::META, \wp_slash( \wp_json_encode( Related_Owner::stamp( $id ) + array(
			'version'  => 1,
			'language' => '"><script>',
			'mentors'  => array(
				self::mentor( array( 'name' => '<b>Kim</b>', 'blog' => '"><i>', 'language' => '" onclick="x', 'why' => '<script>alert(1)</script> Mes "tarifs"', 'post' => array( 'title' => 'Mes "tarifs"', 'url' => 'https://kim.example/"><script>', 'date' => '"' ) ) ),
				self::mentor( array( 'url' => 'javascript:alert(1)' ) ),
				self::mentor( array( 'post' => array( 'title' => 'X', 'url' => 'data:text/html,x', 'date' => '' ) ) ),
				self::mentor( array( 'why' => '' ) ),
				self::mentor( array( 'name' => array() ) ),
				'no mentor',
			),
		) ) ) );
		$content = $this->content( $id );
		$this->assertCount( 2, Browser::read( $content )->query( '//li' ) );
		foreach ( array( '<script', '<b>', '<i>', 'javascript:', 'data:text', ' onclick="x' ) as $bad ) {
			$this->assertStringNotContainsString( $bad, $content );
		}
		$this->assertStringContainsString( '&lt;script&gt;alert(1)&lt;/script&gt; <a ', $content );
	}

	public function test_nothing_is_printed_where_there_is_nothing_to_show(): void {
		$reader = new Browser();
		$id     = $this->post();
		foreach ( array( '', 'no json', '[]', '{"mentors":"x"}', '{"version":1,"language":"en","mentors":[]}' ) as $stored ) {
			\update_post_meta( $id, Related_Mentors::META, $stored );
			$html = $reader->get( '?p=' . $id );
			$this->assertSame( 200, $reader->status );
			$this->assertStringNotContainsString( 'mentor-bridge', $html, "stored: $stored" );
		}
	}

	public function test_append_shortcode_and_block_print_once_together(): void {
		foreach ( array( '[mentor_bridge_related]', '<!-- wp:mentor-bridge/related-mentors /-->', '[mentor_bridge_related]<!-- wp:mentor-bridge/related-mentors /-->' ) as $place ) {
			$content = $this->content( $this->post_with( array( self::mentor() ), array( 'post_content' => "<p>One.</p>\n\n$place\n\n<p>Two.</p>" ) ) );
			$this->assertSame( 1, \substr_count( $content, 'class="mentor-bridge-related"' ), $place );
			$this->assertLessThan( \strpos( $content, 'Two.' ), \strpos( $content, 'mentor-bridge-related' ), "$place is printed where it stands" );
		}
	}

	public function test_the_block_carries_what_was_chosen_for_it_and_shows_the_list_in_the_editor(): void {
		$block = '<!-- wp:mentor-bridge/related-mentors {"align":"wide","style":{"color":{"background":"#123456"},"spacing":{"padding":{"top":"2rem"}}}} /-->';
		$id    = $this->post_with( array( self::mentor() ), array( 'post_content' => $block ) );
		$html = ( new Browser() )->get( '?p=' . $id );
		$this->assertMatchesRegularExpression( '/<div [^>]*class="[^"]*alignwide[^>]*>\s*<aside class="mentor-bridge-related"/', $html );
		$this->assertMatchesRegularExpression( '/<div [^>]*background-color:\s*#123456[^>]*>\s*<aside/', $html );
		$this->assertMatchesRegularExpression( '/<div [^>]*padding-top:\s*2rem[^>]*>\s*<aside/', $html );
		$alice = new Browser( 'alice' );
		$this->assertSame( 1, \preg_match( '/createNonceMiddleware\( "(\w+)"/', $alice->get( 'wp-admin/post.php?action=edit&post=' . $id ), $match ) );
		$route = 'index.php?rest_route=/wp/v2/block-renderer/mentor-bridge/related-mentors&context=edit&post_id=' . $id . '&_wpnonce=' . $match[1];
		$this->assertStringContainsString( 'Kim Beaulieu', \json_decode( $alice->get( $route ), true )['rendered'] );
		$stranger = new Browser();
		$this->assertStringNotContainsString( 'Kim Beaulieu', $stranger->get( \str_replace( '&_wpnonce=' . $match[1], '', $route ) ) );
	}

	public function test_a_content_that_was_put_together_before_does_not_eat_the_list(): void {
		$id = $this->post_with( array( self::mentor() ) );
		$this->content( $id );
		$this->assertStringContainsString( 'mentor-bridge-related', \apply_filters( 'the_content', \get_the_content() ) );
	}

	public function test_feeds_rest_lists_and_excerpts_show_nothing(): void {
		$id     = $this->post_with( array( self::mentor() ), array( 'post_content' => '<p>One.</p>[mentor_bridge_related]<!-- wp:mentor-bridge/related-mentors /-->' ) );
		$reader = new Browser();
		$feed   = $reader->get( '?feed=rss2' );
		$this->assertStringContainsString( 'How I failed', $feed );
		$this->assertStringContainsString( 'How I failed', $reader->get( '' ) );
		$rest = $reader->get( '?rest_route=/wp/v2/posts/' . $id );
		$this->assertStringContainsString( 'One.', $rest );
		foreach ( array( $feed, $reader->get( '?p=' . $id . '&feed=rss2' ), $reader->get( '' ), $rest, $reader->get( '?rest_route=/wp/v2/posts' ), $reader->get( '?s=One' ) ) as $page ) {
			$this->assertStringNotContainsString( 'mentor-bridge-mentor', $page );
			$this->assertStringNotContainsString( 'Kim', $page );
		}
		$this->content( $id );
		$this->assertStringNotContainsString( 'Kim', \get_the_excerpt() );
	}

	public function test_a_post_behind_a_password_shows_nothing(): void {
		$id = $this->post_with( array( self::mentor() ) );
		\wp_update_post( array( 'ID' => $id, 'post_password' => 'secret' ) );
		$this->assertStringNotContainsString( 'Kim', ( new Browser() )->get( '?p=' . $id ) );
	}

	public function test_the_owner_may_place_the_list_by_hand_only(): void {
		\update_option( Display::OPTION, 'no' );
		$this->assertStringNotContainsString( 'Kim', $this->content( $this->post_with( array( self::mentor() ) ) ) );
		$this->assertStringContainsString( 'Kim', $this->content( $this->post_with( array( self::mentor() ), array( 'post_content' => '[mentor_bridge_related]' ) ) ) );
	}

	public function test_filters_change_level_and_list(): void {
		\add_filter( 'mentor_bridge_heading_level', static function () {
			return 3;
		} );
		$id = $this->post_with( array( self::mentor() ) );
		$this->assertSame( array( 'Related mentors' ), Browser::texts( $this->content( $id ), '//aside/h3' ) );
		\add_filter( 'mentor_bridge_related_mentors', '__return_empty_array' );
		$this->assertStringNotContainsString( 'mentor-bridge', $this->content( $id ) );
	}

	public function test_a_theme_brings_its_own_template(): void {
		$folder = \get_stylesheet_directory() . '/mentor-bridge';
		\mkdir( $folder );
		\file_put_contents( $folder . '/related-mentors.php', '<?php echo "<p>own: " . esc_html( $args["mentors"][0]["name"] ) . "</p>";' );
		try {
			$html = ( new Browser() )->get( '?p=' . $this->post_with( array( self::mentor() ) ) );
		} finally {
			Server::remove( $folder );
		}
		$this->assertStringContainsString( '<p>own: Kim Beaulieu</p>', $html );
		$this->assertStringNotContainsString( 'class="mentor-bridge-mentor"', $html );
	}

	public function test_a_view_costs_no_query_neither_the_first_nor_a_later_one(): void {
		$this->serve_with( 'if ( isset( $_GET["without"] ) ) { add_filter( "option_active_plugins", "__return_empty_array" ); } add_action( "shutdown", function () { echo "<!-- queries:", $GLOBALS["wpdb"]->num_queries, " -->"; }, PHP_INT_MAX );' );
		$count = static function ( string $html ): int {
			\preg_match( '/<!-- queries:(\d+) -->/', $html, $match );
			return (int) $match[1];
		};
		$reader = new Browser();
		$reader->get( '' );
		foreach ( array( '', '[mentor_bridge_related]', '<!-- wp:mentor-bridge/related-mentors /-->' ) as $place ) {
			$id     = $this->post_with( \array_fill( 0, 5, self::mentor( array( 'key' => 'kim/1' ) ) ), array( 'post_content' => '<p>One.</p>' . $place ) );
			$first  = $reader->get( '?p=' . $id );
			$second = $reader->get( '?p=' . $id );
			$bare   = $reader->get( '?p=' . $id . '&without=1' );
			$this->assertSame( array( 5, 5 ), array( \substr_count( $second, '"mentor-bridge-mentor"' ), \substr_count( $second, '"mentor-bridge-ask"' ) ) );
			$this->assertStringNotContainsString( '"mentor-bridge-mentor"', $bare );
			$this->assertSame( array( $count( $bare ), $count( $bare ) ), array( $count( $first ), $count( $second ) ), "placed by: $place" );
			$plain = $this->post();
			$this->assertSame( $count( $reader->get( '?p=' . $plain . '&without=1' ) ), $count( $reader->get( '?p=' . $plain ) ) );
		}
		$this->assertSame( array(), \array_filter( $this->requests(), static function ( $request ) {
			return false !== \strpos( $request['path'], 'pushes' );
		} ), 'a view calls nobody' );
	}

	public function test_a_view_loads_no_class_of_the_screens(): void {
		$this->serve_with( 'add_action( "wp_footer", function () { echo "<!-- files:", implode( ",", array_map( "basename", get_included_files() ) ), " -->"; } );' );
		$html = ( new Browser() )->get( '?p=' . $this->post_with( array( self::mentor() ) ) );
		$this->assertStringContainsString( 'class-display.php', $html );
		foreach ( array( Settings::class, Settings_Page::class, Consent_Profile_Form::class, Not_Shared_Box::class, Privacy::class, Site_Health::class, Disclosure::class, Receiver::class ) as $class ) {
			$this->assertStringNotContainsString( \basename( ( new \ReflectionClass( $class ) )->getFileName() ), $html );
		}
	}
}
