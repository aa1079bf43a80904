"""The database: migrations, one writer, durable ingest, leases."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event

from bridge.errors import ConfigError, StorageUnavailable
from bridge.model import BlogFacts
from bridge.operations.receiving import receive
from bridge.operations.stations import Station
from bridge.storage import health
from bridge.storage.blogs import blogs, contact
from bridge.storage.blogs import inbox as stored_inbox
from bridge.storage.blogs.inbox import GroupCommit, InboundDelivery, Receipt
from bridge.storage.core import job_leases, jobs, migrate
from bridge.storage.core.database import Database
from bridge.storage.core.tables import metadata
from bridge.storage.core.write_lock import single_instance
from tests.conftest import NOW
from tests.running import HANG_SECONDS

FACTS = BlogFacts("Alice", "", "fr-FR", "https://alice.example", "https://alice.example/wp-json/", "", "u")


@pytest.fixture
def alice(database: Database) -> str:
    """A connected blog."""
    with database.begin() as tx:
        blogs.upsert(tx, "alice", "connected", FACTS, NOW)
    return "alice"


# An index over expressions is compared on PostgreSQL alone: SQLite does not tell what such a one is made of.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrations_make_what_the_code_expects(database: Database) -> None:
    assert migrate.is_current(database)

    def ours(_thing: object, name: str | None, *_rest: object) -> bool:
        # FTS5 keeps its index in tables of its own making, which nobody can describe to SQLAlchemy.
        return database.dialect != "sqlite" or not (name or "").removeprefix("ix_").startswith("need_index")

    with database.writer() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"include_object": ours}), metadata)
    assert differences == []


def test_migrating_again_keeps_what_is_there(database: Database, alice: str) -> None:
    migrate.upgrade(database)
    with database.read() as tx:
        assert blogs.get(tx, alice).facts.name == "Alice"


def test_a_second_process_starts_while_the_first_is_at_work(database_url: str) -> None:
    first, second = Database.open(database_url), Database.open(database_url)
    try:
        migrate.upgrade(first)
        with first.read():  # its connections stay open, as those of a worker do
            starting = threading.Thread(target=migrate.upgrade, args=(second,), daemon=True)
            starting.start()
            starting.join(HANG_SECONDS)
            assert not starting.is_alive()
            assert migrate.is_current(second)
    finally:
        first.close()
        second.close()


def test_a_command_that_only_reads_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="bridge migrate"):
        Database.open(f"sqlite:///{tmp_path}/none.sqlite", read_only=True)


def test_a_closed_database_leaves_no_file_open(tmp_path: Path) -> None:
    """Whoever opens one after the other, as tests and imports do, does not run out of descriptors."""

    def open_files() -> list[str]:
        links = (os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
        return [target for target in links if target.startswith(str(tmp_path))]

    opened = Database.open(f"sqlite:///{tmp_path / 'bridge.sqlite'}")
    migrate.upgrade(opened)
    assert open_files()
    opened.close()
    opened.close()
    assert open_files() == []


def test_a_second_process_of_a_kind_is_refused(tmp_path: Path) -> None:
    with (
        single_instance(tmp_path / "lock", "worker"),
        pytest.raises(ConfigError, match="already running"),
        single_instance(tmp_path / "lock", "worker"),
    ):
        pass
    with single_instance(tmp_path / "lock", "worker"):
        pass  # free again


def test_each_delivery_is_stored_once_whoever_sends_it_again(database: Database, alice: str) -> None:
    inbox = GroupCommit(database, receive)
    arrivals = [InboundDelivery(alice, f"p{n % 40:07d}", NOW, b"{}") for n in range(200)]
    receipts: list[bool] = []
    lock = threading.Lock()

    def send(part: list[InboundDelivery]) -> None:
        for arrival in part:
            receipt = inbox.submit(arrival)
            with lock:
                receipts.append(receipt.duplicate)

    threads = [threading.Thread(target=send, args=(arrivals[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipts) == [False] * 40 + [True] * 160


def test_a_blog_that_is_not_known_is_refused_and_the_inbox_goes_on(database: Database, alice: str) -> None:
    inbox = GroupCommit(database, receive)
    with pytest.raises(StorageUnavailable):
        inbox.submit(InboundDelivery("mallory", "p0000001", NOW, b"{}"))
    assert not inbox.submit(InboundDelivery(alice, "p0000001", NOW, b"{}")).duplicate


@pytest.mark.parametrize(("held_up", "together"), [("begin", 1), ("commit", 2)])
def test_what_waits_shares_one_commit(database: Database, alice: str, held_up: str, together: int) -> None:
    """Who comes while the first waits for its turn goes along with it, who comes while it commits with the next."""
    inbox = GroupCommit(database, receive)
    commits: list[object] = []
    event.listen(database._writers, "commit", commits.append)
    receipts: list[Receipt] = []
    threads = [
        threading.Thread(
            target=lambda n=n: receipts.append(inbox.submit(InboundDelivery(alice, f"p{n:07d}", NOW, b"{}")))
        )
        for n in range(24)
    ]
    first_is_writing, go_on = threading.Event(), threading.Event()

    @event.listens_for(database._writers, held_up)
    def pause(_connection: object) -> None:
        first_is_writing.set()
        go_on.wait(HANG_SECONDS)

    threads[0].start()
    assert first_is_writing.wait(HANG_SECONDS)
    for thread in threads[1:]:
        thread.start()
    while len(inbox._queue) < 25 - together:
        time.sleep(0.01)
    go_on.set()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert [receipt.duplicate for receipt in receipts] == [False] * 24
    assert len(commits) == together


def test_whoever_gave_up_waiting_has_not_been_stored(
    database: Database, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_inbox, "COMMIT_TIMEOUT_SECONDS", 0.1)
    inbox = GroupCommit(database, receive)
    stuck, go_on = threading.Event(), threading.Event()

    @event.listens_for(database._writers, "begin")
    def hang(_connection: object) -> None:
        stuck.set()
        go_on.wait(HANG_SECONDS)

    leader = threading.Thread(target=inbox.submit, args=(InboundDelivery(alice, "p0000001", NOW, b"{}"),))
    leader.start()
    assert stuck.wait(HANG_SECONDS)
    with pytest.raises(StorageUnavailable, match="slow"):
        inbox.submit(InboundDelivery(alice, "p0000002", NOW, b"{}"))
    go_on.set()
    leader.join(HANG_SECONDS)
    assert inbox.submit(InboundDelivery(alice, "p0000001", NOW, b"{}")).duplicate
    assert not inbox.submit(InboundDelivery(alice, "p0000002", NOW, b"{}")).duplicate


def test_what_leaves_the_house_is_on_the_disk_what_can_be_done_again_need_not(database_url: str) -> None:
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
    waits, goes_on = {"sqlite": (2, 1), "postgresql": ("on", "off")}[database_url.partition("+")[0].partition(":")[0]]

    def how(opened: Database, *, durable: bool = False) -> object:
        with opened.begin(durable=durable) as tx:
            return tx.exec_driver_sql(asked[opened.dialect]).scalar()

    web, worker = Database.open(database_url), Database.open(database_url, durable=False)
    assert how(web) == waits
    assert (how(worker), how(worker, durable=True), how(worker)) == (goes_on, waits, goes_on)
    web.close()
    worker.close()


def test_of_two_claimers_one_wins(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.ABSORB, ["alice"], NOW)
    barrier = threading.Barrier(4)
    won: list[str] = []

    def claim(name: str) -> None:
        barrier.wait()
        with database.begin() as tx:
            won.extend(name for _ in job_leases.claim_due(tx, Station.ABSORB, name, NOW, timedelta(minutes=1)))

    threads = [threading.Thread(target=claim, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_lease_returns_when_its_holder_is_dead_and_the_dead_cannot_complete(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
        (task,) = job_leases.claim_due(tx, Station.PUSH, "dead", NOW, timedelta(minutes=1))
        assert job_leases.claim_due(tx, Station.PUSH, "second", NOW, timedelta(minutes=1)) == []
        later = NOW + timedelta(minutes=2)
        assert job_leases.claim_due(tx, Station.PUSH, "second", later, timedelta(minutes=1))
        assert not job_leases.mark_done(tx, task, "dead", later, timedelta())


def test_what_becomes_due_while_it_runs_is_not_lost(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.REFRESH, ["alice/1"], NOW)
        (task,) = job_leases.claim_due(tx, Station.REFRESH, "me", NOW, timedelta(minutes=1))
        jobs.mark_due(tx, Station.REFRESH, ["alice/1"], NOW + timedelta(seconds=1))
        assert job_leases.mark_done(tx, task, "me", NOW + timedelta(seconds=2), timedelta(seconds=4))
        assert job_leases.claim_due(tx, Station.REFRESH, "me", NOW + timedelta(seconds=3), timedelta(minutes=1)) == []
        assert job_leases.claim_due(tx, Station.REFRESH, "me", NOW + timedelta(seconds=7), timedelta(minutes=1))


def test_a_blogs_backoff_is_not_our_delay(database: Database) -> None:
    with database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], NOW)
        (task,) = job_leases.claim_due(tx, Station.PUSH, "me", NOW, timedelta(minutes=1))
        job_leases.mark_failed(tx, task, "me", NOW, timedelta(hours=2), "away", waits_for_blog=True)
        assert health.list_oldest_due_ages(tx, NOW + timedelta(hours=3)) == {}


def test_the_receipt_tells_the_highest_version_absorbed(database: Database, alice: str) -> None:
    from bridge.model import Version

    with database.begin() as tx:
        contact.record_seen(tx, alice, NOW, Version(7, 3))
        contact.record_seen(tx, alice, NOW, Version(6, 9))
        (receipt,) = receive(tx, [InboundDelivery(alice, "p0000001", NOW, b"{}")])
    assert receipt.highest == Version(7, 3)
