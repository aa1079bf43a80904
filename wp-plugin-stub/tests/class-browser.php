<?php
/**
 * Somebody with a browser.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge\Tests;

/**
 * Visits the blog over HTTP, signed in or not, and sends forms as they stand on the page.
 */
class Browser {

	/**
	 * The connection, which keeps the cookies.
	 *
	 * @var resource|\CurlHandle
	 */
	private $curl;

	/**
	 * Status of the last answer, after redirects.
	 *
	 * @var int
	 */
	public $status = 0;

	/**
	 * Opens a browser.
	 *
	 * @param string $login Who is signed in; '' for a reader.
	 */
	public function __construct( string $login = '' ) {
		$this->curl = \curl_init(); // phpcs:ignore Generic.PHP.ForbiddenFunctions -- cookies are kept by curl.
		\curl_setopt_array( $this->curl, array( CURLOPT_RETURNTRANSFER => true, CURLOPT_FOLLOWLOCATION => true, CURLOPT_COOKIEFILE => '', CURLOPT_TIMEOUT => 60 ) );
		if ( '' !== $login ) {
			\curl_setopt( $this->curl, CURLOPT_COOKIE, self::cookies( (int) \username_exists( $login ) ) );
		}
	}

	/**
	 * Gives the cookies of somebody who has signed in, as wp_set_auth_cookie() makes them.
	 *
	 * @param int $user_id Who.
	 */
	private static function cookies( int $user_id ): string {
		$expires = \time() + HOUR_IN_SECONDS;
		$token   = \WP_Session_Tokens::get_instance( $user_id )->create( $expires );
		return \http_build_query(
			array(
				AUTH_COOKIE      => \wp_generate_auth_cookie( $user_id, $expires, 'auth', $token ),
				LOGGED_IN_COOKIE => \wp_generate_auth_cookie( $user_id, $expires, 'logged_in', $token ),
			),
			'',
			'; '
		);
	}

	/**
	 * Visits a page.
	 *
	 * @param string $path Below the blog's address, or a whole address.
	 */
	public function get( string $path ): string {
		\curl_setopt( $this->curl, CURLOPT_HTTPGET, true );
		return $this->load( $path );
	}

	/**
	 * Sends fields.
	 *
	 * @param string $path   Where to.
	 * @param array  $fields Name => value.
	 */
	public function send( string $path, array $fields ): string {
		\curl_setopt_array( $this->curl, array( CURLOPT_POST => true, CURLOPT_POSTFIELDS => \http_build_query( $fields ) ) );
		return $this->load( $path );
	}

	/**
	 * Loads an address.
	 *
	 * @param string $path Below the blog's address, or a whole address.
	 */
	private function load( string $path ): string {
		\curl_setopt( $this->curl, CURLOPT_URL, \preg_match( '~\Ahttps?://~', $path ) ? $path : \site_url( $path ) );
		$html         = (string) \curl_exec( $this->curl );
		$this->status = (int) \curl_getinfo( $this->curl, CURLINFO_RESPONSE_CODE );
		\wp_cache_flush();
		return $html;
	}

	/**
	 * Sends the form on a page that holds a certain field, as it stands but for changes.
	 *
	 * @param string $html    The page.
	 * @param string $holds   XPath of something in the form, such as `//input[@name="x"]`.
	 * @param array  $changes Name => value; null unticks.
	 */
	public function submit( string $html, string $holds, array $changes = array() ): string {
		$page = self::read( $html );
		$form = $page->query( $holds . '/ancestor::form' )->item( 0 );
		if ( ! $form instanceof \DOMElement ) {
			throw new \RuntimeException( "no form holds $holds" );
		}
		$fields = array();
		foreach ( $page->query( './/input[@name] | .//textarea[@name] | .//select[@name]', $form ) as $field ) {
			$name = $field->getAttribute( 'name' );
			$type = $field->getAttribute( 'type' );
			if ( ( \in_array( $type, array( 'checkbox', 'radio' ), true ) && ! $field->hasAttribute( 'checked' ) ) || 'button' === $type ) {
				continue;
			}
			if ( '[]' === \substr( $name, -2 ) ) {
				$fields[ \substr( $name, 0, -2 ) ][] = $field->getAttribute( 'value' );
				continue;
			}
			$chosen          = 'select' === $field->nodeName ? $page->query( './/option[@selected]', $field )->item( 0 ) : null; // phpcs:ignore
			$fields[ $name ] = 'textarea' === $field->nodeName ? $field->textContent : ( $chosen ? $chosen->getAttribute( 'value' ) : $field->getAttribute( 'value' ) ); // phpcs:ignore
		}
		$fields = \array_filter(
			\array_merge( $fields, $changes ),
			static function ( $value ) {
				return null !== $value;
			}
		);
		$action = $form->getAttribute( 'action' );
		// The only forms without a whole address are those of wp-admin.
		return $this->send( \preg_match( '~\Ahttps?://~', $action ) ? $action : 'wp-admin/' . \basename( $action ), $fields );
	}

	/**
	 * Reads a page.
	 *
	 * @param string $html HTML.
	 */
	public static function read( string $html ): \DOMXPath {
		$document = new \DOMDocument();
		\libxml_use_internal_errors( true );
		$document->loadHTML( '<?xml encoding="UTF-8">' . $html );
		\libxml_clear_errors();
		return new \DOMXPath( $document );
	}

	/**
	 * Gives the texts that a query finds, with single spaces.
	 *
	 * @param string $html  HTML.
	 * @param string $query XPath.
	 * @return string[]
	 */
	public static function texts( string $html, string $query ): array {
		$texts = array();
		foreach ( self::read( $html )->query( $query ) as $node ) {
			$texts[] = \trim( (string) \preg_replace( '/\s+/u', ' ', $node->textContent ) ); // phpcs:ignore
		}
		return $texts;
	}
}
