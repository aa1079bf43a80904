"""Words of a text, as stems that group their forms.

Lower case, apostrophes split (l', d', qu', n't, 've), stop words out, Snowball stems, accents off the stem.
A compound with hyphens gives itself and its parts. Languages without spaces between words give pairs of characters;
without a stemmer, the folded word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from importlib.resources import files
from itertools import chain

import Stemmer

from bridge.text.memo import Memo

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
STEMMER_VERSION = f"snowball-{Stemmer.version()}-5"
# Vowel signs and accents that stand behind their letter: Hebrew, Arabic, the scripts of India, Thai and others.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70-\u0a75"
    "\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6"
    "\u0d00-\u0d03\u0d3b-\u0d57\u0d81-\u0d83\u0dca-\u0ddf\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f35-\u0f39"
    "\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u135d-\u135f\u17b4-\u17d3\u1dc0-\u1dff\u20d0-\u20f0\u3099\u309a"
)
WORD = re.compile(rf"[^\W\d_][\w+#{MARKS}-]*")
CLUSTER = re.compile(rf".[{MARKS}]*")  # a letter with its signs
UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u2060\ufeff]")
APOSTROPHES = re.compile(r"['’ʼ`´]")
NEGATION_APOSTROPHE = re.compile(r"n['’](?=t\b)", re.IGNORECASE)  # didn't → did nt: the stop list knows both halves
# Writings without spaces between words: Chinese, Japanese, Korean; Thai, Lao, Burmese, Khmer.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
COMBINING_MARKS = re.compile("[\u0300-\u036f]+")  # of Latin, Greek and Cyrillic
OTHER_SCRIPTS = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2c00-\U0001ffff]")  # which have marks of their own
PARTING_SIGNS = '.,;:!?()«»“”…"'  # of no word, and of no letter with its marks
NON_ASCII = re.compile(r"[^\x00-\x7f]")
MAX_FOLDED_LETTERS = 40  # different ones, which are folded one after the other; a text in Latin letters has fewer
MAX_MEMO_LANGUAGES = 8  # of whose words is kept what was made of them
MAX_WORD_LETTERS = 40  # what is longer is no word
MAX_UNSPACED_LETTERS = 200  # between two signs or spaces; what is longer is no text of people
Tokens = tuple[tuple[str, str], ...]  # (stem, word as written in lower case)


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


def fold(text: str) -> str:
    """A word or a text without accents, in lower case; what is folded stays as it is."""
    if text.isascii():
        return text.lower()
    letters = set(NON_ASCII.findall(text))
    if len(letters) > MAX_FOLDED_LETTERS:
        return _fold_at_once(text)
    for letter in letters:
        folded = _folded_letter(letter)
        if folded is None:
            return _fold_at_once(text)
        text = text.replace(letter, folded)
    return text.lower()


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str | None:
    """None of a sigma, whose small letter depends on what stands around it; all others are folded each alone."""
    return None if "Σ" in unicodedata.normalize("NFKD", letter) else _fold_at_once(letter)


def _fold_at_once(word: str) -> str:
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
    """The folded stem of a lower-case word; "cash-flow" is the same as "cashflow", "ferme" is none of "fermer"."""
    word = word.replace("-", "")
    if apart := _words_apart(language).get(word):
        return apart
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(word)) if stemmer else fold(word)


def accented_stems(word: str, language: str) -> tuple[str, ...]:
    """Stems of words that are kept apart and that a word typed without accents may be ("marche": "marché")."""
    return _accented_words_apart(language).get(word, ()) if word.isascii() else ()


@lru_cache(maxsize=64)
def _words_apart(language: str) -> dict[str, str]:
    """{form: stem} of words whose usual stem would be that of another word. The stem is no other word's: no word ends
    in that sign."""
    path = files("bridge.text") / "data" / f"apart_{language}.txt"
    if not path.is_file():
        return {}
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {form: f"{forms[0]}." for forms in lines for form in forms}


@lru_cache(maxsize=64)
def _accented_words_apart(language: str) -> dict[str, tuple[str, ...]]:
    alike: dict[str, dict[str, None]] = {}
    for form, stemmed in _words_apart(language).items():
        if not form.isascii():
            alike.setdefault(fold(form), {})[stemmed] = None
    return {word: tuple(stems) for word, stems in alike.items()}


def tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    """(stem, word as written in lower case) of every word that carries a subject."""
    return chain.from_iterable(map(_tokens_of_pieces(language).__getitem__, _pieces(text)))


def counted_tokens(text: str, language: str) -> dict[tuple[str, str], int]:
    """The same, each with how often it is there."""
    tokens_of = _tokens_of_pieces(language)
    counted: dict[tuple[str, str], int] = {}
    for piece, times in Counter(_pieces(text)).items():
        for token in tokens_of[piece]:
            counted[token] = counted.get(token, 0) + times
    return counted


def _pieces(text: str) -> list[str]:
    """Parts of a text over whose ends no word goes; most are one word alone, which soon comes again."""
    for sign in PARTING_SIGNS:
        text = text.replace(sign, " ")
    return text.split()


@lru_cache(maxsize=MAX_MEMO_LANGUAGES)
def _tokens_of_pieces(language: str) -> Memo[Tokens]:
    return Memo(partial(_tokens_in, language=language))


def _tokens_in(piece: str, language: str) -> Tokens:
    return tuple(
        token
        for word in _words_in(NEGATION_APOSTROPHE.sub(" ", piece))
        if len(word) <= (MAX_UNSPACED_LETTERS if UNSPACED.match(word) else MAX_WORD_LETTERS)
        for token in _token(word, language)
    )


def _normal(text: str) -> str:
    """In lower case, each letter in the one way to write it: no ligatures, no signs that nobody sees."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", UNSEEN.sub("", text)).replace("\N{HYPHEN}", "-").lower()


@lru_cache(maxsize=200_000)  # a text says most of its words again and again
def _token(word: str, language: str) -> tuple[tuple[str, str], ...]:
    """What `tokens` makes of one word: a compound is itself and each of its parts."""
    if UNSPACED.match(word):
        return tuple((pair, pair) for pair in _pairs(word))
    word = word.rstrip("-+")
    if len(word) < 2 or fold(word) in stop_words(language):
        return ()
    if "-" in word:
        names = [part for part in word.split("-") if part and not part[0].isdigit()]
        parts = tuple(token for part in names for token in _token(part, language))
        # "celui-ci", "main-d'œuvre"; but English makes words of such parts: "well-being", "know-how"
        if (not parts and language != "en") or len(names[-1]) == 1:
            return parts
    else:
        parts = ()
    stemmed = stem(word, language)
    return ((stemmed, word), *parts) if len(stemmed) >= 2 else parts


def words_of(text: str) -> list[str]:
    """All words in lower case, stop words too, split as `tokens` splits them."""
    return list(chain.from_iterable(map(_WORDS_OF_PIECES.__getitem__, _pieces(text))))


def _words_in(piece: str) -> tuple[str, ...]:
    return tuple(WORD.findall(APOSTROPHES.sub(" ", _normal(piece))))


_WORDS_OF_PIECES = Memo(_words_in)


def _pairs(word: str) -> list[str]:
    letters = CLUSTER.findall(word)
    return ["".join(letters[n : n + 2]) for n in range(len(letters) - 1)] or [word]
