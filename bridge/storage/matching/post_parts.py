"""What most posts of an author added up to when they were last read, in parts of some posts each.

Only who has written much has any. They hold nothing that does not follow from the posts: whoever reads them compares
what they were made of, and reads the posts themselves where that has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, select

from bridge.model import AuthorKey
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching.tables import post_parts

TOGETHER = 0  # the number of the part in which all others are


class PartMembers(NamedTuple):
    """A part, and what it was made of: posts with their states, or of all together the others."""

    part: int
    members: bytes


class StoredPart(NamedTuple):
    """The same with what they added up to."""

    part: int
    members: bytes
    sums: bytes  # mentors.author_sums.AuthorSums


def list_members(tx: Connection, author: AuthorKey, basis: str) -> list[PartMembers]:
    """All parts of an author that were made on a basis, in order."""
    names = {"blog": author.blog_id, "author": author.author_id, "basis": basis}
    return [PartMembers(*row) for row in list_plain_rows(tx, _members(), names)]


@cache
def _members() -> Select[int, bytes]:
    columns = post_parts.c
    of_author = (columns.blog_id == bindparam("blog"), columns.author_id == bindparam("author"))
    members = select(columns.part, columns.members).where(*of_author, columns.basis == bindparam("basis"))
    return members.order_by(columns.part)


def list_sums(tx: Connection, author: AuthorKey, parts: Collection[int]) -> list[bytes]:
    """What some parts of an author added up to, in order."""
    columns = post_parts.c
    of_author = (columns.blog_id == author.blog_id, columns.author_id == author.author_id)
    sums = select(columns.sums).where(*of_author, columns.part.in_(sorted(parts))).order_by(columns.part)
    return [row[0] for row in list_plain_rows(tx, sums)]


def upsert(tx: Connection, author: AuthorKey, basis: str, parts: Iterable[StoredPart]) -> None:
    """Keep parts of an author, in the place of those of the same number."""
    whose = {"blog_id": author.blog_id, "author_id": author.author_id, "basis": basis}
    upsert_rows(tx, post_parts, ("blog_id", "author_id", "part"), [whose | part._asdict() for part in parts])


def delete_others(tx: Connection, author: AuthorKey, parts: Collection[int]) -> None:
    """Delete all parts of an author but some."""
    columns = post_parts.c
    of_author = (columns.blog_id == author.blog_id, columns.author_id == author.author_id)
    tx.execute(delete(post_parts).where(*of_author, columns.part.not_in(sorted(parts))))


def delete_by_author(tx: Connection, author: AuthorKey) -> None:
    """Delete what an author's posts added up to."""
    delete_others(tx, author, ())


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """The same of all authors of a blog."""
    tx.execute(delete(post_parts).where(post_parts.c.blog_id == blog_id))
