"""Claim → station → done | later.

One thread computes (Python computes one thing at a time anyway), several call blogs, so that a slow blog holds a
thread and nobody else. What an entity's last run cost decides how long it rests: twice that, at most five seconds.
A small bank answers at once, a large one is not computed again for every comment. Removals do not wait.

Nobody computes for longer than a turn (`turns`): a blog with an archive, and what goes over the whole bank, is left for
what others are waiting for, and gone on with afterwards (`scheduler`). What ended its worker twice is tried alone.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bridge.errors import BridgeError, DeliveryFailed, StorageUnavailable
from bridge.model import BlogState
from bridge.operations import due
from bridge.operations.stations import CALLING_STATIONS, UNPLANNED_STATIONS, Station
from bridge.storage.blogs import blogs
from bridge.storage.core import job_queues, jobs
from bridge.storage.core.doorbell import CommitListener
from bridge.storage.core.jobs import Job
from bridge.worker import nightly, retries, turns
from bridge.worker.claims import Claims
from bridge.worker.context import Context
from bridge.worker.cooldown import MAX_COOLDOWN, Cooldowns
from bridge.worker.leases import MAX_LEASE
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS, STATIONS_IN_STEPS
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.wakeup import WakeOne

log = structlog.get_logger("worker")

CALL_THREADS = 16  # threads that may wait for blogs
HEALTHY_BLOG_THREADS = 4  # more of them, only for blogs that answered the last time: many dead ones delay nobody
FIRST_CALLS_BATCH = 100  # blogs that a starting worker calls at once
FIRST_CALLS_INTERVAL = timedelta(seconds=0.5)  # until the next so many
POLL_INTERVAL_SECONDS = 0.5  # seconds between looks at the clock when nobody rings


class Worker:
    """Runs what is due until told to stop."""

    def __init__(self, context: Context, *, alone: bool) -> None:
        """`alone`: nobody else works on this database, so leases found at the start belong to the dead."""
        self.context = context
        self.alone = alone
        self.name = secrets.token_hex(8)
        self._dice = random.SystemRandom()
        self._stopping = threading.Event()
        self._rests = Cooldowns()
        self.claims = Claims(context, self.name, alone=alone)

    def stop(self) -> None:
        """Finish what is running, begin nothing new."""
        self._stopping.set()

    def run(self) -> None:
        """Until `stop`; returns when all threads are done."""
        self._begin()
        lanes = [
            (COMPUTING_STATIONS, 1, False),
            (CALLING_STATIONS, CALL_THREADS, False),
            (CALLING_STATIONS, HEALTHY_BLOG_THREADS, True),
        ]
        bells = [WakeOne() for _ in lanes]
        threads = [
            threading.Thread(target=self._lane, args=(bell, stations, well_only), name=f"{stations[0]}-{n}")
            for bell, (stations, count, well_only) in zip(bells, lanes, strict=True)
            for n in range(count)
        ]
        for thread in threads:
            thread.start()
        doorbell: CommitListener | None = None
        while not self._stopping.is_set():
            doorbell = self._listen(doorbell)
            for bell in bells:
                bell.ring()
            self._settle(self.claims.leases.renew)
            self._settle(self.claims.leases.correct)
            self._settle(self.context.database.tidy)
        for thread in threads:
            while thread.is_alive():
                for bell in bells:
                    bell.ring(for_all=True)
                thread.join(POLL_INTERVAL_SECONDS)
                self._settle(self.claims.leases.renew)
        self._settle(self.claims.hand_back)
        if doorbell is not None:
            doorbell.close()

    def _listen(self, doorbell: CommitListener | None) -> CommitListener | None:
        """Until somebody rings; a bell that broke with its connection is hung up anew next time."""
        try:
            doorbell = doorbell or self.context.database.doorbell()
            doorbell.wait(POLL_INTERVAL_SECONDS)
        except Exception as error:  # a database that is away now: look at the clock instead
            log.warning("no doorbell", error=str(error)[:200])
            if doorbell is not None:
                doorbell.close()
            self._stopping.wait(POLL_INTERVAL_SECONDS)
            return None
        return doorbell

    def _begin(self) -> None:
        """Nightly work is planned, and every blog is asked to send what it kept while nobody was here."""
        now = self.context.clock()
        nightly.schedule_night(self.context)
        with self.context.database.begin() as tx:
            if self.alone:
                jobs.mark_all_released(tx, now)
            jobs.record_corrected_times(tx, now, max(MAX_LEASE.values()), UNPLANNED_STATIONS)
        plan_first_calls(self.context, now)

    def _lane(self, bell: WakeOne, stations: Sequence[Station], well_only: bool) -> None:
        while not self._stopping.is_set():
            calling = stations is CALLING_STATIONS
            if calling and not self.claims.exclusive.enter():
                bell.wait()
                continue
            try:
                task = self.claims.next(stations, well_only=well_only)
                if task is not None:
                    bell.ring()
                    self.do(task)
            except StorageUnavailable as error:
                log.warning("storage unavailable", error=str(error))
                self._stopping.wait(error.retry_after)
                continue
            finally:
                if calling:
                    self.claims.exclusive.leave()
            if task is None:
                bell.wait()

    def do(self, task: Job) -> None:
        """Run one piece of work for a turn and note how that ended; never raises."""
        began = self.context.clock()
        bound = log.bind(station=str(task.station), entity=task.entity, attempt=task.attempts + 1)
        self.claims.leases.begin(task)
        try:
            outcome = self._run(task)
        except Exception as error:
            self._failed(task, error, bound)
            return
        finally:
            self.claims.leases.end(task)
            if task.suspect:
                self.claims.exclusive.over()
        if task.station in COMPUTING_STATIONS:
            self.claims.scheduler.served(task.station, unfinished=outcome is UNFINISHED)
        now = self.context.clock()
        if outcome is UNFINISHED:
            self._settle(lambda: self.claims.leave(task, now))
        else:
            self._settle(lambda: self._complete(task, now, now - began, outcome))
        bound.debug("done", milliseconds=round((now - began).total_seconds() * 1000))

    def _run(self, task: Job) -> TurnOutcome:
        if task.station in STATIONS_IN_STEPS:
            return self.claims.suspended.go(task, self._stopping.is_set)
        turn = Turn(
            turns.TURN_SECONDS,
            turns.TURN_OBJECTS,
            self._stopping.is_set,
            alone=task.suspect,
            thorough=task.thorough,
        )
        return STATIONS[task.station](self.context, task.entity, turn)

    def _complete(self, task: Job, now: datetime, cost: timedelta, again_at: datetime | None = None) -> None:
        rest = self._rests.after(task, cost)
        with self.context.database.begin() as tx:
            jobs.mark_done(tx, task, self.name, now, rest, again_at)

    def _failed(self, task: Job, error: Exception, bound: structlog.stdlib.BoundLogger) -> None:
        now = self.context.clock()
        if retries.is_given_up(task, error):
            self._settle(lambda: self._complete(task, now, timedelta()))
            return
        pause = retries.pause_before_retry(task, error, self._dice)
        if isinstance(error, DeliveryFailed):
            bound.warning("blog not reached", error=str(error), repair=error.repair, again_in=str(pause))
        else:
            # What we expect to happen is one line; a bug shows where it is.
            bound.error("failed", error=str(error)[:300], exc_info=not isinstance(error, BridgeError))
        waits_for_blog = isinstance(error, DeliveryFailed)
        self._settle(lambda: self._later(task, pause, str(error), waits_for_blog))

    def _later(self, task: Job, pause: timedelta, error: str, waits_for_blog: bool) -> None:
        with self.context.database.begin() as tx:
            jobs.mark_failed(tx, task, self.name, self.context.clock(), pause, error, waits_for_blog=waits_for_blog)

    def _settle(self, note: Callable[[], None]) -> None:
        """When even this cannot be written, the lease ends by itself and the work is done again."""
        try:
            note()
        except StorageUnavailable as error:
            log.warning("storage unavailable", error=str(error))


def plan_first_calls(context: Context, now: datetime) -> None:
    """Every connected blog is asked for what it kept, a few at a time.

    A transaction for each batch: nobody who delivers waits for the whole bank; and an interval between two batches, so
    that the threads that call, and other workers that start, do not have the whole bank due at once.
    """
    with context.database.read() as tx:
        connected = [
            blog.id for blog in blogs.list_all(tx) if blog.origin == "connected" and blog.state is BlogState.CONNECTED
        ]
    for batch in range(0, len(connected), FIRST_CALLS_BATCH):
        at = now + FIRST_CALLS_INTERVAL * (batch // FIRST_CALLS_BATCH)
        with context.database.begin() as tx:
            due.worker_started(tx, connected[batch : batch + FIRST_CALLS_BATCH], at)


def run_until_idle(context: Context, progress: Callable[[str, int], None] | None = None) -> None:
    """Do all work that is due here and now, without calling any blog and without resting: for imports and tests.

    `progress` hears the station and how much of it is left.

    Raises:
        Exception: what a station raised; nothing is tried again.
    """
    owner = f"direct-{secrets.token_hex(4)}"
    now = context.clock()
    far = now + MAX_COOLDOWN * 4  # what rests now is done now
    while True:
        with context.database.begin() as tx:
            for station in COMPUTING_STATIONS:
                claimed = jobs.claim_due(tx, station, owner, far, MAX_LEASE[station])
                if claimed:
                    break
            else:
                return
            left = job_queues.count_pending(tx, now).get(station, 0) if progress else 0
        task = claimed[0]
        again_at = STATIONS[station](context, task.entity, Turn())
        assert again_at is not UNFINISHED, "a turn without limits has no end"
        with context.database.begin() as tx:
            jobs.mark_done(tx, task, owner, context.clock(), timedelta(), again_at)
        if progress:
            progress(str(station), left)
