"""A database from a backup has forgotten who withdrew since. That is noticed before anybody can see it.

A small file in ``BRIDGE_HOME`` remembers how far the database had come: its newest delivery, and when that was looked
at. A database that does not hold that delivery is older than the file, and all blogs begin anew. A file that is not
there says nothing, and one that was put back together with the database agrees with it: then the blogs' own word
shows it (``acknowledged`` in a ping). With several machines each has a file; whichever starts first does it for all.

No blog can say which asks were erased: a second file remembers those (`worker.erased_asks`).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bridge.errors import BridgeError, StorageUnavailable
from bridge.operations.withdrawal import reset_content
from bridge.storage.asks import ask_mails
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.core import counters, migrate
from bridge.storage.core.database import Database
from bridge.storage.core.tables import EPOCH
from bridge.worker.erased_asks import ErasedAsksFile

log = structlog.get_logger("restores")

PROGRESS_FILE = "progress.json"
RECORD_INTERVAL_SECONDS = (
    2.0  # seconds: what was withdrawn later than that before a backup is put back may be missing in the file
)
RESTORE_NOTICED_COUNTER = "microseconds at which a restored database was noticed"
RESTORED_MARK = "put back from a backup"  # no delivery is called so
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a database had come."""

    delivery: int
    webhook_id: str
    at: int  # microseconds since 1970


def detect_restore(database: Database, home: Path, clock: Clock) -> int:
    """Before the first page is served: if the database is older than it was, all blogs begin anew; how many.

    Asks that were erased are erased again, whether it is or not.
    """
    ErasedAsksFile(home).erase_again(database, clock())
    mark = _read(home / PROGRESS_FILE)
    begun: list[str] = []
    if mark is not None and _is_restored(database, mark):
        with database.read() as tx:
            begun = [blog.id for blog in blogs.list_all(tx) if blog.origin == "connected" and blog.present]
        log.warning(
            "the database is from a backup: all blogs are asked again, nothing is shown until then", blogs=begun
        )
        for blog_id in begun:
            with database.begin() as tx:
                reset_content(tx, blog_id, clock())
        with database.begin() as tx:
            # Somebody may have erased theirs since the backup, and nobody can say who: no seeker is written to.
            ask_mails.delete_all_addresses(tx)
            counters.upsert_number(tx, RESTORE_NOTICED_COUNTER, _microseconds(clock()))
    record_watermark(database, home, clock)
    return len(begun)


def _is_restored(database: Database, mark: Watermark) -> bool:
    with database.read() as tx:
        remembered = deliveries.is_known(tx, mark.webhook_id, number=mark.delivery)
        # Another machine's file may be of before the restore that was noticed already.
        return not remembered and counters.get_number(tx, RESTORE_NOTICED_COUNTER) < mark.at


def record_replaced(database: Database, home: Path, clock: Clock) -> None:
    """The last that a database has to say which a backup takes the place of; a broken or older one says nothing."""
    try:
        migrate.require_current(database)
        home.mkdir(parents=True, exist_ok=True)
        record_watermark(database, home, clock)
        ErasedAsksFile(home).record(database)
    except (OSError, BridgeError) as error:
        log.warning("progress not remembered", error=str(error)[:200])


def mark_restored(home: Path, clock: Clock) -> None:
    """Where no file tells how far a database had come: one from a backup is taken for older, whatever it holds."""
    if _read(home / PROGRESS_FILE) is None:
        home.mkdir(parents=True, exist_ok=True)
        _write(home / PROGRESS_FILE, Watermark(0, RESTORED_MARK, _microseconds(clock())))


def record_watermark(database: Database, home: Path, clock: Clock) -> None:
    """Write down how far the database has come, if that is further than what is written."""
    with database.read() as tx:
        newest = deliveries.find_newest(tx)
    written = _read(home / PROGRESS_FILE)
    if newest is None or (written is not None and (written.delivery, written.webhook_id) == newest):
        return
    _write(home / PROGRESS_FILE, Watermark(*newest, _microseconds(clock())))


@contextmanager
def recording_watermark(database: Database, home: Path, clock: Clock) -> Iterator[None]:
    """The same every few seconds, and at the end: never on the way of a delivery."""
    over = threading.Event()
    erased = ErasedAsksFile(home)

    def record() -> None:
        try:
            record_watermark(database, home, clock)
            erased.record(database)
        except (OSError, StorageUnavailable) as error:
            log.warning("progress not remembered", error=str(error)[:200])

    def watch() -> None:
        while not over.wait(RECORD_INTERVAL_SECONDS):
            record()

    thread = threading.Thread(target=watch, name="restores", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        record()


def _read(file: Path) -> Watermark | None:
    """What the file says; what cannot be read says nothing."""
    with suppress(OSError, ValueError, TypeError):
        document = json.loads(file.read_text())
        return (
            Watermark(int(document["delivery"]), str(document["webhook_id"]), int(document["at"]))
            if isinstance(document, dict)
            else None
        )
    return None


def _write(file: Path, mark: Watermark) -> None:
    """Whole or not at all, also when the power fails; for nobody else to read."""
    fresh = file.with_suffix(f".{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as opened:
        json.dump(asdict(mark), opened)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _microseconds(moment: datetime) -> int:
    return round((moment - EPOCH).total_seconds() * 1_000_000)
