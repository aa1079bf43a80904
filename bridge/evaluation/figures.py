"""Figures over rankings: reciprocal rank, average precision, Gini, and how sure a difference is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

BOOTSTRAP_RESAMPLES = 1000


def mean(values: Iterable[float]) -> float:
    """0 of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def reciprocal_rank(ranked: Sequence[object], right: object) -> float:
    """1 / place of the right answer; 0 when it is not there."""
    return 1 / (ranked.index(right) + 1) if right in ranked else 0.0


def average_precision(ranked: Sequence[object], right: set[object]) -> float:
    """Mean of the precision at each right answer (Voorhees)."""
    hits, total = 0, 0.0
    for place, answer in enumerate(ranked, 1):
        if answer in right:
            hits += 1
            total += hits / place
    return total / len(right) if right else 0.0


def gini(counts: Sequence[int]) -> float:
    """0: everybody the same; towards 1: one has everything."""
    ordered = sorted(counts)
    total, size = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * place - size - 1) * count for place, count in enumerate(ordered, 1)) / (size * total)


def bootstrap_interval(
    ours: Mapping[str, float], theirs: Mapping[str, float], seed: int
) -> tuple[float, float, float] | None:
    """Mean difference and its 95 % interval: paired bootstrap over what the figures are macro-averaged by."""
    shared = sorted(set(ours) & set(theirs))
    if len(shared) < 2:
        return None
    differences = [ours[name] - theirs[name] for name in shared]
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable, nothing is kept secret by it
    means = sorted(mean(dice.choices(differences, k=len(differences))) for _ in range(BOOTSTRAP_RESAMPLES))
    return mean(differences), means[BOOTSTRAP_RESAMPLES // 40], means[-1 - BOOTSTRAP_RESAMPLES // 40]
