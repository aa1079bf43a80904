"""What an author corrects: a struck word goes in all its forms, and what may be added is a word and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.mentors.corrections import (
    MAX_WORD_CHARACTERS,
    CardCorrections,
    clean_word,
    folded_word,
    with_added_words,
)
from bridge.mentors.skill_offers import SkillEvidence, disputed_skills, skills_of_author


@pytest.mark.parametrize(
    ("struck", "language", "gone", "stays"),
    [
        ("clients", "fr", ("client", "Clients", "CLIENT"), ("clientèle payante", "premier client")),
        ("premier client", "fr", ("premiers clients", "Premier Client"), ("client", "premier")),
        ("trésorerie", "fr", ("tresorerie", "trésoreries"), ("trésor",)),
        ("hiring", "en", ("hire", "Hiring"), ("higher",)),
    ],
)
def test_a_struck_word_is_gone_in_all_its_forms_and_a_phrase_as_a_whole(
    struck: str, language: str, gone: tuple[str, ...], stays: tuple[str, ...]
) -> None:
    corrections = CardCorrections(struck=frozenset({folded_word(struck)}))
    assert [word for word in gone if not corrections.strikes(word, language)] == []
    assert [word for word in stays if corrections.strikes(word, language)] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("  délais   de paiement ", "délais de paiement"),
        ("« première embauche »", "première embauche"),
        ("Main-d’œuvre", "Main-d’œuvre"),
        ("C++", "C++".rstrip("+")),
        ("#apiculture", "apiculture"),
        ("https://example.org", ""),
        ("example.org", ""),
        ("www.example", ""),
        ("<b>gras</b>", ""),
        ("jean@exemple.fr", ""),
        ("jean arobase exemple.fr", ""),
        ("un deux trois quatre cinq", ""),
        ("a" * (MAX_WORD_CHARACTERS + 1), ""),
        ("\u202e\u200b", ""),
        ("12 345", ""),
        ("", ""),
    ],
)
def test_an_added_word_is_a_word_or_a_short_phrase(text: str, word: str) -> None:
    assert clean_word(text) == word


@given(st.text(max_size=200))
@example("ÌS¯")  # folded to a letter, a letter, a space and a sign
def test_whatever_is_typed_becomes_a_short_line_or_nothing(text: str) -> None:
    word = clean_word(text)
    assert len(word) <= MAX_WORD_CHARACTERS
    assert clean_word(word) == word
    assert "\n" not in word
    assert "@" not in word
    assert folded_word(folded_word(text)) == folded_word(text)
    assert not word or CardCorrections(struck=frozenset({folded_word(word)})).strikes(word, "fr")


def test_words_of_their_own_come_first_and_each_stands_once() -> None:
    themes = {"fr": (("clients", 9, 4), ("prix", 5, 3)), "en": (("prices", 7, 2),)}
    shown = with_added_words(themes, ("apiculture", "client"), "fr")
    assert shown == {"fr": (("apiculture", 9, 0), ("client", 9, 4), ("prix", 5, 3)), "en": (("prices", 7, 2),)}
    assert with_added_words(themes, (), "fr") is themes
    assert with_added_words({}, ("miel",), "fr") == {"fr": (("miel", 0, 0),)}


EVIDENCE = SkillEvidence({"payroll": 2, "hiring": 1, "pricing": 1, "leases": 3}, named=frozenset({"hiring"}))


def test_yes_counts_as_declared_no_takes_away_and_neither_touches_other_skills() -> None:
    before = skills_of_author(EVIDENCE, ["teaching"])
    assert set(before.offers) == {"payroll", "hiring", "leases", "teaching"}
    assert set(before.inferred) == {"payroll", "hiring", "leases"}
    after = skills_of_author(
        EVIDENCE,
        ["teaching"],
        CardCorrections(confirmed=frozenset({"payroll", "pricing"}), refused=frozenset({"leases", "teaching"})),
    )
    assert set(after.offers) == {"payroll", "pricing", "hiring", "teaching"}, "what they declare is theirs"
    assert after.offers["payroll"] >= 0.5 > before.offers["payroll"]
    assert after.offers["hiring"] == before.offers["hiring"]
    assert after.inferred.keys() == before.inferred.keys(), "who is asked does not depend on the answer"


def test_of_a_disputed_skill_one_post_more_is_asked_for_and_nobody_loses_what_they_say() -> None:
    disputed = frozenset({"payroll", "hiring", "leases", "teaching"})
    shown = skills_of_author(EVIDENCE, ["teaching"], CardCorrections(confirmed=frozenset({"hiring"})), disputed)
    assert set(shown.offers) == {"leases", "hiring", "teaching"}
    assert set(shown.inferred) == {"payroll", "hiring", "leases"}


def test_five_blogs_and_half_of_those_asked_dispute_a_skill() -> None:
    asked = {"few": 4, "just": 10, "many": 11, "unasked": 0}
    assert disputed_skills({"few": 4, "just": 5, "many": 5, "unasked": 5}, asked) == {"just", "unasked"}
