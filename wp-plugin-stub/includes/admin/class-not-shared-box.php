<?php
/**
 * What an author chooses for one post.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Our panel in both editors: whether the post is shared and why not, which mentors stand under it, and two boxes, "not
 * shared" and "hide the list".
 *
 * The block editor saves meta boxes by a second request, after the post is published and perhaps already sent. There the
 * choices are therefore fields of the post itself, which are stored before anybody is told of the post; the meta box is
 * for the classic editor.
 */
class Not_Shared_Box {

	const FIELD       = 'mentor_bridge_not_shared';
	const LIST_HIDDEN = 'mentor_bridge_list_hidden';
	const DROPPED     = 'mentor_bridge_dropped';
	const SHARING     = 'mentor_bridge_sharing';
	const NONCE       = 'mentor_bridge_post_box';

	/**
	 * Mentors under a post that are no few.
	 */
	const ENOUGH_MENTORS = 3;

	/**
	 * The boxes: field => meta that is '1' where it is ticked.
	 */
	const BOXES = array(
		self::FIELD       => Consent::NOT_SHARED,
		self::LIST_HIDDEN => Display::HIDDEN,
	);

	/**
	 * Tells whether a post is marked as not shared.
	 *
	 * @param int $post_id The post.
	 */
	public static function is_not_shared( int $post_id ): bool {
		return self::is_ticked( $post_id, self::FIELD );
	}

	/**
	 * Tells whether a box of a post is ticked.
	 *
	 * @param int    $post_id The post.
	 * @param string $field   One of BOXES.
	 */
	private static function is_ticked( int $post_id, string $field ): bool {
		return (bool) \get_post_meta( $post_id, self::BOXES[ $field ], true );
	}

	/**
	 * Ticks a box of a post, or takes the tick away.
	 *
	 * @param int    $post_id The post.
	 * @param string $field   One of BOXES.
	 * @param bool   $ticked  What was chosen.
	 */
	private static function tick( int $post_id, string $field, bool $ticked ): void {
		if ( $ticked ) {
			\update_post_meta( $post_id, self::BOXES[ $field ], '1' );
		} elseif ( self::is_ticked( $post_id, $field ) ) {
			\delete_post_meta( $post_id, self::BOXES[ $field ] );
		}
	}

	/**
	 * Gives what the panel says of a post.
	 *
	 * @param \WP_Post $post The post.
	 * @return array{state:string,sentence:string,mentors:string[],keys:string[]} `keys`: of the mentors, in their order.
	 */
	private static function sharing( \WP_Post $post ): array {
		$sharing = Post_Sharing::of( $post );
		$mentors = Related_Mentors::of( $post->ID )['mentors'];
		$names   = \array_map( 'strval', \array_column( $mentors, 'name' ) );
		return array(
			'state'    => $sharing['state'],
			'sentence' => self::with_missing( $sharing, \count( $names ) ),
			'mentors'  => $names,
			'keys'     => \array_map(
				static function ( array $mentor ): string {
					return isset( $mentor['key'] ) ? (string) $mentor['key'] : '';
				},
				$mentors
			),
		);
	}

	/**
	 * Says whether a post is shared, and what is missing where few mentors stand under it.
	 *
	 * @param array $sharing From Post_Sharing::of().
	 * @param int   $count   Mentors under the post.
	 */
	private static function with_missing( array $sharing, int $count ): string {
		$sentence = Post_Sharing::sentence( $sharing );
		if ( self::ENOUGH_MENTORS <= $count || ! Post_Sharing::is_shared( $sharing ) ) {
			return $sentence;
		}
		$missing = \__( 'Fewer than three mentors stand under it so far: what is missing is other blogs that write about these subjects.', 'mentor-bridge' );
		/* translators: 1: a sentence without a full stop, 2: the reason. */
		return \sprintf( \__( '%1$s. %2$s', 'mentor-bridge' ), \rtrim( $sentence, '.' ), $missing );
	}

	/* ---- The classic editor. ---- */

	/**
	 * Adds the panel to the classic editor.
	 *
	 * @param string $type Post type of the screen.
	 */
	public static function add( $type ): void {
		if ( \in_array( $type, Sharing_Rules::post_types(), true ) ) {
			\add_meta_box( 'mentor-bridge', \__( 'Mentor bridge', 'mentor-bridge' ), array( self::class, 'show' ), $type, 'side', 'default', array( '__back_compat_meta_box' => true ) );
		}
	}

	/**
	 * Prints the panel of the classic editor.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function show( $post ): void {
		$sharing = self::sharing( $post );
		\wp_nonce_field( self::NONCE . '_' . $post->ID, self::NONCE, false );
		echo '<p class="mentor-bridge-sharing">' . \esc_html( $sharing['sentence'] ) . '</p>';
		self::show_box( $post->ID, self::FIELD );
		echo '<p class="description">' . \esc_html( self::help() ) . '</p>';
		if ( array() !== $sharing['mentors'] ) {
			self::show_mentors( $sharing );
		}
		self::show_box( $post->ID, self::LIST_HIDDEN );
	}

	/**
	 * Prints who stands under the post, each with a box that takes them away when the post is saved.
	 *
	 * @param array $sharing From sharing().
	 */
	private static function show_mentors( array $sharing ): void {
		echo '<p>' . \esc_html__( 'Mentors under this post:', 'mentor-bridge' ) . '</p><ul>';
		foreach ( $sharing['mentors'] as $place => $name ) {
			echo '<li>' . \esc_html( $name );
			if ( '' !== $sharing['keys'][ $place ] ) {
				echo '<br><label><input type="checkbox" name="' . \esc_attr( self::DROPPED ) . '[]" value="' . \esc_attr( $sharing['keys'][ $place ] ) . '"> ' . \esc_html__( 'Not under this post', 'mentor-bridge' ) . '<span class="screen-reader-text"> ' . \esc_html( $name ) . '</span></label>';
			}
			echo '</li>';
		}
		echo '</ul>';
	}

	/**
	 * Prints a box of the classic editor.
	 *
	 * @param int    $post_id The post.
	 * @param string $field   One of BOXES.
	 */
	private static function show_box( int $post_id, string $field ): void {
		?>
		<p>
			<label for="<?php echo \esc_attr( $field ); ?>">
				<input type="checkbox" name="<?php echo \esc_attr( $field ); ?>" id="<?php echo \esc_attr( $field ); ?>" value="1" <?php \checked( self::is_ticked( $post_id, $field ) ); ?>>
				<?php echo \esc_html( self::label( $field ) ); ?>
			</label>
		</p>
		<?php
	}

	/**
	 * Stores which boxes were ticked, before the post is looked at.
	 *
	 * @param int $post_id The post.
	 */
	public static function save( $post_id ): void {
		$nonce = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		// The nonce names the post: other posts saved in the same request, revisions among them, are not meant.
		if ( '' === $nonce || ! \wp_verify_nonce( $nonce, self::NONCE . '_' . $post_id ) || ! \current_user_can( 'edit_post', $post_id ) ) {
			return;
		}
		foreach ( \array_keys( self::BOXES ) as $field ) {
			self::tick( (int) $post_id, $field, isset( $_POST[ $field ] ) );
		}
		foreach ( isset( $_POST[ self::DROPPED ] ) ? \array_map( 'sanitize_text_field', (array) \wp_unslash( $_POST[ self::DROPPED ] ) ) : array() as $key ) {
			Who_Is_Shown::drop( (int) $post_id, $key );
		}
	}

	/* ---- The block editor. ---- */

	/**
	 * Makes the boxes and what the panel says fields of the post in the REST API; for those who edit it, never for readers.
	 */
	public static function register_field(): void {
		$types = Sharing_Rules::post_types();
		foreach ( \array_keys( self::BOXES ) as $field ) {
			\register_rest_field(
				$types,
				$field,
				array(
					'get_callback'    => static function ( $post ) use ( $field ) {
						return self::is_ticked( (int) $post['id'], $field );
					},
					'update_callback' => static function ( $ticked, $post ) use ( $field ) {
						if ( ! \current_user_can( 'edit_post', $post->ID ) ) {
							return new \WP_Error( 'rest_forbidden', \__( 'You are not allowed to do that.', 'mentor-bridge' ), array( 'status' => \rest_authorization_required_code() ) );
						}
						self::tick( (int) $post->ID, $field, (bool) $ticked );
						return true;
					},
					'schema'          => array(
						'description' => self::label( $field ),
						'type'        => 'boolean',
						'context'     => array( 'edit' ),
					),
				)
			);
		}
		\register_rest_field(
			$types,
			self::SHARING,
			array(
				'get_callback' => static function ( $post, $name, $request ) {
					// Others get no such field: for them nothing is asked of the database.
					$post = 'edit' === $request['context'] ? \get_post( (int) $post['id'] ) : null;
					return $post instanceof \WP_Post && \current_user_can( 'edit_post', $post->ID ) ? self::sharing( $post ) : null;
				},
				'schema'       => array(
					'description' => \__( 'Whether the post is shared, and why not', 'mentor-bridge' ),
					'type'        => array( 'object', 'null' ),
					'context'     => array( 'edit' ),
					'readonly'    => true,
				),
			)
		);
	}

	/**
	 * Loads the panel of the block editor.
	 */
	public static function enqueue(): void {
		$screen = \get_current_screen();
		$post   = \get_post();
		if ( ! $screen || 'post' !== $screen->base || ! $post instanceof \WP_Post || ! \in_array( $screen->post_type, Sharing_Rules::post_types(), true ) ) {
			return;
		}
		\wp_enqueue_script(
			'mentor-bridge-post-panel',
			\plugins_url( 'assets/post-panel.js', MENTOR_BRIDGE_FILE ),
			array( 'wp-api-fetch', 'wp-components', 'wp-data', 'wp-edit-post', 'wp-editor', 'wp-element', 'wp-plugins' ),
			MENTOR_BRIDGE_VERSION,
			true
		);
		$words = array(
			'title'   => \__( 'Mentor bridge', 'mentor-bridge' ),
			'sharing' => self::SHARING,
			'path'    => \add_query_arg( array( 'context' => 'edit', '_fields' => self::SHARING ), \rest_get_route_for_post( $post ) ),
			'mentors' => \__( 'Mentors under this post:', 'mentor-bridge' ),
			'drop'    => \__( 'Not under this post', 'mentor-bridge' ),
			'failed'  => \__( 'The bridge does not answer just now, so nothing was decided. Please try again in a few minutes.', 'mentor-bridge' ),
			'dropAt'  => '/mentor-bridge/v1/posts/' . $post->ID . '/drop',
			'boxes'   => array(
				array( 'field' => self::FIELD, 'label' => self::label( self::FIELD ), 'help' => self::help() ),
				array( 'field' => self::LIST_HIDDEN, 'label' => self::label( self::LIST_HIDDEN ), 'help' => '' ),
			),
		);
		\wp_add_inline_script( 'mentor-bridge-post-panel', 'window.mentorBridgePostPanel = ' . \wp_json_encode( $words ) . ';', 'before' );
	}

	/**
	 * Gives the label of a box.
	 *
	 * @param string $field One of BOXES.
	 */
	private static function label( string $field ): string {
		return self::FIELD === $field ? \__( 'Do not share this post', 'mentor-bridge' ) : \__( 'Hide the list of mentors on this post', 'mentor-bridge' );
	}

	/**
	 * Says what follows when a post is marked as not shared.
	 */
	private static function help(): string {
		return \__( 'It stays on this blog. If it was shared before, the bridge removes it.', 'mentor-bridge' );
	}
}
