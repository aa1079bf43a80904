"""The pages speak French, completely: no text is missing, doubtful or left over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FRENCH = ROOT / "bridge" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
SAME = {"Mentors"}  # the same word in both languages


def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def said() -> set[str | tuple[str, ...]]:
    """Every text of templates and Python, as the tool that writes the catalogue finds them."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    return {found[2] for found in extract_from_dir(ROOT / "bridge", methods, keywords=DEFAULT_KEYWORDS)}


def forms(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [form or "" for form in found]


def test_every_text_has_its_french() -> None:
    held = {message.id: message for message in french() if message.id}
    assert said() - set(held) == set(), "run .ci/messages and translate what is new"
    assert [key for key, message in held.items() if message.fuzzy or not all(forms(message))] == []


def test_nothing_is_left_over() -> None:
    assert {message.id for message in french() if message.id} - said() == set(), "run .ci/messages"


def test_french_names_the_same_values() -> None:
    for message in french():
        wanted = set(re.findall(r"%\((\w+)\)", str(message.id)))
        for form in forms(message):
            named = set(re.findall(r"%\((\w+)\)", form))
            assert named <= wanted, message.id
            assert wanted - named <= {"num"}, message.id


def test_sentences_are_really_french() -> None:
    same = [str(message.id) for message in french() if message.id and message.string == message.id]
    assert [text for text in same if " " in text and text not in SAME] == []


def test_punctuation_never_begins_a_line() -> None:
    assert [form for message in french() for form in forms(message) if re.search(r" [:;?!»]|« ", form)] == []
