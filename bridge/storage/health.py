"""Whether work gets done: what is late, and whether anything moves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from bridge.storage.core.jobs import LONGEST_REST, claimable
from bridge.storage.core.tables import jobs


def list_oldest_due_ages(tx: Connection, now: datetime) -> dict[str, float]:
    """Seconds that the oldest due work of each station has waited for *us* (not for a blog's backoff).

    What is being worked at is progress, however long it takes; a lease that ran out is none.
    """
    rows = tx.execute(
        select(jobs.c.station, func.min(jobs.c.due_at).label("oldest"))
        .where(claimable(now), jobs.c.waits_for_blog.is_(False))
        .group_by(jobs.c.station)
    )
    return {row.station: (now - row.oldest).total_seconds() for row in rows}


def is_stalled(tx: Connection, now: datetime, limit: timedelta, calling: Collection[str]) -> bool:
    """Whether work has been due for longer than `limit`, and none of its kind has ended a turn since.

    A backlog that is worked at is none of this, however late some of it is. Neither is counted: a look for one of each.
    `calling`: stations that wait for blogs, in threads of their own.
    """
    of_calling = jobs.c.station.in_(calling)
    for kind in (of_calling, ~of_calling):
        late = (claimable(now), jobs.c.waits_for_blog.is_(False), jobs.c.due_at < now - limit)
        moved = jobs.c.rested_at.between(
            now - limit, now + LONGEST_REST
        )  # each turn that ends writes it, whatever it came to
        if tx.scalar(select(exists().where(kind, *late))) and not tx.scalar(select(exists().where(kind, moved))):
            return True
    return False
