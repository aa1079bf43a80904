<?php
/**
 * Core's privacy tools, reaching through to the bridge.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Text for the privacy policy, and export of what was sent and counted about a person. Erasing is in Privacy_Eraser.
 */
class Privacy {

	const ID = 'mentor-bridge';

	/**
	 * Objects on one page of an export.
	 */
	const PER_PAGE = 100;

	/**
	 * Suggests text for the privacy policy of this blog.
	 */
	public static function suggest_policy(): void {
		if ( \function_exists( 'wp_add_privacy_policy_content' ) ) {
			\wp_add_privacy_policy_content( \__( 'Mentor bridge', 'mentor-bridge' ), self::policy() );
		}
	}

	/**
	 * Writes the text that is suggested for the privacy policy.
	 *
	 * @return string HTML.
	 */
	public static function policy(): string {
		$connection = Connection::get();
		$bridge     = null === $connection ? '' : $connection['bridge_url'];
		$where      = '' === $bridge ? \__( '[address of the bridge, once this blog is connected]', 'mentor-bridge' ) : $bridge;
		$html       = '<p class="privacy-policy-tutorial">' . \esc_html__( 'Check that this describes what you have switched on under Settings, Mentor bridge, and name who runs the bridge.', 'mentor-bridge' ) . '</p>';
		$texts      = array(
			/* translators: %s: address of the bridge. */
			\sprintf( \__( 'This blog is connected to a mentor bridge, %s, which makes authors known to readers of other blogs who write about the same things.', 'mentor-bridge' ), $where ),
			\__( 'Of an author who has agreed, we send the public name, the biographical text, the address of the author page, what the author declares, and what visitors can read of the public posts; nothing that only members or signed-in readers are shown. The bridge shows name, blog, shared topics and a post on other blogs and in a public bank of mentors. An author can withdraw at any time; the bridge then removes all of it.', 'mentor-bridge' ),
			\__( 'If you leave a comment under such a post, and statistics are switched on, we send its text, its date, the public name you gave and whether you gave a website. Instead of your e-mail address we send a code that only this blog can make. Your e-mail address, IP address and browser are never sent. If your comment is deleted or made anonymous here, the bridge is told.', 'mentor-bridge' ),
			\__( 'From these comments the bridge counts how often and under how many posts somebody comments, whether questions wait for an answer, and who comes back. The text is read and then deleted, after seven days at the latest; what could not be read is kept for thirty days. The bridge never joins what somebody writes here with what they write elsewhere. Only those who moderate comments here see the figures; on request we export and erase yours.', 'mentor-bridge' ),
			\__( 'Reading pages of this blog sends nothing to the bridge and sets no cookie. A link to a mentor leads to another blog, with its own privacy policy.', 'mentor-bridge' ),
		);
		foreach ( $texts as $text ) {
			$html .= '<p>' . \esc_html( $text ) . '</p>';
		}
		return $html;
	}

	/* ---- Export. ---- */

	/**
	 * Adds the bridge to core's exporters of personal data.
	 *
	 * @param array $exporters Those there are.
	 * @return array
	 */
	public static function add_exporter( $exporters ) {
		$exporters[ self::ID ] = array(
			'exporter_friendly_name' => \__( 'Mentor bridge', 'mentor-bridge' ),
			'callback'               => array( self::class, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Exports what the bridge was told of a person.
	 *
	 * @param string $email The person.
	 * @param int    $page  From 1.
	 * @return array{data:array[],done:bool}
	 */
	public static function export( $email, $page = 1 ): array {
		$page = \max( 1, (int) $page );
		$user = \get_user_by( 'email', $email );
		$data = $user && 1 === $page ? self::export_author( $user ) : array();
		if ( ! Upgrade::is_current() ) {
			return array(
				'data' => $data,
				'done' => true,
			);
		}
		$posts    = $user ? Ledger::posts_of( $user->ID, self::PER_PAGE, ( $page - 1 ) * self::PER_PAGE ) : array();
		$data     = 1 === $page ? \array_merge( $data, self::export_figures( (string) $email ) ) : $data;
		$comments = Ledger::comments_of( $email, self::PER_PAGE, ( $page - 1 ) * self::PER_PAGE );
		foreach ( $posts as $id ) {
			$post = \get_post( $id );
			$post = $post ? Public_View::of( $post ) : null;
			if ( $post ) {
				$data[] = self::item( 'posts', \__( 'Mentor bridge: posts sent', 'mentor-bridge' ), 'post-' . $id, Payload::post( $post ) );
			}
		}
		foreach ( $comments as $id ) {
			$comment = \get_comment( $id );
			$post    = $comment ? \get_post( (int) $comment->comment_post_ID ) : null;
			if ( $post ) {
				$data[] = self::item( 'comments', \__( 'Mentor bridge: comments sent', 'mentor-bridge' ), 'comment-' . $id, Payload::comment( $comment, $post ) );
			}
		}
		return array(
			'data' => $data,
			'done' => self::PER_PAGE > \count( $posts ) && self::PER_PAGE > \count( $comments ),
		);
	}

	/**
	 * Exports an author's decisions, and the author's own event.
	 *
	 * @param \WP_User $user The author.
	 * @return array[]
	 */
	private static function export_author( \WP_User $user ): array {
		$items = array();
		foreach ( Consent::history( $user->ID ) as $n => $record ) {
			$items[] = self::item(
				'consent',
				\__( 'Mentor bridge: decisions', 'mentor-bridge' ),
				'decision-' . $user->ID . '-' . $n,
				array(
					\__( 'Decision', 'mentor-bridge' )       => Disclosure::decision( $record ),
					\__( 'Text that was shown', 'mentor-bridge' ) => $record['takes_part'] ? Consent::text_by_id( (string) $record['text_id'] ) : '',
				)
			);
		}
		$declared = Pairing_Profile::personal_data( $user->ID );
		if ( array() !== $declared ) {
			$items[] = self::item( 'declared', \__( 'Mentor bridge: what the author declares', 'mentor-bridge' ), 'declared-' . $user->ID, $declared );
		}
		if ( Upgrade::is_current() && Ledger::has( Outbox::AUTHOR, $user->ID ) ) {
			$items[] = self::item( 'author', \__( 'Mentor bridge: author', 'mentor-bridge' ), 'author-' . $user->ID, Payload::author( $user, Consent::record( $user->ID ) ) );
			$blogs   = Placements::of_author( $user->ID );
			if ( null === $blogs ) {
				$blogs = array( \__( 'Not known', 'mentor-bridge' ) => \__( 'The bridge does not answer just now. Run this export again later.', 'mentor-bridge' ) );
			}
			if ( array() !== $blogs ) {
				$items[] = self::item( 'placements', \__( 'Mentor bridge: blogs that show the author, with the number of posts', 'mentor-bridge' ), 'placements-' . $user->ID, $blogs );
			}
		}
		return $items;
	}

	/**
	 * Exports what was counted of a commenter.
	 *
	 * @param string $email The person.
	 * @return array[]
	 */
	private static function export_figures( string $email ): array {
		$items = array();
		foreach ( Statistics::commenters( array( Commenter::of_email( $email ) ) ) as $code => $figures ) {
			$items[] = self::item( 'figures', \__( 'Mentor bridge: figures', 'mentor-bridge' ), 'figures-' . $code, \array_merge( array( 'code' => $code ), $figures ) );
		}
		return $items;
	}

	/**
	 * Puts one item of an export together.
	 *
	 * @param string $group  Group.
	 * @param string $label  Its label.
	 * @param string $id     Id of the item.
	 * @param array  $fields Name => value.
	 * @return array
	 */
	private static function item( string $group, string $label, string $id, array $fields ): array {
		$data = array();
		foreach ( $fields as $name => $value ) {
			$text = \is_scalar( $value ) ? ( \is_bool( $value ) ? ( $value ? '1' : '0' ) : (string) $value ) : Wire_Format::encode( (array) $value );
			if ( '' !== $text && '[]' !== $text ) {
				$data[] = array(
					'name'  => $name,
					'value' => \esc_html( $text ),
				);
			}
		}
		return array(
			'group_id'    => 'mentor-bridge-' . $group,
			'group_label' => $label,
			'item_id'     => 'mentor-bridge-' . $id,
			'data'        => $data,
		);
	}
}
