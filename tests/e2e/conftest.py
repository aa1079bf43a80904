"""Everything here needs WordPress."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stories."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("wordpress")
