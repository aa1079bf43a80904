"""How long it took from the word of a post to its first list on its blog: the promise that readers see."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select

from bridge.pushes import PushAnswer
from bridge.storage.blogs.tables import outbox
from bridge.storage.content.tables import posts
from bridge.storage.core import counters

UPPER_BOUNDS = (5, 10, 15, 30, 60, 120, 300, 900, 3600)  # seconds
NEWS_AGE = timedelta(hours=1)  # at which a post is told; what is told later is history, and waits behind news
LIST_AGE = timedelta(hours=1)  # at which a post has its first list; one that comes later had nobody to name before
COUNTER = "seconds from publish to shown"


@dataclass(frozen=True, slots=True)
class ShownTimes:
    """`counts`: posts by the first bound that their time does not exceed, then those beyond all."""

    counts: tuple[int, ...] = (0,) * (len(UPPER_BOUNDS) + 1)
    seconds: float = 0.0  # of all


def get_all(tx: Connection) -> ShownTimes:
    """Since the database was made."""
    document = counters.get_text(tx, COUNTER)
    if not document:
        return ShownTimes()
    counts, seconds = json.loads(document)
    return ShownTimes(tuple(counts), seconds)


def record_first_shown(tx: Connection, blog_id: str, answer: PushAnswer, now: datetime) -> None:
    """Add the posts whose first list a blog has taken; called before the answer itself is written down."""
    names = [name for kind, name, _ in answer.accepted if kind == "related"]
    waits = _waits(tx, blog_id, names, now) if names else []
    if not waits:
        return
    before = get_all(tx)
    counts = list(before.counts)
    for wait in waits:
        counts[bisect_left(UPPER_BOUNDS, wait)] += 1
    counters.upsert_text(tx, COUNTER, json.dumps([counts, round(before.seconds + sum(waits), 3)]))


def _waits(tx: Connection, blog_id: str, names: Sequence[str], now: datetime) -> list[float]:
    same = and_(posts.c.blog_id == outbox.c.blog_id, posts.c.remote_id == outbox.c.object)
    first = (outbox.c.blog_id == blog_id, outbox.c.kind == "related", outbox.c.acknowledged == 0)
    rows = tx.execute(
        select(posts.c.published_at, posts.c.heard_at, outbox.c.changed_at)
        .select_from(outbox.join(posts, same))
        .where(*first, outbox.c.object.in_(names))
    )
    return [
        max(0.0, (now - heard_at).total_seconds())
        for published_at, heard_at, listed_at in rows
        if heard_at - published_at <= NEWS_AGE and listed_at - heard_at <= LIST_AGE
    ]
