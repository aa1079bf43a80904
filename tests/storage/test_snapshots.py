"""What is read in one go is of one moment, whoever writes meanwhile; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from bridge.errors import StorageUnavailable
from bridge.model import BlogFacts
from bridge.storage.blogs import blogs
from bridge.storage.blogs.tables import blogs as table
from bridge.storage.core.database import Database, Tx
from tests.conftest import NOW

WRITERS = 3
READS = 60


def facts(name: str) -> BlogFacts:
    return BlogFacts(name, "", "fr-FR", f"https://{name}.example", "", "", "u")


@pytest.fixture
def two(database: Database) -> Callable[[Tx, str], None]:
    """Two blogs that always have the same description; the way to change it."""
    with database.begin() as tx:
        for name in ("alice", "bob"):
            blogs.upsert(tx, name, "connected", facts(name), NOW)

    def describe(tx: Tx, words: str) -> None:
        for name in ("alice", "bob"):
            tx.execute(update(table).where(table.c.id == name).values(description=words))

    return describe


def description(tx: Tx, name: str) -> Any:
    return tx.execute(select(table.c.description).where(table.c.id == name)).scalar_one()


def test_what_is_committed_meanwhile_is_not_seen(database: Database, two: Callable[[Tx, str], None]) -> None:
    with database.read() as tx:
        before = description(tx, "alice")
        with database.begin() as writing:
            two(writing, "new")
            blogs.upsert(writing, "carol", "connected", facts("carol"), NOW)
        assert (before, description(tx, "bob")) == ("", "")
        assert tx.execute(select(func.count()).select_from(table)).scalar() == 2
    with database.read() as tx:
        assert description(tx, "bob") == "new", "the next one sees it"


def test_reads_beside_busy_writers_never_mix_and_never_fail(database: Database, two: Callable[[Tx, str], None]) -> None:
    over = threading.Event()
    written: list[int] = []

    def write(name: int) -> None:
        count = 0
        while not over.is_set():
            count += 1
            with database.begin() as tx:
                two(tx, f"{name} {count}")
        written.append(count)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen = set()
    try:
        for _ in range(READS):
            with database.read() as tx:
                pair = description(tx, "alice"), description(tx, "bob")
            assert pair[0] == pair[1]
            seen.add(pair[0])
    finally:
        over.set()
        for thread in threads:
            thread.join(20)
    assert len(written) == WRITERS
    assert all(written)
    assert len(seen) > 1, "nothing was written meanwhile"


def test_nothing_is_written_by_who_only_reads_and_the_next_who_writes_may(database: Database) -> None:
    for _ in range(3):  # the same connections again
        with pytest.raises((DatabaseError, StorageUnavailable)), database.read() as tx:
            tx.execute(insert(table), [{"id": "mallory"}])
        with database.begin() as tx:
            blogs.upsert(tx, "alice", "connected", facts("alice"), NOW)


def test_a_connection_comes_back_as_it_went(postgresql: str) -> None:
    """A pool of one: whoever reads leaves nothing behind for whoever writes, nor do they cost each other a question."""
    opened = Database.open(postgresql)
    asked = [text(f"SELECT current_setting('{name}')") for name in ("transaction_isolation", "transaction_read_only")]
    try:
        for _ in range(2):
            with opened.read() as tx:
                assert [tx.scalar(one) for one in asked] == ["repeatable read", "on"]
                process = tx.scalar(text("SELECT pg_backend_pid()"))
            with opened.begin() as tx:
                assert [tx.scalar(one) for one in asked] == ["read committed", "off"]
                assert tx.scalar(text("SELECT pg_backend_pid()")) == process
    finally:
        opened.close()
