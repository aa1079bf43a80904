"""What an ask for mentoring can become, and what time alone does to it.

One table says which state follows which; whatever changes an ask goes through it. Nobody asks in vain: each state but
the last has a step that is due by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REMIND_AFTER = timedelta(days=7)
CLOSE_AFTER = timedelta(days=14)
MAX_SILENCE = timedelta(days=90)  # of both, once it is accepted
ERASE_AFTER = timedelta(days=30)  # after it closed


class AskState(StrEnum):
    """Where an ask stands."""

    OPEN = "open"  # waits for the mentor
    ACCEPTED = "accepted"
    NOT_NOW = "not-now"
    DECLINED = "declined"
    REDIRECTED = "redirected"  # somebody else is nearer
    UNANSWERED = "unanswered"
    LEFT = "left"  # the mentor takes part no longer
    WITHDRAWN = "withdrawn"  # by the seeker, before an answer
    ENDED = "ended"  # after a yes


FOLLOWING: Mapping[AskState, frozenset[AskState]] = {
    AskState.OPEN: frozenset(AskState) - {AskState.OPEN, AskState.ENDED},
    AskState.ACCEPTED: frozenset({AskState.ENDED, AskState.LEFT}),
    **{
        state: frozenset()
        for state in (
            AskState.NOT_NOW,
            AskState.DECLINED,
            AskState.REDIRECTED,
            AskState.UNANSWERED,
            AskState.LEFT,
            AskState.WITHDRAWN,
            AskState.ENDED,
        )
    },
}
CLOSED_STATES = tuple(state for state, following in FOLLOWING.items() if not following)
# The seeker still looks for somebody: others are proposed.
STATES_WITH_ALTERNATIVES = (
    AskState.NOT_NOW,
    AskState.DECLINED,
    AskState.REDIRECTED,
    AskState.UNANSWERED,
    AskState.LEFT,
)
# The mentor said so.
ANSWERS = (AskState.ACCEPTED, AskState.NOT_NOW, AskState.DECLINED, AskState.REDIRECTED)


def states_before(state: AskState) -> tuple[AskState, ...]:
    """From which states an ask may come into this one."""
    return tuple(before for before, following in FOLLOWING.items() if state in following)


class DeclineReason(StrEnum):
    """Why a mentor says no, without a word of their own."""

    FIELD = "field"
    EXPERIENCE = "experience"
    TIME = "time"
    EXPECTATIONS = "expectations"


class Step(StrEnum):
    """What time alone does."""

    REMIND = "remind"  # the mentor
    CLOSE = "close"  # without an answer
    PROPOSE = "propose"  # others, to whoever still looks for somebody
    END = "end"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class AskTimes:
    """What has happened to an ask, and when; None: not yet."""

    state: AskState
    asked_at: datetime
    reminded_at: datetime | None = None
    last_word_at: datetime | None = None  # of either, once it is accepted
    until: datetime | None = None  # as both agreed
    closed_at: datetime | None = None
    proposed: bool = False  # somebody else was looked for


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step, and when it is due."""

    step: Step
    at: datetime


def next_step(times: AskTimes) -> PlannedStep:
    """What happens to an ask if nobody does anything."""
    if times.closed_at is not None and times.state in STATES_WITH_ALTERNATIVES and not times.proposed:
        return PlannedStep(Step.PROPOSE, times.closed_at)
    if times.closed_at is not None:
        return PlannedStep(Step.ERASE, times.closed_at + ERASE_AFTER)
    if times.state is AskState.ACCEPTED:
        silent_at = (times.last_word_at or times.asked_at) + MAX_SILENCE
        return PlannedStep(Step.END, min(silent_at, times.until) if times.until else silent_at)
    if times.reminded_at is None:
        return PlannedStep(Step.REMIND, times.asked_at + REMIND_AFTER)
    return PlannedStep(Step.CLOSE, times.asked_at + CLOSE_AFTER)
