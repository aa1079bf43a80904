"""Asks that were erased, remembered beside the database: in a backup they are there still.

`BRIDGE_HOME` holds a file for each year, and in it a line for each ask that was erased: the hash of its secret address,
of which nothing can be learned. A backup is older than the files, so what they name is erased again before the first
page is served, and whatever came to be old enough while nobody was here. Files of this year and the last one are kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog

from bridge.asks.states import ERASE_AFTER
from bridge.operations.ask_answers import erase_ask
from bridge.storage.asks import asks, erased_asks
from bridge.storage.asks.erased_asks import ErasedAsk
from bridge.storage.core.database import Database

log = structlog.get_logger("restores")

ERASED_ASKS_RETENTION = timedelta(days=366)
ERASED_ASKS_BATCH = 500
HASH_BYTES = 32
COMMIT_ORDER_SLACK = 200  # PostgreSQL gives numbers before the commit: a lower one may be seen later


class ErasedAsksFile:
    """The files of one home; safe to be written by several processes."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._last = 0  # the highest that is in the files
        self._written = set[int]()  # those shortly before it that are, too

    def record(self, database: Database) -> None:
        """Write down what was erased since the last time.

        Raises:
            OSError: it cannot be written now.
        """
        number = max(0, self._last - COMMIT_ORDER_SLACK)
        while True:
            with database.read() as tx:
                erased = erased_asks.list_after(tx, number, ERASED_ASKS_BATCH)
            if not erased:
                return
            fresh = [ask for ask in erased if ask.id not in self._written]
            for year in sorted({ask.erased_at.year for ask in fresh}):
                self._append(year, (ask for ask in fresh if ask.erased_at.year == year))
            number = erased[-1].id
            self._last = max(self._last, number)
            recent = self._written | {ask.id for ask in fresh}
            self._written = {each for each in recent if each > self._last - COMMIT_ORDER_SLACK}

    def erase_again(self, database: Database, now: datetime) -> int:
        """Erase what was erased before, if it is back; how many. So is whatever is old enough by now.

        Files of years long gone are deleted.
        """
        for file in self._home.glob("erased_asks-*.txt"):
            if file.name < self._file(now.year - 1).name:
                file.unlink(missing_ok=True)
        hashes = iter(sorted(self._hashes(now.year - 1) | self._hashes(now.year)))
        number = 0
        while batch := list(islice(hashes, ERASED_ASKS_BATCH)):
            with database.read() as tx:
                back = asks.list_ids_by_key_hashes(tx, batch)
            _erase(database, back, now)
            number += len(back)
        with database.read() as tx:
            expired = asks.list_ids_closed_before(tx, now - ERASE_AFTER)
        _erase(database, expired, now)
        if number:
            log.warning("asks that came back with a backup were erased again", asks=number)
        return number

    def _file(self, year: int) -> Path:
        return self._home / f"erased_asks-{year:04d}.txt"

    def _hashes(self, year: int) -> set[bytes]:
        """What a file names; a line that was cut off names nothing."""
        hashes = set()
        with suppress(FileNotFoundError):
            for line in self._file(year).read_text("ascii", errors="replace").split():
                with suppress(ValueError):
                    hashes.add(bytes.fromhex(line))
        return {key_hash for key_hash in hashes if len(key_hash) == HASH_BYTES}

    def _append(self, year: int, erased: Iterable[ErasedAsk]) -> None:
        there = self._hashes(year)
        lines = "".join(f"\n{ask.key_hash.hex()}" for ask in erased if ask.key_hash not in there)
        if not lines:
            return
        # Begins with the end of a line, should the one before have been cut off; for nobody else to read.
        handle = os.open(self._file(year), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(f"{lines}\n")
            file.flush()
            os.fsync(file.fileno())


def _erase(database: Database, ask_ids: Iterable[int], now: datetime) -> None:
    ids = iter(ask_ids)
    while batch := list(islice(ids, ERASED_ASKS_BATCH)):
        with database.begin() as tx:
            for ask_id in batch:
                erase_ask(tx, ask_id, now)
