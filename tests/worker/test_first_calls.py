"""A worker that starts calls the blogs a few at a time, and none that has left."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.operations.stations import Station
from bridge.operations.withdrawal import pause_blog
from bridge.pushes import StatsObject
from bridge.storage.blogs import outbox
from bridge.storage.core.tables import jobs
from bridge.worker import loop
from tests.conftest import NOW
from tests.worker.conftest import WorkerBank


def test_many_blogs_are_called_one_batch_after_the_other(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_CALLS_BATCH", 2)
    for name in ("ann", "ben", "cy", "dee", "eve", "fay"):
        bank.blog(name)
    with bank.database.begin() as tx:
        pause_blog(tx, "fay", NOW)
        waiting = [StatsObject("blog", "0", 0, {"comments": 1})]
        for name in ("dee", "fay"):
            outbox.upsert_changed(tx, name, waiting, NOW)
        tx.execute(jobs.delete())
    loop.plan_first_calls(bank.context, NOW)
    with bank.database.read() as tx:
        rows = tx.execute(select(jobs.c.station, jobs.c.entity, jobs.c.due_at)).all()
    assert {row.entity for row in rows} == {"ann", "ben", "cy", "dee", "eve"}
    first = [(row.due_at - NOW) / loop.FIRST_CALLS_INTERVAL for row in rows if row.station == Station.POKE]
    assert Counter(first) == {0: 2, 1: 2, 2: 1}
    assert {row.entity for row in rows if row.station == Station.PUSH} == {"dee"}, "for whom something waits"


@pytest.mark.slow
def test_of_workers_that_start_one_after_the_other_the_first_calls(bank: WorkerBank) -> None:
    assert loop.is_first_to_call(bank.context, NOW)
    assert not loop.is_first_to_call(bank.context, NOW + timedelta(minutes=9))
    assert loop.is_first_to_call(bank.context, NOW + timedelta(minutes=11))
    assert loop.is_first_to_call(bank.context, NOW - timedelta(days=1)), "a clock that was ahead keeps nobody waiting"
