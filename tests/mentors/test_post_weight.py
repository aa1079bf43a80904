"""How much each post counts: the same text once, lists of words never, notes by their length, quotations a quarter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.post_weight import DEFAULT_STANDARDS, JudgedPost, PostStandards, PostWeight, weigh_posts
from bridge.text.html import read_post_html
from bridge.text.text_quality import measure_quality
from tests.lab.texts import CASH, HIRING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
LONG = "\n".join(text for _, text in CASH)


def post(number: int, text: str, language: str = "fr") -> JudgedPost:
    return JudgedPost(number, NOW + timedelta(days=number), language, measure_quality(read_post_html(text), language))


POSTS = [
    post(1, LONG),
    post(2, LONG + " Merci."),
    post(3, CASH[0][1] * 2),
    post(4, "Court."),
    post(5, "prix loyer " * 90),
    post(6, f"<blockquote>{LONG}</blockquote>{HIRING[0][1] * 2}"),
    post(7, f"Billet invité de Léa Roy. {HIRING[1][1]}"),
]


def test_each_kind_of_post_has_its_worth() -> None:
    found = weigh_posts(POSTS, DEFAULT_STANDARDS)
    assert [found[n].counts for n in (1, 2, 3, 5, 6, 7)] == [0.5, 0.5, 1, 0, 0.25, 0]
    assert [n for n, worth in found.items() if not worth.first] == [2]
    assert 0 < found[4].counts < 0.1


@given(st.permutations(POSTS))
def test_the_order_of_posts_does_not_show(posts: list[JudgedPost]) -> None:
    assert weigh_posts(posts, DEFAULT_STANDARDS) == weigh_posts(POSTS, DEFAULT_STANDARDS)


def test_the_same_text_counts_once_and_the_oldest_stands_for_it_whenever_it_comes() -> None:
    again = [post(number, LONG) for number in (9, 3, 6)]
    assert [number for number, worth in weigh_posts(again, DEFAULT_STANDARDS).items() if worth.first] == [3]
    assert sum(worth.counts for worth in weigh_posts(again, DEFAULT_STANDARDS).values()) == pytest.approx(1, abs=1e-5)
    assert weigh_posts(again[:1] + again[2:], DEFAULT_STANDARDS) == {
        6: PostWeight(0.5),
        9: PostWeight(0.5, first=False),
    }


def test_a_translation_counts_in_its_own_language() -> None:
    assert weigh_posts([post(1, LONG), replace(post(2, LONG), language="en")], DEFAULT_STANDARDS) == {
        1: PostWeight(1),
        2: PostWeight(1),
    }


def test_what_was_never_measured_counts_and_every_threshold_can_be_off() -> None:
    assert weigh_posts([JudgedPost(1, NOW, "fr", None)], DEFAULT_STANDARDS) == {1: PostWeight(1)}
    off = PostStandards(0, 0, 0, 0, 0)
    assert {number for number, worth in weigh_posts(POSTS, off).items() if worth != PostWeight(1)} == {7}
