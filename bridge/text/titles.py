"""Titles and names as people read them, from as they are stored: with entities, marks of emphasis, translations."""

from __future__ import annotations

import html
import re

from bridge.legible import one_line
from bridge.text.shortcodes import in_one_language

# A whole pair alone: a title may speak of a tag.
EMPHASIS = re.compile(
    r"<(em|strong|a|b|i|u|s|sub|sup|small|span|mark|cite|abbr)(?:\s[^<>]{0,300})?>([^<>]*)</\1\s*>", re.I
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
MAX_NESTED_MARKS = 3


def plain_title(stored: str, language: str = "") -> str:
    """In one line, decoded once; of one that holds its translations the part in a language, else the first."""
    text = in_one_language(stored, language[:2].lower())
    if "<" in text:
        text = BREAK.sub(" ", text)
        for _ in range(MAX_NESTED_MARKS):
            text = EMPHASIS.sub(r"\2", text)
    return one_line(html.unescape(text)) if "&" in text else text


def plain_lines(stored: str, language: str = "") -> str:
    """The same of what somebody says of themself, which may have several lines."""
    return "\n".join(plain_title(line) for line in in_one_language(stored, language[:2].lower()).splitlines()).strip()
