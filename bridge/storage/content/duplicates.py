"""Posts that say the same, found by what their texts have in common (`text.sketches.lookup_shingles`).

One row for each print of a post, in the order in which the bridge heard of them: of each print the first posts are
looked at, however many there are and whatever dates they bear. What is found follows from the stored posts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Select, bindparam, delete, exists, insert, select

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
    return {author for author, _ in _judged(tx, near - set(post_ids)).values()}


def _follow(tx: Connection, post_ids: Sequence[int]) -> set[int]:
    known: dict[int, set[DatedShingle]] = {}
    for post_id, at, number in tx.execute(_prints_of(), {"posts": post_ids}):
        known.setdefault(post_id, set()).add((at, number))
    wanted = _wanted(tx, post_ids)
    near = _beside(tx, known)
    stale = [post_id for post_id in post_ids if known.get(post_id, set()) != wanted.get(post_id, set())]
    if stale:
        if known:
            tx.execute(delete(post_shingles).where(post_shingles.c.post_id.in_(stale)))
        new = [
            {"print": number, "heard_at": at, "post_id": post_id}
            for post_id in stale
            for at, number in sorted(wanted.get(post_id, ()))
        ]
        if new:
            tx.execute(insert(post_shingles), new)
            near |= _beside(tx, stale)
    return near


@cache  # each is asked for every post that is absorbed, and building it costs more than running it
def _prints_of() -> Select[int, datetime, int]:
    kept = post_shingles.c
    named = kept.post_id.in_(bindparam("posts", expanding=True))
    return select(kept.post_id, kept.heard_at, kept.print).where(named)


def _wanted(tx: Connection, post_ids: Sequence[int]) -> dict[int, set[DatedShingle]]:
    return {
        post_id: {(at, number) for number in lookup_shingles(TextQuality.from_bytes(raw).sketch)}
        for post_id, at, raw in tx.execute(_substances(), {"posts": post_ids})
        if raw is not None
    }


@cache
def _substances() -> Select[int, datetime, bytes | None]:
    kept = posts.c
    return select(kept.id, kept.heard_at, kept.substance).where(kept.id.in_(bindparam("posts", expanding=True)))


def _beside(tx: Connection, post_ids: Iterable[int]) -> set[int]:
    """The first posts that share a print with some."""
    wanted = list(post_ids)
    if not wanted:
        return set()
    shared = tx.execute(_shared_of_posts(), {"posts": wanted})
    return set().union(*_first_heard(tx, {number for _, number in shared}).values())


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
    of_author = (posts.c.blog_id == bindparam("blog"), posts.c.author_id == bindparam("author"))
    return _shared().where(_OWN.c.post_id == posts.c.id, *of_author)


def _first_heard(tx: Connection, numbers: Iterable[int]) -> dict[int, list[int]]:
    """Of each print the posts that were heard of first."""
    wanted = sorted(numbers)
    answers = list_for_each(tx, _first_of_print, [{"print": number} for number in wanted])
    return {number: [row[0] for row in rows] for number, rows in zip(wanted, answers, strict=True)}


def _first_of_print(ending: str) -> Select[int]:
    kept = post_shingles.c
    first = select(kept.post_id).where(kept.print == bindparam(f"print{ending}")).order_by(kept.heard_at, kept.post_id)
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
    known = _judged(tx, {*numbers, *(post_id for some in first.values() for post_id in some)})
    found = []
    for post_id, own in sorted(numbers.items()):
        others = {other for number in own for other in first[number] if known[other][0] != author}
        if others:
            found.append((known[post_id][1], [known[other][1] for other in sorted(others)]))
    return found


def _judged(tx: Connection, post_ids: set[int]) -> dict[int, tuple[AuthorKey, JudgedPost]]:
    kept, wanted = posts.c, sorted(post_ids)
    columns = (
        kept.id,
        kept.blog_id,
        kept.author_id,
        kept.published_at,
        kept.language,
        kept.substance,
        kept.url,
        kept.canonical,
        kept.heard_at,
    )
    found = {}
    for start in range(0, len(wanted), POSTS_PER_STATEMENT):
        part = kept.id.in_(wanted[start : start + POSTS_PER_STATEMENT])
        for post_id, blog, author, at, language, raw, url, canonical, heard in tx.execute(select(*columns).where(part)):
            substance = None if raw is None else TextQuality.from_bytes(raw)
            judged = JudgedPost(post_id, at, language, substance, url, canonical, blog, heard)
            found[post_id] = AuthorKey(blog, author), judged
    return found
