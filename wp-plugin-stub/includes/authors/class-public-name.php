<?php
/**
 * Names under which people are known.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Many blogs have one account that nobody renamed. The bridge shows whoever writes as "admin" under the name of the blog;
 * here they are told so, and how to be known by their own.
 */
class Public_Name {

	/**
	 * What no person is called, without accents and digits; the bridge has the same list.
	 */
	const NOBODY = array( 'admin', 'administrateur', 'administration', 'administrator', 'administratrice', 'anonyme', 'anonymous', 'auteur', 'author', 'blog', 'editor', 'redaction', 'root', 'siteadmin', 'user', 'utilisateur', 'webmaster', 'webmestre', 'wordpress', 'wpadmin' );

	/*
	 * Ends of e-mail addresses, and who hands such addresses out; the bridge has the same lists (bridge/text/email_addresses.py).
	 */
	const GENERIC         = 'com|org|net|info|biz|edu';
	const NATIONAL        = 'fr|ca|be|ch|eu|uk|re';
	const TLDS            = self::GENERIC . '|' . self::NATIONAL . '|quebec|paris|bzh|gov|de|es|it|pt|nl|ie|lu|dk|se|pl|us|au|nz|io|co|me|tv|ma|dz|tn|sn|ci|cm|mg|email|online';
	const PROVIDERS       = 'gmail|googlemail|hotmail|outlook|yahoo|ymail|rocketmail|icloud|protonmail|tutanota|wanadoo|laposte|videotron|sympatico|numericable|bluewin|skynet|fastmail|gmx';
	const SHORT_PROVIDERS = 'free|orange|sfr|live|msn|aol|neuf|proton|me|mac|bbox|web|mail|bell';

	/*
	 * How an address is written, with its signs or with words for them.
	 */
	const POINT    = '(?: ?[(\[{<] ?(?:\.|dot|point|punkt) ?[)\]}>] ?| (?:dot|point|punkt) )';
	const DOT      = '(?:\.| \. |' . self::POINT . ')';
	const SIGN     = '(?: ?@ ?| ?[(\[{<] ?(?:@|at|ät|arobase|arobas|a|chez) ?[)\]}>] ?)';
	const LOCAL    = '[^\s@,;:()<>\[\]{}"«»“”\/\\\\|]+';
	const LABEL    = '[^\s@.,;:!?()<>\[\]{}"\'«»“”\/\\\\|&=+*…]+';
	const WHO      = '(?:\b(?:mailto|e-?mail|courriel|m[ée]l|mail) ?: ?)?(?:"[^"]{1,64}"|' . self::LOCAL . '(?:' . self::POINT . self::LOCAL . ')*)';
	const DOMAIN   = self::LABEL . '(?:' . self::DOT . self::LABEL . ')+';
	const IN_WORDS = self::LABEL . '(?:' . self::DOT . self::LABEL . ')*(?:' . self::POINT . self::LABEL . '|\.(?:' . self::TLDS . ')(?![^\s.,;:!?)]))';
	const ADDRESS  = '/' . self::WHO . '(?:' . self::SIGN . '(?:\[[0-9a-f:.]+\]|localhost\b|' . self::DOMAIN . ')| (?:at|arobase|arobas) ' . self::IN_WORDS . ')/iu';

	/**
	 * What a login or the end of an address is when WordPress made it of an e-mail address.
	 */
	const MADE_OF = array(
		'/\A(?=.{7,})[a-z0-9]+(?:[-_.]+[a-z0-9]+)*[-_](?:' . self::GENERIC . ')\z/u',
		'/\A(?=.{12,})[a-z0-9]+(?:[-_.]+[a-z0-9]+)*[-_](?:' . self::NATIONAL . ')\z/u',
		'/\A[a-z0-9._+-]+[-_.](?:at|arobase|arobas)[-_.][a-z0-9._-]+[-_.](?:' . self::TLDS . ')\z/u',
		'/\A[^ ]*[a-z0-9][^ ]*(?:(?:' . self::SHORT_PROVIDERS . ')[-_]|[._](?:' . self::SHORT_PROVIDERS . ')\.)(?:' . self::TLDS . ')\z/u',
		'/\A.*[a-z0-9].*(?:' . self::PROVIDERS . ')[-_. ]?(?:co[-_. ]?)?(?:' . self::TLDS . ')\z/u',
	);

	/**
	 * Gives a name without the e-mail addresses in it: none leaves the blog, however it is written.
	 *
	 * @param string $name  As somebody wrote it; what holds no address comes back as it is.
	 * @param string $email Their own address, of which the name may have been made.
	 * @return string '' when it is nothing else; the bridge then shows the name of the blog.
	 */
	public static function without_address( string $name, string $email = '' ): string {
		$plain = self::plain( \mb_substr( $name, 0, 2000 ) );
		$bare  = (string) \preg_replace( self::ADDRESS, ' ', $plain );
		if ( $bare === $plain ) {
			return self::is_made_of_address( $plain, $email ) ? '' : $name;
		}
		do {
			$before = $bare;
			$bare   = (string) \preg_replace( '/[(\[{<«“"] *[)\]}>»”"]/u', ' ', $bare );
		} while ( $bare !== $before );
		$bare = (string) \preg_replace( array( '/ *[,;:|\/](?= *[,;:|\/])/u', '/\s+/u', '/\A[ \-‐‑–—_,;:|\/\\\\·•=+~]+|[ \-‐‑–—_,;:|\/\\\\·•=+~]+\z/u' ), array( '', ' ', '' ), $bare );
		return false !== \strpos( $bare, '@' ) || 1 !== \preg_match( '/\p{L}/u', $bare ) || self::is_made_of_address( $bare, $email ) ? '' : $bare;
	}

	/**
	 * Tells whether an e-mail address, or what is left of one, stands in the path or the query of a web address.
	 *
	 * @param string $url   The web address.
	 * @param string $email An address of which a part may have been made.
	 */
	public static function reveals_address( string $url, string $email = '' ): bool {
		$pieces = \preg_split( '/[\/&=]/', \wp_parse_url( $url, PHP_URL_PATH ) . '&' . \wp_parse_url( $url, PHP_URL_QUERY ) );
		foreach ( \array_map( 'rawurldecode', $pieces ) as $piece ) {
			if ( self::without_address( $piece, $email ) !== $piece ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Gives a name with all ways of writing signs and spaces brought into one.
	 *
	 * @param string $name The name.
	 */
	private static function plain( string $name ): string {
		$ways = array(
			'/&#0*64;?|&#x0*40;?|&commat;?|%40|[\x{FF20}\x{FE6B}]/iu' => '@',
			'/&#0*46;?|&#x0*2e;?|&period;?|[\x{FF0E}\x{3002}\x{FF61}\x{FE52}\x{2024}]/iu' => '.',
			// What is not seen.
			'/[\x{0}-\x{8}\x{E}-\x{1F}\x{7F}\x{AD}\x{34F}\x{61C}\x{180B}-\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FE00}-\x{FE0F}\x{FEFF}]/u' => '',
			'/\s+/u' => ' ',
		);
		$name = (string) \preg_replace( \array_keys( $ways ), \array_values( $ways ), $name );
		$name = (string) \preg_replace_callback(
			'/[\x{FF01}-\x{FF5E}]/u',
			static function ( array $full_width ): string {
				return \chr( \mb_ord( $full_width[0], 'UTF-8' ) - 0xFEE0 );
			},
			$name
		);
		return \trim( $name );
	}

	/**
	 * Tells whether a name is what is left of an e-mail address.
	 *
	 * @param string $name  From plain().
	 * @param string $email Their own address, or ''.
	 */
	private static function is_made_of_address( string $name, string $email ): bool {
		foreach ( self::MADE_OF as $form ) {
			if ( 1 === \preg_match( $form, \mb_strtolower( $name ) ) ) {
				return true;
			}
		}
		$letters = self::letters( $name );
		foreach ( false === \strpos( $email, '@' ) || '' === $letters ? array() : array( '', 'at', 'arobase' ) as $word ) {
			$address_letters = self::letters( \str_replace( '@', $word, $email ) );
			// A short one may be part of a word.
			if ( $address_letters === $letters || ( 8 <= \strlen( $address_letters ) && false !== \strpos( $letters, $address_letters ) ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Gives the letters and digits of a text, without accents, in lower case.
	 *
	 * @param string $text The text.
	 */
	private static function letters( string $text ): string {
		return (string) \preg_replace( '/[^\p{L}\p{N}]+/u', '', \mb_strtolower( \remove_accents( $text ) ) );
	}

	/**
	 * Tells whether a public name is one that no person is called by, such as admin.
	 *
	 * @param string $name A public name.
	 */
	public static function is_nobody( string $name ): bool {
		$plain = (string) \preg_replace( '/[\W_]+/u', '', \mb_strtolower( \remove_accents( $name ) ) );
		return '' === $plain || \in_array( \rtrim( $plain, '0123456789' ), self::NOBODY, true );
	}

	/**
	 * Advises an author whose public name is nobody's.
	 *
	 * @param \WP_User $user The author, who reads it.
	 */
	public static function print_advice( \WP_User $user ): void {
		$name = Payload::author_name( $user );
		if ( ! self::is_nobody( $name ) ) {
			return;
		}
		if ( '' === $name ) {
			$advice = \__( 'Your public name on this blog holds an e-mail address, which is not passed on. Until you choose another one, mentors and readers find you under the name of the blog.', 'mentor-bridge' );
			self::print_with_link( $advice );
			return;
		}
		/* translators: %s: public name, such as admin. */
		$advice = \sprintf( \__( 'Your public name on this blog is “%s”, and nobody is called that. Until you choose another one, mentors and readers find you under the name of the blog.', 'mentor-bridge' ), $name );
		self::print_with_link( $advice );
	}

	/**
	 * Prints advice about a public name, with the link to where it is changed.
	 *
	 * @param string $advice What to say.
	 */
	private static function print_with_link( string $advice ): void {
		echo '<div class="notice notice-warning inline mentor-bridge-name"><p>' . \esc_html( $advice ) . ' <a href="' . \esc_url( \get_edit_profile_url() . '#display_name' ) . '">' . \esc_html__( 'Choose the name to display publicly', 'mentor-bridge' ) . '</a></p></div>';
	}
}
