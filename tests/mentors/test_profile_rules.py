"""A profile that turns suddenly is held, however the posts are dated; a few posts lean on what is declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mentors.anti_gaming import RULES_ON, AntiGamingRules
from bridge.mentors.profile_rules import PostList, WeighedProfile, weigh_profile
from bridge.mentors.profiles import PostTerms, build_profile
from bridge.text.terms import Frequencies, count_terms, dot, post_vector

NOW = datetime(2026, 5, 4, tzinfo=UTC)
KNOWN = Frequencies(200, 40, {})
OWN = "bread oven sourdough flour crust yeast dough baker kneading rye"
TARGET = "payroll invoice cashflow ledger creditor budget audit treasury margin dividend"


def post(number: int, words: str, age: float, written: float | None = None) -> PostTerms:
    """`age`, `written`: days before now."""
    counts = count_terms("", words, "en")
    at = None if written is None else NOW - timedelta(days=written)
    return PostTerms(number, NOW - timedelta(days=age), post_vector(counts, KNOWN), counts, at)


OLD = [post(n, OWN, 400 - 30 * n) for n in range(12)]
BURST = [post(100 + n, TARGET, n) for n in range(12)]
LOOSE = replace(RULES_ON, per_day=0, per_week=0, steady_posts=0)  # so that the move alone is judged


def weigh(posts: Sequence[PostTerms], rules: AntiGamingRules, now: datetime, **held: Any) -> WeighedProfile:
    return weigh_profile(PostList(posts, NOW, rules), lambda _: KNOWN, NOW, rules, now, **held)


def bytes_of(weighed: WeighedProfile) -> bytes:
    assert weighed.profile is not None
    return weighed.profile.to_bytes()


def test_a_sudden_turn_leaves_the_profile_as_it_was() -> None:
    held = weigh([*OLD, *BURST], LOOSE, NOW)
    assert held.held_at == NOW - timedelta(days=14)
    assert bytes_of(held) == bytes_of(weigh(OLD, LOOSE, NOW))
    assert held.entered


def test_dating_back_does_not_hide_it() -> None:
    back = [post(100 + n, TARGET, 380 - 15 * n, written=0) for n in range(24)]
    assert weigh([*OLD, *back], LOOSE, NOW).held_at is not None


def test_the_owner_confirms_and_more_of_it_is_no_turn() -> None:
    free = weigh([*OLD, *BURST], LOOSE, NOW, confirmed_at=NOW)
    assert free.held_at is None
    later = NOW + timedelta(days=1)
    more = replace(post(200, TARGET, 0), published_at=later)
    assert weigh([*OLD, *BURST, more], LOOSE, later, confirmed_at=NOW).held_at is None


def test_waiting_does_not_free_it_but_taking_it_back_does() -> None:
    since = NOW - timedelta(days=14)
    later = NOW + timedelta(days=300)
    assert weigh([*OLD, *BURST], LOOSE, later, held_at=since).held_at == since
    assert weigh(OLD, LOOSE, later, held_at=since).held_at is None


def test_an_archive_that_arrives_at_once_is_no_turn() -> None:
    fresh = [replace(one, written_at=NOW) for one in OLD]
    assert weigh(fresh, LOOSE, NOW).held_at is None


def test_without_rules_nothing_is_held() -> None:
    assert weigh([*OLD, *BURST], AntiGamingRules(), NOW).held_at is None


@settings(max_examples=30)
@given(st.permutations([*OLD, *BURST]))
def test_the_order_of_posts_does_not_show(posts: list[PostTerms]) -> None:
    straight = weigh([*OLD, *BURST], LOOSE, NOW)
    assert bytes_of(weigh(posts, LOOSE, NOW)) == bytes_of(straight)


def test_few_posts_lean_on_what_is_declared_and_ten_do_not() -> None:
    declared = count_terms("", TARGET, "en")
    aim = post_vector(declared, KNOWN)
    near = []
    for count in (3, 9, 10):
        made = build_profile(OLD[:count], KNOWN, NOW, declared=declared)
        assert made is not None
        assert made.provisional is (count < 10)
        near.append(dot(made.vector, aim))
        only_declared = np.isin(made.vector.ids, declared.ids)
        assert not made.used_in[only_declared].any()
    assert near[0] > near[1] > near[2] == 0
    # (3 · text + 5 · declared) / 8, the two without a common term: a cosine of 5 / √34.
    assert abs(near[0] / 10**9 - 5 / 34**0.5) < 1e-3
