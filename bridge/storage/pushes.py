"""What each blog shall show and what it has taken: whole states with versions, never a queue of changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bridge.contract.pushes import object_data, object_from
from bridge.model import PushAnswer, PushObject
from bridge.storage.tables import attempts, pushes


def _digest(data: dict[str, Any]) -> bytes:
    stable = {key: value for key, value in data.items() if key != "version"}
    return hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).digest()


def set_wanted(tx: Connection, blog_id: str, wanted: Iterable[PushObject], now: datetime) -> int:
    """Bring the table to what the blog shall show; what is wanted no longer becomes an empty list.

    Versions given are ignored: an object gets the next one when its content differs. Answers how many changed.
    """
    known = {
        (row.kind, row.object): row
        for row in tx.execute(
            select(pushes.c.kind, pushes.c.object, pushes.c.version, pushes.c.digest, pushes.c.payload).where(
                pushes.c.blog_id == blog_id
            )
        )
    }
    changed = 0
    listed = {(item.kind, item.object): item for item in wanted}
    for (kind, name), held in known.items():
        if (kind, name) not in listed:
            language = json.loads(held.payload)["language"]
            listed[kind, name] = PushObject(kind, name, 0, language)
    for key, item in sorted(listed.items()):
        row = known.get(key)
        data = object_data(item)
        digest = _digest(data)
        if row is not None and row.digest == digest:
            continue
        if row is None and not item.mentors:
            continue  # nothing was ever shown there
        data["version"] = (row.version if row else 0) + 1
        values = {"version": data["version"], "payload": json.dumps(data), "digest": digest, "changed_at": now}
        if row is None:
            tx.execute(insert(pushes).values(blog_id=blog_id, kind=key[0], object=key[1], **values))
        else:
            tx.execute(update(pushes).where(_is(blog_id, *key)).values(**values))
        changed += 1
    return changed


def _is(blog_id: str, kind: str, name: str) -> Any:
    return (pushes.c.blog_id == blog_id) & (pushes.c.kind == kind) & (pushes.c.object == name)


def list_open(tx: Connection, blog_id: str, limit: int) -> list[PushObject]:
    """Objects whose newest version the blog has not taken, longest waiting first."""
    rows = tx.execute(
        select(pushes.c.payload)
        .where(pushes.c.blog_id == blog_id, pushes.c.version > pushes.c.acknowledged)
        .order_by(pushes.c.changed_at, pushes.c.object)
        .limit(limit)
    )
    return [object_from(json.loads(row.payload)) for row in rows]


def count_open(tx: Connection, blog_id: str) -> int:
    """How many objects wait for the blog."""
    return int(
        tx.execute(
            select(func.count()).where(pushes.c.blog_id == blog_id, pushes.c.version > pushes.c.acknowledged)
        ).scalar_one()
    )


def settle(tx: Connection, blog_id: str, answer: PushAnswer) -> None:
    """What the blog took counts; what it refused as old is raised above what it holds; the unknown is forgotten."""
    for kind, name, version in answer.accepted:
        tx.execute(
            update(pushes)
            .where(_is(blog_id, kind, name), pushes.c.acknowledged < version, pushes.c.version >= version)
            .values(acknowledged=version)
        )
    for kind, name, held in answer.refused:
        row = tx.execute(select(pushes.c.payload, pushes.c.version).where(_is(blog_id, kind, name))).first()
        if row is None or row.version > held:
            continue
        data = json.loads(row.payload) | {"version": held + 1}
        tx.execute(update(pushes).where(_is(blog_id, kind, name)).values(version=held + 1, payload=json.dumps(data)))
    for kind, name in answer.unknown:
        tx.execute(delete(pushes).where(_is(blog_id, kind, name)))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """Nothing waits for a blog that has left."""
    tx.execute(delete(pushes).where(pushes.c.blog_id == blog_id))
    tx.execute(delete(attempts).where(attempts.c.blog_id == blog_id))


def begin_attempt(tx: Connection, blog_id: str, act: str, transport: str | None, objects: int, now: datetime) -> int:
    """Note a call before it is made: one that never ended is visible too."""
    done = tx.execute(insert(attempts).values(blog_id=blog_id, at=now, act=act, transport=transport, objects=objects))
    return int((done.inserted_primary_key or (0,))[0])


def end_attempt(
    tx: Connection, attempt: int, took: timedelta, status: int | None, error: str | None, transport: str | None = None
) -> None:
    """How a call ended."""
    values: dict[str, Any] = {"milliseconds": round(took.total_seconds() * 1000), "status": status, "error": error}
    if transport:
        values["transport"] = transport
    tx.execute(update(attempts).where(attempts.c.id == attempt).values(**values))


def attempt_counts(tx: Connection) -> dict[tuple[str, str], int]:
    """Calls by act and result ("ok", "failed", "unknown"), for the metrics."""
    rows = tx.execute(
        select(attempts.c.act, attempts.c.error.is_not(None), attempts.c.milliseconds.is_(None), func.count())
        .group_by(attempts.c.act, attempts.c.error.is_not(None), attempts.c.milliseconds.is_(None))
    )  # fmt: skip
    found: dict[tuple[str, str], int] = {}
    for act, failed, open_ended, count in rows:
        result = "unknown" if open_ended else "failed" if failed else "ok"
        found[act, result] = found.get((act, result), 0) + count
    return found


def drop_attempts(tx: Connection, before: datetime) -> None:
    """The log past its retention."""
    tx.execute(delete(attempts).where(attempts.c.at < before))
