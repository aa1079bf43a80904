"""Work that ended its worker again and again: it is not tried any more until somebody says `retry`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from bridge.storage.core.job_queues import IS_SET_ASIDE, SET_ASIDE_AFTER_CRASHES
from bridge.storage.core.jobs import mark_due
from bridge.storage.core.tables import jobs


def list_set_aside(tx: Connection, blog_id: str | None = None) -> list[tuple[str, str]]:
    """(station, entity) of what ended its worker again and again, and is not tried any more."""
    chosen = select(jobs.c.station, jobs.c.entity).where(IS_SET_ASIDE, jobs.c.lease_owner.is_(None))
    if blog_id is not None:
        chosen = chosen.where(jobs.c.blog_id == blog_id)
    return [(row.station, row.entity) for row in tx.execute(chosen.order_by(jobs.c.station, jobs.c.entity))]


def mark_set_aside(tx: Connection, station: str, entity: str, now: datetime) -> None:
    """Not to be tried until somebody says `retry`: it was found out in another way."""
    mark_due(tx, station, [entity], now, blog_id=entity.partition("/")[0])
    same = and_(jobs.c.station == station, jobs.c.entity == entity)
    tx.execute(update(jobs).where(same).values(crashes=SET_ASIDE_AFTER_CRASHES))


def mark_set_aside_due(
    tx: Connection,
    now: datetime,
    *,
    blog_id: str | None = None,
    station: str | None = None,
    entity: str | None = None,
) -> int:
    """What was set aside (of a blog, of a station, of an entity; or all) is due again, as if it had never been; how
    much."""
    chosen = [IS_SET_ASIDE, jobs.c.lease_owner.is_(None)]
    for column, value in ((jobs.c.blog_id, blog_id), (jobs.c.station, station), (jobs.c.entity, entity)):
        if value is not None:
            chosen.append(column == value)
    return tx.execute(update(jobs).where(*chosen).values(crashes=0, due_at=now, lease_until=None)).rowcount
