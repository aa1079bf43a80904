<?php
/**
 * What editor.js needs; read by core when it registers the block.
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

return array(
	'dependencies' => array( 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element' ),
	'version'      => '1.0.0',
);
