"""What was counted of a blog: its figures, and what is listed of its posts and commenters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from bridge.engagement.facts import Tally
from bridge.engagement.resonance import AlikePosts
from bridge.storage.content.tables import IS_WHOLE_POST, posts
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.documents import holds_text, parse_array, parse_object
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.engagement.contributions import unpack_tallies
from bridge.storage.engagement.records import CommenterFigures, PostFigures
from bridge.storage.engagement.tables import (
    cohorts,
    commenter_contributions,
    dirty_statistics,
    post_contributions,
    statistics,
    totals,
    waiting_comments,
)

NAMES_PER_STATEMENT = 400


@dataclass(frozen=True, slots=True)
class BlogStatistics:
    """The state of one blog's tally."""

    day: datetime | None
    languages: frozenset[str]
    # Language → from which score on a post tells much (`engagement.resonance.telling_thresholds`).
    telling: Mapping[str, int]
    as_of: datetime
    figures: Mapping[str, Any]


def find_by_blog(tx: Connection, blog_id: str) -> BlogStatistics | None:
    """The newest tally; None before the first."""
    row = tx.execute(select(statistics).where(statistics.c.blog_id == blog_id)).first()
    return (
        None
        if row is None
        else BlogStatistics(
            row.day,
            frozenset(map(str, parse_array(row.languages))),
            cast("dict[str, int]", parse_object(row.telling)),
            row.as_of,
            parse_object(row.figures),
        )
    )


def upsert_by_blog(tx: Connection, blog_id: str, tally: BlogStatistics) -> None:
    """Keep a blog's figures."""
    row = {
        "blog_id": blog_id,
        "day": tally.day,
        "languages": json.dumps(sorted(tally.languages)),
        "telling": json.dumps(tally.telling, sort_keys=True),
        "as_of": tally.as_of,
        "figures": json.dumps(tally.figures, sort_keys=True),
    }
    upsert_rows(tx, statistics, ("blog_id",), [row])


POST_CONTRIBUTIONS = posts.outerjoin(
    post_contributions,
    and_(post_contributions.c.blog_id == posts.c.blog_id, post_contributions.c.post_id == posts.c.remote_id),
)
EXPOSURE_COMMENTS = func.coalesce(
    post_contributions.c.exposed, literal_column("0")
)  # a post without comments has no row


def list_contributions_by_author(tx: Connection, blog_id: str, author_id: str, since: datetime) -> list[Tally]:
    """What each post of an author adds to this window, of those commented on since a moment."""
    rows = tx.execute(
        select(post_contributions.c.tally)
        .select_from(POST_CONTRIBUTIONS)
        .where(posts.c.blog_id == blog_id, posts.c.author_id == author_id, post_contributions.c.last_at >= since)
    )
    return [unpack_tallies(row.tally)[0] for row in rows]


class PostCounts(NamedTuple):
    """How many posts were published in three spans; those of the last by their comments within 14 days of it."""

    published: int
    comparable: int
    by_exposure: dict[int, int]


def count_posts(
    tx: Connection,
    blog_id: str,
    published: tuple[datetime, datetime],
    comparable: tuple[datetime, datetime],
    exposed: tuple[datetime, datetime],
) -> PostCounts:
    """Posts of a blog published from the start of each span until before its end."""
    spans = list(enumerate((published, comparable, exposed)))
    asked = {f"from{n}": since for n, (since, _) in spans} | {f"to{n}": until for n, (_, until) in spans}
    rows = list_plain_rows(tx, _post_counts(), {"blog": blog_id, **asked})
    totals_by_place = {place: count for place, _, count in rows}
    by_exposure = {exposure: count for place, exposure, count in rows if place == 2}
    return PostCounts(totals_by_place[0], totals_by_place[1], by_exposure)


@cache  # for every comment, and building it costs more than running it
def _post_counts() -> CompoundSelect[*tuple[Any, ...]]:
    def within(n: int) -> tuple[ColumnElement[bool], ...]:
        since, until = posts.c.published_at >= bindparam(f"from{n}"), posts.c.published_at < bindparam(f"to{n}")
        return posts.c.blog_id == bindparam("blog"), IS_WHOLE_POST, since, until

    def count(place: int, exposure: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
        return select(literal_column(str(place)), exposure, func.count()).where(*within(place))

    in_all = (count(place, literal_column("0")).select_from(posts) for place in (0, 1))
    return union_all(*in_all, count(2, EXPOSURE_COMMENTS).select_from(POST_CONTRIBUTIONS).group_by(EXPOSURE_COMMENTS))


def list_disclosure_groups(tx: Connection, blog_id: str, before: datetime) -> list[AlikePosts]:
    """A blog's counted posts published before a moment: what they disclose, and what they drew."""
    kind = (posts.c.language, posts.c.disclosure, EXPOSURE_COMMENTS, post_contributions.c.likeness)
    statement = (
        select(*kind, func.count())
        .select_from(POST_CONTRIBUTIONS)
        .where(
            posts.c.blog_id == blog_id, IS_WHOLE_POST, posts.c.published_at < before, posts.c.disclosure.is_not(None)
        )
        .group_by(*kind)
    )
    return [AlikePosts(*row) for row in list_plain_rows(tx, statement)]


def has_commenter(tx: Connection, blog_id: str, commenter: str) -> bool:
    """Whether anything that was counted, or is to be counted, still names this person."""
    mentions = (
        select(commenter_contributions.c.blog_id).where(
            commenter_contributions.c.blog_id == blog_id, commenter_contributions.c.commenter == commenter
        ),
        select(dirty_statistics.c.blog_id).where(
            dirty_statistics.c.blog_id == blog_id, dirty_statistics.c.name == commenter
        ),
    )
    if any(tx.execute(statement.limit(1)).first() is not None for statement in mentions):
        return True
    tally = find_by_blog(tx, blog_id)
    return tally is not None and holds_text(tally.figures, commenter)


def mark_outdated(tx: Connection, blog_id: str) -> None:
    """What is kept is of no day until it has been counted again: whoever falls in between begins anew."""
    tx.execute(update(statistics).where(statistics.c.blog_id == blog_id).values(day=None))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Delete all that was counted of a blog, and what is to be counted: it has left, or wants no statistics."""
    counted = (waiting_comments, post_contributions, commenter_contributions, totals, cohorts, statistics)
    for table in (*counted, dirty_statistics):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))


def list_post_figures(
    tx: Connection, blog_id: str, posts: Iterable[str] | None
) -> dict[str, tuple[PostFigures | None, int | None]]:
    """Post → its figures and likeness; of those asked for that have none: (None, None). None asks for all."""
    by_post: dict[str, tuple[PostFigures | None, int | None]] = dict.fromkeys(posts or (), (None, None))
    columns = select(post_contributions.c.post_id, post_contributions.c.figures, post_contributions.c.likeness)
    for row in _chosen(tx, columns, post_contributions, post_contributions.c.post_id, blog_id, posts):
        by_post[row.post_id] = (cast("PostFigures", parse_object(row.figures)), row.likeness)
    return by_post


def list_commenter_figures(
    tx: Connection, blog_id: str, people: Iterable[str] | None
) -> dict[str, CommenterFigures | None]:
    """Commenter → figures; None for those asked for without a comment in the window."""
    by_commenter: dict[str, CommenterFigures | None] = dict.fromkeys(people or ())
    columns = select(commenter_contributions.c.commenter, commenter_contributions.c.figures)
    for row in _chosen(tx, columns, commenter_contributions, commenter_contributions.c.commenter, blog_id, people):
        if row.figures is not None:
            by_commenter[row.commenter] = cast("CommenterFigures", parse_object(row.figures))
    return by_commenter


def _chosen(
    tx: Connection,
    columns: Select[*tuple[Any, ...]],
    table: Table,
    key: Column[str],
    blog_id: str,
    names: Iterable[str] | None,
) -> list[Row[*tuple[Any, ...]]]:
    of_blog = columns.where(table.c.blog_id == blog_id)
    if names is None:
        return list(tx.execute(of_blog))
    unique = sorted(set(names))
    return [
        row
        for start in range(0, len(unique), NAMES_PER_STATEMENT)
        for row in tx.execute(of_blog.where(key.in_(unique[start : start + NAMES_PER_STATEMENT])))
    ]
