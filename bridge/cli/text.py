"""`text`: what the bridge reads from a text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import click

from bridge.cli.common import say_json, say_line, say_table
from bridge.cli.mentors import read_json_objects
from bridge.mentors.founded_skills import founded_skills
from bridge.mentors.skills import bundled_matcher
from bridge.text import disclosure, experience, patterns
from bridge.text.experience import Passage
from bridge.text.html import excerpt, leading_text, plain_text
from bridge.text.language import detect_language
from bridge.text.terms import count_terms
from bridge.text.tokens import fold, stop_words

MAX_TERMS = 20
MIN_TEXT_WORDS = 5
MAX_TITLE_CHARACTERS = 120  # a longer first line is a paragraph


@click.group("text")
def text_group() -> None:
    """What is read from a text, without a database."""


@text_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--jsonl", is_flag=True, help='FILE holds lines {"id", "text"}; a line with what was read each comes out.'
)
@click.option("--language", default=None, help="Do not guess: the text is in this language (fr, en, …).")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def analyse(file: Path, jsonl: bool, language: str | None, as_json: bool) -> None:
    """Language, terms, skills, passages of experience and disclosure; FILE (HTML or plain) may be - for stdin."""
    if jsonl:
        for data in read_json_objects(file):
            found = analyse_text(str(data.get("text") or ""), language)
            say_json({"id": data.get("id"), **found})
        return
    with click.open_file(str(file), "rb") as opened:
        found = analyse_text(opened.read().decode("utf-8", "replace"), language)
    if as_json:
        say_json(found)
    else:
        _say(found)


def analyse_text(text: str, language: str | None = None) -> dict[str, Any]:
    """All that is read from a text, as JSON; with a `note` when there is too little to say."""
    plain = leading_text(plain_text(text))
    spoken = language or detect_language(plain, "en")
    counts = count_terms("", plain, spoken)
    told = experience.read_experience(plain, spoken)
    shown = disclosure.text_disclosure(plain, spoken)
    found: dict[str, Any] = {
        "language": spoken,
        "terms": _terms(zip(counts.surfaces, counts.tf.tolist(), strict=True), spoken),
        "skills": sorted(founded_skills(*_title_and_body(plain), spoken, bundled_matcher())[0]),
        "passages": [_passage(one) for one in told.passages],
        "emotional": shown.emotional,
        "informational": shown.informational,
        "requests": [_passage(one) for one in told.requests],
        "calls_for_comments": [_passage(one) for one in told.calls],
        "disclosure": told.score,
    }
    if note := _note(counts.words, spoken, told.crisis):
        found["note"] = note
    return found


def _title_and_body(plain: str) -> tuple[str, str]:
    """The title of a text, if it begins with one: a short first line that more text follows."""
    first, _, rest = plain.partition("\n")
    return (first, rest) if rest and len(first) <= MAX_TITLE_CHARACTERS else ("", plain)


def _terms(counted: Iterable[tuple[str, int]], language: str) -> list[str]:
    """The most frequent words; what merely joins words in French or English is none, whatever the language said."""
    others = [stop_words(other) for other in patterns.PATTERN_LANGUAGES if other != language]
    ordered = (word for word, _ in sorted(counted, key=lambda one: (-one[1], one[0])))
    telling = (word for word in ordered if (folded := fold(word)) and not any(folded in words for words in others))
    return list(islice(telling, MAX_TERMS))


def _note(words: int, language: str, crisis: bool) -> str:
    if crisis:
        return "touches on a crisis: nothing of it is quoted or counted"
    if words < MIN_TEXT_WORDS:
        return "too little to say"
    if language not in patterns.PATTERN_LANGUAGES:
        return f"no sentence patterns for this language ({language}): only terms"
    return ""


def _passage(one: Passage) -> dict[str, Any]:
    return {"position": one.position, "label": one.label, "text": one.text, "patterns": list(one.patterns)}


def _say(found: dict[str, Any]) -> None:
    if "note" in found:
        say_line(f"Note: {found['note']}.")
    labels = bundled_matcher().skills
    say_line(f"Language: {found['language']}")
    say_line(f"Terms: {', '.join(found['terms']) or '—'}")
    say_line(f"Skills: {', '.join(labels[one].label(found['language']) for one in found['skills']) or '—'}")
    say_line(f"Disclosure: emotional {found['emotional']:.2f}, informational {found['informational']:.2f} (of 1)")
    told = [*found["passages"], *found["requests"], *found["calls_for_comments"]]
    rows = [[one["label"], excerpt(one["text"], 80), "; ".join(one["patterns"])] for one in told]
    say_table(["label", "passage", "because of"], rows, "No passage of experience, request or call for comments.")
