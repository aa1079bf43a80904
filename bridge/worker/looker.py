"""One look at what is due, for all lanes of a worker: twenty threads that each look for themselves find the same."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.storage.core import job_queues
from bridge.storage.core.job_queues import Queue
from bridge.worker.context import Context


class Look:
    """Where there was due work at one moment; whoever finds somebody else there first takes it out."""

    def __init__(self, due: dict[Queue, datetime], well: dict[Queue, datetime]) -> None:
        """`well`: of those who call, where somebody waits whose last try did not fail."""
        self._due, self._well = due, well

    def queues(self, *, well_only: bool = False) -> dict[Queue, datetime]:
        """Where there may be work still, and since when."""
        return dict(self._well if well_only else self._due)

    def has_work(self, stations: Sequence[str], *, well_only: bool = False) -> bool:
        """Whether there may be work for a lane of these stations."""
        return any(queue.station in stations or queue.suspect for queue in self.queues(well_only=well_only))

    def take_out(self, queue: Queue, *, well_only: bool = False) -> None:
        """Nobody is to be had there any more."""
        self._well.pop(queue, None)
        if not well_only:
            self._due.pop(queue, None)


class Looker:
    """Looks when somebody asks and something may have changed since the last look; all who ask meanwhile share it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._last: Look | None = None

    def outdate(self) -> None:
        """Something may have become due."""
        with self._lock:
            self._last = None

    def current(self) -> Look:
        """What was due after the last change that we know of."""
        with self._lock:
            if self._last is None:
                self._last = take_look(self._context)
            return self._last


def take_look(context: Context) -> Look:
    """At all stations, once more only if a blog is to be called."""
    now = context.clock()
    with context.database.read() as tx:
        due = job_queues.list_due_queues(tx, now, Station)
        calls = any(queue.station in CALLING_STATIONS for queue in due)
        well = job_queues.list_due_queues(tx, now, CALLING_STATIONS, well_only=True) if calls else {}
    return Look(due, well)
