"""What is due, for whom, and when.

The tables are the truth, a queue would only wake: `due_at` is written in the transaction that made the work
due, a lease returns by itself when its holder dies, and completion is fenced by the owner's name.
An entity that has run rests for a while (`rested_at`); what becomes due meanwhile waits and is done once.

`generation` only grows: to an even number when a job is claimed, to an odd one when it is made due. Whoever has
claimed it sees at the end by their own number whether it was made due again meanwhile, and all others by an odd one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    and_,
    case,
    delete,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.core.doorbell import mark_makes_due
from bridge.storage.core.tables import jobs

BANK = "bank"  # the entity of work that concerns no single blog
LONGEST_REST = timedelta(seconds=60)  # what says more was written by a clock that was ahead
IS_DUE_AGAIN = jobs.c.generation % 2 == 1  # since it was last claimed
NEXT_GENERATION = jobs.c.generation + 1 + jobs.c.generation % 2  # of what is made due
CLAIMED_GENERATION = jobs.c.generation + 2 - jobs.c.generation % 2


class JobPlan(NamedTuple):
    """When a piece of work is done next, and how often in a row it has failed."""

    due_at: datetime
    attempts: int


def mark_due(
    tx: Connection,
    station: str,
    entities: Iterable[str],
    at: datetime,
    *,
    blog_id: str | None = None,
    urgent: bool = False,
    thorough: bool = True,
) -> None:
    """Make work due `at` the earliest; what rests waits for the end of its rest, unless `urgent`.

    `thorough`: not only to bring what is written down already; that stays until it is done.
    """
    mark_due_by_entity(tx, station, dict.fromkeys(entities, blog_id), at, urgent=urgent, thorough=thorough)


def mark_due_by_entity(
    tx: Connection,
    station: str,
    blog_ids: Mapping[str, str | None],
    at: datetime,
    *,
    urgent: bool = False,
    thorough: bool = True,
) -> None:
    """The same for entities of several blogs (entity → blog) at once."""
    rows = [
        {
            "station": station,
            "entity": entity,
            "blog_id": blog_id,
            "due_at": at,
            "attempts": 0,
            "generation": 1,
            "waits_for_blog": False,
            "thorough": thorough,
        }
        for entity, blog_id in sorted(blog_ids.items())
    ]
    if not rows:
        return
    tx.execute(_due_statement(tx.dialect.name, urgent), rows)
    mark_makes_due(tx)


@cache
def _due_statement(dialect: str, urgent: bool) -> sqlite.Insert | postgresql.Insert:
    """Made once: it stands in nearly every transaction, ingest's too, and costs more to build than to run."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(jobs)
    fresh = insert.excluded.due_at
    longest = type_coerce(fresh, BigInteger) + int(LONGEST_REST.total_seconds() * 1_000_000)
    rests = and_(jobs.c.rested_at > fresh, type_coerce(jobs.c.rested_at, BigInteger) <= longest)
    rested = fresh if urgent else case((rests, jobs.c.rested_at), else_=fresh)
    earliest = case((jobs.c.due_at.is_(None), rested), (jobs.c.due_at < rested, jobs.c.due_at), else_=rested)
    # A blog's backoff is not shortened by news for it: only its own word or the schedule ends it.
    due = case(
        (and_(jobs.c.attempts > 0, jobs.c.due_at.is_not(None), literal(not urgent)), jobs.c.due_at), else_=earliest
    )
    statement: sqlite.Insert | postgresql.Insert = insert.on_conflict_do_update(
        index_elements=[jobs.c.station, jobs.c.entity],
        set_={
            "due_at": due,
            "blog_id": insert.excluded.blog_id,
            "generation": NEXT_GENERATION,
            "thorough": or_(and_(jobs.c.due_at.is_not(None), jobs.c.thorough), insert.excluded.thorough),
        },
    )
    return statement


def find_plan(tx: Connection, station: str, entity: str) -> JobPlan | None:
    """When one piece of work is done next; None: nothing is due."""
    due = select(jobs.c.due_at, jobs.c.attempts).where(
        jobs.c.station == station, jobs.c.entity == entity, jobs.c.due_at.is_not(None)
    )
    row = tx.execute(due).first()
    return None if row is None else JobPlan(*row)


def mark_not_due(tx: Connection, entity: str) -> None:
    """Nothing is due for an entity: it has just been done in another way."""
    tx.execute(update(jobs).where(jobs.c.entity == entity, jobs.c.lease_owner.is_(None)).values(due_at=None))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Nothing is due for a blog that has left."""
    tx.execute(delete(jobs).where(jobs.c.blog_id == blog_id))
