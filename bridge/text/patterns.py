"""Sentence patterns, French and English, from readable files: the one place where each is written.

A file holds sections (``[failure]``) of regular expressions, one a line, and definitions (``{i} = …``) that the lines
after them may use. They are matched on folded text: lower case, no accents, straight apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from bridge.text.tokens import fold

LANGUAGES = ("en", "fr")
APOSTROPHES = "’ʼ`´"
USE = re.compile(r"\{([a-z]+)\}")
# Asked first, because most sentences say nothing of the kind.
UNIONS = {"told": ("lesson", "failure", "turning point", "success"), "asked": ("request", "call for comments")}
BEGINNING = re.compile(r"\{[a-z]+\}|\\b")


class BadPatterns(ValueError):
    """A pattern file cannot be read; names the file, the line and what is wrong."""


@lru_cache(maxsize=8)
def patterns(language: str) -> dict[str, re.Pattern[str]]:
    """Section → one expression that matches any of its lines; empty for languages without a file.

    Raises:
        BadPatterns: a line is no regular expression, or uses a word that is not defined.
    """
    if language not in LANGUAGES:
        return {}
    name = f"patterns_{language}.txt"
    text = (files("bridge.text") / "data" / name).read_text(encoding="utf-8")
    sections: dict[str, dict[str, list[str]]] = {}
    for section, beginning, rest in _expressions(text, name):
        sections.setdefault(section, {}).setdefault(beginning, []).append(rest)
    for union, parts in UNIONS.items():
        for part in parts:
            for beginning, rests in sections[part].items():
                sections.setdefault(union, {}).setdefault(beginning, []).extend(rests)
    return {
        # Lines that begin alike share their beginning: looked for once at each place, several times faster.
        section: re.compile("|".join(f"{beginning}(?:{'|'.join(rests)})" for beginning, rests in alike.items()))
        for section, alike in sections.items()
    }


def _expressions(text: str, name: str) -> Iterator[tuple[str, str, str]]:
    """(section, beginning that other lines may share, rest) of every line."""
    known: dict[str, str] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        try:
            defined = re.match(r"\{([a-z]+)\} = ", line)
            expression = USE.sub(lambda use: known[use[1]], line[defined.end() :] if defined else line)
            re.compile(expression)
        except (KeyError, re.error) as error:
            raise BadPatterns(f"{name}:{number}: {error}") from None
        if defined:
            known[defined[1]] = expression
        else:
            shared = BEGINNING.match(line)
            beginning = USE.sub(lambda use: known[use[1]], shared[0]) if shared else ""
            yield section, beginning, expression[len(beginning) :]


def folded(text: str) -> str:
    """A text as the patterns expect it."""
    for written in APOSTROPHES:
        text = text.replace(written, "'")
    return fold(text)
