"""A quote is one sentence at most, and never one that is withheld."""

from __future__ import annotations

import pytest

from bridge.text import experience
from bridge.text.snippets import MAX_READ_CHARACTERS, find_snippet
from bridge.text.terms import term_id
from bridge.text.tokens import stem

BEFORE = "Chaque mois je relance les clients."
ASKED = "Une facture impayée se relance au bout de dix jours."
LIVED = "J'ai perdu mon premier atelier à cause d'une facture impayée, et j'ai compris trop tard."


def terms(*words: str) -> set[int]:
    return {term_id(stem(word, "fr")) for word in words}


def test_the_sentence_that_answers_is_quoted_whole_and_alone() -> None:
    text = f"{BEFORE} {ASKED} Le reste attend."
    assert find_snippet(text, terms("facture", "impayée"), "fr") == ASKED
    assert find_snippet(text, terms("plâtre"), "fr") == ""


def test_of_a_long_sentence_the_words_around_are_quoted() -> None:
    text = " ".join(f"mot{n} très long" for n in range(60)) + " facture impayée " + " ".join(["encore"] * 60) + "."
    quoted = find_snippet(text, terms("facture", "impayée"), "fr")
    assert "facture impayée" in quoted
    assert len(quoted) <= 200
    assert (quoted[0], quoted[-1]) == ("…", "…")


@pytest.mark.parametrize("lead", ["", "- ", "**", "> "])
def test_a_passage_of_experience_is_passed_over_for_another_sentence(lead: str) -> None:
    told = experience.read_experience(f"{LIVED}\n{ASKED}", "fr").passages
    assert [passage.text for passage in told] == [LIVED]
    text = f"{lead}{LIVED}\n{ASKED}"
    assert find_snippet(text, terms("facture", "impayée", "perdu"), "fr") != ASKED
    assert find_snippet(text, terms("facture", "impayée", "perdu"), "fr", [told[0].text]) == ASKED
    assert find_snippet(LIVED, terms("facture"), "fr", [told[0].text]) == ""


def test_half_a_sentence_is_never_quoted() -> None:
    text = "x. " * (MAX_READ_CHARACTERS // 3 - 5) + LIVED
    assert find_snippet(text, terms("atelier", "perdu"), "fr", [LIVED]) == ""
