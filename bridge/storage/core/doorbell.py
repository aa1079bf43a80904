"""How a worker hears that another process has written, without asking for work again and again.

On SQLite the number of the file's last change says so. PostgreSQL has NOTIFY, but transactions that notify commit one
after the other, each waiting for the disk: whoever makes work due says it (`mark_makes_due`), and `CommitBell` rings
once that is committed.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

NOTIFY_CHANNEL = "bridge_work"
RING_INTERVAL_SECONDS = 0.05  # seconds between two rings of a process: a hundred commits a second are one call
MAKES_DUE = "bridge_makes_due"  # in the `info` of a connection whose transaction makes work due


def mark_makes_due(tx: Connection) -> None:
    """Say that there will be work once this transaction is committed."""
    tx.info[MAKES_DUE] = True


class CommitBell:
    """Tells the listeners of other processes that work was committed; who is not heard only costs them their poll."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._rung = False
        self._closing = threading.Event()
        self._ringer: threading.Thread | None = None  # only while there is something to ring for

    def ring(self) -> None:
        """At once, or together with what comes before the next ring; the caller does not wait for it."""
        with self._lock:
            self._rung = True
            if self._ringer is None or not self._ringer.is_alive():  # no thread outlives a fork
                self._ringer = threading.Thread(target=self._ring_while_rung, name="commit-bell", daemon=True)
                self._ringer.start()

    def close(self) -> None:
        """Ring once more where that is open, and let go."""
        ringer = self._ringer
        if ringer is not None:
            self._closing.set()
            ringer.join()
            self._closing.clear()

    def _ring_while_rung(self) -> None:
        while True:
            with self._lock:
                if not self._rung:
                    self._ringer = None
                    return
                self._rung = False
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))
            except SQLAlchemyError:  # a database that is away has no listeners either
                pass
            self._closing.wait(RING_INTERVAL_SECONDS)


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
