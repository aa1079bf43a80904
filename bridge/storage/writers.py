"""Authors as they are asked for: who they are, who has posts and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, exists, select

from bridge.mentors.naming import shown_name
from bridge.model import AuthorKey
from bridge.storage.among import among
from bridge.storage.declarations import declaration
from bridge.storage.tables import authors, blogs, posts


def find_author(tx: Connection, blog_id: str, remote_id: str) -> Any | None:
    """The author's row, or None."""
    return tx.execute(select(authors).where(authors.c.blog_id == blog_id, authors.c.remote_id == remote_id)).first()


def list_authors(tx: Connection, blog_id: str | None = None) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part or has posts."""
    statement = select(posts.c.blog_id, posts.c.author_id).distinct()
    if blog_id is not None:
        statement = statement.where(posts.c.blog_id == blog_id)
    return sorted((row[0], row[1]) for row in tx.execute(statement))


def offers_of(tx: Connection, author: AuthorKey) -> str:
    """What an author says they can help with, one a line."""
    row = find_author(tx, author.blog_id, author.author_id)
    return "\n".join(declaration(row.declared).get("offers", ())) if row else ""


def author_cards(tx: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(blog, author) → (name under which they are shown, address of the page)."""
    wanted = sorted(set(keys))
    found = {}
    for start in range(0, len(wanted), 200):
        part = [AuthorKey(*pair) for pair in wanted[start : start + 200]]
        pairs = among(authors.c.blog_id, authors.c.remote_id, part)
        named = select(authors, blogs.c.name.label("blog")).join(blogs, blogs.c.id == authors.c.blog_id)
        for row in tx.execute(named.where(pairs)):
            found[row.blog_id, row.remote_id] = (shown_name(row.name, row.blog), row.url)
    return found


_WROTE = exists().where(posts.c.blog_id == authors.c.blog_id, posts.c.author_id == authors.c.remote_id)


def each_author_with_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody with an author record and posts."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))


def each_author_without_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part and has not published."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(authors.c.takes_part, ~_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))
