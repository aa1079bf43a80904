<?php
/**
 * Fields that hold several languages.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Posts of blogs whose plugin keeps all languages in one field, between marks: qTranslate and its heirs, and WPGlobus.
 *
 * A page shows one of them at a time. So each is looked at in a language of its own, and what is shown of all is sent as
 * one text with marks, in whatever language the request that sends it happens to be. Without such a plugin nothing is asked.
 */
class Language_Fields {

	/**
	 * Begin of a part: in qTranslate of today, in the first one, and in WPGlobus.
	 */
	const MARK = '/\[:([a-z]{2,3}(?:[-_][a-z]{2,4})?)\]|<!--:([a-z]{2,3}(?:[-_][a-z]{2,4})?)-->|\{:([a-z]{2,3}(?:[-_][a-z]{2,4})?)\}/i';

	/**
	 * Languages of a post that the bridge takes at most.
	 */
	const MOST = 20;

	/**
	 * Gives the configuration of the plugin that is here: its languages, the default one first, and their locales.
	 *
	 * @return array{languages:string[],locales:array<string,string>} Both empty without one.
	 */
	private static function configuration(): array {
		$default   = '';
		$languages = array();
		$locales   = array();
		if ( isset( $GLOBALS['q_config'] ) && \is_array( $GLOBALS['q_config'] ) && isset( $GLOBALS['q_config']['language'], $GLOBALS['q_config']['default_language'] ) ) {
			$default   = $GLOBALS['q_config']['default_language'];
			$languages = isset( $GLOBALS['q_config']['enabled_languages'] ) ? $GLOBALS['q_config']['enabled_languages'] : array();
			$locales   = isset( $GLOBALS['q_config']['locale'] ) ? $GLOBALS['q_config']['locale'] : array();
		} elseif ( \class_exists( 'WPGlobus', false ) && \is_callable( array( 'WPGlobus', 'Config' ) ) ) {
			$config    = \WPGlobus::Config();
			$default   = isset( $config->default_language ) ? $config->default_language : '';
			$languages = isset( $config->enabled_languages ) ? $config->enabled_languages : array();
			$locales   = isset( $config->locale ) ? $config->locale : array();
		}
		$languages = \array_filter( (array) $languages, 'is_string' );
		return \is_string( $default ) && '' !== $default ? array(
			'languages' => \array_values( \array_unique( \array_merge( array( $default ), $languages ) ) ),
			'locales'   => \array_filter( (array) $locales, 'is_string' ),
		) : array( 'languages' => array(), 'locales' => array() );
	}

	/**
	 * Gives the locale of the language that the blog is written in first.
	 *
	 * @return string '' without a plugin that keeps several.
	 */
	public static function locale(): string {
		$configuration = self::configuration();
		$default       = isset( $configuration['languages'][0] ) ? $configuration['languages'][0] : '';
		return isset( $configuration['locales'][ $default ] ) ? $configuration['locales'][ $default ] : $default;
	}

	/**
	 * Runs something as if the page were asked for in the language that the blog is written in first.
	 *
	 * @param callable $callback What.
	 * @return mixed What that returns.
	 */
	public static function in_default( callable $callback ) {
		$languages = self::configuration()['languages'];
		return array() === $languages ? $callback() : self::in_language( $languages[0], $callback );
	}

	/**
	 * Gives what a view shows of a post, in all languages that it holds.
	 *
	 * @param \WP_Post $post The post as it is stored.
	 * @param callable $view Given the post: what is shown of it in the language of now, or null.
	 * @return \WP_Post|null Null when none is shown.
	 */
	public static function of( \WP_Post $post, callable $view ): ?\WP_Post {
		$languages = self::languages_of( $post );
		if ( 2 > \count( $languages ) ) {
			return $view( $post );
		}
		$parts = array();
		foreach ( $languages as $language ) {
			$part = self::in_language(
				$language,
				static function () use ( $post, $view ) {
					return $view( $post );
				}
			);
			if ( null !== $part ) {
				$parts[ $language ] = $part;
			}
		}
		return self::join( $parts );
	}

	/**
	 * Gives the pages of the languages that a text holds, but for those that are read at its own address.
	 *
	 * @param \WP_Post $post    The post.
	 * @param string   $own     Its address.
	 * @param callable $address Given the post: its address in the language of now.
	 * @return array[] {language, url}
	 */
	public static function pages( \WP_Post $post, string $own, callable $address ): array {
		$pages     = array();
		$languages = self::languages_of( $post );
		foreach ( 1 < \count( $languages ) ? \array_slice( $languages, 0, self::MOST ) : array() as $language ) {
			$url = (string) self::in_language(
				$language,
				static function () use ( $post, $address ) {
					return $address( $post );
				}
			);
			if ( $url !== $own ) {
				$pages[] = array( 'language' => $language, 'url' => $url );
			}
		}
		return $pages;
	}

	/**
	 * Gives the languages of now that the text of a post holds, the default one first.
	 *
	 * @param \WP_Post $post The post as it is stored.
	 * @return string[]
	 */
	private static function languages_of( \WP_Post $post ): array {
		$languages = self::configuration()['languages'];
		if ( 2 > \count( $languages ) || ! \preg_match_all( self::MARK, (string) $post->post_content, $marks ) ) {
			return array();
		}
		$named = \array_map( 'strtolower', \array_merge( $marks[1], $marks[2], $marks[3] ) );
		return \array_values(
			\array_filter(
				$languages,
				static function ( string $language ) use ( $named ): bool {
					return \in_array( \strtolower( $language ), $named, true );
				}
			)
		);
	}

	/**
	 * Puts together what is shown in each language.
	 *
	 * @param array<string,\WP_Post> $parts Language => what is shown in it.
	 */
	private static function join( array $parts ): ?\WP_Post {
		$first = \reset( $parts );
		if ( false === $first || 1 === \count( $parts ) ) {
			return false === $first ? null : $first;
		}
		$joined = clone $first;
		foreach ( array( 'post_title', 'post_content', 'post_excerpt' ) as $field ) {
			$texts = array();
			foreach ( $parts as $language => $part ) {
				$texts[ $language ] = "[:$language]" . $part->$field;
			}
			$joined->$field = '' === \implode( '', \wp_list_pluck( $parts, $field ) ) ? '' : \implode( '', $texts ) . '[:]';
		}
		return $joined;
	}

	/**
	 * Gives the language of now.
	 *
	 * @return string '' without a plugin that keeps several.
	 */
	public static function current(): string {
		if ( isset( $GLOBALS['q_config'] ) && \is_array( $GLOBALS['q_config'] ) && isset( $GLOBALS['q_config']['language'] ) ) {
			return (string) $GLOBALS['q_config']['language'];
		}
		return \class_exists( 'WPGlobus', false ) && \is_callable( array( 'WPGlobus', 'Config' ) ) && isset( \WPGlobus::Config()->language ) ? (string) \WPGlobus::Config()->language : '';
	}

	/**
	 * Runs something in another language.
	 *
	 * @param string   $language The language.
	 * @param callable $callback What.
	 * @return mixed What that returns.
	 */
	private static function in_language( string $language, callable $callback ) {
		$before = self::current();
		self::set( $language );
		try {
			return $callback();
		} finally {
			self::set( $before );
		}
	}

	/**
	 * Sets the language of now, where the plugin asks for it.
	 *
	 * @param string $language The language.
	 */
	private static function set( string $language ): void {
		if ( isset( $GLOBALS['q_config'] ) && \is_array( $GLOBALS['q_config'] ) ) {
			$GLOBALS['q_config']['language'] = $language; // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- qTranslate's own, which has no function for it.
		} elseif ( \class_exists( 'WPGlobus', false ) && \is_callable( array( 'WPGlobus', 'Config' ) ) ) {
			\WPGlobus::Config()->language = $language;
		}
	}
}
