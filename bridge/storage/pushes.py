"""What each blog shall show and what it has taken: whole states with versions, never a queue of changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.contract.pushes import STATS_KINDS, Pushed, object_data, object_from
from bridge.model import PushAnswer, PushObject, StatsObject
from bridge.storage.tables import attempts, pushes

RELATED = ("related",)
STATS = STATS_KINDS
PORTION = 400  # names in one statement
PASSING = ("as_of", "to")  # the moment of counting alone is no news


def _digest(data: dict[str, Any]) -> bytes:
    stable = {key: value for key, value in data.items() if key != "version"}
    if isinstance(stable.get("data"), dict):
        stable["data"] = {key: value for key, value in stable["data"].items() if key not in PASSING}
    return hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).digest()


def set_wanted(
    tx: Connection, blog_id: str, wanted: Iterable[Pushed], now: datetime, *, kinds: Collection[str] = RELATED
) -> int:
    """Bring the table to what the blog shall hold of these kinds; what is wanted no longer is emptied.

    Versions given are ignored: an object gets the next one when its content differs. Answers how many changed.
    """
    items = list(wanted)
    listed = {(item.kind, item.object) for item in items}
    return want(tx, blog_id, [*items, *unlisted(tx, blog_id, kinds, listed)], now)


def unlisted(
    tx: Connection, blog_id: str, kinds: Collection[str], listed: Collection[tuple[str, str]]
) -> list[Pushed]:  # fmt: skip
    """What the blog holds of these kinds and is not on the list, emptied."""
    rows = tx.execute(
        select(pushes.c.kind, pushes.c.object, pushes.c.payload).where(
            pushes.c.blog_id == blog_id, pushes.c.kind.in_(kinds)
        )
    )
    return [
        _emptied(row.kind, row.object, json.loads(row.payload)) for row in rows if (row.kind, row.object) not in listed
    ]


def _emptied(kind: str, name: str, held: dict[str, Any]) -> Pushed:
    return StatsObject(kind, name, 0, None) if kind in STATS else PushObject(kind, name, 0, held["language"])


def want(tx: Connection, blog_id: str, wanted: Iterable[Pushed], now: datetime) -> int:
    """The blog shall hold these; others stay as they are. Answers how many differ from what it was to hold before."""
    rows = news(tx, blog_id, wanted, now)
    store(tx, rows)
    return len(rows)


def news(tx: Connection, blog_id: str, wanted: Iterable[Pushed], now: datetime) -> list[dict[str, Any]]:
    """Those that differ from what the blog was to hold before, as rows to be stored."""
    items = sorted(wanted, key=lambda item: (item.kind, item.object))
    held = _held(tx, blog_id, items)
    rows = []
    for item in items:
        version, digest_held = held.get((item.kind, item.object), (0, b""))
        if not version and not _says_something(item):
            continue  # nothing was ever shown there
        data = object_data(item)
        digest = _digest(data)
        if digest == digest_held:
            continue
        data["version"] = version + 1
        rows.append({
            "blog_id": blog_id, "kind": item.kind, "object": item.object, "version": data["version"],
            "payload": json.dumps(data), "digest": digest, "changed_at": now,
        })  # fmt: skip
    return rows


def store(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what `news` found."""
    if rows:
        tx.execute(_replacing(tx.dialect.name), rows)


def _held(tx: Connection, blog_id: str, items: Iterable[Pushed]) -> dict[tuple[str, str], tuple[int, bytes]]:
    """(kind, object) → version and digest of those that there are."""
    named: dict[str, list[str]] = {}
    for item in items:
        named.setdefault(item.kind, []).append(item.object)
    columns = select(pushes.c.kind, pushes.c.object, pushes.c.version, pushes.c.digest)
    found = {}
    for kind, names in named.items():
        for start in range(0, len(names), PORTION):
            part = pushes.c.object.in_(names[start : start + PORTION])
            for row in tx.execute(columns.where(pushes.c.blog_id == blog_id, pushes.c.kind == kind, part)):
                found[row.kind, row.object] = (row.version, row.digest)
    return found


@cache
def _replacing(dialect: str) -> Any:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(pushes)
    fresh = {name: statement.excluded[name] for name in ("version", "payload", "digest", "changed_at")}
    keys = [pushes.c.blog_id, pushes.c.kind, pushes.c.object]
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)


def _says_something(item: Pushed) -> bool:
    return item.data is not None if isinstance(item, StatsObject) else bool(item.mentors)


def _is(blog_id: str, kind: str, name: str) -> Any:
    return (pushes.c.blog_id == blog_id) & (pushes.c.kind == kind) & (pushes.c.object == name)


def list_open(
    tx: Connection, blog_id: str, limit: int, kinds: Collection[str] = (*RELATED, *STATS)
) -> list[Pushed]:  # fmt: skip
    """Objects whose newest version the blog has not taken, longest waiting first."""
    rows = tx.execute(
        select(pushes.c.payload)
        .where(pushes.c.blog_id == blog_id, pushes.c.version > pushes.c.acknowledged, pushes.c.kind.in_(kinds))
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
        if kind in STATS:
            # Of people who have gone not even the name is kept, once their blog has heard of it.
            nothing = pushes.c.digest == _digest(object_data(StatsObject(kind, name, 0, None)))
            taken = pushes.c.acknowledged == pushes.c.version
            tx.execute(delete(pushes).where(_is(blog_id, kind, name), taken, nothing))
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
