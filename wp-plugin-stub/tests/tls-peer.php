<?php
/**
 * The process behind Tls_Peer. Prints its port.
 *
 * @package Mentor_Bridge
 */

$context = stream_context_create( array( 'ssl' => array( 'local_cert' => $argv[1] ) ) );
$server  = stream_socket_server( 'ssl://127.0.0.1:0', $code, $message, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context );
echo substr( strrchr( stream_socket_get_name( $server, false ), ':' ), 1 ), "\n";
while ( true ) {
	$client = @stream_socket_accept( $server, 30 );
	if ( ! $client ) {
		continue;
	}
	$head = '';
	do {
		$line  = (string) fgets( $client );
		$head .= $line;
	} while ( '' !== trim( $line ) );
	preg_match( '/content-length: *(\d+)/i', $head, $length );
	$left = (int) ( $length[1] ?? 0 );
	while ( $left > 0 ) {
		$part  = (string) fread( $client, $left );
		$left -= '' === $part ? $left : strlen( $part );
	}
	preg_match( '/webhook-timestamp: *(\d+)/i', $head, $stamp );
	$now    = time() + 7200;
	$offset = (int) ( $stamp[1] ?? 0 ) - $now;
	$fits   = abs( $offset ) < 300;
	$answer = $fits ? '{"status":"accepted","highest":null}' : json_encode( array( 'error' => array( 'type' => 'timestamp', 'message' => 'clock', 'offset_seconds' => $offset ) ) );
	fwrite( $client, 'HTTP/1.1 ' . ( $fits ? '202 Accepted' : '401 Unauthorized' ) . "\r\nDate: " . gmdate( 'D, d M Y H:i:s', $now ) . " GMT\r\nContent-Type: application/json\r\nContent-Length: " . strlen( $answer ) . "\r\nConnection: close\r\n\r\n" . $answer );
	fclose( $client );
}
