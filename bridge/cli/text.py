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
            analysis = analyse_text(str(data.get("text") or ""), language)
            say_json({"id": data.get("id"), **analysis})
        return
    with click.open_file(str(file), "rb") as opened:
        analysis = analyse_text(opened.read().decode("utf-8", "replace"), language)
    if as_json:
        say_json(analysis)
    else:
        _say(analysis)


def analyse_text(text: str, language: str | None = None) -> dict[str, Any]:
    """All that is read from a text, as JSON; with a `note` when there is too little to say."""
    plain = leading_text(plain_text(text, language=language or ""))
    spoken = language or detect_language(plain, "en")
    counts = count_terms("", plain, spoken)
    reading = experience.read_experience(plain, spoken)
    shown = disclosure.text_disclosure(plain, spoken)
    analysis: dict[str, Any] = {
        "language": spoken,
        "terms": _terms(zip(counts.surfaces, counts.tf.tolist(), strict=True), spoken),
        "skills": sorted(founded_skills(*_title_and_body(plain), spoken, bundled_matcher()).founded),
        "passages": [_passage(passage) for passage in reading.passages],
        "emotional": shown.emotional,
        "informational": shown.informational,
        "requests": [_passage(passage) for passage in reading.requests],
        "calls_for_comments": [_passage(passage) for passage in reading.calls],
        "disclosure": reading.score,
    }
    if note := _note(counts.words, spoken, reading.crisis):
        analysis["note"] = note
    return analysis


def _title_and_body(plain: str) -> tuple[str, str]:
    """The title of a text, if it begins with one: a short first line that more text follows."""
    first, _, rest = plain.partition("\n")
    return (first, rest) if rest and len(first) <= MAX_TITLE_CHARACTERS else ("", plain)


def _terms(counted: Iterable[tuple[str, int]], language: str) -> list[str]:
    """The most frequent words; what merely joins words in French or English is none, whatever the language said."""
    foreign = [stop_words(code) for code in patterns.PATTERN_LANGUAGES if code != language]
    ordered = (word for word, _ in sorted(counted, key=lambda pair: (-pair[1], pair[0])))
    telling = (word for word in ordered if (folded := fold(word)) and not any(folded in words for words in foreign))
    return list(islice(telling, MAX_TERMS))


def _note(words: int, language: str, crisis: bool) -> str:
    if crisis:
        return "touches on a crisis: nothing of it is quoted or counted"
    if words < MIN_TEXT_WORDS:
        return "too little to say"
    if language not in patterns.PATTERN_LANGUAGES:
        return f"no sentence patterns for this language ({language}): only terms"
    return ""


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "position": passage.position,
        "label": passage.label,
        "text": passage.text,
        "patterns": list(passage.patterns),
    }


def _say(analysis: dict[str, Any]) -> None:
    if "note" in analysis:
        say_line(f"Note: {analysis['note']}.")
    labels = bundled_matcher().skills
    say_line(f"Language: {analysis['language']}")
    say_line(f"Terms: {', '.join(analysis['terms']) or '—'}")
    say_line(f"Skills: {', '.join(labels[item].label(analysis['language']) for item in analysis['skills']) or '—'}")
    scores = f"emotional {analysis['emotional']:.2f}, informational {analysis['informational']:.2f}"
    say_line(f"Disclosure, to order texts of one language by: {scores}")
    passages = [*analysis["passages"], *analysis["requests"], *analysis["calls_for_comments"]]
    rows = [[item["label"], excerpt(item["text"], 80), "; ".join(item["patterns"])] for item in passages]
    say_table(["label", "passage", "because of"], rows, "No passage of experience, request or call for comments.")
