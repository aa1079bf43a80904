"""From the stored posts of an author to profiles, one a language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.explain import NamedPost, NamedPostIndex
from bridge.mentors.profile_rules import weigh_profile
from bridge.mentors.profiles import MIN_CARD_POSTS, RULES_OFF, STEADY_PROFILE_POSTS, PostTerms, Profile
from bridge.mentors.similarity import score_mean_and_deviation
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import profile_holds
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import NO_TERMS, TermCounts, Vector, count_terms, post_vectors
from bridge.worker.context import Context
from bridge.worker.matching import cross_language
from bridge.worker.matching.subject import Standing, Subject
from bridge.worker.matching.subject_words import SubjectReader


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
    standing, author = subject.standing, subject.key
    built = AuthorProfiles([], {})
    if not standing.known:
        return built
    rules, holds, offers = (
        rules_for(context, epoch, standing),
        profile_holds.list_by_author(tx, author),
        standing.offers,
    )
    reader = SubjectReader(context, tx, epoch, subject)
    for language, posts in sorted(_posts(context, tx, epoch, subject).items()):
        hold = holds.get(language)
        declared = count_terms("", offers, language) if len(posts) < STEADY_PROFILE_POSTS else NO_TERMS
        terms = {int(term) for post in posts for term in post.vector.ids} | set(declared.ids.tolist())
        frequencies = context.frequencies(epoch).frequencies(tx, language, terms)
        weighed = weigh_profile(
            posts,
            frequencies,
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
            made_of = {post.key for post in posts if not weighed.held_at or post.touched_at < weighed.held_at}
            profile = weighed.profile.without(subject.corrections.struck_terms(language))
            profile = reader.with_subjects(profile, language, made_of)
            row = _row(context, tx, epoch, author, language, profile, listed)
            crossed = cross_language.features_of_profile(
                context, tx, epoch, row.key, profile, {post.key for post in posts}, subject.corrections.refused
            )
            built.rows.append(replace(row, crossing=crossed))
    return built


def _posts(context: Context, tx: Tx, epoch: Epoch, subject: Subject) -> dict[str, list[PostTerms]]:
    """The author's posts that count, by language."""
    rows = [row for row in subject.posts if subject.weights[row.id].counts]
    vectors = vectors_of_posts(context, tx, epoch, rows)
    by_language: dict[str, list[PostTerms]] = {}
    for row in rows:
        counts, worth = TermCounts.from_bytes(row.counts), subject.weights[row.id].counts
        post = PostTerms(row.id, row.published_at, vectors[row.id], counts, row.modified_at, worth)
        by_language.setdefault(row.language, []).append(post)
    return by_language


def rules_for(context: Context, epoch: Epoch, standing: Standing) -> AntiGamingRules:
    """None in a small bank and for blogs that the operator knows; the epoch says for all how large the bank is."""
    return RULES_OFF if standing.known_well or epoch.authors < context.rules_from else context.rules


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
