"""What each post and each commenter adds to the figures of a blog, as it was last counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, insert, select

from bridge.engagement.facts import Tally
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


def list_tallies(
    tx: Connection, blog_id: str, posts: Iterable[str], people: Iterable[str]
) -> list[tuple[Tally, Tally]]:
    """What some posts and commenters have added so far."""
    found = []
    for table, column, names in (
        (post_contributions, post_contributions.c.post_id, sorted(set(posts))),
        (commenter_contributions, commenter_contributions.c.commenter, sorted(set(people))),
    ):
        for start in range(0, len(names), NAMES_PER_STATEMENT):
            part = column.in_(names[start : start + NAMES_PER_STATEMENT])
            found += [
                unpack_tallies(row[0])
                for row in tx.execute(select(table.c.tally).where(table.c.blog_id == blog_id, part))
            ]
    return found


def list_exposure_and_likeness(tx: Connection, blog_id: str, posts: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Of some posts that have comments: how many within 14 days, and their likeness, as they were counted."""
    kept, names = post_contributions.c, sorted(posts)
    found: dict[str, tuple[int, int | None]] = {}
    for start in range(0, len(names), NAMES_PER_STATEMENT):
        part = kept.post_id.in_(names[start : start + NAMES_PER_STATEMENT])
        rows = tx.execute(select(kept.post_id, kept.exposed, kept.likeness).where(kept.blog_id == blog_id, part))
        found |= {post: (exposed, likeness) for post, exposed, likeness in rows}
    return found


PostRows = tuple[Row, list[Row]]  # of the post, of what waits under it


def post_rows(share: PostContribution) -> PostRows:
    """A post's share as it is kept, but for its blog."""
    own = {
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
    return own, waiting


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
    held = _all_rows(tx, post_contributions, "post_id", blog_id)
    waiting: dict[str, list[Row]] = {}
    for row in tx.execute(select(waiting_comments).where(waiting_comments.c.blog_id == blog_id)).mappings():
        waiting.setdefault(row["post_id"], []).append({key: row[key] for key in row if key != "blog_id"})
    found = []
    for share in shares:
        own, open_ones = post_rows(share)
        before = sorted(waiting.get(share.post, ()), key=_name_of)
        if held.pop(share.post, None) != own or before != sorted(open_ones, key=_name_of):
            found.append((own, open_ones))
    return sorted(found, key=lambda rows: str(rows[0]["post_id"])), sorted(held)


def _name_of(row: Row) -> str:
    return str(row["comment_id"])


def list_changed_commenters(
    tx: Connection, blog_id: str, shares: Iterable[CommenterContribution]
) -> tuple[list[Row], list[str]]:
    """Of all commenters of a blog, those that are kept otherwise than they are now, and those that are gone."""
    held = _all_rows(tx, commenter_contributions, "commenter", blog_id)
    rows = sorted(map(commenter_row, shares), key=lambda row: str(row["commenter"]))
    return [row for row in rows if held.pop(str(row["commenter"]), None) != row], sorted(held)


def _all_rows(tx: Connection, table: Table, key: str, blog_id: str) -> dict[str, Row]:
    rows = tx.execute(select(table).where(table.c.blog_id == blog_id)).mappings()
    return {row[key]: {name: row[name] for name in row if name != "blog_id"} for row in rows}


def upsert_posts(tx: Connection, blog_id: str, rows: Sequence[PostRows], gone: Iterable[str] = ()) -> None:
    """Replace what is kept of some posts; those `gone` have no comments (any more)."""
    named = [str(own["post_id"]) for own, _ in rows]
    _drop(tx, waiting_comments.c.post_id, blog_id, [*named, *gone])
    _drop(tx, post_contributions.c.post_id, blog_id, gone)
    upsert_rows(tx, post_contributions, ("blog_id", "post_id"), [{"blog_id": blog_id, **own} for own, _ in rows])
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
