"""Words as they are compared: without accents, in lower case, the same however often that is asked for."""

from __future__ import annotations

import sys
from collections import Counter
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.text.tokens import counted_tokens, fold, stem, tokens, words_of


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
    every = [char for char in map(chr, range(sys.maxunicode + 1)) if category(char) not in NO_CHARACTER]
    assert len(every) > 140_000
    assert [char for char in every if (folded := fold(char)) != char and fold(folded) != folded] == []


def test_a_word_in_fancy_letters_is_the_same_word() -> None:
    assert stem("𝐭𝐫𝐞𝐬𝐨𝐫𝐞𝐫𝐢𝐞", "") == stem("trésorerie", "")


NO_CHARACTER = ("Cn", "Co", "Cs")  # not assigned, private, half of one: nothing is said of how they are folded
MANY_LETTERS = "".join(map(chr, range(0x370, 0x500)))


@given(st.text(), st.text(), st.sampled_from(" \n\u3000,.;:!?(…»"))
@example("A\u0345Σ", "σ", " ")
@example("ﬁancée", "\u0301é", "…")
@example(MANY_LETTERS, "Éé", "\n")
def test_a_text_is_folded_and_split_as_its_parts_are(one: str, other: str, sign: str) -> None:
    both = f"{one}{sign}{other}"
    assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}"
    assert words_of(both) == words_of(one) + words_of(other)
    assert [*tokens(both, "fr")] == [*tokens(one, "fr"), *tokens(other, "fr")]


@given(st.text())
@example("L'été, l’été: the cash-flow, a cash-flow; didn't 2nd")
def test_words_are_counted_as_often_as_they_are_there(text: str) -> None:
    for language in ("en", "fr", "ja"):
        counted = counted_tokens(text, language)
        assert counted == Counter(tokens(text, language))
        assert list(counted) == list(dict.fromkeys(tokens(text, language)))  # what is written first comes first
