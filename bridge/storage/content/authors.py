"""Authors as they are asked for: who they are, who has posts and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from bridge.mentors.display_name import display_name
from bridge.model import AuthorKey
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.declarations import Declaration, parse_declaration
from bridge.storage.content.tables import authors, posts
from bridge.storage.core.predicates import author_in


class AuthorRecord(NamedTuple):
    """An author as their blog last described them, whether they take part or not."""

    blog_id: str
    remote_id: str
    name: str
    url: str
    bio: str
    takes_part: bool
    consented_at: datetime | None
    consent_door: str
    consent_text: str
    declared: Declaration


def find(tx: Connection, blog_id: str, remote_id: str) -> AuthorRecord | None:
    """The author of that id at a blog, or None."""
    columns = (authors.c[name] for name in AuthorRecord._fields)
    row = tx.execute(select(*columns).where(authors.c.blog_id == blog_id, authors.c.remote_id == remote_id)).first()
    return None if row is None else AuthorRecord(*row)._replace(declared=parse_declaration(row.declared))


def list_named_by_posts(tx: Connection, blog_id: str | None = None) -> list[tuple[str, str]]:
    """(blog, author) of everybody who has posts, of one blog or of all, whether a record of them is there or not."""
    statement = select(posts.c.blog_id, posts.c.author_id).distinct()
    if blog_id is not None:
        statement = statement.where(posts.c.blog_id == blog_id)
    return sorted((row[0], row[1]) for row in tx.execute(statement))


def list_bylines(tx: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(blog, author) → (name under which they are shown, address of the page)."""
    pairs = sorted(set(keys))
    columns = (authors.c.blog_id, authors.c.remote_id, authors.c.name, authors.c.url, blogs.c.name.label("blog"))
    named = select(*columns).join(blogs, blogs.c.id == authors.c.blog_id)
    bylines = {}
    for start in range(0, len(pairs), 200):
        part = [AuthorKey(*pair) for pair in pairs[start : start + 200]]
        for row in tx.execute(named.where(author_in(authors.c.blog_id, authors.c.remote_id, part))):
            bylines[row.blog_id, row.remote_id] = (display_name(row.name, row.blog), row.url)
    return bylines


_WROTE = exists().where(posts.c.blog_id == authors.c.blog_id, posts.c.author_id == authors.c.remote_id)


def list_with_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody with an author record and posts."""
    writers = select(authors.c.blog_id, authors.c.remote_id).where(_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(writers))


def list_without_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part and has not published."""
    silent = select(authors.c.blog_id, authors.c.remote_id).where(authors.c.takes_part, ~_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(silent))
