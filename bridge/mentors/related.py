"""Who is related to whom: exact scores, hub correction, a floor. An empty list is honest.

All scores are integers in 1e-9. Ties are broken by the mentor's id.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.text.terms import UNIT, Ints, Vector, addends, dot, stop_ids

LIST = 20  # of an author
POST_LIST = 5  # under a post
PER_BLOG = 2
NEIGHBOURS = 10  # whose mean score says how much of a hub a mentor is
FLOOR = UNIT // 20
SHARED = 3
SHARED_FOREIGN = 5  # a stem that two languages share is often an accident
ONE_TERM_AT_MOST = 0.6
FEWEST_REFERENCES = 10


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
    """The cosine if there is enough to it, else 0.

    At least three shared terms of which none supplies more than 60 %; across languages five, and none that
    is a stop word in one of the two.
    """
    foreign = language != other.language
    if foreign:
        own = own.without(stop_ids(other.language))
        other_vector = other.vector.without(stop_ids(language))
    else:
        other_vector = other.vector
    _, parts = addends(own, other_vector)
    cosine = int(parts.sum())
    enough = len(parts) >= (SHARED_FOREIGN if foreign else SHARED)
    if not enough or cosine < (2 * FLOOR if foreign else FLOOR) or int(parts.max()) > ONE_TERM_AT_MOST * cosine:
        return 0
    return cosine


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
    scored = []
    for other in candidates:
        cosine = similarity(own, language, other)
        if cosine:
            scored.append((other.blog_id, Match(other.id, closeness(cosine, own_hubness, other.hubness), cosine)))
    return best_of(scored, limit)


def post_score(cosine: int, other: Candidate, median_deviation: int) -> int:
    """z = (s - mean) / max(deviation, 0.3 · median deviation), in 1e-9."""
    spread = max(other.deviation, median_deviation * 3 // 10, 1)
    return (cosine - other.mean) * UNIT // spread


def mentors_for_post(
    own: Vector, language: str, candidates: Iterable[Candidate], median_deviation: int, limit: int = POST_LIST
) -> list[Match]:
    """The list under a post: post against profiles, best first, at most two of one blog."""
    scored = []
    for other in candidates:
        cosine = similarity(own, language, other)
        if cosine:
            scored.append((other.blog_id, Match(other.id, post_score(cosine, other, median_deviation), cosine)))
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
    scores = [dot(own, reference) for reference in references]
    mean = sum(scores) // len(scores)
    variance = sum((score - mean) ** 2 for score in scores) // len(scores)
    return mean, math.isqrt(variance)


def rank_all(own: Vector, language: str, candidates: Sequence[Candidate]) -> list[tuple[Candidate, int]]:
    """Every mentor for a text, best first, whatever the language, without floor: plain cosine, ties by id."""
    if not candidates:
        return []
    foreign_stops: dict[str, Vector] = {}
    scores = []
    for other in candidates:
        if other.language not in foreign_stops:
            same = other.language == language
            foreign_stops[other.language] = own if same else own.without(stop_ids(other.language))
        scores.append(dot(foreign_stops[other.language], other.vector))
    order = sorted(range(len(candidates)), key=lambda n: (-scores[n], candidates[n].id))
    return [(candidates[n], scores[n]) for n in order]


def many_dots(own: Vector, ids: Ints, weights: Ints, starts: Ints) -> Ints:
    """Cosines of one vector with many that lie one after the other in `ids` and `weights`."""
    if not len(own.ids) or not len(ids):
        return np.zeros(len(starts), np.int64)
    place = np.searchsorted(own.ids, ids)
    place[place == len(own.ids)] = 0
    products = np.where(own.ids[place] == ids, own.weights[place] * weights // UNIT, 0)
    return np.add.reduceat(products, starts)
