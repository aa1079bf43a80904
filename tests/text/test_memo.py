"""What is kept of short strings: the same answers, and never too many of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text import memo
from bridge.text.memo import Memo


@given(st.lists(st.text(max_size=60)))
def test_an_answer_is_that_of_the_function_however_often_it_is_asked_for(strings: list[str]) -> None:
    kept = Memo(str.upper)
    assert [kept[string] for string in strings * 2] == [string.upper() for string in strings * 2]


def test_neither_many_strings_nor_long_ones_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MAX_KEPT_RESULTS", 10)
    kept = Memo(len)
    for number in range(100):
        assert kept[str(number)] == len(str(number))
        assert kept["long" * (number + 20)] == 4 * (number + 20)
        assert len(kept) <= 10
    assert max(map(len, kept)) <= memo.MAX_KEPT_CHARACTERS
