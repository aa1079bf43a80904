"""Claim → station → done | later.

One thread computes (Python computes one thing at a time anyway), several call blogs, so that a slow blog holds a
thread and nobody else. What an entity's last run cost decides how long it rests: twice that, at most five seconds.
A small bank answers at once, a large one is not computed again for every comment. Removals do not wait.

Nobody computes for longer than a turn (`turns`): a blog with an archive, and what goes over the whole bank, is left for
what others are waiting for, and gone on with afterwards (`scheduler`). What ended its worker twice is tried alone.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.errors import StorageUnavailable
from bridge.model import BlogState
from bridge.operations import due
from bridge.operations.stations import CALLING_STATIONS, UNPLANNED_STATIONS, Station
from bridge.storage.blogs import blogs, outbox
from bridge.storage.core import counters, job_leases, job_queues, job_recovery
from bridge.storage.core.doorbell import CommitListener
from bridge.storage.core.job_leases import Job
from bridge.worker import nightly
from bridge.worker.claims import Claims
from bridge.worker.context import Context
from bridge.worker.cooldown import MAX_COOLDOWN
from bridge.worker.job_runner import JobRunner, settle
from bridge.worker.leases import MAX_LEASE
from bridge.worker.looker import Looker
from bridge.worker.outbound.alert import schedule_alerts
from bridge.worker.outbound.publish import schedule_publishing
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS
from bridge.worker.turns import UNFINISHED, Turn
from bridge.worker.wakeup import WakeOne

log = structlog.get_logger("worker")

CALL_THREADS = 16  # threads that may wait for blogs
HEALTHY_BLOG_THREADS = 4  # more of them, only for blogs that answered the last time: many dead ones delay nobody
FIRST_CALLS_BATCH = 100  # blogs that a starting worker calls at once
FIRST_CALLS_REST = timedelta(minutes=10)  # for which other workers that start call nobody
FIRST_CALLS_INTERVAL = timedelta(seconds=0.5)  # until the next so many
POLL_INTERVAL_SECONDS = 0.5  # seconds between looks at the clock when nobody rings


@dataclass(frozen=True, slots=True)
class Lane:
    """Threads that do work of the same stations; `well_only`: only for blogs that answered the last time."""

    stations: Sequence[Station]
    threads: int = 1
    well_only: bool = False


ALL_LANES = (
    Lane(COMPUTING_STATIONS),
    Lane(CALLING_STATIONS, CALL_THREADS),
    Lane(CALLING_STATIONS, HEALTHY_BLOG_THREADS, well_only=True),
)


class Worker:
    """Runs what is due until told to stop."""

    def __init__(self, context: Context, *, alone: bool, lanes: Sequence[Lane] = ALL_LANES) -> None:
        """`alone`: nobody else works on this database, so leases found at the start belong to the dead."""
        self.context = context
        self._lanes = lanes
        self.alone = alone
        self.name = secrets.token_hex(8)
        self._stopping = threading.Event()
        stations = {station for lane in lanes for station in lane.stations}
        self.claims = Claims(context, self.name, alone=alone, stations=stations)
        self._looker = Looker(context)
        self._runner = JobRunner(context, self.name, self.claims, self._stopping.is_set)

    def stop(self) -> None:
        """Finish what is running, begin nothing new."""
        self._stopping.set()

    def run(self) -> None:
        """Until `stop`; returns when all threads are done."""
        self._begin()
        bells = [WakeOne() for _ in self._lanes]
        threads = [
            threading.Thread(target=self._work, args=(bell, lane), name=f"{lane.stations[0]}-{n}")
            for bell, lane in zip(bells, self._lanes, strict=True)
            for n in range(lane.threads)
        ]
        for thread in threads:
            thread.start()
        doorbell: CommitListener | None = None
        while not self._stopping.is_set():
            doorbell = self._listen(doorbell)
            self._feed(bells)
            settle(self.claims.leases.renew)
            settle(self.claims.leases.correct)
            settle(self.context.database.tidy)
        for thread in threads:
            while thread.is_alive():
                for bell in bells:
                    bell.ring(for_all=True)
                thread.join(POLL_INTERVAL_SECONDS)
                settle(self.claims.leases.renew)
        settle(self.claims.hand_back)
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

    def _feed(self, bells: Sequence[WakeOne]) -> None:
        """Look at what is due, once, and wake the lanes that have work."""
        self._looker.outdate()
        try:
            look = self._looker.current()
        except Exception:  # whoever is woken looks again, says so, and waits
            log.debug("not looked", exc_info=True)
            look = None
        for bell, lane in zip(bells, self._lanes, strict=True):
            if look is None or self.claims.suspended.tasks or look.has_work(lane.stations, well_only=lane.well_only):
                bell.ring()

    def _begin(self) -> None:
        """Nightly work is planned, and every blog is asked to send what it kept while nobody was here."""
        now = self.context.clock()
        nightly.schedule_night(self.context)
        schedule_alerts(self.context)
        schedule_publishing(self.context)
        with self.context.database.begin() as tx:
            if self.alone:
                job_recovery.mark_all_released(tx, now)
            job_recovery.record_corrected_times(tx, now, max(MAX_LEASE.values()), UNPLANNED_STATIONS)
        if self.alone or is_first_to_call(self.context, now):
            plan_first_calls(self.context, now)

    def _work(self, bell: WakeOne, lane: Lane) -> None:
        while not self._stopping.is_set():
            calling = lane.stations is CALLING_STATIONS
            if calling and not self.claims.exclusive.enter():
                bell.wait()
                continue
            try:
                task = self.claims.next(lane.stations, well_only=lane.well_only, look=self._looker.current())
                if task is not None:
                    bell.ring()
                    self.do(task)
            except StorageUnavailable as error:
                log.warning("storage unavailable", error=str(error))
                self._stopping.wait(error.retry_after)
                continue
            except Exception as error:  # a fault of ours: its lease ends by itself, and it counts as a crash
                log.error("not noted how a job ended", error=str(error)[:300], exc_info=True)
                self._stopping.wait(POLL_INTERVAL_SECONDS)
                continue
            finally:
                if calling:
                    self.claims.exclusive.leave()
            if task is None:
                bell.wait()

    def do(self, job: Job) -> None:
        """Run one piece of work for a turn and note how that ended; never raises."""
        self._runner.do(job)
        self._looker.outdate()  # what follows from it may be due


def is_first_to_call(context: Context, now: datetime) -> bool:
    """Whether no worker has started a moment ago; of those that start one after the other the first calls the blogs."""
    with context.database.begin() as tx:
        called_at = counters.get_number(tx, counters.BLOGS_CALLED_AT)
        seconds = round(now.timestamp())
        first = not called_at <= seconds < called_at + FIRST_CALLS_REST.total_seconds()
        if first:
            counters.upsert_number(tx, counters.BLOGS_CALLED_AT, seconds)
    return first


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
            some = connected[batch : batch + FIRST_CALLS_BATCH]
            due.worker_started(tx, some, outbox.list_blogs_with_open(tx, some), at)


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
            due_since = job_queues.list_due_queues(tx, far, COMPUTING_STATIONS)
            in_order = sorted(
                due_since, key=lambda queue: (COMPUTING_STATIONS.index(Station(queue.station)), due_since[queue])
            )
            for queue in in_order:  # of one that was seen a worker beside this may just have taken the last
                claimed = job_leases.claim_due(tx, queue, owner, far, MAX_LEASE[Station(queue.station)])
                if claimed:
                    break
            else:
                return
            left = job_queues.count_pending(tx, now).get(queue.station, 0) if progress else 0
        (task,) = claimed
        again_at = STATIONS[Station(task.station)](context, task.entity, Turn())
        assert again_at is not UNFINISHED, "a turn without limits has no end"
        with context.database.begin() as tx:
            job_leases.mark_done(tx, task, owner, context.clock(), timedelta(), again_at)
        if progress:
            progress(task.station, left)
