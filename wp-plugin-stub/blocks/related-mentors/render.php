<?php
/**
 * Prints the block. Core hands over $attributes, $content and $block.
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

// The template escapes everything it prints.
echo Mentor_Bridge\Display::block( (int) ( isset( $block->context['postId'] ) ? $block->context['postId'] : get_the_ID() ) ); // phpcs:ignore WordPress.Security.EscapeOutput, MentorBridge.Security
