"""What was read from each post beside its words: passages, requests, skills (`mentors.post_reading`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Delete, Row, bindparam, delete, func, insert, select

from bridge.logs import make_each
from bridge.mentors.cross_language import PostFeatures
from bridge.mentors.post_reading import PostExperience
from bridge.model import AuthorKey
from bridge.storage.content import authors
from bridge.storage.content.posts import HEADLINE_COLUMNS, PostHeadline
from bridge.storage.content.tables import IS_WHOLE_POST, post_skills, posts
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.documents import parse_object
from bridge.storage.core.predicates import author_in
from bridge.text.experience import Passage
from bridge.text.quality_brief import brief_of
from bridge.text.text_quality import TextQuality

POSTS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class SkillPosts:
    """An author's posts that name a skill, in their text or by a tag: how many, and the newest of them."""

    total: int
    posts: list[PostHeadline]


@dataclass(frozen=True, slots=True)
class PostAnalysis:
    """One post, named, with what was read from it."""

    post_id: int
    remote_id: str
    language: str
    title: str
    url: str
    published_at: datetime
    lived: PostExperience
    part_of: str  # the post of which it is a further language


class AnalysisState(NamedTuple):
    """How one post was read; `substance` None: it was never measured."""

    id: int
    published_at: datetime
    language: str
    substance: TextQuality | None
    read_with: str


def as_columns(lived: PostExperience, read_with: str) -> dict[str, object]:
    """What was read of a post, as columns of its row."""
    return {
        "lived": json.dumps(lived.to_json(), ensure_ascii=False, sort_keys=True),
        "disclosure": lived.disclosure,
        "read_with": read_with,
    }


def quality_columns(substance: bytes) -> dict[str, object]:
    """The figures of a post as columns of its row; whether others say the same is looked for behind it."""
    return {"substance": substance, "brief": brief_of(TextQuality.from_bytes(substance)), "shared": False}


def list_by_author(
    tx: Connection, blog_id: str, author_id: str, language: str | None = None, limit: int | None = None
) -> list[PostAnalysis]:
    """What was read from an author's posts, newest first."""
    columns = posts.c
    statement = (
        select(
            columns.id,
            columns.remote_id,
            columns.language,
            columns.title,
            columns.url,
            columns.published_at,
            columns.lived,
            columns.disclosure,
            columns.part_of,
        )
        .where(columns.blog_id == blog_id, columns.author_id == author_id)
        .order_by(columns.published_at.desc(), columns.id)
        .limit(limit)
    )
    if language is not None:
        statement = statement.where(columns.language == language)
    return make_each(tx.execute(statement), _reading, "what was read from a post")


def _reading(row: Row[*tuple[Any, ...]]) -> PostAnalysis:
    return PostAnalysis(
        row.id,
        row.remote_id,
        row.language,
        row.title,
        row.url,
        row.published_at,
        PostExperience.from_json(json.loads(row.lived), row.disclosure),
        row.part_of,
    )


def list_posts_by_skill(
    tx: Connection, authors_: Iterable[AuthorKey], skills: Iterable[str], limit: int
) -> dict[tuple[AuthorKey, str], SkillPosts]:
    """Of each author and skill, the newest `limit` posts that name it; those without any are left out."""
    names = sorted(set(skills))
    if not names:
        return {}
    table = posts.c
    theirs = author_in(table.blog_id, table.author_id, authors_)
    newest = (table.published_at.desc(), table.id)
    group = (table.blog_id, table.author_id, post_skills.c.skill)
    place = func.row_number().over(partition_by=group, order_by=newest).label("place")
    total = func.count().over(partition_by=group).label("total")
    named = (
        select(post_skills.c.skill, place, total, *HEADLINE_COLUMNS)
        .join(post_skills, post_skills.c.post_id == table.id)
        .where(theirs, post_skills.c.skill.in_(names))
        .subquery()
    )
    statement = select(named).where(named.c.place <= limit).order_by(named.c.published_at.desc(), named.c.id)
    by_skill: dict[tuple[AuthorKey, str], SkillPosts] = {}
    for skill, _, number, *columns in tx.execute(statement):
        post = PostHeadline(*columns)
        key = AuthorKey(post.blog_id, post.author_id), skill
        by_skill.setdefault(key, SkillPosts(number, [])).posts.append(post)
    return by_skill


def upsert_skills(tx: Connection, read: Mapping[int, PostExperience]) -> None:
    """Write down which skills posts (by id) name, in the place of what was read from them before."""
    tx.execute(_skills_of_posts(), {"posts": list(read)})
    rows = [
        {"post_id": post_id, "skill": skill, "tagged": skill in lived.tagged}
        for post_id, lived in read.items()
        for skill in sorted({*lived.skills, *lived.tagged})
    ]
    if rows:
        tx.execute(insert(post_skills), rows)


@cache
def _skills_of_posts() -> Delete:
    return delete(post_skills).where(post_skills.c.post_id.in_(bindparam("posts", expanding=True)))


def list_quotable_passages(tx: Connection, blog_id: str, author_id: str) -> list[tuple[PostAnalysis, Passage]]:
    """The passages that their author allows to be quoted, newest post first; nothing unless it was ticked."""
    author = authors.find(tx, blog_id, author_id)
    allowed = frozenset(author.declared.quotable) if author is not None and author.takes_part else frozenset()
    if not allowed:
        return []
    return [(post, passage) for post, passage in list_passages(tx, blog_id, author_id) if passage.key in allowed]


def list_passages(tx: Connection, blog_id: str, author_id: str) -> list[tuple[PostAnalysis, Passage]]:
    """All passages of an author, newest post first; for nobody's eyes but their own."""
    return [(post, passage) for post in list_by_author(tx, blog_id, author_id) for passage in post.lived.passages]


def is_participating(tx: Connection, blog_id: str, author_id: str) -> bool:
    """Whether somebody is an author who takes part."""
    author = authors.find(tx, blog_id, author_id)
    return author is not None and author.takes_part


def list_states(tx: Connection, post_ids: Sequence[int]) -> list[AnalysisState]:
    """How some posts were read, by id."""
    columns = posts.c
    statement = select(columns.id, columns.published_at, columns.language, columns.substance, columns.read_with)
    states = []
    for start in range(0, len(post_ids), POSTS_PER_STATEMENT):
        part = columns.id.in_(post_ids[start : start + POSTS_PER_STATEMENT])
        for post_id, at, language, raw, state in list_plain_rows(tx, statement.where(part).order_by(columns.id)):
            quality = None if raw is None else TextQuality.from_bytes(raw)
            states.append(AnalysisState(post_id, at, language, quality, state))
    return states


def list_features(tx: Connection, blog_id: str, author_id: str, language: str | None = None) -> list[PostFeatures]:
    """What of an author's posts crosses languages beside their words, by id."""
    of_author = (posts.c.blog_id == blog_id, posts.c.author_id == author_id)
    return _features(tx, *of_author, *(() if language is None else (posts.c.language == language,)))


def list_features_by_ids(tx: Connection, post_ids: Sequence[int]) -> list[PostFeatures]:
    """What of some posts crosses languages beside their words, by id."""
    return _features(tx, posts.c.id.in_(post_ids))


def _features(tx: Connection, *which: ColumnElement[bool]) -> list[PostFeatures]:
    columns = posts.c
    rows = list_plain_rows(
        tx,
        select(columns.id, columns.language, columns.url, columns.substance, columns.lived)
        .where(*which)
        .order_by(columns.id),
    )
    features = []
    for post_id, language, url, quality, reading in rows:
        hosts = TextQuality.hosts_in(quality) if quality else ()
        skills = PostExperience.from_json(json.loads(reading), None).named_skills
        features.append(PostFeatures.of(post_id, language, url, hosts, skills))
    return features


def list_labels(tx: Connection, post_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Tags, then categories, of some posts (few), by id."""
    rows = list_plain_rows(tx, select(posts.c.id, posts.c.labels).where(posts.c.id.in_(post_ids)))
    return {post_id: label_names(labels) for post_id, labels in rows}


def label_names(document: str) -> tuple[str, ...]:
    """The tags of a post, then its categories, from the document of its row."""
    labels = parse_object(document)
    lists = [names for kind in ("tags", "categories") if isinstance(names := labels.get(kind), list)]
    return tuple(name for names in lists for name in names if isinstance(name, str))


def list_disclosures(
    tx: Connection, blog_id: str, before: datetime, names: Collection[str] | None = None
) -> Mapping[str, tuple[str, int]]:
    """Post → (language, disclosure) of a blog's counted posts published before a moment; of all, or of some (few)."""
    columns = posts.c
    chosen = [columns.blog_id == blog_id, IS_WHOLE_POST, columns.published_at < before, columns.disclosure.is_not(None)]
    if names is not None:
        chosen.append(columns.remote_id.in_(list(names)))
    rows = list_plain_rows(tx, select(columns.remote_id, columns.language, columns.disclosure).where(*chosen))
    return {post: (language, disclosure) for post, language, disclosure in rows}
