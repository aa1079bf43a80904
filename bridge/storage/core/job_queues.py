"""Which work may be begun now: what is due and free, in which queue it stands, and what is kept back.

Looking and claiming read the first rows of a queue in its own order (the index `ix_jobs_queue`) and the few rows that
have a lease (`ix_jobs_leased`): what they cost does not grow with what is due.
What ended its worker again and again is in no queue any more (`storage.core.set_aside_jobs`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    func,
    join,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from bridge.storage.core.tables import UtcDateTime, jobs

ALONE_AFTER_CRASHES, SET_ASIDE_AFTER_CRASHES = 2, 5  # crashes in a row
FAILING_AFTER_ATTEMPTS = 3  # who failed more often in a row goes last
# A station is a name to the queue (`operations.stations` says what each does). Two things it knows of some of them:
INTAKE_KIND = "absorb"  # reads what a blog sent; of that a delivery is set aside, never the blog
# These follow from what a blog sends; while it sends more than fits into a turn they would only be done twice.
FOLLOWING_KINDS = ("refresh", "tally", "follow")
# As the index has them, word by word.
IS_SUSPECT = jobs.c.crashes >= literal_column(str(ALONE_AFTER_CRASHES))
IS_FAILING = jobs.c.attempts > literal_column(str(FAILING_AFTER_ATTEMPTS))
IS_SET_ASIDE = and_(jobs.c.crashes >= literal_column(str(SET_ASIDE_AFTER_CRASHES)), jobs.c.station != INTAKE_KIND)
_NOW = bindparam("now", type_=UtcDateTime())
IS_FREE = jobs.c.lease_until.is_(None)  # nobody has it; also what was let go of in good order
IS_EXPIRED = jobs.c.lease_until < _NOW  # whoever had it is dead


@dataclass(frozen=True, slots=True)
class Queue:
    """Due work of a station that stands in one place of the order."""

    station: str
    unfinished: bool = False  # its last turn ended before its work
    suspect: bool = False


def list_due_queues(
    tx: Connection, now: datetime, stations: Iterable[str], *, well_only: bool = False
) -> dict[Queue, datetime]:
    """Where there is due work of `stations` that nobody holds, and since when who comes next there is due.

    A look without a lock. `well_only`: only what has not failed the last time.
    """
    due: dict[Queue, datetime] = {}
    for look in _looks(tuple(stations), well_only):
        for station, unfinished, suspect, since in tx.execute(look, {"now": now}):
            if since is not None:
                queue = Queue(station, bool(unfinished), bool(suspect))
                due[queue] = min(since, due.get(queue, since))
    return due


def list_due_entities(tx: Connection, now: datetime, station: str, limit: int) -> list[str]:
    """Of a station the first that are due and that nobody holds: news before what is gone on with, failing ones last.

    Reads the first rows of each of its queues, as whoever claims does.
    """
    due: list[str] = []
    for unfinished in (False, True):
        for suspect in (False, True):
            queue = (jobs.c.station == station, jobs.c.unfinished.is_(unfinished), IS_SUSPECT.is_(suspect))
            for leased, since in ((IS_FREE, jobs.c.due_at), (IS_EXPIRED, jobs.c.lease_until)):
                order = IS_FAILING, since, jobs.c.entity
                first = select(jobs.c.entity).where(*queue, *due_conditions(leased)).order_by(*order).limit(limit)
                due += tx.scalars(first, {"now": now})
    return due[:limit]


@cache
def _looks(stations: tuple[str, ...], well_only: bool) -> tuple[Select[str, bool, bool, datetime], ...]:
    """Made once: every lane of a worker looks again and again."""
    queues = _queues_of(stations)
    first_free = (
        select(jobs.c.due_at)
        .where(_stands_in(queues), *due_conditions(IS_FREE, well_only=well_only))
        .order_by(IS_FAILING, jobs.c.due_at)
        .limit(1)
        .scalar_subquery()
    )
    expired = (
        select(*queues.c, func.min(jobs.c.due_at))
        .where(_stands_in(queues), *due_conditions(IS_EXPIRED, well_only=well_only))
        .group_by(*queues.c)
    )
    return select(*queues.c, first_free), expired


def due_conditions(leased: ColumnElement[bool], *, well_only: bool = False) -> Collection[ColumnElement[bool]]:
    """That a job is due at `now`, a parameter of the statement, and to be had: `IS_FREE` or `IS_EXPIRED`."""
    well = [jobs.c.attempts == 0] if well_only else []
    return (leased, jobs.c.due_at <= _NOW, not_(IS_SET_ASIDE), _not_of_an_archive(), *well)


@cache
def _queues_of(stations: tuple[str, ...]) -> CTE:
    """All queues that these stations may have, as rows; made once, as it stands in every look."""
    names = union_all(*(select(literal(station, String).label("station")) for station in stations)).subquery()
    unfinished, suspect = (
        union_all(*(select(literal(value, Boolean).label("value")) for value in (False, True))).subquery(name)
        for name in ("unfinished", "suspect")
    )
    every = select(names.c.station, unfinished.c.value.label("unfinished"), suspect.c.value.label("suspect"))
    return every.select_from(join(join(names, unfinished, true()), suspect, true())).cte("queues")


def _stands_in(queues: CTE) -> ColumnElement[bool]:
    return and_(
        jobs.c.station == queues.c.station,
        jobs.c.unfinished == queues.c.unfinished,
        queues.c.suspect == IS_SUSPECT,
    )


def claimable() -> ColumnElement[bool]:
    """The condition that a job is due at `now`, a parameter of the statement, and nobody is at it."""
    return or_(*(and_(*due_conditions(leased)) for leased in (IS_FREE, IS_EXPIRED)))


def _not_of_an_archive() -> ColumnElement[bool]:
    """It does not follow from what a blog is still sending by more than fits into a turn."""
    absorbing = jobs.alias("absorbing")
    sending = select(absorbing.c.entity).where(
        # The second is what the index of these few has for its condition.
        absorbing.c.station == INTAKE_KIND,
        absorbing.c.unfinished.is_(True),
        absorbing.c.due_at.is_not(None),
    )
    return or_(jobs.c.station.not_in(FOLLOWING_KINDS), jobs.c.blog_id.is_(None), jobs.c.blog_id.not_in(sending))


def count_pending(tx: Connection, now: datetime) -> dict[str, int]:
    """How much is due or scheduled, by station."""
    rows = tx.execute(
        select(jobs.c.station, func.count())
        .where(jobs.c.due_at.is_not(None), not_(IS_SET_ASIDE))
        .group_by(jobs.c.station)
    )
    return {row[0]: row[1] for row in rows}
