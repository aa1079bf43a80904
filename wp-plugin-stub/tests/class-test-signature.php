<?php
/**
 * The signature vectors that the bridge's tests run too.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

use Mentor_Bridge\Signature;
use Mentor_Bridge\Signature_Refused;

/**
 * Needs no WordPress.
 */
class Test_Signature extends \PHPUnit\Framework\TestCase {

	/**
	 * @dataProvider vectors
	 */
	public function test_vector( array $vector ): void {
		$body = \base64_decode( $vector['body_base64'], true );
		try {
			$id = Signature::verify( $vector['headers'], $body, $vector['keys'], $vector['now'] );
			$this->assertTrue( $vector['accepted'], $vector['about'] );
			$this->assertSame( $vector['id'], $id );
		} catch ( Signature_Refused $refused ) {
			$this->assertFalse( $vector['accepted'], $vector['about'] . ': ' . $refused->getMessage() );
			$this->assertSame( $vector['offset_seconds'] ?? null, $refused->offset, $vector['about'] );
		}
	}

	public function vectors(): array {
		$vectors = array();
		foreach ( \glob( \dirname( __DIR__, 2 ) . '/tests/samples/signatures/*.json' ) as $file ) {
			$vectors[ \basename( $file, '.json' ) ] = array( \json_decode( \file_get_contents( $file ), true ) );
		}
		return $vectors;
	}

	public function test_there_are_vectors(): void {
		$this->assertGreaterThan( 30, \count( $this->vectors() ) );
	}

	public function test_what_we_sign_is_what_the_vectors_say(): void {
		foreach ( array( 'good', 'good-empty-body', 'good-raw-bytes' ) as $name ) {
			$vector  = $this->vectors()[ $name ][0];
			$headers = $vector['headers'];
			$this->assertSame( $headers, Signature::headers( $vector['keys'][0], $headers['webhook-id'], (int) $headers['webhook-timestamp'], \base64_decode( $vector['body_base64'], true ) ) );
		}
	}

	public function test_header_names_in_any_case(): void {
		$vector = $this->vectors()['good'][0];
		$names  = \array_map( 'strtoupper', \array_keys( $vector['headers'] ) );
		$this->assertSame( $vector['id'], Signature::verify( \array_combine( $names, $vector['headers'] ), \base64_decode( $vector['body_base64'] ), $vector['keys'], $vector['now'] ) );
	}

	public function test_what_is_no_header_is_refused(): void {
		$this->expectException( Signature_Refused::class );
		Signature::verify( array( 'webhook-id' => array( 'x' ) ), '', array(), 0 );
	}

	public function test_keys(): void {
		$this->assertTrue( Signature::is_key( 'whsec_' . \base64_encode( \str_repeat( 'k', 32 ) ) ) );
		foreach ( array( '', 'whsec_', 'whsec_%%%', 'whsec_' . \base64_encode( 'short' ), \base64_encode( \str_repeat( 'k', 32 ) ), null, 7, array() ) as $none ) {
			$this->assertFalse( Signature::is_key( $none ) );
		}
	}
}
