<?php
/**
 * For the request that updates this plugin from 1.1.0.
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-changes.php';
