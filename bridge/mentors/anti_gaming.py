"""Against writing oneself to the top: how much a burst of posts counts, who enters lists, when a profile is held.

Text alone cannot tell a keen author from a schemer, so the rules are about time, and the gain is one line on a card.
They are off in a small bank, where everybody knows everybody, and for blogs that the operator imported or confirmed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.text.terms import WEIGHT_UNIT, Vector, dot

MOVE_WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class AntiGamingRules:
    """Thresholds; 0 is off, which is the default."""

    per_day: int = 0  # posts of an author-day that count in full; more share that weight
    per_week: int = 0
    entry_posts: int = 0  # before others are shown a new blog's author …
    entry_days: int = 0  # … who has written for so long; a subject enters a profile as a blog enters lists
    steady_posts: int = 0  # with so many posts a term must stand in two of them, so many days apart
    move_percent: int = 0  # a profile that turns further within 14 days is held until its owner confirms

    def shares(self, published: Sequence[datetime]) -> list[float]:
        """How much each post counts, in [0, 1]; the same in any order."""
        days = Counter(moment.date() for moment in published)
        daily = [min(1.0, self.per_day / days[moment.date()]) if self.per_day else 1.0 for moment in published]
        weeks: dict[tuple[int, int], float] = {}
        for moment, share in sorted(zip(published, daily, strict=True)):
            weeks[_week(moment)] = weeks.get(_week(moment), 0.0) + share
        return [
            round(share * (min(1.0, self.per_week / weeks[_week(moment)]) if self.per_week else 1.0), 9)
            for moment, share in zip(published, daily, strict=True)
        ]

    def entered(self, published: Sequence[datetime]) -> bool:
        """Whether an author has written enough, for long enough, to be shown on other blogs."""
        if len(published) < self.entry_posts:
            return False
        return not published or max(published) - min(published) >= timedelta(days=self.entry_days)

    def moved_too_far(self, before: Vector, after: Vector) -> bool:
        """Whether a profile turned by more than is natural within the window."""
        return bool(self.move_percent) and dot(before, after) * 100 < (100 - self.move_percent) * WEIGHT_UNIT


def _week(moment: datetime) -> tuple[int, int]:
    year, week, _ = moment.isocalendar()
    return year, week


RULES_ON = AntiGamingRules(per_day=1, per_week=2, entry_posts=10, entry_days=60, steady_posts=10, move_percent=30)
