"""What of a post is quoted to readers: one sentence at most (docs/decisions/0001-what-a-search-quotes.md).

No passage of experience that its author left unticked, and nothing of a text that touches on a crisis or was not read
for either. Whoever quotes asks here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping

from bridge.logs import make_each
from bridge.mentors.founded_skills import naming_spans, own_words
from bridge.mentors.post_reading import PostExperience
from bridge.mentors.skills import SkillMatcher
from bridge.storage.content.declarations import parse_declaration
from bridge.storage.content.posts import QuotablePost
from bridge.text.html import plain_text
from bridge.text.snippets import MarkedText, find_snippet, mark_words, quotable_sentences


def quote_for_need(row: QuotablePost, terms: Collection[int]) -> str:
    """The sentence that holds most words of a need; "" where none may be quoted."""
    quotes = make_each([row], lambda row: _for_need(row, terms), "snippet") if row.text else []
    return quotes[0] if quotes else ""


def quote_for_skills(row: QuotablePost, skills: Collection[str], matcher: SkillMatcher) -> Mapping[str, MarkedText]:
    """{skill: the first sentence that names it as its author's, marked}, of those of which one may be quoted."""
    quotes = make_each([row], lambda row: _for_skills(row, skills, matcher), "sentence") if row.text else []
    return quotes[0] if quotes else {}


def _for_need(row: QuotablePost, terms: Collection[int]) -> str:
    if row.disclosure is None:
        return ""
    return find_snippet(plain_text(row.text, language=row.language), terms, row.language, _withheld(row))


def _for_skills(row: QuotablePost, skills: Collection[str], matcher: SkillMatcher) -> dict[str, MarkedText]:
    if row.disclosure is None:
        return {}
    text = unicodedata.normalize("NFC", plain_text(row.text, language=row.language))
    unquoted = own_words(text)
    quotes: dict[str, MarkedText] = {}
    for start, end in quotable_sentences(text, _withheld(row)):
        for skill, spans in naming_spans(unquoted[start:end], row.language, matcher).items():
            if skill in skills and skill not in quotes:
                quotes[skill] = mark_words(text[start:end], spans)
        if len(quotes) == len(skills):
            break
    return quotes


def _withheld(row: QuotablePost) -> list[str]:
    allowed = frozenset(parse_declaration(row.declared).quotable)
    passages = PostExperience.from_json(json.loads(row.lived), row.disclosure).passages
    return [passage.text for passage in passages if passage.key not in allowed]
