"""Sums over ranges of ids, in which no order shows: what two sides hold is the same where they are equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class RangeSum(NamedTuple):
    """How many objects a range of ids holds, and the sum of their hashes."""

    objects: int
    total: int


def sum_by_range(hashes: Iterable[tuple[int, int]]) -> dict[int, RangeSum]:
    """(range, hash) of each object → the sums by range."""
    counts: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    for place, number in hashes:
        counts[place] += 1
        totals[place] += number
    return {place: RangeSum(count, totals[place]) for place, count in counts.items()}
