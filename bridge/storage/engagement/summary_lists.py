"""What a blogger is told to look at: who waits for an answer, who has fallen silent, who comes often, where much is
said."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import CompoundSelect, Connection, Select, and_, bindparam, func, literal_column, select, union_all

from bridge.storage.core.documents import parse_object
from bridge.storage.engagement.records import CommenterFigures, SilentCommenter, WaitingComment
from bridge.storage.engagement.tables import commenter_contributions, comments, post_contributions, waiting_comments


def list_waiting_comments(tx: Connection, blog_id: str, limit: int) -> list[WaitingComment]:
    """Comments that wait for an answer, in the order to read them."""
    rows = tx.execute(
        select(waiting_comments.c.data)
        .where(waiting_comments.c.blog_id == blog_id)
        .order_by(waiting_comments.c.rank, waiting_comments.c.since, waiting_comments.c.comment_id)
        .limit(limit)
    )
    return [cast("WaitingComment", parse_object(row.data)) for row in rows]


def list_noted_commenters(
    tx: Connection, blog_id: str, silent_between: tuple[datetime, datetime], silent_limit: int, regular_limit: int
) -> tuple[list[SilentCommenter], list[tuple[str, CommenterFigures]]]:
    """Commenters whose last comment lies between two moments, latest first; those who are on many posts, most first."""
    since, until = silent_between
    asked = {"blog": blog_id, "since": since, "until": until, "silent": silent_limit, "regular": regular_limit}
    silent: list[SilentCommenter] = []
    regular: list[tuple[int, str, CommenterFigures]] = []
    for is_regular, commenter, silent_since, post_count, figures in tx.execute(_noted_commenters(), asked):
        if is_regular:
            regular.append((-post_count, commenter, cast("CommenterFigures", parse_object(figures))))
        else:
            silent.append(SilentCommenter(commenter, silent_since, post_count))
    silent.sort(key=lambda row: (-row.silent_since.timestamp(), row.commenter))
    return silent, [(commenter, figures) for _, commenter, figures in sorted(regular, key=lambda row: row[:2])]


@cache  # for every comment, and building it costs more than running it
def _noted_commenters() -> CompoundSelect[*tuple[Any, ...]]:
    columns = commenter_contributions.c
    of_blog = columns.blog_id == bindparam("blog")
    silent = (
        select(columns.commenter, columns.silent_since, columns.posts, columns.figures)
        .where(of_blog, columns.silent_since >= bindparam("since"), columns.silent_since < bindparam("until"))
        .order_by(columns.silent_since.desc(), columns.commenter)
        .limit(bindparam("silent"))
        .subquery()
    )
    regular = (
        select(columns.commenter, columns.silent_since, columns.regular_posts, columns.figures)
        .where(of_blog, columns.regular_posts > 0)
        .order_by(columns.regular_posts.desc(), columns.commenter)
        .limit(bindparam("regular"))
        .subquery()
    )
    return union_all(select(literal_column("0"), *silent.c), select(literal_column("1"), *regular.c))


class LivelyPost(NamedTuple):
    """A post that was commented on of late: counted comments and distinct commenters since then."""

    post: str
    last_at: datetime
    comments: int
    commenters: int


def list_lively_posts(tx: Connection, blog_id: str, since: datetime, limit: int) -> list[LivelyPost]:
    """What was said since a moment on the posts commented on last, so many of them, in no order."""
    return [LivelyPost(*row) for row in tx.execute(_lively_posts(), {"blog": blog_id, "since": since, "most": limit})]


@cache  # for every comment, and building it costs more than running it
def _lively_posts() -> Select[str, datetime, int, int]:
    columns = post_contributions.c
    latest = (
        select(columns.post_id, columns.last_at)
        .where(columns.blog_id == bindparam("blog"), columns.last_at >= bindparam("since"))
        .order_by(columns.last_at.desc(), columns.post_id)
        .limit(bindparam("most"))
        .subquery()
    )
    counted = (
        comments.c.blog_id == bindparam("blog"),
        comments.c.post_id == latest.c.post_id,
        comments.c.published_at >= bindparam("since"),
        comments.c.excluded == "",
    )
    people = func.count(comments.c.commenter.distinct())
    return (
        select(latest.c.post_id, latest.c.last_at, func.count(), people)
        .select_from(latest.join(comments, and_(*counted)))
        .group_by(latest.c.post_id, latest.c.last_at)
    )
