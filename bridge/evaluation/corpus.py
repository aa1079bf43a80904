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
    for analysed in posts:
        by_author.setdefault(AuthorKey(analysed.post.blog_id, analysed.post.author_id), []).append(analysed)
    readings = [analysed for author in by_author.values() for analysed in _beside_each_other(author)]
    return sorted(readings, key=lambda analysed: (analysed.published_at, analysed.id))


def _beside_each_other(posts: Sequence[AnalysedPost]) -> Iterable[CorpusPost]:
    """The posts of one author, without what they repeat and with how much each counts."""
    left_out = paragraphs_to_omit([_state(analysed) for analysed in posts])
    read_ = [
        (analysed, _again(analysed, left_out[analysed.post.id]) if left_out[analysed.post.id] else analysed)
        for analysed in posts
    ]
    worth = weigh_posts((JudgedPost(*_state(again)[:4]) for _, again in read_), DEFAULT_STANDARDS)
    for analysed, again in read_:
        post, counts = analysed.post, TermCounts.from_bytes(again.counts)
        key = MentorKey(post.blog_id, post.author_id, analysed.language)
        tags = frozenset(_label(tag) for tag in (*post.tags, *post.categories))
        hosts = TextQuality.hosts_in(again.substance)
        features = PostFeatures.of(post.id, analysed.language, post.url, hosts, again.lived.named_skills)
        yield CorpusPost(post.id, key, post.published_at, counts, tags - {""}, worth[post.id].counts, features)


def _state(analysed: AnalysedPost) -> AnalysisState:
    substance = TextQuality.from_bytes(analysed.substance)
    return AnalysisState(analysed.post.id, analysed.post.published_at, analysed.language, substance, analysed.read_with)


def _again(analysed: AnalysedPost, left_out: frozenset[int]) -> AnalysedPost:
    text = read_text(
        analysed.post.title, read_html(analysed.post.content), analysed.language, (), bundled_matcher(), left_out
    )
    return replace(analysed, counts=text.counts.to_bytes(), substance=text.substance.to_bytes(), lived=text.lived)


def _label(tag: str) -> str:
    return " ".join(tag.lower().replace("-", " ").replace("_", " ").split())


def group_by_mentor(readings: Iterable[CorpusPost], fewest: int = 1) -> dict[MentorKey, list[CorpusPost]]:
    """Posts of each author in each language, oldest first; authors with fewer than `fewest` are left out."""
    groups: dict[MentorKey, list[CorpusPost]] = {}
    for reading in readings:
        groups.setdefault(reading.key, []).append(reading)
    return {key: posts for key, posts in sorted(groups.items()) if len(posts) >= fewest}


def split_in_halves(
    groups: Mapping[MentorKey, list[CorpusPost]],
) -> tuple[dict[MentorKey, list[CorpusPost]], dict[MentorKey, list[CorpusPost]]]:
    """The earlier half of each author's posts, which is known, and the later one, which is asked with."""
    earlier = {key: posts[: len(posts) // 2] for key, posts in groups.items()}
    later = {key: posts[len(posts) // 2 :][-MAX_LATER_POSTS:] for key, posts in groups.items()}
    return earlier, later
