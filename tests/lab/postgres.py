"""Databases of one PostgreSQL for many tests: emptying one takes milliseconds, making one half a second."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

# All tables, columns, indexes and constraints; a test may downgrade a database, or add a table.
SCHEMA: LiteralString = """
    SELECT md5(string_agg(concat_ws(' ', relation.relname, attnum, attname, atttypid, attnotnull), ',' ORDER BY relname,
        attnum)), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger)
    FROM pg_attribute JOIN pg_class relation ON relation.oid = attrelid WHERE relnamespace = 'public'::regnamespace
"""
TABLES_WITH_PAGES: LiteralString = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND pg_relation_size(oid) > 0 ORDER BY relname
"""
END_OTHERS: LiteralString = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def connect(url: str) -> psycopg.Connection:
    """A connection without transactions of its own to an address as SQLAlchemy spells it."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def name_in(url: str) -> str:
    """The name of the database at an address."""
    return url.partition("?")[0].rpartition("/")[2]


@dataclass(frozen=True)
class DatabaseRows:
    """What stands in all tables, as COPY gives it, and where the sequences are."""

    tables: dict[str, bytes]
    sequences: dict[str, int | None]


def copy_rows(url: str) -> DatabaseRows:
    """All rows of a database."""
    with connect(url) as connection:
        rows = {}
        for (table,) in connection.execute(TABLES_WITH_PAGES).fetchall():
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with connection.cursor().copy(statement) as copying:
                rows[table] = b"".join(bytes(block) for block in copying)
        sequences = connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
    return DatabaseRows({table: lines for table, lines in rows.items() if lines}, dict(sequences))


def restore_rows(connection: psycopg.Connection, rows: DatabaseRows) -> None:
    """Exactly these rows, in tables that are as if they had never had others; whoever else is connected is cut off."""
    connection.execute(END_OTHERS)
    dirty = [sql.Identifier(table) for (table,) in connection.execute(TABLES_WITH_PAGES).fetchall()]
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys are not looked at
        for table in dirty:
            connection.execute(sql.SQL("DELETE FROM {}").format(table))
    if dirty:
        connection.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(sql.SQL(", ").join(dirty)))
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for name, lines in rows.tables.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copying:
                copying.write(lines)
        for name, last in rows.sequences.items():
            connection.execute("SELECT setval(%s::regclass, %s, %s)", (name, last or 1, last is not None))


class PostgresDatabases:
    """Databases of one server: empty, or with all tables."""

    def __init__(self, server: str, migrate: Callable[[str], None]) -> None:
        self._server = server
        self._migrate = migrate
        self._template = ""
        self._schema: tuple[object, ...] | None = None
        self._rows = DatabaseRows({}, {})
        self._free: list[str] = []

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A new one without any table, gone afterwards."""
        url = self._create()
        try:
            yield url
        finally:
            self._drop(url)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """One with all tables, as after migrating: one that another test has done with, or a new one."""
        url = self._free.pop() if self._free else self._create_migrated()
        try:
            yield url
        finally:  # a history that fails is tried in many shorter forms
            self._take_back(url)

    def _take_back(self, url: str) -> None:
        with connect(url) as connection:
            intact = connection.execute(SCHEMA).fetchone() == self._schema
            if intact:
                restore_rows(connection, self._rows)
        if intact:
            self._free.append(url)
        else:
            self._drop(url)

    def _create_migrated(self) -> str:
        if not self._template:
            template = self._create()
            self._migrate(template)
            with connect(template) as connection:
                self._schema = connection.execute(SCHEMA).fetchone()
            self._rows = copy_rows(template)
            self._template = name_in(template)
        return self._create(f" TEMPLATE {self._template} STRATEGY FILE_COPY")

    def _create(self, how: str = "") -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        self._administer(f"CREATE DATABASE {name}{how}")
        head, _, query = self._server.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def _drop(self, url: str) -> None:
        self._administer(f"DROP DATABASE {name_in(url)} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with connect(self._server) as connection:
            connection.execute(statement.encode())
