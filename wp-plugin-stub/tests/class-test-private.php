<?php
/**
 * Private stays private: what a visitor is not shown does not leave the blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Outbox;
use Mentor_Bridge\Upgrade;

/**
 * Small stand-ins for membership plugins, which hide by the same hooks and filters.
 */
class Test_Private extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	protected function tearDown(): void {
		foreach ( array( 'members', 'price' ) as $tag ) {
			\remove_shortcode( $tag );
		}
		foreach ( array( 'acme/note', 'acme/members' ) as $block ) {
			if ( \WP_Block_Type_Registry::get_instance()->is_registered( $block ) ) {
				\unregister_block_type( $block );
			}
		}
		parent::tearDown();
	}

	private static function members_only( int $id ): callable {
		return static function () use ( $id ) {
			return ! \is_user_logged_in() && \get_the_ID() === $id && \is_singular() && \in_the_loop() && \is_main_query();
		};
	}

	/**
	 * Hides one post as membership plugins do.
	 *
	 * @param string $how Which of them.
	 * @param int    $id  The post.
	 */
	private function hide( string $how, int $id ): void {
		$is_hidden = self::members_only( $id );
		$is_asked  = static function () use ( $id ) {
			return \is_single( $id ) && ! \is_user_logged_in();
		};
		$ways      = array(
			'the_content'       => static function ( $html ) use ( $is_hidden ) {
				return $is_hidden() ? '<p>This content is for members only. Join us, learn from our regulars.</p>' : $html;
			},
			'wp'                => static function () use ( $is_asked ) {
				if ( $is_asked() ) {
					\add_filter( 'the_content', '__return_empty_string', 999 );
				}
			},
			'template_redirect' => static function () use ( $is_asked ) {
				if ( $is_asked() ) {
					\wp_safe_redirect( \home_url( '/join/' ) );
					exit;
				}
			},
			'template_redirect wp_die' => static function () use ( $is_asked ) {
				if ( $is_asked() ) {
					\wp_die( 'For members.' );
				}
			},
			'template_redirect 404' => static function () use ( $is_asked ) {
				if ( $is_asked() ) {
					$GLOBALS['wp_query']->set_404();
					\status_header( 404 );
				}
			},
			'posts_where'       => static function ( $where ) use ( $id ) {
				return \is_user_logged_in() ? $where : $where . " AND {$GLOBALS['wpdb']->posts}.ID <> $id";
			},
			'pre_get_posts'     => static function ( $query ) use ( $id ) {
				if ( $query->is_main_query() && ! \is_user_logged_in() && (int) $query->get( 'p' ) === $id ) {
					$query->set( 'p', 0 );
					$query->set( 'post__in', array( 0 ) );
				}
			},
			'the_posts'         => static function ( $posts ) use ( $id ) {
				foreach ( $posts as $post ) {
					if ( $post->ID === $id && ! \is_user_logged_in() ) {
						$post->post_content = 'This content has been restricted to logged-in users only.';
					}
				}
				return $posts;
			},
			'the_post'          => static function ( $post ) use ( $id ) {
				if ( $post->ID === $id && ! \is_user_logged_in() ) {
					$post->post_content = '';
				}
			},
		);
		$this->hook( \strtok( $how, ' ' ), $ways[ $how ], 99 );
	}

	public function ways(): array {
		$ways = array( 'the_content', 'wp', 'template_redirect', 'template_redirect wp_die', 'template_redirect 404', 'posts_where', 'pre_get_posts', 'the_posts', 'the_post' );
		return \array_combine( $ways, \array_chunk( $ways, 1 ) );
	}

	/**
	 * @dataProvider ways
	 */
	public function test_of_a_post_for_members_nothing_leaves_and_what_is_restricted_later_is_taken_back_within_a_day( string $how ): void {
		$secret  = $this->post( array( 'post_title' => 'Zinziberine', 'post_content' => '<p>Zinziberine is what I never told my regulars.</p>', 'post_excerpt' => 'Zinziberine.', 'tags_input' => array( 'zinziberine' ) ) );
		$comment = $this->comment( $secret, array( 'comment_content' => 'Zinziberine, indeed?' ) );
		$open    = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->hide( $how, $secret );
		$filters = \count( $GLOBALS['wp_filter'] );
		$post    = $GLOBALS['post'] ?? null;
		$left    = $this->drained_text();
		$this->assertStringNotContainsStringIgnoringCase( 'zinziberine', $left );
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertSame( 0, Outbox::progress()['waiting'] );
		$this->assertSame( array( $this->users['alice'], $post, $filters ), array( \get_current_user_id(), $GLOBALS['post'] ?? null, \count( $GLOBALS['wp_filter'] ) ), 'all is as it was before' );

		$this->unhook();
		$this->pass_a_day();
		$this->assertSame( array( "post.published $secret", "comment.published $comment" ), $this->drained(), 'opened; what is unchanged is not sent again' );
		$this->hide( $how, $secret );
		$this->assertSame( array(), $this->drained(), 'no hook told' );
		$this->pass_a_day();
		$this->assertSame( "post.removed $secret", $this->drained()[0] );
		$this->assertGreaterThan( 0, $open );
	}

	public function test_a_hook_tells_at_once(): void {
		$id = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$this->drained();
		$this->hook( 'the_content', static function ( $html ) {
			return \get_post_meta( \get_the_ID(), '_members_access_role', true ) && ! \is_user_logged_in() ? '' : $html;
		} );
		\update_post_meta( $id, '_members_access_role', 'gold' );
		$this->assertSame( array( "post.removed $id" ), $this->drained() );
		\delete_post_meta( $id, '_members_access_role' );
		$this->assertSame( array( "post.published $id" ), $this->drained() );
		\wp_set_current_user( 0 );
		\update_post_meta( $id, 'views', '17' );
		$this->assertSame( 0, Outbox::progress()['waiting'], 'a counter of views is no news' );
		\wp_set_current_user( $this->users['alice'] );
		$this->hide( 'the_content', $id );
		\do_action( 'activated_plugin', 'members/members.php', false );
		$this->assertSame( array( "post.removed $id" ), $this->drained(), 'another plugin runs from now on' );
	}

	public function test_an_update_of_the_plugin_cleans_what_was_shared_before(): void {
		$id   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$part = $this->post( array( 'post_content' => self::WORDS . "\n\n[members]Zinziberine was our secret.[/members]" ) );
		$this->assertStringContainsString( 'Zinziberine', $this->drained_text(), 'a stray shortcode is shown as it stands' );
		$this->hide( 'the_content', $id );
		\add_shortcode( 'members', '__return_empty_string' );
		\update_option( Upgrade::OPTION, 2 );
		$this->assertTrue( Upgrade::run() );
		$left = $this->drained_text();
		$this->assertStringContainsString( '"post.removed"', $left );
		$this->assertStringContainsString( '"id":' . $part, $left );
		$this->assertStringNotContainsString( 'Zinziberine', $left );
	}

	public function test_parts_for_members_stay_and_the_rest_leaves_in_its_authors_words(): void {
		\add_shortcode( 'members', static function ( $attributes, $content = '' ) {
			return \is_user_logged_in() ? \do_shortcode( $content ) : '<p>Members only.</p>';
		} );
		\add_shortcode( 'price', static function () {
			return '12 €';
		} );
		$this->hook( 'the_content', static function ( $html ) {
			return $html . '<div class="share">Share this with your friends now</div>';
		} );
		$this->post( array( 'post_content' => "Bread's “price” is [price] a loaf… and 9x9 of them a day.\n\n[members level=\"zinziberine\"]Our <b>zinziberine</b> bakes the secret bread. [price][/members]\n\nIt was worth it :) and I laughed :D Cakes(tm) by Wordpress--\"mine\" 8) [[price]]\n<img src=\"/a.jpg\" alt=\"an oven\"><!-- zinziberine --><a href=\"/more/\" data-zinziberine=\"zinziberine\">More</a>" ) );
		$content = null;
		$this->drain();
		foreach ( $this->events() as $event ) {
			$content = $event['data']['content'];
		}
		$this->assertStringNotContainsStringIgnoringCase( 'zinziberine', $content );
		$this->assertStringNotContainsString( 'friends', $content );
		$this->assertStringNotContainsString( 'Members only', $content );
		foreach ( array( "Bread's “price” is", 'a loaf… and 9x9 of them a day.', 'It was worth it :) and I laughed :D Cakes(tm) by Wordpress--"mine" 8)', '<img src="/a.jpg" alt="an oven">', '<a href="/more/">More</a>' ) as $shown ) {
			$this->assertStringContainsString( $shown, $content );
		}
	}

	public function test_hidden_blocks_stay(): void {
		$hidden = '<!-- wp:group {"metadata":{"blockVisibility":false}} --><div class="wp-block-group"><!-- wp:paragraph --><p>Zinziberine was never meant for anybody.</p><!-- /wp:paragraph --></div><!-- /wp:group -->';
		$some   = '<!-- wp:paragraph {"metadata":{"blockVisibility":{"viewport":{"mobile":false}}}} --><p>Only on wide screens this can be read.</p><!-- /wp:paragraph -->';
		$gold   = '<!-- wp:paragraph {"acme":"gold"} --><p>Mycorhize is for those who paid for it.</p><!-- /wp:paragraph -->';
		$before = '<!-- wp:paragraph {"acme":"none"} --><p>Pollinisation is for nobody, not even once.</p><!-- /wp:paragraph -->';
		$this->hook( 'render_block', static function ( $html, $block ) {
			return 'gold' === ( $block['attrs']['acme'] ?? '' ) && ! \is_user_logged_in() ? '' : $html;
		}, 10, 2 );
		$this->hook( 'pre_render_block', static function ( $html, $block ) {
			return 'none' === ( $block['attrs']['acme'] ?? '' ) ? '' : $html;
		}, 10, 2 );
		$this->post( array( 'post_content' => '<!-- wp:paragraph --><p>' . self::WORDS . "</p><!-- /wp:paragraph -->\n\n$hidden\n\n$some\n\n$gold\n\n$before" ) );
		$left = $this->drained_text();
		$this->assertStringContainsString( self::WORDS, $left );
		$this->assertStringContainsString( 'Only on wide screens', $left, 'shown to some is shown' );
		$this->assertStringNotContainsString( 'Mycorhize', $left );
		$this->assertStringNotContainsString( 'Pollinisation', $left );
		// Before 6.9 core shows what it cannot hide.
		$this->assertSame( ! \function_exists( 'wp_render_block_visibility_support' ), false !== \strpos( $left, 'Zinziberine' ) );
	}

	public function test_words_that_stand_in_attributes_of_blocks_are_sent_as_far_as_they_are_shown(): void {
		\register_block_type( 'acme/note', array(
			'attributes'      => array( 'text' => array( 'type' => 'string' ), 'secret' => array( 'type' => 'string' ) ),
			'render_callback' => static function ( $attributes ) {
				return '<aside>' . \wp_kses_post( $attributes['text'] ) . '<p>Related: ten more ways to bake your bread</p></aside>';
			},
		) );
		$this->hook( 'render_block', static function ( $html, $block ) {
			return 'acme/note' === $block['blockName'] && isset( $block['attrs']['secret'] ) ? '' : $html;
		}, 10, 2 );
		$this->post( array( 'post_content' => '<!-- wp:acme/note {"text":"My <b>oven</b> broke twice \u0026 I \u003cem\u003elaughed\u003c/em\u003e about it."} /--><!-- wp:acme/note {"text":"Zinziberine would have cost me all of it.","secret":"yes"} /-->' ) );
		$left = $this->drained_text();
		$this->assertStringContainsString( 'My oven broke twice &amp; I laughed about it.', $left );
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertStringNotContainsString( 'Related', $left );
	}

	public function test_comments_that_a_visitor_does_not_read_stay(): void {
		$id   = $this->post( array( 'post_content' => '<p>' . self::WORDS . '</p>' ) );
		$open = $this->comment( $id, array( 'comment_content' => 'Everybody may read this one.' ) );
		$ids  = array();
		foreach ( array( 'the_comments', 'comments_array', 'comment_text' ) as $how ) {
			$ids[ $how ] = $this->comment( $id, array( 'comment_content' => "Zinziberine, said by way of $how." ) );
		}
		foreach ( array( 'the_comments', 'comments_array' ) as $how ) {
			$this->hook( $how, static function ( $comments ) use ( $ids, $how ) {
				return \is_user_logged_in() ? $comments : \array_values( \array_filter( (array) $comments, static function ( $comment ) use ( $ids, $how ) {
					return (int) ( $comment->comment_ID ?? $comment ) !== $ids[ $how ];
				} ) );
			} );
		}
		$this->hook( 'comment_text', static function ( $text, $comment ) use ( $ids ) {
			return (int) $comment->comment_ID === $ids['comment_text'] && ! \is_user_logged_in() ? 'Sign in to read.' : $text;
		}, 10, 2 );
		$left = $this->drained_text();
		$this->assertStringContainsString( 'Everybody may read this one.', $left );
		$this->assertStringNotContainsString( 'Zinziberine', $left );
		$this->assertGreaterThan( 0, $open );
	}

	public function test_no_word_of_hidden_parts_leaves_whatever_is_nested_in_what(): void {
		\add_shortcode( 'members', static function ( $attributes, $content = '' ) {
			return \current_user_can( 'read' ) ? \do_shortcode( $content ) : 'For members.';
		} );
		\add_shortcode( 'price', static function ( $attributes, $content = '' ) {
			return '<span>' . \do_shortcode( $content ) . '</span>';
		} );
		$this->hook( 'render_block', static function ( $html, $block ) {
			return isset( $block['attrs']['role'] ) && ! \current_user_can( $block['attrs']['role'] ) ? '<p>Please sign in to go on.</p>' : $html;
		}, 10, 2 );
		$texts = array();
		for ( $seed = 1; $seed <= 25; $seed++ ) {
			$texts[ $seed ] = new Nested_Text( $seed );
			$this->post( array( 'post_title' => "Seed $seed", 'post_content' => $texts[ $seed ]->content ) );
		}
		$left = $this->drained_text();
		foreach ( $texts as $seed => $text ) {
			foreach ( $text->hidden as $word ) {
				$this->assertStringNotContainsString( $word, $left, "seed $seed: $text->content" );
			}
			foreach ( $text->shown as $word ) {
				$this->assertStringContainsString( $word, $left, "seed $seed: $text->content" );
			}
		}
	}
}
