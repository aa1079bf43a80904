"""Authors as they are asked for: who they are, who has posts and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Update, bindparam, exists, func, or_, select, update

from bridge.mentors.display_name import display_name, lookalike_key
from bridge.model import AuthorKey, stable_id
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


class Byline(NamedTuple):
    """How an author stands in a list."""

    name: str  # the one they are shown under
    url: str  # of their page
    name_key: int  # equal where two are taken for each other
    blog: str  # its name
    home_url: str


def list_bylines(tx: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Byline]:
    """By (blog, author)."""
    pairs = sorted(set(keys))
    columns = (authors.c.blog_id, authors.c.remote_id, authors.c.name, authors.c.url, blogs.c.name.label("blog"))
    named = select(*columns, authors.c.name_key, blogs.c.home_url).join(blogs, blogs.c.id == authors.c.blog_id)
    bylines = {}
    for start in range(0, len(pairs), 200):
        part = [AuthorKey(*pair) for pair in pairs[start : start + 200]]
        for row in tx.execute(named.where(author_in(authors.c.blog_id, authors.c.remote_id, part))):
            name = display_name(row.name, row.blog)
            byline = Byline(name, row.url, row.name_key or 0, row.blog, row.home_url)
            bylines[row.blog_id, row.remote_id] = byline
    return bylines


def get_name_key(tx: Connection, blog_id: str, name: str) -> int:
    """What is equal for the names of two who are taken for each other; of an author of the blog who is called so."""
    blog_name = tx.execute(select(blogs.c.name).where(blogs.c.id == blog_id)).scalar() or ""
    return _name_key(name, blog_name)


def record_name_keys(tx: Connection, blog_id: str) -> None:
    """A blog may be called otherwise: whoever has nobody's name is shown under that of the blog."""
    blog_name = select(blogs.c.name).where(blogs.c.id == authors.c.blog_id).scalar_subquery()
    columns = (authors.c.remote_id, authors.c.name, authors.c.name_key, blog_name.label("blog"))
    for row in tx.execute(select(*columns).where(authors.c.blog_id == blog_id)).all():
        if (key := _name_key(row.name, row.blog or "")) != row.name_key:
            named = (authors.c.blog_id == blog_id, authors.c.remote_id == row.remote_id)
            tx.execute(update(authors).where(*named).values(name_key=key))


def _name_key(name: str, blog: str) -> int:
    return stable_id(lookalike_key(display_name(name, blog)))


_WROTE = exists().where(posts.c.blog_id == authors.c.blog_id, posts.c.author_id == authors.c.remote_id)


def list_with_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody with an author record and posts."""
    writers = select(authors.c.blog_id, authors.c.remote_id).where(_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(writers))


class NightVisit(NamedTuple):
    """When somebody's lists were last made anew, and when what they follow from last changed."""

    blog_id: str
    author_id: str
    visited_at: datetime | None
    changed_at: datetime | None


def list_night_visits(tx: Connection) -> list[NightVisit]:
    """Of everybody with an author record and posts."""
    columns = (authors.c.blog_id, authors.c.remote_id, authors.c.visited_at, authors.c.changed_at)
    return sorted((NightVisit(*row) for row in tx.execute(select(*columns).where(_WROTE))), key=lambda row: row[:2])


def record_visits(tx: Connection, keys: Iterable[AuthorKey], began_at: datetime) -> None:
    """The lists of authors are as they follow from what was stored then."""
    for key in keys:
        named = (authors.c.blog_id == key.blog_id, authors.c.remote_id == key.author_id)
        tx.execute(update(authors).where(*named).values(visited_at=began_at))


def mark_changed(tx: Connection, keys: Iterable[AuthorKey], now: datetime) -> None:
    """Their lists no longer follow from what is stored."""
    rows = [{"blog": key.blog_id, "author": key.author_id, "now": now} for key in sorted(set(keys))]
    if rows:
        tx.execute(_changing(), rows)


@cache  # for every post
def _changing() -> Update:
    named = (authors.c.blog_id == bindparam("blog"), authors.c.remote_id == bindparam("author"))
    return update(authors).where(*named).values(changed_at=bindparam("now", type_=authors.c.changed_at.type))


def is_unchanged(tx: Connection, keys: Sequence[AuthorKey], since: datetime) -> bool:
    """Whether some authors are all there, and nothing their lists follow from has changed since."""
    unchanged = or_(authors.c.changed_at.is_(None), authors.c.changed_at < since)
    for start in range(0, len(keys), 200):
        part = keys[start : start + 200]
        count = select(func.count()).where(author_in(authors.c.blog_id, authors.c.remote_id, part), unchanged)
        if tx.execute(count).scalar_one() < len(part):
            return False
    return True


def mark_all_unvisited(tx: Connection) -> None:
    """Nobody's lists follow any more from what is known."""
    tx.execute(update(authors).values(visited_at=None))


def list_without_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part and has not published."""
    silent = select(authors.c.blog_id, authors.c.remote_id).where(authors.c.takes_part, ~_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(silent))
