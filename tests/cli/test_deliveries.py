"""What an operator sees of the quarantine, and does about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.model import BlogFacts
from bridge.operations.receiving import receive
from bridge.operations.stations import Station
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.blogs.tables import deliveries as delivery_rows
from bridge.storage.core import job_queues
from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs as work_rows
from tests.conftest import NOW

pytestmark = pytest.mark.slow

Run = Callable[..., CompletedProcess[str]]
PAYLOADS = (b'{"type": "post.published", "data": {"id": 7}}', b"\xff\x1b]0;owned\x07{", b'{"type": "odd"}')


@pytest.fixture
def database(call_bridge: Run, tmp_path: Path) -> Database:
    """A bridge with three deliveries of Alice's in quarantine; the payload of the third is past its time."""
    assert call_bridge("migrate").returncode == 0
    opened = Database.open(f"sqlite:///{tmp_path / 'home' / 'bridge.sqlite'}")
    facts = BlogFacts("Alice", "", "fr-FR", "https://alice.example", "https://alice.example/wp-json/", "", "u")
    with opened.begin() as tx:
        blogs.upsert(tx, "alice", "connected", facts, NOW)
        receive(tx, [InboundDelivery("alice", f"garbage{n}", NOW, body) for n, body in enumerate(PAYLOADS)])
        for delivery in deliveries.list_waiting(tx, "alice", 9):
            deliveries.record_contents(tx, delivery, "post.published", ())
            deliveries.record_settled(tx, delivery, f"title: missing ({delivery.id})", NOW)
        tx.execute(delivery_rows.update().where(delivery_rows.c.id == 3).values(body=None))
        tx.execute(work_rows.update().values(due_at=None))
    return opened


def states(database: Database) -> dict[str, int]:
    """How many there are of each."""
    with database.read() as tx:
        return deliveries.count_by_state(tx)


def test_the_quarantine_is_listed_with_reasons(call_bridge: Run, database: Database) -> None:
    listed = json.loads(call_bridge("deliveries", "list", "--json").stdout)["deliveries"]
    assert [item["id"] for item in listed] == [3, 2, 1]
    assert listed[2]["reason"] == "title: missing (1)"
    assert [item["rerunnable"] for item in listed] == [False, True, True]
    assert "title: missing" in call_bridge("deliveries", "list", "--blog", "alice").stdout
    assert "bridge blog list" in call_bridge("deliveries", "list", "--blog", "mallory").stderr
    assert "bridge deliveries list" in call_bridge("doctor").stdout


def test_one_is_shown_without_commanding_the_terminal(call_bridge: Run, database: Database) -> None:
    shown = call_bridge("deliveries", "show", "2").stdout
    assert "title: missing (2)" in shown
    assert "owned" in shown
    assert "\x1b" not in shown
    assert "has been deleted" in call_bridge("deliveries", "show", "3").stdout
    assert call_bridge("deliveries", "show", "99").returncode == 1


def test_they_are_read_again_on_demand(call_bridge: Run, database: Database) -> None:
    assert call_bridge("deliveries", "rerun").returncode == 2
    refused = call_bridge("deliveries", "rerun", "3")
    assert refused.returncode == 2
    assert "payload has been deleted" in refused.stderr
    assert call_bridge("deliveries", "rerun", "1").returncode == 0
    assert states(database) == {"quarantined": 2, "waiting": 1}
    with database.read() as tx:
        assert {queue.station for queue in job_queues.list_due_queues(tx, NOW.replace(year=NOW.year + 5), Station)} == {
            "absorb"
        }
    assert "1 wait again" in call_bridge("deliveries", "rerun", "--all").stderr
    assert states(database) == {"quarantined": 1, "waiting": 2}
