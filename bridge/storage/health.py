"""Whether work gets done: what is late, and whether anything moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from bridge.model import Station
from bridge.storage.tables import work
from bridge.storage.work import LONGEST_REST, claimable

CALLING = (Station.PUSH, Station.POKE)  # these wait for blogs, in threads of their own


def oldest_due(tx: Connection, now: datetime) -> dict[str, float]:
    """Seconds that the oldest due work of each station has waited for *us* (not for a blog's backoff).

    What is being worked at is progress, however long it takes; a lease that ran out is none.
    """
    rows = tx.execute(
        select(work.c.station, func.min(work.c.due_at).label("oldest"))
        .where(claimable(now), work.c.waits_for_blog.is_(False))
        .group_by(work.c.station)
    )
    return {row.station: (now - row.oldest).total_seconds() for row in rows}


def stands_still(tx: Connection, now: datetime, limit: timedelta) -> bool:
    """Whether work has been due for longer than `limit`, and none of its kind has ended a turn since.

    A backlog that is worked at is none of this, however late some of it is. Neither is counted: a look for one of each.
    """
    of_calling = work.c.station.in_(CALLING)
    for kind in (of_calling, ~of_calling):
        late = (claimable(now), work.c.waits_for_blog.is_(False), work.c.due_at < now - limit)
        moved = work.c.rested_at.between(
            now - limit, now + LONGEST_REST
        )  # each turn that ends writes it, whatever it came to
        if tx.scalar(select(exists().where(kind, *late))) and not tx.scalar(select(exists().where(kind, moved))):
            return True
    return False
