"""Statistics of a large blog: counted from nothing, and one comment more.

One blog with 100,000 comments against one with 1,000, both with 20 comments a post: a full tally, its memory, and
the time from one new comment to the blog's stored figures.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bridge.model import Author, BlogFacts, Comment, Event, Post, Version
from bridge.storage.blogs import blogs
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.engagement import tables as engagement_tables
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context
from bridge.worker.engagement.comment_relevance import read_waiting_comments, record_readings
from bridge.worker.engagement.tally import tally
from bridge.worker.intake.absorb import apply, prepare
from bridge.worker.matching.epoch import freeze_epoch
from tests.runtime import runtime_on

LARGE, SMALL = 100_000, 1_000
COMMENTS_PER_POST = 20  # comments
MORE_COMMENTS = 200  # new comments, each tallied by itself
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TEXT = "We tried the same when our first shop failed: how did you tell your people about the price of the lease?"
LIMITS = {"full_seconds": 5.0, "full_mebibytes": 300, "one_p95_milliseconds": 50.0, "ratio": 2.0}


def run() -> dict[str, Any]:
    """Both sizes, each in a process of its own, and how they compare."""
    large, small = _apart(LARGE), _apart(SMALL)
    ratio = large["one_p95_milliseconds"] / small["one_p95_milliseconds"]
    measured = {name: large[name] for name in LIMITS if name in large} | {"ratio": round(ratio, 2)}
    held = {name: measured[name] <= limit for name, limit in LIMITS.items()}
    return {"large": large, "small": small, **measured, "limits": LIMITS, "held": held}


def _apart(comments: int) -> dict[str, Any]:
    """One size: made in one process, counted in another, whose memory is that of counting alone."""
    with tempfile.TemporaryDirectory() as folder:
        for step in ("fill", "measure"):
            command = [sys.executable, "-m", "tests.bench.engagement", step, folder, str(comments)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _opened(folder: str) -> Context:
    database = Database.open(f"sqlite:///{Path(folder) / 'bench.sqlite'}", durable=False)  # as a worker does
    migrate.upgrade(database)
    return Context(runtime_on(database, lambda: NOW), WordPressClient(OutgoingDoor(allow_private=True)))


def fill(folder: str, comments: int) -> None:
    """Make the history, in this process."""
    context = _opened(folder)
    _fill(context, comments, random.Random(7))
    context.database.close()


def measure(folder: str, comments: int) -> dict[str, Any]:
    """Count it, in this process."""
    context, dice = _opened(folder), random.Random(8)
    before = _peak()
    began, worked = time.perf_counter(), time.process_time()
    tally(context, "bench")
    full, full_cpu = time.perf_counter() - began, time.process_time() - worked
    peak = _peak()
    taken = [_one_more(context, comments, number, dice) for number in range(MORE_COMMENTS)]
    times, cpu = (sorted(values) for values in zip(*taken, strict=True))
    context.database.close()
    return {
        "comments": comments,
        "full_seconds": round(full, 2),
        "full_cpu_seconds": round(full_cpu, 2),
        "full_mebibytes": round(peak),
        "before_mebibytes": round(before),
        "one_p50_milliseconds": round(statistics.median(times), 1),
        "one_p95_milliseconds": round(_p95(times), 1),
        "one_cpu_p50_milliseconds": round(statistics.median(cpu), 1),
        "one_cpu_p95_milliseconds": round(_p95(cpu), 1),
    }


def _p95(ascending: list[float]) -> float:
    return ascending[int(0.95 * len(ascending))]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(context: Context, comments: int, dice: random.Random) -> None:
    """A history of two years, read and marked as it arrives."""
    with context.database.begin() as tx:
        facts = BlogFacts("Bench", "", "en", "https://bench.example", "https://bench.example/wp-json/", "", "b")
        blogs.upsert(tx, "bench", "connected", BlogFacts(**{**_fields(facts), "statistics": True}), NOW)
    author = Author("bench", "1", Version(1, 1), "Ann", "", "", True, NOW, "script", "")
    count = comments // COMMENTS_PER_POST
    posts = [_post(number, count) for number in range(count)]
    for start in range(0, count, 500):
        events: list[Event] = [author, *posts[start : start + 500]]
        prepared = [prepare(event, "en") for event in events]
        with context.database.begin() as tx:
            apply(tx, "bench", prepared, NOW)
    freeze_epoch(context)
    with context.database.begin() as tx:
        apply(tx, "bench", [prepare(_comment(0, posts[0], dice, comments), "en")], NOW)
    record_readings(context, "bench", read_waiting_comments(context, "bench").readings)
    # One comment was read as it arrives; the others are its like, so that making them does not take the hour.
    with context.database.begin() as tx:
        like = dict(tx.execute(select(engagement_tables.comments)).mappings().one())
        for start in range(1, comments, 1000):
            part = range(start, min(start + 1000, comments))
            tx.execute(
                insert(engagement_tables.comments),
                [like | _row(_comment(number, posts[number % count], dice, comments)) for number in part],
            )


def _row(comment: Comment) -> dict[str, Any]:
    return {
        "remote_id": comment.remote_id,
        "post_id": comment.post_id,
        "commenter": comment.commenter,
        "author_name": comment.author_name,
        "by_post_author": comment.by_post_author,
        "is_staff": comment.is_staff,
        "published_at": comment.published_at,
        "text_hash": sha256(comment.content.encode()).digest(),
    }


def _fields(facts: BlogFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in BlogFacts.__dataclass_fields__}


def _post(number: int, count: int) -> Post:
    at = NOW - timedelta(days=730) + timedelta(days=720) * (number / count)
    title = f"Post {number} about leases and prices"
    return Post("bench", str(number), Version(1, 1), "1", "", title, f"{title}. {TEXT}", "", "en", at, at)


def _comment(number: int, post: Post, dice: random.Random, comments: int) -> Comment:
    at = min(post.published_at + timedelta(hours=dice.expovariate(1 / 60)), NOW)
    by_author, person = dice.random() < 0.2, int(comments / 5 * dice.random() ** 2)
    return Comment(
        "bench",
        f"c{number}",
        Version(1, 2),
        post.remote_id,
        "",
        f"{person:064x}",
        "email",
        f"Reader {person}",
        "",
        by_author,
        by_author,
        "comment",
        f"{TEXT} {number}",
        at,
    )


def _one_more(context: Context, comments: int, number: int, dice: random.Random) -> tuple[float, float]:
    """Milliseconds from a comment that was read to its blog's stored figures: on the clock, and of computing."""
    count = comments // COMMENTS_PER_POST
    post = _post(count - 1 - dice.randrange(min(count, 40)), count)
    event = prepare(_comment(comments + number, post, dice, comments), "en")
    began, worked = time.perf_counter(), time.process_time()
    with context.database.begin() as tx:
        apply(tx, "bench", [event], NOW)
    tally(context, "bench")
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


if __name__ == "__main__":
    step, where, size = sys.argv[1:]
    if step == "fill":
        fill(where, int(size))
    else:
        json.dump(measure(where, int(size)), sys.stdout)
