"""What goes over the whole bank, in turns: begun, left for what others wait for, gone on with.

Where it stands is in this process, and the lease is kept while it is left: nobody else begins the same beside it. A
crash meanwhile is none of its, and after a restart it begins anew. What ended the process and is tried alone says which
author comes next: if it ends there again, that author is set aside, and not the night of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bridge.operations.stations import Station
from bridge.storage.core import counters, job_leases, set_aside_jobs
from bridge.storage.core.database import Tx
from bridge.storage.core.job_leases import Job
from bridge.storage.core.job_queues import Queue
from bridge.worker.context import Context
from bridge.worker.matching.epoch import Steps
from bridge.worker.turns import UNFINISHED, Continuation, Turn, TurnOutcome

STEP_TURN_SECONDS = 0.5  # of a turn


class SuspendedRuns:
    """The work of one worker that is left for a while; used by its computing thread."""

    def __init__(self, context: Context, owner: str, begin: Mapping[str, Callable[[Context], Steps]]) -> None:
        self._context = context
        self._owner = owner
        self._begin = begin
        self._left: dict[str, tuple[Job, Steps, datetime]] = {}  # since when
        self._next: dict[str, str] = {}  # the author whom the step after the last one works at

    @property
    def tasks(self) -> list[Job]:
        """What is left now."""
        return [task for task, _, _ in list(self._left.values())]

    @property
    def queues(self) -> dict[Queue, datetime]:
        """The same as due work: where it stands in the order, and since when."""
        return {Queue(station, unfinished=True): since for station, (_, _, since) in self._left.items()}

    def holds(self, station: str) -> bool:
        """Whether work of a station was begun here and left."""
        return station in self._left

    def take_up(self, tx: Tx, station: str, until: datetime) -> Job | None:
        """Go on with it under the lease that was kept; None: that was lost, somebody else has begun it anew."""
        task, _, _ = self._left[station]
        if job_leases.mark_resumed(tx, task, self._owner, until):
            return task
        del self._left[station]
        return None

    def go(self, task: Job, stopping: Callable[[], bool]) -> TurnOutcome:
        """A turn: at least one step."""
        turn = Turn(STEP_TURN_SECONDS, stopping=stopping)
        if task.suspect and not self.holds(task.station):
            self._find_out(task.station)
            self._next.pop(task.station, None)
        _, steps, _ = self._left.pop(task.station, None) or (task, self._begin[task.station](self._context), None)
        again: datetime | Continuation | None = None
        try:
            while again is None:
                if task.suspect:
                    self._say(task.station, self._next.get(task.station, ""))
                self._next[task.station] = next(steps) or ""
                if turn.over:
                    self._left[task.station] = (task, steps, self._context.clock())
                    again = UNFINISHED
        except StopIteration as end:
            self._next.pop(task.station, None)
            again = end.value
        if task.suspect:
            self._say(task.station, "")
        return again

    def _say(self, station: str, author: str) -> None:
        with self._context.database.begin() as tx:
            counters.upsert_text(tx, f"{station} at", author)

    def _find_out(self, station: str) -> None:
        """Who was in hand when the process ended while this was tried alone."""
        with self._context.database.begin() as tx:
            author = counters.get_text(tx, f"{station} at")
            if author:
                set_aside_jobs.mark_set_aside(tx, Station.REFRESH, author, self._context.clock())

    def leave(self, tx: Tx, station: str, until: datetime) -> None:
        """Keep the lease until somebody has had a turn."""
        job_leases.mark_paused(tx, self._left[station][0], self._owner, until)

    def hand_back(self, tx: Tx) -> None:
        """It is for whoever comes next."""
        for task in self.tasks:
            job_leases.mark_released(tx, task, self._owner)
