"""What arrived, until it is absorbed or stands in quarantine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, delete, exists, func, insert, select, update

from bridge.errors import NotFound
from bridge.storage.blogs import payloads
from bridge.storage.blogs.payloads import UNKNOWN_OBJECT, ObjectKey
from bridge.storage.blogs.tables import blogs, deliveries, delivery_objects

PAYLOAD_BYTES_READ = 1 << 20  # bytes of payloads in memory
NUMBERS_PER_STATEMENT = 400  # ids in one statement


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery with the bytes that came."""

    id: int
    blog_id: str
    webhook_id: str
    received_at: datetime
    body: bytes
    place: int = 0  # of the event to go on with, from 1; 0: not begun
    tries: int = 0  # that ended in an error
    crashes: int = 0  # of the process, with the event at `place` in hand
    error: str | None = None  # what was wrong with it before `place`


def list_waiting(
    tx: Connection, blog_id: str, limit: int, *, size: int = PAYLOAD_BYTES_READ, but: Collection[int] = ()
) -> list[Delivery]:
    """Deliveries of a blog that wait to be absorbed, together at most so large (or one).

    What has not failed yet goes first, and of that what is small: one post of today before an archive. In which order
    a blog's own words are read does not matter, they carry their versions.
    """
    order = deliveries.c.tries, deliveries.c.size, deliveries.c.id
    chosen: list[int] = []
    total = 0
    waiting = select(deliveries.c.id, deliveries.c.size).where(
        deliveries.c.blog_id == blog_id, deliveries.c.state == "waiting"
    )
    for row in tx.execute(waiting.order_by(*order).limit(limit + len(but))):
        total += row.size
        if row.id not in but and (total <= size or not chosen):
            chosen.append(row.id)
    rows = tx.execute(select(deliveries).where(deliveries.c.id.in_(chosen)).order_by(*order)) if chosen else ()
    return [
        Delivery(
            row.id,
            row.blog_id,
            row.webhook_id,
            row.received_at,
            row.body or b"",
            row.place,
            row.tries,
            row.crashes,
            row.error,
        )
        for row in rows
    ]


def is_waiting(tx: Connection, delivery: Delivery) -> bool:
    """Whether it still waits: its blog may have left since it was read, and then nothing of it may be stored.

    Holds on to the blog's row: it cannot leave before this transaction ends (PostgreSQL; SQLite has one writer).
    """
    hold, ask = _waiting()
    if tx.dialect.name == "postgresql":
        tx.execute(hold, {"blog": delivery.blog_id})
    return bool(tx.execute(ask, {"delivery": delivery.id}).scalar() == "waiting")


@cache  # asked for every moment of writing; building it costs more than running it
def _waiting() -> tuple[Select[str], Select[str]]:
    hold = select(blogs.c.id).where(blogs.c.id == bindparam("blog")).with_for_update(key_share=True)
    return hold, select(deliveries.c.state).where(deliveries.c.id == bindparam("delivery"))


def find_newest(tx: Connection) -> tuple[int, str] | None:
    """(number, webhook-id) of the last that arrived. None is ever deleted, so this only rises."""
    row = tx.execute(select(deliveries.c.id, deliveries.c.webhook_id).order_by(deliveries.c.id.desc()).limit(1)).first()
    return (row.id, row.webhook_id) if row else None


def is_known(tx: Connection, webhook_id: str, *, number: int | None = None, blog_id: str | None = None) -> bool:
    """Whether a delivery has ever arrived: that number, or that one of a blog."""
    whose = deliveries.c.id == number if number is not None else deliveries.c.blog_id == blog_id
    return bool(tx.execute(select(exists().where(whose, deliveries.c.webhook_id == webhook_id))).scalar())


def record_contents(tx: Connection, delivery: Delivery, type_: str, objects: Iterable[ObjectKey]) -> None:
    """Keep of which type a delivery is and which objects it holds."""
    tx.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(type=type_[:32]))
    keys = set(objects) or {UNKNOWN_OBJECT}
    tx.execute(delete(delivery_objects).where(delivery_objects.c.delivery_id == delivery.id))
    tx.execute(
        insert(delivery_objects),
        [
            {"blog_id": delivery.blog_id, "kind": kind, "remote_id": remote_id[:191], "delivery_id": delivery.id}
            for kind, remote_id in sorted(keys)
        ],
    )


def record_refusals(tx: Connection, delivery: Delivery, reasons: Mapping[ObjectKey, str]) -> None:
    """Note of objects of a delivery why they were not taken; their next delivery counts instead."""
    for (kind, remote_id), reason in reasons.items():
        tx.execute(
            update(delivery_objects)
            .where(
                delivery_objects.c.blog_id == delivery.blog_id,
                delivery_objects.c.kind == kind,
                delivery_objects.c.remote_id == remote_id[:191],
                delivery_objects.c.delivery_id == delivery.id,
            )
            .values(refused_because=reason)
        )


def find_refusals(tx: Connection, blog_id: str, limit: int) -> dict[ObjectKey, str] | None:
    """Objects of a blog that were not taken as they were last sent, with the reason; newest first.

    None while anything of the blog waits to be read: it may hold a newer state of them.
    """
    waiting = exists().where(deliveries.c.blog_id == blog_id, deliveries.c.state == "waiting")
    if tx.execute(select(waiting)).scalar():
        return None
    newer = delivery_objects.alias()
    rows = tx.execute(
        select(delivery_objects)
        .where(
            delivery_objects.c.blog_id == blog_id,
            delivery_objects.c.refused_because.is_not(None),
            ~exists().where(
                newer.c.blog_id == blog_id,
                newer.c.kind == delivery_objects.c.kind,
                newer.c.remote_id == delivery_objects.c.remote_id,
                newer.c.delivery_id > delivery_objects.c.delivery_id,
            ),
        )
        .order_by(delivery_objects.c.delivery_id.desc())
        .limit(limit)
    )
    return {(row.kind, row.remote_id): row.refused_because for row in rows}


def record_settled(tx: Connection, delivery: Delivery, error: str | None, now: datetime) -> None:
    """Absorbed, and with that without the comments that came, or in quarantine with the reason."""
    values: dict[str, object] = {"state": "quarantined" if error else "absorbed", "error": error, "settled_at": now}
    if not error and (rest := payloads.without_comments(delivery.body)) is not delivery.body:
        values["body"] = rest
    tx.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(**values))


def record_progress(tx: Connection, delivery: Delivery, place: int, error: str | None) -> None:
    """Its turn is over: the events before `place` are applied, or stand in `error`."""
    tx.execute(
        update(deliveries).where(deliveries.c.id == delivery.id).values(place=place, crashes=0, error=error or None)
    )


def record_event_started(tx: Connection, delivery: Delivery, place: int, error: str | None) -> None:
    """Say before it is read which event is: if the process ends now, that one is suspected."""
    again = case((deliveries.c.place == place, deliveries.c.crashes + 1), else_=1)
    tx.execute(
        update(deliveries).where(deliveries.c.id == delivery.id).values(place=place, crashes=again, error=error or None)
    )


def mark_for_retry(tx: Connection, delivery: Delivery, error: str) -> None:
    """It waits for another try, from its first event: what was applied of it is applied again and changes nothing."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id)
        .values(place=0, tries=delivery.tries + 1, crashes=0, error=error)
    )


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery as an operator looks at it."""

    id: int
    blog_id: str
    webhook_id: str
    type: str
    state: str  # "waiting" | "absorbed" | "quarantined"
    received_at: datetime
    size: int  # bytes that came
    error: str | None  # why it is in quarantine
    body: bytes | None  # None: deleted, by retention or because what it held was withdrawn

    @property
    def rerunnable(self) -> bool:
        """Whether it can be read again."""
        return self.state == "quarantined" and self.body is not None


def _record(row: Row[*tuple[Any, ...]]) -> DeliveryRecord:
    return DeliveryRecord(
        row.id, row.blog_id, row.webhook_id, row.type or "", row.state, row.received_at, row.size, row.error, row.body
    )


def get(tx: Connection, delivery_id: int) -> DeliveryRecord:
    """The delivery of that number, as an operator looks at it.

    Raises:
        NotFound: there is none of that number.
    """
    row = tx.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}. `bridge deliveries list` shows those in quarantine.")
    return _record(row)


def list_quarantined(tx: Connection, blog_id: str | None = None, limit: int | None = None) -> list[DeliveryRecord]:
    """Deliveries in quarantine, newest first."""
    statement = select(deliveries).where(deliveries.c.state == "quarantined").order_by(deliveries.c.id.desc())
    if blog_id is not None:
        statement = statement.where(deliveries.c.blog_id == blog_id)
    return [_record(row) for row in tx.execute(statement.limit(limit))]


def mark_requeued(
    tx: Connection, *, blog_id: str | None = None, delivery_ids: Collection[int] | None = None
) -> list[str]:
    """Quarantined deliveries that still have their payload wait again; of which blog each is."""
    chosen = [deliveries.c.state == "quarantined", deliveries.c.body.is_not(None)]
    if blog_id is not None:
        chosen.append(deliveries.c.blog_id == blog_id)
    if delivery_ids is not None:
        chosen.append(deliveries.c.id.in_(sorted(delivery_ids)))
    again = tx.execute(
        update(deliveries)
        .where(*chosen)
        .values(state="waiting", error=None, settled_at=None, place=0, tries=0, crashes=0)
        .returning(deliveries.c.blog_id)
    )
    return [row.blog_id for row in again]


def count_by_state(tx: Connection) -> dict[str, int]:
    """How many deliveries there are in each state."""
    rows = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return {row[0]: row[1] for row in rows}


def delete_settled_before(tx: Connection, before: datetime, limit: int) -> int:
    """Forget deliveries that were settled long ago, so many at most; how many.

    The last one of each blog stays: by it a backup that was put back is known.
    """
    later = deliveries.alias("later")
    is_followed = exists().where(later.c.blog_id == deliveries.c.blog_id, later.c.id > deliveries.c.id)
    expired = (
        select(deliveries.c.id)
        .where(deliveries.c.state.in_(("absorbed", "quarantined")), deliveries.c.settled_at < before)
        .where(is_followed)
        .order_by(deliveries.c.settled_at)
        .limit(limit)
    )
    numbers = tx.execute(expired).scalars().all()
    for start in range(0, len(numbers), NUMBERS_PER_STATEMENT):
        part = numbers[start : start + NUMBERS_PER_STATEMENT]
        tx.execute(delete(delivery_objects).where(delivery_objects.c.delivery_id.in_(part)))
        tx.execute(delete(deliveries).where(deliveries.c.id.in_(part)))
    return len(numbers)
