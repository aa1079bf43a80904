<?php
/**
 * A bridge for tests: shakes hands for real, verifies every signature for real, notes what it got, and answers as told.
 *
 * Served by PHP's own server. In PEER_FOLDER:
 *   requests.jsonl   what was received, one a line: {path, headers, body, verified}
 *   answers.json     what to answer next: a list of {path?, code, headers?, body?, sleep?}; used up from the front by the
 *                    first request whose path ends as given
 *   keys.json        the keys handed over
 *   highest.json     the highest pair seen
 *
 * To a blog with a registration code it hands over the keys at once, and does not call it.
 *
 * It knows nothing of the plugin's code: the signature is computed here once more, from the specification.
 *
 * @package Mentor_Bridge
 */

$folder  = getenv( 'PEER_FOLDER' );
$path    = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$body    = file_get_contents( 'php://input' );
$headers = array_change_key_case( getallheaders(), CASE_LOWER );

/** Reads a JSON file of the folder. */
function peer_read( $name, $default ) {
	$file = getenv( 'PEER_FOLDER' ) . '/' . $name;
	return is_file( $file ) ? json_decode( file_get_contents( $file ), true ) : $default;
}

/** Writes a JSON file of the folder. */
function peer_write( $name, $value ) {
	file_put_contents( getenv( 'PEER_FOLDER' ) . '/' . $name, json_encode( $value ), LOCK_EX );
}

/** Computes a signature. */
function peer_sign( $key, $id, $timestamp, $body ) {
	return 'v1,' . base64_encode( hash_hmac( 'sha256', "$id.$timestamp.$body", base64_decode( substr( $key, 6 ) ), true ) );
}

/** Posts JSON and gives status, headers and body. */
function peer_post( $url, $body ) {
	$curl = curl_init( $url );
	$got  = array();
	curl_setopt_array(
		$curl,
		array(
			CURLOPT_POSTFIELDS     => $body,
			CURLOPT_HTTPHEADER     => array( 'Content-Type: application/json' ),
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_TIMEOUT        => 15,
			CURLOPT_HEADERFUNCTION => static function ( $curl, $line ) use ( &$got ) {
				if ( strpos( $line, ':' ) ) {
					list( $name, $value )        = explode( ':', $line, 2 );
					$got[ strtolower( $name ) ] = trim( $value );
				}
				return strlen( $line );
			},
		)
	);
	$answer = curl_exec( $curl );
	return array( curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ), $got, (string) $answer );
}

/** Answers and ends. */
function peer_answer( $code, $data, $headers = array() ) {
	http_response_code( $code );
	header( 'Content-Type: application/json' );
	foreach ( $headers as $name => $value ) {
		header( "$name: $value" );
	}
	echo is_string( $data ) ? $data : json_encode( $data );
	exit;
}

$keys     = peer_read( 'keys.json', array() );
$verified = false;
foreach ( $keys as $pair ) {
	$verified = $verified || ( isset( $headers['webhook-signature'] ) &&
		hash_equals( peer_sign( $pair['key_to_bridge'], $headers['webhook-id'], $headers['webhook-timestamp'], $body ), $headers['webhook-signature'] ) );
}
file_put_contents( "$folder/requests.jsonl", json_encode( compact( 'path', 'headers', 'body', 'verified' ) ) . "\n", FILE_APPEND | LOCK_EX );

$lock    = fopen( "$folder/lock", 'c' );
flock( $lock, LOCK_EX );
$answers = peer_read( 'answers.json', array() );
foreach ( $answers as $n => $answer ) {
	if ( ! isset( $answer['path'] ) || substr( $path, -strlen( $answer['path'] ) ) === $answer['path'] ) {
		array_splice( $answers, $n, 1 );
		peer_write( 'answers.json', $answers );
		flock( $lock, LOCK_UN );
		usleep( (int) ( 1000000 * ( $answer['sleep'] ?? 0 ) ) );
		peer_answer( $answer['code'], $answer['body'] ?? '{}', $answer['headers'] ?? array() );
	}
}
flock( $lock, LOCK_UN );

$message = json_decode( $body, true );

if ( '/healthz' === $path ) {
	peer_answer( 200, array( 'status' => 'ok' ) );
}
if ( 'GET' === $_SERVER['REQUEST_METHOD'] ) {
	peer_answer( 404, 'Not found' );
}
if ( '/v1/connections' === $path ) {
	$pair   = array(
		'blog_id'       => $message['blog_id'] ?? 'blog_' . bin2hex( random_bytes( 4 ) ),
		'key_to_bridge' => 'whsec_' . base64_encode( random_bytes( 32 ) ),
		'key_to_blog'   => 'whsec_' . base64_encode( random_bytes( 32 ) ),
	);
	if ( isset( $message['code'] ) ) {
		array_unshift( $keys, $pair );
		peer_write( 'keys.json', $keys );
		peer_answer( 201, $pair );
	}
	$call   = json_encode( array( 'type' => 'handshake', 'nonce' => $message['nonce'], 'bridge' => getenv( 'PEER_URL' ) ) + $pair );
	$answer = peer_post( $message['rest_url'] . 'mentor-bridge/v1/handshake', $call );
	peer_write( 'handshake.json', $answer );
	if ( 200 !== $answer[0] ) {
		peer_answer( 422, array( 'error' => array( 'type' => 'not_our_plugin', 'message' => 'no handshake' ) ) );
	}
	if ( ! hash_equals( peer_sign( $pair['key_to_bridge'], $answer[1]['webhook-id'], $answer[1]['webhook-timestamp'], $answer[2] ), $answer[1]['webhook-signature'] ) ) {
		peer_answer( 422, array( 'error' => array( 'type' => 'refused', 'message' => 'the answer is not signed' ) ) );
	}
	// The nonce is good once.
	peer_write( 'second-handshake.json', peer_post( $message['rest_url'] . 'mentor-bridge/v1/handshake', $call )[0] );
	array_unshift( $keys, $pair );
	peer_write( 'keys.json', $keys );
	peer_answer( 201, array( 'blog_id' => $pair['blog_id'], 'transport' => 'xmlrpc' ) );
}
if ( ! $verified ) {
	peer_answer( 401, array( 'error' => array( 'type' => 'signature', 'message' => 'refused' ) ) );
}
if ( 'blog.removed' === $message['type'] ) {
	peer_answer( 200, array( 'withdrawn' => true ) );
}
$highest = peer_read( 'highest.json', null );
foreach ( 'batch' === $message['type'] ? $message['data']['events'] : array( $message ) as $event ) {
	if ( isset( $event['data']['version'] ) ) {
		$version = $event['data']['version'];
		$highest = null === $highest || array( $version['generation'], $version['revision'] ) > array( $highest['generation'], $highest['revision'] ) ? $version : $highest;
	}
}
peer_write( 'highest.json', $highest );
peer_answer( 202, array( 'status' => 'accepted', 'duplicate' => false, 'waiting' => 0, 'highest' => $highest ) );
