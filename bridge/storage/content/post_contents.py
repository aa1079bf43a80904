"""Posts with all that was read from them, each read once however much follows from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bridge.logs import make_each
from bridge.mentors.post_reading import PostExperience
from bridge.storage.content.post_analysis import label_names
from bridge.storage.content.tables import posts
from bridge.text.text_quality import TextQuality

POSTS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class PostContent:
    """What was read from one post, without its text."""

    id: int
    language: str
    url: str
    title: str
    published_at: datetime
    modified_at: datetime
    part_of: str  # remote id of the post of which this is a further language; "": a post of its own
    counts: bytes  # text.terms.TermCounts
    labels: tuple[str, ...]  # its tags, then its categories
    hosts: tuple[str, ...]  # that it links to
    lived: PostExperience


def list_by_ids(tx: Connection, post_ids: Sequence[int]) -> list[PostContent]:
    """Some posts of those that are there."""
    columns = posts.c
    plain = (columns.id, columns.language, columns.url, columns.title, columns.published_at, columns.modified_at)
    statement = select(*plain, columns.part_of, columns.counts, columns.labels, columns.substance, columns.lived)
    contents: list[PostContent] = []
    for start in range(0, len(post_ids), POSTS_PER_STATEMENT):
        part = columns.id.in_(post_ids[start : start + POSTS_PER_STATEMENT])
        contents += make_each(tx.execute(statement.where(part)), lambda row: _content(*row), "post")
    return contents


def _content(
    post_id: int,
    language: str,
    url: str,
    title: str,
    published_at: datetime,
    modified_at: datetime,
    part_of: str,
    counts: bytes,
    labels: str,
    quality: bytes | None,
    reading: str,
) -> PostContent:
    hosts = TextQuality.hosts_in(quality) if quality else ()
    lived = PostExperience.from_json(json.loads(reading), None)
    named = label_names(labels)
    return PostContent(post_id, language, url, title, published_at, modified_at, part_of, counts, named, hosts, lived)
