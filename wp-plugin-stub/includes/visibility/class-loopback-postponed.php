<?php
/**
 * An object whose turn comes in a later drain.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Thrown where history would have to be looked at from outside and this drain has done enough of that.
 */
class Loopback_Postponed extends \RuntimeException {}
