"""What an ask becomes: by an answer, and by time alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.asks.openness import MAX_WAITING_ASKS, MentorLoad, Openness
from bridge.asks.rotation import Candidate, choose_in_turn
from bridge.asks.states import (
    CLOSED_STATES,
    FOLLOWING,
    STATES_WITH_ALTERNATIVES,
    AskState,
    AskTimes,
    Step,
    next_step,
    states_before,
)
from tests.asks.simulation import gini
from tests.conftest import NOW


def test_every_state_is_reached_and_nothing_follows_what_is_closed() -> None:
    reached = {AskState.OPEN}.union(*FOLLOWING.values())
    assert reached == set(AskState) == set(FOLLOWING)
    assert {AskState.OPEN, AskState.ACCEPTED}.isdisjoint(CLOSED_STATES)
    assert states_before(AskState.ENDED) == (AskState.ACCEPTED,)
    assert AskState.OPEN not in {state for following in FOLLOWING.values() for state in following}
    assert set(STATES_WITH_ALTERNATIVES) <= set(CLOSED_STATES)


def test_an_ask_that_nobody_answers_is_closed_with_others_and_erased() -> None:
    times, happened = AskTimes(AskState.OPEN, NOW), []
    for _ in range(4):
        planned = next_step(times)
        happened.append((planned.step, (planned.at - NOW).days))
        times = {
            Step.REMIND: replace(times, reminded_at=planned.at),
            Step.CLOSE: replace(times, state=AskState.UNANSWERED, closed_at=planned.at),
            Step.PROPOSE: replace(times, proposed=True),
        }.get(planned.step, times)
    assert happened == [(Step.REMIND, 7), (Step.CLOSE, 14), (Step.PROPOSE, 14), (Step.ERASE, 44)]


@pytest.mark.parametrize(
    ("until", "days"), [(None, 90 + 10), (NOW + timedelta(days=30), 30), (NOW + timedelta(days=365), 100)]
)
def test_a_yes_ends_when_the_agreement_does_or_after_ninety_silent_days(until: object, days: int) -> None:
    times = AskTimes(AskState.ACCEPTED, NOW, last_word_at=NOW + timedelta(days=10), until=until)  # type: ignore[arg-type]
    planned = next_step(times)
    assert (planned.step, (planned.at - NOW).days) == (Step.END, days)


def test_who_is_full_busy_paused_or_silent_takes_no_asks() -> None:
    free = MentorLoad(capacity=2, accepted=1)
    assert free.openness(NOW) is Openness.OPEN
    assert replace(free, accepted=2).openness(NOW) is Openness.FULL
    assert MentorLoad(capacity=0).openness(NOW) is Openness.FULL
    assert MentorLoad(accepted=3).openness(NOW) is Openness.FULL, "three, of whoever has not said how many"
    assert replace(free, waiting=MAX_WAITING_ASKS).openness(NOW) is Openness.BUSY
    assert replace(free, paused_until=NOW + timedelta(days=1)).openness(NOW) is Openness.PAUSED
    assert replace(free, paused_until=NOW).openness(NOW) is Openness.OPEN
    assert replace(free, unanswered_in_a_row=2).openness(NOW) is Openness.SILENT


@pytest.mark.parametrize(
    ("cases", "within", "days"), [(4, (4, 4, 4), None), (5, (2, 3, 5), 3), (6, (3, 3, 3), 1), (6, (0, 1, 2), None)]
)
def test_how_soon_somebody_usually_answers_is_said_from_five_cases_on(
    cases: int, within: tuple[int, int, int], days: int | None
) -> None:
    assert MentorLoad(cases=cases, answered_within=within).usual_days == days


def test_proposals_go_round_among_those_who_fit_equally_well() -> None:
    proposed = {f"m{n:02}": 0 for n in range(20)}
    fits = {name: 1.0 - 0.01 * n for n, name in enumerate(proposed)}
    fits |= {"far": 0.1}
    for _ in range(100):
        candidates = [Candidate(name, fits[name], proposed.get(name, 0)) for name in fits]
        chosen = choose_in_turn(candidates)
        assert chosen == choose_in_turn(reversed(candidates))
        for candidate in chosen:
            proposed[candidate.name] += 1  # nobody who fits far less: a KeyError
    assert gini(list(proposed.values())) <= 0.3
    assert [one.name for one in choose_in_turn([Candidate("only", 0.1, 9)])] == ["only"]
