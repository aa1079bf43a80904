"""Authors whom the operator shows to nobody, and why: their data stays, and their consent is not asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from bridge.model import AuthorKey
from bridge.storage.content.tables import suspended_authors


@dataclass(frozen=True, slots=True)
class Suspension:
    """An author whose card is hidden by the operator."""

    author: AuthorKey
    reason: str
    since: datetime


def _of(author: AuthorKey) -> ColumnElement[bool]:
    columns = suspended_authors.c
    return (columns.blog_id == author.blog_id) & (columns.author_id == author.author_id)


def _suspension(row: Row[*tuple[Any, ...]]) -> Suspension:
    return Suspension(AuthorKey(row.blog_id, row.author_id), row.reason, row.since)


def record(tx: Connection, author: AuthorKey, reason: str, now: datetime) -> None:
    """Suspend an author; once more: for another reason."""
    delete_by_author(tx, author)
    values = {"blog_id": author.blog_id, "author_id": author.author_id, "reason": reason, "since": now}
    tx.execute(insert(suspended_authors).values(**values))


def delete_by_author(tx: Connection, author: AuthorKey) -> bool:
    """Let an author be shown again; False: they were not suspended."""
    return tx.execute(delete(suspended_authors).where(_of(author))).rowcount == 1


def find(tx: Connection, author: AuthorKey) -> Suspension | None:
    """The suspension of an author; None: there is none."""
    row = tx.execute(select(suspended_authors).where(_of(author))).first()
    return None if row is None else _suspension(row)


def list_by_blog(tx: Connection, blog_id: str) -> list[Suspension]:
    """Those of a blog's authors, by author."""
    ordered = select(suspended_authors).order_by(suspended_authors.c.author_id)
    return [_suspension(row) for row in tx.execute(ordered.where(suspended_authors.c.blog_id == blog_id))]


def list_all(tx: Connection) -> list[Suspension]:
    """All of them, by blog and author."""
    ordered = select(suspended_authors).order_by(suspended_authors.c.blog_id, suspended_authors.c.author_id)
    return [_suspension(row) for row in tx.execute(ordered)]
