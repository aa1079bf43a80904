"""The sentence of a text that holds most of some terms, or one of some places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bridge.text.experience import without_markup
from bridge.text.sentences import sentence_spans
from bridge.text.terms import term_id
from bridge.text.tokens import WORD, stem

NO_HYPHENS = re.compile("[^-]+")
MAX_SNIPPET_CHARACTERS = 180  # characters
MarkedText = tuple[tuple[str, bool], ...]  # a text in pieces, each with whether it is marked
OPENING, CLOSING = "\ue000", "\ue001"  # of private use
MARKS = re.compile(f"([{OPENING}{CLOSING}])")
MAX_READ_CHARACTERS = 20_000  # characters; further down nobody looks for a snippet


def find_snippet(
    text: str,
    terms: Collection[int],
    language: str,
    withheld: Collection[str] = (),
    length: int = MAX_SNIPPET_CHARACTERS,
) -> str:
    """The one sentence in which most of `terms` stand together, a longer one cut at words around them; or "".

    Args:
        text: plain text, one paragraph a line.
        terms: what is looked for.
        language: ISO 639-1 of the text.
        withheld: sentences (`experience.Passage.text`) that are not to be quoted, not even in part.
        length: characters at most, about.
    """
    head = text[:MAX_READ_CHARACTERS]
    hits = [
        (start, term)
        for start, word in _words_and_parts(head)
        if (term := term_id(stem(word.lower(), language))) in terms
    ]
    best: tuple[int, int, int] = (0, 0, 0)  # terms, start, end
    at = 0
    for start, end in sentence_spans(head) if hits else ():
        first = at
        while at < len(hits) and hits[at][0] < end:
            at += 1
        count = len({term for _, term in hits[first:at]}) if first < at else 0
        # The last sentence may be half of one: nobody can tell whether it may be quoted.
        if (
            count > best[0]
            and (end < MAX_READ_CHARACTERS or end == len(text))
            and not _is_withheld(head[start:end], withheld)
        ):
            best = count, start, end
        if at == len(hits):
            break
    if not best[0]:
        return ""
    _, start, end = best
    first = next(place for place, _ in hits if start <= place < end)
    return _cut(_flat(head[start:first]), _flat(head[first:end]), length)


def quotable_sentences(text: str, withheld: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text begins and ends that may be quoted, as far as anybody looks.

    Args:
        text: plain text, one paragraph a line.
        withheld: sentences (`experience.Passage.text`) that are not to be quoted, not even in part.
    """
    head = text[:MAX_READ_CHARACTERS]
    for start, end in sentence_spans(head):
        # The last sentence may be half of one: nobody can tell whether it may be quoted.
        is_complete = end < MAX_READ_CHARACTERS or end == len(text)
        if is_complete and not _is_withheld(head[start:end], withheld):
            yield start, end


def mark_words(sentence: str, spans: Sequence[tuple[int, int]], length: int = MAX_SNIPPET_CHARACTERS) -> MarkedText:
    """A sentence in pieces, with some places marked; a longer one cut at words around the first of them."""
    sentence = sentence.replace(OPENING, " ").replace(CLOSING, " ")
    pieces, at = [], spans[0][0]
    for first, last in spans:  # the marks travel along as signs that no text has while it is cut
        pieces += [sentence[at:first], OPENING, sentence[first:last], CLOSING]
        at = last
    flat = _cut(_flat(sentence[: spans[0][0]]), _flat("".join(pieces) + sentence[at:]), length)
    parts, is_marked = [], False
    for piece in MARKS.split(flat):
        if piece in (OPENING, CLOSING):
            is_marked = piece == OPENING
        elif piece:
            parts.append((piece, is_marked))
    return tuple(parts)


def _words_and_parts(text: str) -> Iterator[tuple[int, str]]:
    """Where each word begins, and of a compound each part, too."""
    for match in WORD.finditer(text):
        yield match.start(), match[0]
        if "-" in match[0]:
            yield from ((match.start() + part.start(), part[0]) for part in NO_HYPHENS.finditer(match[0]))


def _is_withheld(sentence: str, withheld: Collection[str]) -> bool:
    """Whether a sentence is, holds or is part of one of those; another reading may have parted them elsewhere."""
    plain = without_markup(sentence)
    return any(plain in text or text in plain for text in withheld)


def _flat(text: str) -> str:
    """In one line; a space at the end stays, so that what follows is not parted from an apostrophe."""
    return " ".join(text.split()) + (" " if text[-1:].isspace() else "")


def _cut(before: str, after: str, length: int) -> str:
    """A sentence, or as much of it as fits, with a quarter for what stands before the first term."""
    flat = f"{before}{after}".strip()
    begin = max(0, len(flat) - len(after) - length // 4) if len(flat) > length else 0
    end = min(len(flat), begin + length)
    begin = 0 if begin == 0 else flat.rfind(" ", 0, begin + 1) + 1
    end = len(flat) if end == len(flat) else max(len(flat) - len(after) + 1, flat.rfind(" ", 0, end))
    return ("…" if begin else "") + flat[begin:end].strip(" ,;:") + ("…" if end < len(flat) else "")
