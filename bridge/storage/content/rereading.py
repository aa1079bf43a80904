"""Posts that are read again: their texts, and what another reading of them gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from bridge.mentors.post_reading import PostExperience
from bridge.storage.content import post_analysis
from bridge.storage.content.tables import posts
from bridge.storage.engagement import comments, dirty


class PostRevision(NamedTuple):
    """A post with its text, and the version of it that this is."""

    id: int
    blog_id: str
    remote_id: str
    generation: int
    revision: int
    language: str
    title: str
    content: str
    labels: tuple[str, ...]  # its tags, then its categories
    part_of: str
    said_language: str


@dataclass(frozen=True, slots=True)
class PostReading:
    """What was read from the text of a post."""

    counts: bytes  # text.terms.TermCounts
    substance: bytes  # text.text_quality.TextQuality
    lived: PostExperience
    read_with: str  # mentors.post_reading.reading_fingerprint


def list_texts(tx: Connection, post_ids: Sequence[int]) -> list[PostRevision]:
    """Some posts with their text, to be read again."""
    columns = (posts.c[name] for name in PostRevision._fields)
    rows = tx.execute(select(*columns).where(posts.c.id.in_(post_ids)).order_by(posts.c.id))
    return [PostRevision(*row)._replace(labels=post_analysis.label_names(row.labels)) for row in rows]


def record_if_unchanged(tx: Connection, read: Sequence[tuple[PostRevision, PostReading]]) -> None:
    """Keep what was read again, of posts that are still as they were when `list_texts` gave them."""
    versions = select(posts.c.id, posts.c.generation, posts.c.revision)
    rows = tx.execute(versions.where(posts.c.id.in_([post.id for post, _ in read])).with_for_update())
    current = {(row.id, row.generation, row.revision) for row in rows}
    unchanged = [(post, result) for post, result in read if (post.id, post.generation, post.revision) in current]
    if not unchanged:
        return
    tx.execute(
        update(posts).where(posts.c.id == bindparam("i")),
        [
            {
                "i": post.id,
                **post_analysis.as_columns(result.lived, result.read_with),
                "counts": result.counts,
                **post_analysis.quality_columns(result.substance),
                "listed_as": "",  # its own list is made of them
            }
            for post, result in unchanged
        ],
    )
    post_analysis.upsert_skills(tx, {post.id: result.lived for post, result in unchanged if not post.part_of})
    for blog_id in {post.blog_id for post, _ in unchanged}:
        if comments.is_blog_counted(tx, blog_id):  # its posts are compared by what was read from them
            names = [post.part_of or post.remote_id for post, _ in unchanged if post.blog_id == blog_id]
            dirty.mark(tx, blog_id, (), (), published=names)
