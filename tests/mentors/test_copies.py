"""A text that was published twice is at home in one place: where its address says, else where it came out first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.copies import original_of
from bridge.mentors.worth import AS_USUAL, Judged, Standards
from bridge.text.html import read
from bridge.text.substance import measure
from tests.lab.texts import CASH, HIRING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
TEXT = measure(read("\n".join(text for _, text in CASH)), "fr")
OTHER = measure(read("\n".join(text for _, text in HIRING)), "fr")


def post(number: int, day: int = 0, canonical: str = "") -> Judged:
    url = f"https://blog{number}.example/le-billet/"
    return Judged(number, NOW + timedelta(days=day), "fr", TEXT, url, canonical)


def at_home(posts: list[Judged]) -> list[int]:
    originals = {one.id: original_of(one, [other for other in posts if other is not one], AS_USUAL) for one in posts}
    assert {first.id for first in originals.values() if first} <= {one for one, first in originals.items() if not first}
    return [number for number, first in originals.items() if first is None]


def test_the_oldest_stays() -> None:
    assert at_home([post(1, day=3), post(2, day=1), post(3, day=2)]) == [2]
    assert at_home([post(2), post(1)]) == [1]


@pytest.mark.parametrize(
    "canonical",
    ["https://blog2.example/le-billet/", "http://www.BLOG2.example/le-billet", " https://blog2.example/le-billet"],
)
def test_an_address_gives_a_text_back_to_who_published_it_later(canonical: str) -> None:
    assert at_home([post(1, day=1, canonical=canonical), post(2, day=5)]) == [2]


@pytest.mark.parametrize(
    "canonical", ["https://elsewhere.example/", "https://blog1.example/le-billet/", "http://[", "?"]
)
def test_an_address_of_nobody_here_gives_nothing_away(canonical: str) -> None:
    assert at_home([post(1, day=1, canonical=canonical), post(2, day=5)]) == [1]


def test_what_counts_for_nothing_is_nobodys_home() -> None:
    guest = replace(post(1), substance=replace(TEXT, guest=True))
    assert at_home([guest, post(2, day=9)])[-1] == 2


def test_other_texts_and_texts_never_measured_are_no_copies() -> None:
    assert at_home([post(1), replace(post(2, day=1), substance=OTHER)]) == [1, 2]
    assert at_home([post(1), replace(post(2, day=1), substance=None)]) == [1, 2]
    assert original_of(post(2, day=1), [post(1)], Standards(alike_percent=0)) is None


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=6))
def test_one_of_them_counts_whoever_points_at_whom(said: list[tuple[int, int]]) -> None:
    posts = [post(n, day, f"https://blog{points}.example/le-billet/") for n, (day, points) in enumerate(said)]
    assert len(at_home(posts)) == 1
    assert at_home(posts[::-1]) == at_home(posts)
