"""Claim → station → done | later.

One thread computes (Python computes one thing at a time anyway), several call blogs, so that a slow blog holds a
thread and nobody else. What an entity's last run cost decides how long it rests: twice that, at most five seconds.
A small bank answers at once, a large one is not computed again for every comment. Removals do not wait.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bridge.errors import BridgeError, DeliveryFailed, Gone, StorageUnavailable
from bridge.model import BlogState, Station
from bridge.storage import blogs, work
from bridge.storage.database import Doorbell
from bridge.storage.work import Task
from bridge.worker import backoff, nightly
from bridge.worker.bells import Bell
from bridge.worker.context import Context
from bridge.worker.stations import CALLING, COMPUTING, STATIONS

log = structlog.get_logger("worker")

LONGEST = {
    # Work that takes longer is stuck: somebody else may have it. Above every time-out inside.
    Station.PUSH: timedelta(minutes=10), Station.POKE: timedelta(minutes=1), Station.ABSORB: timedelta(minutes=10),
    Station.REFRESH: timedelta(minutes=5), Station.EPOCH: timedelta(hours=2), Station.SWEEP: timedelta(hours=6),
    Station.RETAIN: timedelta(hours=1), Station.FOLLOW: timedelta(minutes=1),
    Station.TALLY: timedelta(minutes=30),
}  # fmt: skip
# Where others can take over, a lease is short and renewed: what a killed worker held is soon free.
LEASE = timedelta(seconds=10)
RENEWED_EVERY = timedelta(seconds=2)
# New weights may wait for those who have just published, but not for a blog that sends its archive: its authors
# would all be refreshed in the old ones and then again.
PATIENCE = {Station.EPOCH: timedelta(seconds=10)}
REST_FACTOR = 2
LONGEST_REST = timedelta(seconds=5)
# Figures of a blog are read now and then: of twenty comments in a minute a large blog makes two tallies.
TALLY_REST_FACTOR = 50
LONGEST_TALLY_REST = timedelta(seconds=60)
CALLERS = 16  # threads that may wait for blogs
FOR_THE_WELL = 4  # more of them, only for blogs that answered the last time: many dead ones delay nobody
LOCAL_FAULT = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
LISTEN = 0.5  # seconds between looks at the clock when nobody rings


class Worker:
    """Runs what is due until told to stop."""

    def __init__(self, context: Context, *, alone: bool) -> None:
        """`alone`: nobody else works on this database, so leases found at the start belong to the dead."""
        self.context = context
        self.alone = alone
        self.name = secrets.token_hex(8)
        self._dice = random.SystemRandom()
        self._stopping = threading.Event()
        self._at_work: dict[Task, datetime] = {}  # since when; each lane adds and removes its own
        self._renewed_at = context.clock()
        self._following: set[str] = set()  # authors whose next refresh follows new weights, not news

    def stop(self) -> None:
        """Finish what is running, begin nothing new."""
        self._stopping.set()

    def run(self) -> None:
        """Until `stop`; returns when all threads are done."""
        self._begin()
        lanes = [(COMPUTING, 1, False), (CALLING, CALLERS, False), (CALLING, FOR_THE_WELL, True)]
        bells = [Bell() for _ in lanes]
        threads = [
            threading.Thread(target=self._lane, args=(bell, stations, well_only), name=f"{stations[0]}-{n}")
            for bell, (stations, count, well_only) in zip(bells, lanes, strict=True)
            for n in range(count)
        ]
        for thread in threads:
            thread.start()
        doorbell: Doorbell | None = None
        while not self._stopping.is_set():
            doorbell = self._listen(doorbell)
            for bell in bells:
                bell.ring()
            self._settle(self._renew)
            self._settle(self.context.database.tidy)
        for thread in threads:
            while thread.is_alive():
                for bell in bells:
                    bell.ring(for_all=True)
                thread.join(LISTEN)
                self._settle(self._renew)
        if doorbell is not None:
            doorbell.close()

    def _listen(self, doorbell: Doorbell | None) -> Doorbell | None:
        """Until somebody rings; a bell that broke with its connection is hung up anew next time."""
        try:
            doorbell = doorbell or self.context.database.doorbell()
            doorbell.wait(LISTEN)
        except Exception as error:  # a database that is away now: look at the clock instead
            log.warning("no doorbell", error=str(error)[:200])
            if doorbell is not None:
                doorbell.close()
            self._stopping.wait(LISTEN)
            return None
        return doorbell

    def _renew(self) -> None:
        """Hold on to what is being worked at."""
        now = self.context.clock()
        if self.alone or now - self._renewed_at < RENEWED_EVERY:
            return
        self._renewed_at = now
        held = [task for task, began in list(self._at_work.items()) if now - began < LONGEST[task.station]]
        if held:
            with self.context.database.begin() as tx:
                work.renew(tx, held, self.name, now + LEASE)

    def _begin(self) -> None:
        """Nightly work is planned, and every blog is asked to send what it kept while nobody was here."""
        now = self.context.clock()
        nightly.schedule(self.context)
        with self.context.database.begin() as tx:
            if self.alone:
                work.release_all(tx)
            for blog in blogs.list_all(tx):
                if blog.origin == "connected" and blog.state is BlogState.CONNECTED:
                    work.mark_due(tx, Station.POKE, [blog.id], now, blog_id=blog.id)
                    work.mark_due(tx, Station.PUSH, [blog.id], now, blog_id=blog.id)

    def _lane(self, bell: Bell, stations: Sequence[Station], well_only: bool) -> None:
        while not self._stopping.is_set():
            try:
                task = self._claim(stations, well_only)
            except StorageUnavailable as error:
                log.warning("storage unavailable", error=str(error))
                self._stopping.wait(error.retry_after)
                continue
            if task is None:
                bell.wait()
            else:
                bell.ring()
                self.do(task)

    def _claim(self, stations: Sequence[Station], well_only: bool) -> Task | None:
        now = self.context.clock()
        with self.context.database.read() as tx:
            due = work.stations_due(tx, now, well_only=well_only)
        for station in _in_turn(stations, due, now):
            if station in due:
                with self.context.database.begin() as tx:
                    lease = LONGEST[station] if self.alone else LEASE
                    claimed = work.claim(tx, station, self.name, now, lease, well_only=well_only)
                if claimed:
                    return claimed[0]
        return None

    def do(self, task: Task) -> None:
        """Run one piece of work and note how it ended; never raises."""
        began = self.context.clock()
        bound = log.bind(station=str(task.station), entity=task.entity, attempt=task.attempts + 1)
        self._at_work[task] = began
        try:
            again_at = STATIONS[task.station](self.context, task.entity)
        except Exception as error:
            self._failed(task, error, bound)
            return
        finally:
            del self._at_work[task]
        now = self.context.clock()
        self._settle(lambda: self._complete(task, now, now - began, again_at))
        bound.debug("done", milliseconds=round((now - began).total_seconds() * 1000))

    def _complete(self, task: Task, now: datetime, cost: timedelta, again_at: datetime | None = None) -> None:
        if task.station is Station.FOLLOW:
            self._following.add(task.entity)
        if task.station is Station.REFRESH and task.entity in self._following:
            self._following.discard(task.entity)
            rest = timedelta()  # nobody has had anything of this run: who publishes next does not pay for it
        elif task.station is Station.TALLY:
            rest = min(TALLY_REST_FACTOR * cost, LONGEST_TALLY_REST)
        else:
            rest = min(REST_FACTOR * cost, LONGEST_REST)
        with self.context.database.begin() as tx:
            work.complete(tx, task, self.name, now, rest, again_at)

    def _failed(self, task: Task, error: Exception, bound: structlog.stdlib.BoundLogger) -> None:
        now = self.context.clock()
        if isinstance(error, DeliveryFailed):
            if isinstance(error, Gone) or (task.station is Station.POKE and task.attempts >= 3):
                self._settle(lambda: self._complete(task, now, timedelta()))
                return
            pause = backoff.wait(task.attempts, error.retry_after, self._dice)
            bound.warning("blog not reached", error=str(error), repair=error.repair, again_in=str(pause))
        else:
            pause = LOCAL_FAULT[min(task.attempts, len(LOCAL_FAULT) - 1)]
            # What we expect to happen is one line; a bug shows where it is.
            bound.error("failed", error=str(error)[:300], exc_info=not isinstance(error, BridgeError))
        waits_for_blog = isinstance(error, DeliveryFailed)
        self._settle(lambda: self._later(task, now + pause, str(error), waits_for_blog))

    def _later(self, task: Task, due_at: datetime, error: str, waits_for_blog: bool) -> None:
        with self.context.database.begin() as tx:
            work.later(tx, task, self.name, due_at, error, waits_for_blog=waits_for_blog)

    def _settle(self, note: Callable[[], None]) -> None:
        """When even this cannot be written, the lease ends by itself and the work is done again."""
        try:
            note()
        except StorageUnavailable as error:
            log.warning("storage unavailable", error=str(error))


def _in_turn(stations: Sequence[Station], due: Mapping[str, datetime], now: datetime) -> list[Station]:
    """Which to try first: whatever is still patient stands behind refreshing."""
    patient = {one for one, patience in PATIENCE.items() if one in due and now - due[one] < patience}

    def place(station: Station) -> tuple[int, int]:
        behind = Station.REFRESH if station in patient else station
        return stations.index(behind), station in patient

    return sorted(stations, key=place)


def run_until_idle(context: Context, progress: Callable[[str, int], None] | None = None) -> None:
    """Do all work that is due here and now, without calling any blog and without resting: for imports and tests.

    `progress` hears the station and how much of it is left.

    Raises:
        Exception: what a station raised; nothing is tried again.
    """
    owner = f"direct-{secrets.token_hex(4)}"
    now = context.clock()
    while True:
        for station in COMPUTING:
            with context.database.begin() as tx:
                far = now + LONGEST_REST * 4  # what rests now is done now
                claimed = work.claim(tx, station, owner, far, LONGEST[station])
                left = work.pending(tx, now).get(station, 0)
            if claimed:
                break
        else:
            return
        task = claimed[0]
        again_at = STATIONS[station](context, task.entity)
        with context.database.begin() as tx:
            work.complete(tx, task, owner, context.clock(), timedelta(), again_at)
        if progress:
            progress(str(station), left)
