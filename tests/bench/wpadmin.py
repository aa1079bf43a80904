"""wp-admin of a real blog with 10,000 comments, with our figures and without.

The figures are the bridge's own: the blog is connected, its comments are sent and counted before anything is timed.
"Without" is the stricter of two: the plugin not active at all, in the same request otherwise; "quiet" is the plugin
active, without widget and columns. All three are asked in turn, and each answer is set against the others of its turn:
what else the machine does hits them alike. The gates hold for the median of these ratios; beside it stands that of the
time that PHP computed, without its waiting for the database.
"""

from __future__ import annotations

import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tests.lab.fixtures import ARCHIVE, ROOT, connect_blog, stored_in_bridge, write_post
from tests.lab.mariadb import MariaDB
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

COMMENTS, PEOPLE, POSTS = 10_000, 1_500, 200
ROUNDS, WARM_UP = 60, 3
TIMEOUT_SECONDS = 180  # seconds: until all is sent, counted and pushed
REQUEST_LIMIT_SECONDS = 600  # seconds: for all of it
SCREENS = {"dashboard": "/wp-admin/index.php", "comments": "/wp-admin/edit-comments.php", "posts": "/wp-admin/edit.php"}
LIMITS = {"dashboard_ratio": 1.1, "comments_ratio": 1.1}
SWITCH = """<?php
if ( isset( $_GET['bench'] ) && 'without' === $_GET['bench'] ) {
    add_filter( 'option_active_plugins', '__return_empty_array' );
}
if ( isset( $_GET['bench'] ) && 'quiet' === $_GET['bench'] ) {
    add_action( 'plugins_loaded', function () {
        remove_action( 'wp_dashboard_setup', array( 'Mentor_Bridge\\Dashboard_Widget', 'add' ) );
        remove_filter( 'manage_edit-comments_columns', array( 'Mentor_Bridge\\Comment_Columns', 'add' ) );
        remove_filter( 'manage_posts_columns', array( 'Mentor_Bridge\\Post_Columns', 'add' ) );
        remove_filter( 'manage_posts_columns', array( 'Mentor_Bridge\\Sharing_Column', 'add' ), 9 );
        remove_filter( 'comment_row_actions', array( 'Mentor_Bridge\\Insightful', 'add_action' ) );
    } );
}
$GLOBALS['bench_computed'] = function () {
    $used = getrusage();
    return 1000 * ( $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] )
        + ( $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'] ) / 1000;
};
$GLOBALS['bench_began'] = $GLOBALS['bench_computed']();
add_action( 'shutdown', function () {
    $taken = 1000 * ( microtime( true ) - $_SERVER['REQUEST_TIME_FLOAT'] );
    $computed = $GLOBALS['bench_computed']() - $GLOBALS['bench_began'];
    printf( '<!-- bench %.3f %.3f %d -->', $taken, $computed, $GLOBALS['wpdb']->num_queries );
}, 0 );
"""


class ScreenTiming(NamedTuple):
    """What one request of a screen took."""

    milliseconds: float  # inside of PHP
    computed: float  # milliseconds of the processor, from the first plugin on
    queries: int


@contextmanager
def _limited() -> Iterator[None]:
    """Whatever hangs: an error instead, that shows where.

    Raises:
        TimeoutError: not done within LIMIT.
    """

    def give_up(_signal: int, frame: FrameType | None) -> None:
        at = traceback.extract_stack(frame)
        where = next((f"{line.name}: {line.line}" for line in reversed(at) if line.filename == __file__), "?")
        raise TimeoutError(f"not measured within {REQUEST_LIMIT_SECONDS} s, at {where}")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(REQUEST_LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run() -> dict[str, Any]:
    """Median milliseconds of each screen, database queries, and ratios to the blog without the plugin."""
    with _limited():
        return _run()


def _run() -> dict[str, Any]:
    subprocess.run([str(ROOT / ".ci" / "plugin-zip")], check=True, capture_output=True, timeout=60)
    folder = Path(tempfile.mkdtemp(prefix="mb-"))
    folder.chmod(0o755)  # MariaDB may run as another user
    database = MariaDB(folder / "db")
    blog = Blog(database, folder, "large", "Large", "en_US")
    try:
        database.start()
        blog.install().start()
        with RunningBridge(folder / "home") as bridge:
            _fill(blog)
            blog.install_plugin(ARCHIVE)
            connect_blog(blog, bridge)
            _wait(blog, bridge)
        return _measured(blog)
    finally:
        blog.stop()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(blog: Blog) -> None:
    """Posts of the last 200 days, and comments under them, straight into the tables."""
    dice = random.Random(3)
    texts = (*CASH, *HIRING)
    posts = [write_post(blog, f"{texts[n % len(texts)][0]} {n}", texts[n % len(texts)][1]) for n in range(3)]
    blog.sql(
        "INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_status, post_name,"
        " post_modified, post_modified_gmt, post_excerpt, to_ping, pinged, post_content_filtered)"
        " SELECT 1, NOW(), UTC_TIMESTAMP(), p.post_content, CONCAT(p.post_title, ' ', n.seq), 'publish',"
        " CONCAT('more-', n.seq), NOW(), UTC_TIMESTAMP(), '', '', '', ''"
        f" FROM wp_posts p JOIN seq_1_to_{POSTS} n WHERE p.ID = {posts[0]}"
    )
    ids = [
        int(row[0]) for row in blog.sql("SELECT ID FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish'")
    ]
    rows = []
    for n in range(COMMENTS):
        who = min(PEOPLE, int(dice.paretovariate(0.6)))
        at = f"UTC_TIMESTAMP() - INTERVAL {dice.randrange(60, 100 * 86400)} SECOND"
        words = f"Remark {n}: how did you ask that client for a deposit before the winter, and what did they answer?"
        rows.append(
            f"({dice.choice(ids)}, 'Reader {who}', 'reader{who}@example.org', '{words}', {at}, {at}, '1', 'comment')"
        )
    for start in range(0, COMMENTS, 500):
        blog.sql(
            "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_email, comment_content,"
            " comment_date, comment_date_gmt, comment_approved, comment_type) VALUES "
            + ", ".join(rows[start : start + 500])
        )
    blog.eval(
        "foreach ( get_posts( array( 'numberposts' => -1 ) ) as $p ) { wp_update_comment_count_now( $p->ID ); }"
        " return 1;"
    )


def _wait(blog: Blog, bridge: RunningBridge) -> None:
    """Until everything is sent, counted and pushed back.

    Raises:
        RuntimeError: not within PATIENCE; with what both sides say of it.
    """
    began = time.monotonic()

    def until(condition: Callable[[], bool], what: str) -> None:
        while not condition():
            if time.monotonic() - began > TIMEOUT_SECONDS:
                status = "Mentor_Bridge\\Delivery_Status::health() + Mentor_Bridge\\Outbox::progress()"
                health = blog.eval(f"return {status};")
                raise RuntimeError(
                    f"not within {TIMEOUT_SECONDS} s: {what}; the blog: {health}; the bridge:\n{bridge.log()[-3000:]}"
                )
            time.sleep(0.1)

    until(lambda: blog.eval("return Mentor_Bridge\\Sender::drain( 'cli', 20.0 )['left'];") == 0, "all sent")
    until(lambda: stored_in_bridge(bridge, blog)["comments"] == COMMENTS, "all absorbed")
    given = (
        "return array( Mentor_Bridge\\Statistics::blog()['figures']['comments']['value'] ?? 0,"
        " $GLOBALS['wpdb']->get_var( 'SELECT COUNT(*) FROM ' . Mentor_Bridge\\Statistics::table() ) );"
    )
    before: list[Any] = []

    def settled() -> bool:
        nonlocal before
        time.sleep(3)
        now = blog.eval(given)
        same, before = now == before and now[0] > 0, now
        return bool(same)

    until(settled, "figures pushed")
    print(f"sent, counted and pushed in {time.monotonic() - began:.0f} s: {before}", file=sys.stderr)


def _measured(blog: Blog) -> dict[str, Any]:
    plugins = blog.root / "wp-content" / "mu-plugins"
    plugins.mkdir(exist_ok=True)
    (plugins / "bench.php").write_text(SWITCH)
    blog.sign_in()
    found: dict[str, Any] = {"comments": COMMENTS, "rounds": ROUNDS}
    for screen, path in SCREENS.items():
        answers = _in_turn(blog, path)
        for name, of in (("ms", lambda a: a.milliseconds), ("computed_ms", lambda a: a.computed)):
            found[f"{screen}_{name}"] = {
                way: round(statistics.median(map(of, all_)), 1) for way, all_ in answers.items()
            }
        found[f"{screen}_queries"] = {name: of_way[-1].queries for name, of_way in answers.items()}
        found[f"{screen}_ratio"] = _ratio(answers, "without", lambda answer: answer.milliseconds)
        found[f"{screen}_ratio_to_quiet"] = _ratio(answers, "quiet", lambda answer: answer.milliseconds)
        found[f"{screen}_computed_ratio"] = _ratio(answers, "without", lambda answer: answer.computed)
    held_ = {name: found[name] <= limit for name, limit in LIMITS.items()}
    return {**found, "limits": LIMITS, "held": held_}


Answers = Mapping[str, list[ScreenTiming]]  # by way of asking, turn by turn


def _ratio(answers: Answers, other: str, of: Callable[[ScreenTiming], float]) -> float:
    """Of the answers with our figures to those of the same turn without."""
    pairs = zip(answers["with"], answers[other], strict=True)
    return round(statistics.median(of(ours) / of(theirs) for ours, theirs in pairs), 3)


def _in_turn(blog: Blog, path: str) -> Answers:
    """The first rounds only warm up."""
    answers: dict[str, list[ScreenTiming]] = {"with": [], "quiet": [], "without": []}
    dice = random.Random(5)
    for turn in range(ROUNDS + WARM_UP):
        for name in dice.sample(sorted(answers), len(answers)):
            page = blog.get(f"{path}?bench={name}").text
            assert ("mentor_bridge_conversations" in page or "column-mentor_bridge" in page) == (name == "with"), name
            taken, computed, queries = page.rsplit("<!-- bench ", 1)[1].split(" -->", 1)[0].split()
            if turn >= WARM_UP:
                answers[name].append(ScreenTiming(float(taken), float(computed), int(queries)))
    return answers


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
