"""One claimed job: run for a turn, and how that ended noted – done, to go on with, or to try again later."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bridge.errors import BridgeError, DeliveryFailed, StorageUnavailable
from bridge.storage.core import job_leases
from bridge.storage.core.job_leases import Job
from bridge.worker import retries, turns
from bridge.worker.claims import Claims
from bridge.worker.context import Context
from bridge.worker.cooldown import Cooldowns
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS, STATIONS_IN_STEPS
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome

log = structlog.get_logger("worker")


class JobRunner:
    """Runs what one worker has claimed; its threads share it."""

    def __init__(self, context: Context, owner: str, claims: Claims, stopping: Callable[[], bool]) -> None:
        """`stopping`: whether turns are to end at their next seam."""
        self._context = context
        self._owner = owner
        self._claims = claims
        self._stopping = stopping
        self._dice = random.SystemRandom()
        self._cooldowns = Cooldowns()

    def do(self, task: Job) -> None:
        """Run one piece of work for a turn and note how that ended; never raises."""
        began = self._context.clock()
        bound = log.bind(station=str(task.station), entity=task.entity, attempt=task.attempts + 1)
        self._claims.leases.begin(task)
        try:
            outcome = self._run(task)
        except Exception as error:
            self._failed(task, error, bound)
            return
        finally:
            self._claims.leases.end(task)
            if task.suspect:
                self._claims.exclusive.over()
        if task.station in COMPUTING_STATIONS:
            self._claims.scheduler.served(task.station, unfinished=outcome is UNFINISHED)
        now = self._context.clock()
        if outcome is UNFINISHED:
            settle(lambda: self._claims.leave(task, now))
        else:
            settle(lambda: self._complete(task, now, now - began, outcome))
        bound.debug("done", milliseconds=round((now - began).total_seconds() * 1000))

    def _run(self, task: Job) -> TurnOutcome:
        if task.station in STATIONS_IN_STEPS:
            return self._claims.suspended.go(task, self._stopping)
        turn = Turn(
            turns.TURN_SECONDS,
            turns.TURN_OBJECTS,
            self._stopping,
            alone=task.suspect,
            thorough=task.thorough,
        )
        return STATIONS[task.station](self._context, task.entity, turn)

    def _complete(self, task: Job, now: datetime, cost: timedelta, again_at: datetime | None = None) -> None:
        rest = self._cooldowns.after(task, cost)
        with self._context.database.begin() as tx:
            job_leases.mark_done(tx, task, self._owner, now, rest, again_at)

    def _failed(self, task: Job, error: Exception, bound: structlog.stdlib.BoundLogger) -> None:
        now = self._context.clock()
        if retries.is_given_up(task, error):
            settle(lambda: self._complete(task, now, timedelta()))
            return
        pause = retries.pause_before_retry(task, error, self._dice)
        if isinstance(error, DeliveryFailed):
            bound.warning("blog not reached", error=str(error), repair=error.repair, again_in=str(pause))
        else:
            # What we expect to happen is one line; a bug shows where it is.
            bound.error("failed", error=str(error)[:300], exc_info=not isinstance(error, BridgeError))
        waits_for_blog = isinstance(error, DeliveryFailed)
        settle(lambda: self._later(task, pause, str(error), waits_for_blog))

    def _later(self, task: Job, pause: timedelta, error: str, waits_for_blog: bool) -> None:
        with self._context.database.begin() as tx:
            job_leases.mark_failed(
                tx, task, self._owner, self._context.clock(), pause, error, waits_for_blog=waits_for_blog
            )


def settle(note: Callable[[], None]) -> None:
    """Write something down; when even this cannot be written, a lease ends by itself and the work is done again."""
    try:
        note()
    except StorageUnavailable as error:
        log.warning("storage unavailable", error=str(error))
