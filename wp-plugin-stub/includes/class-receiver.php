<?php
/**
 * What the bridge may ask of this blog.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Three doors (REST with our signature, XML-RPC with the dedicated account, and what the blog pulls by itself) and one
 * handler behind them. Whatever comes in is plain text with a maximum length and http(s) addresses; it is escaped again
 * when it is printed.
 */
class Receiver {

	const REST_NAMESPACE = 'mentor-bridge/v1';

	/**
	 * Meta of a post: the related mentors, as JSON {version, language, mentors}.
	 */
	const RELATED_META = '_mentor_bridge_related';

	/**
	 * Meta of a post: its statistics, as JSON {version, data}.
	 */
	const STATS_META = '_mentor_bridge_stats';

	/**
	 * Option: the statistics of the blog, {version, data}.
	 */
	const STATS_OPTION = 'mentor_bridge_stats';

	const MAX_BODY     = 1048576;
	const MAX_OBJECTS  = 50;
	const MAX_MENTORS  = 10;
	const MAX_TOPICS   = 5;
	const MAX_STATS    = 65536;
	const STATS_KIND   = 'stats';
	const RELATED_KIND = 'related';

	/**
	 * Gives the name of the table of used ids on the site at hand.
	 */
	public static function seen_table(): string {
		global $wpdb;
		return $wpdb->prefix . 'mentor_bridge_seen';
	}

	/* ---- The REST door. ---- */

	/**
	 * Registers our routes.
	 */
	public static function register_routes(): void {
		$routes = array(
			'/handshake' => array( 'rest_handshake', 'may_shake_hands' ),
			'/push'      => array( 'rest_push', 'is_signed_push' ),
			'/poke'      => array( 'rest_poke', 'is_signed_poke' ),
		);
		foreach ( $routes as $route => $methods ) {
			\register_rest_route(
				self::REST_NAMESPACE,
				$route,
				array(
					'methods'             => 'POST',
					'callback'            => array( self::class, $methods[0] ),
					'permission_callback' => array( self::class, $methods[1] ),
					'show_in_index'       => false,
				)
			);
		}
	}

	/**
	 * Lets a handshake in that carries the nonce of a connection somebody here has just asked for.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function may_shake_hands( \WP_REST_Request $request ) {
		return Handshake::is_expected( self::message( $request ) )
			? true
			: new \WP_Error( 'mentor_bridge_not_asked', \__( 'No connection was asked for.', 'mentor-bridge' ), array( 'status' => 403 ) );
	}

	/**
	 * Answers a handshake.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function rest_handshake( \WP_REST_Request $request ) {
		$answer = Handshake::answer( self::message( $request ) );
		return \is_wp_error( $answer ) ? $answer : self::exact_response( $answer['body'], $answer['headers'] );
	}

	/**
	 * Lets a signed push in.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function is_signed_push( \WP_REST_Request $request ) {
		return self::is_signed( $request, array( 'push.related', 'push.stats', 'ping' ) );
	}

	/**
	 * Lets a signed poke in.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return true|\WP_Error
	 */
	public static function is_signed_poke( \WP_REST_Request $request ) {
		return self::is_signed( $request, array( 'poke' ) );
	}

	/**
	 * Takes a push.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function rest_push( \WP_REST_Request $request ) {
		$message = self::message( $request );
		if ( 'ping' === $message['type'] ) {
			return new \WP_REST_Response( array( 'status' => 'pong' ) );
		}
		$answer = self::take( $message, $message['type'] );
		return \is_wp_error( $answer ) ? $answer : new \WP_REST_Response( $answer );
	}

	/**
	 * Empties the outbox because the bridge asks for it; after the answer, where that is possible.
	 *
	 * @return \WP_REST_Response
	 */
	public static function rest_poke(): \WP_REST_Response {
		Sender::want( 'poke' );
		return new \WP_REST_Response( array( 'waiting' => Outbox::progress()['waiting'] ), 202 );
	}

	/**
	 * Checks the signature over the bytes received, the purpose, and that the id is used for the first time.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @param string[]         $types   What it may be good for.
	 * @return true|\WP_Error
	 */
	private static function is_signed( \WP_REST_Request $request, array $types ) {
		$headers = array();
		foreach ( array( 'webhook-id', 'webhook-timestamp', 'webhook-signature' ) as $name ) {
			$headers[ $name ] = $request->get_header( $name );
		}
		$body = (string) $request->get_body();
		if ( \strlen( $body ) > self::MAX_BODY ) {
			return new \WP_Error( 'mentor_bridge_too_large', \__( 'This is too large.', 'mentor-bridge' ), array( 'status' => 413 ) );
		}
		if ( ! Connection::is_alive() ) {
			return new \WP_Error( 'mentor_bridge_not_connected', \__( 'This blog is not connected.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		try {
			$id = Signature::verify( $headers, $body, Connection::keys_to_blog(), Sender::now() );
		} catch ( Signature_Refused $refused ) {
			$data = array( 'status' => 401 );
			if ( null !== $refused->offset ) {
				$data['offset_seconds'] = $refused->offset;
			}
			return new \WP_Error( 'mentor_bridge_signature', $refused->getMessage(), $data );
		}
		$message = self::message( $request );
		if ( ! \in_array( $message['type'], $types, true ) ) {
			return new \WP_Error( 'mentor_bridge_purpose', \__( 'This signature was made for another purpose.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		if ( ! self::is_first_use( $id ) ) {
			return new \WP_Error( 'mentor_bridge_replay', \__( 'This message was received before.', 'mentor-bridge' ), array( 'status' => 401 ) );
		}
		return true;
	}

	/**
	 * Notes an id as used, and forgets those that are too old to pass by their time.
	 *
	 * @param string $id The webhook-id.
	 * @return bool Whether it was new; of two requests at once only one is told so.
	 */
	private static function is_first_use( string $id ): bool {
		global $wpdb;
		if ( ! Upgrade::run() ) {
			return false;
		}
		$table = self::seen_table();
		// phpcs:disable WordPress.DB
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE seen_at < %d", Sender::now() - 4 * Signature::TOLERANCE ) );
		return 1 === $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $table (id, seen_at) VALUES (%s, %d)", $id, Sender::now() ) );
		// phpcs:enable
	}

	/**
	 * Reads a message.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return array With `type` a string, always.
	 */
	private static function message( \WP_REST_Request $request ): array {
		$message = \json_decode( (string) $request->get_body(), true, 32 );
		$message = \is_array( $message ) ? $message : array();
		if ( ! isset( $message['type'] ) || ! \is_string( $message['type'] ) ) {
			$message['type'] = '';
		}
		return $message;
	}

	/**
	 * Answers with exact bytes: what is signed must not be encoded once more.
	 *
	 * @param string               $body    JSON.
	 * @param array<string,string> $headers Headers.
	 */
	private static function exact_response( string $body, array $headers ): \WP_REST_Response {
		$response = new \WP_REST_Response( \json_decode( $body, true ), 200, $headers );
		\add_filter(
			'rest_pre_serve_request',
			static function ( $served, $result ) use ( $response, $body ) {
				if ( $served || $result !== $response ) {
					return $served;
				}
				echo $body; // phpcs:ignore WordPress.Security.EscapeOutput -- JSON, not HTML; and signed byte by byte.
				return true;
			},
			10,
			2
		);
		return $response;
	}

	/* ---- The XML-RPC door. ---- */

	/**
	 * Adds our methods. As pairs of class and method: core refuses closures and 'Class::method'.
	 *
	 * @param array $methods Known methods.
	 * @return array
	 */
	public static function xmlrpc_methods( $methods ) {
		$methods['mentorBridge.ping']       = array( self::class, 'xmlrpc_ping' );
		$methods['mentorBridge.putRelated'] = array( self::class, 'xmlrpc_put_related' );
		$methods['mentorBridge.putStats']   = array( self::class, 'xmlrpc_put_stats' );
		return $methods;
	}

	/**
	 * Serves mentorBridge.ping( blog, user, password ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error
	 */
	public static function xmlrpc_ping( $arguments ) {
		$refusal = self::xmlrpc_refusal( $arguments );
		return null === $refusal ? 'pong' : $refusal;
	}

	/**
	 * Serves mentorBridge.putRelated( blog, user, password, json ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error The answer as JSON: integers of XML-RPC are too short for our versions.
	 */
	public static function xmlrpc_put_related( $arguments ) {
		return self::xmlrpc_put( $arguments, 'push.related' );
	}

	/**
	 * Serves mentorBridge.putStats( blog, user, password, json ).
	 *
	 * @param mixed $arguments As received.
	 * @return string|\IXR_Error
	 */
	public static function xmlrpc_put_stats( $arguments ) {
		return self::xmlrpc_put( $arguments, 'push.stats' );
	}

	/**
	 * Takes a push that came by XML-RPC.
	 *
	 * @param mixed  $arguments As received.
	 * @param string $type      What it must be.
	 * @return string|\IXR_Error
	 */
	private static function xmlrpc_put( $arguments, string $type ) {
		$refusal = self::xmlrpc_refusal( $arguments );
		if ( null !== $refusal ) {
			return $refusal;
		}
		$json    = isset( $arguments[3] ) && \is_string( $arguments[3] ) ? $arguments[3] : '';
		$message = \strlen( $json ) > self::MAX_BODY ? null : \json_decode( $json, true, 32 );
		$answer  = \is_array( $message ) ? self::take( $message, $type ) : new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ) );
		if ( \is_wp_error( $answer ) ) {
			return new \IXR_Error( 400, $answer->get_error_message() );
		}
		return Payload::encode( $answer );
	}

	/**
	 * Checks who calls.
	 *
	 * @param mixed $arguments As received.
	 * @return \IXR_Error|null Null if the caller may push.
	 */
	private static function xmlrpc_refusal( $arguments ) {
		global $wp_xmlrpc_server;
		if ( ! \is_array( $arguments ) || ! isset( $arguments[1], $arguments[2] ) || ! \is_string( $arguments[1] ) || ! \is_string( $arguments[2] ) ) {
			return new \IXR_Error( 400, \__( 'User name and password are missing.', 'mentor-bridge' ) );
		}
		if ( ! $wp_xmlrpc_server->login( $arguments[1], $arguments[2] ) ) {
			return $wp_xmlrpc_server->error;
		}
		if ( ! \current_user_can( Service_User::CAPABILITY ) || ! Connection::is_connected() ) {
			return new \IXR_Error( 403, \__( 'You are not allowed to do that.', 'mentor-bridge' ) );
		}
		return null;
	}

	/* ---- The handler. ---- */

	/**
	 * Takes a push: stores each object, unless a newer one is held.
	 *
	 * @param array  $message {type, data: {objects}}.
	 * @param string $type    What it must be.
	 * @return array|\WP_Error {accepted, refused, unknown}
	 */
	public static function take( array $message, string $type ) {
		$objects = isset( $message['data']['objects'] ) ? $message['data']['objects'] : null;
		if ( ! isset( $message['type'] ) || $type !== $message['type'] || ! \is_array( $objects ) || \count( $objects ) > self::MAX_OBJECTS ) {
			return new \WP_Error( 'mentor_bridge_malformed', \__( 'This is no push.', 'mentor-bridge' ), array( 'status' => 400 ) );
		}
		Sender::note( array( 'last_push' => \time() ) );
		return self::store( $objects, 'push.stats' === $type ? self::STATS_KIND : self::RELATED_KIND );
	}

	/**
	 * Stores objects.
	 *
	 * @param array  $objects Objects as they travel.
	 * @param string $kind    The one kind expected; '' for any.
	 * @return array{accepted:array[],refused:array[],unknown:array[]}
	 */
	public static function store( array $objects, string $kind = '' ): array {
		$answer = array( 'accepted' => array(), 'refused' => array(), 'unknown' => array() );
		foreach ( $objects as $object ) {
			$name = self::name( $object );
			if ( null === $name ) {
				continue;
			}
			$stored = '' !== $kind && $kind !== $name['kind'] ? new \WP_Error( 'mentor_bridge_unknown_post' ) : self::store_one( $name, $object );
			if ( ! \is_wp_error( $stored ) ) {
				$answer['accepted'][] = \array_merge( $name, array( 'version' => $object['version'] ) );
			} elseif ( 'mentor_bridge_older' === $stored->get_error_code() ) {
				$answer['refused'][] = \array_merge( $name, array( 'held' => (int) $stored->get_error_data() ) );
			} else {
				$answer['unknown'][] = $name;
			}
		}
		return $answer;
	}

	/**
	 * Reads what an object is.
	 *
	 * @param mixed $thing As received.
	 * @return array{kind:string,object:int}|null Null if it is none.
	 */
	private static function name( $thing ): ?array {
		if ( ! \is_array( $thing ) || ! isset( $thing['kind'], $thing['object'], $thing['version'] ) ||
			! \is_string( $thing['kind'] ) || ! \is_int( $thing['object'] ) || ! \is_int( $thing['version'] ) || 0 > $thing['object'] ) {
			return null;
		}
		return array(
			'kind'   => self::line( $thing['kind'], 8 ),
			'object' => $thing['object'],
		);
	}

	/**
	 * Stores one object.
	 *
	 * @param array $name  From name().
	 * @param array $thing The object.
	 * @return true|\WP_Error
	 */
	private static function store_one( array $name, array $thing ) {
		if ( self::RELATED_KIND === $name['kind'] && isset( $thing['mentors'] ) && \is_array( $thing['mentors'] ) ) {
			$language = isset( $thing['language'] ) && \is_string( $thing['language'] ) ? $thing['language'] : null;
			return self::store_related( $name['object'], $thing['mentors'], $thing['version'], $language );
		}
		if ( self::STATS_KIND === $name['kind'] && isset( $thing['data'] ) && \is_array( $thing['data'] ) ) {
			return self::store_stats( $name['object'], $thing['data'], $thing['version'] );
		}
		return new \WP_Error( 'mentor_bridge_unknown_kind' );
	}

	/**
	 * Stores the mentors to be shown under a post.
	 *
	 * @param int         $post_id  The post.
	 * @param array       $mentors  Mentors, best first.
	 * @param int|null    $version  Version; null keeps the one held.
	 * @param string|null $language Language of the reasons; null: the blog's.
	 * @return true|\WP_Error
	 */
	public static function store_related( int $post_id, array $mentors, ?int $version = null, ?string $language = null ) {
		$post = \get_post( $post_id );
		if ( ! $post instanceof \WP_Post || 'publish' !== $post->post_status || ! \in_array( $post->post_type, Events::post_types(), true ) ) {
			return new \WP_Error( 'mentor_bridge_unknown_post', \__( 'There is no such public post.', 'mentor-bridge' ) );
		}
		$held = self::held( \get_post_meta( $post_id, self::RELATED_META, true ) );
		if ( null !== $version && $version < $held ) {
			return new \WP_Error( 'mentor_bridge_older', \__( 'A newer list is held.', 'mentor-bridge' ), $held );
		}
		$state = array(
			'version'  => null === $version ? $held : $version,
			'language' => self::language( null === $language ? Payload::blog_language() : $language ),
			'mentors'  => self::mentors( $mentors ),
		);
		return self::store_meta( $post_id, self::RELATED_META, $state );
	}

	/**
	 * Stores statistics of the blog or of a post.
	 *
	 * @param int   $object  The post; 0 for the blog.
	 * @param array $data    The statistics.
	 * @param int   $version Version.
	 * @return true|\WP_Error
	 */
	private static function store_stats( int $object, array $data, int $version ) {
		if ( 0 < $object && ! \get_post( $object ) instanceof \WP_Post ) {
			return new \WP_Error( 'mentor_bridge_unknown_post' );
		}
		$stored = 0 === $object ? \get_option( self::STATS_OPTION ) : \get_post_meta( $object, self::STATS_META, true );
		$held   = self::held( $stored );
		if ( $version < $held ) {
			return new \WP_Error( 'mentor_bridge_older', '', $held );
		}
		$state = array(
			'version' => $version,
			'data'    => self::plain( $data ),
		);
		if ( self::MAX_STATS < \strlen( Payload::encode( $state ) ) ) {
			return new \WP_Error( 'mentor_bridge_too_large' );
		}
		if ( 0 < $object ) {
			return self::store_meta( $object, self::STATS_META, $state );
		}
		\update_option( self::STATS_OPTION, \wp_json_encode( $state ), false );
		return true;
	}

	/**
	 * Stores a state as meta of a post. Not by editing the post: that would change its date and come back as an event.
	 *
	 * @param int    $post_id The post.
	 * @param string $key     Meta key.
	 * @param array  $state   The state.
	 * @return true
	 */
	private static function store_meta( int $post_id, string $key, array $state ): bool {
		// Core takes slashes out of what is stored; they are put in first, or `\"` in the JSON would be lost.
		$json = \wp_json_encode( $state, JSON_INVALID_UTF8_SUBSTITUTE );
		$old  = \get_post_meta( $post_id, $key, true );
		if ( $json === $old ) {
			return true;
		}
		Events::muted(
			static function () use ( $post_id, $key, $json ) {
				\update_post_meta( $post_id, $key, \wp_slash( $json ) );
				\clean_post_cache( $post_id );
			}
		);
		/**
		 * Fires after what the bridge says about a post has changed, so that page caches can drop its page.
		 *
		 * @param int    $post_id The post.
		 * @param string $key     Meta key under which it is stored.
		 */
		\do_action( 'mentor_bridge_stored', $post_id, $key );
		return true;
	}

	/**
	 * Reads the version of a stored state.
	 *
	 * @param mixed $json As stored.
	 */
	private static function held( $json ): int {
		$state = \is_string( $json ) && '' !== $json ? \json_decode( $json, true ) : null;
		return isset( $state['version'] ) ? (int) $state['version'] : 0;
	}

	/* ---- What fits. ---- */

	/**
	 * Keeps the mentors that fit.
	 *
	 * @param array $mentors As received.
	 * @return array[]
	 */
	private static function mentors( array $mentors ): array {
		$kept = array();
		foreach ( $mentors as $mentor ) {
			$mentor = \is_array( $mentor ) ? self::mentor( $mentor ) : null;
			if ( null !== $mentor && \count( $kept ) < self::MAX_MENTORS ) {
				$kept[] = $mentor;
			}
		}
		return $kept;
	}

	/**
	 * Reads one mentor. One without a name, an address or a reason is none: nothing is shown without saying why.
	 *
	 * @param array $mentor As received.
	 * @return array|null
	 */
	private static function mentor( array $mentor ): ?array {
		$read = array(
			'name'     => self::text( $mentor, 'name', 120 ),
			'blog'     => self::text( $mentor, 'blog', 120 ),
			'url'      => self::address( $mentor, 'url' ),
			'language' => self::language( isset( $mentor['language'] ) ? $mentor['language'] : '' ),
			'why'      => self::text( $mentor, 'why', 400 ),
			'topics'   => array(),
			'post'     => null,
		);
		if ( '' === $read['name'] || '' === $read['url'] || '' === $read['why'] ) {
			return null;
		}
		foreach ( isset( $mentor['topics'] ) && \is_array( $mentor['topics'] ) ? $mentor['topics'] : array() as $topic ) {
			$topic = self::line( $topic, 40 );
			if ( '' !== $topic && \count( $read['topics'] ) < self::MAX_TOPICS ) {
				$read['topics'][] = $topic;
			}
		}
		if ( isset( $mentor['post'] ) && \is_array( $mentor['post'] ) ) {
			$post = array(
				'title' => self::text( $mentor['post'], 'title', 200 ),
				'url'   => self::address( $mentor['post'], 'url' ),
				'date'  => self::date( $mentor['post'] ),
			);
			// Half a post is none.
			$read['post'] = '' === $post['title'] || '' === $post['url'] ? null : $post;
		}
		return $read;
	}

	/**
	 * Reads one line of plain text out of a list of fields.
	 *
	 * @param array  $fields Name => value.
	 * @param string $name   Which.
	 * @param int    $limit  Characters.
	 * @return string '' when it is missing or does not fit.
	 */
	private static function text( array $fields, string $name, int $limit ): string {
		return self::line( isset( $fields[ $name ] ) ? $fields[ $name ] : '', $limit );
	}

	/**
	 * Reads one line of plain text: no control characters, nothing that turns the direction of what follows.
	 *
	 * @param mixed $text  As received.
	 * @param int   $limit Characters.
	 * @return string '' when it does not fit.
	 */
	private static function line( $text, int $limit ): string {
		if ( ! \is_string( $text ) ) {
			return '';
		}
		$text = (string) \preg_replace( '/[\x{202A}-\x{202E}\x{2066}-\x{2069}]/u', '', \wp_check_invalid_utf8( $text ) );
		$text = \trim( (string) \preg_replace( '/[\p{Cc}\p{Z}\s]+/u', ' ', $text ) );
		return \mb_strlen( $text ) > $limit ? '' : $text;
	}

	/**
	 * Reads an http(s) address.
	 *
	 * @param array  $fields Name => value.
	 * @param string $name   Which.
	 * @return string '' when it is none.
	 */
	private static function address( array $fields, string $name ): string {
		$url = isset( $fields[ $name ] ) && \is_string( $fields[ $name ] ) ? \trim( $fields[ $name ] ) : '';
		if ( \strlen( $url ) > 2000 || 1 !== \preg_match( '~\Ahttps?://[^/?#\s@]+(?:[/?#]|\z)~i', $url ) ) {
			return '';
		}
		return \esc_url_raw( $url, array( 'http', 'https' ) );
	}

	/**
	 * Reads a date.
	 *
	 * @param array $fields Name => value.
	 * @return string ISO 8601 in UTC, or ''.
	 */
	private static function date( array $fields ): string {
		$date = isset( $fields['date'] ) && \is_string( $fields['date'] ) ? $fields['date'] : '';
		return 1 === \preg_match( '/\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\z/', $date ) ? $date : '';
	}

	/**
	 * Reads a BCP-47 tag.
	 *
	 * @param mixed $tag As received.
	 * @return string '' when it is none.
	 */
	private static function language( $tag ): string {
		return \is_string( $tag ) && 1 === \preg_match( '/\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\z/', $tag ) ? $tag : '';
	}

	/**
	 * Reads a tree of plain values; texts become single lines.
	 *
	 * @param mixed $value As received.
	 * @param int   $depth How deep it may go on.
	 * @return mixed
	 */
	private static function plain( $value, int $depth = 6 ) {
		if ( \is_array( $value ) ) {
			$plain = array();
			foreach ( 0 < $depth ? $value : array() as $key => $inner ) {
				$plain[ \is_string( $key ) ? self::line( $key, 100 ) : $key ] = self::plain( $inner, $depth - 1 );
			}
			return $plain;
		}
		return \is_string( $value ) ? self::line( $value, 2000 ) : $value;
	}

	/**
	 * Forgets what was pushed: nothing of others is shown on a blog that has left.
	 */
	public static function forget_all(): void {
		\delete_post_meta_by_key( self::RELATED_META );
		\delete_post_meta_by_key( self::STATS_META );
		\delete_option( self::STATS_OPTION );
	}
}
