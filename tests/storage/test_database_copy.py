"""From SQLite up to PostgreSQL: nothing is lost or doubled on the way, whatever ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from bridge.errors import BackupFailed, ConfigError
from bridge.storage import database_copy
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import posts
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.database_copy import copy_database
from tests.conftest import Clock
from tests.lab.postgres import PostgresDatabases
from tests.worker.conftest import WorkerBank, publish

TEXTS = (
    ("Un contrat pour chaque chantier", "Le contrat précise les délais de paiement du chantier. " * 4),
    ("Le pain au levain", "Le levain demande du temps, et la farine du soin. " * 4),
    ("Facturer un chantier", "La facture du chantier suit le contrat et ses délais. " * 4),
)


@pytest.fixture
def source(migrated_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """A bank of two authors on SQLite, with every kind of work done."""
    file = tmp_path / "bridge.sqlite"
    file.write_bytes(migrated_file.read_bytes())
    database = Database.open(f"sqlite:///{file}", durable=False)
    bank = WorkerBank(database, clock)
    publish(bank, "ann", TEXTS)
    publish(bank, "bob", TEXTS[::-1])
    yield database
    database.close()


@pytest.fixture
def target(postgres_databases: PostgresDatabases) -> Iterator[Database]:
    """An empty database of PostgreSQL."""
    with postgres_databases.empty() as url:
        database = Database.open(url, durable=False)
        yield database
        database.close()


def quiet(_table: str, _arrived: int, _total: int) -> None:
    """Nobody looks."""


def at(table: str, then: Callable[[], None]) -> database_copy.Progress:
    """Something that happens once when rows of a table have arrived."""
    happened = False

    def look(name: str, arrived: int, _total: int) -> None:
        nonlocal happened
        if name == table and arrived and not happened:
            happened = True
            then()

    return look


def end() -> None:
    """What stops the command there."""
    raise KeyboardInterrupt


def count(database: Database) -> int:
    with database.read() as tx:
        return tx.scalar(select(func.count()).select_from(posts)) or 0


def test_whatever_ends_it_the_next_try_goes_on(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_copy, "BATCH_ROWS", 4)
    for table in ("blogs", "posts"):
        with pytest.raises(KeyboardInterrupt):
            copy_database(source, target, at(table, end))
    with pytest.raises(ConfigError, match="copy"):  # no bridge starts on half of it
        migrate.upgrade(target)
    with source.begin() as tx:  # somebody started the old one once more
        tx.execute(update(blogs).values(name="Another name"))
        tx.execute(delete(posts).where(posts.c.id == select(func.min(posts.c.id)).scalar_subquery()))
    copied = {table.name: table.rows for table in copy_database(source, target, quiet)}
    assert copied["posts"] == count(target) == 5
    with target.read() as tx:
        assert set(tx.scalars(select(blogs.c.name))) == {"Another name"}
    assert migrate.is_current(target)


def test_a_copy_that_differs_is_no_bridge(source: Database, target: Database) -> None:
    def spoil() -> None:
        with target.begin() as tx:
            tx.execute(update(blogs).where(blogs.c.id == "ann").values(name="Ann!"))

    with pytest.raises(BackupFailed, match="blogs"):
        copy_database(source, target, at("posts", spoil))
    with pytest.raises(ConfigError, match="copy"):
        migrate.upgrade(target)
