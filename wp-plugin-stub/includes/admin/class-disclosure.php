<?php
/**
 * What leaves the blog, in plain words.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The same words on the settings screen, on the profile screen and in the suggested privacy policy, and beside them the
 * very JSON, so that the words can be checked.
 */
class Disclosure {

	/**
	 * Says who receives the data and what becomes of it.
	 *
	 * @return string[] Paragraphs.
	 */
	public static function to_whom(): array {
		return array(
			\__( 'Everything goes to one place: the bridge at the address you enter. It is run by the person or association who gave you that address.', 'mentor-bridge' ),
			\__( 'The bridge makes public what authors have agreed to, and only that: under posts of other connected blogs it shows their name, their blog, the topics both write about and one of their posts; in its bank of mentors anybody can find them.', 'mentor-bridge' ),
		);
	}

	/**
	 * Says what is sent to the bridge.
	 *
	 * @return array<string,string> Headline => what exactly.
	 */
	public static function sent(): array {
		return array(
			\__( 'About this blog', 'mentor-bridge' ) => \__( 'its name, tagline, language and addresses, the versions of WordPress, PHP and this plugin, and a user name with a password made for the bridge alone: that account can hand in related mentors and do nothing else.', 'mentor-bridge' ),
			\__( 'About each author who has agreed', 'mentor-bridge' ) => \__( 'the public name, the biographical text of the profile, the address of the author page, what they declare on their profile screen, and when and where they agreed.', 'mentor-bridge' ),
			\__( 'Their public posts', 'mentor-bridge' ) => \__( 'title, text, excerpt, address, dates, tags, categories and language; again when they change, and a word when they are gone. Of title, text and excerpt only what a visitor who is not signed in is shown; where nothing is shown, nothing is sent.', 'mentor-bridge' ),
		);
	}

	/**
	 * Says what is sent to the bridge besides, while statistics are on.
	 */
	public static function statistics(): string {
		return \__( 'The approved comments under those posts are sent too: text, date, what they answer, the public name of who wrote them, whether they gave a website and whether you marked them as insightful; and instead of the e-mail address a code by which the bridge recognises who comes back. Only this blog can make that code, and nobody can turn it into an address. The bridge reads the text, keeps of it how long it is, its language and what was found in it (a question, something lived, links), and deletes it as soon as it has read it, after seven days at the latest; what it could not read is kept for thirty days, so that the fault can be repaired. It counts, and sends the figures back to this blog, where only those who moderate comments see them. Switched off, the bridge removes all of it.', 'mentor-bridge' );
	}

	/**
	 * Says what never leaves the blog.
	 *
	 * @return string[]
	 */
	public static function never(): array {
		return array(
			\__( 'e-mail addresses, IP addresses, browsers, and anything about who reads your pages', 'mentor-bridge' ),
			\__( 'drafts, private posts, posts with a password, posts marked as not shared, and whatever visitors who are not signed in are not shown: hidden blocks, posts, parts and comments for members, a blog that is closed', 'mentor-bridge' ),
			\__( 'anything by an author who has not agreed', 'mentor-bridge' ),
		);
	}

	/**
	 * Says when something is sent, and how to stop it.
	 */
	public static function when(): string {
		return \__( 'Something is sent only when a post, a comment or a profile changes, and a short sign of life once a day; never when a page is read. Once a day this blog looks whether visitors are still shown what was sent; what they are not is taken back. Each author can withdraw at any time on their profile screen, and “Disconnect” here withdraws everything.', 'mentor-bridge' );
	}

	/**
	 * Shows the JSON that would be sent now: of the blog, of one author, of their newest public post and of the newest
	 * comment under their posts.
	 *
	 * @param int  $user_id   The author.
	 * @param bool $with_blog Whether the blog and a comment are shown as well.
	 * @return array<string,string> Headline => JSON.
	 */
	public static function preview( int $user_id, bool $with_blog ): array {
		$preview = Event_Renderer::preview( $user_id );
		$shown   = array();
		if ( $with_blog ) {
			$shown[ \__( 'This blog', 'mentor-bridge' ) ] = array(
				'type' => 'blog.updated',
				'data' => Payload::blog(),
			);
		}
		$shown[ \__( 'You', 'mentor-bridge' ) ]                     = $preview['author'];
		$shown[ \__( 'Your newest public post', 'mentor-bridge' ) ] = $preview['post'];
		if ( $with_blog ) {
			$shown[ \__( 'With statistics: the newest comment under your posts', 'mentor-bridge' ) ] = self::comment( $user_id );
		}
		return \array_map(
			static function ( array $event ): string {
				return (string) \wp_json_encode( $event, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
			},
			\array_filter( $shown )
		);
	}

	/**
	 * Renders the newest approved comment under an author's posts.
	 *
	 * @param int $user_id The author.
	 * @return array|null
	 */
	private static function comment( int $user_id ): ?array {
		$comments = \get_comments(
			array(
				'post_author' => $user_id,
				'post_status' => 'publish',
				'post_type'   => Sharing_Rules::post_types(),
				'status'      => 'approve',
				'type__in'    => Sharing_Rules::COMMENT_TYPES,
				'number'      => 1,
			)
		);
		$post     = $comments ? \get_post( (int) $comments[0]->comment_post_ID ) : null;
		if ( ! $post instanceof \WP_Post || '' !== $post->post_password || \get_post_meta( $post->ID, Consent::NOT_SHARED, true ) || ! Public_View::shows_comment( $comments[0], $post ) ) {
			return null;
		}
		return array(
			'type' => 'comment.published',
			'data' => Payload::comment( $comments[0], $post ),
		);
	}

	/**
	 * Prints the JSON that would be sent now, closed until somebody wants to see it.
	 *
	 * @param int  $user_id   The author.
	 * @param bool $with_blog Whether the blog and a comment are shown as well.
	 */
	public static function print_preview( int $user_id, bool $with_blog ): void {
		?>
		<details class="mentor-bridge-preview">
			<summary><?php \esc_html_e( 'See exactly what would be sent', 'mentor-bridge' ); ?></summary>
			<p><?php \esc_html_e( 'This is the data itself, letter by letter, as it stands now. Only a running number and the time are added to each message.', 'mentor-bridge' ); ?></p>
			<?php foreach ( self::preview( $user_id, $with_blog ) as $headline => $json ) : ?>
			<p><strong><?php echo \esc_html( $headline ); ?></strong></p>
			<pre tabindex="0" lang="zxx"><?php echo \esc_html( $json ); ?></pre>
			<?php endforeach; ?>
		</details>
		<?php
	}

	/**
	 * Prints for a screen what is sent, to whom and when.
	 */
	public static function print_words(): void {
		foreach ( self::to_whom() as $paragraph ) {
			echo '<p>' . \esc_html( $paragraph ) . '</p>';
		}
		echo '<dl class="mentor-bridge-facts">';
		foreach ( self::sent() as $headline => $text ) {
			echo '<dt>' . \esc_html( $headline ) . '</dt><dd>' . \esc_html( $text ) . '</dd>';
		}
		echo '<dt>' . \esc_html__( 'Never', 'mentor-bridge' ) . '</dt><dd><ul>';
		foreach ( self::never() as $text ) {
			echo '<li>' . \esc_html( $text ) . '</li>';
		}
		echo '</ul></dd><dt>' . \esc_html__( 'When', 'mentor-bridge' ) . '</dt><dd>' . \esc_html( self::when() ) . '</dd></dl>';
	}

	/**
	 * Prints the text that an author agrees to, and where the bridge says what it does with what it is given.
	 */
	public static function print_consent(): void {
		echo '<blockquote>';
		self::print_paragraphs( Consent::text() );
		echo '</blockquote><p>';
		$connection = Connection::get();
		if ( null === $connection ) {
			\esc_html_e( 'What the bridge does with it, and who answers for it, stands in its privacy policy: at its address, under /privacy.', 'mentor-bridge' );
		} else {
			\printf(
				'%s <a href="%s">%s</a>',
				\esc_html__( 'What the bridge does with it, and who answers for it:', 'mentor-bridge' ),
				\esc_url( $connection['bridge_url'] . '/privacy' ),
				\esc_html__( 'privacy policy of the bridge', 'mentor-bridge' )
			);
		}
		echo '</p>';
	}

	/**
	 * Prints a text of several paragraphs.
	 *
	 * @param string $text Paragraphs with an empty line between.
	 */
	public static function print_paragraphs( string $text ): void {
		foreach ( \explode( "\n\n", $text ) as $paragraph ) {
			echo '<p>' . \esc_html( $paragraph ) . '</p>';
		}
	}

	/**
	 * Gives an instant in the format and the time zone of this blog.
	 *
	 * @param string $time ISO 8601; '' for never.
	 */
	public static function moment( string $time ): string {
		$at = '' === $time ? false : \strtotime( $time );
		if ( false === $at ) {
			return \__( 'never yet', 'mentor-bridge' );
		}
		/* translators: 1: a date, 2: a time of day. */
		return \sprintf( \__( '%1$s at %2$s', 'mentor-bridge' ), \wp_date( (string) \get_option( 'date_format' ), $at ), \wp_date( (string) \get_option( 'time_format' ), $at ) );
	}

	/**
	 * Tells in a sentence what an author decided, when and where.
	 *
	 * @param array $record From Consent::record().
	 */
	public static function decision( array $record ): string {
		$doors = array(
			'profile'    => \__( 'on the profile screen', 'mentor-bridge' ),
			'settings'   => \__( 'on the settings screen', 'mentor-bridge' ),
			'script'     => \__( 'by a script on this server', 'mentor-bridge' ),
			'disconnect' => \__( 'by disconnecting the blog', 'mentor-bridge' ),
			'eraser'     => \__( 'by a request to erase personal data', 'mentor-bridge' ),
		);
		$by    = \get_userdata( (int) $record['by'] );
		return \sprintf(
			$record['takes_part']
				/* translators: 1: date and time, 2: where, such as "on the profile screen", 3: a person's name. */
				? \__( 'Agreed on %1$s, %2$s (%3$s).', 'mentor-bridge' )
				/* translators: 1: date and time, 2: where, such as "on the profile screen", 3: a person's name. */
				: \__( 'Withdrawn on %1$s, %2$s (%3$s).', 'mentor-bridge' ),
			self::moment( (string) $record['at'] ),
			isset( $doors[ $record['door'] ] ) ? $doors[ $record['door'] ] : $record['door'],
			$by ? $by->display_name : \__( 'the system', 'mentor-bridge' )
		);
	}
}
