"""What is held of a blog, as sums over ranges of its ids; the blog makes the same of what it sent.

Only WordPress's numbers are compared; an imported blog, whose ids may be anything, sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, literal, select

from bridge.model import Kind
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import IS_WHOLE_POST, authors, posts
from bridge.storage.core.database import list_plain_rows_lazily
from bridge.storage.core.range_sums import RangeSum, sum_by_range
from bridge.storage.engagement.tables import comments

ROWS_PER_FETCH = 1000
NOTHING = literal("")
STATES: dict[Kind, Select[str, str, int]] = {
    Kind.BLOG: select(literal("0"), NOTHING, blogs.c.state_hash).where(blogs.c.generation > 0),
    Kind.AUTHOR: select(authors.c.remote_id, NOTHING, authors.c.state_hash),
    Kind.POST: select(posts.c.remote_id, posts.c.author_id, posts.c.state_hash).where(IS_WHOLE_POST),
    Kind.COMMENT: select(comments.c.remote_id, comments.c.post_id, comments.c.state_hash),
}
BLOG_COLUMNS = {
    Kind.BLOG: blogs.c.id,
    Kind.AUTHOR: authors.c.blog_id,
    Kind.POST: posts.c.blog_id,
    Kind.COMMENT: comments.c.blog_id,
}


class StatedObject(NamedTuple):
    """An object as it is held: its id, the id of what it hangs from (0: nothing), and the hash that came with it."""

    id: int
    parent: int
    hash: int


@dataclass(frozen=True, slots=True)
class ComparedKind:
    """What of a blog is compared: a kind, in ranges of so many ids, without what was refused."""

    blog_id: str
    kind: Kind
    width: int
    without: frozenset[int] = frozenset()


def list_sums(tx: Connection, compared: ComparedKind) -> dict[int, RangeSum]:
    """Range → what it holds; a range begins at its number times the width."""
    return sum_by_range((item.id // compared.width, item.hash) for item in _read(tx, compared))


def list_in_ranges(tx: Connection, compared: ComparedKind, ranges: Collection[int]) -> list[StatedObject]:
    """Every object of these ranges, by id."""
    return sorted(item for item in _read(tx, compared) if item.id // compared.width in ranges)


def _read(tx: Connection, compared: ComparedKind) -> Iterator[StatedObject]:
    statement = STATES[compared.kind].where(BLOG_COLUMNS[compared.kind] == compared.blog_id)
    rows: Any = list_plain_rows_lazily(tx, statement, ROWS_PER_FETCH)
    for name, parent, number in rows:
        if name.isdecimal() and int(name) not in compared.without:
            yield StatedObject(int(name), int(parent) if parent.isdecimal() else 0, number)
