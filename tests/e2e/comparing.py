"""Whether a blog and the bridge hold the same, and what nobody may see meanwhile."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.lab.wordpress import Blog
from tests.running import HANG_SECONDS, RunningBridge

AGREED_WITHIN_SECONDS = 60  # of the next contact, on an idle machine
DRAIN_SECONDS = 20  # for one process of PHP
DRAINS = AGREED_WITHIN_SECONDS // DRAIN_SECONDS
REQUEST = "Mentor_Bridge\\State_Check::request();"
COMPARE = (
    f" $n = 0; do {{ Mentor_Bridge\\Sender::drain( 'cli', {DRAIN_SECONDS}.0 ); }}"
    f" while ( ++$n < {DRAINS} && Mentor_Bridge\\State_Check::is_due() );"
    " return Mentor_Bridge\\State_Check::state();"
)
HELD_HERE = (
    "global $wpdb; return $wpdb->get_results( 'SELECT kind, object_id, hash FROM ' . Mentor_Bridge\\Ledger::table()"
    " . ' ORDER BY kind, object_id', ARRAY_N );"
)
BLOG_ID = "return Mentor_Bridge\\Connection::status()['blog_id'];"
TABLES = {"a": "authors", "p": "posts", "c": "comments"}
PAGES = ("/mentors", "/api/v1/mentors", "/mentors.opml", "/mentors.atom", "/")
BREATH_SECONDS = 0.3  # between two looks: what is looked at has to go on as well


def agree(blog: Blog, bridge: RunningBridge, *, requested: bool = True) -> dict[str, Any]:
    """Have both sides compared; then what they hold is the same within the minute, as their own tables have it.

    Unless `requested`, the blog only sends what waits, and has to notice by itself that there is something to compare.
    """
    state: dict[str, Any] = blog.eval((REQUEST if requested else "") + COMPARE)
    assert (state["due"], state["differing"], state["here"]) == (0, 0, state["there"]), state
    name = blog.eval(BLOG_ID)
    with sqlite3.connect(bridge.home / "bridge.sqlite") as database:
        there = [
            [kind, remote_id, number]
            for kind, table in TABLES.items()
            for remote_id, number in database.execute(
                f"SELECT remote_id, state_hash FROM {table} WHERE blog_id = ?", [name]
            )
        ]
    here = [[kind, name, int(digest[:10] or "0", 16)] for kind, name, digest in blog.eval(HELD_HERE) if kind != "b"]
    assert sorted(there) == sorted(here)
    return state


def seen(bridge: RunningBridge, *cards: str) -> str:
    """All that anybody may see now; also at the addresses of these cards, whether or not they are listed."""
    text = "".join(bridge.get(page)[1] for page in (*PAGES, *cards))
    return text + "".join(bridge.get(card)[1] for card in sorted(set(re.findall(r'href="(/mentors/[\w-]+)"', text))))


@contextmanager
def unseen(bridge: RunningBridge, *names: str) -> Iterator[None]:
    """All the while the pages are asked for again and again, and none of these names stands in any answer."""
    ended, looks, sights = threading.Event(), 0, list[str]()

    def look() -> None:
        nonlocal looks
        while not ended.wait(BREATH_SECONDS):
            try:
                text = seen(bridge, *(f"/mentors/{name.lower()}" for name in names))
            except OSError:
                continue  # the bridge is being started
            sights.extend(name for name in names if name in text)
            looks += 1

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join(HANG_SECONDS)
    assert looks > 0
    assert sights == []
