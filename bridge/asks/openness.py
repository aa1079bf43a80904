"""Who may be asked: nobody who is full, pauses, or has left several without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CAPACITY_UNLESS_DECLARED = 3  # people at once, of whoever has not said how many
MAX_WAITING_ASKS = 10  # of one mentor: whoever asks after them would wait in vain
MAX_UNANSWERED_IN_A_ROW = 2
MIN_CASES = 5  # before it is said how soon somebody usually answers
ANSWER_DAYS = (1, 3, 7)  # within which answers are counted


class Openness(StrEnum):
    """Whether a mentor takes new asks, and if not, why."""

    OPEN = "open"
    FULL = "full"
    BUSY = "busy"  # many asks wait already
    PAUSED = "paused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class MentorLoad:
    """What a mentor has to do, and how they have answered until now."""

    capacity: int | None = None  # as they declared it
    accepted: int = 0
    waiting: int = 0
    paused_until: datetime | None = None
    unanswered_in_a_row: int = 0
    free_at: datetime | None = None  # when the first of their agreements ends
    cases: int = 0  # asks that were answered or closed without an answer
    answered_within: tuple[int, int, int] = (0, 0, 0)  # of them, within so many of ANSWER_DAYS

    @property
    def places(self) -> int:
        """How many people at once."""
        return CAPACITY_UNLESS_DECLARED if self.capacity is None else self.capacity

    def openness(self, now: datetime) -> Openness:
        """Whether they take new asks."""
        if self.paused_until is not None and self.paused_until > now:
            return Openness.PAUSED
        if self.accepted >= self.places:
            return Openness.FULL
        if self.unanswered_in_a_row >= MAX_UNANSWERED_IN_A_ROW:
            return Openness.SILENT
        return Openness.BUSY if self.waiting >= MAX_WAITING_ASKS else Openness.OPEN

    @property
    def usual_days(self) -> int | None:
        """Within how many days at least half of the asks were answered; None: too few to say, or later."""
        if self.cases < MIN_CASES:
            return None
        usual = (days for days, count in zip(ANSWER_DAYS, self.answered_within, strict=True) if 2 * count >= self.cases)
        return next(usual, None)


def answered_within(waited: timedelta) -> tuple[int, int, int]:
    """An answer as it is added to `MentorLoad.answered_within`."""
    first, second, third = (int(waited <= timedelta(days=days)) for days in ANSWER_DAYS)
    return first, second, third
