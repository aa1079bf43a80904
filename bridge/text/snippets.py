"""The passage of a text that holds most of some terms."""

from __future__ import annotations

import re

from bridge.text.terms import term_id
from bridge.text.tokens import stem

WORD = re.compile(r"[^\W\d_][\w+#-]*")
LENGTH = 180  # characters
READ = 20_000  # characters; further down nobody looks for a snippet


def snippet(text: str, terms: set[int], language: str, length: int = LENGTH) -> str:
    """About `length` characters around the place where most of `terms` stand together, cut at words; or ""."""
    flat = " ".join(text[:READ].split())
    hits = [
        (found.start(), term)
        for found in WORD.finditer(flat)
        if (term := term_id(stem(found.group().lower(), language))) in terms
    ]
    if not hits:
        return ""
    start = max(hits, key=lambda hit: (_held(hits, hit[0], length), -hit[0]))[0]
    begin = max(0, start - length // 4)
    end = min(len(flat), begin + length)
    begin = 0 if begin == 0 else flat.rfind(" ", 0, begin + 1) + 1
    end = len(flat) if end == len(flat) else max(start + 1, flat.rfind(" ", 0, end))
    return ("…" if begin else "") + flat[begin:end].strip(" ,;:") + ("…" if end < len(flat) else "")


def _held(hits: list[tuple[int, int]], start: int, length: int) -> int:
    """How many different terms stand within reach after `start`."""
    return len({term for place, term in hits if start <= place < start + length * 3 // 4})
