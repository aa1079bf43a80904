<?php
/**
 * Whether a post is shared, and why not.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * What wp-admin says of each post: shared since a day, on its way, or the one reason that keeps it here.
 *
 * Decides nothing. The rules are asked in Sharing_Rules, what was told to the bridge in Ledger and Outbox; what visitors are
 * shown can only be seen while a post is sent, so what was seen then is noted with the post.
 */
class Post_Sharing {

	/**
	 * Meta of a post: what was seen of it when it was looked at as a visitor, HIDDEN or PART; absent when all of it is shown.
	 */
	const SEEN   = '_mentor_bridge_seen';
	const HIDDEN = 'hidden';
	const PART   = 'part';

	/**
	 * Words that have to be missing before a part counts as left out: a button or a caption is none.
	 */
	const NOTICEABLE = 4;

	/* ---- While a post is sent. ---- */

	/**
	 * Notes with a post what of it visitors are shown.
	 *
	 * @param int         $post_id The post.
	 * @param string|null $content What of its text is sent; null when it is hidden from visitors.
	 */
	public static function note_seen( int $post_id, ?string $content ): void {
		$post = Sharing_Rules::public_post( $post_id );
		if ( null === $post ) {
			return;
		}
		$seen = null === $content ? self::HIDDEN : ( self::NOTICEABLE <= self::words_of( $post->post_content ) - self::words_of( $content ) ? self::PART : '' );
		if ( (string) \get_post_meta( $post_id, self::SEEN, true ) === $seen ) {
			return;
		}
		Enqueue::muted(
			static function () use ( $post_id, $seen ) {
				'' === $seen ? \delete_post_meta( $post_id, self::SEEN ) : \update_post_meta( $post_id, self::SEEN, $seen );
			}
		);
	}

	/**
	 * Counts the words of a text, without shortcodes: what stands in their brackets is for WordPress.
	 *
	 * @param string $content HTML.
	 */
	private static function words_of( string $content ): int {
		return Text_Words::count( Text_Words::of( (string) \preg_replace( '~\[/?[a-z][^\[\]]*+\]~i', ' ', $content ) ) );
	}

	/* ---- For the screens. ---- */

	/**
	 * Gives what the bridge was told of posts, by one query each to ledger and outbox.
	 *
	 * @param int[] $post_ids Which.
	 * @return array<int,array{since:string,is_told:bool,is_waiting:bool,error:string}> By post, of all of them.
	 */
	public static function deliveries( array $post_ids ): array {
		$told       = Ledger::of_posts( $post_ids );
		$waiting    = Outbox::of_posts( $post_ids );
		$deliveries = array();
		foreach ( $post_ids as $id ) {
			$deliveries[ $id ] = array(
				'since'      => isset( $told[ $id ] ) && '' !== $told[ $id ]['hash'] ? $told[ $id ]['since'] : '',
				'is_told'    => isset( $told[ $id ] ),
				'is_waiting' => isset( $waiting[ $id ] ) && '' === $waiting[ $id ],
				'error'      => isset( $waiting[ $id ] ) ? $waiting[ $id ] : '',
			);
		}
		return $deliveries;
	}

	/**
	 * Gives the state of a post.
	 *
	 * @param \WP_Post   $post     The post.
	 * @param array|null $delivery Its entry of deliveries(), if that is at hand.
	 * @return array{state:string,detail:string,is_leaving:bool} What `detail` says depends on the state: since when, for whom,
	 *                                                           with which words of the bridge.
	 */
	public static function of( \WP_Post $post, ?array $delivery = null ): array {
		$delivery = null === $delivery ? self::deliveries( array( $post->ID ) )[ $post->ID ] : $delivery;
		$reason   = self::reason_of_rules( $post );
		if ( null !== $reason ) {
			// What is to disappear may be at the bridge a moment longer.
			return $reason + array( 'is_leaving' => $delivery['is_told'] );
		}
		list( $state, $detail ) = self::way( $post, $delivery );
		return array( 'state' => $state, 'detail' => $detail, 'is_leaving' => false );
	}

	/**
	 * Gives the reason for which the rules keep a post here.
	 *
	 * @param \WP_Post $post The post.
	 * @return array{state:string,detail:string}|null
	 */
	private static function reason_of_rules( \WP_Post $post ): ?array {
		$state  = '';
		$detail = '';
		if ( ! Connection::is_connected() ) {
			$state = 'unconnected';
		} elseif ( 'publish' !== $post->post_status ) {
			$state = 'unpublished';
		} elseif ( '' !== $post->post_password ) {
			$state = 'protected';
		} elseif ( \get_post_meta( $post->ID, Consent::NOT_SHARED, true ) ) {
			$state = 'kept';
		} elseif ( Sample_Content::is_post( $post ) ) {
			$state = 'sample';
		} else {
			$absent = Post_Authors::absent( $post );
			$guests = \array_filter( \array_column( $absent, 'is_guest' ) );
			$state  = array() === $absent ? '' : ( array() === $guests ? 'waits' : 'guest' );
			$detail = self::names( 'guest' === $state ? \array_intersect_key( $absent, $guests ) : $absent );
			$state  = '' === $state && Sharing_Rules::is_withheld( $post ) ? 'withheld' : $state;
		}
		return '' === $state ? null : array( 'state' => $state, 'detail' => $detail );
	}

	/**
	 * Tells how far a post has come that may be shared.
	 *
	 * @param \WP_Post $post     The post.
	 * @param array    $delivery Its entry of deliveries().
	 * @return string[] State and detail.
	 */
	private static function way( \WP_Post $post, array $delivery ): array {
		if ( '' !== $delivery['error'] ) {
			return array( 'refused', Delivery_Status::explain( $delivery['error'] ) );
		}
		if ( Unreadable_Posts::has( $post ) ) {
			return array( 'unreadable', '' );
		}
		if ( '' !== $delivery['since'] ) {
			$is_part = self::PART === \get_post_meta( $post->ID, self::SEEN, true );
			return array( $is_part ? 'shared_in_part' : 'shared', (string) \wp_date( (string) \get_option( 'date_format' ), (int) \strtotime( $delivery['since'] . ' UTC' ) ) );
		}
		if ( $delivery['is_waiting'] || $delivery['is_told'] ) {
			return array( 'queued', '' );
		}
		if ( Loopback_Status::is_unreachable() ) {
			return array( 'unseen', '' );
		}
		return array( self::HIDDEN === \get_post_meta( $post->ID, self::SEEN, true ) ? 'hidden' : 'queued', '' );
	}

	/**
	 * Tells whether the bridge holds a post.
	 *
	 * @param array $sharing From of().
	 */
	public static function is_shared( array $sharing ): bool {
		return \in_array( $sharing['state'], array( 'shared', 'shared_in_part' ), true );
	}

	/**
	 * Gives the names of those for whom a post waits.
	 *
	 * @param array[] $absent From Post_Authors::absent().
	 */
	private static function names( array $absent ): string {
		$names = array();
		foreach ( $absent as $person ) {
			$names[] = '' === $person['name'] ? \__( 'somebody without an account', 'mentor-bridge' ) : $person['name'];
		}
		return array() === $names ? '' : \wp_sprintf( '%l', $names );
	}

	/**
	 * Counts the public posts of the shared types, and those of them that the bridge holds.
	 *
	 * @return array{public:int,shared:int}
	 */
	public static function counts(): array {
		global $wpdb;
		$counts = \wp_cache_get( 'counts', 'mentor_bridge' );
		if ( ! \is_array( $counts ) ) {
			$types  = Sharing_Rules::post_types();
			$ledger = Ledger::table();
			$row    = array() === $types || ! Upgrade::is_current() ? array( 0, 0 ) : $wpdb->get_row( "SELECT COUNT(*), COUNT(l.object_id) FROM $wpdb->posts p LEFT JOIN $ledger l ON l.kind = 'p' AND l.object_id = p.ID AND l.hash <> '' WHERE p.post_status = 'publish' AND p.post_type IN (" . Bulk_Enqueue::sql_texts( $types ) . ')', ARRAY_N ); // phpcs:ignore WordPress.DB
			$counts = array( 'public' => (int) $row[0], 'shared' => (int) $row[1] );
			\wp_cache_set( 'counts', $counts, 'mentor_bridge', MINUTE_IN_SECONDS );
		}
		return $counts;
	}

	/* ---- In words. ---- */

	/**
	 * Says the state of a post in a few words, for a list.
	 *
	 * @param array $sharing From of().
	 */
	public static function label( array $sharing ): string {
		$labels = array(
			/* translators: %s: a date. */
			'shared'         => \__( 'Shared since %s', 'mentor-bridge' ),
			/* translators: %s: a date. */
			'shared_in_part' => \__( 'Shared since %s, hidden parts left out', 'mentor-bridge' ),
			'queued'         => \__( 'On its way to the bridge', 'mentor-bridge' ),
			'kept'           => \__( 'Kept here', 'mentor-bridge' ),
			'withheld'       => \__( 'Not shared: another plugin keeps it here', 'mentor-bridge' ),
			/* translators: %s: a name, or several. */
			'waits'          => \__( 'Waits for %s', 'mentor-bridge' ),
			/* translators: %s: a name, or several. */
			'guest'          => \__( 'Not shared: by a guest, %s', 'mentor-bridge' ),
			'hidden'         => \__( 'Not shared: visitors are not shown it', 'mentor-bridge' ),
			'protected'      => \__( 'Not shared: it has a password', 'mentor-bridge' ),
			'sample'         => \__( 'Not shared: it comes with WordPress', 'mentor-bridge' ),
			'unreadable'     => \__( 'Kept back: it could not be put together', 'mentor-bridge' ),
			'unseen'         => \__( 'Kept back: this site cannot call itself', 'mentor-bridge' ),
			'refused'        => \__( 'Refused by the bridge', 'mentor-bridge' ),
			'unpublished'    => \__( 'Not public, so not shared', 'mentor-bridge' ),
			'unconnected'    => \__( 'This blog is not connected.', 'mentor-bridge' ),
		);
		return \sprintf( $labels[ $sharing['state'] ], $sharing['detail'] );
	}

	/**
	 * Says the state of a post in full, with what to do about it.
	 *
	 * @param array $sharing From of().
	 */
	public static function sentence( array $sharing ): string {
		$more     = array(
			'shared_in_part' => \__( 'What only members or signed-in readers are shown was not sent.', 'mentor-bridge' ),
			'queued'         => \__( 'That takes a minute, after a long break up to a day.', 'mentor-bridge' ),
			'waits'          => \__( 'A post is shared once all of its authors take part; each of them decides on their own profile screen.', 'mentor-bridge' ),
			'guest'          => \__( 'Guests have no account here with which they could agree.', 'mentor-bridge' ),
			'hidden'         => \__( 'It is for members, for signed-in readers, or its page leads elsewhere. It is looked at again once a day, and when you save it.', 'mentor-bridge' ),
			'sample'         => \__( 'Once you have changed it, it is yours and is shared.', 'mentor-bridge' ),
			'unreadable'     => \__( 'A shortcode or a block of another plugin fails in it. Saving it tries again.', 'mentor-bridge' ),
			'unseen'         => \__( 'Its page may be made by a page builder or another plugin, and what visitors are shown of it cannot be seen from here. Site Health says more.', 'mentor-bridge' ),
		);
		$sentence = self::label( $sharing );
		if ( 'refused' === $sharing['state'] ) {
			/* translators: 1: a sentence without a full stop, 2: the reason. */
			return \sprintf( \__( '%1$s. %2$s', 'mentor-bridge' ), $sentence, $sharing['detail'] );
		}
		if ( $sharing['is_leaving'] ) {
			$more[ $sharing['state'] ] = \__( 'The bridge still holds it and is asked to remove it.', 'mentor-bridge' );
		}
		if ( ! isset( $more[ $sharing['state'] ] ) ) {
			return $sentence;
		}
		/* translators: 1: a sentence without a full stop, 2: a whole sentence. */
		return \sprintf( \__( '%1$s. %2$s', 'mentor-bridge' ), $sentence, $more[ $sharing['state'] ] );
	}
}
