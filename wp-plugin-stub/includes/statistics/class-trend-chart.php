<?php
/**
 * Comments week by week.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A small chart, drawn here as SVG: no script, and the same numbers as a table for those who do not see it.
 */
class Trend_Chart {

	const WIDTH  = 400;
	const HEIGHT = 90;

	/**
	 * Weeks that the chart shows at most.
	 */
	const WEEKS = 14;

	/**
	 * Weeks that the chart needs to show a trend.
	 */
	const FEWEST = 2;

	/**
	 * Prints the chart of comments by week.
	 *
	 * @param array[] $weeks {week, comments, commenters} each, oldest first.
	 */
	public static function show( array $weeks ): void {
		$weeks = \array_slice( $weeks, -self::WEEKS );
		if ( self::FEWEST > \count( $weeks ) ) {
			return;
		}
		$highest = \max( 1, ...\array_column( $weeks, 'comments' ) );
		$total   = \array_sum( \array_column( $weeks, 'comments' ) );
		/* translators: 1: a count of comments, 2: a count of weeks, 3: the most comments in one week. */
		$text = \sprintf( \__( '%1$s in %2$s weeks, at most %3$s in one week.', 'mentor-bridge' ), Figure_Format::comments( (int) $total ), \number_format_i18n( \count( $weeks ) ), \number_format_i18n( $highest ) );
		echo '<figure class="mentor-bridge-chart"><figcaption>' . \esc_html__( 'Comments by week', 'mentor-bridge' ) . '</figcaption>';
		echo '<svg viewBox="0 0 ' . (int) self::WIDTH . ' ' . (int) self::HEIGHT . '" role="img" aria-label="' . \esc_attr( $text ) . '">';
		self::bars( $weeks, $highest );
		echo '</svg><p class="mentor-bridge-ends"><span>' . \esc_html( Figure_Format::day( $weeks[0]['week'] ) ) . '</span> <span>' . \esc_html( Figure_Format::day( $weeks[ \count( $weeks ) - 1 ]['week'] ) ) . '</span></p>';
		self::table( $weeks );
		echo '</figure>';
	}

	/**
	 * Prints the bars of the chart.
	 *
	 * @param array[] $weeks   The weeks.
	 * @param int     $highest The most comments in one of them.
	 */
	private static function bars( array $weeks, int $highest ): void {
		$step = self::WIDTH / \count( $weeks );
		$room = self::HEIGHT - 16;
		echo '<line x1="0" x2="' . (int) self::WIDTH . '" y1="' . (int) self::HEIGHT . '" y2="' . (int) self::HEIGHT . '" class="mentor-bridge-ground"/>';
		foreach ( $weeks as $n => $week ) {
			$height = $room * $week['comments'] / $highest;
			$left   = $n * $step;
			echo '<rect x="' . \esc_attr( self::number( $left + $step * 0.15 ) ) . '" y="' . \esc_attr( self::number( self::HEIGHT - $height ) ) . '" width="' . \esc_attr( self::number( $step * 0.7 ) ) . '" height="' . \esc_attr( self::number( $height ) ) . '" rx="2"/>';
			if ( 0 < $week['comments'] ) {
				echo '<text x="' . \esc_attr( self::number( $left + $step / 2 ) ) . '" y="' . \esc_attr( self::number( self::HEIGHT - $height - 4 ) ) . '" text-anchor="middle">' . \esc_html( \number_format_i18n( $week['comments'] ) ) . '</text>';
			}
		}
	}

	/**
	 * Writes a place in the drawing: with a point, whatever the language of the server.
	 *
	 * @param float $place The place.
	 */
	private static function number( float $place ): string {
		return \sprintf( '%.1F', $place );
	}

	/**
	 * Prints the numbers of the chart as a table.
	 *
	 * @param array[] $weeks The weeks.
	 */
	private static function table( array $weeks ): void {
		?>
		<details>
			<summary><?php \esc_html_e( 'The same as a table', 'mentor-bridge' ); ?></summary>
			<table>
				<thead><tr>
					<th scope="col"><?php \esc_html_e( 'Week from', 'mentor-bridge' ); ?></th>
					<th scope="col"><?php \esc_html_e( 'Comments', 'mentor-bridge' ); ?></th>
					<th scope="col"><?php \esc_html_e( 'People', 'mentor-bridge' ); ?></th>
				</tr></thead>
				<tbody>
				<?php foreach ( $weeks as $week ) : ?>
					<tr>
						<th scope="row"><?php echo \esc_html( Figure_Format::day( $week['week'] ) ); ?></th>
						<td><?php echo \esc_html( \number_format_i18n( $week['comments'] ) ); ?></td>
						<td><?php echo \esc_html( \number_format_i18n( $week['commenters'] ) ); ?></td>
					</tr>
				<?php endforeach; ?>
				</tbody>
			</table>
		</details>
		<?php
	}
}
