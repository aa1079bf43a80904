"""What is due, for whom, and who is at it.

The tables are the truth, a queue would only wake: `due_at` is written in the transaction that made the work
due, a lease returns by itself when its holder dies, and completion is fenced by the owner's name.
An entity that has run rests for a while (`rested_at`); what becomes due meanwhile waits and is done once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, literal, null, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.model import Station
from bridge.storage.database import CHANNEL
from bridge.storage.tables import UtcDateTime, work

BANK = "bank"  # the entity of work that concerns no single blog


@dataclass(frozen=True, slots=True)
class Task:
    """One claimed piece of work; `marks` tells later whether it became due again meanwhile."""

    station: Station
    entity: str
    marks: int
    attempts: int


def mark_due(
    tx: Connection, station: Station, entities: Iterable[str], at: datetime, *, blog_id: str | None = None,
    urgent: bool = False,
) -> None:  # fmt: skip
    """Make work due `at` the earliest; what rests waits for the end of its rest, unless `urgent`."""
    rows = [
        {"station": station, "entity": entity, "blog_id": blog_id, "due_at": at, "attempts": 0, "marks": 1,
         "waits_for_blog": False}
        for entity in sorted(set(entities))
    ]  # fmt: skip
    if not rows:
        return
    tx.execute(_due_statement(tx.dialect.name, urgent), rows)
    if tx.dialect.name == "postgresql":
        tx.execute(text(f"NOTIFY {CHANNEL}"))


@cache
def _due_statement(dialect: str, urgent: bool) -> sqlite.Insert | postgresql.Insert:
    """Made once: it stands in nearly every transaction, ingest's too, and costs more to build than to run."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(work)
    fresh = insert.excluded.due_at
    rested = fresh if urgent else case((work.c.rested_at > fresh, work.c.rested_at), else_=fresh)
    earliest = case((work.c.due_at.is_(None), rested), (work.c.due_at < rested, work.c.due_at), else_=rested)
    # A blog's backoff is not shortened by news for it: only its own word or the schedule ends it.
    due = case(
        (and_(work.c.attempts > 0, work.c.due_at.is_not(None), literal(not urgent)), work.c.due_at), else_=earliest
    )
    statement: sqlite.Insert | postgresql.Insert = insert.on_conflict_do_update(
        index_elements=[work.c.station, work.c.entity],
        set_={"due_at": due, "blog_id": insert.excluded.blog_id, "marks": work.c.marks + 1},
    )
    return statement


def claim(
    tx: Connection, station: Station, owner: str, now: datetime, lease: timedelta, limit: int = 1, *,
    well_only: bool = False,
) -> list[Task]:  # fmt: skip
    """Take due work under a lease; what keeps failing goes last, so that dead blogs delay nobody.

    `well_only`: nothing whose last try failed.
    """
    chosen = (
        select(work.c.entity)
        .where(work.c.station == station, _claimable(now, well_only=well_only))
        .order_by(work.c.attempts > 3, work.c.due_at, work.c.entity)
        .limit(limit)
    )
    # Two statements: PostgreSQL may evaluate a sub-select with LIMIT more than once, and claim more than it tells.
    entities = list(tx.execute(chosen.with_for_update(skip_locked=True)).scalars())
    rows = tx.execute(
        update(work)
        .where(work.c.station == station, work.c.entity.in_(entities))
        .values(lease_owner=owner, lease_until=now + lease)
        .returning(work.c.entity, work.c.marks, work.c.attempts)
    ).all()
    return [Task(station, row.entity, row.marks, row.attempts) for row in rows]


def renew(tx: Connection, tasks: Iterable[Task], owner: str, until: datetime) -> None:
    """Whoever is still at it keeps it; a lease that somebody else has taken meanwhile stays theirs."""
    held = [and_(work.c.station == task.station, work.c.entity == task.entity) for task in tasks]
    tx.execute(update(work).where(or_(*held), work.c.lease_owner == owner).values(lease_until=until))


def complete(
    tx: Connection, task: Task, owner: str, now: datetime, rest: timedelta, again_at: datetime | None = None
) -> bool:
    """Done; rests until `now + rest`, and is due again at `again_at` (None: when something makes it so).

    What became due again in between stays due. False: the lease was lost.
    """
    rested = literal(now + rest, UtcDateTime())
    by_itself = null() if again_at is None else literal(again_at, UtcDateTime())
    again = case((work.c.marks == task.marks, by_itself), (work.c.due_at < rested, rested), else_=work.c.due_at)
    return _settle(tx, task, owner, due_at=again, rested_at=now + rest, attempts=0, last_error=None,
                   waits_for_blog=False)  # fmt: skip


def later(tx: Connection, task: Task, owner: str, due_at: datetime, error: str, *, waits_for_blog: bool) -> bool:
    """Failed; to be tried again at `due_at`."""
    return _settle(tx, task, owner, due_at=due_at, attempts=work.c.attempts + 1, last_error=error[:500],
                   waits_for_blog=waits_for_blog)  # fmt: skip


def _settle(tx: Connection, task: Task, owner: str, **values: object) -> bool:
    done = tx.execute(
        update(work)
        .where(work.c.station == task.station, work.c.entity == task.entity, work.c.lease_owner == owner)
        .values(lease_owner=None, lease_until=None, **values)
    )
    return done.rowcount == 1


def clear(tx: Connection, entity: str) -> None:
    """Nothing is due for an entity: it has just been done in another way."""
    tx.execute(update(work).where(work.c.entity == entity, work.c.lease_owner.is_(None)).values(due_at=None))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """Nothing is due for a blog that has left."""
    tx.execute(delete(work).where(work.c.blog_id == blog_id))


def release_all(tx: Connection) -> None:
    """A starting worker that is alone on its database: leases of the dead one before it are over."""
    tx.execute(update(work).where(work.c.lease_owner.is_not(None)).values(lease_owner=None, lease_until=None))


def stations_due(tx: Connection, now: datetime, *, well_only: bool = False) -> dict[str, datetime]:
    """Stations with due work that nobody holds, and since when; a look without a lock."""
    due = _claimable(now, well_only=well_only)
    oldest = select(work.c.station, func.min(work.c.due_at).label("since")).where(due).group_by(work.c.station)
    return {row.station: row.since for row in tx.execute(oldest)}


def _claimable(now: datetime, *, well_only: bool) -> ColumnElement[bool]:
    free = or_(work.c.lease_until.is_(None), work.c.lease_until < now)
    return and_(work.c.due_at <= now, free, *([work.c.attempts == 0] if well_only else []))


def oldest_due(tx: Connection, now: datetime) -> dict[str, float]:
    """Seconds that the oldest due work of each station has waited for *us* (not for a blog's backoff).

    What is being worked at is progress, however long it takes; a lease that ran out is none.
    """
    free = or_(work.c.lease_until.is_(None), work.c.lease_until < now)
    rows = tx.execute(
        select(work.c.station, func.min(work.c.due_at).label("oldest"))
        .where(work.c.due_at <= now, work.c.waits_for_blog.is_(False), free)
        .group_by(work.c.station)
    )
    return {row.station: (now - row.oldest).total_seconds() for row in rows}


def pending(tx: Connection, now: datetime) -> dict[str, int]:
    """How much is due or scheduled, by station."""
    rows = tx.execute(select(work.c.station, func.count()).where(work.c.due_at.is_not(None)).group_by(work.c.station))
    return {row[0]: row[1] for row in rows}
