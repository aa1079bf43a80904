"""Posts as they are read at absorption, grouped by who wrote them and cut in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.mentors.cross_language import PostFeatures
from bridge.mentors.post_weight import DEFAULT_STANDARDS, JudgedPost, weigh_posts
from bridge.mentors.skills import bundled_matcher
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content.intake import AnalysedPost
from bridge.storage.content.post_analysis import AnalysisState
from bridge.text.html import read_post_html as read_html
from bridge.text.terms import TermCounts
from bridge.text.text_quality import TextQuality
from bridge.worker.intake.post_analysis import analyse_post as read_text
from bridge.worker.intake.post_analysis import paragraphs_to_omit

MIN_AUTHOR_POSTS = 10  # posts of an author in a language, to be cut in two
MAX_LATER_POSTS = 300  # later posts that are asked with
ReportProgress = Callable[[str, int, int], None]  # (what, done, of how many)


@dataclass(frozen=True, slots=True, eq=False)
class CorpusPost:
    """One post as the bridge reads it, itself a key to what was computed of it; tags only tell who is right."""

    id: int
    key: MentorKey
    published_at: datetime
    counts: TermCounts
    tags: frozenset[str]
    worth: float = 1.0
    features: PostFeatures | None = None  # what crosses languages beside its words


def arrange_posts(posts: Iterable[AnalysedPost]) -> list[CorpusPost]:
    """Posts as they were read for the database, in order of time."""
    by_author: dict[AuthorKey, list[AnalysedPost]] = {}
    for one in posts:
        by_author.setdefault(AuthorKey(one.post.blog_id, one.post.author_id), []).append(one)
    readings = [one for author in by_author.values() for one in _beside_each_other(author)]
    return sorted(readings, key=lambda one: (one.published_at, one.id))


def _beside_each_other(posts: Sequence[AnalysedPost]) -> Iterable[CorpusPost]:
    """The posts of one author, without what they repeat and with how much each counts."""
    left_out = paragraphs_to_omit([_state(one) for one in posts])
    read_ = [(one, _again(one, left_out[one.post.id]) if left_out[one.post.id] else one) for one in posts]
    worth = weigh_posts((JudgedPost(*_state(again)[:4]) for _, again in read_), DEFAULT_STANDARDS)
    for one, again in read_:
        post, counts = one.post, TermCounts.from_bytes(again.counts)
        key = MentorKey(post.blog_id, post.author_id, one.language)
        tags = frozenset(_label(tag) for tag in (*post.tags, *post.categories))
        hosts = TextQuality.hosts_in(again.substance)
        features = PostFeatures.of(post.id, one.language, post.url, hosts, again.lived.skills)
        yield CorpusPost(post.id, key, post.published_at, counts, tags - {""}, worth[post.id].counts, features)


def _state(one: AnalysedPost) -> AnalysisState:
    substance = TextQuality.from_bytes(one.substance)
    return AnalysisState(one.post.id, one.post.published_at, one.language, substance, one.read_with)


def _again(one: AnalysedPost, left_out: frozenset[int]) -> AnalysedPost:
    text = read_text(one.post.title, read_html(one.post.content), one.language, (), bundled_matcher(), left_out)
    return replace(one, counts=text.counts.to_bytes(), substance=text.substance.to_bytes(), lived=text.lived)


def _label(tag: str) -> str:
    return " ".join(tag.lower().replace("-", " ").replace("_", " ").split())


def group_by_mentor(readings: Iterable[CorpusPost], fewest: int = 1) -> dict[MentorKey, list[CorpusPost]]:
    """Posts of each author in each language, oldest first; authors with fewer than `fewest` are left out."""
    groups: dict[MentorKey, list[CorpusPost]] = {}
    for one in readings:
        groups.setdefault(one.key, []).append(one)
    return {key: posts for key, posts in sorted(groups.items()) if len(posts) >= fewest}


def split_in_halves(
    groups: Mapping[MentorKey, list[CorpusPost]],
) -> tuple[dict[MentorKey, list[CorpusPost]], dict[MentorKey, list[CorpusPost]]]:
    """The earlier half of each author's posts, which is known, and the later one, which is asked with."""
    known = {key: posts[: len(posts) // 2] for key, posts in groups.items()}
    later = {key: posts[len(posts) // 2 :][-MAX_LATER_POSTS:] for key, posts in groups.items()}
    return known, later
