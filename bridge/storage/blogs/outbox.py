"""What each blog shall show and what it has taken: whole states with versions, never a queue of changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Update,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bridge.contract.pushes import STATS_KINDS, Pushed, object_data, object_from
from bridge.pushes import PushAnswer, PushObject, StatsObject
from bridge.storage.blogs.tables import OPEN_PUSH, call_log, outbox

RELATED_KINDS = ("related",)
ASK_KIND = "asks"  # whether a blog shares its comments or not
FIGURE_KINDS = STATS_KINDS
STATISTICS_KINDS = tuple(kind for kind in STATS_KINDS if kind != ASK_KIND)
OBJECTS_PER_STATEMENT = 400  # names in one statement
VOLATILE_FIELDS = ("as_of", "to")  # the moment of counting alone is no news


class OutboxRow(NamedTuple):
    """A new state of one thing that a blog shall show."""

    blog_id: str
    kind: str
    object: str
    version: int
    payload: str  # JSON as it is sent
    digest: bytes
    changed_at: datetime


def _digest(data: Mapping[str, object]) -> bytes:
    stable = {key: value for key, value in data.items() if key != "version"}
    if isinstance(figures := stable.get("data"), dict):
        stable["data"] = {key: value for key, value in figures.items() if key not in VOLATILE_FIELDS}
    return hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).digest()


def upsert_all_of_kinds(
    tx: Connection,
    blog_id: str,
    objects: Iterable[Pushed],
    now: datetime,
    *,
    kinds: Collection[str] = RELATED_KINDS,
    names: Collection[str] | None = None,
) -> int:
    """Bring the table to what the blog shall hold of these kinds; what is wanted no longer is emptied.

    Versions given are ignored: an object gets the next one when its content differs. Answers how many changed.
    `names`: only these are looked at, some hundreds at most; None: all.
    """
    items = list(objects)
    listed = {(item.kind, item.object) for item in items}
    return upsert_changed(tx, blog_id, [*items, *list_emptied(tx, blog_id, kinds, listed, names)], now)


def list_emptied(
    tx: Connection,
    blog_id: str,
    kinds: Collection[str],
    listed: Collection[tuple[str, str]],
    names: Collection[str] | None = None,
) -> list[Pushed]:
    """What the blog holds of these kinds and is not on the list, emptied; `names`: only of these."""
    of_kinds = select(outbox.c.kind, outbox.c.object, outbox.c.payload)
    of_kinds = of_kinds.where(outbox.c.blog_id == blog_id, outbox.c.kind.in_(kinds))
    if names is not None:
        of_kinds = of_kinds.where(outbox.c.object.in_(sorted(names)))
    rows = tx.execute(of_kinds)
    return [_emptied(row.kind, row.object, row.payload) for row in rows if (row.kind, row.object) not in listed]


def _emptied(kind: str, name: str, payload: str) -> Pushed:
    if kind in FIGURE_KINDS:
        return StatsObject(kind, name, 0, None)
    return PushObject(kind, name, 0, json.loads(payload)["language"])


def upsert_changed(tx: Connection, blog_id: str, objects: Iterable[Pushed], now: datetime) -> int:
    """The blog shall hold these; others stay as they are. Answers how many differ from what it was to hold before."""
    rows = list_changed(tx, blog_id, objects, now)
    upsert_rows(tx, rows)
    return len(rows)


def list_changed(tx: Connection, blog_id: str, objects: Iterable[Pushed], now: datetime) -> list[OutboxRow]:
    """Those that differ from what the blog was to hold before, as rows to be stored."""
    items = sorted(objects, key=lambda item: (item.kind, item.object))
    versions = _held(tx, blog_id, items)
    rows = []
    for item in items:
        version, digest_before = versions.get((item.kind, item.object), (0, b""))
        if not version and not _says_something(item):
            continue  # nothing was ever shown there
        data = object_data(item)
        digest = _digest(data)
        if digest == digest_before:
            continue
        data["version"] = version + 1
        rows.append(OutboxRow(blog_id, item.kind, item.object, version + 1, json.dumps(data), digest, now))
    return rows


def upsert_rows(tx: Connection, rows: Sequence[OutboxRow]) -> None:
    """Store new states of what blogs shall show (`list_changed`)."""
    if rows:
        tx.execute(_replacing(tx.dialect.name), [row._asdict() for row in rows])


def _held(tx: Connection, blog_id: str, items: Iterable[Pushed]) -> dict[tuple[str, str], tuple[int, bytes]]:
    """(kind, object) → version and digest of those that there are."""
    names = sorted({(item.kind, item.object) for item in items})
    columns = select(outbox.c.kind, outbox.c.object, outbox.c.version, outbox.c.digest)
    versions = {}
    for start in range(0, len(names), OBJECTS_PER_STATEMENT):
        part = names[start : start + OBJECTS_PER_STATEMENT]
        # Kinds and names apart, for SQLite reads a whole table for pairs; few objects of two kinds have the same name.
        kinds, objects = ({name[place] for name in part} for place in (0, 1))
        some = (outbox.c.kind.in_(sorted(kinds)), outbox.c.object.in_(sorted(objects)))
        for row in tx.execute(columns.where(outbox.c.blog_id == blog_id, *some)):
            versions[row.kind, row.object] = (row.version, row.digest)
    return versions


@cache
def _replacing(dialect: str) -> Insert:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(outbox)
    fresh = {name: statement.excluded[name] for name in ("version", "payload", "digest", "changed_at")}
    keys = [outbox.c.blog_id, outbox.c.kind, outbox.c.object]
    replacing: Insert = statement.on_conflict_do_update(index_elements=keys, set_=fresh)
    return replacing


def _says_something(item: Pushed) -> bool:
    return item.data is not None if isinstance(item, StatsObject) else bool(item.mentors)


def _is(blog_id: str, kind: str, name: str) -> ColumnElement[bool]:
    return (outbox.c.blog_id == blog_id) & (outbox.c.kind == kind) & (outbox.c.object == name)


def list_open(
    tx: Connection, blog_id: str, limit: int, kinds: Collection[str] = (*RELATED_KINDS, *FIGURE_KINDS)
) -> list[Pushed]:
    """Objects whose newest version the blog has not taken, longest waiting first."""
    rows = tx.execute(
        select(outbox.c.payload)
        .where(outbox.c.blog_id == blog_id, outbox.c.version > outbox.c.acknowledged, outbox.c.kind.in_(kinds))
        .order_by(outbox.c.changed_at, outbox.c.object)
        .limit(limit)
    )
    return [object_from(json.loads(row.payload)) for row in rows]


def list_open_by_family(
    tx: Connection, blog_id: str, limits: Sequence[tuple[Collection[str], int]]
) -> list[list[Pushed]]:
    """The same of several families of kinds at once, of each at most its limit."""
    parts = []
    for place, (kinds, limit) in enumerate(limits):
        columns = outbox.c
        is_open = (columns.blog_id == blog_id, columns.version > columns.acknowledged, columns.kind.in_(kinds))
        some = select(columns.payload, columns.changed_at, columns.object).where(*is_open)
        some = some.order_by(columns.changed_at, columns.object).limit(limit)
        parts.append(select(literal_column(str(place)).label("place"), *some.subquery().c))
    families: list[list[Pushed]] = [[] for _ in limits]
    for row in tx.execute(union_all(*parts).order_by("place", "changed_at", "object")):
        families[row.place].append(object_from(json.loads(row.payload)))
    return families


def list_blogs_with_open(tx: Connection, blog_ids: Collection[str]) -> list[str]:
    """Those of some blogs for whom something waits."""
    named = select(outbox.c.blog_id).where(outbox.c.blog_id.in_(sorted(blog_ids)), OPEN_PUSH)
    return sorted(tx.execute(named.distinct()).scalars())


def count_open(tx: Connection, blog_id: str) -> int:
    """How many objects wait for the blog."""
    return int(
        tx.execute(
            select(func.count()).where(outbox.c.blog_id == blog_id, outbox.c.version > outbox.c.acknowledged)
        ).scalar_one()
    )


def record_answer(tx: Connection, blog_id: str, answer: PushAnswer, sent: Iterable[Pushed] | None = None) -> None:
    """What the blog took counts; what it refused as old is raised above what it holds; the unknown is forgotten.

    `sent`: what was handed over, if that is known: it spares looking for what is empty by now.
    """
    if answer.accepted:
        values = [{"of": kind, "name": name, "taken": version} for kind, name, version in answer.accepted]
        tx.execute(_acknowledging(), [{"blog": blog_id, **row} for row in values])
    empty = None if sent is None else {(item.kind, item.object) for item in sent if not _says_something(item)}
    taken = [(kind, name) for kind, name, _ in answer.accepted if kind in FIGURE_KINDS]
    _delete_emptied(tx, blog_id, [key for key in taken if empty is None or key in empty])
    for kind, name, version_there in answer.refused:
        row = tx.execute(select(outbox.c.payload, outbox.c.version).where(_is(blog_id, kind, name))).first()
        if row is None or row.version > version_there:
            continue
        data = json.loads(row.payload) | {"version": version_there + 1}
        tx.execute(
            update(outbox).where(_is(blog_id, kind, name)).values(version=version_there + 1, payload=json.dumps(data))
        )
    for kind, name in answer.unknown:
        tx.execute(delete(outbox).where(_is(blog_id, kind, name)))


@cache  # with every call, and building it costs more than running it
def _acknowledging() -> Update:
    version: BindParameter[int] = bindparam("taken")
    columns = outbox.c
    same = (columns.blog_id == bindparam("blog"), columns.kind == bindparam("of"), columns.object == bindparam("name"))
    newer = (columns.acknowledged < version, columns.version >= version)
    return update(outbox).where(*same, *newer).values(acknowledged=version)


def _delete_emptied(tx: Connection, blog_id: str, keys: Sequence[tuple[str, str]]) -> None:
    """Of people who have gone not even the name is kept, once their blog has heard of it."""
    for start in range(0, len(keys), OBJECTS_PER_STATEMENT):
        part = keys[start : start + OBJECTS_PER_STATEMENT]
        nothing = [_digest(object_data(StatsObject(kind, name, 0, None))) for kind, name in part]
        named = (outbox.c.kind.in_(FIGURE_KINDS), outbox.c.object.in_(sorted({name for _, name in part})))
        is_taken = outbox.c.acknowledged == outbox.c.version
        tx.execute(delete(outbox).where(outbox.c.blog_id == blog_id, *named, is_taken, outbox.c.digest.in_(nothing)))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Delete all that waits for a blog, and its log of calls: it has left."""
    tx.execute(delete(outbox).where(outbox.c.blog_id == blog_id))
    tx.execute(delete(call_log).where(call_log.c.blog_id == blog_id))
