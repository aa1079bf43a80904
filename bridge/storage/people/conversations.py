"""Posts and comments as a blogger looks at them: titles, names as public on the blog, threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from bridge.storage.content.tables import IS_WHOLE_POST, posts
from bridge.storage.core.documents import parse_numbers
from bridge.storage.engagement.tables import comments, post_contributions

# As the partial index says it, and without a type: of a Boolean SQLAlchemy makes "is_first = 1", which SQLite does not
# know the index in.
IS_FIRST_COMMENT: ColumnElement[bool] = literal_column("is_first")


@dataclass(frozen=True, slots=True)
class PostConversation:
    """A post in the table with the figures of its conversation; {} where nobody said anything."""

    post: str  # remote id
    figures: Mapping[str, float]


class NamedPost(NamedTuple):
    """A post as a blogger recognises it."""

    id: int
    remote_id: str
    author_id: str
    title: str
    url: str
    published_at: datetime
    language: str


class SpokenComment(NamedTuple):
    """A comment by whom, where, when and of what kind; its text is not kept."""

    remote_id: str
    post_id: str  # remote id
    parent_id: str
    commenter: str
    author_name: str
    published_at: datetime
    by_post_author: bool
    is_staff: bool
    words: int
    question: bool
    experience: bool
    excluded: str
    is_first: bool
    answered: bool
    insightful: bool


POST_COLUMNS = tuple(posts.c[name] for name in NamedPost._fields)
COMMENT_COLUMNS = tuple(comments.c[name] for name in SpokenComment._fields)


def list_post_conversations(tx: Connection, blog_id: str, author_id: str | None) -> list[PostConversation]:
    """All posts of a blog (or author) with the figures of their conversation; {} where nobody said anything.

    ``newcomers`` are the people whose first comment on the blog stands there.
    """
    joined = posts.outerjoin(
        post_contributions,
        (post_contributions.c.blog_id == posts.c.blog_id) & (post_contributions.c.post_id == posts.c.remote_id),
    )
    statement = (
        select(posts.c.remote_id, post_contributions.c.figures).select_from(joined).where(*_of(blog_id, author_id))
    )
    # Counted here: to group, SQLite would go through all comments in the order of posts instead of the few first ones.
    first_ones = select(comments.c.post_id).where(comments.c.blog_id == blog_id, IS_FIRST_COMMENT)
    brought = Counter(tx.execute(first_ones).scalars())
    return [
        PostConversation(
            row.remote_id,
            {**figures, "newcomers": brought[row.remote_id]} if (figures := parse_numbers(row.figures)) else {},
        )
        for row in tx.execute(statement)
    ]


def list_post_ids_by_date(
    tx: Connection, blog_id: str, author_id: str | None, oldest_first: bool, offset: int, limit: int
) -> list[str]:
    """Remote ids of posts by the day of publication."""
    date = posts.c.published_at
    ordered = (date, posts.c.id) if oldest_first else (date.desc(), posts.c.id.desc())
    chosen = select(posts.c.remote_id).where(*_of(blog_id, author_id)).order_by(*ordered)
    return list(tx.execute(chosen.offset(offset).limit(limit)).scalars())


def count_posts(tx: Connection, blog_id: str, author_id: str | None) -> int:
    """How many posts there are of a blog (or author)."""
    return int(tx.execute(select(func.count()).select_from(posts).where(*_of(blog_id, author_id))).scalar_one())


def _of(blog_id: str, author_id: str | None) -> list[ColumnElement[bool]]:
    mine = [posts.c.blog_id == blog_id, IS_WHOLE_POST]
    return mine if author_id is None else [*mine, posts.c.author_id == author_id]


def list_posts_by_ids(tx: Connection, blog_id: str, names: Iterable[object]) -> dict[str, NamedPost]:
    """Some posts of a blog, 500 at most, by remote id."""
    ids = sorted({str(name) for name in names})[:500]
    if not ids:
        return {}
    rows = tx.execute(select(*POST_COLUMNS).where(posts.c.blog_id == blog_id, posts.c.remote_id.in_(ids)))
    return {row.remote_id: NamedPost(*row) for row in rows}


def find_post(tx: Connection, blog_id: str, name: str) -> NamedPost | None:
    """The post of that remote id, or None."""
    named = (posts.c.blog_id == blog_id, posts.c.remote_id == name, IS_WHOLE_POST)
    row = tx.execute(select(*POST_COLUMNS).where(*named)).first()
    return None if row is None else NamedPost(*row)


def list_comments_by_ids(tx: Connection, blog_id: str, names: Iterable[object]) -> dict[str, SpokenComment]:
    """Some comments of a blog, 500 at most, by remote id."""
    ids = sorted({str(name) for name in names})[:500]
    if not ids:
        return {}
    rows = tx.execute(select(*COMMENT_COLUMNS).where(comments.c.blog_id == blog_id, comments.c.remote_id.in_(ids)))
    return {row.remote_id: SpokenComment(*row) for row in rows}


def list_thread(tx: Connection, blog_id: str, post: str, limit: int) -> list[SpokenComment]:
    """The comments under a post, oldest first."""
    rows = tx.execute(
        select(*COMMENT_COLUMNS)
        .where(comments.c.blog_id == blog_id, comments.c.post_id == post)
        .order_by(comments.c.published_at, comments.c.remote_id)
        .limit(limit)
    )
    return [SpokenComment(*row) for row in rows]


def list_comments_by_commenter(tx: Connection, blog_id: str, commenter: str, limit: int) -> list[SpokenComment]:
    """A commenter's comments, newest first."""
    rows = tx.execute(
        select(*COMMENT_COLUMNS)
        .where(comments.c.blog_id == blog_id, comments.c.commenter == commenter)
        .order_by(comments.c.published_at.desc(), comments.c.remote_id)
        .limit(limit)
    )
    return [SpokenComment(*row) for row in rows]


def count_posts_since(tx: Connection, blog_id: str, since: datetime) -> int:
    """How many posts of a blog were published since a moment."""
    counted = select(func.count()).where(posts.c.blog_id == blog_id, IS_WHOLE_POST, posts.c.published_at >= since)
    return int(tx.execute(counted).scalar_one())


def count_newcomers_since(tx: Connection, blog_id: str, since: datetime) -> int:
    """How many people wrote their first comment on the blog since a moment."""
    counted = (
        select(func.count())
        .select_from(comments)
        .where(comments.c.blog_id == blog_id, IS_FIRST_COMMENT, comments.c.published_at >= since)
    )
    return int(tx.execute(counted).scalar_one())
