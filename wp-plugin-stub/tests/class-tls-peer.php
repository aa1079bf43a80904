<?php
/**
 * A bridge on https whose clock is two hours ahead.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

/**
 * One process, two requests: it refuses the first for its timestamp, and takes the next if that is the time it says.
 */
class Tls_Peer {

	/**
	 * Its address.
	 *
	 * @var string
	 */
	public $url;

	/**
	 * File with the certificate that has to be trusted.
	 *
	 * @var string
	 */
	public $certificate;

	/**
	 * Its process.
	 *
	 * @var resource
	 */
	private $process;

	/**
	 * Makes a certificate for 127.0.0.1 and starts to listen.
	 */
	public function __construct() {
		$folder            = Server::$peer_folder;
		$this->certificate = "$folder/certificate.pem";
		file_put_contents( "$folder/openssl.cnf", "[req]\ndistinguished_name=dn\n[dn]\n[v3]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n" );
		$options = array( 'config' => "$folder/openssl.cnf", 'x509_extensions' => 'v3', 'private_key_bits' => 2048, 'digest_alg' => 'sha256' );
		$key     = openssl_pkey_new( $options );
		$signed  = openssl_csr_sign( openssl_csr_new( array( 'commonName' => '127.0.0.1' ), $key, $options ), null, $key, 2, $options );
		openssl_x509_export( $signed, $certificate );
		openssl_pkey_export( $key, $private, null, $options );
		file_put_contents( $this->certificate, $certificate );
		file_put_contents( "$folder/tls.pem", $certificate . $private );
		$this->process = proc_open( array( PHP_BINARY, __DIR__ . '/tls-peer.php', "$folder/tls.pem" ), array( 1 => array( 'pipe', 'w' ) ), $pipes );
		$this->url     = 'https://127.0.0.1:' . trim( fgets( $pipes[1] ) );
	}

	/**
	 * Ends it.
	 */
	public function stop(): void {
		proc_terminate( $this->process );
		proc_close( $this->process );
	}
}
