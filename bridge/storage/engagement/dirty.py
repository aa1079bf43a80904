"""What changed since a blog was last counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Insert, Select, bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.engagement.tables import comments, dirty_statistics

NAMES_PER_STATEMENT = 400  # names in one statement
ALL_POSTS = ""  # as the name of a post


def mark(
    tx: Connection, blog_id: str, posts: Iterable[str], people: Iterable[str], *, published: Iterable[str] = ()
) -> None:
    """Note that posts and commenters have to be looked at again; `published`: posts that have themselves changed."""
    named = {("post", name) for name in posts} | {("commenter", name) for name in people if name}
    named |= {("published", name) for name in published}
    if named:
        rows = [{"blog_id": blog_id, "kind": kind, "name": name, "generation": 1} for kind, name in sorted(named)]
        tx.execute(_marking(tx.dialect.name), rows)


@cache  # for every event, and building it costs more than running it
def _marking(dialect: str) -> Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(dirty_statistics)
    marking: Insert = insert.on_conflict_do_update(
        index_elements=[dirty_statistics.c.blog_id, dirty_statistics.c.kind, dirty_statistics.c.name],
        set_={"generation": dirty_statistics.c.generation + 1},
    )
    return marking


def mark_shared_texts(tx: Connection, blog_id: str, hashes: Iterable[bytes]) -> set[str]:
    """Note the same texts on another blog, whose standing has changed by these; answers which blogs.

    Asked once a blog has got or lost a text. What counts is whether another blog has it, too: that changes for somebody
    only where exactly one other has it, and not by what a blog says again.
    """
    unique, touched = sorted(set(hashes)), set()
    for start in range(0, len(unique), NAMES_PER_STATEMENT):
        alike = unique[start : start + NAMES_PER_STATEMENT]
        changed = set(tx.execute(_held_by_one_other(), {"blog": blog_id, "alike": alike}).scalars())
        if not changed:
            continue
        others = (comments.c.text_hash.in_(sorted(changed)), comments.c.blog_id != blog_id)
        named = select(comments.c.blog_id, comments.c.post_id, comments.c.commenter).where(*others).distinct()
        by_blog: dict[str, list[tuple[str, str]]] = {}
        for neighbour, post, commenter in tx.execute(named):
            by_blog.setdefault(neighbour, []).append((post, commenter))
        for neighbour, pairs in sorted(by_blog.items()):
            mark(tx, neighbour, {post for post, _ in pairs}, {commenter for _, commenter in pairs})
        touched |= set(by_blog)
    return touched


@cache  # for every comment
def _held_by_one_other() -> Select[bytes]:
    """Texts that exactly one other blog has, and this one not more than once."""
    columns, blog = comments.c, bindparam("blog", type_=comments.c.blog_id.type)
    other_blog = case((columns.blog_id != blog, columns.blog_id))
    here = func.count(case((columns.blog_id == blog, columns.blog_id)))
    alike = columns.text_hash.in_(bindparam("alike", expanding=True))
    by_text = select(columns.text_hash).where(alike).group_by(columns.text_hash)
    return by_text.having(func.min(other_blog) == func.max(other_blog), here <= 1)


def mark_post(tx: Connection, blog_id: str, post: str, *, is_new: bool) -> None:
    """A post has changed. If it has come or gone: those who commented on it count from now on, or no longer."""
    people = tx.execute(_commenters_of(), {"blog": blog_id, "post": post}).scalars() if is_new else ()
    mark(tx, blog_id, [post], people, published=[post])


def mark_blog(tx: Connection, blog_id: str) -> None:
    """What a blog says of itself has changed: in which languages nobody is foreign is looked at again."""
    mark(tx, blog_id, (), (), published=[ALL_POSTS])


@cache
def _commenters_of() -> Select[str]:
    on_it = (comments.c.blog_id == bindparam("blog"), comments.c.post_id == bindparam("post"))
    return select(comments.c.commenter).where(*on_it).distinct()


@dataclass(frozen=True, slots=True)
class DirtySet:
    """What was marked when it was read; more may have come since."""

    posts: Mapping[str, int]
    people: Mapping[str, int]
    published: Mapping[str, int]  # posts that came, changed or went


def get_dirty_set(tx: Connection, blog_id: str) -> DirtySet:
    """The posts and commenters of a blog that have to be counted again."""
    columns = dirty_statistics.c
    by_kind: dict[str, dict[str, int]] = {"post": {}, "commenter": {}, "published": {}}
    statement = select(columns.kind, columns.name, columns.generation).where(columns.blog_id == blog_id)
    for kind, name, generation in tx.execute(statement):
        by_kind[kind][name] = generation
    return DirtySet(by_kind["post"], by_kind["commenter"], by_kind["published"])


def delete_processed(tx: Connection, blog_id: str, seen: DirtySet) -> None:
    """Take marks away that have been looked at; what was marked again meanwhile stays."""
    rows = [
        {"k": kind, "n": name, "m": generation}
        for kind, named in (("post", seen.posts), ("commenter", seen.people), ("published", seen.published))
        for name, generation in named.items()
    ]
    if rows:
        columns = dirty_statistics.c
        seen_only = (
            columns.kind == bindparam("k"),
            columns.name == bindparam("n"),
            columns.generation == bindparam("m"),
        )
        tx.execute(delete(dirty_statistics).where(columns.blog_id == blog_id, *seen_only), rows)


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Delete all marks of a blog that has left."""
    tx.execute(delete(dirty_statistics).where(dirty_statistics.c.blog_id == blog_id))
