<?php
/**
 * How a connection with a bridge comes about.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Shakes hands with a bridge, for the first time or again, and stores what was agreed.
 */
class Connect {

	/**
	 * Connects this blog to a bridge, or renews the keys of the connection that there is.
	 *
	 * @param string $url        Address of the bridge.
	 * @param int[]  $author_ids Authors who take part.
	 * @param array  $options    `statistics` (true), `code` (''), `door` ('script'), `text_id` (that of the current text).
	 * @return true|\WP_Error
	 */
	public static function connect( string $url, array $author_ids, array $options = array() ) {
		$options = \array_merge( array( 'statistics' => true, 'code' => '', 'door' => 'script', 'text_id' => Consent::text_id() ), $options );
		$url     = Http::normalise( $url );
		Connection::refresh();
		$refusal = self::refusal( $url, $author_ids );
		if ( null !== $refusal ) {
			return $refusal;
		}
		$user = Service_User::make();
		if ( \is_wp_error( $user ) ) {
			return $user;
		}
		$before      = Connection::get();
		$credentials = self::shake_hands( $url, (string) $options['code'], (bool) $options['statistics'], $before );
		if ( \is_wp_error( $credentials ) ) {
			if ( null === $before ) {
				Service_User::remove();
			}
			return $credentials;
		}
		self::establish( $url, $credentials, (bool) $options['statistics'], $before );
		// The blog introduces itself before its authors do.
		Outbox::add( Outbox::BLOG, 0, Outbox::LIVE );
		foreach ( $author_ids as $author_id ) {
			Consent::set( (int) $author_id, true, (string) $options['door'], (string) $options['text_id'] );
		}
		Enqueue::recheck_everything();
		Drain_Trigger::request( 'connect' );
		/**
		 * Fires after the blog has connected.
		 *
		 * @param string $url The bridge.
		 */
		\do_action( 'mentor_bridge_connected', $url );
		return true;
	}

	/**
	 * Gives the reason against connecting, if there is one.
	 *
	 * @param string $url        Normalised address of the bridge.
	 * @param int[]  $author_ids Authors who take part.
	 */
	private static function refusal( string $url, array $author_ids ): ?\WP_Error {
		$connection = Connection::get();
		if ( null !== $connection && 'disconnecting' === $connection['state'] ) {
			return new \WP_Error( 'mentor_bridge_disconnecting', \__( 'The bridge has not yet confirmed that everything is withdrawn. Please connect again after that.', 'mentor-bridge' ) );
		}
		if ( null !== $connection && 'connected' === $connection['state'] && $url !== $connection['bridge_url'] ) {
			return new \WP_Error( 'mentor_bridge_connected', \__( 'This blog is connected to another bridge. Please disconnect first.', 'mentor-bridge' ) );
		}
		if ( null !== $connection && Connection::is_copy( $connection ) && 'gone' !== $connection['state'] ) {
			return new \WP_Error( 'mentor_bridge_paused', \__( 'This looks like a copy of the site that was connected. Please say first whether it has moved or is a new site.', 'mentor-bridge' ) );
		}
		foreach ( $author_ids as $author_id ) {
			if ( ! \get_userdata( (int) $author_id ) || ! \is_user_member_of_blog( (int) $author_id ) ) {
				return new \WP_Error( 'mentor_bridge_no_author', \__( 'There is no such author on this blog.', 'mentor-bridge' ) );
			}
		}
		if ( ! Upgrade::run() ) {
			return new \WP_Error( 'mentor_bridge_upgrading', \__( 'The tables of the plugin are being made. Please try again in a minute.', 'mentor-bridge' ) );
		}
		$checked = Http::check( $url );
		return \is_wp_error( $checked ) ? $checked : null;
	}

	/**
	 * Introduces this blog to the bridge and gets keys for it.
	 *
	 * @param string     $url        The bridge.
	 * @param string     $code       Registration code or ''.
	 * @param bool       $statistics Whether comments will be sent.
	 * @param array|null $before     The connection there is, which makes the handshake one of the same blog.
	 * @return array|\WP_Error {blog_id, key_to_bridge, key_to_blog, transport, install}
	 */
	private static function shake_hands( string $url, string $code, bool $statistics, ?array $before ) {
		// In another place it is another installation, whoever stands in the earlier one.
		$install = Connection::install();
		$install = '' === $install ? Site_Fingerprint::new_install() : $install;
		$message = array(
			'type'     => 'connect',
			'home_url' => Connection::home(),
			'rest_url' => \rest_url(),
			'install'  => $install,
		);
		if ( '' !== $code ) {
			$message['code'] = $code;
		}
		$same = null !== $before && 'connected' === $before['state'] && '' !== Connection::key_to_bridge();
		if ( $same ) {
			$message['blog_id'] = $before['blog_id'];
		}
		$message['nonce'] = Handshake::begin( $url, $statistics, $install, $same ? $before['blog_id'] : '' );
		$body             = Wire_Format::encode( $message );
		$headers          = $same ? Signature::headers( Connection::key_to_bridge(), 'connect_' . \bin2hex( \random_bytes( 16 ) ), Delivery_Status::bridge_time(), $body ) : array();
		$answer           = Http::post( $url . '/v1/connections', $body, $headers, 20.0 );
		$pending          = Handshake::pending();
		Handshake::end();
		if ( \is_wp_error( $answer ) ) {
			return new \WP_Error( 'mentor_bridge_unreachable', Delivery_Status::explain( 'network: ' . Network_Error::text( $answer ) ) );
		}
		$reply = Http::json( $answer );
		if ( 201 !== $answer['code'] || ! isset( $reply['blog_id'] ) ) {
			return self::refused( $answer['code'], $reply );
		}
		$transport = isset( $reply['transport'] ) && \in_array( $reply['transport'], array( 'xmlrpc', 'rest', 'pull' ), true ) ? $reply['transport'] : '';
		if ( Handshake::are_credentials( $reply ) ) {
			// The bridge could not call back and trusts the code: from now on we fetch what it has for us.
			return \array_merge( $reply, array( 'transport' => 'pull', 'install' => $install ) );
		}
		if ( ! isset( $pending['blog_id'] ) || $pending['blog_id'] !== $reply['blog_id'] || $pending['bridge'] !== $url ) {
			return new \WP_Error( 'mentor_bridge_handshake', \__( 'The bridge did not hand over any keys.', 'mentor-bridge' ) );
		}
		return \array_merge( $pending, array( 'transport' => $transport, 'install' => $install ) );
	}

	/**
	 * Puts a bridge's refusal to connect into words.
	 *
	 * @param int   $code  Status.
	 * @param array $reply Its JSON.
	 */
	private static function refused( int $code, array $reply ): \WP_Error {
		$type  = isset( $reply['error']['type'] ) && \is_string( $reply['error']['type'] ) ? $reply['error']['type'] : 'http_' . $code;
		if ( ! isset( $reply['error']['type'] ) && 429 !== $code ) {
			return Bridge_Address::no_bridge( $code );
		}
		$words = array(
			'not_reachable'  => \__( 'The bridge cannot reach this blog from outside. Is it behind a password or a firewall? With a registration code it can be connected all the same.', 'mentor-bridge' ),
			'still_there'    => \__( 'The bridge still reaches the site at its old address. If this is a copy, say that it is another site. If it has moved, switch the old one off first.', 'mentor-bridge' ),
			'not_our_plugin' => \__( 'The bridge reached this blog, but not this plugin. A security plugin or the server may block the REST API.', 'mentor-bridge' ),
			'taken'          => \__( 'A blog is already connected at this address, and the bridge could not look here to see whether it is this one. Ask whoever runs the bridge for a code that replaces it.', 'mentor-bridge' ),
			'blocked'        => \__( 'Whoever runs the bridge does not take this blog. Ask them if you think that is a mistake.', 'mentor-bridge' ),
			'busy'           => \__( 'The bridge is busy. Please try again in a minute.', 'mentor-bridge' ),
			'too_often'      => \__( 'The bridge was asked too often. Please try again in an hour, or with a code from whoever runs it.', 'mentor-bridge' ),
			'refused'        => \__( 'The bridge refused the connection. It may ask for a registration code, or the code is wrong or too old. The address must be written exactly as the bridge calls itself.', 'mentor-bridge' ),
		);
		$text  = isset( $words[ $type ] ) ? $words[ $type ] : Delivery_Status::explain( 'http_' . $code );
		if ( \in_array( $type, array( 'not_reachable', 'not_our_plugin' ), true ) ) {
			// The bridge tells strangers little; what is in the way can often be seen from here.
			$cause = Rest_Reachability::explain( Rest_Reachability::check() );
			$text  = '' === $cause ? $text : $cause . ' ' . \__( 'With a registration code for this blog it can be connected all the same.', 'mentor-bridge' );
		}
		$message_of_bridge = isset( $reply['error']['message'] ) && \is_string( $reply['error']['message'] ) ? \mb_substr( \sanitize_text_field( $reply['error']['message'] ), 0, 200 ) : '';
		if ( '' !== $message_of_bridge && ! isset( $words[ $type ] ) ) {
			$text .= ' (' . $message_of_bridge . ')';
		}
		return new \WP_Error( 'mentor_bridge_' . \sanitize_key( $type ), $text, array( 'status' => $code ) );
	}

	/**
	 * Stores a connection: keys, state, and a new outbox if it is another bridge or blog.
	 *
	 * @param string     $url         The bridge.
	 * @param array      $credentials From shake_hands().
	 * @param bool       $statistics  Whether comments are sent.
	 * @param array|null $before      The connection there was.
	 */
	private static function establish( string $url, array $credentials, bool $statistics, ?array $before ): void {
		$same = null !== $before && 'connected' === $before['state'] && $before['blog_id'] === $credentials['blog_id'];
		$keys = array(
			'to_bridge' => array( $credentials['key_to_bridge'] ),
			// What the bridge signed a moment ago with the earlier key is on its way.
			'to_blog'   => \array_slice( \array_merge( array( $credentials['key_to_blog'] ), $same ? Connection::keys_to_blog() : array() ), 0, Connection::LIVE_KEYS ),
		);
		if ( ! $same ) {
			Outbox::clear();
			Ledger::clear();
			Generation::begin();
			if ( null !== $before && $before['bridge_url'] !== $url ) {
				// Who agreed to be known to one bridge has not agreed to another.
				Disconnect::withdraw_consents();
			}
		}
		\update_option( Connection::KEYS, $keys, false );
		\update_option(
			Connection::OPTION,
			array(
				'state'      => 'connected',
				'bridge_url' => $url,
				'blog_id'    => $credentials['blog_id'],
				'site'       => Site_Fingerprint::take( $credentials['install'] ),
				'since'      => $same ? $before['since'] : \time(),
				'statistics' => $statistics,
				'transport'  => $credentials['transport'],
			),
			false
		);
		\delete_option( Delivery_Status::OPTION );
		\delete_option( Address_Notice::OPTION );
		\delete_option( Pull::TAKEN );
		if ( ! $same ) {
			// Once all has flowed, both sides say for the first time that they hold the same.
			State_Check::begin();
		}
		Service_User::drop_older_passwords();
		Plugin::ensure_cron();
	}

	/**
	 * Gets other keys for the same blog from the bridge of a connection.
	 *
	 * @param array $before The connection.
	 * @return true|\WP_Error
	 */
	public static function again( array $before ) {
		$credentials = self::shake_hands( $before['bridge_url'], '', (bool) $before['statistics'], $before );
		if ( \is_wp_error( $credentials ) ) {
			return $credentials;
		}
		self::establish( $before['bridge_url'], $credentials, (bool) $before['statistics'], $before );
		return true;
	}
}
