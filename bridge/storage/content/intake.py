"""What blogs say: authors, posts and comments are written down as they arrive, unless something newer is known.

No e-mail address is kept as a name, whichever blog, plugin or import says it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    select,
)
from sqlalchemy.sql.dml import ReturningDelete

from bridge.mentors.post_reading import PostExperience
from bridge.model import Author, Comment, Event, Kind, Post, Version
from bridge.storage.content import post_analysis, tombstones
from bridge.storage.content.authors import get_name_key
from bridge.storage.content.declarations import dump_declaration
from bridge.storage.content.tables import IS_PART, authors, posts
from bridge.storage.content.tables import tombstones as graves
from bridge.storage.core import versioned
from bridge.storage.engagement import dirty
from bridge.storage.engagement.tables import comments
from bridge.text.email_addresses import reveals_address, without_address
from bridge.text.titles import plain_lines, plain_title


@dataclass(frozen=True, slots=True)
class AnalysedPost:
    """A post with what was read from its text."""

    post: Post
    language: str
    counts: bytes  # text.terms.TermCounts
    lived: PostExperience
    read_with: str  # mentors.post_reading.reading_fingerprint
    substance: bytes  # text.text_quality.TextQuality
    parts: tuple[AnalysedPost, ...] = ()  # the same in further languages, where one post holds several


def upsert_author(tx: Connection, author: Author) -> bool:
    """Write an author down as their blog describes them; False when covered or older than what is known."""
    if tombstones.is_covered(tx, author.blog_id, author.version, (Kind.AUTHOR, author.remote_id)):
        return False
    return versioned.upsert_if_newer(
        tx,
        authors,
        ("blog_id", "remote_id"),
        {
            "blog_id": author.blog_id,
            "remote_id": author.remote_id,
            **versioned.as_columns(author.version),
            "name": (name := without_address(author.name)),
            "name_key": get_name_key(tx, author.blog_id, name),
            "url": _page(author.url),
            "elsewhere": _page(author.elsewhere),
            "bio": author.bio,
            "takes_part": author.takes_part,
            "consented_at": author.consented_at,
            "consent_door": author.consent_door,
            "consent_text": author.consent_text,
            "declared": dump_declaration(author),
            "search_engines": author.declared.search_engines,
            "state_hash": author.state_hash,
        },
    )


def _page(url: str) -> str:
    """The address of an author's page, unless it is made of their e-mail address."""
    return "" if reveals_address(url) else url


def upsert_post(tx: Connection, read: AnalysedPost, heard_at: datetime) -> set[str]:
    """A public post: whose it is and was; nobody's when covered or older than what is known.

    `heard_at`: when the bridge was told; of a text that it knew before, that stands.
    """
    post = read.post
    before, removed = _find_author_id(tx, post)
    if any(version >= post.version for _, version in removed):
        return set()
    if not _upsert_row(tx, read, heard_at):
        return set()
    post_analysis.upsert_skills(tx, {post.id: read.lived})  # a skill is one in any language
    dirty.mark_post(tx, post.blog_id, post.remote_id, is_new=before is None)
    for kind, version in removed:
        if kind is Kind.AUTHOR:
            # Comments that came while the post was unknown could not be seen to be covered by its author.
            on_it = comments.c.post_id == post.remote_id
            tombstones.delete_comments(tx, post.blog_id, on_it, versioned.up_to(comments, version))
    return {post.author_id} | ({before} if before else set())


def upsert_parts(tx: Connection, read: AnalysedPost, heard_at: datetime) -> tuple[int, ...]:
    """Bring the further languages of a post that was just written down to what it holds now.

    Returns:
        Our ids of those that it holds no more.
    """
    for part in read.parts:
        _upsert_row(tx, part, heard_at, part_of=read.post.remote_id)
    current = [part.post.remote_id for part in read.parts]
    values = {"blog": read.post.blog_id, "post": read.post.remote_id, "current": current}
    return tuple(tx.execute(_former_parts(), values).scalars())


@cache  # for every post, most of which have none
def _former_parts() -> ReturningDelete[int]:
    of_post = (IS_PART, posts.c.blog_id == bindparam("blog"), posts.c.part_of == bindparam("post"))
    former = posts.c.remote_id.not_in(bindparam("current", expanding=True))
    return delete(posts).where(*of_post, former).returning(posts.c.id)


def _upsert_row(tx: Connection, read: AnalysedPost, heard_at: datetime, part_of: str = "") -> bool:
    """Write a post, or a further language of one, down; False when what is known is as new or newer."""
    post = read.post
    return versioned.upsert_if_newer(
        tx,
        posts,
        ("blog_id", "remote_id"),
        {
            "id": post.id,
            "blog_id": post.blog_id,
            "remote_id": post.remote_id,
            **versioned.as_columns(post.version),
            "author_id": post.author_id,
            "url": post.url,
            "elsewhere": post.elsewhere,
            "canonical": post.canonical,
            "title": post.title,
            "content": post.content,
            "excerpt": post.excerpt,
            "said_language": post.language,
            "language": read.language,
            "published_at": post.published_at,
            "modified_at": post.modified_at,
            "labels": json.dumps({"tags": post.tags, "categories": post.categories}, sort_keys=True),
            "truncated": post.truncated,
            "counts": read.counts,
            **post_analysis.quality_columns(read.substance),
            **post_analysis.as_columns(read.lived, read.read_with),
            "translations": _translations(post),
            "heard_at": heard_at,
            "part_of": part_of,
            "state_hash": post.state_hash,
        },
        staying=(("heard_at", "content"),),
    )


def _find_author_id(tx: Connection, post: Post) -> tuple[str | None, list[tuple[Kind, Version]]]:
    """Whose post it is as it is known, and the tombstones over it or what it hangs from."""
    above = [(Kind.BLOG, ""), (Kind.POST, post.remote_id), (Kind.AUTHOR, post.author_id)]
    names = {"blog": post.blog_id, "post": post.remote_id, **tombstones.parameters_of(above)}
    rows = tx.execute(_author_and_tombstones(len(above)), names).all()
    removed = [(Kind(row.kind), Version(row.generation, row.revision)) for row in rows if row.kind is not None]
    return rows[0].author_id, removed


@cache
def _author_and_tombstones(count: int) -> Select[*tuple[Any, ...]]:
    """A row for each tombstone, or one; beside it the author of the post, if it is there."""
    same = and_(posts.c.blog_id == bindparam("blog"), posts.c.remote_id == bindparam("post"))
    joined = tombstones.one_row().outerjoin(graves, tombstones.is_over(count)).outerjoin(posts, same)
    return select(graves.c.kind, graves.c.generation, graves.c.revision, posts.c.author_id).select_from(joined)


def _translations(post: Post) -> str | None:
    translations = sorted({translation for translation in post.translations if translation != post.remote_id})
    return json.dumps(translations) if translations else None


def list_changed(tx: Connection, blog_id: str, events: Sequence[Event]) -> list[Event]:
    """Events that say something else than what is known, apart from their version: for repeated imports."""
    return [event for event in events if not _is_known(tx, blog_id, event)]


def _is_known(tx: Connection, blog_id: str, event: Event) -> bool:
    if isinstance(event, Post):
        row = _row(tx, posts, blog_id, event.remote_id)
        state = (
            plain_title(event.title, event.language),
            event.content,
            event.author_id,
            event.published_at,
            event.url,
            _translations(event),
        )
        return row is not None and state == (
            row.title,
            row.content,
            row.author_id,
            row.published_at,
            row.url,
            row.translations,
        )
    if isinstance(event, Author):
        row = _row(tx, authors, blog_id, event.remote_id)
        current = (
            without_address(plain_title(event.name)),
            _page(event.url),
            plain_lines(event.bio),
            event.takes_part,
            dump_declaration(event),
        )
        return row is not None and current == (row.name, row.url, row.bio, row.takes_part, row.declared)
    return isinstance(event, Comment) and _row(tx, comments, blog_id, event.remote_id) is not None


def _row(tx: Connection, table: Table, blog_id: str, remote_id: str) -> Any:
    return tx.execute(select(table).where(table.c.blog_id == blog_id, table.c.remote_id == remote_id)).first()
