"""The published JSON Schemas are the marshmallow schemas: same files, same verdicts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bridge import contract
from bridge.contract.catalogue import SCHEMA_FOLDER, json_schemas, schema_files
from bridge.contract.parsing import EVENT_TYPES
from bridge.pushes import PushObject, ShownMentor, ShownPost
from tests.contract.samples import NAMES, published, sample

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    "",
    "x",
    "https://",
    "https://alice.example/é",
    "javascript:alert(1)",
    "2026-01-31",
    "2026-01-31T10:00:00Z",
    "x" * 2001,
    "x" * 450_001,
    [],
    ["x"],
    [1],
    ["x"] * 101,
    {},
    {"generation": 1},
]


def test_the_files_are_what_the_classes_say() -> None:
    written = {path.name: text for path, text in schema_files()}
    published = {path.name: path.read_text("utf-8") for path in SCHEMA_FOLDER.glob("*.json")}
    assert published == written, "run: python -m bridge.contract"


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_each_is_a_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(published(name).schema)


def test_there_is_a_sample_of_every_event() -> None:
    assert set(NAMES) == {*EVENT_TYPES, "batch"}


@pytest.mark.parametrize("name", NAMES)
def test_samples_fit_both_ways(name: str) -> None:
    message = sample(name)
    assert published(name).is_valid(message)
    parsed = contract.parse(json.dumps(message).encode(), "alice")
    assert parsed.problems == ()
    assert len(parsed.events) == (len(message["data"]["events"]) if name == "batch" else 1)


def variants(message: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The message with one field of its data gone, or odd."""
    for field in message["data"]:
        without = copy.deepcopy(message)
        del without["data"][field]
        yield f"without {field}", without
        for value in ODD:
            changed = copy.deepcopy(message)
            changed["data"][field] = value
            yield f"{field} = {value!r:.40}", changed


@pytest.mark.parametrize("name", [name for name in NAMES if name != "batch"])
def test_both_agree_about_what_does_not_fit(name: str) -> None:
    validator = published(name)
    verdicts = set()
    for what, message in variants(sample(name)):
        fits = validator.is_valid(message)
        assert (contract.parse(json.dumps(message).encode(), "alice").problems == ()) == fits, what
        verdicts.add(fits)
    assert False in verdicts


def test_a_bad_member_of_a_batch_is_seen_by_both_and_costs_only_itself() -> None:
    message = sample("batch")
    message["data"]["events"][1]["data"]["published_at"] = "yesterday"
    assert not published("batch").is_valid(message)
    parsed = contract.parse(json.dumps(message).encode(), "alice")
    assert [problem.path for problem in parsed.problems] == ["events.1.published_at"]
    assert len(parsed.events) == 3


def test_what_the_bridge_pushes_fits_what_is_published() -> None:
    when = datetime(2026, 1, 31, tzinfo=UTC)
    post = ShownPost("T" * 999, "https://bob.example/?p=1", when)
    mentor = ShownMentor("N" * 999, "B" * 999, "https://bob.example/", "fr", "W" * 999, ("t" * 99,) * 9, post)
    long = PushObject("related", "7", 3, "fr", (mentor,) * 20)
    body = json.loads(contract.push_body([long, PushObject("related", "8", 1, "fr")], when))
    assert published("push.related").is_valid(body)
    assert [len(item["mentors"]) for item in body["data"]["objects"]] == [10, 0]
