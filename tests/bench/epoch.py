"""An epoch of 20,000 mentors with 50 posts each, beside one of a tenth of them: its memory, and its processor time.

Everything is counted, frozen and put in force. The profiles follow for a minute only; how long all would take is worked
out from those. Posts are drawn from a stock of their topics, so that the bank is there in minutes.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from bridge.model import Version
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.matching import profiles
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context
from bridge.worker.matching import epoch
from tests.bench.bank import AUTHORS_PER_BLOG, MENTORS_PER_TOPIC, NOW, author_row, blog_row, counts_of, key_of, post_row
from tests.bench.process import peak_megabytes
from tests.runtime import runtime_on

SIZES = (2_000, 20_000)
POSTS = 50  # of a mentor
POSTS_PER_TOPIC = 25  # posts of a topic
TOPICS_OF_ONE = 3  # that a mentor writes about
INSERT_BATCH_AUTHORS = 500  # mentors written in a transaction
FOLLOW_SECONDS = 60.0
BUILDING_KIB = 200_000  # memory for pages while the bank is made


def measure() -> dict[str, Any]:
    """Seconds of processor time and MiB, by size of the bank."""
    found: dict[str, Any] = {"posts_each": POSTS}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bridge.sqlite'}"
            _fill(url, size)
            # Alone in a process, whose peak is that of the epoch.
            with multiprocessing.get_context("spawn").Pool(1) as alone:
                found |= {f"{name}_at_{size}": value for name, value in alone.apply(build, (url,)).items()}
    return found


class Enough(Exception):
    """The minute is over."""


def build(url: str) -> dict[str, float]:
    """The epoch of a bank, in this process; the peak is read in it."""
    database = Database.open(url, durable=False)
    context = Context(runtime_on(database, lambda: NOW), WordPressClient(OutgoingDoor(allow_private=False)))
    began: dict[str, float] = {}
    done_of = (0, 1)
    until = 0.0

    def told(what: str, done: int, of: int) -> None:
        nonlocal done_of, until
        if what not in began:
            began[what], until = time.process_time(), time.monotonic() + FOLLOW_SECONDS
        if what == "profiles":
            done_of = done, of
            if time.monotonic() > until:
                raise Enough
        if done % 500 == 0:
            print(f"  {what} {done} of {of}", file=sys.stderr, flush=True)

    with suppress(Enough):
        epoch.freeze_epoch(context, told)
    followed, peak = time.process_time() - began["profiles"], peak_megabytes(os.getpid())
    with database.read() as tx:
        made = [row for mentor_id in profiles.list_ids(tx) if (row := profiles.find(tx, mentor_id)) and row.listed]
    if len(made) != done_of[0] or any(row.profile.posts != POSTS for row in made):
        raise RuntimeError(f"{done_of[0]} authors have followed, {len(made)} are mentors with all their posts")
    database.close()
    return {
        "weighed_cpu_s": round(began["profiles"] - began["counting"], 1),
        "profile_cpu_ms": round(1000 * followed / max(1, done_of[0]), 1),
        "profiles_would_take_cpu_s": round(followed / max(1, done_of[0]) * done_of[1]),
        "peak_mib": round(peak),
    }


def _fill(url: str, size: int) -> None:
    dice = np.random.default_rng(size)
    stock = [
        [counts_of(dice, topic).to_bytes() for _ in range(POSTS_PER_TOPIC)]
        for topic in range(size // MENTORS_PER_TOPIC)
    ]
    database = Database.open(url, durable=False)
    migrate.upgrade(database)
    with database.begin() as tx:
        tx.exec_driver_sql(f"PRAGMA cache_size={-BUILDING_KIB}")
        tx.execute(insert(blogs_tables.blogs), [blog_row(f"bench_{n}") for n in range(-(-size // AUTHORS_PER_BLOG))])
    for start in range(0, size, INSERT_BATCH_AUTHORS):
        numbers = range(start, min(start + INSERT_BATCH_AUTHORS, size))
        with database.begin() as tx:
            tx.execute(insert(content_tables.authors), [author_row(key_of(number)) for number in numbers])
            tx.execute(insert(content_tables.posts), [row for number in numbers for row in _posts(dice, number, stock)])
        print(f"  {numbers[-1] + 1} of {size} mentors written", file=sys.stderr, flush=True)
    database.close()


def _posts(dice: np.random.Generator, number: int, stock: list[list[bytes]]) -> Iterator[dict[str, Any]]:
    author, topics = key_of(number), dice.choice(len(stock), TOPICS_OF_ONE, replace=False)
    known = [counts for topic in topics.tolist() for counts in stock[topic]]
    plain = post_row(author, "", Version(1, 1), NOW, b"")
    for post, place in enumerate(dice.choice(len(known), POSTS, replace=False).tolist()):
        day = NOW - timedelta(days=7 * post + 1)
        yield plain | {
            "id": number * POSTS + post + 1,
            "remote_id": f"{author.author_id}{post:03d}",
            "title": f"Billet {post}",
            "counts": known[place],
            "published_at": day,
            "modified_at": day,
        }
