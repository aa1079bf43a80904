"""Bringing a database up to date (Alembic), from the first table on.

Alembic itself is imported by what migrates: it takes longer than most commands that only read.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from bridge.errors import ConfigError
from bridge.storage.core.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

UNFINISHED_COPY = "copying "  # before the revision, in its place: of `bridge migrate-database`, until it is whole
MIGRATIONS = Path(__file__).parent.parent / "migrations"
FOLLOWS = re.compile(r'^down_revision = "([0-9]+)"$', re.MULTILINE)  # in a migration; read, for Alembic is slow to load
_marked = table("alembic_version", column("version_num"))


@cache
def newest_revision() -> str:
    """The number of the last migration: no other one follows it. Numbers may leave gaps and need not ascend."""
    followed = {match[1] for file in _files() if (match := FOLLOWS.search(file.read_text(encoding="utf-8")))}
    return max(known_revisions() - followed)


def known_revisions() -> frozenset[str]:
    """The numbers of all migrations; their files begin with them."""
    return frozenset(file.name.partition("_")[0] for file in _files())


def _files() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))


def alembic_config(connection: Connection) -> Config:
    """The configuration that Alembic's own commands want, for one connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database) -> None:
    """Bring an empty or older database to the newest schema; keeps what it holds.

    Raises:
        ConfigError: a newer bridge has written to it.
        StorageUnavailable: it is away, locked, or cannot be written.
    """
    with database.writer() as connection:
        _refuse_newer(connection)
        if database.dialect == "sqlite":
            # Once and alone: several processes that switch the journal at once fail, busy timeout or not.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Of the transaction, not of the session: a connection that goes back to its pool would keep it.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(48151623)")
        if list_marks(connection) != [newest_revision()]:  # nothing to do at most starts, and Alembic weighs 10 MiB
            _run_migrations(connection)
        connection.commit()


def _run_migrations(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def list_marks(connection: Connection) -> list[str]:
    """The revisions at which a database stands; none: it is empty."""
    migrated = inspect(connection).has_table(_marked.name)
    return list(connection.scalars(select(_marked.c.version_num))) if migrated else []


def _refuse_newer(connection: Connection) -> None:
    for mark in list_marks(connection):
        if mark.startswith(UNFINISHED_COPY):
            raise ConfigError(
                "The database is a copy that is not whole. Run `bridge migrate-database` with the same addresses "
                "again: it goes on where it was."
            )
        if mark not in known_revisions():
            raise ConfigError(
                f"The database is at revision {mark[:20]}, of a newer bridge; this one ({version('mentor-bridge')}) "
                f"knows up to {newest_revision()}. Install the version that last ran on it, or a newer one. "
                "Nothing was changed."
            )


def is_current(database: Database) -> bool:
    """Whether the schema is the one this code was written for."""
    with database.read() as tx:
        return list_marks(tx) == [newest_revision()]


def require_current(database: Database) -> None:
    """For commands that only read.

    Raises:
        ConfigError: the database is of another version.
    """
    with database.read() as tx:
        _refuse_newer(tx)
        if list_marks(tx) != [newest_revision()]:
            raise ConfigError("The database is of an older version of the bridge. Run `bridge migrate`.")
