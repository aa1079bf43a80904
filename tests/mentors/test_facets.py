"""How personal and how in-depth somebody writes, within their language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.facets import MIN_FACET_POSTS, compute_facets, percentiles_by_mentor


def test_the_most_disclosing_third_stands_for_an_author() -> None:
    found = compute_facets([0, 900_000, None, 0, 0, 500_000, 0], [(10, 400)] * 7)
    assert (found.posts, found.telling, found.personal) == (6, 2, 700_000)


def test_nothing_is_said_of_a_few_posts() -> None:
    found = compute_facets([900_000] * (MIN_FACET_POSTS - 1) + [None], [(10, 400)] * (MIN_FACET_POSTS - 1))
    assert (found.posts, found.personal, found.depth) == (MIN_FACET_POSTS - 1, None, None)


def test_depth_grows_with_subject_and_with_length() -> None:
    def depth(terms: int, words: int) -> int:
        return compute_facets([], [(terms, words)] * MIN_FACET_POSTS).depth or 0

    assert depth(20, 400) > depth(10, 400) > depth(10, 200) > depth(0, 400) == 0


def test_equal_mentors_share_a_percentile() -> None:
    assert percentiles_by_mentor({1: 5, 2: 5, 3: 1, 4: 9}) == {1: 50, 2: 50, 3: 12, 4: 88}


@given(st.dictionaries(st.integers(0, 99), st.integers(0, 9), min_size=1))
def test_percentiles_follow_the_values(values: dict[int, int]) -> None:
    found = percentiles_by_mentor(values)
    assert set(found) == set(values)
    for one in values:
        for other in values:
            assert (values[one] < values[other]) == (found[one] < found[other])
