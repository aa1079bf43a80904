"""Connections to SQLite and PostgreSQL, as this house wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from bridge.errors import ConfigError

BUSY_TIMEOUT_SECONDS = 10
WAL_LIMIT_BYTES = 4 * 1024 * 1024  # how long the WAL may grow before a worker brings it into the database
# Without a worker a commit does it in the end: late, because whoever commits waits for it.
WAL_AUTOCHECKPOINT_PAGES = 16_384


def require_file(path: Path) -> None:
    """The file of a database has to be there.

    Raises:
        ConfigError: it is not.
    """
    if not path.exists():
        raise ConfigError(f"There is no database at {path} yet. Start `bridge serve` or run `bridge migrate`.")


def traceless_url(path: Path) -> URL:
    """How SQLite opens a file without writing anything: neither the file, nor its log, nor what processes share.

    Raises:
        ConfigError: it cannot be read without writing beside it.
    """
    log, shared = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    if shared.exists():  # somebody works on it, or was killed at it: what they share is read, and not written
        query = {"readonly_shm": "1"}
    elif log.exists() and log.stat().st_size:
        raise ConfigError(
            f"{log} lies beside the database and has not been brought into it. Start `bridge serve`, or run "
            "`bridge migrate`: both bring it in."
        )
    else:
        query = {"immutable": "1"}
    return URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true", **query})


def postgresql_engine(url: URL, *, durable: bool = True) -> Engine:
    """Connections to PostgreSQL; `durable`: whether a commit waits for the disk.

    Raises:
        ConfigError: its driver is not installed.
    """
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": BUSY_TIMEOUT_SECONDS}
    try:
        engine = create_engine(url, pool_size=8, max_overflow=32, pool_pre_ping=True, connect_args=patience)
    except ModuleNotFoundError:
        raise ConfigError(
            "DATABASE_URL: PostgreSQL needs its driver. Install it: pip install 'mentor-bridge[postgres]'"
        ) from None
    if not durable:

        @event.listens_for(engine, "connect")
        def relax(connection: Any, _record: Any) -> None:
            connection.execute("SET synchronous_commit TO off")
            connection.commit()

    return engine


def sqlite_engine(url: str | URL, size: int, begin: str, *pragmas: str) -> Engine:
    """At most `size` connections to a SQLite file.

    Our own BEGIN instead of the driver's, which would begin late and as a reader.
    """
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # WAL: readers do not wait. Of its commits FULL brings each to the disk, NORMAL those before a checkpoint.
        for pragma in (
            "foreign_keys=ON",
            "cache_size=-16384",
            f"wal_autocheckpoint={WAL_AUTOCHECKPOINT_PAGES}",
            f"journal_size_limit={WAL_LIMIT_BYTES}",
            *pragmas,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        # AUTOCOMMIT connections (the doorbell) must see each new version, so they hold no snapshot.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    return engine
