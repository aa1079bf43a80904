<?php
/**
 * Who a visitor is, and what of a page is theirs.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Counter;
use Mentor_Bridge\Event_Renderer;
use Mentor_Bridge\Payload;
use Mentor_Bridge\Public_View;
use Mentor_Bridge\Unreadable_Posts;

/**
 * A visitor comes from nowhere, brings nothing along, and reads all pages of a post as they are made.
 */
class Test_Visitor extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	protected function tearDown(): void {
		\remove_shortcode( 'broken' );
		parent::tearDown();
	}

	public function test_a_password_that_a_plugin_asks_for_is_asked_of_visitors(): void {
		$secret = $this->post( array( 'post_title' => 'Zinziberine', 'post_content' => '<p>Zinziberine is what I never told my regulars.</p>' ) );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->hook( 'post_password_required', static function ( $required, $post ) use ( $secret ) {
			return $required || $post->ID === $secret;
		}, 10, 2 );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
	}

	public function test_what_is_hidden_behind_the_mark_of_core_stays(): void {
		$this->hook( 'the_content', static function ( $html ) {
			$parts = \preg_split( '~<span id="more-\d+"></span>~', $html );
			return \is_user_logged_in() ? $html : $parts[0] . ( isset( $parts[1] ) ? '<p>Sign in to read on.</p>' : '' );
		}, 5 );
		$this->post( array( 'post_content' => self::WORDS . "\n\n<!--more-->\n\nZinziberine is what I never told my regulars." ) );
		$left = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
	}

	public function test_all_pages_of_a_post_are_read_each_as_its_page_shows_it(): void {
		$this->hook( 'the_content', static function ( $html ) {
			return 2 === $GLOBALS['page'] && ! \is_user_logged_in() ? '<p>The second page is for members.</p>' : $html;
		} );
		$this->hook( 'content_pagination', static function ( $pages ) {
			return 4 === \count( $pages ) ? \array_slice( $pages, 0, 3 ) : $pages;
		} );
		$this->post( array( 'post_content' => self::WORDS . "\n<!--nextpage-->\nZinziberine is what I never told my regulars.\n<!--nextpage-->\nThe third page ends well for all of us.\n<!--nextpage-->\nMycorhize is what no reader ever turns to." ) );
		$left = $this->drained_text();
		foreach ( array( 'Zinziberine', 'Mycorhize' ) as $hidden ) {
			$this->assertStringNotContainsString( $hidden, $left );
		}
		foreach ( array( self::WORDS, 'The third page ends well for all of us.' ) as $shown ) {
			$this->assertStringContainsString( $shown, $left );
		}
	}

	public function test_what_one_page_leaves_behind_is_not_on_the_next(): void {
		$another = $this->post( array( 'post_content' => "One of another post.\n<!--nextpage-->\nTwo of another post.\n<!--nextpage-->\nThree of another post." ) );
		$this->hook( 'the_content', static function ( $html ) use ( $another ) {
			$GLOBALS['post'] = \get_post( $another );
			\setup_postdata( $GLOBALS['post'] );
			return $html;
		} );
		$id = $this->post( array( 'post_content' => self::WORDS . "\n<!--nextpage-->\nThe last page ends well for all of us." ) );
		$this->drain();
		$sent = \array_column( \array_column( $this->events(), 'data' ), 'content', 'id' );
		$this->assertStringContainsString( self::WORDS, $sent[ $id ] );
		$this->assertStringContainsString( 'The last page ends well for all of us.', $sent[ $id ] );
		$this->assertStringNotContainsString( 'another post', $sent[ $id ] );
	}

	public function test_nobody_is_let_in_for_where_or_how_the_server_works(): void {
		$before = $_SERVER;
		// A wall that opens to the house, its sign-in, a known robot, a chosen country, and to what is done in the background.
		$this->hook( 'wp_doing_cron', '__return_true' );
		$this->hook( 'the_content', static function ( $html ) {
			$let_in = array(
				\in_array( $_SERVER['REMOTE_ADDR'] ?? '127.0.0.1', array( '127.0.0.1', '10.1.2.3' ), true ),
				isset( $_SERVER['REMOTE_USER'] ) || isset( $_SERVER['REDIRECT_REMOTE_USER'] ) || isset( $_SERVER['SSL_CLIENT_S_DN'] ),
				isset( $_SERVER['HTTP_X_FORWARDED_FOR'] ) || isset( $_SERVER['HTTP_CF_IPCOUNTRY'] ) || isset( $_SERVER['GEOIP_COUNTRY_CODE'] ),
				false !== \strpos( $_SERVER['HTTP_USER_AGENT'] ?? 'WordPress', 'WordPress' ),
				\wp_doing_cron(),
			);
			return \in_array( true, $let_in, true ) ? $html : '';
		} );
		$_SERVER = array( 'REMOTE_ADDR' => '10.1.2.3', 'REMOTE_USER' => 'alice', 'REDIRECT_REMOTE_USER' => 'alice', 'SSL_CLIENT_S_DN' => 'CN=alice', 'HTTP_X_FORWARDED_FOR' => '10.1.2.3', 'HTTP_CF_IPCOUNTRY' => 'FR', 'GEOIP_COUNTRY_CODE' => 'FR', 'HTTP_USER_AGENT' => 'WordPress/6.1' ) + $_SERVER;
		$there   = $_SERVER;
		$this->post( array( 'post_content' => '<p>Zinziberine is for the people of this house.</p>' ) );
		$left    = $this->drained_text();
		$after   = $_SERVER;
		$_SERVER = $before;
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertSame( $there, $after );
	}

	public function test_a_page_in_another_language_leaves_the_blog_in_its_own(): void {
		$before = Payload::blog_language();
		$this->hook( 'wp', static function () {
			$GLOBALS['locale'] = 'fr_CA';
		} );
		$this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->assertStringContainsString( self::WORDS, $this->drained_text() );
		$this->assertSame( $before, Payload::blog_language() );
	}

	public function test_a_preview_says_nothing_about_what_is_sent(): void {
		$in_hand = null;
		$id      = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>[broken]' ) );
		\add_shortcode( 'broken', static function () use ( &$in_hand ) {
			$in_hand = Counter::get( Unreadable_Posts::IN_HAND );
			throw new \RuntimeException( 'not on this screen' );
		} );
		$this->assertNull( Event_Renderer::preview( $this->users['alice'] )['post'] );
		$this->assertSame( 0, $in_hand, 'a drain that begins meanwhile finds nothing left behind' );
		$this->assertSame( array(), Unreadable_Posts::posts() );
		\remove_shortcode( 'broken' );
		Public_View::forget();
		$this->assertStringContainsString( self::WORDS, $this->drained_text() );
		$this->assertGreaterThan( 0, $id );
	}

	/**
	 * What plugins for typography put into the words of a text.
	 */
	public function typographers(): array {
		return array(
			'a large first letter'    => array( '~\bMy first\b~', '<span class="cap">M</span>y first' ),
			'marked halves of words'  => array( '~\b(\p{L}{2})(\p{L}+)~u', '<b>$1</b>$2' ),
			'raised ends of ordinals' => array( '~\b(1|XIX)(st|e)\b~', '$1<sup>$2</sup>' ),
			'places for a hyphen'     => array( '~(re)(gulars)~', '$1<wbr>$2' ),
		);
	}

	/**
	 * @dataProvider typographers
	 */
	public function test_words_into_which_a_plugin_puts_tags_are_still_the_authors( string $what, string $with ): void {
		$text = 'My first shop closed on the 1st of May. My regulars of the XIXe district never knew why. It was the rent.';
		$tags = static function ( $html ) use ( $what, $with ) {
			return \preg_replace( $what, $with, $html );
		};
		$this->hook( 'the_content', $tags );
		$this->hook( 'the_title', $tags );
		$this->post( array( 'post_title' => 'My first shop in the XIXe district', 'post_content' => "<p>$text</p>" ) );
		$left = $this->drained_text();
		$this->assertStringContainsString( $text, $left );
		$this->assertStringContainsString( 'My first shop in the XIXe district', $left );
	}

	public function test_a_template_chosen_for_one_post_is_seen_from_outside(): void {
		$choose = static function ( $templates ) {
			return $templates + array( 'members.php' => 'Members' );
		};
		$this->hook( 'theme_post_templates', $choose );
		// A theme whose template prints the text for those who are signed in, and no filter that anybody could ask.
		$this->serve_with( 'add_filter( "template_include", function ( $file ) { if ( "members.php" === get_page_template_slug() && ! is_user_logged_in() && "cli" !== PHP_SAPI ) { echo "<h1>" . get_the_title() . "</h1>For members."; exit; } return $file; } );' );
		$secret = $this->post( array( 'post_content' => '<p>Zinziberine is what I never told my regulars.</p>', 'meta_input' => array( '_wp_page_template' => 'members.php' ) ) );
		$open   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>', 'meta_input' => array( '_wp_page_template' => 'wide.php' ) ) );
		$left   = $this->drained_text();
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertGreaterThan( $secret, $open );
	}

	public function test_comments_behind_another_template_stay(): void {
		$blank = "<?php\n/** Nothing for you. */\nif ( ! defined( 'ABSPATH' ) ) {\n\texit;\n}\n";
		$cases = array(
			array( '<p>Please sign in.</p>', 'visitors', false ),
			array( $blank, 'visitors', false ),
			array( $blank, 'all', false ),
			array( '<?php wp_list_comments();', 'all', true ), // One of a discussion plugin.
			array( '<div id="thread"></div>', 'all', true ), // One that a browser fills.
			array( '', 'all', true ), // One that is not there: core takes the theme's.
			array( '<?php wp_list_comments();', 'administrators', true ),
		);
		$posts = array();
		foreach ( $cases as $number => list( $code ) ) {
			$id           = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
			$posts[ $id ] = $number;
			$this->comment( $id, array( 'comment_content' => "Physalis number $number is what I say of it." ) );
			if ( '' !== $code ) {
				\file_put_contents( Server::$peer_folder . "/template$number.php", $code );
			}
		}
		$this->hook( 'comments_template', static function ( $template ) use ( $cases, $posts ) {
			$number = $posts[ \get_the_ID() ];
			return 'all' === $cases[ $number ][1] || ( 'visitors' === $cases[ $number ][1] ) !== \is_user_logged_in() ? Server::$peer_folder . "/template$number.php" : $template;
		} );
		$left = $this->drained_text();
		foreach ( $cases as $number => $case ) {
			@\unlink( Server::$peer_folder . "/template$number.php" ); // phpcs:ignore
			$this->assertSame( $case[2], false !== \strpos( $left, "Physalis number $number" ), "number $number" );
		}
		$this->assertSame( $this->users['alice'], \get_current_user_id() );
	}
}
