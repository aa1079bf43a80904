<?php
/**
 * Brings tables and options to what this version expects.
 *
 * @package Mentor_Bridge
 */

namespace Mentor_Bridge;

defined( 'ABSPATH' ) || exit;

/**
 * Migrations by stored version. An update of the plugin does not run its activation, so this is asked in many places;
 * the question costs nothing, as the stored version is loaded with all options.
 */
class Upgrade {

	/**
	 * The version of tables and options this code expects.
	 */
	const VERSION = 8;

	/**
	 * Option: the version of tables and options that this site has.
	 */
	const OPTION = 'mentor_bridge_db_version';

	/**
	 * Option: held by the request that migrates; the time until which.
	 */
	const LOCK = 'mentor_bridge_upgrade_lock';

	/**
	 * Migrates unless the request is a mere page view: nobody should wait for a table while reading.
	 */
	public static function on_init(): void {
		if ( self::is_current() || ( ! \is_admin() && ! \wp_doing_cron() && 'cli' !== PHP_SAPI && Drain_Trigger::is_page_view() ) ) {
			return;
		}
		self::run();
	}

	/**
	 * Tells whether the site at hand is up to date.
	 */
	public static function is_current(): bool {
		return self::VERSION <= (int) \get_option( self::OPTION, 0 );
	}

	/**
	 * Migrates step by step, under a lock; safe to repeat.
	 *
	 * @return bool Whether the site is up to date now.
	 */
	public static function run(): bool {
		if ( self::is_current() ) {
			return true;
		}
		if ( ! self::lock() ) {
			return false;
		}
		try {
			$from = (int) \get_option( self::OPTION, 0 );
			for ( $step = $from + 1; $step <= self::VERSION; $step++ ) {
				\call_user_func( array( self::class, 'migrate_to_' . $step ) );
				\update_option( self::OPTION, $step, true );
			}
			/**
			 * Fires after tables and options were brought up to date.
			 *
			 * @param int $from The version found; 0 on a new site.
			 * @param int $to   The version reached.
			 */
			\do_action( 'mentor_bridge_upgraded', $from, self::VERSION );
		} finally {
			\delete_option( self::LOCK );
		}
		return true;
	}

	/**
	 * Version 1: makes the tables.
	 */
	private static function migrate_to_1(): void {
		self::make_tables();
	}

	/**
	 * Version 2: figures of commenters get a table; comments are sent once more, as their events say more than before.
	 */
	private static function migrate_to_2(): void {
		self::make_tables();
		Comment_Notice::sync();
		if ( Connection::statistics() ) {
			Enqueue::request_backfill();
		}
	}

	/**
	 * What visitors are not shown leaves the blog no longer: whatever was sent is looked at again, posts from outside as well.
	 */
	private static function migrate_to_3(): void {
		if ( Connection::is_connected() ) {
			Ledger::invalidate_all( Outbox::POST );
			Enqueue::request_backfill();
		}
	}

	/**
	 * Stored lists name their blog and post; authors and comments are sent once more, with names that hold no address.
	 */
	private static function migrate_to_4(): void {
		self::make_tables();
		Related_Owner::stamp_all();
		if ( Connection::is_connected() ) {
			Enqueue::request_backfill();
		}
	}

	/**
	 * The ledger remembers since when something is shared; of what is there already, when it was last confirmed.
	 */
	private static function migrate_to_5(): void {
		global $wpdb;
		self::make_tables();
		$ledger = Ledger::table();
		$wpdb->query( "UPDATE $ledger SET shared_since = acknowledged_at WHERE shared_since IS NULL AND hash <> ''" ); // phpcs:ignore WordPress.DB
	}

	/**
	 * The post and the comment that WordPress begins with are nobody's: what was sent of them is taken back. Of fields that
	 * hold several languages each is sent.
	 */
	private static function migrate_to_6(): void {
		if ( Connection::is_connected() ) {
			Enqueue::request_backfill();
		}
	}

	/**
	 * The ledger has checksums of rows, and everything is sent once with the hash by which both sides compare it.
	 */
	private static function migrate_to_7(): void {
		self::make_tables();
		Changed_Rows::note_all();
		if ( Connection::is_connected() ) {
			State_Check::request();
		}
	}

	/**
	 * Pages know the address of the bridge without asking for it.
	 */
	private static function migrate_to_8(): void {
		Related_Owner::sync();
	}

	/**
	 * Makes tables that somebody has dropped, where this version's are missing.
	 */
	public static function repair(): void {
		global $wpdb;
		foreach ( self::tables() as $table ) {
			if ( null === $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $table ) ) ) ) { // phpcs:ignore WordPress.DB
				self::make_tables();
				return;
			}
		}
	}

	/**
	 * Brings all tables to their form of now.
	 */
	private static function make_tables(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		foreach ( self::schema( $wpdb->get_charset_collate() ) as $statement ) {
			\dbDelta( $statement );
		}
	}

	/**
	 * Gives the tables in the form that dbDelta() understands.
	 *
	 * @param string $collate Character set and collation of the site.
	 * @return string[]
	 */
	private static function schema( string $collate ): array {
		$outbox   = Outbox::table();
		$ledger   = Ledger::table();
		$counters = Counter::table();
		$seen     = Rest_Endpoints::used_ids_table();
		$people   = Statistics::table();
		return array(
			"CREATE TABLE $outbox (
  kind char(1) NOT NULL,
  object_id bigint(20) unsigned NOT NULL,
  revision bigint(20) unsigned NOT NULL,
  priority tinyint(3) unsigned NOT NULL,
  position bigint(20) NOT NULL,
  tried varchar(40) NOT NULL DEFAULT '',
  attempts int(10) unsigned NOT NULL DEFAULT 0,
  failed tinyint(1) NOT NULL DEFAULT 0,
  error varchar(190) NOT NULL DEFAULT '',
  created_at datetime NOT NULL,
  PRIMARY KEY  (kind,object_id),
  KEY due (failed,priority,position)
) $collate;",
			"CREATE TABLE $ledger (
  kind char(1) NOT NULL,
  object_id bigint(20) unsigned NOT NULL,
  parent_id bigint(20) unsigned NOT NULL DEFAULT 0,
  hash varchar(40) NOT NULL DEFAULT '',
  row_sum int(10) unsigned NOT NULL DEFAULT 0,
  revision bigint(20) unsigned NOT NULL,
  acknowledged_at datetime DEFAULT NULL,
  shared_since datetime DEFAULT NULL,
  PRIMARY KEY  (kind,object_id),
  KEY parent (kind,parent_id)
) $collate;",
			"CREATE TABLE $counters (
  name varchar(40) NOT NULL,
  n bigint(20) unsigned NOT NULL,
  PRIMARY KEY  (name)
) $collate;",
			"CREATE TABLE $seen (
  id varchar(64) NOT NULL,
  seen_at int(10) unsigned NOT NULL,
  PRIMARY KEY  (id),
  KEY seen_at (seen_at)
) $collate;",
			"CREATE TABLE $people (
  commenter char(64) NOT NULL,
  version bigint(20) unsigned NOT NULL,
  figures text NOT NULL,
  PRIMARY KEY  (commenter)
) $collate;",
		);
	}

	/**
	 * Gives the names of our tables on the site at hand.
	 *
	 * @return string[]
	 */
	public static function tables(): array {
		return array( Outbox::table(), Ledger::table(), Counter::table(), Rest_Endpoints::used_ids_table(), Statistics::table() );
	}

	/**
	 * Has our tables dropped with a site of a network.
	 *
	 * @param string[] $tables  Tables that go.
	 * @param int      $site_id The site that goes.
	 * @return string[]
	 */
	public static function drop_with_site( $tables, $site_id ) {
		\switch_to_blog( $site_id );
		$tables = \array_merge( (array) $tables, self::tables() );
		\restore_current_blog();
		return $tables;
	}

	/**
	 * Takes the lock for migrating; one left behind by a request that died is taken over after five minutes.
	 */
	private static function lock(): bool {
		global $wpdb;
		$until = \time() + 5 * MINUTE_IN_SECONDS;
		// phpcs:disable WordPress.DB.DirectDatabaseQuery -- the options API has no "insert or fail".
		if ( 1 === $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'no')", self::LOCK, $until ) ) ) {
			return true;
		}
		return 1 === $wpdb->query( $wpdb->prepare( "UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND CAST(option_value AS UNSIGNED) < %d", $until, self::LOCK, \time() ) );
		// phpcs:enable
	}
}
