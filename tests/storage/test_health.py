"""The worker is well while it ends turns, however much one blog has heaped up; and ill when nothing moves."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import bridge
from bridge.app import create_app
from bridge.config import Config
from bridge.model import BlogFacts, BlogState
from bridge.operations.receiving import receive
from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.pushes import PushAnswer, StatsObject
from bridge.runtime import build_runtime
from bridge.storage import health
from bridge.storage.blogs import blogs, contact, deliveries, outbox
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.core import job_leases, jobs, set_aside_jobs
from bridge.storage.core.database import Database
from bridge.storage.core.job_leases import Job
from bridge.webhooks.service import Service
from tests.conftest import NOW, Clock
from tests.peer import silent_blog

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
        return job_leases.claim_due(tx, station, "worker", now, MINUTE)[0]


@pytest.mark.parametrize("end", ["complete", "go on", "failed"])
def test_a_backlog_is_no_illness_while_turns_end(database: Database, end: str) -> None:
    heap_up(database)
    assert not still(database, NOW + timedelta(seconds=59))
    assert still(database, LONG_AFTER)
    task = take(database, Station.REFRESH, LONG_AFTER)
    assert still(database, LONG_AFTER), "to begin is not to end"
    with database.begin() as tx:
        if end == "complete":
            job_leases.mark_done(tx, task, "worker", LONG_AFTER, timedelta())
        elif end == "go on":
            job_leases.mark_unfinished(tx, task, "worker", LONG_AFTER)
        else:
            job_leases.mark_failed(tx, task, "worker", LONG_AFTER, MINUTE, "no", waits_for_blog=False)
    assert not still(database, LONG_AFTER)
    assert not still(database, LONG_AFTER + timedelta(seconds=50))
    assert still(database, LONG_AFTER + timedelta(minutes=3)), "since then nothing moved"


def test_what_is_late_behind_a_worker_that_works_is_said_by_the_figures_alone(database: Database) -> None:
    heap_up(database, Station.EPOCH)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["archive"], LONG_AFTER)
    task = take(database, Station.ABSORB, LONG_AFTER)
    with database.begin() as tx:
        job_leases.mark_unfinished(tx, task, "worker", LONG_AFTER)
    assert not still(database, LONG_AFTER)
    with database.read() as tx:
        assert health.list_oldest_due_ages(tx, LONG_AFTER)["epoch"] == 3600


def test_calls_that_end_hide_no_computing_that_stands_still(database: Database) -> None:
    heap_up(database)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
    task = take(database, Station.PUSH, LONG_AFTER)
    with database.begin() as tx:
        job_leases.mark_done(tx, task, "worker", LONG_AFTER, timedelta())
    assert still(database, LONG_AFTER)


def test_a_blog_that_is_away_and_work_set_aside_are_no_illness(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
    task = take(database, Station.PUSH, NOW)
    with database.begin() as tx:
        job_leases.mark_failed(tx, task, "worker", NOW, MINUTE, "away", waits_for_blog=True)
        set_aside_jobs.mark_set_aside(tx, Station.REFRESH, "bob/1", NOW)
    assert not still(database, LONG_AFTER)


@pytest.fixture
def service(database: Database, database_url: str, clock: Clock, tmp_path: Path) -> Service:
    environ = {"BRIDGE_HOME": str(tmp_path), "DATABASE_URL": database_url, "SECRET_KEY": "k" * 43}
    return Service(build_runtime(Config.from_env(environ), database, clock))


def probe(service: Service, path: str = "/healthz") -> tuple[int, str]:
    answer = create_app(service).test_client().get(path)
    return answer.status_code, answer.get_json()["status"]


def test_a_probe_hears_it(database: Database, service: Service, clock: Clock) -> None:
    def ask() -> tuple[int, str]:
        return probe(service)

    heap_up(database)
    assert ask() == (200, "ok")
    clock.advance(minutes=2)
    assert ask() == (503, "late")
    task = take(database, Station.REFRESH, clock())
    with database.begin() as tx:
        job_leases.mark_done(tx, task, "worker", clock(), timedelta())
    assert ask() == (200, "ok")


def test_ready_is_who_reaches_a_database_that_it_knows(database: Database, service: Service, clock: Clock) -> None:
    heap_up(database)
    clock.advance(hours=1)
    assert probe(service, "/readyz") == (200, "ready"), "late work keeps nobody away"
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert probe(service, "/readyz")[0] == 503


def test_figures_tell_a_blog_that_is_away_from_a_bridge_that_is_late(
    database: Database, service: Service, clock: Clock
) -> None:
    with database.begin() as tx:
        for name in ("alice", "bob", "carol"):
            home = f"https://{name}.example"
            facts = BlogFacts(name, "", "fr", home, f"{home}/wp-json/", "", name)
            blogs.upsert(tx, name, "connected", facts, clock())
            outbox.upsert_changed(tx, name, [StatsObject("blog", "0", 0, {"comments": 1})], clock())
        contact.record_push_failure(tx, "bob", "away", clock())
        blogs.record_state(tx, "carol", BlogState.PAUSED, clock())
        outbox.record_answer(tx, "alice", PushAnswer(accepted=(("blog", "0", 1),)))
    clock.advance(hours=1)
    client = create_app(service).test_client()

    def figures() -> set[str]:
        return {line for line in client.get("/metrics").text.splitlines() if line.startswith("bridge_")}

    alone = {f'bridge_blogs{{state="{state}"}} 1.0' for state in ("connected", "failing", "paused")}
    assert alone | {"bridge_push_age_seconds 0.0"} <= figures()
    with database.begin() as tx:
        outbox.upsert_changed(tx, "alice", [StatsObject("blog", "0", 0, {"comments": 2})], clock())
    clock.advance(minutes=2)
    later = create_app(service).test_client().get("/metrics").text
    assert "bridge_push_age_seconds 120.0" in later


def test_figures_say_how_long_pushes_and_quarantine_have_waited(
    database: Database, service: Service, clock: Clock
) -> None:
    peer = silent_blog("alice", "https://alice.example")
    facts = BlogFacts("Alice", "", "fr", peer.url, f"{peer.url}/wp-json/", "", "alice")
    with database.begin() as tx:
        blogs.upsert(tx, "alice", "connected", facts, clock())
        for post, minutes in ((1, 0), (2, 2), (3, 120)):  # of waiting
            changed_at = clock() + timedelta(minutes=120 - minutes)
            outbox.upsert_changed(tx, "alice", [StatsObject("post", str(post), 0, {"comments": 1})], changed_at)
        receive(tx, [InboundDelivery("alice", "broken", clock(), b"{}")])
        (delivery,) = deliveries.list_waiting(tx, "alice", 1)
        deliveries.record_settled(tx, delivery, "it did not fit", clock())
    clock.advance(hours=2)
    figures = create_app(service).test_client().get("/metrics").text
    waiting = dict(re.findall(r'bridge_pushes_waiting{older_than="(\d+)"} (\d+)', figures))
    assert waiting == {"0": "3", "60": "2", "900": "1", "3600": "1", "86400": "0"}
    assert "bridge_quarantine_age_seconds 7200.0" in figures


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json"])
def test_each_alert_and_picture_is_about_figures_that_there_are(service: Service, name: str) -> None:
    client = create_app(service).test_client()
    client.post("/webhooks/nobody", data=b"{}", content_type="application/json")
    told = set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").text, re.MULTILINE))
    rules = (Path(bridge.__file__).parent.parent / "docs" / name).read_text()
    named = {figure.removesuffix("_bucket") for figure in re.findall(r"bridge_\w+", rules)}
    assert len(named) >= 9
    assert named <= told
