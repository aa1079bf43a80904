"""Comments by which the block editor marks a block: whether readers see it, and words that only its settings hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

BLOCK = re.compile(r"\s*(/?)wp:([\w/-]+)\s*(.*?)(/?)\s*$", re.DOTALL)
MIN_TEXT_WORDS = 4
MAX_SETTINGS_CHARACTERS = 100_000
NO_WORDS = re.compile(r"[{}\[\]<>]|://|^\s*[\w-]+\s*:")  # data, an address, a style


class BlockComments:
    """Follows the comments of a text in their order."""

    def __init__(self) -> None:
        self._hidden_depth = 0  # blocks that are open, from a hidden one on

    @property
    def hidden(self) -> bool:
        """Whether readers do not see what stands here."""
        return self._hidden_depth > 0

    def read(self, comment: str) -> list[str]:
        """Go on to a comment; returns texts that stand in its settings and are rendered from there."""
        block = BLOCK.match(comment) if "wp:" in comment[:20] else None
        if block is None:
            return []
        closing, empty = bool(block[1]), bool(block[4])
        if closing:
            self._hidden_depth -= self.hidden
            return []
        settings = _settings(block[3])
        metadata = settings.get("metadata")
        invisible = isinstance(metadata, dict) and metadata.get("blockVisibility") is False
        if not empty:
            self._hidden_depth += self.hidden or invisible
            return []
        return [] if self.hidden or invisible else list(_texts(settings))


def _settings(text: str) -> dict[str, Any]:
    if not text.startswith("{") or len(text) > MAX_SETTINGS_CHARACTERS:
        return {}
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return settings if isinstance(settings, dict) else {}


def _texts(settings: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = [settings]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(inner for name, inner in reversed(value.items()) if not str(name).startswith("_"))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str) and value.count(" ") >= MIN_TEXT_WORDS - 1:
            text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", value)
            if NO_WORDS.search(text) is None:
                yield text
