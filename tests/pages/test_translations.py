"""Pages, pushes and commands speak French, completely: no text is missing, doubtful or left over."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from bridge import words

ROOT = Path(__file__).resolve().parents[2]
SAME = {"Mentors"}  # the same word in both languages
TRANSLATED = sorted(set(words.languages()) - {"en"})


def translations(language: str = "fr") -> Catalog:
    with (words.TRANSLATIONS_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def source_texts() -> set[str | tuple[str, ...]]:
    """Every text of templates and Python, as `.ci/messages`, which writes the catalogue, finds them."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    ours = re.findall(r"-k (\S+)", (ROOT / ".ci" / "messages").read_text("utf-8"))
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(ours)}
    return {text for _, _, text, *_ in extract_from_dir(ROOT / "bridge", methods, keywords=keywords)}


def forms(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [form or "" for form in strings]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    messages = {message.id: message for message in translations(language) if message.id}
    assert source_texts() - set(messages) == set(), "run .ci/messages and translate what is new"
    assert [key for key, message in messages.items() if message.fuzzy or not all(forms(message))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_over(language: str) -> None:
    assert {message.id for message in translations(language) if message.id} - source_texts() == set(), (
        "run .ci/messages"
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_name_the_same_values(language: str) -> None:
    for message in translations(language):
        expected = set(re.findall(r"%\((\w+)\)", str(message.id)))
        for form in forms(message):
            named = set(re.findall(r"%\((\w+)\)", form))
            assert named <= expected, message.id
            assert expected - named <= {"num"}, message.id


def test_sentences_are_really_translations() -> None:
    same = [str(message.id) for message in translations() if message.id and message.string == message.id]
    assert [text for text in same if " " in text and text not in SAME] == []


def test_punctuation_never_begins_a_line() -> None:
    assert [form for message in translations() for form in forms(message) if re.search(r" [:;?!»]|« ", form)] == []
