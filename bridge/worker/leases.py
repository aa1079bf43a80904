"""How long a worker holds what it is at, and what it does so that nothing is held longer than that."""

from __future__ import annotations

import time
from datetime import timedelta

from bridge.operations.stations import UNPLANNED_STATIONS, Station
from bridge.storage.core import job_leases, job_recovery, jobs
from bridge.storage.core.job_leases import Job
from bridge.worker.context import Context
from bridge.worker.suspended_runs import SuspendedRuns

MAX_LEASE: dict[str, timedelta] = {
    # Work that takes longer is stuck: somebody else may have it. Above every time-out inside.
    Station.PUSH: timedelta(minutes=10),
    Station.POKE: timedelta(minutes=1),
    Station.ALERT: timedelta(minutes=5),
    Station.PUBLISH: timedelta(minutes=10),
    Station.MAIL: timedelta(minutes=5),
    Station.ABSORB: timedelta(minutes=10),
    Station.REFRESH: timedelta(minutes=5),
    Station.EPOCH: timedelta(hours=1),
    Station.SWEEP: timedelta(hours=1),
    Station.RETAIN: timedelta(hours=1),
    Station.FOLLOW: timedelta(minutes=1),
    Station.TALLY: timedelta(minutes=30),
    Station.ASKS: timedelta(minutes=5),
}
# Where others can take over, a lease is short and renewed: what a killed worker held is soon free.
RENEWABLE_LEASE = timedelta(seconds=10)
RENEW_INTERVAL_SECONDS = 2.0  # seconds
CLOCK_CHECK_INTERVAL_SECONDS = 10.0  # seconds: clocks jump seldom


class Leases:
    """The leases of one worker; `alone`: nobody else could take over, so none is renewed."""

    def __init__(self, context: Context, owner: str, suspended: SuspendedRuns, *, alone: bool) -> None:
        self.alone = alone
        self._context = context
        self._owner = owner
        self._kept = suspended
        self._at_work: dict[Job, float] = {}  # since when; each lane adds and removes its own
        self._renewed_at = self._corrected_at = time.monotonic()

    def length(self, station: str) -> timedelta:
        """What a claim of now asks for."""
        return MAX_LEASE[station] if self.alone else RENEWABLE_LEASE

    def begin(self, task: Job) -> None:
        """Somebody is at it from now on."""
        self._at_work[task] = time.monotonic()

    def end(self, task: Job) -> None:
        """Nobody is at it any more."""
        del self._at_work[task]

    def renew(self) -> None:
        """Hold on to what is being worked at, and to what was left for a while."""
        now = time.monotonic()
        if self.alone or now - self._renewed_at < RENEW_INTERVAL_SECONDS:
            return
        self._renewed_at = now
        at_work = list(self._at_work.items())
        leased = [task for task, began in at_work if now - began < MAX_LEASE[task.station].total_seconds()]
        leased += self._kept.tasks
        if leased:
            with self._context.database.begin() as tx:
                job_leases.mark_renewed(tx, leased, self._owner, self._context.clock() + RENEWABLE_LEASE)

    def correct(self) -> None:
        """A clock that jumped makes nothing wait."""
        if time.monotonic() - self._corrected_at < CLOCK_CHECK_INTERVAL_SECONDS:
            return
        self._corrected_at = time.monotonic()
        longest = max(MAX_LEASE.values()) if self.alone else RENEWABLE_LEASE + jobs.LONGEST_REST
        with self._context.database.begin() as tx:
            job_recovery.record_corrected_times(tx, self._context.clock(), longest, UNPLANNED_STATIONS)
