"""Which due job a lane of the worker gets next, and what is left of it after a turn."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import datetime

import structlog

from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.storage.core import job_leases
from bridge.storage.core.job_leases import Job
from bridge.storage.core.job_queues import Queue
from bridge.worker.context import Context
from bridge.worker.leases import Leases
from bridge.worker.looker import Look, take_look
from bridge.worker.scheduler import ExclusiveMode, Scheduler
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS_IN_STEPS
from bridge.worker.suspended_runs import SuspendedRuns

log = structlog.get_logger("worker")

ISOLATED_RUN_INTERVAL_SECONDS = 10.0  # seconds: while others wait, what is suspected has its turn so often


class Claims:
    """What one worker holds; `alone`: nobody else works on its database."""

    def __init__(
        self, context: Context, owner: str, *, alone: bool, stations: Collection[str] = tuple(Station)
    ) -> None:
        """`stations`: all that this worker works at. What ends processes at another's station ends none of its own."""
        self.scheduler = Scheduler(COMPUTING_STATIONS)
        self.suspended = SuspendedRuns(context, owner, STATIONS_IN_STEPS)
        self.leases = Leases(context, owner, self.suspended, alone=alone)
        self.exclusive = ExclusiveMode()
        self._context = context
        self._owner = owner
        self._stations = frozenset(stations)
        self._isolated_at = time.monotonic()

    def next(self, stations: Sequence[str], *, well_only: bool = False, look: Look | None = None) -> Job | None:
        """The job that is next in a lane of these stations, claimed; `well_only`: none whose last try failed.

        `look`: what others of this worker have seen to be due; without one it is looked anew.
        """
        now = self._context.clock()
        look = look or take_look(self._context)
        queues = look.queues(well_only=well_only)
        due = {queue: since for queue, since in queues.items() if queue.station in stations and not queue.suspect}
        if stations is CALLING_STATIONS:
            in_order = sorted(due, key=lambda queue: stations.index(queue.station))
            return self._claim(in_order, now, look, well_only=well_only)
        due |= self.suspended.queues
        # Who computes also tries alone what ended its worker, of whichever lane.
        of_ours = (queue for queue in queues if queue.suspect and queue.station in self._stations)
        suspects = sorted(of_ours, key=lambda queue: queues[queue])
        isolated = self._claim_isolated(suspects, now, look, urgent=not due)
        return isolated or self._claim(self.scheduler.order(due, now), now, look)

    def by_name(self, station: str, entity: str) -> Job | None:
        """This one job, claimed; None: it is not due any more, or somebody has it."""
        now = self._context.clock()
        with self._context.database.begin() as tx:
            return job_leases.claim_entity(tx, station, entity, self._owner, now, self.leases.length(station))

    def leave(self, job: Job, now: datetime) -> None:
        """Its turn is over, its work is not."""
        with self._context.database.begin() as tx:
            if self.suspended.holds(job.station):
                self.suspended.leave(tx, job.station, now + self.leases.length(job.station))
            else:
                job_leases.mark_unfinished(tx, job, self._owner, now)

    def hand_back(self) -> None:
        """What was left for a while is for whoever comes next."""
        with self._context.database.begin() as tx:
            self.suspended.hand_back(tx)

    def _claim_isolated(self, suspects: list[Queue], now: datetime, look: Look, *, urgent: bool) -> Job | None:
        """What is suspected of ending its process, once nobody else is at work; meanwhile computing goes on."""
        due = suspects and (urgent or time.monotonic() - self._isolated_at >= ISOLATED_RUN_INTERVAL_SECONDS)
        if due and self.exclusive.ask():
            self._isolated_at = time.monotonic()
            job = self._claim(suspects, now, look)
            if job is not None:
                log.warning("tried alone", station=str(job.station), entity=job.entity, crashes=job.crashes)
                return job
        if not due:
            self.exclusive.over()
        return None

    def _claim(self, queues: Sequence[Queue], now: datetime, look: Look, *, well_only: bool = False) -> Job | None:
        for queue in queues:
            until = self.leases.length(queue.station)
            with self._context.database.begin() as tx:
                if self.suspended.holds(queue.station):
                    job = self.suspended.take_up(tx, queue.station, now + until)
                else:
                    first = job_leases.claim_due(tx, queue, self._owner, now, until, well_only=well_only)
                    job = first[0] if first else None
            if job is not None:
                return job
            look.take_out(queue, well_only=well_only)
        return None
