"""What a terminal may be given of what strangers wrote: letters, never orders.

With control characters a name could rewrite the screen, the title of the window, or what was copied.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bridge.legible import legible

_ORDER = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def printable_lines(text: str) -> str:
    """Text of one or more lines without anything that is an order to a terminal."""
    return legible(text.replace("\t", " ").replace("\r", ""))


def printable_line(text: str) -> str:
    """The same in one line: nobody writes a line of their own between ours."""
    return printable_lines(text).replace("\n", " ")


def printable_json(data: Any, indent: int | None = None) -> str:
    """JSON in which such characters are escaped: the same data, and no orders."""
    return _ORDER.sub(_escaped, json.dumps(data, ensure_ascii=False, indent=indent))


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
