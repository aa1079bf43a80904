<?php
/**
 * Prints the block. Core hands over $attributes, $content and $block.
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

// Escaped where it is made.
echo Mentor_Bridge\Display::in_block( Mentor_Bridge\My_Mentors::html() ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security
