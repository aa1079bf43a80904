"""Words of the names of skills, and the forms in which texts write them.

A name is found by forms of its own words (plural; in a name of several words also the forms of a verb), never by a
stem that other words share: a "product" is no "productivity", "devant" no "devis"; nor by what an accent parts from it:
"fermé" is no "ferme", while a text without accents may mean either. Between its words stand articles and
prepositions alone: a comma, an "and" or the end of a sentence part what stands there by chance.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from importlib.resources import files
from itertools import chain
from typing import NamedTuple
from unicodedata import normalize

from bridge.text.memo import Memo
from bridge.text.tokens import MAX_MEMO_LANGUAGES, fold, stem

WORD = re.compile(r"[^\W_](?:[\w+#]*[^\W_])?[+#]*")  # the marks of emphasis around it are none of it
SIGNS = frozenset('.!?…;:,()[]\n«»“”"&')  # a phrase ends or is broken by them
COMMON_SIGNS = '.,:!?()"'  # parted from words at once, so that what is left is a word that comes again
PARTS = re.compile(rf"{WORD.pattern}|[{re.escape(''.join(sorted(SIGNS)))}]")
# Words that only join others. Fewer than a search leaves out: "first employee" and "time management" need theirs.
JOINING_WORDS = frozenset((files("bridge.text") / "data" / "joining.txt").read_text(encoding="utf-8").split())
CONJUNCTIONS = {"and": "&", "et": "&", "&": "&", "or": "|", "ou": "|"}
PHRASE_PRONOUNS = frozenset({"that", "qui", "que", "qu"})  # a new clause begins
MAX_JOINING_WORDS = 2  # between two words of a name
MIN_FORM_LETTERS = 3  # what is left of a word without its ending
ENGLISH_VERB_ENDING = re.compile(r"(?:ings?|ed|e)$")
FRENCH_VERB_ENDING = re.compile(r"(?:ee|er|ez|ait|ant|ons|e|a)$")
DOUBLED = re.compile(r"([bdfgklmnprtz])\1$")
JOINING, BREAK = "", "."
ACUTE = "\N{ACUTE ACCENT}"  # behind a French form that was written with é at its end; folding would lose it


class NamePart(NamedTuple):
    """One word of a text: as folded, the form that a name of one word has, and that of a part of a longer one."""

    word: str
    alone: str
    beside: str


END = NamePart(".", BREAK, BREAK)  # of a sentence, a line or a text


@lru_cache(maxsize=200_000)
def name_part(word: str, language: str, accented: bool = False) -> NamePart:
    """Of a folded word or a sign; `JOINING` and `BREAK` stand for what is no word of a name.

    `accented`: é was its last letter, but for the sign of the plural.
    """
    if word in CONJUNCTIONS:
        sign = CONJUNCTIONS[word]
        return NamePart(word, sign, sign)
    if word in SIGNS or word in PHRASE_PRONOUNS:
        return NamePart(word, BREAK, BREAK)
    if word in JOINING_WORDS:
        return NamePart(word, JOINING, JOINING)
    if language == "en":
        single = _english_singular(word)
        return NamePart(word, single, _shortened(single, ENGLISH_VERB_ENDING))
    if language == "fr":
        single = _french_singular(word)
        return NamePart(word, single + ACUTE * accented, _shortened(single, FRENCH_VERB_ENDING))
    stemmed = stem(word, language)
    return NamePart(word, stemmed, stemmed)


def name_parts(text: str, language: str) -> list[NamePart]:
    """All words and ends of phrases of a text."""
    text = text.replace("\n", END.word)
    for sign in COMMON_SIGNS:
        text = text.replace(sign, f" {sign} ")
    return list(chain.from_iterable(map(_parts_of_pieces(language).__getitem__, text.split())))


@lru_cache(maxsize=MAX_MEMO_LANGUAGES)
def _parts_of_pieces(language: str) -> Memo[tuple[NamePart, ...]]:
    return Memo(partial(_parts_in, language=language))


def _parts_in(piece: str, language: str) -> tuple[NamePart, ...]:
    return tuple(_part_as_written(part, language) for part in PARTS.findall(normalize("NFC", piece)))


def _part_as_written(written: str, language: str) -> NamePart:
    if written in SIGNS:
        return name_part(written, language)
    word = fold(written)
    return name_part(word, language, written.lower().endswith(("é", "és"))) if word else END


def placed_name_parts(text: str, language: str) -> tuple[list[NamePart], list[tuple[int, int]]]:
    """The same, and where each of them begins and ends."""
    matches = list(PARTS.finditer(text))
    parts = [_part_as_written(match[0], language) for match in matches]
    return parts, [match.span() for match in matches]


def words_of_name(name: str, language: str) -> tuple[str, ...]:
    """The forms by which a name is looked up; none where nothing in it means anything."""
    parts = [part for part in name_parts(name, language) if part.alone not in (JOINING, BREAK)]
    if len(parts) == 1:
        return (parts[0].alone,) if parts[0].alone not in "&|" else ()
    return tuple(part.beside for part in parts)


def singular(word: str, language: str) -> str:
    """A folded word of a text in the singular, by its ending alone; as it is in languages without such a rule."""
    if language == "en":
        return _english_singular(word)
    return _french_singular(word) if language == "fr" else word


def _english_singular(word: str) -> str:
    if len(word) <= MIN_FORM_LETTERS or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zes")) else word[:-1]


def _french_singular(word: str) -> str:
    if len(word) <= MIN_FORM_LETTERS:
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        return word[:-3] + "al"
    return word[:-1] if word.endswith(("s", "x")) else word


def _shortened(word: str, ending: re.Pattern[str]) -> str:
    short = ending.sub("", word)
    short = short if len(short) >= MIN_FORM_LETTERS else word
    return DOUBLED.sub(r"\1", short)
