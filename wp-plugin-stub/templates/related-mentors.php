<?php
/**
 * The related mentors under a post. A theme may have its own: mentor-bridge/related-mentors.php in its folder.
 *
 * @package Mentor_Bridge
 *
 * @var array $args {
 *     @type int     $post_id  The post.
 *     @type array[] $mentors  {name, blog, url, language, why, note, key, topics, post: {title, url, date}|null} each, best first.
 *     @type string  $language Language of the reasons, as a BCP-47 tag.
 *     @type int     $level    Level of the heading.
 * }
 */

use Mentor_Bridge\Display;

defined( 'ABSPATH' ) || exit;
?>
<aside class="mentor-bridge-related" aria-labelledby="mentor-bridge-related-<?php echo (int) $args['post_id']; ?>">
	<h<?php echo (int) $args['level']; ?> class="mentor-bridge-heading" id="mentor-bridge-related-<?php echo (int) $args['post_id']; ?>"><?php esc_html_e( 'Related mentors', 'mentor-bridge' ); ?></h<?php echo (int) $args['level']; ?>>
	<ul>
		<?php
		foreach ( $args['mentors'] as $mentor ) :
			list( $before, $named, $after ) = Display::reason( $mentor );
			$day  = null === $mentor['post'] ? '' : Display::day( $mentor['post']['date'] );
			$note = Display::language_note( $mentor['language'] );
			$ask  = Display::ask_url( $mentor );
			?>
		<li class="mentor-bridge-mentor">
			<p class="mentor-bridge-who">
				<a class="mentor-bridge-name" href="<?php echo esc_url( $mentor['url'], array( 'http', 'https' ) ); ?>" rel="noopener"<?php echo Display::is_foreign( $mentor['language'] ) ? ' hreflang="' . esc_attr( $mentor['language'] ) . '"' : ''; ?>><?php echo esc_html( $mentor['name'] ); ?></a>
				<?php if ( '' !== $mentor['blog'] && $mentor['blog'] !== $mentor['name'] ) : ?>
				<span class="mentor-bridge-blog"<?php echo Display::language_attributes( $mentor['language'] ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped there. ?>><?php echo esc_html( $mentor['blog'] ); ?></span>
				<?php endif; ?>
				<?php if ( '' !== $note ) : ?>
				<span class="mentor-bridge-language"><?php echo esc_html( $note ); ?></span>
				<?php endif; ?>
			</p>
			<?php if ( ! empty( $mentor['note'] ) ) : ?>
			<p class="mentor-bridge-note"><?php echo esc_html( $mentor['note'] ); ?></p>
			<?php endif; ?>
			<p class="mentor-bridge-why"<?php echo Display::language_attributes( $args['language'] ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped there. ?>>
			<?php
			// In one breath: a line break between the title and a closing quotation mark would show as a space.
			echo esc_html( $before );
			if ( '' !== $named ) {
				// phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- the attributes are escaped there.
				echo '<a href="' . esc_url( $mentor['post']['url'], array( 'http', 'https' ) ) . '" rel="noopener"' . Display::language_attributes( $mentor['language'], true ) . '>' . esc_html( $named ) . '</a>' . esc_html( $after );
			}
			?>
			</p>
			<?php if ( null !== $mentor['post'] && '' === $named ) : ?>
			<p class="mentor-bridge-post">
				<a href="<?php echo esc_url( $mentor['post']['url'], array( 'http', 'https' ) ); ?>" rel="noopener"<?php echo Display::language_attributes( $mentor['language'], true ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security -- escaped there. ?>><?php echo esc_html( $mentor['post']['title'] ); ?></a>
				<?php if ( '' !== $day ) : ?>
				<time datetime="<?php echo esc_attr( $mentor['post']['date'] ); ?>"><?php echo esc_html( $day ); ?></time>
				<?php endif; ?>
			</p>
			<?php endif; ?>
			<?php if ( '' !== $ask ) : ?>
			<p class="mentor-bridge-ask"><a href="<?php echo esc_url( $ask, array( 'http', 'https' ) ); ?>" rel="nofollow noopener">
			<?php
			/* translators: %s: the name of a mentor. */
			printf( esc_html__( 'Ask %s for mentoring', 'mentor-bridge' ), esc_html( $mentor['name'] ) );
			?>
			</a></p>
			<?php endif; ?>
		</li>
		<?php endforeach; ?>
	</ul>
</aside>
