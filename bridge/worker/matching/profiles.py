"""From the stored posts of an author to profiles, one a language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bridge.mentors.explain import NamedPost, NamedPostIndex
from bridge.mentors.profile_rules import weigh_profile
from bridge.mentors.profiles import MIN_CARD_POSTS, STEADY_PROFILE_POSTS, Profile
from bridge.mentors.similarity import score_mean_and_deviation
from bridge.mentors.term_sums import TermSums
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import profile_holds
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import NO_TERMS, Ints, TermCounts, Vector, count_terms, post_vectors
from bridge.worker.context import Context
from bridge.worker.matching import cross_language
from bridge.worker.matching.author_posts import AuthorPosts
from bridge.worker.matching.subject import Subject, rules_for
from bridge.worker.matching.subject_words import SUBJECT_POSTS, profile_with_subjects, words_of_standing


def vectors_of_posts(context: Context, tx: Tx, epoch: Epoch, rows: Iterable[PostSummary]) -> dict[int, Vector]:
    """Vectors of stored posts, by id: all at once, for they use much the same terms."""
    by_language: dict[str, list[PostSummary]] = {}
    for row in rows:
        by_language.setdefault(row.language, []).append(row)
    vectors: dict[int, Vector] = {}
    for language, some in by_language.items():
        frequencies = partial(context.frequencies(epoch).frequencies, tx, language)
        vectors |= zip((row.id for row in some), post_vectors([row.counts for row in some], frequencies), strict=True)
    return vectors


def vector_of_post(context: Context, tx: Tx, epoch: Epoch, row: PostSummary) -> Vector:
    """The vector of one stored post."""
    return vectors_of_posts(context, tx, epoch, [row])[row.id]


@dataclass(frozen=True, slots=True)
class AuthorProfiles:
    """An author's profiles, and since when what they write does not count in those that are held, by language."""

    rows: list[MentorRow]
    held: dict[str, datetime]


def build_profiles(context: Context, tx: Tx, epoch: Epoch, subject: Subject) -> AuthorProfiles:
    """As they follow from the stored posts and from what is declared; hubness is left 0."""
    standing, author, posts = subject.standing, subject.key, subject.posts
    built = AuthorProfiles([], {})
    if not standing.known:
        return built
    rules, holds, offers = (
        rules_for(context, epoch, standing),
        profile_holds.list_by_author(tx, author),
        standing.offers,
    )
    words = words_of_standing(standing, subject.corrections)
    for language in sorted({post.language for post in posts.states if post.id in subject.counted}):
        hold, source = holds.get(language), LanguagePosts(posts, language)
        declared = count_terms("", offers, language) if len(source.moments()) < STEADY_PROFILE_POSTS else NO_TERMS
        weighed = weigh_profile(
            source,
            partial(context.frequencies(epoch).frequencies, tx, language),
            epoch.landmark,
            rules,
            context.clock(),
            held_at=hold.held_at if hold else None,
            confirmed_at=hold.confirmed_at if hold else None,
            declared=declared,
        )
        if weighed.held_at is not None:
            built.held[language] = weighed.held_at
        if weighed.profile is not None:
            listed = standing.listed and weighed.entered
            profile = weighed.profile.without(subject.corrections.struck_terms(language))
            named = posts.newest(language, SUBJECT_POSTS, weighed.held_at)
            profile = profile_with_subjects(context, tx, epoch, profile, language, named, subject.matcher, words)
            row = _row(context, tx, epoch, author, language, profile, listed)
            features = posts.features(language).without_skills(subject.corrections.refused)
            crossed = cross_language.features_of_profile(context, tx, epoch, language, profile, features)
            built.rows.append(replace(row, crossing=crossed))
    return built


@dataclass(frozen=True, slots=True)
class LanguagePosts:
    """The posts of an author in one language, as a profile is made of them (`mentors.profile_rules.PostSource`)."""

    posts: AuthorPosts
    language: str

    def moments(self, before: datetime | None = None) -> Ints:
        """When each came out."""
        return self.posts.moments(self.language, before)

    def terms(self, before: datetime | None = None) -> TermSums | None:
        """What they add up to; None if they have no words."""
        return self.posts.terms(self.language, before)


def _row(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, language: str, profile: Profile, listed: bool
) -> MentorRow:
    references = [
        (reference.blog_id, reference.author_id, reference.vector) for reference in context.references(tx, epoch)
    ]
    mean, deviation = score_mean_and_deviation(profile.vector, author.blog_id, author.author_id, references)
    key = MentorKey(author.blog_id, author.author_id, language)
    return MentorRow(key, epoch.id, listed and profile.posts >= MIN_CARD_POSTS, profile, 0, mean, deviation)


def named_posts(tx: Tx, mentors: Collection[MentorKey]) -> dict[MentorKey, NamedPostIndex]:
    """Posts of each of some mentors that a reason may name."""
    return {
        mentor: NamedPostIndex(
            NamedPost(post.title, post.url, post.published_at, *TermCounts.numbers_in(post.counts)) for post in newest
        )
        for mentor, newest in stored_posts.list_newest_by_mentors(tx, mentors).items()
    }
