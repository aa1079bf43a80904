"""What it costs a blog of 10,000 posts and 50,000 comments to compare both sides: time of PHP, its memory, bytes sent.

The rows are written with SQL; nothing is sent, as all that is measured happens before the bridge is asked.
"""

from __future__ import annotations

from typing import Any

from tests.bench.lab import lab
from tests.lab.fixtures import ARCHIVE
from tests.lab.wordpress import Blog

POSTS, COMMENTS = 10_000, 50_000
CONTENT_BYTES = 4_000  # of a post
LIMITS = {"seconds": 2.0, "slowest_slice_seconds": 1.0, "peak_mebibytes": 16.0, "bytes": 50_000}
FILL = f"""
INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status,
    to_ping, pinged, post_content_filtered, post_modified, post_modified_gmt)
  SELECT 100 + seq, 1, NOW(), NOW(), REPEAT(MD5(seq), {CONTENT_BYTES} DIV 32), CONCAT('Post ', seq), '', 'publish',
    '', '', '', NOW(), NOW() FROM seq_1_to_{POSTS};
INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_content, comment_date, comment_date_gmt,
    comment_type)
  SELECT 100 + seq, 101 + seq MOD {POSTS}, CONCAT('Person ', seq MOD 900), REPEAT(MD5(seq), 8), NOW(), NOW(), 'comment'
  FROM seq_1_to_{COMMENTS};
INSERT INTO wp_mentor_bridge_ledger (kind, object_id, parent_id, hash, revision)
  SELECT 'p', ID, 1, SHA1(ID), ID FROM wp_posts WHERE ID > 100;
INSERT INTO wp_mentor_bridge_ledger (kind, object_id, parent_id, hash, revision)
  SELECT 'c', comment_ID, comment_post_ID, SHA1(comment_ID), comment_ID FROM wp_comments WHERE comment_ID > 100;
"""
MEASURE = """
mentor_bridge_set_consent( 1, true );
Mentor_Bridge\\Changed_Rows::note_all();
update_option( 'mentor_bridge_connection', array( 'state' => 'connected', 'statistics' => true, 'bridge_url' => '',
    'blog_id' => 'b', 'home' => home_url( '/' ), 'since' => 0, 'transport' => '' ) );
$base = memory_get_usage();
$slices = array();
$timed = function ( $work ) use ( &$slices ) {
    $began = microtime( true ); $result = $work(); $slices[] = microtime( true ) - $began; return $result;
};
foreach ( array( 'p', 'c' ) as $kind ) {
    for ( $first = 1; $first > 0; ) {
        $first = $timed( function () use ( $kind, $first ) {
            return Mentor_Bridge\\Changed_Rows::enqueue_slice( $kind, $first );
        } );
    }
}
$waiting = Mentor_Bridge\\Outbox::progress()['waiting'];
$bytes = $timed( function () {
    $sums = array( Mentor_Bridge\\State_Digest::sent(), Mentor_Bridge\\State_Digest::shown() );
    return strlen( wp_json_encode( $sums ) );
} );
return array( 'seconds' => array_sum( $slices ), 'slowest_slice_seconds' => max( $slices ),
    'slices' => count( $slices ), 'peak_mebibytes' => ( memory_get_peak_usage() - $base ) / 1048576, 'bytes' => $bytes,
    'found_changed' => $waiting );
"""


def measure() -> dict[str, Any]:
    """The figures, and whether they keep their limits."""
    with lab() as (folder, server):
        blog = Blog(server, folder, "comparing", "Comparing", "en_US").install()
        blog.install_plugin(ARCHIVE)
        blog.eval("return Mentor_Bridge\\Upgrade::run();")
        server.run(FILL, "comparing")
        figures: dict[str, Any] = blog.eval(MEASURE)
    return {**figures, "limits": LIMITS, "kept": all(figures[name] <= limit for name, limit in LIMITS.items())}
