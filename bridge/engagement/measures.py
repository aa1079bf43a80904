"""Measures of small samples, from counts by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

Z95 = 1.959963984540054  # two-sided 95 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one window. `value` None: not enough data (or a reply time that was not reached)."""

    value: float | int | None
    n: int
    low: float | None = None  # 95 % interval
    high: float | None = None


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """95 % score interval of a share; None without trials. (Wilson, JASA 22, 1927, 209-212.)"""
    if n == 0:
        return None
    share, z2 = hits / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def median(counts: Mapping[int, int]) -> float | None:
    """The median of a multiset given as value → how often; the mean of the middle two when their number is even."""
    n = sum(counts.values())
    if n == 0:
        return None
    return (_nth(counts, (n - 1) // 2) + _nth(counts, n // 2)) / 2


def _nth(counts: Mapping[int, int], place: int) -> int:
    for value, count in sorted(counts.items()):
        place -= count
        if place < 0:
            return value
    raise IndexError(place)


def mean(counts: Mapping[int, int]) -> float | None:
    """The mean of a multiset; None when it is empty."""
    n = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / n if n else None


def h_index(counts: Mapping[int, int]) -> int:
    """The largest h such that h members have a value of at least h. (Hirsch, PNAS 102, 2005, 16569-16572.)"""
    reached = h = 0
    for value, count in sorted(counts.items(), reverse=True):
        reached += count
        h = max(h, min(value, reached))
    return h


def gini(counts: Mapping[int, int]) -> float | None:
    """Inequality of a multiset of positive numbers: Σ (2i - n - 1) x_i / (n Σ x), x ascending; 0 when all are equal."""
    n = sum(counts.values())
    total = sum(value * count for value, count in counts.items())
    if total == 0:
        return None
    weighted = before = 0
    for value, count in sorted(counts.items()):
        # Σ over the ranks before+1 … before+count of (2i - n - 1)
        weighted += value * (count * (2 * before + count + 1) - count * (n + 1))
        before += count
    return weighted / (n * total)


def top_share(counts: Mapping[int, int], part: float = 0.1) -> float | None:
    """What the largest `part` of the members (at least one) have of the whole."""
    n = sum(counts.values())
    total = sum(value * count for value, count in counts.items())
    if total == 0:
        return None
    left, share = max(1, ceil(part * n)), 0
    for value, count in sorted(counts.items(), reverse=True):
        taken = min(left, count)
        share += taken * value
        left -= taken
    return share / total


def survival_quantiles(ended: Mapping[int, int], censored: Mapping[int, int], *shares: float) -> tuple[int | None, ...]:
    """The times by which shares of the waiting have ended, where some still wait (are censored) at a known time.

    Kaplan-Meier product limit; at equal times an end comes before a censoring. (JASA 53, 1958, 457-481.)

    Args:
        ended: time → how many ended then.
        censored: time → how many had waited that long when last seen.
        shares: ascending.

    Returns:
        For each share; None when so many still wait that the time is not reached.
    """
    at_risk = sum(ended.values()) + sum(censored.values())
    seen_last = sorted(censored.items(), reverse=True)  # the shortest time comes off the end
    quantiles: list[int | None] = []
    left = 1.0
    for time, count in sorted(ended.items()):
        while seen_last and seen_last[-1][0] < time:
            at_risk -= seen_last.pop()[1]
        if count:
            left *= 1 - count / at_risk
            while left <= 1 - shares[len(quantiles)] + 1e-12:
                quantiles.append(time)
                if len(quantiles) == len(shares):
                    return tuple(quantiles)
            at_risk -= count
    return (*quantiles, *[None] * (len(shares) - len(quantiles)))


def percentile(counts: Mapping[int, int], value: int) -> int | None:
    """Which share, in whole percent, of a multiset lies at or below `value`; half of those equal to it counts."""
    n = sum(counts.values())
    if n == 0:
        return None
    below = sum(count for smaller, count in counts.items() if smaller < value)
    return round(100 * (below + counts.get(value, 0) / 2) / n)
