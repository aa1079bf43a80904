"""A sentence of a text with what it was chosen for marked: whole or cut at words, and none that is withheld."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.text.snippets import (
    MAX_READ_CHARACTERS,
    MAX_SNIPPET_CHARACTERS,
    find_snippet,
    mark_words,
    quotable_sentences,
)
from bridge.text.terms import term_id
from bridge.text.tokens import stem

TEXT = "Il pleuvait. La paie de mon équipe\nme tenait debout. C’est l’artisane qui paie."


def spans_of(text: str, word: str) -> list[tuple[int, int]]:
    return [(at, at + len(word)) for at in range(len(text)) if text.startswith(word, at)]


def test_a_sentence_is_given_with_its_words_marked_and_nothing_is_parted() -> None:
    sentences = [TEXT[start:end] for start, end in quotable_sentences(TEXT)]
    assert len(sentences) == 3
    assert mark_words(sentences[1], spans_of(sentences[1], "paie")) == (
        ("La ", False),
        ("paie", True),
        (" de mon équipe me tenait debout.", False),
    )
    assert mark_words(sentences[2], spans_of(sentences[2], "artisane"))[0] == ("C’est l’", False)
    assert find_snippet(TEXT, {term_id(stem("artisane", "fr"))}, "fr") == "C’est l’artisane qui paie."


def test_a_sentence_that_is_withheld_is_not_quoted_nor_what_holds_it() -> None:
    withheld = ["La paie de mon équipe me tenait debout."]
    assert [TEXT[start:end].strip() for start, end in quotable_sentences(TEXT, withheld)] == [
        "Il pleuvait.",
        "C’est l’artisane qui paie.",
    ]
    assert list(quotable_sentences("x" * (MAX_READ_CHARACTERS + 5))) == [], "nobody can tell what half of one says"


def test_a_long_sentence_is_cut_at_words_around_the_mark_which_stays() -> None:
    text = f"{'avant ' * 60}la grande paie annuelle {'après ' * 60}."
    sentence = mark_words(text, spans_of(text, "paie annuelle"))
    assert ("paie annuelle", True) in sentence
    shown = "".join(part for part, _ in sentence)
    assert len(shown) <= MAX_SNIPPET_CHARACTERS + 4
    assert set(shown.strip("…").split()) == {"avant", "la", "grande", "paie", "annuelle", "après"}


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(1, 20)), min_size=1, max_size=5))
def test_marks_add_nothing_to_what_stands_there(text: str, places: list[tuple[int, int]]) -> None:
    spans: list[tuple[int, int]] = []
    for start, length in sorted(places):
        if start + length <= len(text) and (not spans or start >= spans[-1][1]):
            spans.append((start, start + length))
    if not spans:
        return
    shown = "".join(part for part, _ in mark_words(text, spans))
    bare = "".join(text.replace("\ue000", " ").replace("\ue001", " ").split())
    assert "".join(shown.strip("…").split()).strip(",;:") in bare
    assert "\ue000" not in shown
