"""Sentence patterns, French and English, from readable files: the one place where each is written.

A file holds sections (``[failure]``) of regular expressions, one a line, and definitions (``{i} = …``) that the lines
after them may use. They are matched on folded text: lower case, no accents, straight apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from bridge.text.tokens import fold

PATTERN_LANGUAGES = ("en", "fr")
APOSTROPHES = "’ʼ`´"
SECTION_REFERENCE = re.compile(r"\{([a-z]+)\}")
# Asked first, because most texts and sentences say nothing of the kind.
SECTION_UNIONS = {
    "told": ("lesson", "failure", "turning point", "success"),
    "asked": ("request", "call for comments"),
    "grave": ("crisis",),
    "personal": ("i", "we"),
}
FIRST_WORDS = re.compile(
    r"\\b(?:\(\?:([\w' -]+(?:\|[\w' -]+)*)\)|([\w']+))(?![?*+{])"
)  # without a letter that may be missing
SHARED_PREFIX = re.compile(r"\{[a-z]+\}|\\b")


class InvalidPatternFile(ValueError):
    """A pattern file cannot be read; names the file, the line and what is wrong."""


@lru_cache(maxsize=8)
def load_patterns(language: str) -> dict[str, re.Pattern[str]]:
    """Section → one expression that matches any of its lines; empty for languages without a file.

    Raises:
        BadPatterns: a line is no regular expression, or uses a word that is not defined.
    """
    if language not in PATTERN_LANGUAGES:
        return {}
    name = f"patterns_{language}.txt"
    text = (files("bridge.text") / "data" / name).read_text(encoding="utf-8")
    sections: dict[str, dict[str, list[str]]] = {}
    for section, beginning, rest in _expressions(text, name):
        sections.setdefault(section, {}).setdefault(beginning, []).append(rest)
    patterns = {section: re.compile(_either(alike)) for section, alike in sections.items()}
    for union, parts in SECTION_UNIONS.items():
        lines = [(start, rest) for part in parts for start, rests in sections[part].items() for rest in rests]
        # The space before a word is found more quickly than its beginning: `find_union` puts one before the text.
        patterns[union] = re.compile(rf"\W(?:{_by_first_letter(_by_first_word(lines, name))})")
    return patterns


def _by_first_word(lines: Iterable[tuple[str, str]], name: str) -> dict[str, dict[str, list[str]]]:
    """First word → what may follow (beginning that lines share → rests).

    An alternative that begins with a letter is passed over where another stands. "": lines without such a word.
    """
    by_word: dict[str, dict[str, list[str]]] = {}
    for start, rest in lines:
        if not start.startswith(r"\b"):
            raise InvalidPatternFile(
                rf"{name}: {rest} is looked for at the beginning of words, so it has to begin with \b"
            )
        shared, ending = (start, rest) if FIRST_WORDS.match(start) else (start + rest, "")
        first = FIRST_WORDS.match(shared)
        shared = shared[first.end() if first else len(r"\b") :]
        for word in (first[1] or first[2]).split("|") if first else ("",):
            by_word.setdefault(word, {}).setdefault(shared, []).append(ending)
    return by_word


def _by_first_letter(lines: Mapping[str, Mapping[str, Iterable[str]]]) -> str:
    """One expression of lines by their first words: a letter is looked at once for all the words that it begins."""
    by_letter: dict[str, list[str]] = {}
    for word, alike in lines.items():
        by_letter.setdefault(word[:1], []).append(f"{word[1:]}(?:{_either(alike)})")
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


def _either(alike: Mapping[str, Iterable[str]]) -> str:
    """Lines that begin alike share their beginning: looked for once at each place, several times faster."""
    return "|".join(f"{beginning}(?:{'|'.join(rests)})" for beginning, rests in alike.items())


def find_union(patterns: Mapping[str, re.Pattern[str]], union: str, text: str) -> int | None:
    """Where in a folded text the first match of any line of the sections of a union begins."""
    match = patterns[union].search(f" {text}")
    return match.start() if match else None


def matches_union(patterns: Mapping[str, re.Pattern[str]], union: str, text: str) -> bool:
    """Whether a folded text matches any line of the sections of a union."""
    return find_union(patterns, union, text) is not None


def _expressions(text: str, name: str) -> Iterator[tuple[str, str, str]]:
    """(section, beginning that other lines may share, rest) of every line."""
    fragments: dict[str, str] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        try:
            defined = re.match(r"\{([a-z]+)\} = ", line)
            expression = SECTION_REFERENCE.sub(
                lambda use: fragments[use[1]], line[defined.end() :] if defined else line
            )
            re.compile(expression)
        except (KeyError, re.error) as error:
            raise InvalidPatternFile(f"{name}:{number}: {error}") from None
        if defined:
            fragments[defined[1]] = expression
        else:
            shared = SHARED_PREFIX.match(line)
            beginning = SECTION_REFERENCE.sub(lambda use: fragments[use[1]], shared[0]) if shared else ""
            yield section, beginning, expression[len(beginning) :]


def fold_text(text: str) -> str:
    """A text as the patterns expect it."""
    for written in APOSTROPHES:
        text = text.replace(written, "'")
    return fold(text)
