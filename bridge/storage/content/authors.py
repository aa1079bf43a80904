"""Authors as they are asked for: who they are, who has posts and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, exists, select

from bridge.mentors.display_name import display_name
from bridge.model import AuthorKey
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.declarations import parse_declaration
from bridge.storage.content.tables import authors, posts
from bridge.storage.core.predicates import author_in


def find(tx: Connection, blog_id: str, remote_id: str) -> Any | None:
    """The author's row, or None."""
    return tx.execute(select(authors).where(authors.c.blog_id == blog_id, authors.c.remote_id == remote_id)).first()


def list_named_by_posts(tx: Connection, blog_id: str | None = None) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part or has posts."""
    statement = select(posts.c.blog_id, posts.c.author_id).distinct()
    if blog_id is not None:
        statement = statement.where(posts.c.blog_id == blog_id)
    return sorted((row[0], row[1]) for row in tx.execute(statement))


def get_offers(tx: Connection, author: AuthorKey) -> str:
    """What an author says they can help with, one a line."""
    row = find(tx, author.blog_id, author.author_id)
    return "\n".join(parse_declaration(row.declared).get("offers", ())) if row else ""


def list_bylines(tx: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(blog, author) → (name under which they are shown, address of the page)."""
    wanted = sorted(set(keys))
    found = {}
    for start in range(0, len(wanted), 200):
        part = [AuthorKey(*pair) for pair in wanted[start : start + 200]]
        pairs = author_in(authors.c.blog_id, authors.c.remote_id, part)
        named = select(authors, blogs.c.name.label("blog")).join(blogs, blogs.c.id == authors.c.blog_id)
        for row in tx.execute(named.where(pairs)):
            found[row.blog_id, row.remote_id] = (display_name(row.name, row.blog), row.url)
    return found


_WROTE = exists().where(posts.c.blog_id == authors.c.blog_id, posts.c.author_id == authors.c.remote_id)


def list_with_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody with an author record and posts."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))


def list_without_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part and has not published."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(authors.c.takes_part, ~_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))
