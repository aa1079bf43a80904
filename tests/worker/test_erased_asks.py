"""An ask that was erased stays erased, whichever backup is put back."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.asks.states import AskState
from bridge.operations.ask_answers import end_ask, erase_ask
from bridge.storage.asks import ask_counts, asks, erased_asks
from bridge.storage.core.database import Database
from bridge.worker import nightly, restore_detection
from bridge.worker.context import Context
from bridge.worker.erased_asks import ERASED_ASKS_RETENTION, ErasedAsksFile
from bridge.worker.loop import run_until_idle
from tests.asks.mentors import add_mentors, make_ask
from tests.conftest import NOW, Clock, DatabaseSnapshots
from tests.lab.postgres import PostgresDatabases
from tests.runtime import runtime_on
from tests.worker.conftest import RecordingClient


@pytest.fixture
def context(database: Database, clock: Clock) -> Context:
    """A worker without blogs to call."""
    return Context(runtime_on(database, clock), RecordingClient())


def is_there(context: Context, token: str) -> bool:
    with context.database.read() as tx:
        return asks.find_by_token(tx, context.vault, token) is not None


def test_no_backup_brings_back_what_was_erased(
    context: Context, database_url: str, kept: DatabaseSnapshots, clock: Clock, tmp_path: Path
) -> None:
    database = context.database

    def backup() -> tuple[str, ...]:
        with database.begin() as tx:
            mentor, *_ = add_mentors(tx, ["ann", "bea"], NOW)
        tokens, made = zip(*(make_ask(database, context.vault, mentor, NOW) for _ in range(3)), strict=True)
        with database.begin() as tx:
            end_ask(tx, made[0], AskState.WITHDRAWN, NOW, by_seeker=True)
        return tokens

    closed, open_, other = kept.once("asks", database, database_url, backup)
    with restore_detection.recording_watermark(database, tmp_path, clock):
        with database.begin() as tx:
            ask = asks.find_by_token(tx, context.vault, open_)
            assert ask is not None
            erase_ask(tx, ask.id, NOW)  # its seeker wants it so
        clock.advance(days=31)
        run_until_idle(context)  # and time erases the other
    assert [is_there(context, token) for token in (closed, open_, other)] == [False, False, True]
    (file,) = tmp_path.glob("erased_asks-*.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    for _ in range(2):  # whichever is put back, and however often
        kept.once("asks", database, database_url, lambda: None)
        assert [is_there(context, token) for token in (closed, open_, other)] == [True, True, True], "as it was"
        with file.open("a") as torn:
            torn.write("e3b0c4")  # the power failed in the middle of a line
        restore_detection.detect_restore(database, tmp_path, clock)
        assert [is_there(context, token) for token in (closed, open_, other)] == [False, False, True]
        with database.read() as tx:
            assert ask_counts.count_by_state(tx)[AskState.WITHDRAWN] == 2, "each is counted once"
        with restore_detection.recording_watermark(database, tmp_path, clock):
            pass
    lines = file.read_text().split()
    assert sum(len(line) == 64 for line in lines) == 2, "nothing is written twice"


def test_what_is_thirty_days_old_in_a_backup_is_gone_before_anybody_can_look(
    context: Context, clock: Clock, tmp_path: Path
) -> None:
    database = context.database
    with database.begin() as tx:
        mentor, *_ = add_mentors(tx, ["ann", "bea"], NOW)
    (over, ended), (open_, _) = (make_ask(database, context.vault, mentor, NOW) for _ in range(2))
    with database.begin() as tx:
        end_ask(tx, ended, AskState.WITHDRAWN, NOW, by_seeker=True)
    clock.now = NOW + timedelta(days=29)
    restore_detection.detect_restore(database, tmp_path, clock)
    assert [is_there(context, token) for token in (over, open_)] == [True, True]
    clock.now = NOW + timedelta(days=30)
    restore_detection.detect_restore(database, tmp_path, clock)  # no file beside tells of any
    assert [is_there(context, token) for token in (over, open_)] == [False, True]


def test_nothing_of_it_is_kept_for_longer_than_a_backup(context: Context, clock: Clock, tmp_path: Path) -> None:
    database = context.database
    with database.begin() as tx:
        mentor, *_ = add_mentors(tx, ["ann", "bea"], NOW)
    for day in (0, 1, 2):
        clock.now = NOW + timedelta(days=day)
        _, ask = make_ask(database, context.vault, mentor, clock.now)
        with database.begin() as tx:
            erase_ask(tx, ask.id, clock.now)
    with restore_detection.recording_watermark(database, tmp_path, clock):
        pass
    assert list(tmp_path.glob("erased_asks-*.txt"))
    clock.now = NOW + ERASED_ASKS_RETENTION + timedelta(days=1, hours=1)
    nightly.retain(context)
    with database.read() as tx:
        rows = tx.exec_driver_sql("SELECT id FROM erased_asks ORDER BY id").all()
    assert len(rows) == 1, "the two of more than a year ago are gone"
    clock.advance(days=366)
    restore_detection.detect_restore(database, tmp_path, clock)
    assert list(tmp_path.glob("erased_asks-*.txt")) == []


def test_what_is_committed_late_is_remembered_as_well(postgres_databases: PostgresDatabases, tmp_path: Path) -> None:
    """PostgreSQL gives numbers before the commit."""
    with postgres_databases.migrated() as url, closing(Database.open(url, durable=False)) as database:
        files = ErasedAsksFile(tmp_path)
        with database.begin() as early:
            erased_asks.record_erased(early, b"a" * 32, NOW)
            with database.begin() as late:
                erased_asks.record_erased(late, b"b" * 32, NOW)
            files.record(database)
        files.record(database)
        files.record(database)
        (file,) = tmp_path.glob("erased_asks-*.txt")
        assert sorted(file.read_text().split()) == ["61" * 32, "62" * 32]
