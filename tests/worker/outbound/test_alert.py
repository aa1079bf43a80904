"""Whoever runs the bridge hears of what is wrong: each kind once a day, as one line of JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bridge.errors import Unreachable
from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.storage.core import jobs
from bridge.worker.loop import Worker
from bridge.worker.outbound.alert import alert
from tests.worker.conftest import WorkerBank


class RecordingOperator:
    """Hears everything, or cannot be reached."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.away = False

    def tell(self, line: str) -> None:
        """Keep a line."""
        if self.away:
            raise Unreachable("nothing answers")
        self.lines.append(line)

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What was said, as it is read."""
        assert all(line.count("\n") == 1 and line.endswith("\n") for line in self.lines)
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def operator(bank: WorkerBank) -> RecordingOperator:
    """Is told by the bank's worker."""
    operator = bank.context.operator = RecordingOperator()
    return operator


def quarantine(bank: WorkerBank, name: str) -> None:
    """A blog sends what is no event."""
    bank.send(bank.blog(name), (f"{name}_1", b'{"type": "post.published", "data": {"id": 1}}'))
    bank.work()


def test_each_kind_is_told_once_a_day(bank: WorkerBank, operator: RecordingOperator) -> None:
    assert alert(bank.context, jobs.BANK) is not None
    assert operator.heard == []
    quarantine(bank, "alice")
    alert(bank.context, jobs.BANK)
    quarantine(bank, "bob")
    alert(bank.context, jobs.BANK)
    (told,) = operator.heard
    assert (told["alert"], told["count"], told["bridge"]) == ("quarantine", 1, bank.context.config.public_url)
    assert "bridge deliveries list" in told["text"]

    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["carol"], bank.clock())
    bank.clock.advance(seconds=1200)
    alert(bank.context, jobs.BANK)
    assert [told["alert"] for told in operator.heard] == ["quarantine", "work_late"], "another kind is told at once"
    assert "absorb" in operator.heard[1]["text"]
    bank.clock.advance(seconds=86_400)
    alert(bank.context, jobs.BANK)
    assert [told["alert"] for told in operator.heard[2:]] == ["quarantine", "work_late"]
    assert operator.heard[2]["count"] == 2


@pytest.mark.slow
def test_what_did_not_arrive_is_said_with_the_next_look(bank: WorkerBank, operator: RecordingOperator) -> None:
    quarantine(bank, "alice")
    operator.away = True
    again_at = alert(bank.context, jobs.BANK)
    assert again_at is not None
    assert again_at - bank.clock() <= timedelta(minutes=10)
    operator.away = False
    alert(bank.context, jobs.BANK)
    assert len(operator.heard) == 1


@pytest.mark.slow
@pytest.mark.parametrize("somebody_listens", [True, False])
def test_a_worker_looks_only_where_somebody_is_told(
    bank: WorkerBank, operator: RecordingOperator, somebody_listens: bool
) -> None:
    if not somebody_listens:
        bank.context.operator = None
    worker = Worker(bank.context, alone=False)
    worker._begin()
    bank.clock.advance(seconds=601)
    claimed = worker.claims.next(CALLING_STATIONS)
    assert (claimed is not None and claimed.station == Station.ALERT) is somebody_listens
