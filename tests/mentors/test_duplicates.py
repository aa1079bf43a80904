"""A text that was published twice is at home where its address says, else where it was first by what can be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.duplicates import original_of
from bridge.mentors.post_weight import DEFAULT_STANDARDS, JudgedPost, PostStandards
from bridge.text.html import read_post_html
from bridge.text.text_quality import measure_quality
from tests.lab.texts import CASH, HIRING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
TEXT = measure_quality(read_post_html("\n".join(text for _, text in CASH)), "fr")
OTHER = measure_quality(read_post_html("\n".join(text for _, text in HIRING)), "fr")


def post(number: int, day: int = 0, canonical: str = "", heard: int | None = None, blog: str = "") -> JudgedPost:
    """A blog's post, that the bridge heard of on the day it came out if not on another one."""
    url, known = f"https://blog{number}.example/le-billet/", NOW + timedelta(days=day if heard is None else heard)
    return JudgedPost(number, NOW + timedelta(days=day), "fr", TEXT, url, canonical, blog or f"blog{number}", known)


def at_home(posts: list[JudgedPost]) -> list[int]:
    originals = {
        one.id: original_of(one, [other for other in posts if other is not one], DEFAULT_STANDARDS) for one in posts
    }
    assert {first.id for first in originals.values() if first} <= {one for one, first in originals.items() if not first}
    return [number for number, first in originals.items() if first is None]


def test_the_oldest_stays() -> None:
    assert at_home([post(1, day=3), post(2, day=1), post(3, day=2)]) == [2]
    assert at_home([post(2, blog="one"), post(1, blog="one")]) == [1]


YEARS = 365 * 36


@pytest.mark.parametrize("heard", [0, 1, 9], ids=["before", "with", "after"])
@pytest.mark.parametrize("day", [-YEARS, -1, 0])
def test_a_date_that_another_blog_claims_takes_nothing(day: int, heard: int) -> None:
    """Whenever the thief connected, and whatever they say: the author's post came out before they could read it."""
    victim = post(1, day=0, heard=1)
    assert 1 in at_home([victim, post(2, day=day, heard=heard)])


def test_a_post_dated_anew_is_no_copy_of_what_came_after_it() -> None:
    assert 1 in at_home([post(1, day=30, heard=1), post(2, day=5)])
    assert at_home([post(1, day=2, heard=1), post(2, day=5)]) == [1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=7))
def test_of_posts_of_any_dates_one_is_at_home(said: list[tuple[int, int, int]]) -> None:
    posts = [post(n, day, heard=heard, blog=f"b{blog}") for n, (day, heard, blog) in enumerate(said)]
    assert any(original_of(one, [two for two in posts if two is not one], DEFAULT_STANDARDS) is None for one in posts)


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
    assert original_of(post(2, day=1), [post(1)], PostStandards(alike_percent=0)) is None


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=6))
def test_one_of_them_counts_whoever_points_at_whom(said: list[tuple[int, int]]) -> None:
    posts = [post(n, day, f"https://blog{points}.example/le-billet/") for n, (day, points) in enumerate(said)]
    left = at_home(posts)
    assert at_home(posts[::-1]) == left[::-1]
    assert len({posts[n].published_at for n in left}) == 1, "more than one only where none was first"
