"""What is shown of how much a post tells of something lived is its place among the others, whatever the level."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.engagement.experience_ranks import rank_experience

SCORES = st.dictionaries(
    st.text(max_size=3), st.tuples(st.sampled_from(["fr", "en"]), st.integers(0, 10**6)), max_size=12
)


def test_a_post_is_placed_among_those_of_its_language() -> None:
    scores = {"a": ("fr", 0), "b": ("fr", 0), "c": ("fr", 10), "d": ("fr", 900), "e": ("fr", 4), "f": ("en", 999_999)}
    assert rank_experience(scores) == {"a": 0, "b": 0, "e": 0.5, "c": 0.75, "d": 1, "f": 0}


@given(SCORES, st.integers(1, 9), st.integers(0, 99))
def test_the_level_does_not_show(scores: dict[str, tuple[str, int]], factor: int, more: int) -> None:
    moved = {post: (language, score * factor + more) for post, (language, score) in scores.items()}
    assert rank_experience(moved) == rank_experience(scores)
    assert all(0 <= rank <= 1 for rank in rank_experience(scores).values())
