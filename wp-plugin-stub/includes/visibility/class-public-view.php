<?php
/**
 * What a visitor reads of a post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Decides what of a public post may leave: what somebody who is not signed in is shown of it, in its author's own words.
 *
 * Asked in a drain, never on a page view. A post of which nothing is shown does not leave at all, not even its title, and
 * neither do its comments.
 */
class Public_View {

	/**
	 * Posts read last, in this process: the comments of one often follow each other.
	 *
	 * @var array<string,array{state:string,post:\WP_Post|null}> By id and language.
	 */
	private static $read = array();

	/**
	 * Posts of which nobody could tell: id => true.
	 *
	 * @var array<int,true>
	 */
	private static $untold = array();

	/**
	 * Posts that are remembered at most.
	 */
	const REMEMBERED = 20;

	/**
	 * Tells whether this process can see what a visitor sees. In wp-admin many plugins do not even load what hides a post.
	 */
	public static function is_possible(): bool {
		return ! ( \defined( 'WP_ADMIN' ) && WP_ADMIN );
	}

	/**
	 * Forgets what was read: the next drain looks anew.
	 */
	public static function forget(): void {
		self::$read   = array();
		self::$untold = array();
	}

	/**
	 * Gives a post as a visitor reads it.
	 *
	 * @param \WP_Post $post A public post.
	 * @return \WP_Post|null With what is shown of title, text and excerpt; null when the post is not shown.
	 */
	public static function of( \WP_Post $post ): ?\WP_Post {
		$state   = \sha1( $post->post_modified_gmt . $post->post_title . "\n" . $post->post_content . "\n" . $post->post_excerpt );
		$key     = $post->ID . ' ' . Language_Fields::current();
		$reading = isset( self::$read[ $key ] ) ? self::$read[ $key ] : null;
		if ( null === $reading || $reading['state'] !== $state ) {
			$reading            = array( 'state' => $state, 'post' => self::read( $post ) );
			self::$read         = \array_slice( self::$read, 1 - self::REMEMBERED, null, true );
			self::$read[ $key ] = $reading;
		}
		return $reading['post'];
	}

	/**
	 * Reads a post, and notes which one while it does: code of others runs, and may end the process.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function read( \WP_Post $post ): ?\WP_Post {
		if ( Unreadable_Posts::has( $post ) ) {
			return null;
		}
		unset( self::$untold[ $post->ID ] );
		Unreadable_Posts::begin( $post->ID );
		$public = null;
		$why    = '';
		try {
			$public = Visitor::visit(
				$post,
				static function ( \WP_Post $shown ) use ( $post ) {
					return self::shown( $post, $shown );
				}
			);
		} catch ( \Throwable $problem ) {
			$why = $problem instanceof Post_Not_Visible ? $problem->reason : Post_Not_Visible::FAILED;
		}
		Unreadable_Posts::end();
		if ( Post_Not_Visible::FAILED === $why ) {
			if ( Sender::is_draining() ) {
				Unreadable_Posts::add( $post );
			}
		} elseif ( Post_Not_Visible::REDIRECTED === $why && self::is_shown_by_page( $post, $post ) ) {
			// From here it seemed to lead elsewhere, as when a plugin insists on https; the page itself is there.
			$public = self::read_in_part( $post );
		}
		return null !== $public && self::is_visible_from_outside( $post, $public ) ? $public : null;
	}

	/**
	 * Tells whether a post is shown as far as only a look from outside can tell.
	 *
	 * @param \WP_Post $post   The post as it is stored.
	 * @param \WP_Post $public The post as it is shown.
	 */
	private static function is_visible_from_outside( \WP_Post $post, \WP_Post $public ): bool {
		if ( ! self::is_possible() ) {
			return true; // A preview on a screen, which must not wait.
		}
		// A page that a plugin makes may show anything: if it cannot be asked for, the post stays.
		if ( Visitor::had_foreign_template() && ! self::is_shown_by_page( $post, $public ) ) {
			return false;
		}
		// A template that was chosen for this one post may be one for members.
		if ( '' !== (string) \get_page_template_slug( $post ) && ! Loopback_Status::is_unreachable() && false === Loopback_Status::shows_post( $post, $public ) ) {
			return false;
		}
		return Loopback_Status::is_open( $public );
	}

	/**
	 * Tells whether the page of a post shows it; notes when nobody can tell.
	 *
	 * @param \WP_Post $post   The post.
	 * @param \WP_Post $public What the page should show.
	 */
	private static function is_shown_by_page( \WP_Post $post, \WP_Post $public ): bool {
		$seen = Loopback_Status::shows_post( $post, $public );
		if ( null === $seen ) {
			self::$untold[ $post->ID ] = true;
		}
		return true === $seen;
	}

	/**
	 * Tells whether a post is kept back only because its page cannot be asked for just now: what was shared of it before
	 * is not taken back for that.
	 *
	 * @param int $post_id The post.
	 */
	public static function is_undecided_for_now( int $post_id ): bool {
		return isset( self::$untold[ $post_id ] ) && Loopback_Status::is_unreachable_for_now();
	}

	/**
	 * Reads the text of a post whose page could not be opened here and is shown all the same.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function read_in_part( \WP_Post $post ): ?\WP_Post {
		$html = Loopback_Status::html( $post );
		return null === $html ? null : self::limit_to_shown( $post, new Rendered_Text( $html, false ), (string) $post->post_title, new Rendered_Text( $html, false ) );
	}

	/**
	 * Compares a post with its rendering; called in the loop of its page.
	 *
	 * @param \WP_Post $post  The post as it is stored.
	 * @param \WP_Post $shown The post as the page has it.
	 */
	private static function shown( \WP_Post $post, \WP_Post $shown ): ?\WP_Post {
		// A picture, or three words, may be anybody's; this is found only if the text itself is shown, to its end.
		$mark = '<!--' . \bin2hex( \random_bytes( 8 ) ) . '-->';
		$html = self::content( $post, $shown, $mark );
		// phpcs:disable WordPress.NamingConventions.PrefixAllGlobals -- core's own hooks.
		$title   = (string) \get_the_title( $shown );
		$excerpt = '' === (string) $post->post_excerpt ? '' : (string) \apply_filters( 'the_excerpt', \apply_filters( 'get_the_excerpt', $shown->post_excerpt, $shown ) );
		// phpcs:enable
		return self::limit_to_shown( $post, new Rendered_Text( $html, false !== \strpos( $html, $mark ) ), $title, new Rendered_Text( $excerpt, true ) );
	}

	/**
	 * Gives the text of all pages of a post, each made as its page makes it.
	 *
	 * @param \WP_Post $post  The post as it is stored.
	 * @param \WP_Post $shown The post as the page has it.
	 * @param string   $mark  What is to stand at the end of the text.
	 * @throws Post_Not_Visible If a password is asked for, whoever asks for it.
	 */
	private static function content( \WP_Post $post, \WP_Post $shown, string $mark ): string {
		if ( \post_password_required( $shown ) ) {
			throw Post_Not_Visible::hidden();
		}
		// phpcs:disable WordPress.NamingConventions.PrefixAllGlobals, WordPress.WP.GlobalVariablesOverride -- core's own.
		if ( $shown->post_content !== $post->post_content ) {
			return (string) \apply_filters( 'the_content', $shown->post_content );
		}
		$pages = (array) $GLOBALS['pages'];
		if ( Text_Words::of( \implode( ' ', $pages ) ) === Text_Words::of( $post->post_content ) ) {
			$pages[ \count( $pages ) - 1 ] .= "\n\n$mark";
		}
		$html = '';
		for ( $page = 1; $page <= \count( $pages ); $page++ ) {
			// Each page is a request of its own: a filter may have left another post behind.
			$GLOBALS['post']  = $shown;
			$GLOBALS['pages'] = $pages;
			$GLOBALS['page']  = $page;
			$html            .= \apply_filters( 'the_content', \get_the_content() ) . "\n";
		}
		// phpcs:enable
		return $html;
	}

	/**
	 * Gives a copy of a post with nothing but what is shown of it.
	 *
	 * @param \WP_Post   $post    The post as it is stored.
	 * @param Rendered_Text $content What is shown of its text.
	 * @param string     $title   The title that is shown.
	 * @param Rendered_Text $excerpt What is shown of its excerpt.
	 */
	private static function limit_to_shown( \WP_Post $post, Rendered_Text $content, string $title, Rendered_Text $excerpt ): ?\WP_Post {
		$text = $content->shown_part( (string) $post->post_content );
		if ( null === $text ) {
			return null;
		}
		$public               = clone $post;
		$public->post_content = $text;
		$public->post_excerpt = '' === $post->post_excerpt ? '' : (string) $excerpt->shown_part( $post->post_excerpt );
		$public->post_title   = self::title( (string) $post->post_title, $title );
		return $public;
	}

	/**
	 * Gives a title: as it is stored if all of it is shown, else what is shown of it, as where one title holds two
	 * languages.
	 *
	 * @param string $stored The title as it is stored.
	 * @param string $shown  The title that is shown.
	 */
	private static function title( string $stored, string $shown ): string {
		if ( ( new Rendered_Text( $shown, true ) )->contains( $stored ) ) {
			return $stored;
		}
		return ( new Rendered_Text( $stored, true ) )->contains( $shown ) ? \wp_specialchars_decode( \wp_strip_all_tags( $shown ), ENT_QUOTES ) : '';
	}

	/**
	 * Tells whether a visitor reads a comment, as it is stored, under its post.
	 *
	 * @param \WP_Comment $comment An approved comment.
	 * @param \WP_Post    $post    Its post.
	 */
	public static function shows_comment( \WP_Comment $comment, \WP_Post $post ): bool {
		if ( null === self::of( $post ) ) {
			return false;
		}
		Unreadable_Posts::begin( $post->ID );
		try {
			$shows = (bool) Visitor::visit(
				$post,
				static function () use ( $comment, $post ) {
					return ! Comments_Template::is_hidden() && self::is_comment_shown( $comment, $post );
				}
			);
		} catch ( \Throwable $problem ) {
			$shows = false;
		}
		Unreadable_Posts::end();
		return $shows;
	}

	/**
	 * Tells whether a page shows a comment; called in the loop of that page.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @param \WP_Post    $post    Its post.
	 */
	private static function is_comment_shown( \WP_Comment $comment, \WP_Post $post ): bool {
		$comments = \get_comments( array( 'post_id' => $post->ID, 'comment__in' => array( (int) $comment->comment_ID ), 'status' => 'approve', 'type' => 'all' ) );
		// phpcs:disable WordPress.NamingConventions.PrefixAllGlobals -- core's own hooks.
		foreach ( (array) \apply_filters( 'comments_array', $comments, $post->ID ) as $shown ) {
			if ( $shown instanceof \WP_Comment && (int) $shown->comment_ID === (int) $comment->comment_ID ) {
				$text = (string) \apply_filters( 'comment_text', \get_comment_text( $shown ), $shown, array() );
				return null !== ( new Rendered_Text( $text, true ) )->shown_part( (string) $comment->comment_content );
			}
		}
		// phpcs:enable
		return false;
	}
}
