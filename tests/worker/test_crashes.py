"""What ends its process is found out, tried alone, and set aside; nobody else is counted, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge import contract
from bridge.model import Event, Station
from bridge.storage import deliveries, health, published, tables, work
from bridge.worker import absorb as applying
from bridge.worker import inbox, kept
from bridge.worker.loop import Worker
from bridge.worker.stations import CALLING, COMPUTING, STATIONS, STEPS
from tests.conftest import NOW
from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import Bank

Life = Callable[[], tuple[list[str], bool]]


class Killed(BaseException):
    """Like a SIGKILL: nobody in the process comes to note anything."""


@pytest.fixture
def life(bank: Bank) -> Life:
    """A worker from its start until it is idle or killed: whom it served, and whether it died."""

    def live() -> tuple[list[str], bool]:
        worker = Worker(bank.context, alone=True)
        with bank.database.begin() as tx:
            work.release_all(tx, bank.clock())
        served: list[str] = []
        try:
            while (task := worker._claim(COMPUTING, False)) is not None:
                worker.do(task)
                served.append(task.entity)
        except Killed:
            return served, True
        return served, False

    return live


def authors_due(bank: Bank, *names: str) -> None:
    with bank.database.begin() as tx:
        work.mark_due(tx, Station.REFRESH, names, bank.clock())


def crashes(bank: Bank, entity: str) -> int:
    with bank.database.read() as tx:
        return int(tx.execute(select(tables.work.c.crashes).where(tables.work.c.entity == entity)).scalar_one())


def kills(monkeypatch: pytest.MonkeyPatch, *entities: str) -> None:
    def refresh(_context: Any, entity: str, _turn: Any) -> None:
        if entity in entities:
            raise Killed

    monkeypatch.setitem(STATIONS, Station.REFRESH, refresh)


def test_one_of_four_kills_its_process_and_the_others_are_served_in_the_next_life(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills(monkeypatch, "a/1")
    authors_due(bank, "a/1", "b/1", "c/1", "d/1")
    assert life() == ([], True), "the poison comes first"
    assert life() == (["b/1", "c/1", "d/1"], False)
    deaths = 1
    for _ in range(10):
        bank.clock.advance(seconds=6)
        deaths += life()[1]
    assert deaths == work.SET_ASIDE_AFTER
    with bank.database.read() as tx:
        assert work.list_set_aside(tx) == [(Station.REFRESH, "a/1")]
        assert work.queues_due(tx, bank.clock()) == {}
        assert health.oldest_due(tx, bank.clock()) == {}, "it does not make the bridge look late"
    authors_due(bank, "a/1")
    assert life() == ([], False), "news do not bring it back"
    kills(monkeypatch)
    with bank.database.begin() as tx:
        assert work.retry(tx, bank.clock(), entity="a/1") == 1
        assert work.retry(tx, bank.clock()) == 0
    assert life() == (["a/1"], False)
    assert crashes(bank, "a/1") == 0


def test_what_ran_beside_is_told_from_it_by_being_tried_alone(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills(monkeypatch, "a/1")
    authors_due(bank, "a/1", "b/1")
    for _ in range(work.ALONE_AFTER):  # both were at work
        bank.clock.advance(seconds=6)
        with bank.database.begin() as tx:
            assert len(work.claim(tx, Station.REFRESH, "dead", bank.clock(), timedelta(minutes=1), 2)) == 2
            work.release_all(tx, bank.clock())
    bank.clock.advance(seconds=6)
    assert life() == ([], True)
    assert crashes(bank, "b/1") == work.ALONE_AFTER
    assert life() == (["b/1"], False)
    assert (crashes(bank, "a/1"), crashes(bank, "b/1")) == (work.ALONE_AFTER + 1, 0)


def test_alone_means_that_nobody_calls_meanwhile(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.blog("alice")
    with bank.database.begin() as tx:
        work.mark_due(tx, Station.PUSH, ["alice"], bank.clock(), blog_id="alice")
        tx.execute(tables.work.update().values(crashes=work.ALONE_AFTER))
    worker = Worker(bank.context, alone=True)
    assert worker._claim(CALLING, False) is None, "one that calls does not take it"
    assert worker._quiet.enter()
    assert worker._claim(COMPUTING, False) is None, "somebody is calling"
    assert not worker._quiet.enter(), "and nobody else begins"
    worker._quiet.leave()
    task = worker._claim(COMPUTING, False)
    assert task is not None
    assert task.suspect
    worker.do(task)
    assert worker._quiet.enter(), "afterwards everybody may"
    assert crashes(bank, "alice") == 0


def test_what_is_suspected_has_its_turn_beside_a_stream_of_others(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    authors_due(bank, "a/1", "b/1")
    with bank.database.begin() as tx:
        tx.execute(tables.work.update().where(tables.work.c.entity == "a/1").values(crashes=work.ALONE_AFTER))
    worker = Worker(bank.context, alone=True)
    task = worker._claim(COMPUTING, False)
    assert task is not None
    assert task.entity == "b/1"
    with bank.database.begin() as tx:
        work.complete(tx, task, worker.name, bank.clock(), timedelta())
    authors_due(bank, "b/1")
    monkeypatch.setattr("bridge.worker.loop.ALONE_EVERY", 0.0)
    task = worker._claim(COMPUTING, False)
    assert task is not None
    assert task.entity == "a/1"


def test_a_delivery_that_ends_the_process_is_set_aside_and_its_blog_goes_on(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(event: Event, *rest: Any) -> Any:
        if getattr(event, "remote_id", "") == "666":
            raise Killed
        return applying.prepare(event, *rest)

    monkeypatch.setattr(inbox, "prepare", prepare)
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
                assert published.author_of(tx, "alice", "1") == "1", "the other blog is served in the second life"
    assert deaths == work.SET_ASIDE_AFTER
    with bank.database.read() as tx:
        assert [one.error for one in deliveries.list_quarantined(tx)] == [
            "event 2: the process ended each time it was read"
        ]
        assert [n for n in (1, 2, 10, 19, 666) if published.author_of(tx, "mallory", str(n))] == [1, 2, 10, 19]
        assert work.list_set_aside(tx) == []
    bank.send(mallory, mallory.post(30, 1, *CASH[0]))
    assert life()[1] is False
    with bank.database.read() as tx:
        assert published.author_of(tx, "mallory", "30") == "1"


def test_one_that_cannot_even_be_taken_apart_is_set_aside_whole(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch
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
    assert deaths == work.SET_ASIDE_AFTER
    with bank.database.read() as tx:
        assert [one.error for one in deliveries.list_quarantined(tx)] == [
            "delivery: the process ended each time it was read"
        ]
        assert published.author_of(tx, "mallory", "1") == "1"


def test_an_error_a_blog_that_does_not_answer_and_a_clean_end_are_no_crashes(database: Any) -> None:
    ends: list[Callable[[Any, work.Task], object]] = [
        lambda tx, task: work.later(tx, task, "me", NOW, timedelta(), "away", waits_for_blog=True),
        lambda tx, task: work.complete(tx, task, "me", NOW, timedelta()),
        lambda tx, task: work.go_on(tx, task, "me", NOW),
    ]
    for n, end in enumerate(ends):
        with database.begin() as tx:
            work.mark_due(tx, Station.PUSH, [f"blog{n}"], NOW)
            (task,) = work.claim(tx, Station.PUSH, "me", NOW, timedelta(minutes=1))
            end(tx, task)
            found = tx.execute(select(tables.work.c.crashes).where(tables.work.c.entity == task.entity)).scalar_one()
            tx.execute(tables.work.update().values(due_at=None))
        assert found == 0


def test_a_sweep_that_was_left_for_a_while_did_not_end_the_process(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(_context: Any) -> Any:
        authors_due(bank, "a/1")
        yield
        yield
        return None

    monkeypatch.setattr(kept, "SECONDS", 0.0)
    monkeypatch.setitem(STEPS, Station.SWEEP, steps)
    kills(monkeypatch, "a/1")
    with bank.database.begin() as tx:
        work.mark_due(tx, Station.SWEEP, [work.BANK], bank.clock())
    assert life() == ([work.BANK], True), "what became due is done between two steps"
    assert (crashes(bank, work.BANK), crashes(bank, "a/1")) == (0, 1)


@pytest.mark.parametrize("seconds", [0.0, float("inf")])
def test_an_author_whom_no_sweep_survives_is_set_aside_and_the_sweep_goes_on(
    bank: Bank, life: Life, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    visited: list[str] = []

    def steps(context: Any) -> Any:
        with context.database.read() as tx:
            aside = {entity for _, entity in work.list_set_aside(tx)}
        for author in {"a/1", "b/1", "c/1"} - aside:
            yield author
            if author == "b/1":
                raise Killed
            visited.append(author)
        yield None
        return None

    monkeypatch.setattr(kept, "SECONDS", seconds)
    monkeypatch.setitem(STEPS, Station.SWEEP, steps)
    with bank.database.begin() as tx:
        work.mark_due(tx, Station.SWEEP, [work.BANK], bank.clock())
    deaths = 0
    for _ in range(8):
        deaths += life()[1]
        bank.clock.advance(seconds=6)
    assert deaths == work.ALONE_AFTER + 1
    assert set(visited[-2:]) == {"a/1", "c/1"}
    with bank.database.read() as tx:
        assert work.list_set_aside(tx) == [(Station.REFRESH, "b/1")]
        assert work.list_set_aside(tx, "b") == [(Station.REFRESH, "b/1")]
    assert crashes(bank, work.BANK) == 0
