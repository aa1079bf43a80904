<?php
/**
 * What is hidden without a word is noticed within a day.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Daily_Recheck;
use Mentor_Bridge\Outbox;

/**
 * Every post is looked at once a day.
 */
class Test_Daily_Recheck extends WordPress_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
	}

	public function test_it_takes_slices_and_reaches_everything(): void {
		$ids = array();
		for ( $n = 0; $n < 10; $n++ ) {
			$ids[] = $this->post();
		}
		$this->drained();
		$seen = array();
		for ( $n = 0; $n < 10; $n++ ) {
			$after = \get_option( Daily_Recheck::OPTION, array( 'after' => 0 ) )['after'];
			\update_option( Daily_Recheck::OPTION, array( 'at' => \time() - 2 * HOUR_IN_SECONDS, 'after' => $after ) );
			Daily_Recheck::next_slice();
			$looked = \array_column( $this->outbox(), 'object_id' );
			$this->assertLessThanOrEqual( 2, \count( $looked ) );
			$seen = \array_merge( $seen, \array_map( 'intval', $looked ) );
			Outbox::clear();
		}
		\sort( $seen );
		$this->assertSame( $ids, $seen, 'each once' );
	}
}
