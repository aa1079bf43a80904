"""Do posts that tell of something lived go with more comments, and with more relevant ones, on this blog?

Goes with, never causes: what a blogger discloses, when and to whom, is no experiment. Compared are the third of the
posts with the highest disclosure score and the rest, by the rank-biserial correlation: the chance that a post of the
first has more than one of the second, less the chance of the opposite (Cureton, Psychometrika 21, 1956, 287-290).
The 95 % interval follows from the variance of the Mann-Whitney statistic with ties (DeLong, DeLong and
Clarke-Pearson, Biometrics 44, 1988, 837-845). Below ten posts a group nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

from bridge.engagement.facts import Sums, Tally
from bridge.engagement.measures import Z95, Figure

MIN_GROUP_POSTS = 10  # posts in each group


class AlikePosts(NamedTuple):
    """Posts that have had equal time and are the same in all that is compared."""

    language: str
    disclosure: int
    comments: int  # within 14 days of publication
    likeness: int | None  # of their comments to them; None: no comment was long enough
    posts: int = 1


def comparable_posts(
    disclosures: Mapping[str, tuple[str, int]], drawn: Mapping[str, tuple[int, int | None]]
) -> list[AlikePosts]:
    """From scores (post → language, score) and, of the posts with comments, (comments within 14 days, likeness)."""
    kinds = Counter((*disclosures[post], *drawn.get(post, (0, None))) for post in disclosures)
    return [AlikePosts(*kind, count) for kind, count in kinds.items()]


def telling_thresholds(posts: Iterable[AlikePosts]) -> dict[str, int]:
    """From which score on a post is of the third that discloses most, by language: a rate means something else in
    another. A score of nothing is never enough; equal scores stand together."""
    by_language: dict[str, Counter[int]] = {}
    for alike in posts:
        by_language.setdefault(alike.language, Counter())[alike.disclosure] += alike.posts
    thresholds = {}
    for language, scores in by_language.items():
        place, least = (scores.total() - 1) // 3, 0
        for least in sorted(scores, reverse=True):
            place -= scores[least]
            if place < 0:
                break
        thresholds[language] = max(1, least)
    return thresholds


def resonance_sums(posts: Iterable[AlikePosts], least: Mapping[str, int]) -> Tally:
    """What telling posts and others drew, as sums: a post that comes to draw more moves from bin to bin.

    ``telling_comments`` and ``other_comments`` by their number within equal time, ``telling_likeness`` and
    ``other_likeness`` in thousandths; posts without one are not in the latter.

    Args:
        posts: in any order; with `posts` negative they are taken away.
        least: from which score on a post is a telling one (`telling`), by language.
    """
    sums = Sums()
    for alike in posts:
        kind = "telling" if alike.disclosure >= least[alike.language] else "other"
        sums.add(f"{kind}_comments", alike.comments, alike.posts)
        if alike.likeness is not None:
            sums.add(f"{kind}_likeness", alike.likeness, alike.posts)
    return sums.tally()


def resonance(telling: Mapping[int, int], others: Mapping[int, int]) -> Figure:
    """How much more a telling post draws than another, -1 … 1; 0: as much. `n` counts the posts compared.

    Args:
        telling: what the posts drew that tell most → how many of them.
        others: the same of the rest.
    """
    first, rest = Counter(telling), Counter(others)
    n = first.total() + rest.total()
    if min(first.total(), rest.total()) < MIN_GROUP_POSTS:
        return Figure(None, n)
    above, under = _places(first, rest), _places(rest, first)  # the share of the others below each
    chance, spread_above = _moments(above, first)
    _, spread_under = _moments(under, rest)
    spread = Z95 * sqrt(spread_above / first.total() + spread_under / rest.total())
    low, high = (max(-1.0, min(1.0, 2 * bound - 1)) for bound in (chance - spread, chance + spread))
    return Figure(2 * chance - 1, n, low, high)


def _places(values: Iterable[int], among: Counter[int]) -> dict[int, float]:
    ordered = sorted(among)
    below = [0, *accumulate(among[value] for value in ordered)]
    return {
        value: (below[bisect_left(ordered, value)] + below[bisect_right(ordered, value)]) / 2 / below[-1]
        for value in values
    }


def _moments(places: Mapping[int, float], counts: Counter[int]) -> tuple[float, float]:
    """Mean and variance."""
    n = counts.total()
    ordered = sorted(counts.items())  # the same sum in whichever order they came
    middle = sum(places[value] * count for value, count in ordered) / n
    return middle, sum((places[value] - middle) ** 2 * count for value, count in ordered) / (n - 1)
