"""Bringing a database up to date (Alembic), from the first table on."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bridge.errors import ConfigError
from bridge.storage.database import Database


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def migrate(database: Database) -> None:
    """Bring an empty or older database to the newest schema; keeps what it holds."""
    with database.writer() as connection:
        if database.dialect == "sqlite":
            # Once and alone: several processes that switch the journal at once fail, busy timeout or not.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_lock(48151623)")
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def current(database: Database) -> bool:
    """Whether the schema is the one this code was written for."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    with database.read() as tx:
        return MigrationContext.configure(tx).get_current_revision() == head


def require_current(database: Database) -> None:
    """For commands that only read.

    Raises:
        ConfigError: the database is of another version.
    """
    if not current(database):
        raise ConfigError("The database is of another version of the bridge. Run `bridge migrate`.")
