"""Posts as they are read at absorption, grouped by who wrote them and cut in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.model import MentorKey, Post
from bridge.storage.content import ReadPost
from bridge.text.terms import TermCounts
from bridge.worker.absorb import prepare

FEWEST = 10  # posts of an author in a language, to be cut in two
MOST = 300  # later posts that are asked with
Told = Callable[[str, int, int], None]  # (what, done, of how many)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One post as the bridge reads it, itself a key to what was computed of it; tags only tell who is right."""

    id: int
    key: MentorKey
    published_at: datetime
    counts: TermCounts
    tags: frozenset[str]


def read(posts: Sequence[Post], told: Told) -> list[Reading]:
    """Read all posts, in order of time."""
    readings = []
    for done, post in enumerate(posts):
        told("reading", done, len(posts))
        ready = prepare(post, post.language)
        assert isinstance(ready, ReadPost)
        key = MentorKey(post.blog_id, post.author_id, ready.language)
        tags = frozenset(_label(tag) for tag in (*post.tags, *post.categories))
        readings.append(Reading(post.id, key, post.published_at, TermCounts.from_bytes(ready.counts), tags - {""}))
    told("reading", len(posts), len(posts))
    return sorted(readings, key=lambda one: (one.published_at, one.id))


def _label(tag: str) -> str:
    return " ".join(tag.lower().replace("-", " ").replace("_", " ").split())


def by_mentor(readings: Iterable[Reading], fewest: int = 1) -> dict[MentorKey, list[Reading]]:
    """Posts of each author in each language, oldest first; authors with fewer than `fewest` are left out."""
    groups: dict[MentorKey, list[Reading]] = {}
    for one in readings:
        groups.setdefault(one.key, []).append(one)
    return {key: posts for key, posts in sorted(groups.items()) if len(posts) >= fewest}


def halves(
    groups: Mapping[MentorKey, list[Reading]],
) -> tuple[dict[MentorKey, list[Reading]], dict[MentorKey, list[Reading]]]:
    """The earlier half of each author's posts, which is known, and the later one, which is asked with."""
    known = {key: posts[: len(posts) // 2] for key, posts in groups.items()}
    later = {key: posts[len(posts) // 2 :][-MOST:] for key, posts in groups.items()}
    return known, later
