"""What came from a blog and what went to it, as its owner reads it: newest first, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bridge.storage.blogs.tables import call_log, deliveries, outbox


@dataclass(frozen=True, slots=True)
class ReceivedCounts:
    """How far the bridge is with what a blog sent."""

    received: int
    read: int
    waiting: int
    quarantined: int
    last_at: datetime | None


def count_received(tx: Connection, blog_id: str) -> ReceivedCounts:
    """Counts over all deliveries of a blog."""
    rows = tx.execute(
        select(deliveries.c.state, func.count(), func.max(deliveries.c.received_at))
        .where(deliveries.c.blog_id == blog_id)
        .group_by(deliveries.c.state)
    ).all()
    count = {row[0]: row[1] for row in rows}
    return ReceivedCounts(
        sum(count.values()),
        count.get("absorbed", 0),
        count.get("waiting", 0),
        count.get("quarantined", 0),
        max((row[2] for row in rows), default=None),
    )


RECEIVED_COLUMNS = (
    deliveries.c.id,
    deliveries.c.webhook_id,
    deliveries.c.received_at,
    deliveries.c.state,
    deliveries.c.type,
    deliveries.c.size,
    deliveries.c.error,
    deliveries.c.settled_at,
    deliveries.c.body.is_not(None).label("kept"),
)


def list_received(tx: Connection, blog_id: str, state: str | None, before: int | None, limit: int) -> list[Any]:
    """Deliveries without their bytes; `before`: older than that id."""
    statement = select(*RECEIVED_COLUMNS).where(deliveries.c.blog_id == blog_id)
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    if before is not None:
        statement = statement.where(deliveries.c.id < before)
    return list(tx.execute(statement.order_by(deliveries.c.id.desc()).limit(limit)))


def find_received(tx: Connection, blog_id: str, delivery_id: int) -> Any | None:
    """One delivery with its bytes, as long as they are kept."""
    statement = select(*RECEIVED_COLUMNS, deliveries.c.body)
    return tx.execute(statement.where(deliveries.c.blog_id == blog_id, deliveries.c.id == delivery_id)).first()


def list_calls(tx: Connection, blog_id: str, failed: bool, before: int | None, limit: int) -> list[Any]:
    """Calls to the blog; `failed`: only those that did not work."""
    statement = select(call_log).where(call_log.c.blog_id == blog_id)
    if failed:
        statement = statement.where(call_log.c.error.is_not(None))
    if before is not None:
        statement = statement.where(call_log.c.id < before)
    return list(tx.execute(statement.order_by(call_log.c.at.desc(), call_log.c.id.desc()).limit(limit)))


PUSHED_COLUMNS = (outbox.c.kind, outbox.c.object, outbox.c.version, outbox.c.acknowledged, outbox.c.changed_at)


def list_pushed(tx: Connection, blog_id: str, only_open: bool, offset: int, limit: int) -> list[Any]:
    """What the blog shall hold, latest changed first; `only_open`: what it has not taken."""
    statement = select(*PUSHED_COLUMNS, func.length(outbox.c.payload).label("size")).where(outbox.c.blog_id == blog_id)
    if only_open:
        statement = statement.where(outbox.c.version > outbox.c.acknowledged)
    ordered = statement.order_by(outbox.c.changed_at.desc(), outbox.c.kind, outbox.c.object)
    return list(tx.execute(ordered.offset(offset).limit(limit)))


def mark_object_for_resend(tx: Connection, blog_id: str, kind: str, name: str) -> int:
    """Let the blog be told one thing again, whatever it has; how many (0: there is no such thing)."""
    return _resend(tx, blog_id, outbox.c.kind == kind, outbox.c.object == name)


def mark_changed_for_resend(tx: Connection, blog_id: str, start: datetime, end: datetime) -> int:
    """The same of all that changed from `start` until before `end`."""
    return _resend(tx, blog_id, outbox.c.changed_at >= start, outbox.c.changed_at < end)


def _resend(tx: Connection, blog_id: str, *chosen: Any) -> int:
    return tx.execute(update(outbox).where(outbox.c.blog_id == blog_id, *chosen).values(acknowledged=0)).rowcount


def count_quarantined_since(tx: Connection, blog_id: str, since: datetime) -> int:
    """Deliveries that went into quarantine since a moment."""
    return int(
        tx.execute(
            select(func.count()).where(
                deliveries.c.blog_id == blog_id, deliveries.c.state == "quarantined", deliveries.c.settled_at >= since
            )
        ).scalar_one()
    )


def list_all_received(tx: Connection, blog_id: str) -> Sequence[Any]:
    """For taking along: every delivery, without its bytes."""
    return tx.execute(select(*RECEIVED_COLUMNS).where(deliveries.c.blog_id == blog_id).order_by(deliveries.c.id)).all()


def list_all_calls(tx: Connection, blog_id: str) -> Sequence[Any]:
    """For taking along: every call in the log."""
    return tx.execute(select(call_log).where(call_log.c.blog_id == blog_id).order_by(call_log.c.id)).all()
