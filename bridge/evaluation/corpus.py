"""Posts as they are read at absorption, grouped by who wrote them and cut in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.mentors.cross_language import PostFeatures
from bridge.mentors.post_weight import DEFAULT_STANDARDS, JudgedPost, weigh_posts
from bridge.mentors.skills import bundled_matcher
from bridge.mentors.subject_evidence import SubjectPost
from bridge.mentors.subjects import NO_AUTHOR_WORDS, AuthorWords
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
NO_AUTHORS: Mapping[AuthorKey, AuthorWords] = {}
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
    shown: SubjectPost | None = None  # from which the subjects of its author are read
    author: AuthorWords = NO_AUTHOR_WORDS


def arrange_posts(
    posts: Iterable[AnalysedPost], authors: Mapping[AuthorKey, AuthorWords] = NO_AUTHORS
) -> list[CorpusPost]:
    """Posts as they were read for the database, in order of time.

    `authors`: what is known of them beside their posts.
    """
    by_author: dict[AuthorKey, list[AnalysedPost]] = {}
    for analysed in posts:
        by_author.setdefault(AuthorKey(analysed.post.blog_id, analysed.post.author_id), []).append(analysed)
    readings = [
        analysed
        for author, written in by_author.items()
        for analysed in _beside_each_other(written, authors.get(author, NO_AUTHOR_WORDS))
    ]
    return sorted(readings, key=lambda analysed: (analysed.published_at, analysed.id))


def _beside_each_other(posts: Sequence[AnalysedPost], author: AuthorWords) -> Iterable[CorpusPost]:
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
        yield CorpusPost(
            post.id,
            key,
            post.published_at,
            counts,
            tags - {""},
            worth[post.id].counts,
            features,
            _subject_post(again, counts),
            author,
        )


def _subject_post(analysed: AnalysedPost, counts: TermCounts) -> SubjectPost:
    post, lived = analysed.post, analysed.lived
    labels, terms = (*post.tags, *post.categories), frozenset(counts.ids.tolist())
    return SubjectPost(post.title, labels, terms, *lived.nouns, sorted({*lived.skills, *lived.tagged}), lived.spoken)


def _state(analysed: AnalysedPost) -> AnalysisState:
    substance = TextQuality.from_bytes(analysed.substance)
    return AnalysisState(analysed.post.id, analysed.post.published_at, analysed.language, substance, analysed.read_with)


def _again(analysed: AnalysedPost, left_out: frozenset[int]) -> AnalysedPost:
    post, labels = analysed.post, (*analysed.post.tags, *analysed.post.categories)
    text = read_text(post.title, read_html(post.content), analysed.language, labels, bundled_matcher(), left_out)
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
