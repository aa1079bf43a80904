<?php
/**
 * What to do next, on the dashboard.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Four lists: who waits for an answer, whom to welcome, where people talk now, who fell silent. The bridge names comments
 * and posts by their number; names and words are read here, so that what is gone or hidden meanwhile is not shown.
 */
class Follow_Up_Lists {

	/**
	 * Entries shown at once; the others open with a click.
	 */
	const AT_ONCE = 3;

	/**
	 * Entries prepared of a list: more than one sitting's worth would only slow the dashboard down.
	 */
	const MOST = 5;

	/**
	 * Prints the two lists that say what to do now: whom to answer, whom to welcome.
	 *
	 * @param array $data The figures of the blog.
	 * @return array The same, with what was loaded, for show_further().
	 */
	public static function show( array $data ): array {
		foreach ( array( 'welcome', 'alive', 'silent' ) as $list ) {
			$data[ $list ] = \array_slice( $data[ $list ], 0, self::MOST );
		}
		$data['waiting'] = self::load( $data );
		$waiting = self::waiting( $data['waiting'] );
		$total   = isset( $data['figures']['waiting']['value'] ) ? (int) $data['figures']['waiting']['value'] : 0;
		self::print_list( \__( 'Waiting for an answer', 'mentor-bridge' ), $waiting, $total );
		if ( array() === $waiting ) {
			echo '<h3>' . \esc_html__( 'Waiting for an answer', 'mentor-bridge' ) . '</h3><p>' . \esc_html__( 'Nobody. Every comment has its answer.', 'mentor-bridge' ) . '</p>';
		}
		self::print_list( \__( 'New this week: say welcome', 'mentor-bridge' ), self::people( $data['welcome'], 'welcome' ) );
		return $data;
	}

	/**
	 * Prints the other two lists: where people talk now, who fell silent.
	 *
	 * @param array $data From show().
	 */
	public static function show_further( array $data ): void {
		self::print_list( \__( 'Being talked about now', 'mentor-bridge' ), self::lively_posts( $data['alive'] ) );
		self::print_list( \__( 'Silent for a while', 'mentor-bridge' ), self::people( $data['silent'], 'silent' ) );
	}

	/**
	 * Loads the comments and posts that will be named, by one query each.
	 *
	 * @param array $data The figures of the blog.
	 * @return array[] Of what waits, the first that were not answered since it was counted.
	 */
	private static function load( array $data ): array {
		$people  = \array_column( \array_merge( $data['welcome'], $data['silent'] ), 'comment' );
		$waiting = self::still_waiting( \array_slice( $data['waiting'], 0, self::MOST ), $people );
		$later   = \array_slice( $data['waiting'], self::MOST );
		if ( self::MOST > \count( $waiting ) && array() !== $later ) {
			// Some of the first have their answer: only then is it worth asking for those behind them.
			$waiting = \array_slice( \array_merge( $waiting, self::still_waiting( $later ) ), 0, self::MOST );
		}
		$posts = \array_column( $data['alive'], 'post' );
		foreach ( \array_merge( \array_column( $waiting, 'comment' ), $people ) as $id ) {
			$comment = \get_comment( $id );
			$posts[] = $comment instanceof \WP_Comment ? (int) $comment->comment_post_ID : 0;
		}
		$with_terms = false !== \strpos( (string) \get_option( 'permalink_structure' ), '%category%' );
		\_prime_post_caches( \array_unique( \array_filter( $posts ) ), $with_terms, false );
		return $waiting;
	}

	/**
	 * Gives the entries of a list whose comment waits even now.
	 *
	 * @param array[] $entries From the figures.
	 * @param int[]   $also    Other comments to load with it.
	 * @return array[]
	 */
	private static function still_waiting( array $entries, array $also = array() ): array {
		$missing = Unanswered_Comments::load_and_filter( \array_column( $entries, 'comment' ), $also );
		return \array_values( \array_filter( $entries, static function ( array $entry ) use ( $missing ): bool {
			return isset( $missing[ $entry['comment'] ] );
		} ) );
	}

	/**
	 * Gives a comment if it is still shown under a public post.
	 *
	 * @param int $id The comment.
	 */
	private static function comment( int $id ): ?\WP_Comment {
		$comment = \get_comment( $id );
		if ( ! $comment instanceof \WP_Comment || '1' !== (string) $comment->comment_approved ) {
			return null;
		}
		return 'publish' === \get_post_status( (int) $comment->comment_post_ID ) ? $comment : null;
	}

	/**
	 * Gives a line for each comment that waits for an answer.
	 *
	 * @param array[] $entries From the figures.
	 * @return string[] Escaped HTML.
	 */
	private static function waiting( array $entries ): array {
		$items = array();
		foreach ( $entries as $entry ) {
			$comment = self::comment( $entry['comment'] );
			if ( null === $comment ) {
				continue;
			}
			$marks = array( Relative_Time::placeholder( $entry['since'] ) );
			if ( $entry['question'] ) {
				\array_unshift( $marks, \esc_html__( 'a question', 'mentor-bridge' ) );
			}
			if ( $entry['first'] ) {
				$marks[] = \esc_html__( 'first comment here', 'mentor-bridge' );
			}
			$items[] = self::comment_line( $comment, \implode( ' · ', $marks ) ) . self::reply( $comment, \__( 'Reply', 'mentor-bridge' ) );
		}
		return $items;
	}

	/**
	 * Gives a line for each person, by a comment of theirs.
	 *
	 * @param array[] $entries From the figures.
	 * @param string  $why     'welcome' or 'silent'.
	 * @return string[] Escaped HTML.
	 */
	private static function people( array $entries, string $why ): array {
		$items = array();
		foreach ( $entries as $entry ) {
			$comment = self::comment( $entry['comment'] );
			if ( null === $comment ) {
				continue;
			}
			if ( 'welcome' === $why ) {
				$items[] = self::comment_line( $comment, Relative_Time::placeholder( $entry['at'] ) ) . self::reply( $comment, \__( 'Welcome them', 'mentor-bridge' ) );
				continue;
			}
			/* translators: 1: a count of posts, 2: how long ago. */
			$note    = \sprintf( \esc_html__( 'commented on %1$s, last %2$s', 'mentor-bridge' ), \esc_html( Figure_Format::counted_posts( (int) $entry['posts'] ) ), Relative_Time::placeholder( $entry['last'] ) );
			$items[] = self::comment_line( $comment, $note, false ) . self::reply( $comment, \__( 'Answer their last comment', 'mentor-bridge' ) );
		}
		return $items;
	}

	/**
	 * Gives a line for each post with a lively conversation.
	 *
	 * @param array[] $entries From the figures.
	 * @return string[] Escaped HTML.
	 */
	private static function lively_posts( array $entries ): array {
		$items = array();
		foreach ( $entries as $entry ) {
			if ( 'publish' !== \get_post_status( $entry['post'] ) ) {
				continue;
			}
			/* translators: 1: a count of comments, 2: a count of readers. */
			$note    = \sprintf( \__( '%1$s by %2$s in seven days', 'mentor-bridge' ), Figure_Format::comments( (int) $entry['comments'] ), Figure_Format::readers( (int) $entry['commenters'] ) );
			$items[] = '<a href="' . \esc_url( \get_permalink( $entry['post'] ) . '#comments' ) . '">' . \esc_html( self::title( $entry['post'] ) ) . '</a> <span class="mentor-bridge-note">' . \esc_html( $note ) . '</span>';
		}
		return $items;
	}

	/**
	 * Gives a line that says who commented, where and what.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @param string      $note    What else there is to know; escaped HTML.
	 * @param bool        $quote   Whether its beginning is shown.
	 * @return string Escaped HTML.
	 */
	private static function comment_line( \WP_Comment $comment, string $note, bool $quote = true ): string {
		/* translators: 1: name of a commenter, 2: title of a post. */
		$who  = \sprintf( \__( '%1$s on “%2$s”', 'mentor-bridge' ), '<strong>' . \esc_html( self::name( $comment ) ) . '</strong>', \esc_html( self::title( (int) $comment->comment_post_ID ) ) );
		$html = $who . ' <span class="mentor-bridge-note">' . $note . '</span>';
		if ( $quote ) {
			$html .= '<q>' . \esc_html( \wp_trim_words( (string) $comment->comment_content, 18 ) ) . '</q>';
		}
		return $html;
	}

	/**
	 * Gives the link to the form with which a comment is answered.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @param string      $words   What it says.
	 * @return string Escaped HTML.
	 */
	private static function reply( \WP_Comment $comment, string $words ): string {
		return '<a class="mentor-bridge-reply" href="' . \esc_url( Unanswered_Comments::reply_url( $comment ) ) . '">' . \esc_html( $words ) . '<span class="screen-reader-text"> (' . \esc_html( self::name( $comment ) ) . ')</span></a>';
	}

	/**
	 * Gives the public name of a commenter.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	private static function name( \WP_Comment $comment ): string {
		$name = \trim( (string) $comment->comment_author );
		return '' === $name ? \__( 'Somebody', 'mentor-bridge' ) : $name;
	}

	/**
	 * Gives the title of a post.
	 *
	 * @param int $post_id The post.
	 */
	private static function title( int $post_id ): string {
		$title = \wp_specialchars_decode( \wp_strip_all_tags( \get_the_title( $post_id ) ), ENT_QUOTES );
		return '' === $title ? \__( '(no title)', 'mentor-bridge' ) : $title;
	}

	/**
	 * Prints a list under its heading, if it has entries.
	 *
	 * @param string   $title Its heading.
	 * @param string[] $items Escaped HTML.
	 * @param int      $total How many there are in all, if more than are listed.
	 */
	private static function print_list( string $title, array $items, int $total = 0 ): void {
		if ( array() === $items ) {
			return;
		}
		$count = \max( $total, \count( $items ) );
		echo '<h3>' . \esc_html( $title ) . ' <span class="mentor-bridge-count">' . \esc_html( \number_format_i18n( $count ) ) . '</span></h3>';
		self::print_items( \array_slice( $items, 0, self::AT_ONCE ) );
		$more = \array_slice( $items, self::AT_ONCE );
		if ( array() !== $more ) {
			/* translators: %s: a number. */
			echo '<details><summary>' . \esc_html( \sprintf( \_n( 'Show %s more', 'Show %s more', \count( $more ), 'mentor-bridge' ), \number_format_i18n( \count( $more ) ) ) ) . '</summary>';
			self::print_items( $more );
			echo '</details>';
		}
		if ( \count( $items ) < $count ) {
			/* translators: %s: a number. */
			echo '<p><a href="' . \esc_url( \admin_url( 'edit-comments.php' ) ) . '">' . \esc_html( \sprintf( \__( 'All %s among the comments', 'mentor-bridge' ), \number_format_i18n( $count ) ) ) . '</a></p>';
		}
	}

	/**
	 * Prints entries.
	 *
	 * @param string[] $items Escaped HTML.
	 */
	private static function print_items( array $items ): void {
		echo '<ul><li>' . \implode( '</li><li>', $items ) . '</li></ul>'; // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped where it was made.
	}
}
