"""T1, T1b, T1c, T1d, T2b, T5: is the right author found by what they write later?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.evaluation import baselines, figures
from bridge.evaluation.bank import EvaluationBank, build_bank
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor, split_in_halves
from bridge.evaluation.report import OUR_METHOD, FiguresByMethod, TaskOutcome, build_outcome, mentor_name
from bridge.mentors.related import rank_for_text
from bridge.mentors.similarity import MentorQuery
from bridge.model import MentorKey
from bridge.text.terms import TermCounts

RankAuthors = Callable[[CorpusPost], Sequence[MentorKey]]
MIN_TAGGED_POSTS = 3  # posts that make an author right for a tag


@dataclass
class Split:
    """Everybody's earlier posts as a bank, and their later ones to ask with."""

    known: dict[MentorKey, list[CorpusPost]]
    later: dict[MentorKey, list[CorpusPost]]
    bank: EvaluationBank
    seed: int

    @classmethod
    def of(cls, readings: Iterable[CorpusPost], fewest: int, seed: int) -> Split:
        """Cut in time."""
        earlier, later = split_in_halves(group_by_mentor(readings, fewest))
        return cls(earlier, later, build_bank(earlier), seed)

    def keys(self, asked: MentorQuery) -> list[MentorKey]:
        """As `bridge mentors for-text` ranks."""
        ranked = rank_for_text(
            asked.vector, asked.language, self.bank.mentors, self.bank.median_deviation, asked.crossing
        )
        return [MentorKey(mentor.blog_id, mentor.author_id, mentor.language) for mentor, _ in ranked]

    def methods(self) -> dict[str, RankAuthors]:
        """Ours and the baselines, each from one post to everybody."""
        often, every = baselines.MoreLikeThis(self.known, 2), baselines.MoreLikeThis(self.known, 1)
        centroid = baselines.Centroid(self.known, self.bank.frequencies)
        everybody = list(self.known)
        return {
            OUR_METHOD: lambda post: self.keys(self.bank.asked(post)),
            "more-like-this": lambda post: often.rank(post.counts),
            "more-like-this (words used once, too)": lambda post: every.rank(post.counts),
            "centroid": lambda post: centroid.rank(post.counts, post.key.language),
            "chance": lambda post: baselines.random_order(everybody, self.seed ^ post.id),
        }


def _languages(keys: Iterable[MentorKey]) -> dict[str, str]:
    return {mentor_name(key): key.language for key in keys}


def later_post(split: Split, progress: ReportProgress) -> TaskOutcome:
    """T1: one later post, whose author shall come first."""
    figures_by_method: FiguresByMethod = {}
    for method, rank in split.methods().items():
        for done, (key, posts) in enumerate(split.later.items()):
            progress(f"T1 {method}", done, len(split.later))
            ranks = figures.mean(figures.reciprocal_rank(rank(post), key) for post in posts)
            figures_by_method.setdefault(method, {})[mentor_name(key)] = ranks
    return build_outcome(
        "T1", "MRR, one later post → its author", figures_by_method, _languages(split.known), split.seed
    )


def _merged(posts: Sequence[CorpusPost]) -> CorpusPost:
    """Several posts as one text, as somebody would paste them."""
    both: dict[int, tuple[int, str]] = {}
    for post in posts:
        counts = post.counts
        for term, tf, surface in zip(counts.ids.tolist(), counts.tf.tolist(), counts.surfaces, strict=True):
            both[term] = (both.get(term, (0, ""))[0] + tf, surface)
    terms = sorted(both)
    merged = TermCounts(
        np.array(terms, np.int64),
        np.array([both[term][0] for term in terms], np.int64),
        tuple(both[term][1] for term in terms),
        sum(post.counts.words for post in posts),
    )
    return CorpusPost(posts[0].id, posts[0].key, posts[0].published_at, merged, frozenset())


def later_posts(split: Split, progress: ReportProgress, portion: int | None) -> TaskOutcome:
    """T1b: five later posts; T1c (`portion` None): all later posts, as a profile, against the earlier ones."""
    task = "T1c" if portion is None else "T1b"
    figures_by_method: FiguresByMethod = {}
    methods = split.methods()
    for done, (key, posts) in enumerate(split.later.items()):
        progress(task, done, len(split.later))
        size = portion or len(posts)
        groups = [posts[start : start + size] for start in range(0, len(posts) - size + 1, size)]
        if not groups:
            continue
        profiles = [split.bank.asked_as_one(group) for group in groups]
        figures_by_method.setdefault(OUR_METHOD, {})[mentor_name(key)] = figures.mean(
            figures.reciprocal_rank(split.keys(asked), key) for asked in profiles if asked
        )
        for method, rank in methods.items():
            if method != OUR_METHOD:
                each = [figures.reciprocal_rank(rank(_merged(group)), key) for group in groups]
                figures_by_method.setdefault(method, {})[mentor_name(key)] = figures.mean(each)
    what = "half → half" if portion is None else f"{portion} later posts → their author"
    return build_outcome(task, f"MRR, {what}", figures_by_method, _languages(split.known), split.seed)


def co_authors(readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """T1d: a later post among the authors of the same blog only."""
    groups = group_by_mentor(readings, 8)
    teams: dict[tuple[str, str], list[MentorKey]] = {}
    for key in groups:
        teams.setdefault((key.blog_id, key.language), []).append(key)
    figures_by_method: FiguresByMethod = {}
    for done, (_, keys) in enumerate(sorted(teams.items())):
        progress("T1d", done, len(teams))
        if len(keys) < 2:
            continue
        split = Split.of((post for key in keys for post in groups[key]), 8, seed)
        for method, rank in split.methods().items():
            for key, posts in split.later.items():
                figures_by_method.setdefault(method, {})[mentor_name(key)] = figures.mean(
                    figures.reciprocal_rank(rank(post), key) for post in posts
                )
    if not figures_by_method:
        return TaskOutcome("T1d", "MRR, co-authors of one blog", note="no blog has two authors with eight posts each")
    return build_outcome(
        "T1d", "MRR, one later post → its author among those of the blog", figures_by_method, _languages(groups), seed
    )


def same_subject(split: Split, progress: ReportProgress) -> TaskOutcome:
    """T2b: a later post with a tag → the *other* authors with three posts of that tag, the tag itself unseen."""
    right = tagged(split.known)
    measured: dict[str, dict[str, list[float]]] = {}
    methods = split.methods()
    for done, (key, posts) in enumerate(split.later.items()):
        progress("T2b", done, len(split.later))
        for post in posts:
            for tag in sorted(post.tags):
                relevant = {author for author in right.get(tag, ()) if author.blog_id != key.blog_id}
                if not relevant:
                    continue
                for method, rank in methods.items():
                    ranked = [author for author in rank(post) if author.blog_id != key.blog_id]
                    measured.setdefault(method, {}).setdefault(tag, []).append(
                        figures.average_precision(ranked, set(relevant))
                    )
    if not measured:
        return TaskOutcome("T2b", "MAP by tag", note="no tag is shared by authors of two blogs")
    figures_by_method = {
        method: {tag: figures.mean(each) for tag, each in tags.items()} for method, tags in measured.items()
    }
    return build_outcome("T2b", "MAP by tag, a tagged post → others with that tag", figures_by_method, {}, split.seed)


def tagged(groups: Mapping[MentorKey, Sequence[CorpusPost]]) -> dict[str, set[MentorKey]]:
    """{tag: authors with at least three posts of it}."""
    right: dict[str, set[MentorKey]] = {}
    for key, posts in groups.items():
        for tag in {tag for post in posts for tag in post.tags}:
            if sum(tag in post.tags for post in posts) >= MIN_TAGGED_POSTS:
                right.setdefault(tag, set()).add(key)
    return right


def other_language(readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """T5: what a bilingual author writes in one language → the same author's profile in the other."""
    groups = group_by_mentor(readings, 10)
    progress("T5", 0, 1)
    split = Split(groups, {}, build_bank(groups), seed)
    centroid = baselines.Centroid(groups, split.bank.frequencies)
    figures_by_method: FiguresByMethod = {}
    for key in groups:
        twins = [
            candidate
            for candidate in groups
            if candidate.author_id == key.author_id and candidate.blog_id == key.blog_id
        ]
        for twin in twins:
            if twin.language == key.language:
                continue
            among = [candidate for candidate in groups if candidate.language == twin.language]
            asked = split.bank.asked_as_one(groups[key])
            ours = [candidate for candidate in split.keys(asked) if candidate in among] if asked else []
            likeness = sorted(among, key=lambda candidate: (-centroid.likeness(key, candidate), candidate.id))
            each = {OUR_METHOD: ours, "centroid": likeness, "chance": baselines.random_order(among, seed ^ key.id)}
            for method, ranked in each.items():
                name = f"{mentor_name(key)}→{twin.language}"
                figures_by_method.setdefault(method, {})[name] = figures.reciprocal_rank(ranked, twin)
    if not figures_by_method:
        return TaskOutcome("T5", "MRR across languages", note="nobody here writes ten posts in each of two languages")
    return build_outcome("T5", "MRR, an author → the same author in another language", figures_by_method, {}, seed)
