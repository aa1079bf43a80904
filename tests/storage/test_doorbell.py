"""Workers hear of work that another process has committed, and of nothing else; a burst is one call."""

from __future__ import annotations

import time

import pytest

from bridge.storage.core import jobs
from bridge.storage.core.database import Database
from bridge.storage.core.doorbell import RING_INTERVAL_SECONDS, CommitListener
from tests.conftest import NOW

BURST = 200


def make_due(database: Database, entity: str) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, "absorb", [entity], NOW, blog_id=entity)


def make_due_in_vain(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, "absorb", ["ann"], NOW, blog_id="ann")
        raise RuntimeError


def listen(database: Database) -> CommitListener:
    listener = database.doorbell()
    listener.wait(0.01)  # on SQLite the first look only learns where it stands
    return listener


def test_a_commit_that_makes_work_due_is_heard(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    listener = listen(other)
    make_due(database, "ann")
    assert listener.wait(30)
    listener.close()
    other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_was_taken_back_or_makes_nothing_due_is_not_heard(database: Database) -> None:
    listener = listen(database)
    with pytest.raises(RuntimeError):
        make_due_in_vain(database)
    with database.begin() as tx:
        jobs.delete_by_blog(tx, "ann")
    assert not listener.wait(4 * RING_INTERVAL_SECONDS)
    listener.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_burst_of_commits_is_few_rings_and_the_last_one_comes_after_them(database: Database) -> None:
    listener = listen(database)
    began = time.monotonic()
    for number in range(BURST):
        make_due(database, f"blog-{number}")
    took = time.monotonic() - began
    database.close()  # with what is still open
    rings = 0
    while listener.wait(4 * RING_INTERVAL_SECONDS):
        rings += 1
    listener.close()
    assert 1 <= rings <= 2 + took / RING_INTERVAL_SECONDS
