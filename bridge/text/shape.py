"""Whether a piece of text is prose, judged by its shape alone."""

from __future__ import annotations

import re

from bridge.text.tokens import fold, stop_words

WORD = re.compile(r"[^\W_]+")
# What code is full of and prose is not: brackets at words, signs at ends of lines, options, keys, paths.
CODE_MARK = re.compile(
    r"[{}=<>|$\\]|;\s*$|->|::|\w\(|\)[:;{.]|[^\W\d_][._/][^\W\d_]|(?<!\w)--?\w|^\s*[\w\"'-]{1,40}:(?=\s|$)|//|&&|^\s*#",
    re.MULTILINE,
)
MAX_MARKS_PER_WORD = 0.2
MIN_PROSE_WORDS = 5
MIN_JOINING_SHARE = 0.1  # of the words of a sentence join others
ENCODED = re.compile(r"[\w+/=%-]{32,}")


def is_code(text: str) -> bool:
    """Code, a formula or encoded data."""
    words = len(WORD.findall(text))
    if len(CODE_MARK.findall(text)) > MAX_MARKS_PER_WORD * words:
        return True
    return ENCODED.fullmatch("".join(text.split())) is not None and len(text.split()) <= 1 + len(text) // 60


def is_prose(text: str) -> bool:
    """Sentences or verses in French, English or a writing of its own; what else stands in monospace may be anything."""
    words = WORD.findall(text)
    if len(words) < MIN_PROSE_WORDS or is_code(text):
        return False
    if sum(not word.isascii() for word in words) > len(words) / 2:
        return True
    joining = stop_words("en") | stop_words("fr")
    return sum(fold(word) in joining for word in words) >= MIN_JOINING_SHARE * len(words)
