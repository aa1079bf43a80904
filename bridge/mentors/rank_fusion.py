"""Several orders of the same mentors as one, by places alone (RRF: Cormack et al., 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bridge.text.terms import WEIGHT_UNIT

RANK_OFFSET = 10  # small, so that first places count much


def reciprocal_rank_fusion(figures: Iterable[tuple[float, Mapping[int, float]]]) -> dict[int, int]:
    """Reciprocal rank fusion: Σ weight / (`RANK_OFFSET` + rank), in 1e-9; equal figures share the better rank."""
    total: dict[int, int] = defaultdict(int)
    for weight, scores in figures:
        rank, before = 0, None
        ordered = sorted(
            ((round(value * WEIGHT_UNIT), mentor) for mentor, value in scores.items()), key=lambda x: (-x[0], x[1])
        )
        for place, (value, mentor) in enumerate(ordered, 1):
            if value <= 0:
                break
            if value != before:
                rank, before = place, value
            total[mentor] += round(weight * WEIGHT_UNIT) // (RANK_OFFSET + rank)
    return dict(total)
