"""The bundled list of meanings: readable line by line, and followed from both languages."""

from __future__ import annotations

import pytest

from bridge.text.vocabulary import bundled_vocabulary, parse_vocabulary, spelt


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("deuil", "fr", ("en", "grief")),
        ("grief", "en", ("fr", "deuil")),
        ("faillites", "fr", ("en", "bankruptcy")),
        ("beekeeping", "en", ("fr", "apiculture")),
        ("MOUTON", "fr", ("fr", "agneau")),
    ],
)
def test_a_word_has_its_meanings_in_both_languages(typed: str, language: str, meant: tuple[str, str]) -> None:
    assert meant in [(way.language, way.word) for way in bundled_vocabulary().other_ways(typed, language)]


def test_a_translation_counts_more_than_a_synonym() -> None:
    shares = {(way.language, way.word): way.share for way in bundled_vocabulary().other_ways("mouton", "fr")}
    assert shares["fr", "agneau"] < shares["en", "sheep"] < 1


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
