"""A clock that jumped ahead and was corrected makes nothing wait longer than the longest rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.operations.stations import UNPLANNED_STATIONS, Station
from bridge.storage.core import job_leases, job_recovery, jobs
from bridge.storage.core import tables as core_tables
from bridge.storage.core.database import Database
from bridge.worker import leases
from bridge.worker.loop import Worker
from tests.conftest import NOW, Clock
from tests.worker.conftest import WorkerBank

AHEAD = NOW + timedelta(hours=2)
REST = timedelta(seconds=4)


def claimed(tx: Any, now: datetime, station: Station = Station.ABSORB) -> bool:
    """Whether it is taken at that time."""
    return bool(job_leases.claim_due(tx, station, "later", now, timedelta(minutes=1)))


def test_news_after_work_that_was_done_ahead_of_time(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["alice"], AHEAD)
        (task,) = job_leases.claim_due(tx, Station.ABSORB, "me", AHEAD, timedelta(minutes=1))
        job_leases.mark_done(tx, task, "me", AHEAD, REST)
        jobs.mark_due(tx, Station.ABSORB, ["alice"], NOW)
        assert claimed(tx, NOW)


def test_a_rest_that_is_none_of_a_wrong_clock_is_kept(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["alice"], NOW)
        (task,) = job_leases.claim_due(tx, Station.ABSORB, "me", NOW, timedelta(minutes=1))
        job_leases.mark_done(tx, task, "me", NOW, REST)
        jobs.mark_due(tx, Station.ABSORB, ["alice"], NOW + timedelta(seconds=1))
        job_recovery.record_corrected_times(tx, NOW, timedelta(minutes=1), UNPLANNED_STATIONS)
        assert not claimed(tx, NOW + timedelta(seconds=2))
        assert claimed(tx, NOW + REST)


def _came_while_at_work(tx: Any) -> None:
    jobs.mark_due(tx, Station.ABSORB, ["alice"], AHEAD)
    (task,) = job_leases.claim_due(tx, Station.ABSORB, "me", AHEAD, timedelta(minutes=1))
    jobs.mark_due(tx, Station.ABSORB, ["alice"], AHEAD)
    job_leases.mark_done(tx, task, "me", AHEAD, REST)


def _never_taken(tx: Any) -> None:
    jobs.mark_due(tx, Station.ABSORB, ["alice"], AHEAD)


def _failed(tx: Any) -> None:
    jobs.mark_due(tx, Station.ABSORB, ["alice"], AHEAD)
    (task,) = job_leases.claim_due(tx, Station.ABSORB, "me", AHEAD, timedelta(minutes=1))
    job_leases.mark_failed(tx, task, "me", AHEAD, timedelta(seconds=5), "busy", waits_for_blog=False)


def _at_work_when_it_died(tx: Any) -> None:
    jobs.mark_due(tx, Station.ABSORB, ["alice"], NOW)
    job_leases.claim_due(tx, Station.ABSORB, "dead", AHEAD, timedelta(minutes=10))


@pytest.mark.parametrize("left", [_came_while_at_work, _never_taken, _failed, _at_work_when_it_died])
def test_what_is_left_of_the_time_ahead_is_taken_up(
    database: Database, clock: Clock, left: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as tx:
        left(tx)
        assert not claimed(tx, NOW + jobs.LONGEST_REST)
    worker = Worker(WorkerBank(database, clock).context, alone=False)
    monkeypatch.setattr(leases, "CLOCK_CHECK_INTERVAL_SECONDS", 0.0)
    worker.claims.leases.correct()
    clock.advance(seconds=1)
    with database.begin() as tx:
        assert claimed(tx, clock())


def test_what_is_planned_for_the_night_stays_there_but_not_for_next_year(database: Database) -> None:
    night = NOW + timedelta(hours=15)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], night)
        jobs.mark_due(tx, Station.RETAIN, [jobs.BANK], night + timedelta(days=365))
        job_recovery.record_corrected_times(tx, NOW, timedelta(minutes=1), UNPLANNED_STATIONS)
        due = {row.station: row.due_at for row in tx.execute(select(core_tables.jobs))}
    assert due == {Station.SWEEP: night, Station.RETAIN: NOW}


def test_a_blogs_backoff_stays(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
        (task,) = job_leases.claim_due(tx, Station.PUSH, "me", NOW, timedelta(minutes=1))
        job_leases.mark_failed(tx, task, "me", NOW, timedelta(hours=20), "away", waits_for_blog=True)
        job_recovery.record_corrected_times(tx, NOW, timedelta(minutes=1), UNPLANNED_STATIONS)
        assert not claimed(tx, NOW + timedelta(hours=19), Station.PUSH)
