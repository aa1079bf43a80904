<?php
/**
 * What is thrown when a signature does not hold.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * A request that is not proven to come from the other side.
 */
class Signature_Refused extends \Exception {

	/**
	 * How far the sender's clock is ahead of ours, in seconds; null when the clock was not the reason.
	 *
	 * @var int|null
	 */
	public $offset;

	/**
	 * Makes the exception for one reason.
	 *
	 * @param string   $reason For the log, in English.
	 * @param int|null $offset Clock difference in seconds.
	 */
	public function __construct( string $reason, ?int $offset = null ) {
		parent::__construct( $reason );
		$this->offset = $offset;
	}
}
