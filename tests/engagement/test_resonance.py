"""Whether telling goes with comments: a case by hand, and what must hold for any blog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engagement.measures import Figure
from bridge.engagement.resonance import MIN_GROUP_POSTS, AlikePosts, resonance, resonance_sums, telling_thresholds


def blog(*groups: tuple[int, int, int], language: str = "fr") -> list[AlikePosts]:
    """(how many posts, disclosure, comments) → posts that are alike."""
    return [AlikePosts(language, score, drawn, None, count) for count, score, drawn in groups]


def of_comments(posts: Iterable[AlikePosts], drew: str = "comments") -> Figure:
    posts = list(posts)
    sums = resonance_sums(posts, telling_thresholds(posts))
    return resonance(sums.get(f"telling_{drew}", {}), sums.get(f"other_{drew}", {}))


def test_a_case_by_hand() -> None:
    # 10 telling posts: 5 with 4 comments, 5 with 1. 20 others: 10 with 2, 10 with 0.
    figure = of_comments(blog((5, 900, 4), (5, 900, 1), (10, 0, 2), (10, 0, 0)))
    # Of 200 pairs: 5·20 + 5·10 = 150 won, 5·10 = 50 lost: (150 - 50) / 200.
    assert (figure.value, figure.n) == (0.5, 30)
    assert figure.low is not None
    assert figure.high is not None
    # Places of the first: 1 (5×), .5 (5×); of the rest: .5 (10×), 1 (10×). 2·1.96·√(.069444/10 + .065789/20).
    assert figure.high - 0.5 == pytest.approx(2 * 1.959964 * (0.0694444 / 10 + 0.0657895 / 20) ** 0.5)
    assert 0.5 - figure.low == pytest.approx(figure.high - 0.5)


def test_below_ten_in_a_group_nothing_is_said() -> None:
    assert of_comments(blog((MIN_GROUP_POSTS - 1, 900, 4), (40, 0, 0))).value is None
    assert of_comments(blog((MIN_GROUP_POSTS, 900, 4), (MIN_GROUP_POSTS - 1, 0, 0))).value is None
    assert of_comments([]).n == 0


def test_posts_that_tell_nothing_are_never_the_telling_ones() -> None:
    assert telling_thresholds(blog((3, 500, 0), (30, 0, 0))) == {"fr": 1}


def test_equal_scores_stand_together() -> None:
    assert telling_thresholds(blog((1, 900, 0), (4, 500, 0), (1, 500, 3), (6, 100, 0))) == {"fr": 500}


def test_each_language_has_its_own_third() -> None:
    french, english = blog((3, 900, 0), (6, 500, 0)), blog((3, 300, 0), (6, 100, 0), language="en")
    assert telling_thresholds([*french, *english]) == {"fr": 900, "en": 300}


def test_posts_whose_comments_are_too_short_to_tell_are_left_out() -> None:
    posts = [AlikePosts("fr", 900, 1, 300, 12), AlikePosts("fr", 0, 1, 100, 20), AlikePosts("fr", 0, 9, None, 5)]
    figure = of_comments(posts, "likeness")
    assert (figure.value, figure.n) == (1, 32)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=20, max_size=60))
def test_the_answer_lies_in_its_interval_and_knows_no_order(posts: list[tuple[int, int]]) -> None:
    alike = [AlikePosts("fr", score, drawn, None) for score, drawn in posts]
    figure = of_comments(alike)
    together = [AlikePosts("fr", score, drawn, None, count) for (score, drawn), count in Counter(posts).items()]
    assert figure == of_comments(reversed(alike)) == of_comments(together)
    if figure.value is not None:
        assert figure.low is not None
        assert figure.high is not None
        assert -1 <= figure.low <= figure.value <= figure.high <= 1
    turned = of_comments(posts._replace(comments=-posts.comments) for posts in alike)
    assert (turned.value is None) == (figure.value is None)
    assert (turned.value or 0.0) == pytest.approx(-(figure.value or 0.0))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20),
    st.integers(0, 19),
    st.integers(0, 9),
)
def test_a_post_that_draws_more_moves_alone(posts: list[tuple[int, int]], which: int, drawn: int) -> None:
    alike = [AlikePosts("fr", score, comments, None) for score, comments in posts]
    least, was = telling_thresholds(alike), alike[which % len(alike)]
    after = was._replace(comments=drawn, likeness=drawn * 100)
    moved = resonance_sums([*alike, was._replace(posts=-1), after], least)
    assert moved == resonance_sums([after if post is was else post for post in alike], least)
