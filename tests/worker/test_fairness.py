"""Blogs that accept a call and never answer it hold a thread each, and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from bridge.contract.pushes import Pushed
from bridge.errors import TookTooLong
from bridge.model import BlogAccess
from bridge.operations.stations import Station
from bridge.pushes import PushAnswer, PushObject, ShownMentor
from bridge.storage.blogs import outbox
from bridge.storage.core import jobs
from bridge.storage.core.tables import jobs as work_rows
from bridge.worker.loop import CALL_THREADS, Worker
from tests.lab.fixtures import wait_until
from tests.running import HANG_SECONDS
from tests.trials import trials
from tests.worker.conftest import WorkerBank

DEAD = CALL_THREADS + 10


@pytest.fixture
def hang(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Calls to "dead…" last until the end of the test; whoever else is called stands in the list."""
    over, called = threading.Event(), []
    take = bank.blogs.push

    def push(blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        if blog.blog_id.startswith(("dead", "drips")):
            over.wait(HANG_SECONDS if blog.blog_id != "drips" else 1)  # a sign now and then, and never an answer
            raise TookTooLong("no answer")
        called.append(blog.blog_id)
        return take(blog, objects, now)

    monkeypatch.setattr(bank.blogs, "push", push)
    bank.context.clock = lambda: datetime.now(UTC)
    worker = Worker(bank.context, alone=bank.database.dialect == "sqlite")
    running = threading.Thread(target=worker.run)
    running.start()
    yield called
    over.set()
    worker.stop()
    running.join(HANG_SECONDS)


def something_for(bank: WorkerBank, name: str, attempts: int) -> None:
    """A list waits for the blog, whose last calls failed."""
    now = datetime.now(UTC)
    mentor = ShownMentor("Bob", "", "https://bob.example/", "fr", "Thèmes communs : prix.")
    with bank.database.begin() as tx:
        outbox.upsert_all_of_kinds(tx, name, [PushObject("related", "1", 0, "fr", (mentor,))], now)
        jobs.mark_due(tx, Station.PUSH, [name], now, blog_id=name)
        tx.execute(work_rows.update().where(work_rows.c.entity == name).values(attempts=attempts))


@pytest.mark.faults
def test_many_dead_blogs_delay_no_healthy_one(bank: WorkerBank, hang: list[str]) -> None:
    dead, well = ["drips", *(f"dead{n}" for n in range(DEAD))], [f"well{n}" for n in range(trials(20, 100))]
    for name in (*dead, *well):
        bank.blog(name)
    for name in dead:
        something_for(bank, name, attempts=1)

    def busy() -> bool:
        with bank.database.read() as tx:
            held = tx.execute(work_rows.select().where(work_rows.c.lease_owner.is_not(None))).all()
        return len(held) >= CALL_THREADS

    wait_until(busy, "the dead hold all threads that they may")
    for name in well:
        something_for(bank, name, attempts=0)
    wait_until(lambda: set(well) <= set(hang), "every healthy blog is called")
