"""What a load is made of: how many blogs, how much of them, and when. Pure, and the same for the same seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

BURST_INTERVAL = 10  # seconds from one burst to the next
BURST_FACTOR = 5  # a second of a burst has so many times as many events
BATCH_EVENTS = 50  # events in a delivery of a backfill
MAX_EVENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How much is sent. Which blog sends next follows Zipf: the second half as often as the first, and so on."""

    blogs: int = 20
    seconds: int = 30
    rate: int = 20  # events a second outside of bursts
    comment_percent: int = 30  # of these events; the others are posts
    backfills: int = 2  # blogs that send their whole history at the beginning
    history: int = 200  # posts of it
    bad_clients: int = 4  # each of another kind, in turn
    connections: int = 8  # deliveries that are on their way at the same time
    patience: int = 60  # seconds that the bridge may take at the end, until all it has acknowledged is read
    quiet: int = 3  # seconds without a new list after which there comes none
    seed: int = 1

    @property
    def events(self) -> int:
        """How many are sent, at the most."""
        bursts = self.seconds // BURST_INTERVAL
        return self.rate * (self.seconds + bursts * (BURST_FACTOR - 1)) + self.backfills * self.history


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event: when it departs, in seconds from the beginning, of which blog, and whether it is a comment."""

    at: float
    blog: int
    is_comment: bool


def plan_events(plan: LoadPlan) -> Iterator[PlannedEvent]:
    """Events in the order of their departure."""
    dice = random.Random(plan.seed)  # noqa: S311 - a load is no secret
    weights = list(itertools.accumulate(1 / place for place in range(1, plan.blogs + 1)))
    for second in range(plan.seconds):
        is_burst = second % BURST_INTERVAL == BURST_INTERVAL - 1
        count = plan.rate * (BURST_FACTOR if is_burst else 1)
        for number in range(count):
            (blog,) = dice.choices(range(plan.blogs), cum_weights=weights)
            yield PlannedEvent(second + number / count, blog, 100 * dice.random() < plan.comment_percent)
