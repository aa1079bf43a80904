"""Claim → station → done | later.

One thread computes (Python computes one thing at a time anyway), several call blogs, so that a slow blog holds a
thread and nobody else. What an entity's last run cost decides how long it rests: twice that, at most five seconds.
A small bank answers at once, a large one is not computed again for every comment. Removals do not wait.

Nobody computes for longer than a turn (`turns`): a blog with an archive, and what goes over the whole bank, is left for
what others are waiting for, and gone on with afterwards (`rota`). What ended its worker twice is tried alone.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bridge.errors import BridgeError, DeliveryFailed, Gone, StorageUnavailable
from bridge.model import BlogState
from bridge.operations import due
from bridge.operations.stations import CALLING_STATIONS, UNPLANNED_STATIONS, Station
from bridge.storage.blogs import blogs
from bridge.storage.core import jobs
from bridge.storage.core.doorbell import CommitListener
from bridge.storage.core.jobs import Job, Queue
from bridge.worker import backoff, nightly, turns
from bridge.worker.context import Context
from bridge.worker.cooldown import MAX_COOLDOWN, Cooldowns
from bridge.worker.leases import MAX_LEASE, Leases
from bridge.worker.scheduler import ExclusiveMode, Scheduler
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS, STATIONS_IN_STEPS
from bridge.worker.suspended_runs import SuspendedRuns
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.wakeup import WakeOne

log = structlog.get_logger("worker")

ISOLATED_RUN_INTERVAL_SECONDS = 10.0  # seconds: while others wait, what is suspected has its turn so often
CALL_THREADS = 16  # threads that may wait for blogs
HEALTHY_BLOG_THREADS = 4  # more of them, only for blogs that answered the last time: many dead ones delay nobody
LOCAL_FAULT_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
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
        self._rota = Scheduler(COMPUTING_STATIONS)
        self._kept = SuspendedRuns(context, self.name, STATIONS_IN_STEPS)
        self._leases = Leases(context, self.name, self._kept, alone=alone)
        self._quiet = ExclusiveMode()
        self._alone_at = time.monotonic()

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
            self._settle(self._leases.renew)
            self._settle(self._leases.correct)
            self._settle(self.context.database.tidy)
        for thread in threads:
            while thread.is_alive():
                for bell in bells:
                    bell.ring(for_all=True)
                thread.join(POLL_INTERVAL_SECONDS)
                self._settle(self._leases.renew)
        self._settle(self._hand_back)
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
            for blog in blogs.list_all(tx):
                if blog.origin == "connected" and blog.state is BlogState.CONNECTED:
                    due.worker_started(tx, blog.id, now)

    def _lane(self, bell: WakeOne, stations: Sequence[Station], well_only: bool) -> None:
        while not self._stopping.is_set():
            calling = stations is CALLING_STATIONS
            if calling and not self._quiet.enter():
                bell.wait()
                continue
            try:
                task = self._claim(stations, well_only)
                if task is not None:
                    bell.ring()
                    self.do(task)
            except StorageUnavailable as error:
                log.warning("storage unavailable", error=str(error))
                self._stopping.wait(error.retry_after)
                continue
            finally:
                if calling:
                    self._quiet.leave()
            if task is None:
                bell.wait()

    def _claim(self, stations: Sequence[Station], well_only: bool) -> Job | None:
        now = self.context.clock()
        with self.context.database.read() as tx:
            queues = jobs.list_due_queues(tx, now, well_only=well_only)
        mine = {queue: since for queue, since in queues.items() if queue.station in stations and not queue.suspect}
        if stations is not COMPUTING_STATIONS:
            return self._take(sorted(mine, key=lambda queue: stations.index(queue.station)), now, well_only)
        mine |= self._kept.queues
        suspects = sorted((queue for queue in queues if queue.suspect), key=lambda queue: queues[queue])
        return self._take_alone(suspects, now, urgent=not mine) or self._take(self._rota.order(mine, now), now)

    def _take_alone(self, suspects: list[Queue], now: datetime, *, urgent: bool) -> Job | None:
        """What is suspected of ending its process, once nobody else is at work; meanwhile computing goes on."""
        its_turn = suspects and (urgent or time.monotonic() - self._alone_at >= ISOLATED_RUN_INTERVAL_SECONDS)
        if its_turn and self._quiet.ask():
            self._alone_at = time.monotonic()
            task = self._take(suspects, now)
            if task is not None:
                log.warning("tried alone", station=str(task.station), entity=task.entity, crashes=task.crashes)
                return task
        if not its_turn:
            self._quiet.over()
        return None

    def _take(self, queues: Sequence[Queue], now: datetime, well_only: bool = False) -> Job | None:
        for queue in queues:
            with self.context.database.begin() as tx:
                if self._kept.holds(queue.station):
                    task = self._kept.take_up(tx, queue.station, now + self._leases.length(queue.station))
                else:
                    lease = self._leases.length(queue.station)
                    claimed = jobs.claim_due(tx, queue.station, self.name, now, lease, well_only=well_only, queue=queue)
                    task = claimed[0] if claimed else None
            if task is not None:
                return task
        return None

    def do(self, task: Job) -> None:
        """Run one piece of work for a turn and note how that ended; never raises."""
        began = self.context.clock()
        bound = log.bind(station=str(task.station), entity=task.entity, attempt=task.attempts + 1)
        self._leases.begin(task)
        try:
            outcome = self._run(task)
        except Exception as error:
            self._failed(task, error, bound)
            return
        finally:
            self._leases.end(task)
            if task.suspect:
                self._quiet.over()
        if task.station in COMPUTING_STATIONS:
            self._rota.served(task.station, unfinished=outcome is UNFINISHED)
        now = self.context.clock()
        if outcome is UNFINISHED:
            self._settle(lambda: self._go_on(task, now))
        else:
            self._settle(lambda: self._complete(task, now, now - began, outcome))
        bound.debug("done", milliseconds=round((now - began).total_seconds() * 1000))

    def _run(self, task: Job) -> TurnOutcome:
        if task.station in STATIONS_IN_STEPS:
            return self._kept.go(task, self._stopping.is_set)
        turn = Turn(turns.TURN_SECONDS, turns.TURN_OBJECTS, self._stopping.is_set, alone=task.suspect)
        return STATIONS[task.station](self.context, task.entity, turn)

    def _go_on(self, task: Job, now: datetime) -> None:
        with self.context.database.begin() as tx:
            if self._kept.holds(task.station):
                self._kept.leave(tx, task.station, now + self._leases.length(task.station))
            else:
                jobs.mark_unfinished(tx, task, self.name, now)

    def _hand_back(self) -> None:
        with self.context.database.begin() as tx:
            self._kept.hand_back(tx)

    def _complete(self, task: Job, now: datetime, cost: timedelta, again_at: datetime | None = None) -> None:
        rest = self._rests.after(task, cost)
        with self.context.database.begin() as tx:
            jobs.mark_done(tx, task, self.name, now, rest, again_at)

    def _failed(self, task: Job, error: Exception, bound: structlog.stdlib.BoundLogger) -> None:
        now = self.context.clock()
        if isinstance(error, DeliveryFailed):
            if isinstance(error, Gone) or (task.station == Station.POKE and task.attempts >= 3):
                self._settle(lambda: self._complete(task, now, timedelta()))
                return
            pause = backoff.retry_delay(task.attempts, error.retry_after, self._dice)
            bound.warning("blog not reached", error=str(error), repair=error.repair, again_in=str(pause))
        else:
            pause = LOCAL_FAULT_DELAYS[min(task.attempts, len(LOCAL_FAULT_DELAYS) - 1)]
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
            left = jobs.count_pending(tx, now).get(station, 0) if progress else 0
        task = claimed[0]
        again_at = STATIONS[station](context, task.entity, Turn())
        assert again_at is not UNFINISHED, "a turn without limits has no end"
        with context.database.begin() as tx:
            jobs.mark_done(tx, task, owner, context.clock(), timedelta(), again_at)
        if progress:
            progress(str(station), left)
