"""JSON as it stands in a row: of the kind that its readers rely on, whatever was written there."""

from __future__ import annotations

import json
from typing import Any


def mapping(raw: str | None) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    value = _read(raw)
    return value if isinstance(value, dict) else {}


def sequence(raw: str | None) -> list[Any]:
    """A JSON array; empty for anything else."""
    value = _read(raw)
    return value if isinstance(value, list) else []


def _read(raw: str | None) -> Any:
    try:
        return json.loads(raw or "null")
    except (TypeError, ValueError, RecursionError):
        return None
