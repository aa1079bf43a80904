"""What is due, for whom, and who is at it.

The tables are the truth, a queue would only wake: `due_at` is written in the transaction that made the work
due, a lease returns by itself when its holder dies, and completion is fenced by the owner's name.
An entity that has run rests for a while (`rested_at`); what becomes due meanwhile waits and is done once.

A claim counts as a crash until it ends in any other way: whoever dies cannot say so. Who did not live to the end of it
twice is tried alone, so that what merely ran beside it is told from it, and after five times in a row it is set aside
until somebody says `retry`. Of what a blog sent the delivery is set aside, never the blog (`storage.deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bridge.model import Station
from bridge.storage.database import CHANNEL
from bridge.storage.tables import UtcDateTime, work

BANK = "bank"  # the entity of work that concerns no single blog
ALONE_AFTER, SET_ASIDE_AFTER = 2, 5  # crashes in a row
LONGEST_REST = timedelta(seconds=60)  # what says more was written by a clock that was ahead
LONGEST_WAIT = timedelta(hours=30)  # the same of what is planned: a night, a day, a blog's backoff
AFTER_CRASH = timedelta(seconds=5)  # those who wait go before what their worker died of
AT_ONCE = (Station.ABSORB, Station.EPOCH, Station.REFRESH, Station.FOLLOW, Station.PUSH)  # never planned ahead
# These follow from what a blog sends; while it sends more than fits into a turn they would only be done twice.
FOLLOWING = (Station.REFRESH, Station.TALLY, Station.FOLLOW)
SUSPECT = work.c.crashes >= literal_column(str(ALONE_AFTER))
SET_ASIDE = and_(work.c.crashes >= literal_column(str(SET_ASIDE_AFTER)), work.c.station != Station.ABSORB)


@dataclass(frozen=True, slots=True)
class Task:
    """One claimed piece of work; `marks` tells later whether it became due again meanwhile."""

    station: Station
    entity: str
    marks: int
    attempts: int
    crashes: int = 0  # before this claim

    @property
    def suspect(self) -> bool:
        """Whether nothing else may run beside it."""
        return self.crashes >= ALONE_AFTER


@dataclass(frozen=True, slots=True)
class Queue:
    """Due work of a station that stands in one place of the order."""

    station: Station
    unfinished: bool = False  # its last turn ended before its work
    suspect: bool = False


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
    longest = type_coerce(fresh, BigInteger) + int(LONGEST_REST.total_seconds() * 1_000_000)
    rests = and_(work.c.rested_at > fresh, type_coerce(work.c.rested_at, BigInteger) <= longest)
    rested = fresh if urgent else case((rests, work.c.rested_at), else_=fresh)
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
    well_only: bool = False, queue: Queue | None = None,
) -> list[Task]:  # fmt: skip
    """Take due work under a lease; what keeps failing goes last, so that dead blogs delay nobody.

    `well_only`: nothing whose last try failed. `queue`: only what stands in it.
    """
    since = case((work.c.lease_until.is_not(None), work.c.lease_until), else_=work.c.due_at)
    chosen = (
        select(work.c.entity)
        .where(work.c.station == station, claimable(now, well_only=well_only))
        .order_by(work.c.attempts > 3, since, work.c.entity)
        .limit(limit)
    )
    if queue is not None:
        chosen = chosen.where(work.c.unfinished.is_(queue.unfinished), SUSPECT if queue.suspect else not_(SUSPECT))
    # Two statements: PostgreSQL may evaluate a sub-select with LIMIT more than once, and claim more than it tells.
    entities = list(tx.execute(chosen.with_for_update(skip_locked=True)).scalars())
    rows = tx.execute(
        update(work)
        .where(work.c.station == station, work.c.entity.in_(entities))
        .values(lease_owner=owner, lease_until=now + lease, crashes=work.c.crashes + 1)
        .returning(work.c.entity, work.c.marks, work.c.attempts, work.c.crashes)
    ).all()
    return [Task(station, row.entity, row.marks, row.attempts, row.crashes - 1) for row in rows]


def pause(tx: Connection, task: Task, owner: str, until: datetime) -> bool:
    """Keep it without being at it: a crash now is none of its. False: the lease was lost."""
    return _hold(tx, task, owner, lease_until=until, crashes=task.crashes)


def resume(tx: Connection, task: Task, owner: str, until: datetime) -> bool:
    """Go on with what was kept. False: the lease was lost, somebody else has it."""
    return _hold(tx, task, owner, lease_until=until, crashes=task.crashes + 1)


def hand_back(tx: Connection, task: Task, owner: str) -> bool:
    """What was kept is for anybody again."""
    return _hold(tx, task, owner, lease_owner=None, lease_until=None)


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
    return _hold(tx, task, owner, **_ENDED, due_at=again, rested_at=now + rest, attempts=0, last_error=None,
                 waits_for_blog=False, unfinished=False)  # fmt: skip


def go_on(tx: Connection, task: Task, owner: str, now: datetime) -> bool:
    """Its turn is over, its work is not: due again behind all that is due by now, without a rest."""
    return _hold(tx, task, owner, **_ENDED, due_at=now, rested_at=now, attempts=0, last_error=None,
                 waits_for_blog=False, unfinished=True)  # fmt: skip


def later(
    tx: Connection, task: Task, owner: str, now: datetime, pause: timedelta, error: str, *, waits_for_blog: bool
) -> bool:  # fmt: skip
    """Failed; to be tried again after a pause."""
    return _hold(tx, task, owner, **_ENDED, due_at=now + pause, rested_at=now, attempts=work.c.attempts + 1,
                 last_error=error[:500], waits_for_blog=waits_for_blog, unfinished=False)  # fmt: skip


_ENDED = {"lease_owner": None, "lease_until": None, "crashes": 0}


def _hold(tx: Connection, task: Task, owner: str, **values: object) -> bool:
    done = tx.execute(
        update(work)
        .where(work.c.station == task.station, work.c.entity == task.entity, work.c.lease_owner == owner)
        .values(**values)
    )
    return done.rowcount == 1


def list_set_aside(tx: Connection, blog_id: str | None = None) -> list[tuple[Station, str]]:
    """(station, entity) of what ended its worker again and again, and is not tried any more."""
    chosen = select(work.c.station, work.c.entity).where(SET_ASIDE, work.c.lease_owner.is_(None))
    if blog_id is not None:
        chosen = chosen.where(work.c.blog_id == blog_id)
    return [(Station(row.station), row.entity) for row in tx.execute(chosen.order_by(work.c.station, work.c.entity))]


def set_aside(tx: Connection, station: Station, entity: str, now: datetime) -> None:
    """Not to be tried until somebody says `retry`: it was found out in another way."""
    mark_due(tx, station, [entity], now, blog_id=entity.partition("/")[0])
    one = and_(work.c.station == station, work.c.entity == entity)
    tx.execute(update(work).where(one).values(crashes=SET_ASIDE_AFTER))


def retry(
    tx: Connection, now: datetime, *, blog_id: str | None = None, station: Station | None = None,
    entity: str | None = None,
) -> int:  # fmt: skip
    """What was set aside (of a blog, of a station, of an entity; or all) is due again, as if it had never been; how
    much."""
    chosen = [SET_ASIDE, work.c.lease_owner.is_(None)]
    for column, wanted in ((work.c.blog_id, blog_id), (work.c.station, station), (work.c.entity, entity)):
        if wanted is not None:
            chosen.append(column == wanted)
    return tx.execute(update(work).where(*chosen).values(crashes=0, due_at=now, lease_until=None)).rowcount


def clear(tx: Connection, entity: str) -> None:
    """Nothing is due for an entity: it has just been done in another way."""
    tx.execute(update(work).where(work.c.entity == entity, work.c.lease_owner.is_(None)).values(due_at=None))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """Nothing is due for a blog that has left."""
    tx.execute(delete(work).where(work.c.blog_id == blog_id))


def correct(tx: Connection, now: datetime, longest_lease: timedelta) -> None:
    """What was written by a clock that was ahead does not wait until ours is there."""
    ahead = work.c.rested_at > now + LONGEST_REST
    soon = and_(work.c.station.in_(AT_ONCE), work.c.attempts == 0, work.c.due_at > now + LONGEST_REST)
    tx.execute(
        update(work).where(work.c.due_at > now, or_(ahead, soon, work.c.due_at > now + LONGEST_WAIT)).values(due_at=now)
    )
    tx.execute(update(work).where(ahead).values(rested_at=now))
    tx.execute(update(work).where(work.c.lease_until > now + longest_lease).values(lease_until=now))


def release_all(tx: Connection, now: datetime) -> None:
    """A starting worker that is alone on its database: leases of the dead one before it are over.

    One of them may be what it died of: first those who waited beside it.
    """
    held = work.c.lease_owner.is_not(None)
    tx.execute(update(work).where(held).values(lease_owner=None, lease_until=now + AFTER_CRASH))


def queues_due(tx: Connection, now: datetime, *, well_only: bool = False) -> dict[Queue, datetime]:
    """Where there is due work that nobody holds, and since when; a look without a lock."""
    kinds = work.c.station, work.c.unfinished, SUSPECT.label("suspect")
    oldest = select(*kinds, func.min(work.c.due_at).label("since")).where(claimable(now, well_only=well_only))
    return {
        Queue(Station(row.station), bool(row.unfinished), bool(row.suspect)): row.since
        for row in tx.execute(oldest.group_by(*kinds))
    }


def claimable(now: datetime, *, well_only: bool = False) -> ColumnElement[bool]:
    """What is due, and nobody has it."""
    free = or_(work.c.lease_until.is_(None), work.c.lease_until < now)
    only = [work.c.attempts == 0] if well_only else []
    return and_(work.c.due_at <= now, free, not_(SET_ASIDE), _not_of_an_archive(), *only)


def _not_of_an_archive() -> ColumnElement[bool]:
    """It does not follow from what a blog is still sending by more than fits into a turn."""
    absorbing = work.alias("absorbing")
    sending = select(absorbing.c.entity).where(
        absorbing.c.station == Station.ABSORB, absorbing.c.due_at.is_not(None), absorbing.c.unfinished
    )
    return or_(work.c.station.not_in(FOLLOWING), work.c.blog_id.is_(None), work.c.blog_id.not_in(sending))


def pending(tx: Connection, now: datetime) -> dict[str, int]:
    """How much is due or scheduled, by station."""
    rows = tx.execute(select(work.c.station, func.count()).where(work.c.due_at.is_not(None), not_(SET_ASIDE))
                      .group_by(work.c.station))  # fmt: skip
    return {row[0]: row[1] for row in rows}
