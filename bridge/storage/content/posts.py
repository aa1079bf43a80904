"""Posts as they are asked for: without their text, newest first, by author or by id."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, case, func, select, update

from bridge.model import MentorKey, post_id
from bridge.storage.content.tables import authors, posts
from bridge.storage.core.batches import list_for_each
from bridge.storage.core.predicates import IDS_FROM_JSON


class PostSummary(NamedTuple):
    """A post without its text, with what is counted of it."""

    id: int
    blog_id: str
    remote_id: str
    author_id: str
    url: str
    title: str
    language: str
    published_at: datetime
    modified_at: datetime
    counts: bytes  # text.terms.TermCounts
    generation: int
    revision: int
    listed_as: str  # from which state of post and bank its list was made
    disclosure: int | None  # in millionths; None: not counted
    part_of: str  # remote id of the post of which this is a further language; "": a post of its own


class PostHeadline(NamedTuple):
    """What is shown of a post in a list."""

    id: int
    blog_id: str
    author_id: str
    url: str
    title: str
    language: str
    published_at: datetime
    modified_at: datetime


SUMMARY_COLUMNS = tuple(posts.c[name] for name in PostSummary._fields)
HEADLINE_COLUMNS = tuple(posts.c[name] for name in PostHeadline._fields)


def list_translations(tx: Connection) -> list[tuple[int, int]]:
    """(post, post) of all that their blogs say are translations of one another, the smaller id first.

    It is enough that one of them says so; the other may not be here.
    """
    translated = select(posts.c.id, posts.c.blog_id, posts.c.translations).where(posts.c.translations.is_not(None))
    return sorted(
        {
            (min(row.id, translation), max(row.id, translation))
            for row in tx.execute(translated)
            for translation in (post_id(row.blog_id, remote_id) for remote_id in json.loads(row.translations))
        }
    )


def list_by_author(
    tx: Connection, blog_id: str, author_id: str, language: str | None = None, limit: int | None = None
) -> list[PostSummary]:
    """Posts of an author without their text, newest first."""
    values = {"blog": blog_id, "author": author_id, "language": language, "most": limit}
    rows = tx.execute(_posts_of(language is not None, limit is not None), values)
    return [PostSummary(*row) for row in rows]


@cache
def _posts_of(of_one_language: bool, limited: bool) -> Select[*tuple[Any, ...]]:
    statement = (
        select(*SUMMARY_COLUMNS)
        .where(posts.c.blog_id == bindparam("blog"), posts.c.author_id == bindparam("author"))
        .order_by(posts.c.published_at.desc(), posts.c.id)
    )
    if of_one_language:
        statement = statement.where(posts.c.language == bindparam("language"))
    return statement.limit(bindparam("most")) if limited else statement


NAMABLE_POSTS = 50  # newest posts of a mentor that a reason may name


class NamablePost(NamedTuple):
    """What a reason may say of a post."""

    title: str
    url: str
    published_at: datetime
    counts: bytes


def list_newest_by_mentors(tx: Connection, mentors: Collection[MentorKey]) -> dict[MentorKey, list[NamablePost]]:
    """The newest posts of each of some mentors, newest first."""
    ordered = sorted(mentors)
    keys = [{"blog": key.blog_id, "author": key.author_id, "language": key.language} for key in ordered]
    answers = list_for_each(tx, _newest_of_mentor, keys)
    return {
        mentor: [NamablePost(*row[:-1]) for row in sorted(rows, key=lambda row: (-row[2].timestamp(), row[-1]))]
        for mentor, rows in zip(ordered, answers, strict=True)
    }


def _newest_of_mentor(ending: str) -> Select[str, str, datetime, bytes, int]:
    columns = (posts.c.title, posts.c.url, posts.c.published_at, posts.c.counts, posts.c.id)
    mine = (
        posts.c.blog_id == bindparam(f"blog{ending}"),
        posts.c.author_id == bindparam(f"author{ending}"),
        posts.c.language == bindparam(f"language{ending}"),
    )
    newest = select(*columns).where(*mine).order_by(posts.c.published_at.desc(), posts.c.id)
    return newest.limit(NAMABLE_POSTS)


def list_by_ids(tx: Connection, post_ids: Sequence[int]) -> list[PostSummary]:
    """Several posts without their text."""
    summaries: list[PostSummary] = []
    for start in range(0, len(post_ids), 500):
        part = posts.c.id.in_(post_ids[start : start + 500])
        summaries += (PostSummary(*row) for row in tx.execute(select(*SUMMARY_COLUMNS).where(part)))
    return summaries


def list_with_text(tx: Connection, post_ids: Sequence[int]) -> list[tuple[PostSummary, str]]:
    """A few posts, each with its text as its blog sent it."""
    if not post_ids:
        return []
    rows = tx.execute(select(posts.c.content, *SUMMARY_COLUMNS).where(posts.c.id.in_(post_ids)))
    return [(PostSummary(*row[1:]), row.content or "") for row in rows]


def list_names_by_blog(tx: Connection, blog_id: str) -> dict[int, tuple[str, str]]:
    """Our id → (remote id, author) of a blog's posts."""
    rows = tx.execute(select(posts.c.id, posts.c.remote_id, posts.c.author_id).where(posts.c.blog_id == blog_id))
    return {row.id: (row.remote_id, row.author_id) for row in rows}


def list_names_by_objects(tx: Connection, blog_id: str, remote_ids: Collection[str]) -> dict[int, tuple[str, str]]:
    """The same of those among some posts of a blog that are stored."""
    named = (posts.c.blog_id == blog_id, posts.c.remote_id.in_(sorted(remote_ids)))
    rows = tx.execute(select(posts.c.id, posts.c.remote_id, posts.c.author_id).where(*named))
    return {row.id: (row.remote_id, row.author_id) for row in rows}


def list_names_by_ids(tx: Connection, post_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The same of some posts."""
    rows = tx.execute(
        select(posts.c.id, posts.c.remote_id, posts.c.author_id).where(posts.c.id.in_(IDS_FROM_JSON[tx.dialect.name])),
        {"ids": json.dumps(sorted(post_ids))},
    )
    return {row.id: (row.remote_id, row.author_id) for row in rows}


def mark_listed(tx: Connection, states: Mapping[int, str]) -> None:
    """Remember of posts from which state of post and bank their lists were made."""
    if states:
        tx.execute(_listing(), [{"post": post_id, "state": state} for post_id, state in sorted(states.items())])


@cache
def _listing() -> Update:
    return update(posts).where(posts.c.id == bindparam("post")).values(listed_as=bindparam("state"))


def mark_unlisted(tx: Connection, post_ids: Sequence[int]) -> None:
    """Note that the lists of posts are gone; should they be wanted again they are made anew."""
    for start in range(0, len(post_ids), 500):
        part = posts.c.id.in_(post_ids[start : start + 500])
        tx.execute(update(posts).where(part, posts.c.listed_as != "").values(listed_as=""))


def mark_blog_unlisted(tx: Connection, blog_id: str) -> None:
    """The same of all posts of a blog."""
    tx.execute(update(posts).where(posts.c.blog_id == blog_id, posts.c.listed_as != "").values(listed_as=""))


def count_all(tx: Connection) -> int:
    """How many posts there are of everybody."""
    return int(tx.execute(select(func.count()).select_from(posts)).scalar_one())


class QuotablePost(NamedTuple):
    """A post as an answer shows it, with what says which of its sentences may be quoted."""

    id: int
    title: str
    url: str
    language: str
    published_at: datetime
    lived: str  # JSON of a PostExperience
    disclosure: int | None
    counts: bytes  # text.terms.TermCounts
    text: str  # "" unless it is to be quoted
    declared: str | None  # what its author says of themself, JSON


def list_quotable(tx: Connection, post_ids: Collection[int], quoted: Collection[int]) -> dict[int, QuotablePost]:
    """Posts by id, with the text of those that are quoted."""
    if not post_ids:
        return {}
    content = case((posts.c.id.in_(sorted(quoted)), posts.c.content), else_="")
    columns = (*(posts.c[name] for name in QuotablePost._fields[:-2]), content, authors.c.declared)
    by_whom = (authors.c.blog_id == posts.c.blog_id) & (authors.c.remote_id == posts.c.author_id)
    statement = select(*columns).outerjoin(authors, by_whom).where(posts.c.id.in_(sorted(post_ids)))
    return {row[0]: QuotablePost(*row) for row in tx.execute(statement)}


def list_headlines(tx: Connection, post_ids: Collection[int]) -> dict[int, PostHeadline]:
    """What is shown of some posts (few) in a list, by id."""
    rows = tx.execute(select(*HEADLINE_COLUMNS).where(posts.c.id.in_(sorted(post_ids)))) if post_ids else ()
    return {row[0]: PostHeadline(*row) for row in rows}


class PostTitle(NamedTuple):
    """What a post calls itself."""

    id: int
    title: str
    language: str


def list_titles(tx: Connection, post_ids: Collection[int]) -> dict[int, PostTitle]:
    """Titles of posts, by post."""
    columns = [posts.c[name] for name in PostTitle._fields]
    rows = tx.execute(select(*columns).where(posts.c.id.in_(sorted(post_ids)))) if post_ids else ()
    return {row.id: PostTitle(*row) for row in rows}
