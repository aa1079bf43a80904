"""A worker that starts calls the blogs a few at a time, and none that has left."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from bridge.operations.stations import Station
from bridge.operations.withdrawal import pause_blog
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
        tx.execute(jobs.delete())
    loop.plan_first_calls(bank.context, NOW)
    with bank.database.read() as tx:
        rows = tx.execute(select(jobs.c.station, jobs.c.entity, jobs.c.due_at)).all()
    assert {row.entity for row in rows} == {"ann", "ben", "cy", "dee", "eve"}
    first = [(row.due_at - NOW) / loop.FIRST_CALLS_INTERVAL for row in rows if row.station == Station.POKE]
    assert Counter(first) == {0: 2, 1: 2, 2: 1}
    assert Counter(row.station for row in rows) == {Station.POKE: 5, Station.PUSH: 5}
