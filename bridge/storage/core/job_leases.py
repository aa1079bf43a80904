"""Who is at what: claims, how they are kept, and how they end.

A claim counts as a crash until it ends in any other way: whoever dies cannot say so. Who did not live to the end of it
twice is tried alone, so that what merely ran beside it is told from it, and after five times in a row it is set aside
until somebody says `retry`. Of what a blog sent the delivery is set aside, never the blog (`storage.blogs.deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
    update,
)

from bridge.storage.core.job_queues import (
    ALONE_AFTER_CRASHES,
    IS_EXPIRED,
    IS_FAILING,
    IS_FREE,
    IS_SUSPECT,
    Queue,
    claimable,
    due_conditions,
)
from bridge.storage.core.jobs import CLAIMED_GENERATION
from bridge.storage.core.tables import UtcDateTime, jobs


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed piece of work; `generation` tells later whether it became due again meanwhile."""

    station: str
    entity: str
    generation: int
    attempts: int
    crashes: int = 0  # before this claim
    thorough: bool = True  # False: nothing is due but to bring what is written down already

    @property
    def suspect(self) -> bool:
        """Whether nothing else may run beside it."""
        return self.crashes >= ALONE_AFTER_CRASHES


def claim_due(
    tx: Connection,
    queue: Queue | str,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int = 1,
    *,
    well_only: bool = False,
) -> list[Job]:
    """Take the first of a queue under a lease, what keeps failing last; a station's name is its plain queue.

    `well_only`: nothing whose last try failed.
    """
    queue = queue if isinstance(queue, Queue) else Queue(queue)
    station = queue.station
    # Two statements: PostgreSQL may evaluate a sub-select with LIMIT more than once, and claim more than it tells.
    parameters = {"now": now, "station": station, "limit": limit}
    candidates: list[tuple[bool, datetime, str]] = []
    for first in _candidates(queue.unfinished, queue.suspect, well_only):
        candidates += [(*row,) for row in tx.execute(first, parameters)]
    entities = [entity for _, _, entity in sorted(candidates)[:limit]]
    if not entities:
        return []
    rows = tx.execute(
        update(jobs)
        .where(jobs.c.station == station, jobs.c.entity.in_(entities))
        .values(**_claimed(owner, now + lease))
        .returning(jobs.c.entity, jobs.c.generation, jobs.c.attempts, jobs.c.crashes, jobs.c.thorough)
    ).all()
    return [Job(station, row.entity, row.generation, row.attempts, row.crashes - 1, row.thorough) for row in rows]


def claim_entity(tx: Connection, station: str, entity: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
    """Take this one job under a lease, if it is due and nobody has it: whoever was sent here by name."""
    this_job = and_(jobs.c.station == station, jobs.c.entity == entity)
    free = select(jobs.c.entity).where(this_job, claimable()).with_for_update(skip_locked=True)
    if tx.scalar(free, {"now": now}) is None:
        return None
    row = tx.execute(
        update(jobs)
        .where(this_job)
        .values(**_claimed(owner, now + lease))
        .returning(jobs.c.generation, jobs.c.attempts, jobs.c.crashes, jobs.c.thorough)
    ).one()
    return Job(station, entity, row.generation, row.attempts, row.crashes - 1, row.thorough)


def _claimed(owner: str, until: datetime) -> dict[str, object]:
    return {
        "lease_owner": owner,
        "lease_until": until,
        "crashes": jobs.c.crashes + 1,
        "generation": CLAIMED_GENERATION,
    }


@cache
def _candidates(
    unfinished: bool, suspect: bool, well_only: bool
) -> tuple[Select[bool, datetime, str], Select[bool, datetime, str]]:
    """The first of a queue that are free, and of those whose holder died; locked, but for what somebody else has."""
    queue = (jobs.c.station == bindparam("station"), jobs.c.unfinished.is_(unfinished), IS_SUSPECT.is_(suspect))

    def in_order(leased: ColumnElement[bool], since: Column[datetime]) -> Select[bool, datetime, str]:
        order = IS_FAILING, since, jobs.c.entity
        first = select(*order).where(*queue, *due_conditions(leased, well_only=well_only)).order_by(*order)
        return first.limit(bindparam("limit", type_=Integer)).with_for_update(skip_locked=True)

    return in_order(IS_FREE, jobs.c.due_at), in_order(IS_EXPIRED, jobs.c.lease_until)


def mark_paused(tx: Connection, task: Job, owner: str, until: datetime) -> bool:
    """Keep it without being at it: a crash now is none of its. False: the lease was lost."""
    return _hold(tx, task, owner, lease_until=until, crashes=task.crashes)


def mark_resumed(tx: Connection, task: Job, owner: str, until: datetime) -> bool:
    """Go on with a job that was paused. False: the lease was lost, somebody else has it."""
    return _hold(tx, task, owner, lease_until=until, crashes=task.crashes + 1)


def mark_released(tx: Connection, task: Job, owner: str) -> bool:
    """Let go of a claimed job: it is for anybody again."""
    return _hold(tx, task, owner, lease_owner=None, lease_until=None)


def mark_renewed(tx: Connection, tasks: Iterable[Job], owner: str, until: datetime) -> None:
    """Whoever is still at it keeps it; a lease that somebody else has taken meanwhile stays theirs."""
    same = [and_(jobs.c.station == task.station, jobs.c.entity == task.entity) for task in tasks]
    tx.execute(update(jobs).where(or_(*same), jobs.c.lease_owner == owner).values(lease_until=until))


def mark_done(
    tx: Connection, task: Job, owner: str, now: datetime, rest: timedelta, again_at: datetime | None = None
) -> bool:
    """Done; rests until `now + rest`, and is due again at `again_at` (None: when something makes it so).

    What became due again in between stays due. False: the lease was lost.
    """
    rested = literal(now + rest, UtcDateTime())
    by_itself = null() if again_at is None else literal(again_at, UtcDateTime())
    unchanged = jobs.c.generation == task.generation
    again = case((unchanged, by_itself), (jobs.c.due_at < rested, rested), else_=jobs.c.due_at)
    return _hold(
        tx,
        task,
        owner,
        **_ENDED,
        due_at=again,
        rested_at=now + rest,
        attempts=0,
        last_error=None,
        waits_for_blog=False,
        unfinished=False,
    )


def mark_unfinished(tx: Connection, task: Job, owner: str, now: datetime) -> bool:
    """Its turn is over, its work is not: due again behind all that is due by now, without a rest."""
    return _hold(
        tx,
        task,
        owner,
        **_ENDED,
        due_at=now,
        rested_at=now,
        attempts=0,
        last_error=None,
        waits_for_blog=False,
        unfinished=True,
    )


def mark_failed(
    tx: Connection, task: Job, owner: str, now: datetime, pause: timedelta, error: str, *, waits_for_blog: bool
) -> bool:
    """Note that a job failed; it is to be tried again after a pause."""
    return _hold(
        tx,
        task,
        owner,
        **_ENDED,
        due_at=now + pause,
        rested_at=now,
        attempts=jobs.c.attempts + 1,
        last_error=error[:500],
        waits_for_blog=waits_for_blog,
        unfinished=False,
    )


_ENDED = {"lease_owner": None, "lease_until": None, "crashes": 0}


def _hold(tx: Connection, task: Job, owner: str, **values: object) -> bool:
    done = tx.execute(
        update(jobs)
        .where(jobs.c.station == task.station, jobs.c.entity == task.entity, jobs.c.lease_owner == owner)
        .values(**values)
    )
    return done.rowcount == 1
