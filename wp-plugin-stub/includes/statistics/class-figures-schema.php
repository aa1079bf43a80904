<?php
/**
 * The shape of figures.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps of what came in only what is in the contract (push.stats.json of the bridge), each value of its kind. An object
 * that misses something is none; an entry of a list that does not fit is left out.
 */
class Figures_Schema {

	/*
	 * Kinds of values; with a question mark also null.
	 */
	const COUNT    = 'count';
	const ID       = 'id';
	const NUMBER   = 'number?';
	const PERCENT  = 'percent?';
	const FLAG     = 'flag';
	const MOMENT   = 'moment';
	const DAY      = 'day';
	const CODE     = 'code';
	const STANDING = 'standing';

	/**
	 * One figure: null as its value says that there is not enough data; `low` and `high` bound a 95 % interval.
	 */
	const FIGURE = array( 'value' => self::NUMBER, 'n' => self::COUNT, 'low' => self::NUMBER, 'high' => self::NUMBER, 'previous' => self::NUMBER );

	/**
	 * The blog: its moments, and its lists with their length at most.
	 */
	const BLOG  = array( 'as_of' => self::MOMENT, 'from' => self::MOMENT, 'to' => self::MOMENT );
	const LISTS = array(
		'waiting'  => array( 20, array( 'comment' => self::ID, 'post' => self::ID, 'since' => self::MOMENT, 'question' => self::FLAG, 'first' => self::FLAG, 'words' => self::COUNT ) ),
		'silent'   => array( 20, array( 'commenter' => self::CODE, 'comment' => self::ID, 'posts' => self::COUNT, 'last' => self::MOMENT ) ),
		'welcome'  => array( 20, array( 'commenter' => self::CODE, 'comment' => self::ID, 'post' => self::ID, 'at' => self::MOMENT ) ),
		'alive'    => array( 10, array( 'post' => self::ID, 'comments' => self::COUNT, 'commenters' => self::COUNT, 'last' => self::MOMENT ) ),
		'trend'    => array( 60, array( 'week' => self::DAY, 'comments' => self::COUNT, 'commenters' => self::COUNT ) ),
		'regulars' => array( 50, array( 'commenter' => self::CODE, 'comment' => self::ID, 'posts' => self::COUNT ) ),
	);

	const POST = array( 'as_of' => self::MOMENT, 'comments' => self::COUNT, 'commenters' => self::COUNT, 'depth' => self::COUNT, 'substance' => self::COUNT, 'insightful' => self::COUNT, 'relevance' => self::PERCENT, 'unanswered' => self::COUNT );

	const COMMENTER = array( 'as_of' => self::MOMENT, 'comments' => self::COUNT, 'posts' => self::COUNT, 'days' => self::COUNT, 'first' => self::MOMENT, 'last' => self::MOMENT, 'standing' => self::STANDING, 'questions' => self::COUNT, 'questions_answered' => self::COUNT, 'replies' => self::COUNT );

	const ASKS = array( 'waiting' => self::COUNT, 'reminded' => self::COUNT, 'since' => self::MOMENT );

	const STANDINGS = array( 'new', 'returning', 'regular', 'known' );

	/**
	 * Waiting comments under one post that are kept at most.
	 */
	const MOST_WAITING = 100;

	/**
	 * Figures of the blog, and signs of spam, that are kept at most.
	 */
	const MOST_NAMES = 60;

	/**
	 * Reads received figures: those values that fit.
	 *
	 * @param string $kind One of Receiver::FIGURE_KINDS.
	 * @param array  $data As received.
	 * @return array|null Null if they do not fit.
	 */
	public static function read( string $kind, array $data ): ?array {
		switch ( $kind ) {
			case Statistics::BLOG:
				return self::blog( $data );
			case Statistics::POST:
				return self::post( $data );
			case Waiting_Asks::KIND:
				return self::fields( self::ASKS, $data );
			default:
				return self::fields( self::COMMENTER, $data );
		}
	}

	/**
	 * Reads the figures of the blog.
	 *
	 * @param array $data As received.
	 */
	private static function blog( array $data ): ?array {
		$read = self::fields( self::BLOG, $data );
		if ( null === $read || ! isset( $data['figures'] ) || ! \is_array( $data['figures'] ) ) {
			return null;
		}
		$read['figures'] = array();
		foreach ( $data['figures'] as $key => $figure ) {
			$figure = self::is_name( $key ) && \is_array( $figure ) ? self::fields( self::FIGURE, $figure ) : null;
			if ( null !== $figure && \count( $read['figures'] ) < self::MOST_NAMES ) {
				$read['figures'][ $key ] = $figure;
			}
		}
		foreach ( self::LISTS as $name => list( $limit, $shape ) ) {
			$read[ $name ] = self::entries( $shape, isset( $data[ $name ] ) ? $data[ $name ] : null, $limit );
		}
		$read['held_out'] = self::held_out( isset( $data['held_out'] ) && \is_array( $data['held_out'] ) ? $data['held_out'] : array() );
		return $read;
	}

	/**
	 * Reads the figures of a post.
	 *
	 * @param array $data As received.
	 */
	private static function post( array $data ): ?array {
		$read = self::fields( self::POST, $data );
		if ( null !== $read ) {
			$waiting         = isset( $data['waiting'] ) && \is_array( $data['waiting'] ) ? $data['waiting'] : array();
			$read['waiting'] = \array_slice( \array_values( \array_filter( $waiting, static function ( $id ): bool {
				return self::fits( self::ID, $id );
			} ) ), 0, self::MOST_WAITING );
		}
		return $read;
	}

	/**
	 * Reads how many comments were left out, and which signs of spam they showed.
	 *
	 * @param array $data As received.
	 */
	private static function held_out( array $data ): array {
		$read = array(
			'count'   => isset( $data['count'] ) && self::fits( self::COUNT, $data['count'] ) ? $data['count'] : 0,
			'reasons' => array(),
		);
		foreach ( isset( $data['reasons'] ) && \is_array( $data['reasons'] ) ? $data['reasons'] : array() as $name => $count ) {
			if ( self::is_name( $name ) && self::fits( self::COUNT, $count ) && \count( $read['reasons'] ) < self::MOST_NAMES ) {
				$read['reasons'][ $name ] = $count;
			}
		}
		return $read;
	}

	/**
	 * Reads a received list: the entries that fit.
	 *
	 * @param array $shape  Name => kind.
	 * @param mixed $values As received.
	 * @param int   $limit  How many entries are kept.
	 * @return array[]
	 */
	private static function entries( array $shape, $values, int $limit ): array {
		$read = array();
		foreach ( \is_array( $values ) ? $values : array() as $entry ) {
			$entry = \is_array( $entry ) ? self::fields( $shape, $entry ) : null;
			if ( null !== $entry ) {
				$read[] = $entry;
			}
		}
		return \array_slice( $read, 0, $limit );
	}

	/**
	 * Reads received fields, all of which must fit.
	 *
	 * @param array $shape  Name => kind.
	 * @param array $values As received.
	 * @return array|null Null if one does not fit.
	 */
	private static function fields( array $shape, array $values ): ?array {
		$read = array();
		foreach ( $shape as $name => $kind ) {
			if ( ! \array_key_exists( $name, $values ) || ! self::fits( $kind, $values[ $name ] ) ) {
				return null;
			}
			$read[ $name ] = $values[ $name ];
		}
		return $read;
	}

	/**
	 * Tells whether a value is of a kind.
	 *
	 * @param string $kind  Which.
	 * @param mixed  $value Any.
	 */
	private static function fits( string $kind, $value ): bool {
		switch ( $kind ) {
			case self::COUNT:
				return \is_int( $value ) && 0 <= $value;
			case self::ID:
				return \is_int( $value ) && 0 < $value;
			case self::NUMBER:
				return null === $value || \is_int( $value ) || ( \is_float( $value ) && \is_finite( $value ) );
			case self::PERCENT:
				return null === $value || ( \is_int( $value ) && 0 <= $value && 100 >= $value );
			case self::FLAG:
				return \is_bool( $value );
			case self::CODE:
				return Commenter::is_code( $value );
			case self::STANDING:
				return \in_array( $value, self::STANDINGS, true );
			default:
				$form = self::DAY === $kind ? '/\A\d{4}-\d\d-\d\d\z/' : '/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/';
				return \is_string( $value ) && 1 === \preg_match( $form, $value ) && false !== \strtotime( $value );
		}
	}

	/**
	 * Tells whether something can be the name of a figure.
	 *
	 * @param mixed $name Any.
	 */
	private static function is_name( $name ): bool {
		return \is_string( $name ) && 1 === \preg_match( '/\A[a-z][a-z0-9_]{0,39}\z/', $name );
	}
}
