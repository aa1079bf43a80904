"""The way from SQLite up to PostgreSQL: every row of every table, resumable, compared at the end.

Rows are copied in the order of their primary keys, a batch in a transaction: whatever ended the command, the next one
goes on behind the last key that arrived. Until both sides have the same counts and sums, the copy bears a revision
that no bridge knows, so none starts on half of a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, String, Table, func, insert, select, text, tuple_

from bridge.errors import BackupFailed, ConfigError
from bridge.mentors.indexed_posts import unpack_term_ids
from bridge.storage.all_tables import metadata
from bridge.storage.bank import full_text
from bridge.storage.bank.tables import need_posts
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.core.range_sums import RangeSum, sum_by_range

BATCH_ROWS = 2_000
COPIED_TABLES = [table for table in metadata.sorted_tables if "dialect" not in table.info]
BYTE_ORDER = "C"  # the collation of PostgreSQL that sorts text as SQLite does

Progress = Callable[[str, int, int], None]  # table, rows that arrived, rows there are


class CopiedTable(NamedTuple):
    """What both sides hold of a table."""

    name: str
    rows: int


def copy_database(source: Database, target: Database, progress: Progress) -> list[CopiedTable]:
    """Copy all rows of a SQLite database into PostgreSQL, or go on where an earlier try ended.

    Nobody else may write to either meanwhile; the source stays as it is.

    Raises:
        BackupFailed: the sides differ at the end, or a row does not fit; the copy stays unusable until it is made anew.
        ConfigError: the target holds something else, or the source is of another version of the bridge.
        StorageUnavailable: one of them is away, locked or full.
    """
    migrate.require_current(source)
    resumed = _begin(target)
    with source.begin() as rows:  # for writing: so nobody else does
        try:
            _copy_tables(rows, target, progress)
            if resumed and _list_differences(rows, target):  # somebody wrote to the source between the tries
                _empty(target)
                _copy_tables(rows, target, progress)
        except (ValueError, OverflowError) as error:
            raise BackupFailed(f"A row does not fit into PostgreSQL: {error}. The source is as it was.") from None
        differing = _list_differences(rows, target)
        copied = [CopiedTable(table.name, _count(rows, table)) for table in COPIED_TABLES]
    if differing:
        raise BackupFailed(
            f"The copy differs from its source in {', '.join(differing)}. The source is as it was; "
            "empty the new database and try again."
        )
    _end(target)
    return copied


def _begin(target: Database) -> bool:
    """Make the tables of the copy, or find them half filled; which of both."""
    mark = f"{migrate.UNFINISHED_COPY}{migrate.newest_revision()}"
    with target.read() as tx:
        marks = migrate.list_marks(tx)
    if marks == [mark]:
        return True
    if any(revision.startswith(migrate.UNFINISHED_COPY) for revision in marks):
        raise ConfigError(
            "The copy was begun by another version of the bridge. Empty the new database (DROP DATABASE, CREATE "
            "DATABASE) and begin anew."
        )
    if marks:
        raise ConfigError("There is a bridge in the new database already. Name an empty one.")
    migrate.upgrade(target)
    with target.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :mark"), {"mark": mark})
    _empty(target)  # of the rows that migrations put there
    return False


def _empty(target: Database) -> None:
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with target.begin() as tx:
        tx.execute(text(f"TRUNCATE {names}"))


def _end(target: Database) -> None:
    """What is counted goes on behind the highest number, and the copy is a database like any other."""
    with target.begin(durable=True) as tx:
        for table in COPIED_TABLES:
            column = table.autoincrement_column
            if column is None:
                continue
            sequence = tx.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            highest = tx.scalar(select(func.max(column)))
            if sequence and highest:
                tx.execute(select(func.setval(sequence, highest)))
        tx.execute(text("UPDATE alembic_version SET version_num = :mark"), {"mark": migrate.newest_revision()})
        tx.execute(text("ANALYZE"))


def _copy_tables(rows: Connection, target: Database, progress: Progress) -> None:
    for table in COPIED_TABLES:
        total = _count(rows, table)
        with target.read() as tx:
            arrived, last = _count(tx, table), _last_key(tx, table)
        progress(table.name, arrived, total)
        for batch in _batches(rows, table, last):
            with target.begin() as tx:
                tx.execute(insert(table), [dict(row) for row in batch])
                if table is need_posts:
                    terms = [(row["post_id"], row["language"], unpack_term_ids(row["terms"])) for row in batch]
                    full_text.record_tokens(tx, terms)
            arrived += len(batch)
            progress(table.name, arrived, total)


def _batches(tx: Connection, table: Table, last: Sequence[object] | None) -> Iterator[list[RowMapping]]:
    """Rows behind a key, in its order."""
    key = list(table.primary_key.columns)
    statement = select(table).order_by(*key).execution_options(yield_per=BATCH_ROWS)
    if last is not None:
        statement = statement.where(tuple_(*key) > tuple_(*last))
    with tx.execute(statement) as result:
        yield from map(list, result.mappings().partitions(BATCH_ROWS))


def _last_key(tx: Connection, table: Table) -> Sequence[object] | None:
    """The highest key that has arrived, as SQLite orders them."""
    key = list(table.primary_key.columns)
    order = [(column.collate(BYTE_ORDER) if isinstance(column.type, String) else column).desc() for column in key]
    row = tx.execute(select(*key).order_by(*order).limit(1)).first()
    return None if row is None else tuple(row)


def _count(tx: Connection, table: Table) -> int:
    return tx.scalar(select(func.count()).select_from(table)) or 0


def _list_differences(rows: Connection, target: Database) -> list[str]:
    """Names of the tables in which both sides differ, by their counts and sums."""
    with target.read() as tx:
        return [table.name for table in COPIED_TABLES if _sum(rows, table) != _sum(tx, table)]


def _sum(tx: Connection, table: Table) -> RangeSum:
    with tx.execute(select(table).execution_options(yield_per=BATCH_ROWS)) as result:
        return sum_by_range((0, _hash(row)) for row in result.mappings()).get(0, RangeSum(0, 0))


def _hash(row: RowMapping) -> int:
    values = sorted((str(name), value) for name, value in row.items())
    written = json.dumps(values, default=_written, ensure_ascii=False)
    return int.from_bytes(blake2b(written.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _written(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
