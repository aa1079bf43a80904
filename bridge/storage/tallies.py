"""What was counted of a blog: its figures, and what is listed of its posts and commenters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, literal_column, select, update

from bridge.engagement.facts import Tally
from bridge.engagement.resonance import Alike
from bridge.storage.database import plain_rows
from bridge.storage.documents import mapping, sequence
from bridge.storage.rows import upsert
from bridge.storage.shares import unpack
from bridge.storage.tables import (
    posts,
    tallies,
    tally_commenters,
    tally_marks,
    tally_posts,
    tally_sums,
    tally_waiting,
)

PORTION = 400


@dataclass(frozen=True, slots=True)
class BlogTally:
    """The state of one blog's tally."""

    day: datetime | None
    languages: frozenset[str]
    telling: Mapping[str, int]  # language → from which score on a post tells much (`engagement.resonance.telling`)
    as_of: datetime
    figures: Mapping[str, Any]


def find(tx: Connection, blog_id: str) -> BlogTally | None:
    """The newest tally; None before the first."""
    row = tx.execute(select(tallies).where(tallies.c.blog_id == blog_id)).first()
    return (
        None
        if row is None
        else BlogTally(
            row.day, frozenset(sequence(row.languages)), mapping(row.telling), row.as_of, mapping(row.figures)
        )
    )


def store(tx: Connection, blog_id: str, tally: BlogTally) -> None:
    """Keep a blog's figures."""
    row = {
        "blog_id": blog_id, "day": tally.day, "languages": json.dumps(sorted(tally.languages)),
        "telling": json.dumps(tally.telling, sort_keys=True), "as_of": tally.as_of,
        "figures": json.dumps(tally.figures, sort_keys=True),
    }  # fmt: skip
    upsert(tx, tallies, ("blog_id",), [row])


OF_POST = posts.outerjoin(
    tally_posts, and_(tally_posts.c.blog_id == posts.c.blog_id, tally_posts.c.post_id == posts.c.remote_id)
)
EXPOSED = func.coalesce(tally_posts.c.exposed, literal_column("0"))  # a post without comments has no row


def list_of_author(tx: Connection, blog_id: str, author_id: str, since: datetime) -> list[Tally]:
    """What each post of an author adds to this window, of those commented on since a moment."""
    rows = tx.execute(
        select(tally_posts.c.tally)
        .select_from(OF_POST)
        .where(posts.c.blog_id == blog_id, posts.c.author_id == author_id, tally_posts.c.last_at >= since)
    )
    return [unpack(row.tally)[0] for row in rows]


def exposures(tx: Connection, blog_id: str, start: datetime, end: datetime) -> dict[int, int]:
    """Of the posts published from `start` until before `end`: comments within 14 days of it → how many posts."""
    rows = tx.execute(
        select(EXPOSED, func.count())
        .select_from(OF_POST)
        .where(posts.c.blog_id == blog_id, posts.c.published_at >= start, posts.c.published_at < end)
        .group_by(EXPOSED)
    )
    return {row[0]: row[1] for row in rows}


def compared(tx: Connection, blog_id: str, before: datetime) -> list[Alike]:
    """A blog's counted posts published before a moment: what they disclose, and what they drew."""
    kind = (posts.c.language, posts.c.disclosure, EXPOSED, tally_posts.c.likeness)
    statement = (
        select(*kind, func.count())
        .select_from(OF_POST)
        .where(posts.c.blog_id == blog_id, posts.c.published_at < before, posts.c.disclosure.is_not(None))
        .group_by(*kind)
    )
    return [Alike(*row) for row in plain_rows(tx, statement)]


def list_waiting(tx: Connection, blog_id: str, limit: int) -> list[dict[str, Any]]:
    """Comments that wait for an answer, in the order to read them."""
    rows = tx.execute(
        select(tally_waiting.c.data)
        .where(tally_waiting.c.blog_id == blog_id)
        .order_by(tally_waiting.c.rank, tally_waiting.c.since, tally_waiting.c.comment_id)
        .limit(limit)
    )
    return [mapping(row.data) for row in rows]


def list_silent(tx: Connection, blog_id: str, between: tuple[datetime, datetime], limit: int) -> list[Any]:
    """Commenters whose last comment lies between two moments, latest first."""
    kept = tally_commenters.c
    return list(
        tx.execute(
            select(kept.commenter, kept.silent_since, kept.posts)
            .where(kept.blog_id == blog_id, kept.silent_since >= between[0], kept.silent_since < between[1])
            .order_by(kept.silent_since.desc(), kept.commenter)
            .limit(limit)
        )
    )


def list_regulars(tx: Connection, blog_id: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """(commenter, figures) of those who are on many posts, most first."""
    kept = tally_commenters.c
    rows = tx.execute(
        select(kept.commenter, kept.figures)
        .where(kept.blog_id == blog_id, kept.regular_posts > 0)
        .order_by(kept.regular_posts.desc(), kept.commenter)
        .limit(limit)
    )
    return [(row.commenter, mapping(row.figures)) for row in rows]


def list_latest_posts(tx: Connection, blog_id: str, since: datetime, limit: int) -> list[tuple[str, datetime]]:
    """(post, last comment) of those commented on since a moment, latest first."""
    kept = tally_posts.c
    rows = tx.execute(
        select(kept.post_id, kept.last_at)
        .where(kept.blog_id == blog_id, kept.last_at >= since)
        .order_by(kept.last_at.desc(), kept.post_id)
        .limit(limit)
    )
    return [(row.post_id, row.last_at) for row in rows]


def names_commenter(tx: Connection, blog_id: str, commenter: str) -> bool:
    """Whether anything that was counted, or is to be counted, still names this person."""
    held = (
        select(tally_commenters.c.blog_id).where(
            tally_commenters.c.blog_id == blog_id, tally_commenters.c.commenter == commenter
        ),
        select(tally_marks.c.blog_id).where(tally_marks.c.blog_id == blog_id, tally_marks.c.name == commenter),
        select(tallies.c.blog_id).where(
            tallies.c.blog_id == blog_id, tallies.c.figures.contains(commenter, autoescape=True)
        ),
    )
    return any(tx.execute(statement.limit(1)).first() is not None for statement in held)


def begin_anew(tx: Connection, blog_id: str) -> None:
    """What is kept is of no day until it has been counted again: whoever falls in between begins anew."""
    tx.execute(update(tallies).where(tallies.c.blog_id == blog_id).values(day=None))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left."""
    for table in (tally_waiting, tally_posts, tally_commenters, tally_sums, tallies, tally_marks):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))


def post_figures(
    tx: Connection, blog_id: str, posts: Iterable[str] | None
) -> dict[str, tuple[dict[str, Any] | None, int | None]]:
    """Post → its figures and likeness; of those asked for that have none: (None, None). None asks for all."""
    found: dict[str, tuple[dict[str, Any] | None, int | None]] = dict.fromkeys(posts or (), (None, None))
    columns = select(tally_posts.c.post_id, tally_posts.c.figures, tally_posts.c.likeness)
    for row in _chosen(tx, columns, tally_posts, tally_posts.c.post_id, blog_id, posts):
        found[row.post_id] = (mapping(row.figures), row.likeness)
    return found


def commenter_figures(
    tx: Connection, blog_id: str, people: Iterable[str] | None
) -> dict[str, dict[str, Any] | None]:  # fmt: skip
    """Commenter → figures; None for those asked for without a comment in the window."""
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(people or ())
    columns = select(tally_commenters.c.commenter, tally_commenters.c.figures)
    for row in _chosen(tx, columns, tally_commenters, tally_commenters.c.commenter, blog_id, people):
        if row.figures is not None:
            found[row.commenter] = mapping(row.figures)
    return found


def _chosen(tx: Connection, columns: Any, table: Any, key: Any, blog_id: str, names: Iterable[str] | None) -> list[Any]:
    whole = columns.where(table.c.blog_id == blog_id)
    if names is None:
        return list(tx.execute(whole))
    wanted = sorted(set(names))
    return [
        row for start in range(0, len(wanted), PORTION)
        for row in tx.execute(whole.where(key.in_(wanted[start : start + PORTION])))
    ]  # fmt: skip
