"""What is due is told to the fleet once, and looking for it costs next to nothing while nothing is."""

from __future__ import annotations

from typing import Any

from bridge.operations.stations import Station
from bridge.storage.core import jobs
from bridge.storage.core.database import Database
from bridge.worker.dispatcher import Dispatcher
from tests.conftest import Clock
from tests.worker.test_statement_counts import counted_statements


class Told:
    """Hears what a broker would be told."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, str, str]] = []  # queue, station, entity

    def send_task(self, _name: str, job: tuple[str, str], *, queue: str, **_options: Any) -> None:
        self.jobs.append((queue, *job))


def test_each_due_job_is_told_once_in_the_queue_of_its_station(database: Database, clock: Clock) -> None:
    broker = Told()
    dispatcher = Dispatcher(broker, database, clock)
    with database.begin() as tx:
        jobs.mark_due(tx, Station.REFRESH, ["ann/1", "ben/1"], clock())
        jobs.mark_due(tx, Station.FOLLOW, ["ann/1"], clock())
        jobs.mark_due(tx, Station.PUSH, ["ann"], clock())
        jobs.mark_due(tx, Station.SWEEP, ["bank"], clock())  # of whoever goes over the bank
    assert (dispatcher.tell_due(), dispatcher.tell_due()) == (4, 0)
    assert sorted(broker.jobs) == [
        ("push", "push", "ann"),
        ("refresh", "follow", "ann/1"),
        ("refresh", "refresh", "ann/1"),
        ("refresh", "refresh", "ben/1"),
    ]


def test_an_idle_fleet_is_one_look_at_all_its_stations(database: Database, clock: Clock) -> None:
    dispatcher = Dispatcher(Told(), database, clock)
    dispatcher.tell_due()
    with counted_statements() as statements:
        dispatcher.tell_due()
    assert len(statements) <= 3, statements  # two, and on SQLite the begin of the transaction
