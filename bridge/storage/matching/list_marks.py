"""Which lists under posts have to be put into words again for their blog, and what all of a blog's had in common.

Whoever changes a list marks it in the same transaction: a push looks at what is marked and at nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Delete, Insert, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.content.tables import posts
from bridge.storage.core.documents import parse_array
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching.tables import list_marks, worded_lists


class ListMark(NamedTuple):
    """A list that has changed; `generation` tells later whether it was marked again meanwhile."""

    object: str
    generation: int


class SharedWording(NamedTuple):
    """What all lists of a blog have in common.

    `basis`: a hash. `namesakes`: the names that people of several blogs have among those who stand there.
    """

    basis: bytes
    namesakes: frozenset[int]

    @staticmethod
    def hash_of(*parts: object) -> bytes:
        """Equal for equal parts."""
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()


def mark_posts(tx: Connection, post_ids: Collection[int]) -> None:
    """Mark the lists under posts that are stored."""
    if post_ids:
        mine = select(posts.c.blog_id, posts.c.remote_id).where(posts.c.id.in_(IDS_FROM_JSON[tx.dialect.name]))
        mark_objects(tx, [(row[0], row[1]) for row in tx.execute(mine, {"ids": json.dumps(sorted(post_ids))})])


def mark_objects(tx: Connection, objects: Iterable[tuple[str, str]]) -> None:
    """Mark the lists under posts by (blog, remote id), those that are gone too."""
    rows = [{"blog_id": blog, "object": name, "generation": 1} for blog, name in sorted(set(objects))]
    if rows:
        tx.execute(_marking(tx.dialect.name), rows)


@cache
def _marking(dialect: str) -> Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(list_marks)
    again = {"generation": list_marks.c.generation + 1}
    marking: Insert = insert.on_conflict_do_update(
        index_elements=[list_marks.c.blog_id, list_marks.c.object], set_=again
    )
    return marking


def list_by_blog(tx: Connection, blog_id: str, limit: int | None = None) -> list[ListMark]:
    """What is marked of a blog."""
    marked = select(list_marks.c.object, list_marks.c.generation).where(list_marks.c.blog_id == blog_id)
    return [ListMark(*row) for row in tx.execute(marked.order_by(list_marks.c.object).limit(limit))]


def delete_worded(tx: Connection, blog_id: str, marks: Sequence[ListMark]) -> None:
    """These have been put into words; those that were marked again meanwhile stay marked."""
    if marks:
        tx.execute(_taking_off(), [{"blog": blog_id, "name": mark.object, "seen": mark.generation} for mark in marks])


@cache
def _taking_off() -> Delete:
    columns = list_marks.c
    same = (columns.blog_id == bindparam("blog"), columns.object == bindparam("name"))
    return delete(list_marks).where(*same, columns.generation == bindparam("seen"))


def find_shared_wording(tx: Connection, blog_id: str) -> SharedWording | None:
    """What the lists of a blog had in common when they were last put into words; None: they never were."""
    row = tx.execute(select(worded_lists).where(worded_lists.c.blog_id == blog_id)).first()
    if row is None:
        return None
    return SharedWording(row.basis, frozenset(key for key in parse_array(row.namesakes) if isinstance(key, int)))


def upsert_shared_wording(tx: Connection, blog_id: str, wording: SharedWording) -> None:
    """Keep what they have in common."""
    row = {"blog_id": blog_id, "basis": wording.basis, "namesakes": json.dumps(sorted(wording.namesakes))}
    upsert_rows(tx, worded_lists, ("blog_id",), [row])


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Nothing is put into words for a blog that has left."""
    for table in (list_marks, worded_lists):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))
