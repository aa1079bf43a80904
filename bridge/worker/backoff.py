"""When to try again: the schedule that Standard Webhooks proposes, ± 20 % so that blogs do not come in step."""

from __future__ import annotations

import random
from datetime import timedelta

RETRY_SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
RETRY_JITTER_SHARE = 0.2
MAX_RETRY_AFTER = timedelta(hours=24)  # a Retry-After above this is cut
GIVE_UP_AFTER = timedelta(days=5)  # of nothing but failures


def retry_delay(attempts: int, retry_after: float | None, dice: random.Random) -> timedelta:
    """How long to wait after the failed try number `attempts` (from 0); never below the schedule."""
    planned = RETRY_SCHEDULE[min(attempts, len(RETRY_SCHEDULE) - 1)] * dice.uniform(
        1 - RETRY_JITTER_SHARE, 1 + RETRY_JITTER_SHARE
    )
    if retry_after is None:
        return planned
    # Cut as a number: a blog may ask for more seconds than a timedelta holds.
    return max(planned, timedelta(seconds=min(max(0.0, retry_after), MAX_RETRY_AFTER.total_seconds())))
