"""What an author says of themself, as it is stored: JSON of a shape that its readers can rely on, whatever is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from bridge.language_tags import language_tag
from bridge.legible import legible, one_line
from bridge.model import Author, Declared
from bridge.storage.core.documents import parse_object

ITEMS_PER_LIST = 1_000  # things in one list
ROLES = ("mentor", "mentee", "both", "neither")


@dataclass(frozen=True, slots=True)
class Declaration(Declared):
    """All that an author says of themself; what was not said has its default."""

    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # language tags


def dump_declaration(author: Author) -> str:
    """What an author says, as JSON; the same for the same."""
    lists = {"offers": author.offers, "needs": author.needs, "languages": author.languages}
    return json.dumps({**lists, **asdict(author.declared)}, sort_keys=True)


def parse_declaration(document: str | None) -> Declaration:
    """Read it back; what is not of its kind is left out, as if it had not been said."""
    data = parse_object(document)
    fields = {name: parse(data[name]) for name, parse in FIELD_PARSERS.items() if name in data}
    return Declaration(**{name: value for name, value in fields.items() if value is not None})  # type: ignore[arg-type]


def _list(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(line for item in value[:ITEMS_PER_LIST] if isinstance(item, str) and (line := one_line(item)))


def _tags(value: object) -> tuple[str, ...]:
    return tuple(tag for item in _list(value) or () if (tag := language_tag(item)))


def _text(value: object) -> str | None:
    return legible(value) if isinstance(value, str) else None


def _line(value: object) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def _role(value: object) -> str | None:
    return value if isinstance(value, str) and value in ROLES else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= ITEMS_PER_LIST else None


FIELD_PARSERS: Mapping[str, Callable[[object], object]] = {
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
    "fediverse": _line,
    "newsletter": _line,
    "quotable": _list,
}
