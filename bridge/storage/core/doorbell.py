"""How a worker hears that another process has written, without asking for work again and again."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, text

NOTIFY_CHANNEL = "bridge_work"


class CommitListener:
    """Wakes a waiting worker soon after another process committed; missing a ring only costs the poll."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._postgresql = engine.dialect.name == "postgresql"
        self._seen: int | None = None
        if self._postgresql:
            self._connection.execute(text(f"LISTEN {NOTIFY_CHANNEL}"))

    def wait(self, seconds: float, step: float = 0.02) -> bool:
        """Wait until somebody has written, at most `seconds`; True if so."""
        if self._postgresql:
            raw: Any = self._connection.connection.driver_connection
            return any(True for _ in raw.notifies(timeout=seconds, stop_after=1))
        until = time.monotonic() + seconds
        while True:
            version: int = self._connection.execute(text("PRAGMA data_version")).scalar_one()
            if version != self._seen:
                self._seen = version
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(step)

    def close(self) -> None:
        """Let go of the connection, also of a broken one; nobody after us shall hear what was meant for us."""
        self._connection.invalidate()
        self._connection.close()
