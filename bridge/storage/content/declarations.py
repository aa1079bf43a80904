"""What an author declared, as it is kept: JSON of a shape that its readers can rely on, whatever stands in the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bridge.language_tags import language_tag
from bridge.legible import legible, one_line
from bridge.storage.core.documents import parse_object

ITEMS_PER_LIST = 1_000  # things in one list
ROLES = ("mentor", "mentee", "both", "neither")


def parse_declaration(raw: str | None) -> dict[str, Any]:
    """The names and values of the declaration; what is not of its kind is left out, as if it had not been said."""
    data = parse_object(raw)
    read = {name: read(data[name]) for name, read in FIELD_PARSERS.items() if name in data}
    return {name: value for name, value in read.items() if value is not None}


def _list(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        return None
    return [said for one in value[:ITEMS_PER_LIST] if isinstance(one, str) and (said := one_line(one))]


def _tags(value: Any) -> list[str] | None:
    return [tag for one in _list(value) or () if (tag := language_tag(one))]


def _text(value: Any) -> str | None:
    return legible(value) if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def _role(value: Any) -> str | None:
    return value if isinstance(value, str) and value in ROLES else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= ITEMS_PER_LIST else None


FIELD_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "offers": _list,
    "needs": _list,
    "languages": _tags,
    "role": _role,
    "region": _line,
    "stage": _line,
    "availability": _line,
    "capacity": _number,
    "formats": _list,
    "motives": _text,
    "limits": _text,
    "sectors": _list,
    "outside_own_sector": _flag,
    "open_to_all": _flag,
    "search_engines": _flag,
    "quotable": _list,
}
