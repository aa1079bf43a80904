"""What a worker that died, or a clock that was ahead, left behind among the jobs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, update

from bridge.storage.core.jobs import LONGEST_REST
from bridge.storage.core.tables import jobs

LONGEST_WAIT = timedelta(hours=30)  # of what is planned: a night, a day, a blog's backoff
DELAY_AFTER_CRASH = timedelta(seconds=5)  # those who wait go before what their worker died of


def record_corrected_times(tx: Connection, now: datetime, longest_lease: timedelta, unplanned: Collection[str]) -> None:
    """What was written by a clock that was ahead does not wait until ours is there; `unplanned`: stations whose work is
    never planned ahead."""
    ahead = jobs.c.rested_at > now + LONGEST_REST
    soon = and_(jobs.c.station.in_(unplanned), jobs.c.attempts == 0, jobs.c.due_at > now + LONGEST_REST)
    tx.execute(
        update(jobs).where(jobs.c.due_at > now, or_(ahead, soon, jobs.c.due_at > now + LONGEST_WAIT)).values(due_at=now)
    )
    tx.execute(update(jobs).where(ahead).values(rested_at=now))
    tx.execute(update(jobs).where(jobs.c.lease_until > now + longest_lease).values(lease_until=now))


def mark_all_released(tx: Connection, now: datetime) -> None:
    """A starting worker that is alone on its database: leases of the dead one before it are over.

    One of them may be what it died of: first those who waited beside it.
    """
    leased = jobs.c.lease_owner.is_not(None)
    tx.execute(update(jobs).where(leased).values(lease_owner=None, lease_until=now + DELAY_AFTER_CRASH))
