"""Who is related to whom: exact scores, hub correction, a floor. An empty list is honest.

All scores are integers in 1e-9. Ties are broken by the mentor's id.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.text.terms import UNIT, Ints, Vector, stop_ids

LIST = 20  # of an author
POST_LIST = 5  # under a post
PER_BLOG = 2
NEIGHBOURS = 10  # whose mean score says how much of a hub a mentor is
FLOOR = UNIT // 20
SHARED = 3
SHARED_FOREIGN = 5  # a stem that two languages share is often an accident
ONE_TERM_AT_MOST = 0.6
FEWEST_REFERENCES = 10
FILTER_BITS = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor that may be shown."""

    id: int
    blog_id: str
    author_id: str
    language: str
    vector: Vector
    hubness: int  # r: mean of its best scores with others
    mean: int  # over the reference posts
    deviation: int


@dataclass(frozen=True, slots=True)
class Match:
    """One line of a list."""

    id: int
    score: int
    cosine: int


def similarity(own: Vector, language: str, other: Candidate) -> int:
    """The cosine if there is enough to it, else 0."""
    return similarities(own, language, [other])[0]


def similarities(own: Vector, language: str, others: Sequence[Candidate]) -> list[int]:
    """Cosines with many at once; 0 where there is not enough to it.

    At least three shared terms of which none supplies more than 60 %; across languages five, and none that
    is a stop word in one of the two.
    """
    cosines = [0] * len(others)
    for foreign, mine, places in _by_language(own, language, others):
        parts, owners = _parts(mine, [others[place].vector for place in places])
        sums, most = np.zeros(len(places), np.int64), np.zeros(len(places), np.int64)
        np.add.at(sums, owners, parts)
        np.maximum.at(most, owners, parts)
        shared = np.bincount(owners[parts > 0], minlength=len(places))
        enough = (
            (shared >= (SHARED_FOREIGN if foreign else SHARED))
            & (sums >= (2 * FLOOR if foreign else FLOOR))
            & (most <= ONE_TERM_AT_MOST * sums)
        )
        for place, cosine in zip(places, np.where(enough, sums, 0).tolist(), strict=True):
            cosines[place] = cosine
    return cosines


def _by_language(own: Vector, language: str, others: Sequence[Candidate]) -> Iterable[tuple[bool, Vector, list[int]]]:
    """(foreign?, what of `own` may be compared, places of the others), for each language among them."""
    places: dict[str, list[int]] = {}
    for place, other in enumerate(others):
        places.setdefault(other.language, []).append(place)
    for tongue, found in places.items():
        foreign = tongue != language
        yield foreign, own.without(stop_ids(tongue)).without(stop_ids(language)) if foreign else own, found


def _parts(own: Vector, others: Sequence[Vector]) -> tuple[Ints, Ints]:
    """Addends of the cosines of one vector with many, and whose each is (its place among `others`)."""
    ids = np.concatenate([one.ids for one in others])
    # Most terms are not shared, and the last bits of an id tell so without a search.
    likely = np.zeros(1 << FILTER_BITS, bool)
    likely[own.ids & (len(likely) - 1)] = True
    found = np.flatnonzero(likely[ids & (len(likely) - 1)])
    place = np.searchsorted(own.ids, ids[found])
    place[place == len(own.ids)] = 0
    same = own.ids[place] == ids[found] if len(own.ids) else np.zeros(0, bool)
    found, place = found[same], place[same]
    owners = np.searchsorted(np.cumsum([len(one.ids) for one in others]), found, side="right")
    weights = np.concatenate([one.weights for one in others])[found]
    return own.weights[place] * weights // UNIT, owners


def dots(own: Vector, others: Sequence[Vector]) -> list[int]:
    """`text.terms.dot` of one vector with many."""
    parts, owners = _parts(own, others)
    sums = np.zeros(len(others), np.int64)
    np.add.at(sums, owners, parts)
    return [int(total) for total in sums.tolist()]


def hubness(scores: Iterable[int]) -> int:
    """r: the mean of the ten best scores (Lample et al., 2018: cross-domain similarity local scaling)."""
    best = sorted(scores, reverse=True)[:NEIGHBOURS]
    return sum(best) // len(best) if best else 0


def closeness(cosine: int, own_hubness: int, other_hubness: int) -> int:
    """CSLS = 2s - r_a - r_b: who is close to everybody is close to nobody in particular."""
    return 2 * cosine - own_hubness - other_hubness


def related_mentors(
    own: Vector, language: str, own_hubness: int, candidates: Iterable[Candidate], limit: int = LIST
) -> list[Match]:
    """An author's own list: profile against profiles, best first, at most two of one blog."""
    others = list(candidates)
    scored = [
        (other.blog_id, Match(other.id, closeness(cosine, own_hubness, other.hubness), cosine))
        for other, cosine in zip(others, similarities(own, language, others), strict=True)
        if cosine
    ]
    return best_of(scored, limit)


def post_score(cosine: int, other: Candidate, median_deviation: int) -> int:
    """z = (s - mean) / max(deviation, 0.3 · median deviation), in 1e-9."""
    spread = max(other.deviation, median_deviation * 3 // 10, 1)
    return (cosine - other.mean) * UNIT // spread


def mentors_for_post(
    own: Vector, language: str, candidates: Iterable[Candidate], median_deviation: int, limit: int = POST_LIST
) -> list[Match]:
    """The list under a post: post against profiles, best first, at most two of one blog."""
    others = list(candidates)
    scored = [
        (other.blog_id, Match(other.id, post_score(cosine, other, median_deviation), cosine))
        for other, cosine in zip(others, similarities(own, language, others), strict=True)
        if cosine
    ]
    return best_of(scored, limit)


def best_of(scored: Iterable[tuple[str, Match]], limit: int, per_blog: int = PER_BLOG) -> list[Match]:
    """The best of (blog, match), ties by id, at most `per_blog` of one blog."""
    chosen: list[Match] = []
    taken: dict[str, int] = {}
    for blog_id, match in sorted(scored, key=lambda item: (-item[1].score, item[1].id)):
        if taken.get(blog_id, 0) < per_blog:
            taken[blog_id] = taken.get(blog_id, 0) + 1
            chosen.append(match)
            if len(chosen) == limit:
                break
    return chosen


def reference_moments(own: Vector, references: Sequence[Vector]) -> tuple[int, int]:
    """Mean and standard deviation of a mentor's scores over posts of others.

    With fewer than ten there is nothing to compare with: (0, 1), which makes z the cosine itself.
    """
    if len(references) < FEWEST_REFERENCES:
        return 0, UNIT
    scores = dots(own, references)
    mean = sum(scores) // len(scores)
    variance = sum((score - mean) ** 2 for score in scores) // len(scores)
    return mean, math.isqrt(variance)


def moments(
    own: Vector, blog_id: str, author_id: str, references: Sequence[tuple[str, str, Vector]]
) -> tuple[int, int]:
    """Mean and deviation of a mentor over the posts (blog, author, vector) of the sample that are not their own."""
    # The sample decides once for all whether there is enough to compare with, so that scores stay comparable.
    enough = len(references) >= 2 * FEWEST_REFERENCES
    others = [vector for blog, author, vector in references if (blog, author) != (blog_id, author_id)]
    return reference_moments(own, others if enough else [])


def rank_all(
    own: Vector, language: str, candidates: Sequence[Candidate], median_deviation: int
) -> list[tuple[Candidate, int]]:
    """Every mentor for a text, best first, whatever the language, without floor: scored as under a post, ties by id.

    Whoever shares nothing comes last with 0.
    """
    cosines = [0] * len(candidates)
    for _, mine, places in _by_language(own, language, candidates):
        found = dots(mine, [candidates[place].vector for place in places])
        for place, cosine in zip(places, found, strict=True):
            cosines[place] = cosine
    scores = [
        (cosine > 0, post_score(cosine, one, median_deviation) if cosine else 0)
        for one, cosine in zip(candidates, cosines, strict=True)
    ]
    order = sorted(range(len(candidates)), key=lambda n: (not scores[n][0], -scores[n][1], candidates[n].id))
    return [(candidates[n], scores[n][1]) for n in order]
