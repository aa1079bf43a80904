"""How long a worker keeps others from writing: much work is written in many short turns."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bridge.storage.core.database import Database, Tx
from bridge.worker.context import Context

MAX_WRITE_SECONDS = 0.01  # seconds: an acknowledgement waits for one piece of ours, and others for one transaction
SLICE_ROWS = 200  # written before the clock is looked at
Item = TypeVar("Item")


def time_slice(database: Database, waiting: deque[Item]) -> Iterator[Item]:
    """Take from the front for as long as others may be kept from writing, at least one; deliveries are not kept."""
    until = time.monotonic() + MAX_WRITE_SECONDS
    while waiting:
        yield waiting.popleft()
        if time.monotonic() >= until or database.is_awaited():
            return


def write_in_slices(
    context: Context, rows: Sequence[Item], store: Callable[[Tx, Sequence[Item]], None], at_once: int = SLICE_ROWS
) -> None:
    """Many rows (or what takes more than one, fewer `at_once`), a moment at a time."""
    waiting = deque(rows[start : start + at_once] for start in range(0, len(rows), at_once))
    while waiting:
        with context.database.begin() as tx:
            for part in time_slice(context.database, waiting):
                store(tx, part)
