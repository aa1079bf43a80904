"""The newest version wins, whatever the order of arrival: (generation, revision) of what a blog says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table, and_, case, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bridge.model import Version


def upsert_if_newer(
    tx: Connection,
    table: Table,
    keys: tuple[str, ...],
    row: Mapping[str, object],
    *,
    staying: tuple[tuple[str, str], ...] = (),
) -> bool:
    """Insert, or replace an older version; False when what is known is as new or newer.

    `staying`: (column, another) of columns that stay as they are while another one does.
    """
    return tx.execute(_upserting(tx.dialect.name, table, keys, tuple(row), staying), row).first() is not None


@cache  # building a statement costs several times what running it does
def _upserting(
    dialect: str, table: Table, keys: tuple[str, ...], columns: tuple[str, ...], staying: tuple[tuple[str, str], ...]
) -> ReturningInsert[str]:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    fresh = insert.excluded
    newer = or_(
        fresh.generation > table.c.generation,
        and_(fresh.generation == table.c.generation, fresh.revision > table.c.revision),
    )
    values = {name: fresh[name] for name in columns if name not in keys and name != "id"}
    for name, while_same in staying:
        values[name] = case((table.c[while_same] == fresh[while_same], table.c[name]), else_=fresh[name])
    statement = insert.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=values, where=newer)
    # Asked for by RETURNING: the row count of an INSERT is not the same on every driver.
    returning: ReturningInsert[str] = statement.returning(table.c.blog_id)
    return returning


def as_columns(version: Version) -> dict[str, int]:
    """A version as columns of a row."""
    return {"generation": version.generation, "revision": version.revision}


def up_to(table: Table, version: Version) -> ColumnElement[bool]:
    """The condition that a row is not newer than a version."""
    return or_(
        table.c.generation < version.generation,
        and_(table.c.generation == version.generation, table.c.revision <= version.revision),
    )
