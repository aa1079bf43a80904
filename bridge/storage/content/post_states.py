"""All posts of an author, a few bytes of each: what has changed, and how much each counts.

Answered from an index alone, for it is asked at every publish of who has written for twenty years.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, bindparam, select, type_coerce

from bridge.model import AuthorKey
from bridge.storage.content.tables import posts
from bridge.storage.core.database import list_plain_rows


class PostState(NamedTuple):
    """One post, without anything that is long."""

    id: int
    language: str
    published: int  # microseconds since 1970 (`mentors.term_sums.microseconds`)
    modified: int
    generation: int
    revision: int
    disclosure: int | None  # in millionths; None: not counted
    part_of: str  # remote id of the post of which this is a further language; "": a post of its own
    read_with: str  # by which patterns and skills, without what
    shared: bool  # whether another post may say the same
    brief: bytes | None  # text.quality_brief.BRIEF; None: it was never measured


def list_by_author(tx: Connection, author: AuthorKey) -> list[PostState]:
    """The state of each post of an author, newest first."""
    rows = list_plain_rows(tx, _states(), {"blog": author.blog_id, "author": author.author_id})
    return [PostState(*row) for row in rows]


@cache
def _states() -> Select[*tuple[Any, ...]]:
    columns = posts.c
    return (
        select(
            columns.id,
            columns.language,
            type_coerce(columns.published_at, BigInteger),
            type_coerce(columns.modified_at, BigInteger),
            columns.generation,
            columns.revision,
            columns.disclosure,
            columns.part_of,
            columns.read_with,
            columns.shared,
            columns.brief,
        )
        .where(columns.blog_id == bindparam("blog"), columns.author_id == bindparam("author"))
        .order_by(columns.published_at.desc(), columns.id)
    )
