"""A text as sentences, each with its place; and which parts of it are somebody else's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

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
FULL_WIDTH_ENDS = "。！？"
WORD_OPENERS = '(«“"'
QUOTES = re.compile(r"«[^«»]{0,2000}»|“[^“”]{0,2000}”|„[^„“]{0,2000}“|\"[^\"\n]{0,500}(?:\n[^\"\n]{0,200})?\"")
DIALOGUE_LINE = re.compile(r"^[ \t]*[—–][ \t ].*$", re.MULTILINE)  # a line of dialogue
WORD = re.compile(r"[^\W_]+")


class Sentence(NamedTuple):
    """One sentence: as written, where it begins in its text, and what patterns see of it: folded, on one line, without
    what it quotes."""

    start: int
    text: str
    folded: str


@lru_cache(maxsize=2)  # several readers go through the same text, one after the other
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a plain text in order, one paragraph a line; of an endless one the first `MOST`."""
    unquoted = without_quotes(text)
    written_at = []
    for start, end in islice(sentence_spans(text), MAX_SENTENCES):
        written = text[start:end]
        lead = len(written) - len(written.lstrip())
        written = written.strip()
        if written:
            written_at.append((start + lead, written))
    # Folded all at once, which takes a third of the time; a line each, which folding leaves as they are.
    lines = "\n".join(unquoted[start : start + len(written)].replace("\n", " ") for start, written in written_at)
    return tuple(
        Sentence(start, written, " ".join(line.split()))
        for (start, written), line in zip(written_at, fold_text(lines).split("\n"), strict=bool(written_at))
    )


def without_quotes(text: str) -> str:
    """The text with the words of others blanked; every other character stays in its place."""
    unquoted = QUOTES.sub(_blank_quote, text)
    return DIALOGUE_LINE.sub(_blank, unquoted) if "—" in unquoted or "–" in unquoted else unquoted


def _blank_quote(match: re.Match[str]) -> str:
    return _blank(match) if len(WORD.findall(match[0])) >= MIN_QUOTED_WORDS else match[0]


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, with the white space behind it."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        sign, end = match.span()
        if _is_end(text, start, sign, end):
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def _is_end(text: str, start: int, sign: int, end: int) -> bool:
    """Whether a sentence that began at `start` ends at a sign that is followed by other text from `end` on."""
    following = text[end : end + 1]
    if text[sign] == "\n":
        return not _is_wrapped(text, sign, following)
    if text[sign] in FULL_WIDTH_ENDS or "\n" in text[sign:end]:
        return True
    if following.islower():
        return False
    return text[sign] != "." or text[sign + 1] == "." or not _is_abbreviated(text, start, sign)


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether a full stop belongs to the word before it: "J. Smith", "Dr. Roy", "1. Begin"."""
    written = _last_word(text[max(start, stop - MAX_ABBREVIATION_CHARACTERS) : stop])
    word = written.lower().lstrip("[")
    return (
        word in ABBREVIATIONS or (len(word) == 1 and word != "i") or (word.isdecimal() and stop - len(written) == start)
    )


def _last_word(text: str) -> str:
    """What stands behind the last space, bracket or opening quotation mark."""
    if not text or text[-1].isspace():
        return ""
    word = text.split()[-1]
    if not word.isalnum():
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
