"""The bundled list of meanings: readable line by line, and followed from both languages."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bridge.text.tokens import fold, stop_words
from bridge.text.vocabulary import bundled_vocabulary, parse_vocabulary, spelt


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("deuil", "fr", ("en", "grief")),
        ("grief", "en", ("fr", "deuil")),
        ("faillites", "fr", ("en", "bankruptcy")),
        ("beekeeping", "en", ("fr", "apiculture")),
        ("MOUTON", "fr", ("fr", "brebis")),
    ],
)
def test_a_word_has_its_meanings_in_both_languages(typed: str, language: str, meant: tuple[str, str]) -> None:
    assert meant in [(way.language, way.word) for way in bundled_vocabulary().other_ways(typed, language)]


def test_a_translation_counts_more_than_a_synonym() -> None:
    shares = {(way.language, way.word): way.share for way in bundled_vocabulary().other_ways("mouton", "fr")}
    assert shares["fr", "brebis"] < shares["en", "sheep"] < 1


@pytest.mark.parametrize(
    ("need", "language", "phrase", "meant"),
    [
        ("Me lancer à mon compte", "fr", "me lancer à mon compte", "freelance"),
        ("elle s’est mise ... se lancer à SON compte", "fr", "se lancer à son compte", "freelance"),
        ("how I quit my job last year", "en", "quit my job", "resignation"),
        ("moving to another country with kids", "en", "moving to another country", "expatriate"),
    ],
)
def test_an_idiom_is_found_whole_whoever_it_speaks_of(need: str, language: str, phrase: str, meant: str) -> None:
    (idiom,) = bundled_vocabulary().idioms(spelt(need), language)
    assert idiom.written == phrase
    assert meant in [way.word for way in idiom.ways]


def test_a_phrase_whose_words_are_meant_as_well_says_so() -> None:
    (photo,) = bundled_vocabulary().idioms(spelt("la photo de nuit"), "fr")
    (account,) = bundled_vocabulary().idioms(spelt("me lancer à mon compte"), "fr")
    assert photo.literal
    assert not account.literal
    assert max(way.share for way in photo.ways) < max(way.share for way in account.ways)


def test_a_word_with_its_accents_is_no_other() -> None:
    assert "walking" not in [way.word for way in bundled_vocabulary().other_ways("marché", "fr")]
    assert {"walking", "market"} <= {way.word for way in bundled_vocabulary().other_ways("marche", "fr")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_everyday_word_is_left_out_as_one_that_only_joins_others(language: str) -> None:
    words = (files("bridge.text") / "data" / "vocabulary.txt").read_text("utf-8")
    for meaning in parse_vocabulary(words):
        for form in meaning[language]:
            assert " " in form or fold(form) not in stop_words(language), form


def test_words_that_look_alike_keep_their_own_meanings() -> None:
    assert "pain" not in [way.word for way in bundled_vocabulary().other_ways("pain", "fr")]
    assert "bread" in [way.word for way in bundled_vocabulary().other_ways("pain", "fr")]


@pytest.mark.parametrize("word", ["welding", "chess", "harp", "midwife"])
def test_everyday_words_are_known(word: str) -> None:
    assert bundled_vocabulary().knows(word, "en")
    assert not bundled_vocabulary().knows(f"{word}zz", "en")


@pytest.mark.parametrize("line", ["deuil", "deuil = ", "a = b = c", "deuil,, = grief"])
def test_a_broken_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="French = English"):
        list(parse_vocabulary(f"# a comment\n\n{line}"))
    (meaning,) = parse_vocabulary("deuil = grief, mourning")
    assert meaning == {"fr": ("deuil",), "en": ("grief", "mourning")}
