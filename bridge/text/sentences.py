"""A text as sentences, each with its place; and which parts of it are somebody else's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from bridge.text.patterns import fold_text

MAX_SENTENCES = 3000  # some 50,000 words: a book
MAX_SENTENCE_CHARACTERS = 1000  # characters; what is longer is a list or a table, nobody's sentence
WRAPPED_MIN_CHARACTERS, WRAPPED_LOWER_MIN_CHARACTERS = (
    60,
    25,
)  # from so many characters a line may go on in the next (small letter: the second)
MIN_QUOTED_WORDS = 3  # words; fewer between quotation marks are the writer's own irony

# One set of signs comes first, so that what lies between them is skipped; of several signs the first begins.
SENTENCE_END = re.compile(
    r"[.!?…。！？\n](?:(?<=\n)\n*|(?<=[。！？])[。！？]*|(?<=[.!?…])(?<![.!?…]{2})[.!?…]*(?:[  ]?[»”\"'’)\]]+)?\s+)"
)
# After these a full stop ends no sentence (also single letters: initials).
ABBREVIATIONS = frozenset((files("bridge.text") / "data" / "abbreviations.txt").read_text(encoding="utf-8").split())
MAX_ABBREVIATION_CHARACTERS = 20
WORD_OPENERS = '(«“"'
QUOTES = re.compile(r"«[^«»]{0,2000}»|“[^“”]{0,2000}”|„[^„“]{0,2000}“|\"[^\"\n]{0,500}(?:\n[^\"\n]{0,200})?\"")
DIALOGUE_LINE = re.compile(r"^[ \t]*[—–][ \t ].*$", re.MULTILINE)  # a line of dialogue
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: as written, where it begins in its text, and what patterns see of it: folded, on one line, without
    what it quotes."""

    start: int
    text: str
    folded: str


@lru_cache(maxsize=2)  # several readers go through the same text, one after the other
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a plain text in order, one paragraph a line; of an endless one the first `MOST`."""
    own = without_quotes(text)
    found = []
    for start, end in islice(sentence_spans(text), MAX_SENTENCES):
        written = text[start:end]
        lead = len(written) - len(written.lstrip())
        written = written.strip()
        if written:
            found.append((start + lead, written))
    # Folded all at once, which takes a third of the time; a line each, which folding leaves as they are.
    lines = "\n".join(own[start : start + len(written)].replace("\n", " ") for start, written in found)
    return tuple(
        Sentence(start, written, " ".join(line.split()))
        for (start, written), line in zip(found, fold_text(lines).split("\n"), strict=bool(found))
    )


def without_quotes(text: str) -> str:
    """The text with the words of others blanked; every other character stays in its place."""
    own = QUOTES.sub(_blank_quote, text)
    return DIALOGUE_LINE.sub(_blank, own) if "—" in own or "–" in own else own


def _blank_quote(match: re.Match[str]) -> str:
    return _blank(match) if len(WORD.findall(match[0])) >= MIN_QUOTED_WORDS else match[0]


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, with the white space behind it."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        if _ends(text, start, match):
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    found = match[0]
    following = text[match.end() : match.end() + 1]
    if found[0] == "\n":
        return not _is_wrapped(text, match.start(), following)
    if "\n" in found or found[0] in "。！？":
        return True
    if following.islower():
        return False
    if found.startswith(".") and not found.startswith(".."):
        # "J. Smith", "Dr. Roy", "1. Begin": no end.
        written = _last_word(text[max(start, match.start() - MAX_ABBREVIATION_CHARACTERS) : match.start()])
        word = written.lower().lstrip("[")
        if (
            word in ABBREVIATIONS
            or (len(word) == 1 and word != "i")
            or (word.isdecimal() and match.start() - len(written) == start)
        ):
            return False
    return True


def _last_word(text: str) -> str:
    """What stands behind the last space, bracket or opening quotation mark."""
    if not text or text[-1].isspace():
        return ""
    word = text.split()[-1]
    for sign in WORD_OPENERS:
        word = word.rpartition(sign)[2]
    return word


def _is_wrapped(text: str, end: int, following: str) -> bool:
    """Whether a line ends only because it was full: written with a fixed width, as Markdown often is."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    if (
        len(line) < WRAPPED_LOWER_MIN_CHARACTERS
        or line.rstrip("*_)»”\"'’")[-1:] in ".!?…:;-"
        or not (following.isalpha() or following in '«“"(')
    ):
        return False
    return following.islower() or len(line) >= WRAPPED_MIN_CHARACTERS
