"""The worker is well while it ends turns, however much one blog has heaped up; and ill when nothing moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bridge.app import create_app
from bridge.config import Config
from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.runtime import build_runtime
from bridge.storage import health
from bridge.storage.core import jobs
from bridge.storage.core.database import Database
from bridge.storage.core.jobs import Job
from bridge.webhooks.service import Service
from tests.conftest import NOW, Clock

MINUTE = timedelta(minutes=1)
LONG_AFTER = NOW + timedelta(hours=1)


def still(database: Database, now: datetime) -> bool:
    with database.read() as tx:
        return health.is_stalled(tx, now, MINUTE, CALLING_STATIONS)


def heap_up(database: Database, station: Station = Station.REFRESH) -> None:
    """More than anybody does in an hour."""
    with database.begin() as tx:
        jobs.mark_due(tx, station, [f"archive/{n}" for n in range(200)], NOW)


def take(database: Database, station: Station, now: datetime) -> Job:
    with database.begin() as tx:
        return jobs.claim_due(tx, station, "worker", now, MINUTE)[0]


@pytest.mark.parametrize("end", ["complete", "go on", "failed"])
def test_a_backlog_is_no_illness_while_turns_end(database: Database, end: str) -> None:
    heap_up(database)
    assert not still(database, NOW + timedelta(seconds=59))
    assert still(database, LONG_AFTER)
    task = take(database, Station.REFRESH, LONG_AFTER)
    assert still(database, LONG_AFTER), "to begin is not to end"
    with database.begin() as tx:
        if end == "complete":
            jobs.mark_done(tx, task, "worker", LONG_AFTER, timedelta())
        elif end == "go on":
            jobs.mark_unfinished(tx, task, "worker", LONG_AFTER)
        else:
            jobs.mark_failed(tx, task, "worker", LONG_AFTER, MINUTE, "no", waits_for_blog=False)
    assert not still(database, LONG_AFTER)
    assert not still(database, LONG_AFTER + timedelta(seconds=50))
    assert still(database, LONG_AFTER + timedelta(minutes=3)), "since then nothing moved"


def test_what_is_late_behind_a_worker_that_works_is_said_by_the_figures_alone(database: Database) -> None:
    heap_up(database, Station.EPOCH)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["archive"], LONG_AFTER)
    task = take(database, Station.ABSORB, LONG_AFTER)
    with database.begin() as tx:
        jobs.mark_unfinished(tx, task, "worker", LONG_AFTER)
    assert not still(database, LONG_AFTER)
    with database.read() as tx:
        assert health.list_oldest_due_ages(tx, LONG_AFTER)["epoch"] == 3600


def test_calls_that_end_hide_no_computing_that_stands_still(database: Database) -> None:
    heap_up(database)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
    task = take(database, Station.PUSH, LONG_AFTER)
    with database.begin() as tx:
        jobs.mark_done(tx, task, "worker", LONG_AFTER, timedelta())
    assert still(database, LONG_AFTER)


def test_a_blog_that_is_away_and_work_set_aside_are_no_illness(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
    task = take(database, Station.PUSH, NOW)
    with database.begin() as tx:
        jobs.mark_failed(tx, task, "worker", NOW, MINUTE, "away", waits_for_blog=True)
        jobs.mark_set_aside(tx, Station.REFRESH, "bob/1", NOW)
    assert not still(database, LONG_AFTER)


def test_a_probe_hears_it(database: Database, database_url: str, clock: Clock, tmp_path: Path) -> None:
    environ = {"BRIDGE_HOME": str(tmp_path), "DATABASE_URL": database_url, "SECRET_KEY": "k" * 43}
    service = Service(build_runtime(Config.from_env(environ), database, clock))

    def ask() -> tuple[int, str]:
        answer = create_app(service).test_client().get("/healthz")
        return answer.status_code, answer.get_json()["status"]

    heap_up(database)
    assert ask() == (200, "ok")
    clock.advance(minutes=2)
    assert ask() == (503, "late")
    task = take(database, Station.REFRESH, clock())
    with database.begin() as tx:
        jobs.mark_done(tx, task, "worker", clock(), timedelta())
    assert ask() == (200, "ok")
