"""The database: SQLite by default, PostgreSQL when configured; who may write when.

SQLite allows one writer at a time. Waiters that poll (SQLite's own busy handler) sleep too long and are
unfair, so a writer first takes a lock: inside a process one where ingest goes first, between processes a
``flock`` that the kernel hands over at once, behind a turnstile that lets ingest go first there too.
The log of changes (WAL) is brought into the database by whoever works, never by a commit that somebody waits
for. PostgreSQL needs none of this.

A durable commit is on the disk before it is told, and with it all that was committed before. What a worker
computes can be computed again: it does not wait for the disk, unless what it wrote is about to leave the house.
Losing the plug then loses the end of its work, never the middle, and no delivery.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal, TypeVarTuple
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Select, TextClause, create_engine, event, make_url, text
from sqlalchemy.pool import QueuePool

from bridge.errors import ConfigError
from bridge.storage.core.failures import ErrorTranslator

Tx = Connection  # an open transaction, as the stations see it
Columns = TypeVarTuple("Columns")
Priority = Literal["ingest", "work"]
BUSY_TIMEOUT_SECONDS = 10
NOTIFY_CHANNEL = "bridge_work"
WAL_LIMIT_BYTES = 4 * 1024 * 1024  # how long the WAL may grow before a worker brings it into the database
# Without a worker a commit does it in the end: late, because whoever commits waits for it.
WAL_AUTOCHECKPOINT_PAGES = 16_384


class WriteLock:
    """One writer at a time on a SQLite file; ingest before work, in this process and between processes.

    Two files: `<name>` is held while writing. `<name>.first` is held (shared) by ingest while it waits; work
    passes through it (exclusive, let go at once) before it waits, so a worker that ends one transaction and
    begins the next finds the turnstile shut. Ingest waits for one transaction of work at most; while it
    writes itself the turnstile is open, so a stream of deliveries does not keep work out for ever.
    """

    def __init__(self, path: Path) -> None:
        self._condition = threading.Condition()
        self._held = False
        self._ingest_waiting = 0
        self._file = _open_lock(path)
        self._turnstile = _open_lock(path.with_name(path.name + ".first"))

    @contextmanager
    def hold(self, priority: Priority) -> Iterator[None]:
        """Wait for the turn, then keep every other writer out."""
        ingest = priority == "ingest"
        with self._condition:
            self._ingest_waiting += ingest
            try:
                while self._held or (self._ingest_waiting and not ingest):
                    self._condition.wait()
                self._held = True
            finally:
                self._ingest_waiting -= ingest
        try:
            fcntl.flock(self._turnstile, fcntl.LOCK_SH if ingest else fcntl.LOCK_EX)
            try:
                if ingest:
                    fcntl.flock(self._file, fcntl.LOCK_EX)
            finally:
                fcntl.flock(self._turnstile, fcntl.LOCK_UN)
            if not ingest:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            with self._condition:
                self._held = False
                self._condition.notify_all()


def _require(path: Path) -> None:
    if not path.exists():
        raise ConfigError(f"There is no database at {path} yet. Start `bridge serve` or run `bridge migrate`.")


def _traceless(path: Path) -> URL:
    """How SQLite opens a file without writing anything: neither the file, nor its log, nor what processes share."""
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


def _open_lock(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path.parent} cannot be written ({error.strerror}). Make it a folder of this user's on a disk that takes "
            "data, or name another one (BRIDGE_HOME, DATABASE_URL)."
        ) from None


class Database:
    """Where the rows are. Threads may share one; processes open their own."""

    def __init__(
        self,
        readers: Engine,
        writers: Engine,
        lock: WriteLock | None,
        path: Path | None = None,
        hasty: Engine | None = None,
    ) -> None:
        self._named = ErrorTranslator(writers.url)
        self._readers = readers
        self._writers = writers
        self._hasty = hasty  # its commits do not wait for the disk; None: all do
        self._lock = lock
        self._log = path.with_name(path.name + "-wal") if path else None

    @classmethod
    def open(cls, url: str, *, read_only: bool = False, durable: bool = True) -> Database:
        """Connect to `url` (``sqlite:///path`` or ``postgresql+psycopg://…``); nothing is created but the file.

        `durable`: whether a commit waits for the disk where nothing else is asked for.

        Raises:
            ConfigError: an unknown kind of database, or a file that is not there when only reading.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = _postgresql_engine(parsed)
            # The same pool: the driver says the level in the BEGIN that it sends anyway, and SQLAlchemy takes it back
            # from a connection that is returned. What only reads cannot fail to serialize.
            reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return cls(reading, engine, None, hasty=None if durable else _postgresql_engine(parsed, durable=False))
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise ConfigError(f"DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")
        path = Path(parsed.database)
        if read_only:
            _require(path)
        lock = WriteLock(path.with_name(path.name + ".lock"))
        readers = _sqlite_engine(parsed.render_as_string(hide_password=False), 32, "BEGIN", "query_only=ON")
        writers = _sqlite_engine(parsed.render_as_string(hide_password=False), 1, "BEGIN IMMEDIATE", "synchronous=FULL")
        hasty = None
        if not durable:
            hasty = _sqlite_engine(
                parsed.render_as_string(hide_password=False), 1, "BEGIN IMMEDIATE", "synchronous=NORMAL"
            )
        return cls(readers, writers, lock, path, hasty)

    @classmethod
    def inspect(cls, url: str) -> Database:
        """Connect to `url` for a look that leaves no trace: a folder of SQLite stays as it is, byte for byte.

        Raises:
            ConfigError: a file that is not there, or that cannot be read without writing beside it.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            return cls.open(url, read_only=True)
        path = Path(parsed.database)
        _require(path)
        readers = _sqlite_engine(_traceless(path), 4, "BEGIN", "query_only=ON")
        return cls(readers, readers, None)

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._writers.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot: all that is read in the block is of one moment. Nothing can be written through it."""
        with self._named.translated(), self._readers.begin() as tx:
            yield tx

    @contextmanager
    def begin(self, priority: Priority = "work", *, durable: bool = False) -> Iterator[Connection]:
        """A write transaction: committed when the block ends without an exception.

        `durable`: with all before it, also where the database was opened for work that can be done again.

        Raises:
            StorageUnavailable: the disk is full, the database locked, read-only or away.
        """
        turn: AbstractContextManager[None] = self._lock.hold(priority) if self._lock else nullcontext()
        engine = self._writers if durable or self._hasty is None else self._hasty
        with turn, self._named.translated(), engine.begin() as tx:
            yield tx

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """A bare connection for migrations, kept from other writers.

        Raises:
            StorageUnavailable: as for `begin`.
        """
        turn: AbstractContextManager[None] = self._lock.hold("work") if self._lock else nullcontext()
        with turn, self._named.translated(), self._writers.connect() as connection:
            yield connection

    def tidy(self) -> None:
        """Bring a long WAL into the database, most of it beside the writers; for a worker to call now and then.

        SQLite begins the log anew once all of it has been brought over, which under a stream of commits needs a
        moment without them: the few pages that came meanwhile are brought over under the lock.

        Raises:
            StorageUnavailable: the disk is full or the database away.
        """
        if self._log is None or self._lock is None or not self._log_is_long():
            return
        checkpointing = self._readers.connect().execution_options(isolation_level="AUTOCOMMIT")
        with self._named.translated(), checkpointing as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            with self._lock.hold("work"):
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _log_is_long(self) -> bool:
        try:
            # Begun anew it is cut to LOG_BYTES (journal_size_limit): longer means that this much is in it.
            return self._log is not None and self._log.stat().st_size > WAL_LIMIT_BYTES
        except FileNotFoundError:
            return False

    def doorbell(self) -> CommitListener:
        """Tells when somebody else has written."""
        return CommitListener(self._readers)

    def close(self) -> None:
        """Let go of all connections."""
        for engine in (self._readers, self._writers, self._hasty):
            if engine is not None:
                engine.dispose()


class CommitListener:
    """Wakes a waiting worker soon after another process committed; missing a ring only costs the poll."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._postgresql = engine.dialect.name == "postgresql"
        self._seen: Any = None
        if self._postgresql:
            self._connection.execute(text(f"LISTEN {NOTIFY_CHANNEL}"))

    def wait(self, seconds: float, step: float = 0.02) -> bool:
        """Wait until somebody has written, at most `seconds`; True if so."""
        if self._postgresql:
            raw: Any = self._connection.connection.driver_connection
            return any(True for _ in raw.notifies(timeout=seconds, stop_after=1))
        until = time.monotonic() + seconds
        while True:
            version = self._connection.execute(text("PRAGMA data_version")).scalar()
            if version != self._seen:
                self._seen = version
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(step)

    def close(self) -> None:
        """Let go of the connection, also of a broken one; nobody after us shall hear what was meant for us."""
        self._connection.invalidate()
        self._connection.close()


def list_plain_rows(
    tx: Tx, statement: Select[*Columns] | TextClause, values: Mapping[str, object] | None = None
) -> Sequence[tuple[*Columns]]:
    """Many rows as the driver gives them: only for numbers, text and bytes, which need no reading."""
    with tx.execute(statement, values) as result:
        rows: Sequence[tuple[*Columns]] = result.cursor.fetchall() if result.cursor else ()
        return rows


def list_plain_rows_lazily(tx: Tx, statement: Select[*Columns], at_once: int) -> Iterator[tuple[*Columns]]:
    """A hundred thousand rows as the driver gives them, of which only `at_once` are in memory."""
    with tx.execute(statement) as result:
        while result.cursor and (rows := result.cursor.fetchmany(at_once)):
            yield from rows


def _postgresql_engine(url: URL, *, durable: bool = True) -> Engine:
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


def _sqlite_engine(url: str | URL, size: int, begin: str, *pragmas: str) -> Engine:
    """Our own BEGIN instead of the driver's, which would begin late and as a reader."""
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


@contextmanager
def single_instance(path: Path, what: str, patience: float = 0) -> Iterator[None]:
    """Hold a lock file for as long as the block runs; the kernel lets go of it however the process ends.

    `patience`: seconds to wait for a holder that is about to end.

    Raises:
        ConfigError: somebody else holds it.
    """
    lock = _open_lock(path)
    try:
        until = time.monotonic() + patience
        while not _locked(lock):
            if time.monotonic() >= until:
                raise ConfigError(
                    f"A bridge {what} is already running on this database. On SQLite there is one of a kind: "
                    f"stop it first, or use PostgreSQL (DATABASE_URL) for more."
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(lock)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
