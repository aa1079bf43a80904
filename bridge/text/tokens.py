"""Words of a text, as stems that group their forms.

Lower case, apostrophes split (l', d', qu', n't, 've), stop words out, Snowball stems, accents off the stem.
Languages without spaces between words give pairs of characters; without a stemmer, the folded word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import Stemmer

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "no": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
STEMMER_VERSION = f"snowball-{Stemmer.version()}-2"
WORD = re.compile(r"[^\W\d_][\w+#-]*")
APOSTROPHES = re.compile(r"['’ʼ`´]")
NEGATION_APOSTROPHE = re.compile(r"n['’](?=t\b)", re.IGNORECASE)  # didn't → did nt: the stop list knows both halves
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
COMBINING_MARKS = re.compile("[\u0300-\u036f]+")  # of Latin, Greek and Cyrillic
OTHER_SCRIPTS = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2c00-\U0001ffff]")  # which have marks of their own
MAX_WORD_LETTERS = 40  # what is longer is no word


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


def fold(word: str) -> str:
    """A word without accents, in lower case; what is folded stays as it is."""
    if word.isascii():
        return word.lower()
    # Lower case comes last: a sign such as ™ or 𝐀 is taken apart into capitals.
    decomposed = unicodedata.normalize("NFKD", word).lower().replace("œ", "oe").replace("æ", "ae")
    plain = COMBINING_MARKS.sub("", decomposed)
    if OTHER_SCRIPTS.search(plain) is None:
        return plain
    marks = [char for char in set(plain) if unicodedata.combining(char)]
    return plain.translate(dict.fromkeys(map(ord, marks))) if marks else plain


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Folded words that carry no subject; empty for languages we have no list for."""
    path = files("bridge.text") / "data" / f"stop_{language}.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(fold(word) for word in path.read_text(encoding="utf-8").split())


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The folded stem of a lower-case word."""
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(word)) if stemmer else fold(word)


def tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    """(stem, word as written in lower case) of every word that carries a subject."""
    for word in _written(text):
        yield from _token(word, language)


def counted_tokens(text: str, language: str) -> dict[tuple[str, str], int]:
    """The same, each with how often it is there; `_token` is asked once for each word."""
    counted: dict[tuple[str, str], int] = {}
    for word, times in Counter(_written(text)).items():
        for token in _token(word, language):
            counted[token] = counted.get(token, 0) + times
    return counted


def _written(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", NEGATION_APOSTROPHE.sub(" ", text).lower())
    return [word for word in WORD.findall(APOSTROPHES.sub(" ", text)) if len(word) <= MAX_WORD_LETTERS]


@lru_cache(maxsize=200_000)  # a text says most of its words again and again
def _token(word: str, language: str) -> tuple[tuple[str, str], ...]:
    """What `tokens` makes of one word."""
    if IDEOGRAPH.match(word):
        return tuple((pair, pair) for pair in _pairs(word))
    word = word.rstrip("-+")
    if len(word) < 2 or fold(word) in stop_words(language):
        return ()
    stemmed = stem(word, language)
    return ((stemmed, word),) if len(stemmed) >= 2 else ()


def words_of(text: str) -> list[str]:
    """All words in lower case, stop words too, split as `tokens` splits them."""
    return WORD.findall(APOSTROPHES.sub(" ", unicodedata.normalize("NFC", text.lower())))


def _pairs(word: str) -> list[str]:
    return [word[n : n + 2] for n in range(len(word) - 1)] or [word]
