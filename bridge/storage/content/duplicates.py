"""Posts that say the same, found by what their texts have in common (`text.sketches.lookup_shingles`).

One row for each print of a post, in the order in which the bridge heard of them: of each print the first posts are
looked at, however many there are and whatever dates they bear. What is found follows from the stored posts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Select, Update, bindparam, delete, exists, insert, select, update

from bridge.mentors.post_weight import JudgedPost
from bridge.model import AuthorKey
from bridge.storage.content.tables import post_shingles, posts
from bridge.storage.core.batches import list_for_each
from bridge.storage.core.database import list_plain_rows
from bridge.text.sketches import lookup_shingles
from bridge.text.text_quality import TextQuality

POSTS_PER_STATEMENT = 400  # posts in one statement
FIRST_POSTS_PER_SHINGLE = 20  # posts of one print that are looked at
DatedShingle = tuple[datetime, int]


def upsert_shingles(tx: Connection, post_ids: Sequence[int]) -> set[AuthorKey]:
    """Bring what posts are found by in line with what is stored of them, or is no more.

    Returns:
        Whoever has written what may say the same as they do or did: it may count otherwise now.
    """
    near: set[int] = set()
    for start in range(0, len(post_ids), POSTS_PER_STATEMENT):
        near |= _follow(tx, post_ids[start : start + POSTS_PER_STATEMENT])
    if near:
        tx.execute(_sharing(), {"posts": sorted(near)})
    return {author for author, _ in _judged(tx, near - set(post_ids)).values()}


def _follow(tx: Connection, post_ids: Sequence[int]) -> set[int]:
    stored: dict[int, set[DatedShingle]] = {}
    for post_id, at, number in tx.execute(_prints_of(), {"posts": post_ids}):
        stored.setdefault(post_id, set()).add((at, number))
    expected = _wanted(tx, post_ids)
    near = _beside(tx, stored)
    stale = [post_id for post_id in post_ids if stored.get(post_id, set()) != expected.get(post_id, set())]
    if stale:
        if stored:
            tx.execute(delete(post_shingles).where(post_shingles.c.post_id.in_(stale)))
        new = [
            {"print": number, "heard_at": at, "post_id": post_id}
            for post_id in stale
            for at, number in sorted(expected.get(post_id, ()))
        ]
        if new:
            tx.execute(insert(post_shingles), new)
            near |= _beside(tx, stale)
    return near


@cache  # each is asked for every post that is absorbed, and building it costs more than running it
def _prints_of() -> Select[int, datetime, int]:
    columns = post_shingles.c
    named = columns.post_id.in_(bindparam("posts", expanding=True))
    return select(columns.post_id, columns.heard_at, columns.print).where(named)


def _wanted(tx: Connection, post_ids: Sequence[int]) -> dict[int, set[DatedShingle]]:
    return {
        post_id: {(at, number) for number in lookup_shingles(TextQuality.from_bytes(raw).sketch)}
        for post_id, at, raw in tx.execute(_substances(), {"posts": post_ids})
        if raw is not None
    }


@cache
def _substances() -> Select[int, datetime, bytes | None]:
    columns = posts.c
    return select(columns.id, columns.heard_at, columns.substance).where(
        columns.id.in_(bindparam("posts", expanding=True))
    )


def _beside(tx: Connection, post_ids: Iterable[int]) -> set[int]:
    """The first posts that share a print with some, and those of these that do."""
    ids = list(post_ids)
    if not ids:
        return set()
    shared = tx.execute(_shared_of_posts(), {"posts": ids}).all()
    near = {post_id for post_id, _ in shared}
    return near.union(*_first_heard(tx, {number for _, number in shared}).values())


_OWN, _OTHER = post_shingles.alias("own"), post_shingles.alias("other")


def _shared() -> Select[int, int]:
    """(post, print) of prints that another post has, too."""
    same = (_OTHER.c.print == _OWN.c.print, _OTHER.c.post_id != _OWN.c.post_id)
    return select(_OWN.c.post_id, _OWN.c.print).where(exists().where(*same))


@cache
def _shared_of_posts() -> Select[int, int]:
    return _shared().where(_OWN.c.post_id.in_(bindparam("posts", expanding=True)))


@cache
def _shared_of_author() -> Select[int, int]:
    of_author = (posts.c.blog_id == bindparam("blog"), posts.c.author_id == bindparam("author"), posts.c.shared)
    return _shared().where(_OWN.c.post_id == posts.c.id, *of_author)


@cache
def _sharing() -> Update:
    named = posts.c.id.in_(bindparam("posts", expanding=True))
    return update(posts).where(named, ~posts.c.shared).values(shared=True)


def _first_heard(tx: Connection, numbers: Iterable[int]) -> dict[int, list[int]]:
    """Of each print the posts that were heard of first."""
    ordered = sorted(numbers)
    answers = list_for_each(tx, _first_of_print, [{"print": number} for number in ordered])
    return {number: [row[0] for row in rows] for number, rows in zip(ordered, answers, strict=True)}


def _first_of_print(ending: str) -> Select[int]:
    columns = post_shingles.c
    of_print = select(columns.post_id).where(columns.print == bindparam(f"print{ending}"))
    first = of_print.order_by(columns.heard_at, columns.post_id)
    return first.limit(FIRST_POSTS_PER_SHINGLE)


def list_candidates(tx: Connection, author: AuthorKey) -> list[tuple[JudgedPost, list[JudgedPost]]]:
    """An author's posts whose text others may have, too, each with the first posts of those others."""
    numbers: dict[int, set[int]] = {}
    of_author = {"blog": author.blog_id, "author": author.author_id}
    for post_id, number in list_plain_rows(tx, _shared_of_author(), of_author):
        numbers.setdefault(post_id, set()).add(number)
    if not numbers:
        return []
    first = _first_heard(tx, set().union(*numbers.values()))
    judged = _judged(tx, {*numbers, *(post_id for heard in first.values() for post_id in heard)})
    candidates = []
    for post_id, shingles in sorted(numbers.items()):
        alike = {candidate for number in shingles for candidate in first[number] if judged[candidate][0] != author}
        if alike:
            candidates.append((judged[post_id][1], [judged[candidate][1] for candidate in sorted(alike)]))
    return candidates


def _judged(tx: Connection, post_ids: set[int]) -> dict[int, tuple[AuthorKey, JudgedPost]]:
    table, ids = posts.c, sorted(post_ids)
    columns = (
        table.id,
        table.blog_id,
        table.author_id,
        table.published_at,
        table.language,
        table.substance,
        table.url,
        table.canonical,
        table.heard_at,
    )
    by_id = {}
    for start in range(0, len(ids), POSTS_PER_STATEMENT):
        part = table.id.in_(ids[start : start + POSTS_PER_STATEMENT])
        for post_id, blog, author, at, language, raw, url, canonical, heard in tx.execute(select(*columns).where(part)):
            substance = None if raw is None else TextQuality.from_bytes(raw)
            judged = JudgedPost(post_id, at, language, substance, url, canonical, blog, heard)
            by_id[post_id] = AuthorKey(blog, author), judged
    return by_id
