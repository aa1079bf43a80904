"""A bank in memory, made from posts by the functions that the stations use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bridge.evaluation.corpus import CorpusPost
from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.cross_language import FeatureCounts, cross_language_vector, other_languages
from bridge.mentors.profile_rules import PostList, WeighedProfile, weigh_profile
from bridge.mentors.profile_subjects import with_subjects
from bridge.mentors.profiles import PostTerms, Profile, build_profile
from bridge.mentors.related import hubness
from bridge.mentors.similarity import Candidate, MentorQuery, dot_products, score_mean_and_deviation
from bridge.mentors.skills import bundled_matcher
from bridge.mentors.subject_evidence import AuthorEvidence
from bridge.mentors.term_statistics import TermStatistics
from bridge.model import MentorKey
from bridge.text.terms import Frequencies, Vector, post_vector

LANDMARK = datetime(2026, 1, 1, tzinfo=UTC)  # cancels out


@dataclass
class EvaluationBank:
    """Everybody's profile in one frozen epoch."""

    frequencies: dict[str, Frequencies]
    references: list[tuple[str, str, Vector]]
    profiles: dict[MentorKey, Profile]
    mentors: list[Candidate]
    median_deviation: int
    features: Frequencies  # of sites and skills
    _vectors: dict[CorpusPost, Vector] = field(default_factory=dict, repr=False)

    def vector(self, post: CorpusPost) -> Vector:
        """A post as this bank weighs it; weighed once, for it is asked for many times."""
        if post not in self._vectors:
            self._vectors[post] = post_vector(post.counts, self._known([post]))
        return self._vectors[post]

    def profile(self, posts: Sequence[CorpusPost]) -> Profile | None:
        """A profile of some posts in this epoch."""
        return build_profile(self._terms(posts), self._known(posts), LANDMARK)

    def named(self, profile: Profile, posts: Sequence[CorpusPost]) -> Profile:
        """A profile of some posts with what their author is said to write about, as a refresh makes it."""
        counted = [post.shown for post in posts if post.shown is not None and post.worth]
        evidence = AuthorEvidence(counted, posts[0].key.language)
        return with_subjects(profile, evidence, self._known(posts), bundled_matcher().skills, posts[0].author)

    def weigh(
        self, posts: Sequence[CorpusPost], rules: AntiGamingRules, now: datetime, held_at: datetime | None
    ) -> WeighedProfile:
        """What lists would go by after these posts."""
        source, frequencies = PostList(self._terms(posts), LANDMARK, rules), self._known(posts)
        return weigh_profile(source, lambda _: frequencies, LANDMARK, rules, now, held_at=held_at)

    def _terms(self, posts: Sequence[CorpusPost]) -> list[PostTerms]:
        return [
            PostTerms(post.id, post.published_at, self.vector(post), post.counts, worth=post.worth)
            for post in posts
            if post.worth
        ]

    def _known(self, posts: Sequence[CorpusPost]) -> Frequencies:
        return self.frequencies.get(posts[0].key.language, Frequencies(1, 1, {}))

    def candidate(self, key: MentorKey, profile: Profile, posts: Sequence[CorpusPost]) -> Candidate:
        """A mentor as lists see it; hubness is left 0."""
        mean, deviation = score_mean_and_deviation(profile.vector, key.blog_id, key.author_id, self.references)
        crossed = self.crossing(profile.vector, profile.surfaces, posts)
        return Candidate(key.id, key.blog_id, key.author_id, key.language, profile.vector, 0, mean, deviation, crossed)

    def crossing(self, vector: Vector, surfaces: Sequence[str], posts: Sequence[CorpusPost]) -> Vector:
        """What of some posts of one language crosses into the others."""
        sizes = {language: (statistics.posts, statistics.authors) for language, statistics in self.frequencies.items()}
        language = posts[0].key.language
        others = {
            other_language: self.frequencies[other_language] for other_language in other_languages(sizes, language)
        }
        features = FeatureCounts.of(post.features for post in posts if post.features is not None)
        return cross_language_vector(vector, surfaces, features, self._known(posts), others, self.features)

    def asked(self, post: CorpusPost) -> MentorQuery:
        """A post, as mentors are looked for with it."""
        vector, written = self.vector(post), dict(zip(post.counts.ids.tolist(), post.counts.surfaces, strict=True))
        surfaces = [written[term] for term in vector.ids.tolist()]
        return MentorQuery(vector, post.key.language, self.crossing(vector, surfaces, [post]))

    def asked_as_one(self, posts: Sequence[CorpusPost]) -> MentorQuery | None:
        """Several posts of an author, as a profile."""
        profile = self.profile(posts)
        if profile is None:
            return None
        return MentorQuery(
            profile.vector, posts[0].key.language, self.crossing(profile.vector, profile.surfaces, posts)
        )

    def with_hubness(self) -> None:
        """Let every mentor know how much of a hub it is; needs all of them."""
        self.mentors = [replace(mentor, hubness=self.hubness(mentor)) for mentor in self.mentors]

    def hubness(self, mentor: Candidate) -> int:
        """r over everybody of the same language and another blog."""
        others = [
            candidate.vector
            for candidate in self.mentors
            if candidate.blog_id != mentor.blog_id and candidate.language == mentor.language
        ]
        return hubness(dot_products(mentor.vector, others) if others else [])


def build_bank(groups: Mapping[MentorKey, Sequence[CorpusPost]]) -> EvaluationBank:
    """Freeze an epoch over the posts and profile everybody in it."""
    census = TermStatistics()
    for key, posts in groups.items():
        census.add_author(key.blog_id, key.author_id, ((post.id, key.language, post.counts) for post in posts))
        census.add_features(post.features for post in posts if post.features is not None)
    frequencies = {language: census.frequencies(language) for language in census.posts}
    bank = EvaluationBank(frequencies, [], {}, [], 0, census.features())
    by_id = {post.id: post for posts in groups.values() for post in posts}
    bank.references = [(blog, author, bank.vector(by_id[post_id])) for _, post_id, blog, author, _ in census.sample()]
    for key, posts in groups.items():
        profile = bank.profile(posts)
        if profile is not None:
            bank.profiles[key] = bank.named(profile, posts)
            bank.mentors.append(bank.candidate(key, profile, posts))
    spread = sorted(mentor.deviation for mentor in bank.mentors)
    bank.median_deviation = spread[len(spread) // 2] if spread else 0
    return bank
