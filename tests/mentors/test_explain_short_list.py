"""A short list says in one sentence what is missing, in French and English."""

from __future__ import annotations

import pytest

from bridge.mentors.explain_short_list import short_list_sentence


@pytest.mark.parametrize(
    ("tag", "mentors", "sentence"),
    [
        (
            "en-US",
            {"fr": 1},
            "What is missing is more blogs; mentors on others so far: 1 in French, 0 in other languages.",
        ),
        (
            "fr-CA",
            {"fr": 4, "en": 2, "de": 1},
            "Il manque des mentors sur ces sujets\u00a0; ailleurs jusqu’ici\u00a0: 4 en français, "
            "3 dans d’autres langues.",
        ),
    ],
)
def test_what_is_missing_follows_from_the_bank(tag: str, mentors: dict[str, int], sentence: str) -> None:
    assert short_list_sentence(tag, 2, "fr", mentors) == sentence
    assert short_list_sentence(tag, 3, "fr", mentors) == ""


def test_an_author_without_a_post_hears_that_first() -> None:
    assert (
        short_list_sentence("fr", 0, "", {"fr": 9}) == "Il manque un article de vous, avec assez de texte à comparer."
    )
