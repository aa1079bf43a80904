"""Who has just published waits for one piece of work at most; what the bank does for itself is done all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bridge.operations.stations import Station
from bridge.storage.core import jobs
from bridge.storage.matching import epochs
from bridge.storage.matching import tables as matching_tables
from bridge.worker import suspended_runs
from bridge.worker.context import Context
from bridge.worker.loop import Worker
from bridge.worker.matching.refresh import refresh
from bridge.worker.scheduler import MAX_DEFERRAL
from bridge.worker.stations import COMPUTING_STATIONS, STATIONS
from bridge.worker.turns import Turn
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _long_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is done in one, however busy the machine is."""
    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", float("inf"))


def turns(bank: WorkerBank) -> Iterator[tuple[str, str]]:
    """What the computing thread takes up, one after the other, each done before the next is asked for."""
    worker = Worker(bank.context, alone=True)
    while (task := worker.claims.next(COMPUTING_STATIONS)) is not None:
        worker.do(task)
        yield task.station, task.entity
        bank.clock.advance(seconds=6)  # nobody rests any more


def epoch_due(bank: WorkerBank) -> None:
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.EPOCH, [jobs.BANK], bank.clock())


def resting(bank: WorkerBank, **texts: tuple[tuple[str, str], ...]) -> dict[str, PeerBlog]:
    """Blogs that have published, and nothing left to do."""

    def fill() -> None:
        for name, published in texts.items():
            publish(bank, name, published)
        bank.clock.advance(minutes=1)
        assert list(turns(bank)) == []

    return bank.prepare(f"resting_{'_'.join(texts)}", fill)


def test_news_goes_before_new_weights(bank: WorkerBank) -> None:
    ann = resting(bank, ann=CASH)["ann"]
    epoch_due(bank)
    bank.send(ann, ann.post(9, 1, *HIRING[0]))
    assert list(turns(bank))[:3] == [
        (Station.ABSORB, "ann"),
        (Station.REFRESH, "ann/1"),
        (Station.EPOCH, jobs.BANK),
    ]


def test_new_weights_do_not_wait_for_ever(bank: WorkerBank) -> None:
    ann = resting(bank, ann=CASH)["ann"]
    epoch_due(bank)
    bank.clock.advance(seconds=MAX_DEFERRAL[Station.EPOCH].total_seconds())
    bank.send(ann, ann.post(9, 1, *HIRING[0]))
    assert list(turns(bank))[:3] == [
        (Station.ABSORB, "ann"),
        (Station.EPOCH, jobs.BANK),
        (Station.REFRESH, "ann/1"),
    ]


def test_news_goes_before_those_who_only_follow_new_weights(bank: WorkerBank) -> None:
    blogs = resting(bank, ann=CASH, ben=HIRING, cy=HIRING)
    epoch_due(bank)
    done = []
    for turn in turns(bank):
        done.append(turn)
        if turn == (Station.FOLLOW, "ann/1"):
            bank.send(blogs["cy"], blogs["cy"].post(9, 1, *CASH[0]))
    assert done.index((Station.REFRESH, "cy/1")) < done.index((Station.FOLLOW, "ben/1"))
    assert {turn for turn in done if turn[0] == Station.REFRESH} == {(Station.REFRESH, f"{name}/1") for name in blogs}


def test_who_has_followed_new_weights_does_not_rest(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(context: Context, entity: str, _turn: Turn) -> None:
        refresh(context, entity)
        bank.clock.advance(seconds=2)

    ann = resting(bank, ann=CASH)["ann"]
    monkeypatch.setitem(STATIONS, Station.REFRESH, slowly)
    epoch_due(bank)
    worker = Worker(bank.context, alone=True)
    for wanted in (Station.EPOCH, Station.FOLLOW, Station.REFRESH):
        task = worker.claims.next(COMPUTING_STATIONS)
        assert task is not None
        assert task.station == wanted
        worker.do(task)
    bank.send(ann, ann.post(9, 1, *HIRING[0]))
    for wanted in (Station.ABSORB, Station.REFRESH):
        task = worker.claims.next(COMPUTING_STATIONS)
        assert task is not None
        assert task.station == wanted
        worker.do(task)


def test_after_new_weights_every_list_is_made_in_them(bank: WorkerBank) -> None:
    resting(bank, ann=CASH, ben=HIRING, cy=HIRING)
    epoch_due(bank)
    assert list(turns(bank))
    with bank.database.read() as tx:
        epoch = epochs.find_current(tx)
        made_in = set(tx.execute(select(matching_tables.related.c.epoch_id)).scalars())
    assert epoch is not None
    assert made_in == {epoch.id}
