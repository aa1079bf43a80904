"""Comments as the statistics see them.

A comment belongs to the figures once its post is known: a blog's batches may bring them in any order.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bridge.engagement.facts import CommentFacts
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import IS_WHOLE_POST, posts
from bridge.storage.core.database import list_plain_rows, list_plain_rows_lazily
from bridge.storage.core.tables import EPOCH
from bridge.storage.core.upserts import record_plain_rows
from bridge.storage.engagement.records import FirstComment
from bridge.storage.engagement.tables import comments

NAMES_PER_STATEMENT = 400  # names in one statement
FACT_COLUMNS = (
    comments.c.remote_id,
    comments.c.post_id,
    comments.c.parent_id,
    comments.c.commenter,
    comments.c.published_at,
    comments.c.by_post_author,
    comments.c.is_staff,
    comments.c.comment_type != "comment",
    comments.c.words,
    comments.c.text_hash,
    comments.c.language,
    comments.c.question,
    comments.c.experience,
    comments.c.links,
    comments.c.praise,
    comments.c.commercial,
    comments.c.deep,
    comments.c.relevance,
    comments.c.insightful,
    comments.c.excluded,
    comments.c.is_first,
    comments.c.answered,
    comments.c.replies,
)  # in the order of CommentFacts
IS_FIRST_COMMENT: ColumnElement[bool] = literal_column("comments.is_first")  # word for word as the partial index has it
COMMENTS_ON_KNOWN_POSTS = comments.join(
    posts, and_(posts.c.blog_id == comments.c.blog_id, posts.c.remote_id == comments.c.post_id)
)


def list_facts(
    tx: Connection, blog_id: str, *, on: Iterable[str] = (), by: Iterable[str] = ()
) -> tuple[list[CommentFacts], dict[str, datetime]]:
    """All comments on some posts and by some people (each once, in no order), and when their posts were published."""
    by_id: dict[str, CommentFacts] = {}
    published: dict[str, datetime] = {}
    names = sorted(set(on)), sorted(set(by) - {""})
    for start in range(0, max(map(len, names)), NAMES_PER_STATEMENT):
        posts_part, people_part = (some[start : start + NAMES_PER_STATEMENT] for some in names)
        asked = {"blog": blog_id, "on": posts_part, "by": people_part}
        rows = list_plain_rows(tx, _facts(bool(posts_part), bool(people_part)), asked)
        for fact in _read(row[:-1] for row in rows):
            by_id[fact.id] = fact
        published |= {row[1]: EPOCH + timedelta(0, 0, row[-1]) for row in rows}
    return list(by_id.values()), published


@cache  # for every comment, and building it costs more than running it
def _facts(on_posts: bool, by_people: bool) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    of_blog = (
        select(*FACT_COLUMNS, posts.c.published_at.label("post_published_at"))
        .select_from(COMMENTS_ON_KNOWN_POSTS)
        .where(comments.c.blog_id == bindparam("blog"))
    )
    on = of_blog.where(comments.c.post_id.in_(bindparam("on", expanding=True)))
    by = of_blog.where(comments.c.commenter.in_(bindparam("by", expanding=True)))
    return union_all(on, by) if on_posts and by_people else on if on_posts else by


def list_all_facts(tx: Connection, blog_id: str, posts: Container[str]) -> list[CommentFacts]:
    """All comments of a blog on posts that are known: given, as to look each up again would take a fifth longer."""
    # In the order of their ids, in which blogs made them: neighbours stand on one page.
    rows = select(*FACT_COLUMNS).where(comments.c.blog_id == blog_id).order_by(comments.c.remote_id)
    return _read(list_plain_rows_lazily(tx, rows, NAMES_PER_STATEMENT), posts)


def _read(rows: Iterable[tuple[Any, ...]], posts: Container[str] | None = None) -> list[CommentFacts]:
    same: dict[Any, Any] = {}  # the same key, id or language many times is one text in memory
    once, flag = same.setdefault, (False, True)  # SQLite has no truth, only 0 and 1
    return [
        CommentFacts(
            name, once(post, post), parent, once(person, person), EPOCH + timedelta(0, 0, at), flag[by_author],
            flag[staff], flag[echo], words, text, once(language, language), flag[question], flag[experience], links,
            flag[praise], flag[commercial], flag[deep], relevance, flag[insightful], once(excluded, excluded),
            flag[first], flag[answered], replies,
        )
        for name, post, parent, person, at, by_author, staff, echo, words, text, language, question, experience, links,
            praise, commercial, deep, relevance, insightful, excluded, first, answered, replies
        in rows
        if posts is None or post in posts
    ]  # fmt: skip  # the formatter breaks no line of names, and this one is too long


def list_text_hashes_elsewhere(tx: Connection, blog_id: str, hashes: Iterable[bytes]) -> set[bytes]:
    """Which of these texts were left on other blogs too."""
    unique = sorted(set(hashes))
    elsewhere: set[bytes] = set()
    for start in range(0, len(unique), NAMES_PER_STATEMENT):
        part = comments.c.text_hash.in_(unique[start : start + NAMES_PER_STATEMENT])
        elsewhere |= set(tx.execute(select(comments.c.text_hash).where(part, comments.c.blog_id != blog_id)).scalars())
    return elsewhere


def list_shared_text_hashes(tx: Connection, blog_id: str) -> set[bytes]:
    """All texts that were left on this blog and on another."""
    elsewhere = comments.alias("other")
    statement = (
        select(comments.c.text_hash)
        .join(elsewhere, and_(elsewhere.c.text_hash == comments.c.text_hash, elsewhere.c.blog_id != comments.c.blog_id))
        .where(comments.c.blog_id == blog_id)
        .distinct()
    )
    return set(tx.execute(statement).scalars())


def list_post_languages(tx: Connection, blog_id: str) -> set[str]:
    """Languages that the blog's posts are written in."""
    return set(tx.execute(_languages(), {"blog": blog_id}).scalars())


@cache
def _languages() -> Select[str]:
    """From each language to the next in the index, instead of reading it once for every post."""
    of_blog = select(func.min(posts.c.language).label("language")).where(posts.c.blog_id == bindparam("blog"))
    walk = of_blog.cte("found", recursive=True)
    after = of_blog.where(posts.c.language > walk.c.language).scalar_subquery()
    walk = walk.union_all(select(after).select_from(walk).where(walk.c.language.is_not(None)))
    return select(walk.c.language).where(walk.c.language.is_not(None))


def list_publication_dates(tx: Connection, blog_id: str, names: Iterable[str] | None = None) -> dict[str, datetime]:
    """When posts were published, by remote id; the unknown are left out. Without names: all."""
    of_blog = select(posts.c.remote_id, posts.c.published_at).where(posts.c.blog_id == blog_id, IS_WHOLE_POST)
    if names is None:
        return {name: at for name, at in tx.execute(of_blog)}  # noqa: C416 -- rows are no pairs to dict()
    unique = sorted(set(names))
    dates: dict[str, datetime] = {}
    for start in range(0, len(unique), NAMES_PER_STATEMENT):
        part = posts.c.remote_id.in_(unique[start : start + NAMES_PER_STATEMENT])
        dates |= {name: at for name, at in tx.execute(of_blog.where(part))}  # noqa: C416
    return dates


def list_post_ids_between(tx: Connection, blog_id: str, start: datetime, end: datetime) -> list[str]:
    """Posts published from `start` until before `end`."""
    rows = tx.execute(
        select(posts.c.remote_id).where(
            posts.c.blog_id == blog_id, IS_WHOLE_POST, posts.c.published_at >= start, posts.c.published_at < end
        )
    )
    return list(rows.scalars())


def record_derived(tx: Connection, blog_id: str, changed: Sequence[CommentFacts]) -> None:
    """Keep what follows from other comments beside each comment."""
    if changed:
        rows = [
            {"b": blog_id, "i": c.id, "e": c.excluded, "f": c.first, "a": c.answered, "r": c.replies} for c in changed
        ]
        record_plain_rows(tx, _deriving(), rows)


@cache
def _deriving() -> Update:
    values = {"excluded": "e", "is_first": "f", "answered": "a", "replies": "r"}
    return (
        update(comments)
        .where(comments.c.blog_id == bindparam("b"), comments.c.remote_id == bindparam("i"))
        .values({column: bindparam(name) for column, name in values.items()})
    )


def has_comment_by(tx: Connection, blog_id: str, commenter: str) -> bool:
    """Whether a comment of this person is held."""
    mine = select(comments.c.remote_id).where(comments.c.blog_id == blog_id, comments.c.commenter == commenter)
    return tx.execute(mine.limit(1)).first() is not None


def find_import_start(tx: Connection, blog_id: str) -> datetime | None:
    """When the history of a blog begins, if it begins with what was imported: before that, nothing is known."""
    row = tx.execute(
        select(comments.c.published_at, comments.c.historical)
        .where(comments.c.blog_id == blog_id)
        .order_by(comments.c.published_at)
        .limit(1)
    ).first()
    return row.published_at if row is not None and row.historical else None


def list_first_comments(tx: Connection, blog_id: str, since: datetime, limit: int) -> list[FirstComment]:
    """Counted first comments of their commenters, newest first."""
    rows = tx.execute(
        select(*(comments.c[name] for name in FirstComment._fields))
        .select_from(COMMENTS_ON_KNOWN_POSTS)
        .where(comments.c.blog_id == blog_id, IS_FIRST_COMMENT, comments.c.published_at >= since)
        .order_by(comments.c.published_at.desc(), comments.c.remote_id)
        .limit(limit)
    )
    return [FirstComment(*row) for row in rows]


def list_latest_by_commenter(tx: Connection, blog_id: str, people: Mapping[str, datetime]) -> dict[str, str]:
    """Commenter → id of their comment at a given moment (their last)."""
    if not people:
        return {}
    rows = tx.execute(
        select(comments.c.commenter, comments.c.published_at, comments.c.remote_id).where(
            comments.c.blog_id == blog_id,
            comments.c.commenter.in_(list(people)),
            comments.c.published_at.in_(list(people.values())),
        )
    )
    mine = sorted((who, name) for who, moment, name in rows if people[who] == moment)
    return dict(reversed(mine))


def is_blog_counted(tx: Connection, blog_id: str) -> bool:
    """Whether anybody wants to know: the blog sends comments, or they were imported."""
    return bool(tx.execute(_is_counted(), {"blog": blog_id}).scalar())


@cache
def _is_counted() -> Select[bool]:
    return select(or_(blogs.c.statistics, blogs.c.origin == literal("imported"))).where(blogs.c.id == bindparam("blog"))
