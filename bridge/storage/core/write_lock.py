"""Who may write to a SQLite file when, and that there is one of a kind: locks that the kernel hands over at once.

SQLite allows one writer at a time. Waiters that poll (SQLite's own busy handler) sleep too long and are unfair, so a
writer first takes a lock: inside a process one where ingest goes first, between processes a ``flock``, behind a
turnstile that lets ingest go first there too.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from bridge.errors import ConfigError

Priority = Literal["ingest", "work"]


class WriteLock:
    """One writer at a time on a SQLite file; ingest before work, in this process and between processes.

    Two files: `<name>` is held while writing. `<name>.first` is held (shared) by ingest while it waits; work
    passes through it (exclusive, let go at once) before it waits, so a worker that ends one transaction and
    begins the next finds the turnstile shut. Ingest waits for one transaction of work at most; while it
    writes itself the turnstile is open, so a stream of deliveries does not keep work out for ever.
    """

    def __init__(self, path: Path) -> None:
        self._condition = threading.Condition()
        self._held = False
        self._ingest_waiting = 0
        self._paths = path, path.with_name(path.name + ".first")
        self._files: tuple[int, ...] = tuple(map(open_lock, self._paths))

    @contextmanager
    def hold(self, priority: Priority) -> Iterator[None]:
        """Wait for the turn, then keep every other writer out."""
        ingest = priority == "ingest"
        with self._condition:
            self._ingest_waiting += ingest
            try:
                while self._held or (self._ingest_waiting and not ingest):
                    self._condition.wait()
                self._held = True
            finally:
                self._ingest_waiting -= ingest
        try:
            with self._locked_file(ingest):
                yield
        finally:
            with self._condition:
                self._held = False
                self._condition.notify_all()

    def is_awaited(self) -> bool:
        """Whether a delivery waits to be stored, in any process; for whoever holds the lock."""
        if self._ingest_waiting or not self._files:
            return bool(self._ingest_waiting)
        turnstile = self._files[1]
        if not _locked(turnstile):
            return True
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        return False

    @contextmanager
    def _locked_file(self, ingest: bool) -> Iterator[None]:
        """Keep the writers of other processes out; one thread of this one is here at a time."""
        if not self._files:
            self._files = tuple(map(open_lock, self._paths))
        file, turnstile = self._files
        try:
            fcntl.flock(turnstile, fcntl.LOCK_SH if ingest else fcntl.LOCK_EX)
            try:
                if ingest:
                    fcntl.flock(file, fcntl.LOCK_EX)
            finally:
                fcntl.flock(turnstile, fcntl.LOCK_UN)
            if not ingest:
                fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give both files back to the system while nobody holds it; whoever writes after that opens them again."""
        files, self._files = self._files, ()
        for file in files:
            os.close(file)


def open_lock(path: Path) -> int:
    """A file to lock, made if it is not there.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path.parent} cannot be written ({error.strerror}). Make it a folder of this user's on a disk that takes "
            "data, or name another one (BRIDGE_HOME, DATABASE_URL)."
        ) from None


@contextmanager
def single_instance(path: Path, what: str, patience: float = 0) -> Iterator[None]:
    """Hold a lock file for as long as the block runs; the kernel lets go of it however the process ends.

    `patience`: seconds to wait for a holder that is about to end.

    Raises:
        ConfigError: somebody else holds it.
    """
    lock = open_lock(path)
    try:
        until = time.monotonic() + patience
        while not _locked(lock):
            if time.monotonic() >= until:
                raise ConfigError(
                    f"A bridge {what} is already running on this database. On SQLite there is one of a kind: "
                    f"stop it first, or use PostgreSQL (DATABASE_URL) for more."
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(lock)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
