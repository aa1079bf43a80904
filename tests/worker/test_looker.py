"""However many lanes a worker has, it looks once at what is due."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bridge.operations import due
from bridge.storage.core import jobs
from bridge.storage.core.doorbell import CommitListener
from bridge.worker.loop import ALL_LANES, Worker
from tests.lab.fixtures import wait_until
from tests.worker.conftest import WorkerBank
from tests.worker.test_statement_counts import counted_statements

pytestmark = pytest.mark.slow

LOOKS_AT_QUEUES = 2  # statements of one look
WAKES = 10
BLOGS = 30


def looks(statements: list[str]) -> float:
    """How often it was looked at the queues of all stations."""
    return sum("queues" in statement for statement in statements) / LOOKS_AT_QUEUES


@contextmanager
def working(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """A worker with all its lanes; how often it was woken, by the clock or by somebody who wrote."""
    woken: Counter[str] = Counter()
    wait = CommitListener.wait

    def counted(listener: CommitListener, seconds: float, step: float = 0.02) -> bool:
        rung = wait(listener, seconds / 10, step)
        woken["all"] += 1
        return rung

    monkeypatch.setattr(CommitListener, "wait", counted)
    worker = Worker(bank.context, alone=bank.database.dialect == "sqlite")
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield woken
    finally:
        worker.stop()
        thread.join()


def test_who_has_nothing_to_do_looks_once_whenever_it_is_woken(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(lane.threads for lane in ALL_LANES) > WAKES
    with counted_statements() as statements:
        with working(bank, monkeypatch) as woken:
            wait_until(lambda: woken["all"] >= WAKES, "it was woken some times")
        assert looks(statements) <= 2 + woken["all"]


def test_a_burst_is_shared_among_the_lanes_after_few_looks(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(BLOGS):
        bank.blog(f"blog{number}")
    with bank.database.begin() as tx:
        for number in range(BLOGS):
            due.blog_called(tx, f"blog{number}", bank.clock())

    def is_done() -> bool:
        with bank.database.read() as tx:
            return not any(jobs.find_plan(tx, "poke", f"blog{number}") for number in range(BLOGS))

    with counted_statements() as statements:
        with working(bank, monkeypatch) as woken:
            wait_until(is_done, "all are called")
        # Who ends looks for more: one look a job, in two parts as blogs are called, beside those of who was woken.
        assert looks(statements) <= 2 * (BLOGS + 2 + woken["all"])
