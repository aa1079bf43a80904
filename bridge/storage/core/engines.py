"""Connections to SQLite and PostgreSQL, as this house wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from bridge.errors import ConfigError

BUSY_TIMEOUT_SECONDS = 10
POOL_SIZE = 8  # connections that stay open once they were needed
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


def postgresql_engine(url: URL, connections: int, *, durable: bool, pooled: bool) -> Engine:
    """At most `connections` to PostgreSQL, of which each transaction may be on another session of a pooler (`pooled`).

    `durable`: whether a commit waits for the disk where its transaction does not say (`durable` of its options).

    Raises:
        ConfigError: its driver is not installed.
    """
    pool_size = min(connections, POOL_SIZE)
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": connections - pool_size, "pool_pre_ping": True}
    engine = _connecting(url, {"prepare_threshold": None} if pooled else {}, **options)
    # A session is told once, and each transaction that differs; through a pooler only the transaction is ours.
    relaxed = not durable and not pooled
    if not pooled:
        event.listen(engine, "connect", _refuse_pooler)
    if relaxed:
        event.listen(engine, "connect", _relax)

    @event.listens_for(engine, "begin")
    def set_durability(connection: Connection) -> None:
        waits = connection.get_execution_options().get("durable", durable)
        if waits == relaxed and not connection.get_execution_options().get("postgresql_readonly"):
            connection.exec_driver_sql(f"SET LOCAL synchronous_commit TO {'DEFAULT' if waits else 'off'}")

    return engine


def postgresql_sessions(url: URL) -> Engine:
    """Connections to PostgreSQL itself, each a session of its own that ends with it: to listen, and to hold a lock."""
    engine = _connecting(url, {}, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _refuse_pooler)
    return engine


def _connecting(url: URL, arguments: dict[str, Any], **options: Any) -> Engine:
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": BUSY_TIMEOUT_SECONDS}
    try:
        return create_engine(url, connect_args={**patience, **arguments}, **options)
    except ModuleNotFoundError:
        raise ConfigError(
            "DATABASE_URL: PostgreSQL needs its driver. Install it: pip install 'mentor-bridge[postgres]'"
        ) from None


def _refuse_pooler(connection: Any, _record: Any) -> None:
    """Whoever answers is not the process that was connected to: somebody between hands out sessions.

    Raises:
        ConfigError: it is so.
    """
    (answering,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    if answering != connection.info.backend_pid:
        raise ConfigError(
            "DATABASE_URL leads to PostgreSQL through a pooler such as PgBouncer, and who listens for work, or is the "
            "only one to sweep, needs a session there. Give the address of PostgreSQL itself as DATABASE_DIRECT_URL."
        )


def _relax(connection: Any, _record: Any) -> None:
    connection.execute("SET synchronous_commit TO off")
    connection.commit()


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
