"""Facets by which a search can be narrowed: how personal and how in-depth a mentor writes, within their language.

Filters and labels, never part of a score of relevance, and never shown as a grade (TREC Blog Track 2009-10 asked for
blogs by such facets). Below five posts nothing is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import median

MIN_FACET_POSTS = 5  # posts


@dataclass(frozen=True, slots=True)
class Facets:
    """Of one mentor (an author in a language); whole numbers, so that they compare alike everywhere."""

    posts: int  # with a disclosure score
    telling: int  # of these, with at least one passage of experience
    personal: int | None  # median disclosure of the most disclosing third, millionths; None below ENOUGH
    depth: int | None  # thousandths; None below ENOUGH


def compute_facets(disclosures: Sequence[int | None], lengths: Sequence[tuple[int, int]]) -> Facets:
    """From a mentor's posts.

    Args:
        disclosures: the score of each post, in millionths; None does not count.
        lengths: (distinct terms of the mentor's profile, words) of each post.
    """
    scores = sorted((score for score in disclosures if score is not None), reverse=True)
    personal = None
    if len(scores) >= MIN_FACET_POSTS:
        personal = round(median(scores[: -(-len(scores) // 3)]))
    return Facets(len(scores), sum(score > 0 for score in scores), personal, _depth(lengths))


def _depth(lengths: Sequence[tuple[int, int]]) -> int | None:
    """The median over the posts of √(distinct profile terms · ln(1 + words)): subject first, then length, damped."""
    if len(lengths) < MIN_FACET_POSTS:
        return None
    return round(1000 * median(sqrt(terms * log(1 + words)) for terms, words in lengths))


def percentiles_by_mentor(values: Mapping[int, int]) -> dict[int, int]:
    """Mentor → which share of a language's mentors, in whole percent, lies below; half of those equal counts."""
    rank: dict[int, float] = {}
    below = 0
    for value, equal in sorted(Counter(values.values()).items()):
        rank[value] = below + equal / 2
        below += equal
    return {mentor: round(100 * rank[value] / below) for mentor, value in values.items()}
