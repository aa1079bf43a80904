<?php
/**
 * Finds the file of a class.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Turns Mentor_Bridge\Some_Thing into the file class-some-thing.php in the folder of its subject, so that a request loads
 * only the classes that it uses and no folder is searched. A new class is added to the list here.
 */
class Autoloader {

	/**
	 * Folder below includes/ => its classes; '' for includes/ itself.
	 */
	const FOLDERS = array(
		''            => array(
			'Plugin', 'Upgrade',
		),
		'admin'       => array(
			'Address_Notice', 'Admin_Hooks', 'Alert_Mail', 'Check_Report', 'Cli', 'Connect_Section', 'Connection_Section',
			'Dashboard_Link', 'Dashboard_Sign_In', 'Disclosure', 'First_Steps', 'Live_Progress', 'Network_Page', 'Not_Shared_Box', 'People_Section',
			'Service_User_Screens', 'Settings', 'Settings_Actions', 'Settings_Page', 'Sharing_Column',
			'Site_Copy_Notice', 'Site_Health', 'Welcome_Notice', 'Who_Is_Shown',
		),
		'authors'     => array(
			'Consent', 'Consent_Profile_Form', 'Elsewhere', 'Hidden_Authors', 'Invitation', 'Pairing_Profile', 'Pairing_Profile_Form',
			'Post_Authors', 'Public_Name', 'Quotable_Passages', 'Waiting_Asks',
		),
		'connection'  => array(
			'Bridge_Address', 'Connect', 'Connection', 'Delivery_Status', 'Disconnect', 'Handshake', 'Http',
			'Network_Error', 'Reconnect', 'Rest_Reachability', 'Service_User', 'Signature', 'Signature_Refused', 'Signed_Request',
			'Site_Fingerprint',
		),
		'frontend'    => array(
			'Comment_Notice', 'Display', 'My_Mentors', 'Page_Caches', 'Page_Translations', 'Regulars_Block',
		),
		'inbox'       => array(
			'Mentors_Of_Blog', 'Pull', 'Receiver', 'Related_Mentors', 'Related_Owner', 'Rest_Endpoints', 'Sanitize', 'Versioned_State',
			'Xmlrpc_Methods',
		),
		'outbox'      => array(
			'Bulk_Enqueue', 'Changed_Rows', 'Content_Hooks', 'Counter', 'Daily_Recheck', 'Delivery_Batch', 'Drain_Loopback',
			'Drain_Trigger', 'Enqueue', 'Event_Renderer', 'Generation', 'Ledger', 'Outbox', 'Payload',
			'Post_Translations', 'Refusals', 'Sender', 'Site_Hooks', 'State_Check', 'State_Digest', 'State_Repair', 'Wire_Format',
		),
		'privacy'     => array(
			'Commenter_Erasure', 'Placements', 'Privacy', 'Privacy_Eraser',
		),
		'statistics'  => array(
			'Comment_Columns', 'Commenter', 'Dashboard_Widget', 'Engagement_Style', 'Figure_Format',
			'Figures_Schema', 'Follow_Up_Lists', 'Insightful', 'Key_Figures', 'Post_Columns', 'Relative_Time',
			'Statistics', 'Trend_Chart', 'Unanswered_Comments', 'Weekly_Mail', 'Widget_Cache',
		),
		'visibility'  => array(
			'Comments_Template', 'Language_Fields', 'Loopback_Postponed', 'Loopback_Request', 'Loopback_Status', 'Loopback_View',
			'Post_Not_Visible', 'Post_Sharing', 'Public_View', 'Rendered_Text', 'Sample_Content', 'Sharing_Rules', 'Text_Parts', 'Text_Words',
			'Unreadable_Posts', 'Visitor',
		),
	);

	/**
	 * Registers the folder that holds the classes of this namespace.
	 *
	 * @param string $includes Absolute path without a trailing slash.
	 */
	public static function register( string $includes ): void {
		spl_autoload_register(
			static function ( $name ) use ( $includes ) {
				$prefix = __NAMESPACE__ . '\\';
				$file   = 0 === strpos( $name, $prefix ) ? self::file( substr( $name, strlen( $prefix ) ) ) : '';
				if ( '' !== $file ) {
					require_once $includes . $file;
				}
			}
		);
	}

	/**
	 * Gives the file of a class.
	 *
	 * @param string $class_name Name without the namespace.
	 * @return string Path below includes/, with a leading slash; '' for a class that is not ours.
	 */
	public static function file( string $class_name ): string {
		foreach ( self::FOLDERS as $folder => $classes ) {
			if ( in_array( $class_name, $classes, true ) ) {
				return ( '' === $folder ? '' : "/$folder" ) . '/class-' . strtolower( str_replace( '_', '-', $class_name ) ) . '.php';
			}
		}
		return '';
	}
}
