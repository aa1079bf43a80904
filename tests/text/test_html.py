"""What a person reads of a post, also of a hostile one."""

from __future__ import annotations

import time

import pytest

from bridge.text.html import plain_text


def test_fenced_code_goes_and_the_words_around_it_stay() -> None:
    assert plain_text("Before.\n```python\nx = 1\n```\nBetween.\n~~~\ny\n~~~\nAfter.") == "Before.\nBetween.\nAfter."
    assert plain_text("Before.\n```\nnever closed") == "Before.\n```\nnever closed"


def test_addresses_go_and_the_words_around_them_stay() -> None:
    assert plain_text("See https://a.example/x?y=1 or (me@a.example) soon.") == "See or ( ) soon."


@pytest.mark.parametrize("piece", ["a", "a@", "[", "{{", "```x\n", "![", "[a](", "<", "« "])
def test_a_megabyte_of_anything_is_read_in_seconds(piece: str) -> None:
    began = time.process_time()
    plain_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 20  # by backtracking it was minutes
