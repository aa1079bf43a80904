"""Do posts that tell of something lived go with more comments, and with more relevant ones, on this blog?

Goes with, never causes: what a blogger discloses, when and to whom, is no experiment. Compared are the third of the
posts with the highest disclosure score and the rest, by the rank-biserial correlation: the chance that a post of the
first has more than one of the second, less the chance of the opposite (Cureton, Psychometrika 21, 1956, 287-290).
The 95 % interval follows from the variance of the Mann-Whitney statistic with ties (DeLong, DeLong and
Clarke-Pearson, Biometrics 44, 1988, 837-845). Below ten posts a group nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import sqrt

from bridge.engagement.measures import Z95, Figure

ENOUGH = 10  # posts in each group


@dataclass(frozen=True, slots=True)
class Compared:
    """Posts that have had equal time, as they are compared."""

    disclosures: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # post → (language, score)
    comments: Mapping[str, int] = field(default_factory=dict)  # within 14 days of publication
    likeness: Mapping[str, int] = field(default_factory=dict)  # of its comments to it; without it, none long enough
    telling: Set[str] = frozenset()  # of the posts, the third that discloses most


def compared(disclosures: Mapping[str, tuple[str, int]], drawn: Mapping[str, tuple[int, int | None]]) -> Compared:
    """From scores and, of the posts with comments, (comments within 14 days, likeness)."""
    comments = {post: drawn.get(post, (0, None))[0] for post in disclosures}
    alike = {post: one for post, (_, one) in drawn.items() if one is not None}
    return Compared(disclosures, comments, alike, telling(disclosures))


def telling(disclosures: Mapping[str, tuple[str, int]]) -> set[str]:
    """The third of the posts that disclose most, within each language: a rate means something else in another.

    Args:
        disclosures: post → (language, score). A score of nothing is never among them; equal scores stand together.
    """
    by_language: dict[str, list[int]] = {}
    for language, score in disclosures.values():
        by_language.setdefault(language, []).append(score)
    least = {
        language: max(1, sorted(scores, reverse=True)[(len(scores) - 1) // 3])
        for language, scores in by_language.items()
    }
    return {post for post, (language, score) in disclosures.items() if score >= least[language]}


def resonance(
    disclosures: Mapping[str, tuple[str, int]], drawn: Mapping[str, int], chosen: Set[str] | None = None
) -> Figure:
    """How much more a telling post draws than another, -1 … 1; 0: as much. `n` counts the posts compared.

    Args:
        disclosures: post → (language, score).
        drawn: post → what it drew (comments within equal time, or their likeness); posts without it are left out.
        chosen: `telling(disclosures)`, where it is known.
    """
    if chosen is None:
        chosen = telling(disclosures)
    first = sorted([drawn[post] for post in chosen if post in drawn])
    rest = sorted([value for post, value in drawn.items() if post in disclosures and post not in chosen])
    n = len(first) + len(rest)
    if min(len(first), len(rest)) < ENOUGH:
        return Figure(None, n)
    above = _places(first, rest)  # for each of the first: the share of the rest below it
    below = [1 - place for place in _places(rest, first)]
    chance = sum(above) / len(above)
    spread = Z95 * sqrt(_variance(above) / len(above) + _variance(below) / len(below))
    low, high = (max(-1.0, min(1.0, 2 * bound - 1)) for bound in (chance - spread, chance + spread))
    return Figure(2 * chance - 1, n, low, high)


def _places(values: Sequence[int], among: Sequence[int]) -> list[float]:
    known = {value: (bisect_left(among, value) + bisect_right(among, value)) / 2 / len(among) for value in set(values)}
    return [known[value] for value in values]


def _variance(values: Sequence[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)
