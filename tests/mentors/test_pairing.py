"""Pairings: wanted on both sides, complementary, explained, and the same whatever order they are looked at in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.pairing import (
    PairingSide,
    PairingWeights,
    Role,
    affinity,
    comes_back,
    gap,
    offer_strength,
    propose_pairing,
    rank_pairings,
    requested_needs,
)

NOW = datetime(2026, 5, 4, tzinfo=UTC)
WEIGHTS = PairingWeights()
FOOD = frozenset({"food"})

# Alice has run a shop for years and wants to write better; Bob begins one and writes for a living.
ALICE = PairingSide(
    "a/1",
    "a",
    frozenset({"fr", "en"}),
    Role.BOTH,
    {"cash-flow": 0.8, "hiring": 0.6},
    {"writing": 1.0},
    wishes=frozenset({"writing"}),
    themes=frozenset({"failure", "handing-over"}),
    region="QC",
    stage="growing",
)
BOB = PairingSide(
    "b/1",
    "b",
    frozenset({"fr"}),
    Role.BOTH,
    {"writing": 0.9},
    {"cash-flow": 1.0, "hiring": 1.0},
    themes=frozenset({"failure"}),
    region="QC",
    stage="starting",
)


def test_the_gap_is_what_one_lacks_and_the_other_has() -> None:
    # (1 × .8 × (1 - 0) + 1 × .6 × (1 - 0)) / 2 = .7
    assert gap(BOB, ALICE) == pytest.approx(0.7)
    # Bob knows half of cash flow already: (.8 × .5 + .6) / 2 = .5
    knowing = replace(BOB, offers={"cash-flow": 0.5, "writing": 0.9})
    assert gap(knowing, ALICE) == pytest.approx(0.5)
    assert gap(replace(BOB, needs={}), ALICE) == 0


def test_the_harmonic_mean_of_both_ways_carries_the_score() -> None:
    found = propose_pairing(ALICE, BOB, WEIGHTS)
    assert found is not None
    # there .7, back max(.9 declared wish met, gap .9) = .9; H = 2 × .63 / 1.6 = .7875
    # affinity: likeness 0, themes 1/2 × .3, context 2/3 × .2 (language, region) = .283333; openness .5
    assert found.gap == pytest.approx(0.7)
    assert found.comes_back == pytest.approx(0.9)
    assert found.affinity == pytest.approx(0.15 + 0.4 / 3)
    assert found.score == pytest.approx(0.7875**0.6 * (0.15 + 0.4 / 3) ** 0.3 * 0.5**0.1)


def test_it_names_what_each_gives_the_other() -> None:
    found = propose_pairing(ALICE, BOB, WEIGHTS)
    assert found is not None
    assert [skill for skill, _ in found.gives] == ["cash-flow", "hiring"]
    assert [skill for skill, _ in found.gets] == ["writing"]
    assert found.themes == ("failure",)


@pytest.mark.parametrize(
    ("mentor", "mentee"),
    [
        (replace(ALICE, role=Role.NEITHER), BOB),
        (replace(ALICE, role=Role.MENTEE), BOB),
        (ALICE, replace(BOB, role=Role.MENTOR)),
        (ALICE, replace(BOB, languages=frozenset({"de"}))),
        (ALICE, replace(BOB, blog_id="a")),
        (replace(ALICE, room=0), BOB),
        (replace(ALICE, refuses=frozenset({"b/1"})), BOB),
        (ALICE, replace(BOB, refuses=frozenset({"a/1"}))),
        (replace(ALICE, sectors=FOOD, outside_own_sector=True), replace(BOB, sectors=FOOD)),
        (ALICE, replace(BOB, needs={})),
        (replace(ALICE, needs={}, wishes=frozenset()), BOB),
    ],
    ids=[
        "not willing",
        "only a mentee",
        "only a mentor",
        "no common language",
        "same blog",
        "no room",
        "she refuses",
        "he refuses",
        "same sector",
        "he needs nothing",
        "nothing comes back",
    ],
)
def test_no_proposal_unless_both_can_and_want(mentor: PairingSide, mentee: PairingSide) -> None:
    assert propose_pairing(ALICE, BOB, WEIGHTS) is not None
    assert propose_pairing(mentor, mentee, WEIGHTS) is None


def test_who_is_open_to_all_needs_nothing_back() -> None:
    giving = replace(ALICE, needs={}, wishes=frozenset(), open_to_all=True)
    assert comes_back(giving, BOB) == pytest.approx(0.3)
    assert propose_pairing(giving, BOB, WEIGHTS) is not None


def test_the_sector_may_be_shared_where_nobody_minds() -> None:
    assert propose_pairing(replace(ALICE, sectors=FOOD), replace(BOB, sectors=FOOD), WEIGHTS) is not None


def test_an_offer_grows_with_posts_and_with_having_lived_it() -> None:
    once, often = offer_strength(1, 1, lived=False, declared=False), offer_strength(1, 9, lived=False, declared=False)
    assert 0 < once < often < 1
    assert offer_strength(1, 1, lived=True, declared=False) == pytest.approx(1.5 * once)
    assert offer_strength(1, 50, lived=True, declared=False) == 1
    assert offer_strength(0, 0, lived=False, declared=True) == 0.5
    assert offer_strength(0, 0, lived=False, declared=False) == 0


SKILLS = st.dictionaries(st.sampled_from(["cash-flow", "hiring", "writing", "export"]), st.floats(0, 1), max_size=4)
PARTIES = st.builds(
    PairingSide,
    id=st.uuids().map(str),
    blog_id=st.sampled_from("abc"),
    languages=st.just(frozenset({"fr"})),
    role=st.sampled_from(Role),
    offers=SKILLS,
    needs=SKILLS,
    open_to_all=st.booleans(),
    themes=st.frozensets(st.sampled_from(["failure", "export"])),
    openness=st.floats(0, 1),
)


@given(own=PARTIES, others=st.lists(PARTIES, max_size=6))
def test_scores_are_shares_and_order_does_not_show(own: PairingSide, others: list[PairingSide]) -> None:
    shuffled = sorted(others, key=lambda p: p.id, reverse=True)
    assert rank_pairings(own, others, WEIGHTS, 5) == rank_pairings(own, shuffled, WEIGHTS, 5)
    for found in [p for side in rank_pairings(own, others, WEIGHTS, 5) for p in side]:
        assert 0 < found.score <= 1
        assert found.gives
    assert all(0 <= affinity(own, other, WEIGHTS) <= 1 for other in others)


def test_a_request_fades_and_is_forgotten() -> None:
    asked = datetime(2026, 5, 4, tzinfo=UTC)
    fading = [
        requested_needs([("pricing", asked)], asked + timedelta(days=days)).get("pricing", 0.0)
        for days in range(0, 400, 10)
    ]
    assert fading[0] == 0.5
    assert fading[9] == 0.25
    assert fading == sorted(fading, reverse=True)
    assert fading[-1] == 0
    assert requested_needs([("pricing", asked), ("pricing", asked - timedelta(days=300))], asked) == {"pricing": 0.5}
    assert requested_needs([("pricing", asked + timedelta(days=1))], asked) == {"pricing": 0.5}, "a clock that is ahead"
