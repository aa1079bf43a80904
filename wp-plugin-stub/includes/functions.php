<?php
/**
 * The functions that scripts and themes may rely on.
 *
 * They are the scripts' door: no capability is checked here, the caller has done so. What is set through them is
 * recorded as set by a script.
 *
 * @package Mentor_Bridge
 */

defined( 'ABSPATH' ) || exit;

/**
 * Connects this blog to a bridge and lets the authors named take part.
 *
 * @param string $bridge_url Address of the bridge.
 * @param int[]  $author_ids Users of this blog whose public posts are shared from now on.
 * @param array  $options    {
 *     Optional.
 *
 *     @type bool   $statistics Whether approved comments are sent too, for statistics. Default true.
 *     @type string $code       Registration code, where the bridge asks for one. Default ''.
 * }
 * @return true|WP_Error
 */
function mentor_bridge_connect( string $bridge_url, array $author_ids, array $options = array() ) {
	return Mentor_Bridge\Connect::connect( $bridge_url, $author_ids, $options );
}

/**
 * Stops sending and has the bridge remove everything that came from this blog.
 *
 * @return true|WP_Error True once the withdrawal is under way; it is asked for again until the bridge confirms it.
 */
function mentor_bridge_disconnect() {
	return Mentor_Bridge\Disconnect::disconnect();
}

/**
 * Sets whether an author takes part; effect at once.
 *
 * @param int  $user_id    The author.
 * @param bool $takes_part True to share the author's public posts, false to withdraw them.
 * @return true|WP_Error
 */
function mentor_bridge_set_consent( int $user_id, bool $takes_part ) {
	return Mentor_Bridge\Consent::set( $user_id, $takes_part, 'script', Mentor_Bridge\Consent::text_id() );
}

/**
 * Stores the mentors to be shown under a post: the handler behind XML-RPC, REST and pull.
 *
 * @param int         $post_id  A published post of this blog.
 * @param array       $mentors  Up to ten mentors, best first; an empty array prints nothing. What does not fit is dropped.
 * @param int|null    $version  Version of this list; an older one than the one held is refused. Null: a script's own list.
 * @param string|null $language Language of the reasons. Null: the blog's.
 * @return true|WP_Error `mentor_bridge_unknown_post`, or `mentor_bridge_older` with the version held in its data.
 */
function mentor_bridge_put_related( int $post_id, array $mentors, ?int $version = null, ?string $language = null ) {
	return Mentor_Bridge\Related_Mentors::store( $post_id, $mentors, $version, $language );
}
