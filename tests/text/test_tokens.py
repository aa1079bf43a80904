"""Words as they are compared: without accents, in lower case, the same however often that is asked for."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.text.tokens import fold, stem


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Émile", "emile"),
        ("CŒUR", "coeur"),
        ("Ǣther", "aether"),
        ("Marque™", "marquetm"),
        ("𝐀𝐭𝐞𝐥𝐢𝐞𝐫", "atelier"),
        ("ΣΑΣ", "σας"),
        ("İzmir", "izmir"),
        ("№5", "no5"),
    ],
)
def test_a_word_is_folded(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(st.text())
@example("™")
@example("A\u0345Σ")
def test_what_is_folded_stays_as_it_is(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_so_does_every_single_character() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [char for char in every if fold(fold(char)) != fold(char)] == []


def test_a_word_in_fancy_letters_is_the_same_word() -> None:
    assert stem("𝐭𝐫𝐞𝐬𝐨𝐫𝐞𝐫𝐢𝐞", "") == stem("trésorerie", "")
