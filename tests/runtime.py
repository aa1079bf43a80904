"""What a test gives to a web or worker side that it builds in its own process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bridge.config import Config
from bridge.runtime import Runtime, build_runtime
from bridge.storage.core.database import Database


def runtime_on(database: Database, clock: Callable[[], datetime]) -> Runtime:
    """The default settings, on a database and with a clock of the test's."""
    return build_runtime(Config.from_env({"SECRET_KEY": "k" * 43}), database, clock)
