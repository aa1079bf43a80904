"""What each post and each commenter adds to the figures of a blog, as it was last counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    CompoundSelect,
    Connection,
    Integer,
    String,
    Table,
    bindparam,
    cast,
    delete,
    insert,
    null,
    select,
    union_all,
)

from bridge.engagement.facts import Tally
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.engagement.records import CommenterFigures, PostFigures
from bridge.storage.engagement.tables import commenter_contributions, post_contributions, waiting_comments

NAMES_PER_STATEMENT = 400
Row = dict[str, object]  # of a table, but for its blog: column → value


@dataclass(frozen=True, slots=True)
class PostContribution:
    """What one post adds, and its own figures."""

    post: str
    tallies: tuple[Tally, Tally]  # now, before
    exposed: int
    figures: PostFigures
    likeness: int | None
    last_at: datetime | None
    waiting: tuple[tuple[int, datetime, Mapping[str, Any]], ...]  # rank, since, data


@dataclass(frozen=True, slots=True)
class CommenterContribution:
    """What one commenter adds, and their own figures."""

    commenter: str
    tallies: tuple[Tally, Tally]
    figures: CommenterFigures | None
    posts: int  # distinct ones ever commented on
    regular_posts: int  # of the window, 0 unless a regular
    silent_since: datetime | None


def pack_tallies(shares: tuple[Tally, Tally]) -> str:
    """Two tallies as text, the same for equal ones."""
    return json.dumps(shares, sort_keys=True, separators=(",", ":"))


def unpack_tallies(text: str) -> tuple[Tally, Tally]:
    """Two tallies of such a text, whose bins are numbers again: JSON has no numbers as keys."""
    now, before = (
        {figure: {int(bin_): count for bin_, count in bins.items()} for figure, bins in tally.items()}
        for tally in json.loads(text)
    )
    return now, before


class StoredContributions(NamedTuple):
    """What some posts and commenters have added so far; of the posts also what is compared with others'."""

    tallies: list[tuple[Tally, Tally]]
    exposure: dict[str, tuple[int, int | None]]  # post → comments within 14 days, likeness


def list_stored(tx: Connection, blog_id: str, posts: Iterable[str], people: Iterable[str]) -> StoredContributions:
    """Of those posts and commenters that were counted."""
    stored = StoredContributions([], {})
    names = sorted(set(posts)), sorted(set(people))
    for start in range(0, max(map(len, names)), NAMES_PER_STATEMENT):
        posts_part, people_part = (some[start : start + NAMES_PER_STATEMENT] for some in names)
        asked = {"blog": blog_id, "posts": posts_part, "people": people_part}
        for post, tally, exposed, likeness in list_plain_rows(tx, _contributions(), asked):
            stored.tallies.append(unpack_tallies(tally))
            if post is not None:
                stored.exposure[post] = (exposed, likeness)
    return stored


@cache  # for every comment, and building it costs more than running it
def _contributions() -> CompoundSelect[*tuple[Any, ...]]:
    columns, theirs = post_contributions.c, commenter_contributions.c
    of_posts = select(columns.post_id, columns.tally, columns.exposed, columns.likeness).where(
        columns.blog_id == bindparam("blog"), columns.post_id.in_(bindparam("posts", expanding=True))
    )
    nothing = cast(null(), Integer)
    of_people = select(cast(null(), String), theirs.tally, nothing.label("exposed"), nothing.label("likeness")).where(
        theirs.blog_id == bindparam("blog"), theirs.commenter.in_(bindparam("people", expanding=True))
    )
    return union_all(of_posts, of_people)


PostRows = tuple[Row, list[Row]]  # of the post, of what waits under it


def post_rows(share: PostContribution) -> PostRows:
    """A post's share as it is kept, but for its blog."""
    row = {
        "post_id": share.post,
        "tally": pack_tallies(share.tallies),
        "exposed": share.exposed,
        "figures": json.dumps(share.figures, sort_keys=True),
        "likeness": share.likeness,
        "last_at": share.last_at,
    }
    waiting: list[Row] = [
        {
            "post_id": share.post,
            "comment_id": str(data["comment"]),
            "rank": rank,
            "since": since,
            "data": json.dumps(data, sort_keys=True),
        }
        for rank, since, data in share.waiting
    ]
    return row, waiting


def commenter_row(share: CommenterContribution) -> Row:
    """A commenter's share as it is kept, but for its blog."""
    return {
        "commenter": share.commenter,
        "tally": pack_tallies(share.tallies),
        "figures": None if share.figures is None else json.dumps(share.figures, sort_keys=True),
        "posts": share.posts,
        "regular_posts": share.regular_posts,
        "silent_since": share.silent_since,
    }


def list_changed_posts(
    tx: Connection, blog_id: str, shares: Iterable[PostContribution]
) -> tuple[list[PostRows], list[str]]:
    """Of all posts of a blog, those that are kept otherwise than they are now, and those that are gone.

    In the order of the table, as all of these: so fewer of its pages are written.
    """
    stored = _all_rows(tx, post_contributions, "post_id", blog_id)
    waiting: dict[str, list[Row]] = {}
    for stored_comment in tx.execute(select(waiting_comments).where(waiting_comments.c.blog_id == blog_id)).mappings():
        waiting.setdefault(stored_comment["post_id"], []).append(
            {key: stored_comment[key] for key in stored_comment if key != "blog_id"}
        )
    changed = []
    for share in shares:
        row, open_ones = post_rows(share)
        before = sorted(waiting.get(share.post, ()), key=_name_of)
        if stored.pop(share.post, None) != row or before != sorted(open_ones, key=_name_of):
            changed.append((row, open_ones))
    return sorted(changed, key=lambda rows: str(rows[0]["post_id"])), sorted(stored)


def _name_of(row: Row) -> str:
    return str(row["comment_id"])


def list_changed_commenters(
    tx: Connection, blog_id: str, shares: Iterable[CommenterContribution]
) -> tuple[list[Row], list[str]]:
    """Of all commenters of a blog, those that are kept otherwise than they are now, and those that are gone."""
    stored = _all_rows(tx, commenter_contributions, "commenter", blog_id)
    rows = sorted(map(commenter_row, shares), key=lambda row: str(row["commenter"]))
    return [row for row in rows if stored.pop(str(row["commenter"]), None) != row], sorted(stored)


def _all_rows(tx: Connection, table: Table, key: str, blog_id: str) -> dict[str, Row]:
    rows = tx.execute(select(table).where(table.c.blog_id == blog_id)).mappings()
    return {row[key]: {name: row[name] for name in row if name != "blog_id"} for row in rows}


def upsert_posts(tx: Connection, blog_id: str, rows: Sequence[PostRows], gone: Iterable[str] = ()) -> None:
    """Replace what is kept of some posts; those `gone` have no comments (any more)."""
    named = [str(row["post_id"]) for row, _ in rows]
    _drop(tx, waiting_comments.c.post_id, blog_id, [*named, *gone])
    _drop(tx, post_contributions.c.post_id, blog_id, gone)
    upsert_rows(tx, post_contributions, ("blog_id", "post_id"), [{"blog_id": blog_id, **row} for row, _ in rows])
    waiting = [{"blog_id": blog_id, **item} for _, items in rows for item in items]
    if waiting:
        tx.execute(insert(waiting_comments), waiting)


def upsert_commenters(tx: Connection, blog_id: str, rows: Sequence[Row], gone: Iterable[str] = ()) -> None:
    """Replace what is kept of some commenters; those `gone` have no comments (any more)."""
    upsert_rows(tx, commenter_contributions, ("blog_id", "commenter"), [{"blog_id": blog_id, **row} for row in rows])
    _drop(tx, commenter_contributions.c.commenter, blog_id, gone)


def _drop(tx: Connection, column: Column[str], blog_id: str, named: Iterable[str]) -> None:
    names = list(named)
    for start in range(0, len(names), NAMES_PER_STATEMENT):
        part = column.in_(names[start : start + NAMES_PER_STATEMENT])
        tx.execute(delete(column.table).where(column.table.c.blog_id == blog_id, part))
