"""What came from a blog and what went to it, as its owner reads it: newest first, in pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from bridge.model import Kind
from bridge.storage.blogs.tables import call_log, deliveries, delivery_objects, outbox

NAMED_KINDS = (Kind.POST, Kind.AUTHOR)
MAX_OBJECTS_LISTED = 2000


@dataclass(frozen=True, slots=True)
class ReceivedCounts:
    """How far the bridge is with what a blog sent."""

    received: int
    read: int
    waiting: int
    quarantined: int
    last_at: datetime | None


def count_received(tx: Connection, blog_id: str) -> ReceivedCounts:
    """How many deliveries of a blog there are in each state, and when the last one came."""
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


class ReceivedDelivery(NamedTuple):
    """A delivery of a blog, without its bytes."""

    id: int
    webhook_id: str
    received_at: datetime
    state: str  # "waiting" | "absorbed" | "quarantined"
    type: str | None  # known once absorbed
    size: int
    error: str | None
    settled_at: datetime | None
    kept: bool  # whether its bytes are still there


class OutgoingCall(NamedTuple):
    """A call to a blog."""

    id: int
    blog_id: str
    at: datetime
    act: str  # "push" | "poke" | "rotate" | "probe" | "handshake"
    transport: str | None
    objects: int
    milliseconds: int | None  # None: it began and never ended
    status: int | None
    error: str | None


class HeldObject(NamedTuple):
    """What a blog shall hold of one thing: the version of now, and the one that it has taken."""

    kind: str
    object: str
    version: int
    acknowledged: int
    changed_at: datetime
    size: int


RECEIVED_COLUMNS = (
    *(deliveries.c[name] for name in ReceivedDelivery._fields[:-1]),
    deliveries.c.body.is_not(None).label("kept"),
)
CALL_COLUMNS = tuple(call_log.c[name] for name in OutgoingCall._fields)
HELD_COLUMNS = (*(outbox.c[name] for name in HeldObject._fields[:-1]), func.length(outbox.c.payload))


def list_received(
    tx: Connection, blog_id: str, state: str | None, before: int | None, limit: int
) -> list[ReceivedDelivery]:
    """Deliveries of a blog, newest first; `before`: only those older than that id."""
    statement = select(*RECEIVED_COLUMNS).where(deliveries.c.blog_id == blog_id)
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    if before is not None:
        statement = statement.where(deliveries.c.id < before)
    return [ReceivedDelivery(*row) for row in tx.execute(statement.order_by(deliveries.c.id.desc()).limit(limit))]


def find_received(tx: Connection, blog_id: str, delivery_id: int) -> tuple[ReceivedDelivery, bytes | None] | None:
    """One delivery and its bytes, None when they are kept no longer."""
    statement = select(deliveries.c.body, *RECEIVED_COLUMNS)
    row = tx.execute(statement.where(deliveries.c.blog_id == blog_id, deliveries.c.id == delivery_id)).first()
    return None if row is None else (ReceivedDelivery(*row[1:]), row[0])


def list_objects(tx: Connection, blog_id: str, delivery_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Posts and authors (kind, remote id) that deliveries of a blog hold or hang on."""
    columns = delivery_objects.c
    rows = tx.execute(
        select(columns.delivery_id, columns.kind, columns.remote_id)
        .where(columns.blog_id == blog_id, columns.kind.in_(NAMED_KINDS), columns.delivery_id.in_(list(delivery_ids)))
        .order_by(columns.delivery_id, columns.kind, columns.remote_id)
        .limit(MAX_OBJECTS_LISTED)
    )
    objects: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        objects.setdefault(row.delivery_id, []).append((row.kind, row.remote_id))
    return objects


def list_calls(tx: Connection, blog_id: str, failed: bool, before: int | None, limit: int) -> list[OutgoingCall]:
    """Calls to a blog, newest first; `failed`: only those that did not work; `before`: older than that id."""
    statement = select(*CALL_COLUMNS).where(call_log.c.blog_id == blog_id)
    if failed:
        statement = statement.where(call_log.c.error.is_not(None))
    if before is not None:
        statement = statement.where(call_log.c.id < before)
    rows = tx.execute(statement.order_by(call_log.c.at.desc(), call_log.c.id.desc()).limit(limit))
    return [OutgoingCall(*row) for row in rows]


def list_pushed(tx: Connection, blog_id: str, only_open: bool, offset: int, limit: int) -> list[HeldObject]:
    """What the blog shall hold, latest changed first; `only_open`: what it has not taken."""
    statement = select(*HELD_COLUMNS).where(outbox.c.blog_id == blog_id)
    if only_open:
        statement = statement.where(outbox.c.version > outbox.c.acknowledged)
    ordered = statement.order_by(outbox.c.changed_at.desc(), outbox.c.kind, outbox.c.object)
    return [HeldObject(*row) for row in tx.execute(ordered.offset(offset).limit(limit))]


def mark_object_for_resend(tx: Connection, blog_id: str, kind: str, name: str) -> int:
    """Let the blog be told one thing again, whatever it has; how many (0: there is no such thing)."""
    return _resend(tx, blog_id, outbox.c.kind == kind, outbox.c.object == name)


def mark_changed_for_resend(tx: Connection, blog_id: str, start: datetime, end: datetime) -> int:
    """Let the blog be told again of all that changed from `start` until before `end`; how many things."""
    return _resend(tx, blog_id, outbox.c.changed_at >= start, outbox.c.changed_at < end)


def _resend(tx: Connection, blog_id: str, *chosen: ColumnElement[bool]) -> int:
    return tx.execute(update(outbox).where(outbox.c.blog_id == blog_id, *chosen).values(acknowledged=0)).rowcount


def count_quarantined_since(tx: Connection, blog_id: str, since: datetime) -> int:
    """How many deliveries of a blog went into quarantine since a moment."""
    return int(
        tx.execute(
            select(func.count()).where(
                deliveries.c.blog_id == blog_id, deliveries.c.state == "quarantined", deliveries.c.settled_at >= since
            )
        ).scalar_one()
    )


def list_all_received(tx: Connection, blog_id: str) -> list[ReceivedDelivery]:
    """Every delivery of a blog, oldest first: for taking along."""
    rows = tx.execute(select(*RECEIVED_COLUMNS).where(deliveries.c.blog_id == blog_id).order_by(deliveries.c.id))
    return [ReceivedDelivery(*row) for row in rows]


def list_all_calls(tx: Connection, blog_id: str) -> list[OutgoingCall]:
    """Every call to a blog in the log, oldest first: for taking along."""
    rows = tx.execute(select(*CALL_COLUMNS).where(call_log.c.blog_id == blog_id).order_by(call_log.c.id))
    return [OutgoingCall(*row) for row in rows]
