"""Intake that is due already is left alone by whoever brings more for it (PostgreSQL).

Whoever writes a job's row keeps all others who want it waiting until their own commit is on the disk: two web processes
that take deliveries of one blog would wait for each other. So what arrives only looks at that row. If it is due, and
nobody has claimed it since, nothing is written: it says by a lock that it shares with others, and that ends with its
transaction, that it is under way. Whoever has claimed the job asks for that lock before reading (`mark_arriving`): what
is still under way then may not be seen yet, so the job is noted to be due again.

Both ways of a claim meet: the look at the row comes after the lock, the question for the lock after the claim.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from zlib import crc32

from sqlalchemy import Connection, Select, Update, and_, bindparam, or_, select, text, update

from bridge.storage.core.job_queues import INTAKE_KIND
from bridge.storage.core.jobs import IS_DUE_AGAIN, LONGEST_REST, NEXT_GENERATION
from bridge.storage.core.tables import UtcDateTime, jobs

LOCK_CLASS = 48_151_625  # of advisory locks, beside the numbers of migrations and of the sole holder
# A commit takes deliveries of many blogs, and a server has room for some thousand locks. Who shares a slot with another
# blog is looked at once more.
SLOTS = 64
SOON = timedelta(seconds=1)  # machines' clocks differ: what is due so little later is due


def list_due_already(tx: Connection, blog_ids: Collection[str], at: datetime) -> set[str]:
    """Blogs whose intake will be done without a word from us, after this transaction or once more after it."""
    if tx.dialect.name != "postgresql":  # SQLite has one writer: there is nobody to wait for
        return set()
    slots = sorted({_slot(blog_id) for blog_id in blog_ids})
    tx.execute(_SHARED, {"class": LOCK_CLASS, "slots": slots})
    return set(tx.scalars(_due(), {"blogs": sorted(blog_ids), "soon": at + SOON, "longest": at + LONGEST_REST}))


def mark_arriving(tx: Connection, blog_id: str) -> None:
    """Note that a claimed intake is due again, if anything for it is under way now; for whoever begins to read."""
    if tx.dialect.name == "postgresql":
        tx.execute(_again(), {"blog": blog_id, "class": LOCK_CLASS, "slot": _slot(blog_id)})


def _slot(blog_id: str) -> int:
    return crc32(blog_id.encode()) % SLOTS


_SHARED = text("SELECT pg_advisory_xact_lock_shared(:class, slot) FROM unnest(CAST(:slots AS integer[])) AS slot")
# Taken and let go of in one statement: nobody who delivers waits for a worker that stands still.
_SOMEBODY_ARRIVES = (
    "NOT CASE WHEN pg_try_advisory_lock(:class, :slot) THEN pg_advisory_unlock(:class, :slot) ELSE false END"
)


@cache
def _due() -> Select[str]:
    soon, longest = (bindparam(name, type_=UtcDateTime()) for name in ("soon", "longest"))
    rests = and_(jobs.c.due_at <= jobs.c.rested_at, jobs.c.rested_at <= longest)
    # The same that `jobs.mark_due` would leave as it is.
    comes = and_(jobs.c.due_at.is_not(None), or_(jobs.c.due_at <= soon, rests, jobs.c.attempts > 0))
    return select(jobs.c.entity).where(
        jobs.c.station == INTAKE_KIND,
        jobs.c.entity.in_(bindparam("blogs", expanding=True)),
        jobs.c.thorough.is_(True),
        or_(jobs.c.lease_until.is_(None), IS_DUE_AGAIN),
        comes,
    )


@cache
def _again() -> Update:
    return (
        update(jobs)
        .where(jobs.c.station == INTAKE_KIND, jobs.c.entity == bindparam("blog"), text(_SOMEBODY_ARRIVES))
        .values(generation=NEXT_GENERATION)
    )
