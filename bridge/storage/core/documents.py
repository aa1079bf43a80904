"""JSON as it stands in a row: of the kind that its readers rely on, whatever was written there."""

from __future__ import annotations

import json
from collections.abc import Mapping

LARGEST_NUMBER = 10**11  # of anything that is counted


def parse_object(raw: str | None) -> dict[str, object]:
    """A JSON object; empty for anything else."""
    value = _read(raw)
    return value if isinstance(value, dict) else {}


def parse_numbers(raw: str | None) -> dict[str, float]:
    """A JSON object of numbers, without what is none or more than anybody counts."""
    return {
        name: value
        for name, value in parse_object(raw).items()
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
    }


def parse_array(raw: str | None) -> list[object]:
    """A JSON array; empty for anything else."""
    value = _read(raw)
    return value if isinstance(value, list) else []


def _read(raw: str | None) -> object:
    try:
        value: object = json.loads(raw or "null")
        return value
    except (TypeError, ValueError, RecursionError):
        return None


def holds_text(value: object, text: str) -> bool:
    """Whether a text stands anywhere in what was read from JSON, as a value or as a key."""
    if isinstance(value, Mapping):
        return any(holds_text(part, text) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(holds_text(part, text) for part in value)
    return value == text
