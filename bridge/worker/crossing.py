"""What of profiles, posts and texts crosses languages, in the epoch in force."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from bridge.mentors.crossing import ALL, PostFeatures, crossing, others_of, terms_in
from bridge.mentors.profiles import Profile
from bridge.model import MentorKey
from bridge.storage import readings
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.text.terms import EMPTY, TermCounts, Vector
from bridge.worker.context import Context


def of_profile(context: Context, tx: Tx, epoch: Epoch, key: MentorKey, profile: Profile, counted: Set[int]) -> Vector:
    """Of a mentor's profile and the sites and skills of those of their posts that count."""
    if not others_of(epoch.sizes, key.language):
        return EMPTY
    kept = readings.list_features(tx, key.blog_id, key.author_id, key.language)
    posts = [post for post in kept if post.id in counted]
    return of_words(context, tx, epoch, key.language, profile.vector, profile.surfaces, posts)


def of_post(context: Context, tx: Tx, epoch: Epoch, row: Any, vector: Vector) -> Vector:
    """Of one stored post, whose vector is known."""
    if not others_of(epoch.sizes, row.language):
        return EMPTY
    counts = TermCounts.from_bytes(row.counts)
    return of_text(context, tx, epoch, row.language, vector, counts, readings.list_features_of(tx, [row.id]))


def of_text(
    context: Context, tx: Tx, epoch: Epoch, language: str, vector: Vector, counts: TermCounts,
    posts: Sequence[PostFeatures],
) -> Vector:  # fmt: skip
    """Of a text with its counts."""
    written = dict(zip(counts.ids.tolist(), counts.surfaces, strict=True))
    surfaces = [written[term] for term in vector.ids.tolist()]
    return of_words(context, tx, epoch, language, vector, surfaces, posts)


def of_words(
    context: Context, tx: Tx, epoch: Epoch, language: str, vector: Vector, surfaces: Sequence[str],
    posts: Sequence[PostFeatures],
) -> Vector:  # fmt: skip
    """Of the word written for each term of a vector, and of the posts they stand in."""
    others = others_of(epoch.sizes, language)
    if not others:
        return EMPTY
    terms, learned = vector.ids.tolist(), context.meanings(tx, epoch, language)
    wanted = {other: terms_in(surfaces, other, terms, learned) for other in others}
    wanted |= {language: terms, ALL: [number for post in posts for number in post.ids()]}
    known = context.frequencies(epoch).by_language(tx, wanted)
    abroad = {one: known[one] for one in others}
    return crossing(vector, surfaces, posts, known[language], abroad, known[ALL], learned)
