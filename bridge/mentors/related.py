"""Who is related to whom: scores in which hubs are corrected, and the best of them as lists.

All scores are integers in 1e-9. Ties are broken by the mentor's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.mentors.similarity import (
    FOREIGN_COSINE_DIVISOR,
    NEAR,
    Bar,
    Candidate,
    dot_products,
    pair_by_language,
    similarities,
)
from bridge.text.terms import EMPTY_VECTOR, WEIGHT_UNIT, Vector

AUTHOR_LIST_LENGTH = 20  # of an author
POST_LIST_LENGTH = 5  # under a post
MIN_LIST_LINES = 3  # a list of fewer is filled up with those who are nearest of all others
MAX_LIST_LINES_PER_BLOG = 2
NOTHING_SHARED_DEVIATIONS = 2
MAX_FOREIGN_ONE_IN = 5  # lines of a list are of another language, at most
HUBNESS_NEIGHBOURS = 10  # whose mean score says how much of a hub a mentor is


@dataclass(frozen=True, slots=True)
class Match:
    """One line of a list."""

    id: int
    score: int
    cosine: int
    foreign: bool = False  # of another language than the list


def hubness(scores: Iterable[int]) -> int:
    """r: the mean of the ten best cosines, whatever the floor (Lample et al., 2018: cross-domain similarity local
    scaling). Of those that reach a floor a mentor in the middle of everything would have as few as anybody."""
    best = sorted(scores, reverse=True)[:HUBNESS_NEIGHBOURS]
    return sum(best) // len(best) if best else 0


def closeness(cosine: int, own_hubness: int, other_hubness: int) -> int:
    """CSLS = 2s - r_a - r_b: who is close to everybody is close to nobody in particular."""
    return 2 * cosine - own_hubness - other_hubness


def related_mentors(
    vector: Vector,
    language: str,
    own_hubness: int,
    candidates: Iterable[Candidate],
    limit: int = AUTHOR_LIST_LENGTH,
    crossing: Vector = EMPTY_VECTOR,
    foreign_most: int | None = None,
    floor: int | None = None,
    bar: Bar = NEAR,
) -> list[Match]:
    """An author's own list: profile against profiles, best first, few of another language (see `best_of`) or blog.

    `floor`: the author's own (`cosine_floor`).
    """
    others = list(candidates)
    scored = [
        (
            candidate.blog_id,
            Match(
                candidate.id, closeness(cosine, own_hubness, candidate.hubness), cosine, candidate.language != language
            ),
        )
        for candidate, cosine in zip(others, similarities(vector, language, others, crossing, floor, bar), strict=True)
        if cosine
    ]
    return best_of(scored, limit, foreign_most=foreign_most)


def post_score(cosine: int, candidate: Candidate, median_deviation: int, *, foreign: bool = False) -> int:
    """z = (s - mean) / max(deviation, 0.6 · median deviation), in 1e-9.

    Mean and deviation are of cosines within a language: one across languages is only brought to their scale, on which
    sharing nothing is `NOTHING_SHARED` deviations below the mean.
    """
    if foreign:
        return cosine * WEIGHT_UNIT // max(median_deviation, 1) - NOTHING_SHARED_DEVIATIONS * WEIGHT_UNIT
    spread = max(candidate.deviation, median_deviation * 6 // 10, 1)
    return (cosine - candidate.mean) * WEIGHT_UNIT // spread


def mentors_for_post(
    vector: Vector,
    language: str,
    candidates: Iterable[Candidate],
    median_deviation: int,
    limit: int = POST_LIST_LENGTH,
    crossing: Vector = EMPTY_VECTOR,
    foreign_most: int | None = None,
    bar: Bar = NEAR,
) -> list[Match]:
    """The list under a post: post against profiles, best first, few of another language or of one blog."""
    others = list(candidates)
    scored = [
        (
            candidate.blog_id,
            Match(
                candidate.id,
                post_score(cosine, candidate, median_deviation, foreign=candidate.language != language),
                cosine,
                candidate.language != language,
            ),
        )
        for candidate, cosine in zip(others, similarities(vector, language, others, crossing, bar=bar), strict=True)
        if cosine
    ]
    return best_of(scored, limit, foreign_most=foreign_most)


def best_of(
    scored: Iterable[tuple[str, Match]],
    limit: int,
    per_blog: int = MAX_LIST_LINES_PER_BLOG,
    foreign_most: int | None = None,
) -> list[Match]:
    """The best of (blog, match), ties by id, at most `per_blog` of one blog and `foreign_most` of another language
    (None: one in five)."""
    most = limit // MAX_FOREIGN_ONE_IN if foreign_most is None else foreign_most
    chosen: list[Match] = []
    taken: dict[str, int] = {}
    foreign = 0
    for blog_id, match in sorted(scored, key=lambda item: (-item[1].score, item[1].id)):
        if taken.get(blog_id, 0) < per_blog and foreign + match.foreign <= most:
            taken[blog_id] = taken.get(blog_id, 0) + 1
            foreign += match.foreign
            chosen.append(match)
            if len(chosen) == limit:
                break
    return chosen


def rank_for_text(
    vector: Vector,
    language: str,
    candidates: Sequence[Candidate],
    median_deviation: int,
    crossing: Vector = EMPTY_VECTOR,
) -> list[tuple[Candidate, int]]:
    """Every mentor for a text, best first, whatever the language, without floor: scored as under a post, ties by id.

    Whoever shares nothing comes last with 0.
    """
    cosines = [0] * len(candidates)
    for foreign, mine, vectors, places in pair_by_language(vector, language, candidates, crossing):
        for place, cosine in zip(places, dot_products(mine, vectors), strict=True):
            cosines[place] = cosine // FOREIGN_COSINE_DIVISOR if foreign else cosine
    scores = [
        (
            cosine > 0,
            post_score(cosine, candidate, median_deviation, foreign=candidate.language != language) if cosine else 0,
        )
        for candidate, cosine in zip(candidates, cosines, strict=True)
    ]
    order = sorted(range(len(candidates)), key=lambda n: (not scores[n][0], -scores[n][1], candidates[n].id))
    return [(candidates[n], scores[n][1]) for n in order]
