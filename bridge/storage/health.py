"""How the bridge is: what is late, whether anything moves, and how much is held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, case, exists, func, select

from bridge.model import BlogState
from bridge.storage.blogs.tables import OPEN_PUSH, blogs, deliveries, outbox
from bridge.storage.content.tables import IS_WHOLE_POST, authors, posts
from bridge.storage.core.job_queues import claimable
from bridge.storage.core.jobs import LONGEST_REST
from bridge.storage.core.tables import jobs
from bridge.storage.engagement.tables import comments
from bridge.storage.matching.tables import mentors


def list_oldest_due_ages(tx: Connection, now: datetime) -> dict[str, float]:
    """Seconds that the oldest due work of each station has waited for *us* (not for a blog's backoff).

    What is being worked at is progress, however long it takes; a lease that ran out is none.
    """
    rows = tx.execute(
        select(jobs.c.station, func.min(jobs.c.due_at).label("oldest"))
        .where(claimable(), jobs.c.waits_for_blog.is_(False))
        .group_by(jobs.c.station),
        {"now": now},
    )
    return {row.station: (now - row.oldest).total_seconds() for row in rows}


def is_stalled(tx: Connection, now: datetime, limit: timedelta, calling: Collection[str]) -> bool:
    """Whether work has been due for longer than `limit`, and none of its kind has ended a turn since.

    A backlog that is worked at is none of this, however late some of it is. Neither is counted: a look for one of each.
    `calling`: stations that wait for blogs, in threads of their own.
    """
    of_calling = jobs.c.station.in_(calling)
    for kind in (of_calling, ~of_calling):
        late = exists().where(kind, claimable(), jobs.c.waits_for_blog.is_(False), jobs.c.due_at < now - limit)
        # Each turn that ends writes it, whatever it came to.
        moved = exists().where(kind, jobs.c.rested_at.between(now - limit, now + LONGEST_REST))
        if tx.scalar(select(late), {"now": now}) and not tx.scalar(select(moved)):
            return True
    return False


def count_blogs(tx: Connection) -> dict[str, int]:
    """Blogs that have connected and not left, by state; "failing": the last tries to reach it have failed."""
    columns = blogs.c
    failing = columns.failing_since.is_not(None)
    statement = (
        select(columns.state, failing, func.count())
        .where(columns.origin == "connected", columns.state != BlogState.DISCONNECTED)
        .group_by(columns.state, failing)
    )
    counts = dict.fromkeys(("connected", "failing", "paused", "withdrawing"), 0)
    for state, is_failing, count in tx.execute(statement):
        counts["failing" if is_failing and state == BlogState.CONNECTED else state] += count
    return counts


# What a blog in reach has not taken yet; one that is away waits for itself.
_WAITING_CHANGES = (
    outbox.c.blog_id == blogs.c.id,
    OPEN_PUSH,
    blogs.c.state == BlogState.CONNECTED,
    blogs.c.failing_since.is_(None),
)


def find_oldest_change(tx: Connection) -> datetime | None:
    """Since when a blog in reach has waited for something that it shall show."""
    oldest: datetime | None = tx.scalar(select(func.min(outbox.c.changed_at)).where(*_WAITING_CHANGES))
    return oldest


def count_waiting_changes(tx: Connection, now: datetime, ages: Sequence[timedelta]) -> list[int]:
    """How many changes blogs in reach have waited for, for at least each of these times."""
    older = [func.count(case((outbox.c.changed_at <= now - age, 1))) for age in ages]
    return [int(count) for count in tx.execute(select(*older).where(*_WAITING_CHANGES)).one()]


def find_oldest_quarantined(tx: Connection) -> datetime | None:
    """Since when a delivery has stood in quarantine and can still be read again."""
    quarantined = (deliveries.c.state == "quarantined", deliveries.c.body.is_not(None))
    oldest: datetime | None = tx.scalar(select(func.min(deliveries.c.settled_at)).where(*quarantined))
    return oldest


class BlogContents(NamedTuple):
    """How much is held of a blog."""

    name: str
    state: str
    posts: int = 0
    comments: int = 0
    authors: int = 0
    mentors: int = 0
    quarantined: int = 0  # deliveries


COUNT_STATEMENTS = {
    "posts": select(posts.c.blog_id, func.count()).where(IS_WHOLE_POST).group_by(posts.c.blog_id),
    # A comment whose post is not (yet) known belongs to nothing.
    "comments": select(comments.c.blog_id, func.count())
    .join(posts, (posts.c.blog_id == comments.c.blog_id) & (posts.c.remote_id == comments.c.post_id))
    .group_by(comments.c.blog_id),
    "authors": select(authors.c.blog_id, func.count()).group_by(authors.c.blog_id),
    "mentors": select(mentors.c.blog_id, func.count(mentors.c.author_id.distinct()))
    .where(mentors.c.listed)
    .group_by(mentors.c.blog_id),
    "quarantined": select(deliveries.c.blog_id, func.count())
    .where(deliveries.c.state == "quarantined")
    .group_by(deliveries.c.blog_id),
}


def count_stored(tx: Connection) -> dict[str, BlogContents]:
    """How much is held now of each blog, by its id."""
    counts: dict[str, dict[str, int]] = {}
    for name, statement in COUNT_STATEMENTS.items():
        for blog_id, count in tx.execute(statement):
            counts.setdefault(blog_id, {})[name] = count
    rows = tx.execute(select(blogs.c.id, blogs.c.name, blogs.c.state).order_by(blogs.c.id))
    return {row.id: BlogContents(row.name, row.state, **counts.get(row.id, {})) for row in rows}
