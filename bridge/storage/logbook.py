"""What came from a blog and what went to it, as its owner reads it: newest first, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bridge.model import Station
from bridge.storage.tables import attempts, deliveries, pushes, work


@dataclass(frozen=True, slots=True)
class Intake:
    """How far the bridge is with what a blog sent."""

    received: int
    read: int
    waiting: int
    quarantined: int
    last_at: datetime | None


def intake(tx: Connection, blog_id: str) -> Intake:
    """Counts over all deliveries of a blog."""
    rows = tx.execute(
        select(deliveries.c.state, func.count(), func.max(deliveries.c.received_at))
        .where(deliveries.c.blog_id == blog_id)
        .group_by(deliveries.c.state)
    ).all()
    count = {row[0]: row[1] for row in rows}
    return Intake(
        sum(count.values()), count.get("absorbed", 0), count.get("waiting", 0), count.get("quarantined", 0),
        max((row[2] for row in rows), default=None),
    )  # fmt: skip


RECEIVED = (
    deliveries.c.id, deliveries.c.webhook_id, deliveries.c.received_at, deliveries.c.state, deliveries.c.type,
    deliveries.c.size, deliveries.c.error, deliveries.c.settled_at, deliveries.c.body.is_not(None).label("kept"),
)  # fmt: skip


def list_received(tx: Connection, blog_id: str, state: str | None, before: int | None, limit: int) -> list[Any]:
    """Deliveries without their bytes; `before`: older than that id."""
    statement = select(*RECEIVED).where(deliveries.c.blog_id == blog_id)
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    if before is not None:
        statement = statement.where(deliveries.c.id < before)
    return list(tx.execute(statement.order_by(deliveries.c.id.desc()).limit(limit)))


def find_received(tx: Connection, blog_id: str, delivery_id: int) -> Any | None:
    """One delivery with its bytes, as long as they are kept."""
    statement = select(*RECEIVED, deliveries.c.body)
    return tx.execute(statement.where(deliveries.c.blog_id == blog_id, deliveries.c.id == delivery_id)).first()


def list_calls(tx: Connection, blog_id: str, failed: bool, before: int | None, limit: int) -> list[Any]:
    """Calls to the blog; `failed`: only those that did not work."""
    statement = select(attempts).where(attempts.c.blog_id == blog_id)
    if failed:
        statement = statement.where(attempts.c.error.is_not(None))
    if before is not None:
        statement = statement.where(attempts.c.id < before)
    return list(tx.execute(statement.order_by(attempts.c.at.desc(), attempts.c.id.desc()).limit(limit)))


def next_call(tx: Connection, blog_id: str) -> Any | None:
    """When the blog is called next, and how often that has failed: (due_at, attempts); None: nothing is due."""
    return tx.execute(
        select(work.c.due_at, work.c.attempts).where(
            work.c.station == Station.PUSH, work.c.entity == blog_id, work.c.due_at.is_not(None)
        )
    ).first()


HELD = (pushes.c.kind, pushes.c.object, pushes.c.version, pushes.c.acknowledged, pushes.c.changed_at)


def list_held(tx: Connection, blog_id: str, only_open: bool, offset: int, limit: int) -> list[Any]:
    """What the blog shall hold, latest changed first; `only_open`: what it has not taken."""
    statement = select(*HELD, func.length(pushes.c.payload).label("size")).where(pushes.c.blog_id == blog_id)
    if only_open:
        statement = statement.where(pushes.c.version > pushes.c.acknowledged)
    ordered = statement.order_by(pushes.c.changed_at.desc(), pushes.c.kind, pushes.c.object)
    return list(tx.execute(ordered.offset(offset).limit(limit)))


def resend_one(tx: Connection, blog_id: str, kind: str, name: str) -> int:
    """Let the blog be told one thing again, whatever it has; how many (0: there is no such thing)."""
    return _resend(tx, blog_id, pushes.c.kind == kind, pushes.c.object == name)


def resend_changed(tx: Connection, blog_id: str, start: datetime, end: datetime) -> int:
    """The same of all that changed from `start` until before `end`."""
    return _resend(tx, blog_id, pushes.c.changed_at >= start, pushes.c.changed_at < end)


def _resend(tx: Connection, blog_id: str, *chosen: Any) -> int:
    return tx.execute(update(pushes).where(pushes.c.blog_id == blog_id, *chosen).values(acknowledged=0)).rowcount


def troubles_since(tx: Connection, blog_id: str, since: datetime) -> int:
    """Deliveries that went into quarantine since a moment."""
    return int(
        tx.execute(
            select(func.count()).where(
                deliveries.c.blog_id == blog_id, deliveries.c.state == "quarantined", deliveries.c.settled_at >= since
            )
        ).scalar_one()
    )


def all_received(tx: Connection, blog_id: str) -> Sequence[Any]:
    """For taking along: every delivery, without its bytes."""
    return tx.execute(select(*RECEIVED).where(deliveries.c.blog_id == blog_id).order_by(deliveries.c.id)).all()


def all_calls(tx: Connection, blog_id: str) -> Sequence[Any]:
    """For taking along: every call in the log."""
    return tx.execute(select(attempts).where(attempts.c.blog_id == blog_id).order_by(attempts.c.id)).all()
