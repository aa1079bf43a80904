"""What of profiles, posts and texts crosses languages, in the epoch in force."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.mentors.cross_language import (
    ALL_LANGUAGES,
    FeatureCounts,
    PostFeatures,
    cross_language_vector,
    other_languages,
    terms_in_language,
)
from bridge.mentors.profiles import Profile
from bridge.storage.content import post_analysis
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching.epochs import Epoch
from bridge.text.terms import EMPTY_VECTOR, TermCounts, Vector
from bridge.worker.context import Context


def features_of_profile(
    context: Context, tx: Tx, epoch: Epoch, language: str, profile: Profile, features: FeatureCounts
) -> Vector:
    """Of a mentor's profile and the sites and skills of those of their posts that count."""
    if not other_languages(epoch.sizes, language):
        return EMPTY_VECTOR
    return features_of_words(context, tx, epoch, language, profile.vector, profile.surfaces, features)


def features_of_post(context: Context, tx: Tx, epoch: Epoch, row: PostSummary, vector: Vector) -> Vector:
    """Of one stored post, whose vector is known."""
    if not other_languages(epoch.sizes, row.language):
        return EMPTY_VECTOR
    counts = TermCounts.from_bytes(row.counts)
    return features_of_text(
        context, tx, epoch, row.language, vector, counts, post_analysis.list_features_by_ids(tx, [row.id])
    )


def features_of_text(
    context: Context,
    tx: Tx,
    epoch: Epoch,
    language: str,
    vector: Vector,
    counts: TermCounts,
    posts: Sequence[PostFeatures],
) -> Vector:
    """Of a text with its counts."""
    written = dict(zip(counts.ids.tolist(), counts.surfaces, strict=True))
    surfaces = [written[term] for term in vector.ids.tolist()]
    return features_of_words(context, tx, epoch, language, vector, surfaces, FeatureCounts.of(posts))


def features_of_words(
    context: Context,
    tx: Tx,
    epoch: Epoch,
    language: str,
    vector: Vector,
    surfaces: Sequence[str],
    features: FeatureCounts,
) -> Vector:
    """Of the word written for each term of a vector, and of the posts they stand in."""
    others = other_languages(epoch.sizes, language)
    if not others:
        return EMPTY_VECTOR
    terms, learned = vector.ids.tolist(), context.meanings(tx, epoch, language)
    terms_by_language = {foreign: terms_in_language(surfaces, foreign, terms, learned) for foreign in others}
    terms_by_language |= {language: terms, ALL_LANGUAGES: features.ids()}
    frequencies = context.frequencies(epoch).by_language(tx, terms_by_language)
    abroad = {foreign: frequencies[foreign] for foreign in others}
    return cross_language_vector(
        vector, surfaces, features, frequencies[language], abroad, frequencies[ALL_LANGUAGES], learned
    )
