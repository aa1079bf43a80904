"""Rows written whole, whether they are there or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler


def upsert_rows(tx: Connection, table: Table, keys: tuple[str, ...], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows with the same columns, or replace those that have their keys."""
    if rows:
        tx.execute(_upserting(tx.dialect.name, table, keys, tuple(rows[0])), rows)


def record_plain_rows(tx: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, object]]) -> None:
    """Run a statement for thousands of rows as the driver takes them: only of numbers, truths and text."""
    compiled = _compiled(statement, tx.dialect)
    names = compiled.positiontup  # of a driver that counts its parameters instead of naming them
    plain: Any = rows if names is None else [tuple(map(row.__getitem__, names)) for row in rows]
    tx.exec_driver_sql(str(compiled), plain)


@lru_cache
def _compiled(statement: UpdateBase, dialect: Dialect) -> SQLCompiler:
    return statement.compile(dialect=dialect)


@cache  # building a statement costs several times what running it does
def _upserting(dialect: str, table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    fresh = {name: statement.excluded[name] for name in columns if name not in keys}
    upserting: Insert = statement.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=fresh)
    return upserting
