"""Marks of page builders and translation plugins in a text: shortcodes, parts in several languages, formulas.

What a shortcode encloses is the author's text, unless its shape is that of code: names of shortcodes are many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bridge.text.shape import is_code

OPENING = re.compile(r"\[(/?)([A-Za-z][\w-]*)")
CLOSED_NAME = re.compile(r"\[/([A-Za-z][\w-]*)")
# Up to the end of a shortcode; a bracket counts as text where a value in quotes holds it.
ATTRIBUTES = re.compile(r"(?>=\s*(?:\"[^\"]*\"|'[^']*')|[^\[\]])*+")
SHORT_ATTRIBUTES = re.compile(r"[^\[\]]{0,500}")
NAMED_VALUE = re.compile(r"[\w-]\s*=")
POSITIONAL = re.compile(r"\[/?[a-z][\w-]*(?:\s(?=[^\[\]]*[\d\"'/“”″&])[^\[\]]{0,500})?/?\]")  # [gallery], [audio a.mp3]
# qTranslate and its heirs, old and new; WPGlobus. A region, as in [:pt-br], makes no other language.
_CODE = r"(?:([a-zA-Z]{2})(?:[-_][a-zA-Z]{2,4})?)?"
LANGUAGE_MARK = re.compile(rf"\[:{_CODE}\]|<!--:{_CODE}-->|\{{:{_CODE}\}}")
LANGUAGE_MARK_SIGNS = ("[:", "<!--:", "{:")  # as each of them begins
FORMULA = re.compile(
    r"\$latex\s[^$]{0,2000}\$|\$\$[^$]{1,2000}\$\$|\\\((?:[^\\]|\\[^()\\]){0,500}\\\)|\\\[(?:[^\\]|\\[^\[\]\\]){0,500}\\\]"
)


class _Mark(NamedTuple):
    start: int
    end: int
    name: str
    closing: bool
    valued: bool  # has a named value, as no words in brackets do


def without_shortcodes(text: str) -> str:
    """Without the marks, and without what they enclose where that is code."""
    marks = list(_marks(text))
    cuts: list[tuple[int, int]] = []
    opened: dict[str, list[int]] = {}
    last_opened = -1  # where the pair that ended last began
    for number, mark in enumerate(marks):
        if not mark.closing:
            opened.setdefault(mark.name, []).append(number)
            if mark.valued:
                cuts.append((mark.start, mark.end))
            continue
        cuts.append((mark.start, mark.end))
        if not opened.get(mark.name):
            continue
        begun = opened[mark.name].pop()
        opening = marks[begun]
        innermost, last_opened = last_opened < begun, max(begun, last_opened)
        body = (opening.end, mark.start)
        cuts.append((opening.start, mark.end if innermost and is_code(_words(text[slice(*body)])) else opening.end))
    return _cut(text, cuts)


def _words(html: str) -> str:
    return re.sub(r"</?[a-zA-Z][^<>]*>|&\w{1,8};", " ", html)


def _marks(text: str) -> Iterator[_Mark]:
    """Each mark that can come to something: it closes one, has a value, or is closed somewhere."""
    closed = {name.lower() for name in CLOSED_NAME.findall(text)}
    place = failed = 0
    for opening in OPENING.finditer(text):
        if opening.start() < place:  # in a value of the mark before
            continue
        end, values = opening.end(), ""
        if text[end : end + 1] != "]":
            pattern = SHORT_ATTRIBUTES if opening.start() < failed else ATTRIBUTES
            attributes = pattern.match(text, end)
            end = attributes.end() if attributes else end
            values = text[opening.end() : end]
            if text[end : end + 1] != "]":
                failed = max(failed, end)
                continue
            if values.strip(" /\n") and not values[0].isspace():
                continue
        name = opening[2].lower()
        linked = text[end + 1 : end + 2] == "("  # Markdown
        valued = not linked and bool(values) and NAMED_VALUE.search(values) is not None
        if opening[1] or (not linked and (valued or name in closed)):
            yield _Mark(opening.start(), end + 1, name, bool(opening[1]), valued)
        place = end + 1 if valued else place


def _cut(text: str, cuts: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    place = 0
    for start, end in sorted(cuts):
        if end > place:
            parts.append(text[place : max(place, start)])
            place = end
    return " ".join([*parts, text[place:]]) if cuts else text


def languages_in(text: str) -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that a text says it holds, each once, in their order; of most texts none."""
    if not any(sign in text for sign in LANGUAGE_MARK_SIGNS):
        return ()
    return tuple(dict.fromkeys(code for mark in LANGUAGE_MARK.finditer(text) if (code := _language_begun(mark))))


def in_one_language(text: str, preferred: str) -> str:
    """Of a text that holds its translations the part in one language, the preferred one if it is there."""
    languages = languages_in(text)
    if not languages:
        return text
    chosen = preferred if preferred in languages else languages[0]
    parts, place, language = [], 0, ""
    for mark in LANGUAGE_MARK.finditer(text):
        if language in ("", chosen):
            parts.append(text[place : mark.start()])
        place, language = mark.end(), _language_begun(mark)
    if language in ("", chosen):
        parts.append(text[place:])
    return "".join(parts)


def _language_begun(mark: re.Match[str]) -> str:
    """Of the mark of a language its code, of that of an end nothing."""
    return (mark[1] or mark[2] or mark[3] or "").lower()
