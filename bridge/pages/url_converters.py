"""What stands in addresses: words and whole numbers, bounded to what the database holds."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

MAX_COLUMN_INTEGER = 2**63 - 1  # of a column
INTEGER_PATTERN = r"\d{1,19}"


class WordConverter(UnicodeConverter):
    """A part of an address; with a NUL, which no database holds, it leads nowhere."""

    def __init__(self, map: Map, minlength: int = 1, maxlength: int | None = 1000, length: int | None = None) -> None:
        super().__init__(map, minlength, maxlength, length)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class WholeNumberConverter(IntegerConverter):
    """A whole number from 0 to the largest that a column holds."""

    regex = INTEGER_PATTERN

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": MAX_COLUMN_INTEGER, **options})


def parse_whole_number(text: str | None, most: int = MAX_COLUMN_INTEGER) -> int | None:
    """A whole number that somebody wrote behind an address or into a form, at most `most`; None: it is none."""
    if text is None or not re.fullmatch(r"\d+", text, re.ASCII):
        return None
    return min(int(text), most) if len(text) < 20 else most


def register(app: Flask) -> None:
    """Let all routes of an application read addresses so; before the first one."""
    app.url_map.converters.update(default=WordConverter, string=WordConverter, int=WholeNumberConverter)
