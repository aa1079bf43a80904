"""Which words of a need say only that somebody asks."""

from __future__ import annotations

import pytest

from bridge.mentors.asking import only_asks


@pytest.mark.parametrize(
    ("word", "language"),
    [("voudrais", "fr"), ("sortis", "fr"), ("connaît", "fr"), ("bosse", "fr"), ("handled", "en"), ("grew", "en")],
)
def test_a_word_asks_in_all_its_forms(word: str, language: str) -> None:
    assert only_asks(word, language)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("trésorerie", "fr"),
        ("recruter", "fr"),
        ("personnel", "fr"),
        ("developers", "en"),
        ("management", "en"),
        ("cooking", "en"),
    ],
)
def test_what_somebody_may_write_about_is_no_form_of_asking(word: str, language: str) -> None:
    assert not only_asks(word, language)
