"""Which work may be begun now: what is due and free, in which queue it stands, and what is kept back.

What ended its worker again and again is in no queue any more (`storage.core.set_aside_jobs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, not_, or_, select

from bridge.storage.core.tables import jobs

ALONE_AFTER_CRASHES, SET_ASIDE_AFTER_CRASHES = 2, 5  # crashes in a row
# A station is a name to the queue (`operations.stations` says what each does). Two things it knows of some of them:
INTAKE_KIND = "absorb"  # reads what a blog sent; of that a delivery is set aside, never the blog
# These follow from what a blog sends; while it sends more than fits into a turn they would only be done twice.
FOLLOWING_KINDS = ("refresh", "tally", "follow")
IS_SUSPECT = jobs.c.crashes >= literal_column(str(ALONE_AFTER_CRASHES))
IS_SET_ASIDE = and_(jobs.c.crashes >= literal_column(str(SET_ASIDE_AFTER_CRASHES)), jobs.c.station != INTAKE_KIND)


@dataclass(frozen=True, slots=True)
class Queue:
    """Due work of a station that stands in one place of the order."""

    station: str
    unfinished: bool = False  # its last turn ended before its work
    suspect: bool = False


def list_due_queues(tx: Connection, now: datetime, *, well_only: bool = False) -> dict[Queue, datetime]:
    """Where there is due work that nobody holds, and since when; a look without a lock."""
    kinds = jobs.c.station, jobs.c.unfinished, IS_SUSPECT.label("suspect")
    oldest = select(*kinds, func.min(jobs.c.due_at).label("since")).where(claimable(now, well_only=well_only))
    return {
        Queue(row.station, bool(row.unfinished), bool(row.suspect)): row.since
        for row in tx.execute(oldest.group_by(*kinds))
    }


def claimable(now: datetime, *, well_only: bool = False) -> ColumnElement[bool]:
    """The condition that a job is due and nobody has it."""
    free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < now)
    only = [jobs.c.attempts == 0] if well_only else []
    return and_(jobs.c.due_at <= now, free, not_(IS_SET_ASIDE), _not_of_an_archive(), *only)


def _not_of_an_archive() -> ColumnElement[bool]:
    """It does not follow from what a blog is still sending by more than fits into a turn."""
    absorbing = jobs.alias("absorbing")
    sending = select(absorbing.c.entity).where(
        absorbing.c.station == INTAKE_KIND, absorbing.c.due_at.is_not(None), absorbing.c.unfinished
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
