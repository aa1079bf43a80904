"""From the jobs table to the broker: what is due and nobody has is told to the fleet, a few of each queue at a time.

What was told is remembered only here. When the broker forgets it (flushed, restarted, replaced) its queue is empty
while the jobs still wait, and they are told again: that costs seconds, and never a job. Who gets there twice finds
nothing due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from bridge.errors import StorageUnavailable
from bridge.operations.stations import Station
from bridge.storage.core import job_queues
from bridge.storage.core.database import Database
from bridge.storage.core.doorbell import CommitListener
from bridge.worker.fleet import QUEUES, TASK

log = structlog.get_logger("fleet")

# A click stands behind this many jobs at most, however long the backfill behind them is.
WINDOW_JOBS = 40
POLL_INTERVAL_SECONDS = 0.5
LOST_AFTER_SECONDS = 5.0  # due, not taken, and its queue is empty
FORGOTTEN_AFTER_SECONDS = 300.0  # due and not taken, whatever the broker says
BROKEN_PAUSE_SECONDS = 1.0  # a broker that is away is asked again
FLEET_STATIONS = tuple(station for stations in QUEUES.values() for station in stations)

Key = tuple[Station, str]


class Dispatcher:
    """Tells the fleet what is due; one at a time may (`storage.core.sole_holder`)."""

    def __init__(self, app: Any, database: Database, clock: Callable[[], datetime]) -> None:
        """`app`: a Celery application (`fleet.make_app`)."""
        self._app = app
        self._database = database
        self._clock = clock
        self._sent: dict[str, dict[Key, float]] = {name: {} for name in QUEUES}  # since when
        self._listener: CommitListener | None = None

    def run(self, stopping: Callable[[], bool]) -> None:
        """Until told to stop; a broker or a database that is away is waited for."""
        while not stopping():
            try:
                self._listener = self._listener or self._database.doorbell()
                if not self.tell_due():
                    self._listener.wait(POLL_INTERVAL_SECONDS)
            except StorageUnavailable as error:
                log.warning("storage unavailable", error=str(error))
                time.sleep(BROKEN_PAUSE_SECONDS)
            except Exception as error:  # of the broker's client, which has many; or a listener that broke
                log.warning("the fleet is not reached", error=f"{type(error).__name__}: {str(error)[:200]}")
                self._forget()
                time.sleep(BROKEN_PAUSE_SECONDS)
        self._hang_up()

    def tell_due(self) -> int:
        """Send a message for each job that is due and was not told; how many."""
        with self._database.read() as tx:
            now = self._clock()
            # One look first: mostly nothing is due, and the jobs of a station stand in several places of the order.
            busy = {queue.station for queue in job_queues.list_due_queues(tx, now, FLEET_STATIONS)}
            due = {
                station: job_queues.list_due_entities(tx, now, station, WINDOW_JOBS)
                for station in FLEET_STATIONS
                if station in busy
            }
        return sum(
            self._tell(queue, [(station, entity) for station in stations for entity in due.get(station, ())])
            for queue, stations in QUEUES.items()
        )

    def _tell(self, queue: str, due: Sequence[Key]) -> int:
        moment, here = time.monotonic(), frozenset(due)
        sent = self._sent[queue] = {key: since for key, since in self._sent[queue].items() if key in here}
        if any(moment - since > LOST_AFTER_SECONDS for since in sent.values()):
            is_empty = self._is_empty(queue)
            patience = LOST_AFTER_SECONDS if is_empty else FORGOTTEN_AFTER_SECONDS
            sent = self._sent[queue] = {key: since for key, since in sent.items() if moment - since <= patience}
        fresh = [key for key in due if key not in sent]
        for station, entity in fresh:
            self._app.send_task(TASK, (station.value, entity), queue=queue, retry=False, ignore_result=True)
            sent[station, entity] = moment
        return len(fresh)

    def _is_empty(self, queue: str) -> bool:
        with self._app.connection_for_write() as connection:
            _, waiting, _ = connection.default_channel.queue_declare(queue, passive=True)
            return bool(waiting == 0)

    def _forget(self) -> None:
        for sent in self._sent.values():
            sent.clear()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
