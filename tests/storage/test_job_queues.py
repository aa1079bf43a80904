"""Looking for due work and claiming it cost the same however much waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from bridge.operations.stations import Station
from bridge.storage.core import job_leases, job_queues
from bridge.storage.core.database import Database
from bridge.storage.core.job_queues import Queue
from bridge.storage.core.tables import jobs as rows
from tests.conftest import NOW

LEASE = timedelta(minutes=1)
MANY = 3_000


@contextmanager
def statements_of(tx: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Each statement that is sent meanwhile, as the driver gets it."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        sent.append((statement, values))

    event.listen(tx, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(tx, "before_cursor_execute", note)


def plan_of(tx: Connection, statement: str, values: Any) -> str:
    """How the database goes about it."""
    explain = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(tuple(row)) for row in tx.exec_driver_sql(f"{explain} {statement}", values))


@pytest.fixture
def backlog(database: Database) -> Database:
    """Authors who are all due: some have failed again and again, one was in the hands of somebody who died."""
    with database.begin() as tx:
        tx.execute(
            insert(rows),
            [
                {
                    "station": Station.REFRESH,
                    "entity": f"alice/{n:05}",
                    "blog_id": "alice",
                    "due_at": NOW - timedelta(seconds=MANY - n),
                    "attempts": 5 if n < MANY // 3 else 0,
                    "lease_until": NOW - timedelta(hours=2) if n == MANY - 1 else None,
                    "thorough": True,
                }
                for n in range(MANY)
            ],
        )
    with database.begin() as tx:
        tx.execute(text("ANALYZE"))
    return database


def test_the_first_of_a_queue_are_found_without_looking_at_the_others(backlog: Database) -> None:
    with backlog.begin() as tx:
        with statements_of(tx) as sent:
            due = job_queues.list_due_queues(tx, NOW, Station)
            claimed = job_leases.claim_due(tx, Station.REFRESH, "me", NOW, LEASE, 2)
        assert set(due) == {Queue(Station.REFRESH)}
        # Who waits longest: of those whose holder died, it counts since then; who keeps failing stands behind all.
        assert [job.entity for job in claimed] == [f"alice/{MANY // 3:05}", f"alice/{MANY - 1:05}"]
        for statement, values in sent:
            plan = plan_of(tx, statement, values)
            assert not re.search(r"Seq Scan on jobs|SCAN (jobs|absorbing)\b", plan), plan
            if not statement.startswith("UPDATE"):
                assert "ix_jobs_queue" in plan or "ix_jobs_leased" in plan, plan


def test_who_keeps_failing_has_a_turn_once_nobody_else_waits(backlog: Database) -> None:
    with backlog.begin() as tx:
        first = job_leases.claim_due(tx, Station.REFRESH, "me", NOW, LEASE, 2 * MANY // 3)
        assert not any(job.attempts for job in first)
        assert {job.attempts for job in job_leases.claim_due(tx, Station.REFRESH, "me", NOW, LEASE, MANY)} == {5}
        assert job_queues.list_due_queues(tx, NOW, Station) == {}
