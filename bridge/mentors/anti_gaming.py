"""Against writing oneself to the top: how much a burst of posts counts, who enters lists, when a profile is held.

Text alone cannot tell a keen author from a schemer, so the rules are about time, and the gain is one line on a card.
They are off in a small bank, where everybody knows everybody, and for blogs that the operator imported or confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from bridge.text.terms import WEIGHT_UNIT, Floats, Ints, Vector, dot

MOVE_WINDOW = timedelta(days=14)
MICROSECONDS_A_DAY = 86_400 * 10**6
DAYS_BEFORE_MONDAY = 3  # the first of January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class AntiGamingRules:
    """Thresholds; 0 is off, which is the default."""

    per_day: int = 0  # posts of an author-day that count in full; more share that weight
    per_week: int = 0
    entry_posts: int = 0  # before others are shown a new blog's author …
    entry_days: int = 0  # … who has written for so long; a subject enters a profile as a blog enters lists
    steady_posts: int = 0  # with so many posts a term must stand in two of them, so many days apart
    move_percent: int = 0  # a profile that turns further within 14 days is held until its owner confirms

    def shares_at(self, moments: Ints) -> Floats:
        """How much each post counts, in [0, 1], by the microsecond when it came out; the same in any order."""
        daily = np.ones(len(moments))
        if not len(moments) or not (self.per_day or self.per_week):
            return daily
        days = moments // MICROSECONDS_A_DAY
        if self.per_day:
            _, places, counts = np.unique(days, return_inverse=True, return_counts=True)
            daily = np.minimum(1.0, self.per_day / counts[places])
        if self.per_week:
            _, weeks = np.unique((days + DAYS_BEFORE_MONDAY) // 7, return_inverse=True)
            order = np.lexsort((daily, moments))
            shared = np.zeros(weeks.max() + 1)
            np.add.at(shared, weeks[order], daily[order])  # one after the other: the same sum in any order of posts
            daily = daily * np.minimum(1.0, self.per_week / shared[weeks])
        return np.array([round(share, 9) for share in daily.tolist()])

    def entered(self, moments: Ints) -> bool:
        """Whether an author has written enough, for long enough, to be shown on other blogs."""
        if len(moments) < self.entry_posts:
            return False
        return not len(moments) or int(moments.max() - moments.min()) >= self.entry_days * MICROSECONDS_A_DAY

    def moved_too_far(self, before: Vector, after: Vector) -> bool:
        """Whether a profile turned by more than is natural within the window."""
        return bool(self.move_percent) and dot(before, after) * 100 < (100 - self.move_percent) * WEIGHT_UNIT


RULES_ON = AntiGamingRules(per_day=1, per_week=2, entry_posts=10, entry_days=60, steady_posts=10, move_percent=30)
