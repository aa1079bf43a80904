"""What was counted: the share of each post and commenter, their sums, the figures of a blog."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.engagement.facts import Tally
from bridge.engagement.resonance import Alike
from bridge.storage.database import plain_rows
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
Row = dict[str, Any]
SPANS = (0, 1)  # this window, the one before


@dataclass(frozen=True, slots=True)
class PostShare:
    """What one post adds, and its own figures."""

    post: str
    tallies: tuple[Tally, Tally]  # now, before
    exposed: int
    figures: Mapping[str, Any]
    likeness: int | None
    last_at: datetime | None
    waiting: tuple[tuple[int, datetime, Mapping[str, Any]], ...]  # rank, since, data


@dataclass(frozen=True, slots=True)
class CommenterShare:
    """What one commenter adds, and their own figures."""

    commenter: str
    tallies: tuple[Tally, Tally]
    figures: Mapping[str, Any] | None
    posts: int  # distinct ones ever commented on
    regular_posts: int  # of the window, 0 unless a regular
    silent_since: datetime | None


@dataclass(frozen=True, slots=True)
class BlogTally:
    """The state of one blog's tally."""

    day: datetime | None
    languages: frozenset[str]
    as_of: datetime
    figures: Mapping[str, Any]


def find(tx: Connection, blog_id: str) -> BlogTally | None:
    """The newest tally; None before the first."""
    row = tx.execute(select(tallies).where(tallies.c.blog_id == blog_id)).first()
    return (
        None
        if row is None
        else BlogTally(row.day, frozenset(json.loads(row.languages)), row.as_of, json.loads(row.figures))
    )


def store(tx: Connection, blog_id: str, tally: BlogTally) -> None:
    """Keep a blog's figures."""
    row = {
        "blog_id": blog_id, "day": tally.day, "languages": json.dumps(sorted(tally.languages)),
        "as_of": tally.as_of, "figures": json.dumps(tally.figures, sort_keys=True),
    }  # fmt: skip
    _upsert(tx, tallies, ("blog_id",), [row])


def _upsert(tx: Connection, table: Any, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    statement = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    tx.execute(statement.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=values), rows)


def pack(shares: tuple[Tally, Tally]) -> str:
    """Two tallies as text, the same for equal ones."""
    return json.dumps(shares, sort_keys=True, separators=(",", ":"))


def unpack(text: str) -> tuple[Tally, Tally]:
    """The way back: JSON has no numbers as keys."""
    now, before = (
        {figure: {int(bin_): count for bin_, count in bins.items()} for figure, bins in tally.items()}
        for tally in json.loads(text)
    )
    return now, before


def shares_held(tx: Connection, blog_id: str, posts: Iterable[str], people: Iterable[str]) -> list[tuple[Tally, Tally]]:
    """What some posts and commenters have added so far."""
    found = []
    for table, column, names in (
        (tally_posts, tally_posts.c.post_id, sorted(set(posts))),
        (tally_commenters, tally_commenters.c.commenter, sorted(set(people))),
    ):
        for start in range(0, len(names), PORTION):
            part = column.in_(names[start : start + PORTION])
            found += [
                unpack(row[0]) for row in tx.execute(select(table.c.tally).where(table.c.blog_id == blog_id, part))
            ]
    return found


def list_of_author(tx: Connection, blog_id: str, author_id: str, since: datetime) -> list[Tally]:
    """What each post of an author adds to this window, of those commented on since a moment."""
    rows = tx.execute(
        select(tally_posts.c.tally)
        .select_from(OF_POST)
        .where(posts.c.blog_id == blog_id, posts.c.author_id == author_id, tally_posts.c.last_at >= since)
    )
    return [unpack(row.tally)[0] for row in rows]


PostRows = tuple[Row, list[Row]]  # of the post, of what waits under it


def post_rows(share: PostShare) -> PostRows:
    """A post's share as it is kept, but for its blog."""
    own = {
        "post_id": share.post, "tally": pack(share.tallies), "exposed": share.exposed,
        "figures": json.dumps(share.figures, sort_keys=True), "likeness": share.likeness, "last_at": share.last_at,
    }  # fmt: skip
    waiting: list[Row] = [
        {"post_id": share.post, "comment_id": str(data["comment"]), "rank": rank, "since": since,
         "data": json.dumps(data, sort_keys=True)}
        for rank, since, data in share.waiting
    ]  # fmt: skip
    return own, waiting


def commenter_row(share: CommenterShare) -> Row:
    """A commenter's share as it is kept, but for its blog."""
    return {
        "commenter": share.commenter, "tally": pack(share.tallies),
        "figures": None if share.figures is None else json.dumps(share.figures, sort_keys=True),
        "posts": share.posts, "regular_posts": share.regular_posts, "silent_since": share.silent_since,
    }  # fmt: skip


def changed_posts(tx: Connection, blog_id: str, shares: Iterable[PostShare]) -> tuple[list[PostRows], list[str]]:
    """Of all posts of a blog, those that are kept otherwise than they are now, and those that are gone."""
    held = _all_rows(tx, tally_posts, "post_id", blog_id)
    waiting: dict[str, list[Row]] = {}
    for row in tx.execute(select(tally_waiting).where(tally_waiting.c.blog_id == blog_id)).mappings():
        waiting.setdefault(row["post_id"], []).append({key: row[key] for key in row if key != "blog_id"})
    found = []
    for share in shares:
        own, open_ones = post_rows(share)
        before = sorted(waiting.get(share.post, ()), key=_name_of)
        if held.pop(share.post, None) != own or before != sorted(open_ones, key=_name_of):
            found.append((own, open_ones))
    return found, sorted(held)


def _name_of(row: Row) -> str:
    return str(row["comment_id"])


def changed_commenters(
    tx: Connection, blog_id: str, shares: Iterable[CommenterShare]
) -> tuple[list[Row], list[str]]:  # fmt: skip
    """Of all commenters of a blog, those that are kept otherwise than they are now, and those that are gone."""
    held = _all_rows(tx, tally_commenters, "commenter", blog_id)
    rows = [commenter_row(share) for share in shares]
    return [row for row in rows if held.pop(row["commenter"], None) != row], sorted(held)


def _all_rows(tx: Connection, table: Any, key: str, blog_id: str) -> dict[str, Row]:
    rows = tx.execute(select(table).where(table.c.blog_id == blog_id)).mappings()
    return {row[key]: {name: row[name] for name in row if name != "blog_id"} for row in rows}


def store_posts(tx: Connection, blog_id: str, rows: Sequence[PostRows], gone: Iterable[str] = ()) -> None:
    """Replace what is kept of some posts; those `gone` have no comments (any more)."""
    named = [own["post_id"] for own, _ in rows]
    _drop(tx, tally_waiting.c.post_id, blog_id, [*named, *gone])
    _drop(tx, tally_posts.c.post_id, blog_id, gone)
    _upsert(tx, tally_posts, ("blog_id", "post_id"), [{"blog_id": blog_id, **own} for own, _ in rows])
    waiting = [{"blog_id": blog_id, **item} for _, items in rows for item in items]
    if waiting:
        tx.execute(insert(tally_waiting), waiting)


def store_commenters(tx: Connection, blog_id: str, rows: Sequence[Row], gone: Iterable[str] = ()) -> None:
    """Replace what is kept of some commenters; those `gone` have no comments (any more)."""
    _upsert(tx, tally_commenters, ("blog_id", "commenter"), [{"blog_id": blog_id, **row} for row in rows])
    _drop(tx, tally_commenters.c.commenter, blog_id, gone)


def _drop(tx: Connection, column: Any, blog_id: str, named: Iterable[str]) -> None:
    names = list(named)
    for start in range(0, len(names), PORTION):
        part = column.in_(names[start : start + PORTION])
        tx.execute(delete(column.table).where(column.table.c.blog_id == blog_id, part))


def sums(tx: Connection, blog_id: str) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """All sums of a blog, of this window and of the one before."""
    found: tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]] = ({}, {})
    columns = (tally_sums.c.span, tally_sums.c.figure, tally_sums.c.bin, tally_sums.c.total)
    for span, figure, bin_, total in plain_rows(tx, select(*columns).where(tally_sums.c.blog_id == blog_id)):
        found[span].setdefault(figure, {})[bin_] = total
    return found


def replace_sums(tx: Connection, blog_id: str, totals: tuple[Tally, Tally]) -> None:
    """All sums anew."""
    tx.execute(delete(tally_sums).where(tally_sums.c.blog_id == blog_id))
    change_sums(tx, blog_id, totals)


def change_sums(tx: Connection, blog_id: str, changes: tuple[Tally, Tally]) -> None:
    """Add to the sums (what is taken away is negative); a sum of nothing is not kept."""
    rows = [
        {"blog_id": blog_id, "span": span, "figure": figure, "bin": bin_, "total": count}
        for span in SPANS for figure, bins in changes[span].items() for bin_, count in bins.items() if count
    ]  # fmt: skip
    if not rows:
        return
    statement = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(tally_sums)
    keys = [tally_sums.c.blog_id, tally_sums.c.span, tally_sums.c.figure, tally_sums.c.bin]
    added = statement.on_conflict_do_update(
        index_elements=keys, set_={"total": tally_sums.c.total + statement.excluded.total}
    )
    tx.execute(added, rows)
    tx.execute(
        delete(tally_sums).where(
            tally_sums.c.blog_id == blog_id, tally_sums.c.span == bindparam("s"), tally_sums.c.figure == bindparam("f"),
            tally_sums.c.bin == bindparam("b"), tally_sums.c.total == 0,
        ),
        [{"s": row["span"], "f": row["figure"], "b": row["bin"]} for row in rows],
    )  # fmt: skip


OF_POST = posts.outerjoin(
    tally_posts, and_(tally_posts.c.blog_id == posts.c.blog_id, tally_posts.c.post_id == posts.c.remote_id)
)
EXPOSED = func.coalesce(tally_posts.c.exposed, literal_column("0"))  # a post without comments has no row


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
    return [json.loads(row.data) for row in rows]


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
    return [(row.commenter, json.loads(row.figures)) for row in rows]


def sum_of(tx: Connection, blog_id: str, figure: str) -> dict[int, int]:
    """One sum of this window: bin → total."""
    kept = tally_sums.c
    rows = tx.execute(
        select(kept.bin, kept.total).where(kept.blog_id == blog_id, kept.span == 0, kept.figure == figure)
    )
    return {row.bin: row.total for row in rows}


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
        found[row.post_id] = (json.loads(row.figures), row.likeness)
    return found


def commenter_figures(
    tx: Connection, blog_id: str, people: Iterable[str] | None
) -> dict[str, dict[str, Any] | None]:  # fmt: skip
    """Commenter → figures; None for those asked for without a comment in the window."""
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(people or ())
    columns = select(tally_commenters.c.commenter, tally_commenters.c.figures)
    for row in _chosen(tx, columns, tally_commenters, tally_commenters.c.commenter, blog_id, people):
        if row.figures is not None:
            found[row.commenter] = json.loads(row.figures)
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
