"""How a post stands among the others of its blog by what it tells of something lived: a rank, never a level.

The score behind it orders posts of one language well. How high it is follows from how often people tell of themselves
where it was chosen, which is another thing on each blog.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping


def rank_experience(scores: Mapping[str, tuple[str, int]]) -> dict[str, float]:
    """{post: share of the others in its language that tell less}, of {post: (language, score)}; alone: 0."""
    by_language: dict[str, list[int]] = {}
    for language, score in scores.values():
        by_language.setdefault(language, []).append(score)
    ordered = {language: sorted(each) for language, each in by_language.items()}
    return {
        post: bisect_left(ordered[language], score) / max(1, len(ordered[language]) - 1)
        for post, (language, score) in scores.items()
    }
