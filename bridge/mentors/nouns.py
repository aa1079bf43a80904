"""Nouns and phrases as a text shows them, without a dictionary of the language.

A noun stands behind an article, a name has its capital inside a sentence, and a title holds the phrases by which its
author would say what the post is about. The data files beside the stop words say what is nobody's subject alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from bridge.mentors.skill_words import BREAK, JOINING, NamePart, singular
from bridge.text.tokens import fold, stop_words

MAX_NOUNS, MAX_NAMES, MAX_PHRASES = 60, 24, 40  # that are kept of a post
MAX_READ_PARTS, LETTERS_OF_PART = 400, 6  # words and signs: what a text is about it says early
MIN_REPEATED = 2  # times that a text says a phrase
MAX_RUN_WORDS = 4  # that are looked at, so that a phrase which always goes on is not cut
MAX_JOINING_WORDS = 2  # between two words of a phrase: "travail à l'étranger"
MIN_NOUN_LETTERS = 3
NO_WORDS: frozenset[str] = frozenset()
PHRASE_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*[+#]*")
PHRASE_END = re.compile(r"[^\s\w'’/]|\s[/-]\s|_")
CAPITAL = re.compile(r"[ '’][A-ZÀ-Þ]")
NAME = re.compile(r"[^\W_]{2,}(?:[-. ]?[A-ZÀ-Þ][^\W_]*){0,2}")
WORD_OF_PART, SINGULAR_OF_PART = itemgetter(0), itemgetter(1)
NAME_SHAPE = re.compile(r".*(?:\w[A-ZÀ-Þ]|[^\W\d_]\d)")
BEFORE_NAME = (" ", "'", "’", "#", "(")  # of a capital that does not only begin a title
ENGLISH_ADJECTIVE = re.compile(r".{3,}(?:al|ous|ful|less|ible|able|ish|ed)$")
DETERMINERS: Mapping[str, frozenset[str]] = {
    "fr": frozenset(
        "le la les l un une des du au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos "  # noqa: SIM905
        "leur leurs chaque plusieurs".split()
    ),
    "en": frozenset("a an the my your his her its our their this these those each every".split()),  # noqa: SIM905
}
PHRASE_JOINING: Mapping[str, frozenset[str]] = {  # between the words of one phrase
    "fr": frozenset("de d du des la l le les en à au aux".split()),  # noqa: SIM905
    "en": frozenset({"of", "the"}),
}
ENDS_NOUN = frozenset({JOINING, BREAK})
NEVER_SUBJECT, NEVER_ALONE = "never", "alone"
NAME_BEGINNINGS = frozenset({"new", "nouveau", "nouvelle"})  # "New Brunswick": a stop word that is part of a name


class PostNouns(NamedTuple):
    """What of one text is shown to be a noun (singular, folded), a name (as written), a phrase (as `pair_of`)."""

    nouns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


NO_NOUNS = PostNouns()


class Phrase(NamedTuple):
    """Words of a title that belong together: folded singulars, and as they are written there."""

    key: tuple[str, ...]
    written: str
    words: tuple[str, ...]  # those of the key, in lower case


@lru_cache(maxsize=8)
def weak_words(language: str, section: str) -> frozenset[str]:
    """Folded words of a section of the list of a language, `NEVER_SUBJECT` in a phrase or `NEVER_ALONE`."""
    path = files("bridge.text") / "data" / f"no_subject_{language}.txt"
    if not path.is_file():
        return NO_WORDS
    current, words = "", set[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif current == section and not line.startswith("#"):
            words.update(fold(word) for word in line.split())
            if section == NEVER_ALONE:
                words.update(singular(fold(word), language) for word in line.split())
    return frozenset(words)


def pair_of(first: str, second: str) -> str:
    """By what two words that stand together are kept."""
    return f"{first} {second}"


def read_nouns(parts: Sequence[NamePart], text: str, language: str) -> PostNouns:
    """Nouns, names and phrases of the beginning of a plain text, those most used first.

    Args:
        parts: of its author's own words (`skill_words.name_parts`).
        text: the same, or all of it; only names are looked for there.
    """
    words = list(map(WORD_OF_PART, parts[:MAX_READ_PARTS]))
    singulars = list(map(SINGULAR_OF_PART, parts[:MAX_READ_PARTS]))
    stops = stop_words(language)
    nouns = Counter(_nouns_behind(words, singulars, language))
    carrying = list(filter(None, singulars))
    often = {word for word, times in Counter(carrying).items() if times >= MIN_REPEATED} - stops - {BREAK}
    pairs = Counter([pair for pair in pairwise(carrying) if pair[0] in often and pair[1] in often])
    repeated = {pair_of(*pair): times for pair, times in pairs.items() if times >= MIN_REPEATED}
    return PostNouns(
        _most_used({noun: times for noun, times in nouns.items() if len(noun) >= MIN_NOUN_LETTERS}, MAX_NOUNS),
        _most_used(Counter(_names_in(text[: MAX_READ_PARTS * LETTERS_OF_PART])), MAX_NAMES),
        _most_used(repeated, MAX_PHRASES),
    )


def _most_used(counted: Mapping[str, int], limit: int) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:limit])


def _nouns_behind(words: Sequence[str], singulars: Sequence[str], language: str) -> list[str]:
    """Words behind an article; in English not what another word follows, for it may be an adjective."""
    determiners, stops = DETERMINERS.get(language, NO_WORDS), stop_words(language)
    if language != "en":
        return [noun for word, noun in zip(words, singulars[1:], strict=False) if word in determiners]
    return [
        noun
        for word, noun, after, ending in zip(words, singulars[1:], singulars[2:], words[2:], strict=False)
        if word in determiners and (after in ENDS_NOUN or ending in stops)
    ]


def _names_in(text: str) -> Iterator[str]:
    """Words with a capital inside a sentence, as far as they stand together."""
    end = 0
    for capital in CAPITAL.finditer(text):
        at = capital.start()
        if at < end or not at or not (text[at - 1].isalnum() or text[at - 1] in ",;"):
            continue
        name = NAME.match(text, at + 1)
        if name is not None:
            end = name.end()
            yield name[0]


def carries_meaning(word: str, language: str) -> bool:
    """Whether a word as written may be part of a phrase: no stop word, but for the "New" of a name."""
    folded = fold(word)
    return folded not in stop_words(language) or (folded in NAME_BEGINNINGS and word[0].isupper())


def names_by_capital(title: str, language: str) -> list[str]:
    """Words of a title that are names by their capital, where most words have none."""
    words = [match for match in PHRASE_WORD.finditer(title) if carries_meaning(match[0], language)]
    if 2 * sum(word[0].islower() for word in words) <= len(words):
        return []
    return [word[0] for word in words if word[0][0].isupper() and title[: word.start()][-1:] in BEFORE_NAME]


def names_by_shape(title: str, language: str) -> list[str]:
    """Words of a title that are names by a capital or digit inside."""
    words = [] if title.isupper() else PHRASE_WORD.findall(title)
    return [word for word in words if NAME_SHAPE.match(word) and carries_meaning(word, language)]


@lru_cache(maxsize=20_000)  # a refresh reads all titles of an author again
def phrases_of_title(title: str, language: str) -> tuple[Phrase, ...]:
    """All phrases of up to four words that stand together in a title, or in a tag."""
    title = unicodedata.normalize("NFKC", title)
    joining = PHRASE_JOINING.get(language, NO_WORDS)
    never = weak_words(language, NEVER_SUBJECT)
    runs: list[list[tuple[int, int, str]]] = [[]]
    between, end = 0, 0
    for match in PHRASE_WORD.finditer(title):
        folded = fold(match[0])
        if PHRASE_END.search(title, end, match.start()):
            runs, between = [*runs, []], 0
        end = match.end()
        if folded in joining or (folded == "s" and title[match.start() - 1 : match.start()] in "'’"):
            between += 1
            continue
        word = singular(folded, language)
        if not carries_meaning(match[0], language) or folded in never:
            runs, between = [*runs, []], 0
            continue
        if between > MAX_JOINING_WORDS:
            runs = [*runs, []]
        runs[-1].append((match.start(), match.end(), word))
        between = 0
    return tuple(
        Phrase(
            tuple(word for _, _, word in run[first:last]),
            title[run[first][0] : run[last - 1][1]],
            tuple(title[start:end].lower() for start, end, _ in run[first:last]),
        )
        for run in runs
        for first in range(len(run))
        for last in range(first + 1, min(len(run), first + MAX_RUN_WORDS) + 1)
    )
