<?php
/**
 * A post that a visitor cannot read.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Thrown out of the middle of other plugins' code: it asked for a redirect, ended the page, or the post was not found.
 */
class Post_Not_Visible extends \RuntimeException {

	/**
	 * The page is not shown to visitors, or so it seems from here.
	 */
	const HIDDEN = 'hidden';

	/**
	 * Visitors are sent to the same page by another address; the page itself has to be asked.
	 */
	const REDIRECTED = 'redirected';

	/**
	 * Something failed while the post was put together.
	 */
	const FAILED = 'failed';

	/**
	 * One of the reasons above.
	 *
	 * @var string
	 */
	public $reason;

	/**
	 * Makes the exception for one reason.
	 *
	 * @param string $reason One of the reasons above.
	 */
	private function __construct( string $reason ) {
		parent::__construct( $reason );
		$this->reason = $reason;
	}

	/**
	 * Makes it for a page that is not shown to visitors.
	 */
	public static function hidden(): self {
		return new self( self::HIDDEN );
	}

	/**
	 * Makes it for a page that visitors are sent to by another address.
	 */
	public static function redirected(): self {
		return new self( self::REDIRECTED );
	}

	/**
	 * Makes it for a post that could not be put together.
	 */
	public static function failed(): self {
		return new self( self::FAILED );
	}
}
