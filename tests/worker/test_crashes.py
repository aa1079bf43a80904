"""What ends its process is found out, tried alone, and set aside; nobody else is counted, and nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge import contract
from bridge.model import Event
from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.storage import health
from bridge.storage.blogs import deliveries
from bridge.storage.core import job_leases, job_queues, job_recovery, jobs, set_aside_jobs
from bridge.storage.core import tables as core_tables
from bridge.worker import retries, suspended_runs
from bridge.worker.fleet import BANK_STATIONS
from bridge.worker.intake import absorb as applying
from bridge.worker.intake import read_inbox
from bridge.worker.loop import Lane, Worker
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS, STATIONS_IN_STEPS
from tests.conftest import NOW
from tests.lab.fixtures import wait_until
from tests.lab.texts import CASH, HIRING
from tests.running import HANG_SECONDS
from tests.worker.conftest import WorkerBank, post_author

Life = Callable[[], tuple[list[str], bool]]


class Killed(BaseException):
    """Like a SIGKILL: nobody in the process comes to note anything."""


@pytest.fixture
def life(bank: WorkerBank) -> Life:
    """A worker from its start until it is idle or killed: whom it served, and whether it died."""

    def live() -> tuple[list[str], bool]:
        worker = Worker(bank.context, alone=True)
        with bank.database.begin() as tx:
            job_recovery.mark_all_released(tx, bank.clock())
        served: list[str] = []
        try:
            while (task := worker.claims.next(COMPUTING_STATIONS)) is not None:
                worker.do(task)
                served.append(task.entity)
        except Killed:
            return served, True
        return served, False

    return live


def authors_due(bank: WorkerBank, *names: str) -> None:
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.REFRESH, names, bank.clock())


def crashes(bank: WorkerBank, entity: str) -> int:
    with bank.database.read() as tx:
        return int(
            tx.execute(select(core_tables.jobs.c.crashes).where(core_tables.jobs.c.entity == entity)).scalar_one()
        )


def kills(monkeypatch: pytest.MonkeyPatch, *entities: str) -> None:
    def refresh(_context: Any, entity: str, _turn: Any) -> None:
        if entity in entities:
            raise Killed

    monkeypatch.setitem(STATIONS, Station.REFRESH, refresh)


def test_one_of_four_kills_its_process_and_the_others_are_served_in_the_next_life(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills(monkeypatch, "a/1")
    authors_due(bank, "a/1", "b/1", "c/1", "d/1")
    assert life() == ([], True), "the poison comes first"
    assert life() == (["b/1", "c/1", "d/1"], False)
    deaths = 1
    for _ in range(10):
        bank.clock.advance(seconds=6)
        deaths += life()[1]
    assert deaths == job_queues.SET_ASIDE_AFTER_CRASHES
    with bank.database.read() as tx:
        assert set_aside_jobs.list_set_aside(tx) == [(Station.REFRESH, "a/1")]
        assert job_queues.list_due_queues(tx, bank.clock(), Station) == {}
        assert health.list_oldest_due_ages(tx, bank.clock()) == {}, "it does not make the bridge look late"
    authors_due(bank, "a/1")
    assert life() == ([], False), "news do not bring it back"
    kills(monkeypatch)
    with bank.database.begin() as tx:
        assert set_aside_jobs.mark_set_aside_due(tx, bank.clock(), entity="a/1") == 1
        assert set_aside_jobs.mark_set_aside_due(tx, bank.clock()) == 0
    assert life() == (["a/1"], False)
    assert crashes(bank, "a/1") == 0


def test_what_ran_beside_is_told_from_it_by_being_tried_alone(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills(monkeypatch, "a/1")
    authors_due(bank, "a/1", "b/1")
    for _ in range(job_queues.ALONE_AFTER_CRASHES):  # both were at work
        bank.clock.advance(seconds=6)
        with bank.database.begin() as tx:
            assert len(job_leases.claim_due(tx, Station.REFRESH, "dead", bank.clock(), timedelta(minutes=1), 2)) == 2
            job_recovery.mark_all_released(tx, bank.clock())
    bank.clock.advance(seconds=6)
    assert life() == ([], True)
    assert crashes(bank, "b/1") == job_queues.ALONE_AFTER_CRASHES
    assert life() == (["b/1"], False)
    assert (crashes(bank, "a/1"), crashes(bank, "b/1")) == (job_queues.ALONE_AFTER_CRASHES + 1, 0)


def test_alone_means_that_nobody_calls_meanwhile(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.blog("alice")
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], bank.clock(), blog_id="alice")
        tx.execute(core_tables.jobs.update().values(crashes=job_queues.ALONE_AFTER_CRASHES))
    worker = Worker(bank.context, alone=True)
    assert worker.claims.next(CALLING_STATIONS) is None, "one that calls does not take it"
    assert worker.claims.exclusive.enter()
    assert worker.claims.next(COMPUTING_STATIONS) is None, "somebody is calling"
    assert not worker.claims.exclusive.enter(), "and nobody else begins"
    worker.claims.exclusive.leave()
    task = worker.claims.next(COMPUTING_STATIONS)
    assert task is not None
    assert task.suspect
    worker.do(task)
    assert worker.claims.exclusive.enter(), "afterwards everybody may"
    assert crashes(bank, "alice") == 0


def test_whoever_goes_over_the_bank_of_a_fleet_leaves_what_ends_processes_to_the_others(bank: WorkerBank) -> None:
    bank.blog("alice")
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["alice"], bank.clock(), blog_id="alice")
        jobs.mark_due(tx, Station.RETAIN, [jobs.BANK], bank.clock())
        tx.execute(core_tables.jobs.update().values(crashes=job_queues.ALONE_AFTER_CRASHES))
    sweep = Worker(bank.context, alone=False, lanes=(Lane(BANK_STATIONS),))
    task = sweep.claims.next(BANK_STATIONS)
    assert task is not None
    assert task.station == Station.RETAIN, "its own it tries alone"
    sweep.do(task)
    assert sweep.claims.next(BANK_STATIONS) is None
    with bank.database.read() as tx:
        assert job_queues.list_due_entities(tx, bank.clock(), Station.ABSORB, 1) == ["alice"], "the fleet is told"


def test_what_is_suspected_has_its_turn_beside_a_stream_of_others(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    authors_due(bank, "a/1", "b/1")
    with bank.database.begin() as tx:
        tx.execute(
            core_tables.jobs.update()
            .where(core_tables.jobs.c.entity == "a/1")
            .values(crashes=job_queues.ALONE_AFTER_CRASHES)
        )
    worker = Worker(bank.context, alone=True)
    task = worker.claims.next(COMPUTING_STATIONS)
    assert task is not None
    assert task.entity == "b/1"
    with bank.database.begin() as tx:
        job_leases.mark_done(tx, task, worker.name, bank.clock(), timedelta())
    authors_due(bank, "b/1")
    monkeypatch.setattr("bridge.worker.claims.ISOLATED_RUN_INTERVAL_SECONDS", 0.0)
    task = worker.claims.next(COMPUTING_STATIONS)
    assert task is not None
    assert task.entity == "a/1"


def test_a_delivery_that_ends_the_process_is_set_aside_and_its_blog_goes_on(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(event: Event, *rest: Any) -> Any:
        if getattr(event, "remote_id", "") == "666":
            raise Killed
        return applying.prepare(event, *rest)

    monkeypatch.setattr(read_inbox, "prepare", prepare)
    mallory, alice = bank.blog("mallory"), bank.blog("alice")
    bank.send(mallory, mallory.batch([mallory.post(n, 1, *CASH[0]) for n in (1, 666, 2)]))
    bank.send(mallory, mallory.batch([mallory.post(n, 1, *CASH[1]) for n in range(10, 20)]))
    bank.send(alice, alice.post(1, 1, *HIRING[0]))
    deaths = 0
    for number in range(12):
        deaths += life()[1]
        bank.clock.advance(seconds=6)
        with bank.database.read() as tx:
            if number == 1:
                assert post_author(tx, "alice", "1") == "1", "the other blog is served in the second life"
    assert deaths == job_queues.SET_ASIDE_AFTER_CRASHES
    with bank.database.read() as tx:
        assert [one.error for one in deliveries.list_quarantined(tx)] == [
            "event 2: the process ended each time it was read"
        ]
        assert [n for n in (1, 2, 10, 19, 666) if post_author(tx, "mallory", str(n))] == [1, 2, 10, 19]
        assert set_aside_jobs.list_set_aside(tx) == []
    bank.send(mallory, mallory.post(30, 1, *CASH[0]))
    assert life()[1] is False
    with bank.database.read() as tx:
        assert post_author(tx, "mallory", "30") == "1"


def test_one_that_cannot_even_be_taken_apart_is_set_aside_whole(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = contract.parse

    def killing(body: bytes, *rest: Any) -> Any:
        if b"666" in body:
            raise Killed
        return parse(body, *rest)

    monkeypatch.setattr(contract, "parse", killing)
    mallory = bank.blog("mallory")
    bank.send(mallory, mallory.post(666, 1, *CASH[0]), mallory.post(1, 1, *CASH[1]))
    deaths = 0
    for _ in range(12):
        deaths += life()[1]
        bank.clock.advance(seconds=6)
    assert deaths == job_queues.SET_ASIDE_AFTER_CRASHES
    with bank.database.read() as tx:
        assert [one.error for one in deliveries.list_quarantined(tx)] == [
            "delivery: the process ended each time it was read"
        ]
        assert post_author(tx, "mallory", "1") == "1"


def test_an_error_a_blog_that_does_not_answer_and_a_clean_end_are_no_crashes(database: Any) -> None:
    ends: list[Callable[[Any, job_leases.Job], object]] = [
        lambda tx, task: job_leases.mark_failed(tx, task, "me", NOW, timedelta(), "away", waits_for_blog=True),
        lambda tx, task: job_leases.mark_done(tx, task, "me", NOW, timedelta()),
        lambda tx, task: job_leases.mark_unfinished(tx, task, "me", NOW),
    ]
    for n, end in enumerate(ends):
        with database.begin() as tx:
            jobs.mark_due(tx, Station.PUSH, [f"blog{n}"], NOW)
            (task,) = job_leases.claim_due(tx, Station.PUSH, "me", NOW, timedelta(minutes=1))
            end(tx, task)
            found = tx.execute(
                select(core_tables.jobs.c.crashes).where(core_tables.jobs.c.entity == task.entity)
            ).scalar_one()
            tx.execute(core_tables.jobs.update().values(due_at=None))
        assert found == 0


def test_a_sweep_that_was_left_for_a_while_did_not_end_the_process(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(_context: Any) -> Any:
        authors_due(bank, "a/1")
        yield
        yield
        return None

    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", 0.0)
    monkeypatch.setitem(STATIONS_IN_STEPS, Station.SWEEP, steps)
    kills(monkeypatch, "a/1")
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    assert life() == ([jobs.BANK], True), "what became due is done between two steps"
    assert (crashes(bank, jobs.BANK), crashes(bank, "a/1")) == (0, 1)


@pytest.mark.parametrize("seconds", [0.0, float("inf")])
def test_an_author_whom_no_sweep_survives_is_set_aside_and_the_sweep_goes_on(
    bank: WorkerBank, life: Life, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    visited: list[str] = []

    def steps(context: Any) -> Any:
        with context.database.read() as tx:
            aside = {entity for _, entity in set_aside_jobs.list_set_aside(tx)}
        for author in {"a/1", "b/1", "c/1"} - aside:
            yield author
            if author == "b/1":
                raise Killed
            visited.append(author)
        yield None
        return None

    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", seconds)
    monkeypatch.setitem(STATIONS_IN_STEPS, Station.SWEEP, steps)
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    deaths = 0
    for _ in range(8):
        deaths += life()[1]
        bank.clock.advance(seconds=6)
    assert deaths == job_queues.ALONE_AFTER_CRASHES + 1
    assert set(visited[-2:]) == {"a/1", "c/1"}
    with bank.database.read() as tx:
        assert set_aside_jobs.list_set_aside(tx) == [(Station.REFRESH, "b/1")]
        assert set_aside_jobs.list_set_aside(tx, "b") == [(Station.REFRESH, "b/1")]
    assert crashes(bank, jobs.BANK) == 0


def test_a_fault_in_noting_a_fault_ends_no_thread(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one that computes: with it everybody's work would have ended."""
    served: list[str] = []

    def refresh(_context: Any, entity: str, _turn: Any) -> None:
        served.append(entity)
        if entity == "a/1":
            raise ValueError

    def fail(*_arguments: object) -> timedelta:
        raise OverflowError

    monkeypatch.setitem(STATIONS, Station.REFRESH, refresh)
    monkeypatch.setattr(retries, "pause_before_retry", fail)
    authors_due(bank, "a/1", "b/1")
    worker = Worker(bank.context, alone=True)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        wait_until(lambda: "b/1" in served, "the next one has its turn")
    finally:
        worker.stop()
        running.join(HANG_SECONDS)
    assert served[0] == "a/1"
    assert crashes(bank, "a/1") == 1
