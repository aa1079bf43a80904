"""A worker process with an archive to read, and with a delivery that kills it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.operations.stations import Station
from bridge.storage.blogs import deliveries
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.core import jobs, set_aside_jobs
from bridge.storage.core.database import Database
from bridge.worker import turns
from tests.conftest import Clock
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank, post_author

NAMES = ("ann", "ben", "cy")
ARCHIVE = 20_000
POISONED = """
import os, signal
from bridge.worker.intake import absorb, read_inbox

def prepare(event, *rest):
    if getattr(event, "remote_id", "") == "666":
        os.kill(os.getpid(), signal.SIGKILL)
    return absorb.prepare(event, *rest)

read_inbox.prepare = prepare
from bridge.cli.serve import worker
worker()
"""


class Life:
    """A worker process whose reader dies of a post with the number 666."""

    def __init__(self, home: Path, url: str) -> None:
        environment = {"BRIDGE_HOME": str(home), "DATABASE_URL": url, "PUBLIC_URL": "http://127.0.0.1:1"}
        self.process = subprocess.Popen([sys.executable, "-c", POISONED], env=environment)

    def end(self) -> None:
        """As an operator would."""
        self.process.terminate()
        self.process.wait(60)


@pytest.mark.slow
@pytest.mark.faults
def test_in_the_second_life_all_others_are_served(database: Database, database_url: str, tmp_path: Path) -> None:
    bank = WorkerBank(database, Clock())
    for name in ("666", *NAMES):
        peer = bank.blog(name)
        bank.send(peer, peer.post(666 if name == "666" else 1, 1, *CASH[0]))
        bank.clock.advance(seconds=1)  # it came first, and is taken first

    def absorbed() -> set[str]:
        with database.read() as tx:
            return {name for name in ("666", *NAMES) if post_author(tx, name, "1" if name != "666" else name)}

    first = Life(tmp_path, database_url)
    assert first.process.wait(120) == -9
    assert absorbed() == set()
    second = Life(tmp_path, database_url)
    try:
        until = time.monotonic() + 120  # against a hang: it is the life that counts
        while absorbed() != set(NAMES) and second.process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert absorbed() == set(NAMES)
    finally:
        second.end()
    with database.read() as tx:
        assert set_aside_jobs.list_set_aside(tx) == []


@pytest.mark.slow
def test_told_to_stop_it_leaves_the_archive_where_it_is(database: Database, database_url: str, tmp_path: Path) -> None:
    bank = WorkerBank(database, Clock())
    name, body = bank.blog("ann").event("ping")
    now, table = bank.clock(), blogs_tables.deliveries
    row = {"blog_id": "ann", "received_at": now, "state": "waiting", "size": len(body), "body": body}
    with database.begin() as tx:
        tx.execute(table.insert(), [{**row, "webhook_id": f"{name}{number}"} for number in range(ARCHIVE)])
        jobs.mark_due(tx, Station.ABSORB, ["ann"], now, blog_id="ann")

    def absorbed() -> int:
        with database.read() as tx:
            return deliveries.count_by_state(tx).get("absorbed", 0)

    life = Life(tmp_path, database_url)
    until = time.monotonic() + 120
    while not absorbed() and life.process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    before = absorbed()
    life.end()
    assert 0 < before < ARCHIVE / 2
    assert absorbed() - before <= 2 * turns.TURN_OBJECTS, "what was absorbed while it was told, and the object in hand"
    assert life.process.returncode == 0
