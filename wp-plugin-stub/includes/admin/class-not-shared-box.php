<?php
/**
 * A post that its author keeps to this blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * The box "not shared", in both editors.
 *
 * The block editor saves meta boxes by a second request, after the post is published and perhaps already sent. There the
 * choice is therefore a field of the post itself, which is stored before anybody is told of the post; the meta box is for
 * the classic editor.
 */
class Not_Shared_Box {

	const FIELD = 'mentor_bridge_not_shared';
	const NONCE = 'mentor_bridge_post_box';

	/**
	 * Tells whether a post is marked as not shared.
	 *
	 * @param int $post_id The post.
	 */
	public static function is_not_shared( int $post_id ): bool {
		return (bool) \get_post_meta( $post_id, Consent::NOT_SHARED, true );
	}

	/**
	 * Marks a post as not shared, or takes the mark away.
	 *
	 * @param int  $post_id The post.
	 * @param bool $keep    What was chosen.
	 */
	private static function set_not_shared( int $post_id, bool $keep ): void {
		if ( $keep ) {
			\update_post_meta( $post_id, Consent::NOT_SHARED, '1' );
		} elseif ( self::is_not_shared( $post_id ) ) {
			\delete_post_meta( $post_id, Consent::NOT_SHARED );
		}
	}

	/* ---- The classic editor. ---- */

	/**
	 * Adds the box "not shared" to the classic editor.
	 *
	 * @param string $type Post type of the screen.
	 */
	public static function add( $type ): void {
		if ( \in_array( $type, Sharing_Rules::post_types(), true ) ) {
			\add_meta_box( 'mentor-bridge', \__( 'Mentor bridge', 'mentor-bridge' ), array( self::class, 'show' ), $type, 'side', 'default', array( '__back_compat_meta_box' => true ) );
		}
	}

	/**
	 * Prints the box "not shared" in the classic editor.
	 *
	 * @param \WP_Post $post The post.
	 */
	public static function show( $post ): void {
		\wp_nonce_field( self::NONCE . '_' . $post->ID, self::NONCE, false );
		?>
		<p>
			<label for="<?php echo \esc_attr( self::FIELD ); ?>">
				<input type="checkbox" name="<?php echo \esc_attr( self::FIELD ); ?>" id="<?php echo \esc_attr( self::FIELD ); ?>" value="1" <?php \checked( self::is_not_shared( $post->ID ) ); ?>>
				<?php echo \esc_html( self::label() ); ?>
			</label>
		</p>
		<p class="description"><?php echo \esc_html( self::help() ); ?></p>
		<?php if ( '' !== self::hidden_reason( $post ) ) : ?>
		<p><?php echo \esc_html( self::hidden_reason( $post ) ); ?></p>
		<?php endif; ?>
		<?php
	}

	/**
	 * Says why a post is not sent although its author shares it; '' if it is, or if its page just does not show it.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function hidden_reason( \WP_Post $post ): string {
		if ( Unreadable_Posts::has( $post ) ) {
			return \__( 'This post is kept back: it could not be put together as visitors see it. A shortcode or a block of another plugin fails in it. Saving it tries again.', 'mentor-bridge' );
		}
		$is_kept_back = Connection::is_connected() && Loopback_Status::is_unreachable() && Sharing_Rules::is_public( Outbox::POST, $post->ID ) && ! Ledger::has( Outbox::POST, $post->ID ) && ! Outbox::has( Outbox::POST, $post->ID );
		return $is_kept_back ? \__( 'This post is not shared: its page may be made by a page builder or another plugin, and this site cannot call itself to see what visitors are shown. Site Health says more.', 'mentor-bridge' ) : '';
	}

	/**
	 * Stores whether "not shared" was ticked, before the post is looked at.
	 *
	 * @param int $post_id The post.
	 */
	public static function save( $post_id ): void {
		$nonce = isset( $_POST[ self::NONCE ] ) ? \sanitize_text_field( \wp_unslash( $_POST[ self::NONCE ] ) ) : '';
		// The nonce names the post: other posts saved in the same request, revisions among them, are not meant.
		if ( '' === $nonce || ! \wp_verify_nonce( $nonce, self::NONCE . '_' . $post_id ) || ! \current_user_can( 'edit_post', $post_id ) ) {
			return;
		}
		self::set_not_shared( (int) $post_id, isset( $_POST[ self::FIELD ] ) );
	}

	/* ---- The block editor. ---- */

	/**
	 * Makes "not shared" a field of the post in the REST API; for those who edit it, never for readers.
	 */
	public static function register_field(): void {
		\register_rest_field(
			Sharing_Rules::post_types(),
			self::FIELD,
			array(
				'get_callback'    => static function ( $post ) {
					return self::is_not_shared( (int) $post['id'] );
				},
				'update_callback' => static function ( $keep, $post ) {
					if ( ! \current_user_can( 'edit_post', $post->ID ) ) {
						return new \WP_Error( 'rest_forbidden', \__( 'You are not allowed to do that.', 'mentor-bridge' ), array( 'status' => \rest_authorization_required_code() ) );
					}
					self::set_not_shared( (int) $post->ID, (bool) $keep );
					return true;
				},
				'schema'          => array(
					'description' => self::label(),
					'type'        => 'boolean',
					'context'     => array( 'edit' ),
				),
			)
		);
	}

	/**
	 * Loads the panel "not shared" of the block editor.
	 */
	public static function enqueue(): void {
		$screen = \get_current_screen();
		if ( ! $screen || 'post' !== $screen->base || ! \in_array( $screen->post_type, Sharing_Rules::post_types(), true ) ) {
			return;
		}
		\wp_enqueue_script(
			'mentor-bridge-post-panel',
			\plugins_url( 'assets/post-panel.js', MENTOR_BRIDGE_FILE ),
			array( 'wp-components', 'wp-data', 'wp-edit-post', 'wp-editor', 'wp-element', 'wp-plugins' ),
			MENTOR_BRIDGE_VERSION,
			true
		);
		$words = array(
			'field' => self::FIELD,
			'title' => \__( 'Mentor bridge', 'mentor-bridge' ),
			'label' => self::label(),
			'help'  => \trim( self::help() . ' ' . ( \get_post() instanceof \WP_Post ? self::hidden_reason( \get_post() ) : '' ) ),
		);
		\wp_add_inline_script( 'mentor-bridge-post-panel', 'window.mentorBridgePostPanel = ' . \wp_json_encode( $words ) . ';', 'before' );
	}

	/**
	 * Gives the label of the box "not shared".
	 */
	private static function label(): string {
		return \__( 'Do not share this post', 'mentor-bridge' );
	}

	/**
	 * Says what follows when a post is marked as not shared.
	 */
	private static function help(): string {
		return \__( 'It stays on this blog. If it was shared before, the bridge removes it.', 'mentor-bridge' );
	}
}
