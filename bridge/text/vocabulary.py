"""What everyday words and phrases mean in French and English: further ways of a word that somebody typed.

The list is the project's own (``data/vocabulary.txt``): one meaning a line, French words, `=`, English words. A form of
several words is an idiom, looked for before joining words are left out ("me lancer à mon compte").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from bridge.text.tokens import APOSTROPHES, WORD, fold, stem, tokens

LANGUAGES = ("fr", "en")
MAX_MEANINGS = 4  # of a word that are followed
MAX_IDIOM_WORDS = 8
TRANSLATION_SHARE, SYNONYM_SHARE, PART_SHARE = 0.8, 0.15, 0.5  # of the weight of the word that was typed
LITERAL_SHARE = 0.3  # of a phrase whose words are meant as well
LITERAL = "+"  # behind such a phrase
WHOSE = "whose"  # stands for any word that only says whose something is
WHOSE_WORDS = frozenset((
    "me", "m", "te", "t", "se", "s", "nous", "vous", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses",
    "notre", "nos", "votre", "vos", "leur", "leurs", "my", "your", "his", "her", "its", "our", "their", "one",
    "myself", "yourself", "oneself", "ourselves",
))  # fmt: skip  # 36 words in three lines


class OtherWay(NamedTuple):
    """A word that means the same in `language`, and which part of the typed word's weight it has."""

    language: str
    word: str
    share: float


@dataclass(frozen=True, slots=True)
class Idiom:
    """A phrase that stands in a need: as written, from and to which character, and the words that mean it.

    `literal`: its own words are meant as well ("photo de nuit", but not "à mon compte").
    """

    written: str
    start: int
    end: int
    literal: bool
    ways: tuple[OtherWay, ...]


Meaning = Mapping[str, tuple[str, ...]]  # language → forms


class Vocabulary:
    """Meanings by the words that have them."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self._meanings = meanings
        self._by_form: dict[tuple[str, str], list[int]] = {}
        self._by_word: dict[tuple[str, str], list[int]] = {}
        self._by_stem: dict[tuple[str, str], list[int]] = {}
        self._idioms: dict[tuple[str, tuple[str, ...]], tuple[int, bool]] = {}
        for number, meaning in enumerate(meanings):
            for language, forms in meaning.items():
                has_word = any(WORD.fullmatch(form) for form in forms)
                for form in forms:
                    words = WORD.findall(APOSTROPHES.sub(" ", form.rstrip(LITERAL)))
                    if len(words) > 1:
                        key = tuple(_key(word, language) for word in words)
                        self._idioms.setdefault((language, key), (number, form.endswith(LITERAL) or not has_word))
                    else:
                        self._by_form.setdefault((language, form), []).append(number)
                        self._by_word.setdefault((language, fold(form)), []).append(number)
                        self._by_stem.setdefault((language, stem(form, language)), []).append(number)

    def knows(self, word: str, language: str) -> bool:
        """Whether a word, or a form of it, is one of the language."""
        return bool(self._numbers(word, language))

    def has_form(self, word: str) -> bool:
        """Whether a word or its singular stands in the list, in whatever language."""
        folded = fold(word)
        return any(
            (language, form) in self._by_word for language in LANGUAGES for form in (folded, folded.rstrip("sx"))
        )

    def other_ways(self, word: str, language: str) -> list[OtherWay]:
        """Words of both languages that mean what a typed one does: translations first, synonyms for little."""
        return _distinct(
            way
            for number in self._numbers(word, language)[:MAX_MEANINGS]
            for way in self._ways(number, language, SYNONYM_SHARE)
            if (way.language, fold(way.word)) != (language, fold(word))
        )

    def idioms(self, text: str, language: str) -> list[Idiom]:
        """Phrases of a language that stand in a text, from left to right, the longest where several begin.

        The text has to be as `spelt` gives it.
        """
        matches = list(WORD.finditer(text))
        keys = [_key(word[0], language) for word in matches]
        idioms: list[Idiom] = []
        at = 0
        while at < len(matches):
            for length in range(min(MAX_IDIOM_WORDS, len(matches) - at), 1, -1):
                number, literal = self._idioms.get((language, tuple(keys[at : at + length])), (None, False))
                if number is not None:
                    start, end = matches[at].start(), matches[at + length - 1].end()
                    ways = _distinct(self._ways(number, language, LITERAL_SHARE if literal else 1.0))
                    idioms.append(Idiom(text[start:end], start, end, literal, tuple(ways)))
                    at += length
                    break
            else:
                at += 1
        return idioms

    def _numbers(self, word: str, language: str) -> list[int]:
        # With its accents a word is no other that is alike without ("marché", "marche").
        exact = [] if word.isascii() else self._by_form.get((language, word.lower()), [])
        exact = exact or self._by_word.get((language, fold(word)), [])
        return exact or self._by_stem.get((language, stem(word, language)), [])

    def _ways(self, number: int, language: str, own_share: float) -> Iterator[OtherWay]:
        for code, forms in self._meanings[number].items():
            share = own_share if code == language else TRANSLATION_SHARE
            single = [form for form in forms if WORD.fullmatch(form) is not None]
            for form in single:
                yield OtherWay(code, form, share)
            if not single and code != language and own_share != LITERAL_SHARE:
                parts = tokens(forms[0].rstrip(LITERAL), code)
                yield from (OtherWay(code, word, share * PART_SHARE) for _, word in parts)


def spelt(text: str) -> str:
    """A text as idioms are looked for in it: lower case, one way to write letters, no apostrophes."""
    return APOSTROPHES.sub(" ", unicodedata.normalize("NFC", text).lower())


def _key(word: str, language: str) -> str:
    return WHOSE if fold(word) in WHOSE_WORDS else stem(word, language)


def _distinct(ways: Iterator[OtherWay]) -> list[OtherWay]:
    best: dict[tuple[str, str], OtherWay] = {}
    for way in ways:
        key = (way.language, stem(way.word, way.language))
        if key not in best or best[key].share < way.share:
            best[key] = way
    return sorted(best.values(), key=lambda way: -way.share)


@lru_cache(maxsize=1)
def bundled_vocabulary() -> Vocabulary:
    """The list that comes with the bridge."""
    return Vocabulary(list(parse_vocabulary((files("bridge.text") / "data" / "vocabulary.txt").read_text("utf-8"))))


def parse_vocabulary(text: str) -> Iterator[Meaning]:
    """One meaning a line; `#` begins a comment.

    Raises:
        ValueError: a line without both languages.
    """
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        sides = [re.split(r"\s*,\s*", side.strip()) for side in line.split("=")]
        if len(sides) != len(LANGUAGES) or not all(form for side in sides for form in side):
            raise ValueError(f"expected French = English: {line}")
        yield {language: tuple(side) for language, side in zip(LANGUAGES, sides, strict=True)}


@lru_cache(maxsize=4)
def asking_words(language: str) -> frozenset[str]:
    """Folded words by which somebody asks, whatever for ("voudrais", "learn"): they say little beside others."""
    path = files("bridge.text") / "data" / f"asking_{language}.txt"
    return frozenset(fold(word) for word in path.read_text("utf-8").split()) if path.is_file() else frozenset()
