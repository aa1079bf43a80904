"""What a blog has taken of the pushes, as sums over ranges: beside them the blog puts those of what it stores."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select, update

from bridge.pushes import MENTORS_OF_BLOG
from bridge.storage.blogs.tables import outbox
from bridge.storage.core.database import list_plain_rows_lazily
from bridge.storage.core.range_sums import RangeSum, sum_by_range

ROWS_PER_FETCH = 1000
OBJECTS_PER_STATEMENT = 400  # names in one statement
COMMENTER_DIGITS = 4  # hexadecimal, of the key of a commenter: by them keys are put into ranges


def list_sums(tx: Connection, blog_id: str, kind: str, width: int) -> dict[int, RangeSum]:
    """Range → what the blog has taken there, without empty lists, which many blogs do not store."""
    return sum_by_range(
        (_number(kind, name) // width, zlib.crc32(f"{name}:{version}".encode()))
        for name, version in _read(tx, blog_id, kind)
    )


def mark_not_taken(tx: Connection, blog_id: str, kind: str, width: int, ranges: Collection[int]) -> int:
    """What the blog was to have in these ranges is handed in again; how many objects."""
    names = [name for name, _ in _read(tx, blog_id, kind) if _number(kind, name) // width in ranges]
    for start in range(0, len(names), OBJECTS_PER_STATEMENT):
        part = names[start : start + OBJECTS_PER_STATEMENT]
        same = (outbox.c.blog_id == blog_id, outbox.c.kind == kind, outbox.c.object.in_(part))
        tx.execute(update(outbox).where(*same).values(acknowledged=0))
    return len(names)


def _number(kind: str, name: str) -> int:
    return int(name[:COMMENTER_DIGITS], 16) if kind == "commenter" else int(name)


def _read(tx: Connection, blog_id: str, kind: str) -> Iterator[tuple[str, int]]:
    statement = select(outbox.c.object, outbox.c.acknowledged, outbox.c.payload).where(
        outbox.c.blog_id == blog_id, outbox.c.kind == kind, outbox.c.acknowledged > 0
    )
    for name, version, payload in list_plain_rows_lazily(tx, statement, ROWS_PER_FETCH):
        of_post = kind != "related" or name != MENTORS_OF_BLOG  # which is stored with no post, and not summed up there
        if of_post and '"mentors": []' not in payload:
            yield name, version
