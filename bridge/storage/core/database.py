"""The database: SQLite by default, PostgreSQL when configured; who may write when.

SQLite allows one writer at a time, and each waits for its turn (`write_lock`). The log of changes (WAL) is brought
into the database by whoever works, never by a commit that somebody waits for. PostgreSQL needs none of this.

A durable commit is on the disk before it is told, and with it all that was committed before. What a worker
computes can be computed again: it does not wait for the disk, unless what it wrote is about to leave the house.
Losing the plug then loses the end of its work, never the middle, and no delivery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol, TypeVarTuple

from sqlalchemy import CompoundSelect, Connection, Engine, Select, TextClause, make_url

from bridge.config import MAX_CONNECTIONS
from bridge.errors import ConfigError
from bridge.storage.core.doorbell import MAKES_DUE, CommitBell, CommitListener
from bridge.storage.core.engines import (
    WAL_LIMIT_BYTES,
    postgresql_engine,
    postgresql_sessions,
    require_file,
    sqlite_engine,
    traceless_url,
)
from bridge.storage.core.failures import ErrorTranslator
from bridge.storage.core.write_lock import Priority, WriteLock

HEARING_SECONDS = 5.0
Tx = Connection  # an open transaction, as the stations see it
Columns = TypeVarTuple("Columns")
COMPANION = "companion"  # the name of an option of the engines
CHANGED = "changed for the companion"  # in what a connection carries through a transaction


class Companion(Protocol):
    """What holds a copy of some rows elsewhere, and is told after each commit which of them have changed."""

    def follow(self, database: Database, numbers: Sequence[int]) -> None:
        """Rows with these numbers are other than they were, or gone."""


class Database:
    """Where the rows are. Threads may share one; processes open their own."""

    def __init__(
        self,
        readers: Engine,
        writers: Engine,
        lock: WriteLock | None,
        path: Path | None = None,
        hasty: Engine | None = None,
        sessions: Engine | None = None,
    ) -> None:
        self._named = ErrorTranslator(writers.url)
        self._readers = readers
        self._writers = writers
        self._hasty = hasty  # its commits do not wait for the disk; None: all do
        self._sessions = sessions or readers  # for what lasts longer than a transaction
        self._lock = lock
        # Whoever listens on SQLite sees each commit in the file.
        self._bell = CommitBell(readers) if writers.dialect.name == "postgresql" else None
        self._log = path.with_name(path.name + "-wal") if path else None
        self._companion: Companion | None = None

    @classmethod
    def open(
        cls,
        url: str,
        *,
        read_only: bool = False,
        durable: bool = True,
        direct_url: str = "",
        connections: int = MAX_CONNECTIONS,
    ) -> Database:
        """Connect to `url` (``sqlite:///path`` or ``postgresql+psycopg://…``); nothing is created but the file.

        Args:
            url: of the database.
            read_only: refuse a file that is not there.
            durable: whether a commit waits for the disk where nothing else is asked for.
            direct_url: of PostgreSQL itself, where `url` is that of a pooler before it.
            connections: to PostgreSQL, at most, beside those for what lasts longer than a transaction.

        Raises:
            ConfigError: an unknown kind of database, or a file that is not there when only reading.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = postgresql_engine(parsed, connections, durable=durable, pooled=bool(direct_url))
            # The same pool: the driver says the level in the BEGIN that it sends anyway, and SQLAlchemy takes it back
            # from a connection that is returned. What only reads cannot fail to serialize.
            reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            writing = engine.execution_options(durable=True)
            relaxed = None if durable else engine.execution_options(durable=False)
            sessions = postgresql_sessions(make_url(direct_url or url))
            return cls(reading, writing, None, hasty=relaxed, sessions=sessions)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise ConfigError(f"DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")
        path = Path(parsed.database)
        if read_only:
            require_file(path)
        lock = WriteLock(path.with_name(path.name + ".lock"))
        readers = sqlite_engine(parsed.render_as_string(hide_password=False), 32, "BEGIN", "query_only=ON")
        writers = sqlite_engine(parsed.render_as_string(hide_password=False), 1, "BEGIN IMMEDIATE", "synchronous=FULL")
        hasty = None
        if not durable:
            hasty = sqlite_engine(
                parsed.render_as_string(hide_password=False), 1, "BEGIN IMMEDIATE", "synchronous=NORMAL"
            )
        return cls(readers, writers, lock, path, hasty)

    @classmethod
    def inspect(cls, url: str, direct_url: str = "") -> Database:
        """Connect as `open` does for a look that leaves no trace: a folder of SQLite stays as it is, byte for byte.

        Raises:
            ConfigError: a file that is not there, or that cannot be read without writing beside it.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            return cls.open(url, read_only=True, direct_url=direct_url)
        path = Path(parsed.database)
        require_file(path)
        readers = sqlite_engine(traceless_url(path), 4, "BEGIN", "query_only=ON")
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
            tx.info.pop(MAKES_DUE, None)  # of a transaction before this one that was taken back
            tx.info.pop(CHANGED, None)
            yield tx
            makes_due, changed = tx.info.pop(MAKES_DUE, False), tx.info.pop(CHANGED, ())
        if makes_due and self._bell is not None:
            self._bell.ring()
        if changed and self._companion is not None:
            self._companion.follow(self, sorted(changed))

    def is_awaited(self) -> bool:
        """Whether a delivery waits for whoever writes now to end; on PostgreSQL nobody waits for anybody."""
        return self._lock is not None and self._lock.is_awaited()

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """A bare connection for migrations, kept from other writers.

        Raises:
            StorageUnavailable: as for `begin`.
        """
        turn: AbstractContextManager[None] = self._lock.hold("work") if self._lock else nullcontext()
        with turn, self._named.translated(), self._writers.connect() as connection:
            yield connection

    def attach(self, companion: Companion) -> None:
        """From now on transactions know the companion, and it hears of each commit that concerns it."""
        self._companion = companion
        for engine in (self._readers, self._writers, self._hasty):
            if engine is not None:
                engine.update_execution_options(**{COMPANION: companion})

    def connect_alone(self) -> Connection:
        """A connection outside of any transaction, for a lock that lasts as long as the connection."""
        return self._sessions.connect().execution_options(isolation_level="AUTOCOMMIT")

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
        return CommitListener(self._sessions)

    def hears_itself(self) -> bool:
        """Whether listeners hear of commits: that what lasts longer than a transaction is on the same database.

        Raises:
            StorageUnavailable: it is away.
        """
        with self._named.translated(), closing(self.doorbell()) as listener:
            if self._bell is not None:
                self._bell.ring()
            return listener.wait(HEARING_SECONDS)

    def close(self) -> None:
        """Let go of all connections and lock files; what is asked for after that opens them again."""
        if self._bell is not None:
            self._bell.close()
        for engine in (self._readers, self._writers, self._hasty, self._sessions):
            if engine is not None:
                engine.dispose()
        if self._lock is not None:
            self._lock.close()


def find_companion(tx: Tx) -> object | None:
    """What was attached to the database of a transaction."""
    companion: object | None = tx.get_execution_options().get(COMPANION)
    return companion


def mark_for_companion(tx: Tx, number: int) -> None:
    """A row of which a companion holds a copy changes; without one this is nothing."""
    if find_companion(tx) is not None:
        tx.info.setdefault(CHANGED, set()).add(number)


def list_plain_rows(
    tx: Tx,
    statement: Select[*Columns] | CompoundSelect[*Columns] | TextClause,
    values: Mapping[str, object] | None = None,
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
