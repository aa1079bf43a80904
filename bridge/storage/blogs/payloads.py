"""The bytes of a delivery: how long they are kept, and what goes of them sooner."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_, update

from bridge.storage.blogs.tables import deliveries, delivery_objects

ObjectKey = tuple[str, str]  # (kind, remote id)
COMMENT_EVENT = "comment.published"
COMMENT_MARKERS = (COMMENT_EVENT.encode(), rb"\u00")  # the second: JSON may spell any letter like that
UNKNOWN_OBJECT: ObjectKey = ("unknown", "")  # in a delivery whose objects could not be made out


def without_comments(body: bytes) -> bytes | None:
    """A payload in which nothing is left of comments but where they stood; None when it held nothing else."""
    if not any(sign in body for sign in COMMENT_MARKERS):
        return body
    message = json.loads(body)
    events = message["data"]["events"] if message["type"] == "batch" else [message]
    others = [event for event in events if event["type"] != COMMENT_EVENT]
    if len(others) == len(events):
        return body
    if not others:
        return None
    message["data"]["events"] = [event if event["type"] != COMMENT_EVENT else _blanked(event) for event in events]
    return json.dumps(message, separators=(",", ":")).encode()


def _blanked(event: dict[str, Any]) -> dict[str, Any]:
    data = {name: event["data"].get(name) for name in ("id", "post_id", "version")}
    return {**event, "data": data}


def delete_by_objects(tx: Connection, blog_id: str, objects: Iterable[ObjectKey], up_to: int) -> None:
    """Delete the payloads up to delivery `up_to` that hold one of the objects, and those nobody could read."""
    keys = sorted({*objects, UNKNOWN_OBJECT})
    for start in range(0, len(keys), 200):
        holding = (
            select(delivery_objects.c.delivery_id)
            .where(
                delivery_objects.c.blog_id == blog_id,
                tuple_(delivery_objects.c.kind, delivery_objects.c.remote_id).in_(keys[start : start + 200]),
                delivery_objects.c.delivery_id <= up_to,
            )
            .scalar_subquery()
        )
        tx.execute(
            update(deliveries).where(deliveries.c.id.in_(holding), deliveries.c.state != "waiting").values(body=None)
        )


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left: none of its payloads stays, whatever their state."""
    tx.execute(delete(delivery_objects).where(delivery_objects.c.blog_id == blog_id))
    tx.execute(
        update(deliveries)
        .where(deliveries.c.blog_id == blog_id, deliveries.c.type.is_distinct_from("blog.removed"))
        .values(body=None, state="absorbed", error=None)
    )


def delete_expired(tx: Connection, absorbed_before: datetime, quarantined_before: datetime) -> int:
    """Delete payloads past their retention; how many."""
    gone = 0
    for state, before in (("absorbed", absorbed_before), ("quarantined", quarantined_before)):
        done = tx.execute(
            update(deliveries)
            .where(deliveries.c.state == state, deliveries.c.settled_at < before, deliveries.c.body.is_not(None))
            .values(body=None)
        )
        gone += done.rowcount
    return gone
