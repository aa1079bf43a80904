<?php
/**
 * Figures as the bridge sends them.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

/**
 * Objects of a push.stats, by hand.
 */
class Figures_Sample {

	/**
	 * Figures of the blog.
	 *
	 * @param array $fields Fields that differ.
	 */
	public static function blog( array $fields = array() ): array {
		$figure = static function ( $value, int $n, $previous, $low = null, $high = null ): array {
			return array( 'value' => $value, 'n' => $n, 'low' => $low, 'high' => $high, 'previous' => $previous );
		};
		return \array_merge(
			array(
				'as_of'    => \gmdate( 'Y-m-d\TH:i:s\Z', \time() - 300 ),
				'from'     => '2026-02-01T00:00:00Z',
				'to'       => '2026-05-02T10:00:00Z',
				'figures'  => array(
					'comments'                => $figure( 48, 48, 39 ),
					'unique_commenters'       => $figure( 21, 21, 21 ),
					'reply_rate'              => $figure( 0.72, 40, 0.8, 0.57, 0.84 ),
					'conversation_rate'       => $figure( null, 3, null ),
					'reply_time_median_hours' => $figure( null, 9, 5.0 ),
					'waiting'                 => $figure( 0, 0, 0 ),
				),
				'waiting'  => array(),
				'silent'   => array(),
				'welcome'  => array(),
				'alive'    => array(),
				'trend'    => array( self::week( '2026-04-20', 7 ), self::week( '2026-04-27', 3 ) ),
				'regulars' => array(),
				'held_out' => array( 'count' => 2, 'reasons' => array( 'links' => 2, 'praise' => 1 ) ),
			),
			$fields
		);
	}

	/**
	 * A week.
	 *
	 * @param string $monday   Its first day.
	 * @param int    $comments How many.
	 */
	private static function week( string $monday, int $comments ): array {
		return array( 'week' => $monday, 'comments' => $comments, 'commenters' => 2 );
	}

	/**
	 * Figures of a post.
	 *
	 * @param array $fields Fields that differ.
	 */
	public static function post( array $fields = array() ): array {
		return \array_merge( array( 'as_of' => '2026-05-02T10:00:00Z', 'comments' => 12, 'commenters' => 5, 'depth' => 2, 'substance' => 3, 'insightful' => 1, 'relevance' => null, 'unanswered' => 2, 'waiting' => array() ), $fields );
	}

	/**
	 * Figures of a commenter.
	 *
	 * @param array $fields Fields that differ.
	 */
	public static function commenter( array $fields = array() ): array {
		return \array_merge( array( 'as_of' => '2026-05-02T10:00:00Z', 'comments' => 4, 'posts' => 3, 'days' => 3, 'first' => '2026-02-01T00:00:00Z', 'last' => '2026-04-01T00:00:00Z', 'standing' => 'regular', 'questions' => 1, 'questions_answered' => 1, 'replies' => 2 ), $fields );
	}

	/**
	 * An object of a push.
	 *
	 * @param string     $kind    'blog', 'post' or 'commenter'.
	 * @param int|string $object  Which.
	 * @param array|null $data    Its figures.
	 * @param int        $version Version.
	 */
	public static function thing( string $kind, $object, ?array $data, int $version = 1 ): array {
		return array( 'kind' => $kind, 'object' => $object, 'version' => $version, 'data' => $data );
	}
}
