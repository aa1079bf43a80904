"""What the plugin adds to a post page of a blog of 2,000 posts with five mentors shown: queries and time.

With and without it the same posts of the same blog are asked for, one after the other and in changing order, so
that what disturbs one disturbs the other. WordPress itself says how many queries it made and how long it took.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from typing import Any

from tests.bench.lab import blog, lab
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

POSTS = 2_000
SHOWN = 200  # posts that are looked at
VIEWS = 3  # of each, with and without
WITHOUT = {"X-Bench": "without"}
METER = """<?php
if ( 'without' === ( $_SERVER['HTTP_X_BENCH'] ?? '' ) ) {
    add_filter( 'option_active_plugins', function ( $plugins ) {
        return array_values( array_diff( (array) $plugins, array( 'mentor-bridge/mentor-bridge.php' ) ) );
    } );
}
add_action( 'shutdown', function () {
    if ( ! is_admin() ) { printf( '<!-- meter %d %.6f -->', get_num_queries(),
        microtime( true ) - $GLOBALS['timestart'] ); }
}, PHP_INT_MAX );
"""
FILL = """
    wp_defer_term_counting( true ); wp_suspend_cache_addition( true ); $ids = array();
    for ( $n = 0; $n < %d; $n++ ) {
        $ids[] = wp_insert_post( array( 'post_title' => "Billet $n de %d", 'post_status' => 'publish',
            'post_author' => 1, 'post_content' => str_repeat( '<p>Ce que je sais des prix.</p>', 16 ) ) );
    }
    return $ids;
"""
CONNECT = """
    $connected = mentor_bridge_connect( '%s', array() );
    if ( true !== $connected ) { throw new Exception( $connected->get_error_message() ); }
    return true;
"""
SHOW = """
    $mentors = json_decode( '%s', true );
    foreach ( json_decode( '%s' ) as $id ) { mentor_bridge_put_related( $id, $mentors ); }
    return true;
"""
METERED = re.compile(r"<!-- meter (\d+) ([\d.]+) -->")
ViewCost = tuple[int, float]  # queries, seconds


def measure() -> dict[str, Any]:
    """Queries, and times in milliseconds."""
    with lab() as (folder, server), blog(folder, server, "page") as one:
        ids: list[int] = []
        while len(ids) < POSTS:
            ids += one.eval(FILL % (500, len(ids)))
        shown = ids[:: POSTS // SHOWN]
        with RunningBridge(folder / "home") as bridge:  # only a connected blog shows what a bridge has sent
            one.eval(CONNECT % bridge.url)
        # Not before: what it prints below an answer of the REST interface is no JSON.
        (one.root / "wp-content" / "mu-plugins").mkdir(exist_ok=True)
        (one.root / "wp-content" / "mu-plugins" / "meter.php").write_text(METER)
        mentors = json.dumps([_mentor(n) for n in range(5)]).replace("\\", "\\\\")
        one.eval(SHOW % (mentors, json.dumps(shown)))
        for post in ids[1:6]:  # what WordPress itself makes once and keeps
            _view(one, post, with_plugin=True)
            _view(one, post, with_plugin=False)
        first, again = _views(one, shown)
    return {"posts": POSTS, "pages": SHOWN, "first_view": _compared(first), "other_views": _compared(again)}


def _views(one: Blog, shown: list[int]) -> tuple[list[tuple[ViewCost, ViewCost]], list[tuple[ViewCost, ViewCost]]]:
    """(with, without) of the first view of each post, and of the others."""
    first: list[tuple[ViewCost, ViewCost]] = []
    again: list[tuple[ViewCost, ViewCost]] = []
    for view in range(VIEWS):
        print(f"  view: round {view + 1} of {VIEWS}", file=sys.stderr, flush=True)
        for number, post in enumerate(shown):
            plugin_first = (number + view) % 2 == 0
            one_way = _view(one, post, with_plugin=plugin_first, mentors=5 if plugin_first else 0)
            other_way = _view(one, post, with_plugin=not plugin_first, mentors=0 if plugin_first else 5)
            pair = (one_way, other_way) if plugin_first else (other_way, one_way)
            (again if view else first).append(pair)
    return first, again


def _view(one: Blog, post: int, *, with_plugin: bool, mentors: int | None = None) -> ViewCost:
    text = one.get(f"/?p={post}", **({} if with_plugin else WITHOUT)).text
    if mentors is not None and text.count('<li class="mentor-bridge-mentor"') != mentors:
        raise RuntimeError(f"a page must show {mentors} mentors: {text[-2000:]}")
    found = METERED.search(text)
    if found is None:
        raise RuntimeError(f"no page: {text[:300]}")
    return int(found[1]), float(found[2])


def _mentor(number: int) -> dict[str, Any]:
    return {
        "name": f"Mentor {number}",
        "blog": f"Le blog {number}",
        "url": f"https://mentor{number}.example/",
        "language": "fr",
        "why": "Thèmes communs : factures, prix, clients.",
        "topics": ["factures", "prix"],
        "post": {"title": "Fixer ses prix", "url": "https://mentor.example/prix", "date": "2026-03-01T10:00:00Z"},
    }


def _compared(pairs: list[tuple[ViewCost, ViewCost]]) -> dict[str, Any]:
    """Medians over pages, and the median of the ratio page by page."""
    return {
        "queries_with": round(statistics.mean(pair[0][0] for pair in pairs), 2),
        "queries_without": round(statistics.mean(pair[1][0] for pair in pairs), 2),
        "ms_with": round(1000 * statistics.median(pair[0][1] for pair in pairs), 2),
        "baseline_ms_without": round(1000 * statistics.median(pair[1][1] for pair in pairs), 2),
        "time_ratio": round(statistics.median(pair[0][1] / pair[1][1] for pair in pairs), 3),
    }
