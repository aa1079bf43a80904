"""A month of 200,000 deliveries that is past its time, on PostgreSQL: deleted row by row, as the night does, beside a
monthly partition that is dropped; and what the second table costs that would have to refuse duplicates then.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from bridge.storage.blogs import deliveries
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.worker.nightly import DELIVERIES_BATCH
from tests.bench.fleet import postgresql
from tests.conftest import NOW
from tests.lab import postgres

ROWS = 200_000
NEW_ROWS = 20_000
BLOGS = 100
MONTH = 30 * 86_400 * 1_000_000  # microseconds
BEGIN = int(NOW.timestamp()) * 1_000_000 - 4 * MONTH
FILL = f"""
    INSERT INTO blogs (id, origin, state, connected_at, seen_at)
        SELECT 'b' || n, 'connected', 'connected', 0, 0 FROM generate_series(0, {BLOGS - 1}) n;
    INSERT INTO deliveries (blog_id, webhook_id, received_at, state, type, size, settled_at)
        SELECT 'b' || n % {BLOGS}, md5(n::text), {BEGIN} + n, 'absorbed', 'post.published', 800, {BEGIN} + n
        FROM generate_series(1, {ROWS}) n;
    INSERT INTO delivery_objects (blog_id, kind, remote_id, delivery_id)
        SELECT blog_id, 'post', id::text, id FROM deliveries;
    CREATE TABLE parted (LIKE deliveries) PARTITION BY RANGE (received_at);
    CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM ({BEGIN}) TO ({BEGIN + MONTH});
    CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ({BEGIN + MONTH}) TO ({BEGIN + 2 * MONTH});
    INSERT INTO parted SELECT * FROM deliveries;
    ALTER TABLE parted ADD PRIMARY KEY (id, received_at);
    CREATE INDEX ON parted (state, settled_at);
    CREATE INDEX ON parted (blog_id, tries, size, id) WHERE state = 'waiting';
    CREATE TABLE message_ids (blog_id varchar(64), webhook_id varchar(64), received_at bigint,
        PRIMARY KEY (blog_id, webhook_id));
    INSERT INTO message_ids SELECT blog_id, webhook_id, received_at FROM deliveries;
"""
# The last one of each blog stays, so there is a newer one of each.
NEWER = f"""
    INSERT INTO {{table}} (id, blog_id, webhook_id, received_at, state, size, tries, crashes, place)
        SELECT {ROWS} + n, 'b' || n % {BLOGS}, md5((-n)::text), {BEGIN + MONTH} + n, 'waiting', 800, 0, 0, 0
        FROM generate_series(1, {NEW_ROWS}) n
"""
IDS = f"""
    INSERT INTO message_ids SELECT 'b' || n % {BLOGS}, md5((-n)::text), {BEGIN + MONTH} + n
        FROM generate_series(1, {NEW_ROWS}) n ON CONFLICT DO NOTHING
"""


def measure() -> dict[str, Any]:
    """Seconds and MB of log of each way; MB that the tables take before and after."""
    with postgresql() as url:
        database = Database.open(url, durable=False)
        migrate.upgrade(database)
        with postgres.connect(url) as connection:
            connection.execute(FILL.encode())
            connection.execute("VACUUM ANALYZE")
            costs: dict[str, Any] = {"rows": ROWS}
            costs |= _cost(connection, "insert_as_today", lambda: _run(connection, NEWER.format(table="deliveries")))
            costs |= _cost(
                connection,
                "insert_partitioned_with_ids",
                lambda: _run(connection, f"{IDS}; {NEWER.format(table='parted')}"),
            )
            costs["size_mb_before"] = _size(connection, "deliveries")
            costs |= _cost(connection, "delete_by_night", lambda: _forget(database))
            costs |= _cost(connection, "vacuum_after_delete", lambda: _run(connection, "VACUUM deliveries"))
            costs["size_mb_after_delete"] = _size(connection, "deliveries")
            costs |= _cost(connection, "drop_partition", lambda: _run(connection, "DROP TABLE parted_old"))
            old_ids = f"DELETE FROM message_ids WHERE received_at < {BEGIN + MONTH}"
            costs |= _cost(connection, "delete_ids_of_month", lambda: _run(connection, old_ids))
        database.close()
    return costs


def _run(connection: psycopg.Connection, statement: str) -> None:
    connection.execute(statement.encode())


def _forget(database: Database) -> None:
    deleted = DELIVERIES_BATCH
    longest = 0.0
    while deleted == DELIVERIES_BATCH:
        began = time.perf_counter()
        with database.begin() as tx:
            deleted = deliveries.delete_settled_before(tx, NOW, DELIVERIES_BATCH)
        longest = max(longest, time.perf_counter() - began)
    print(f"longest of {DELIVERIES_BATCH}: {1000 * longest:.0f} ms", file=sys.stderr, flush=True)


def _cost(connection: psycopg.Connection, name: str, act: Callable[[], object]) -> dict[str, float]:
    (before,) = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone() or (0,)
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    (after,) = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone() or (0,)
    print(f"  {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
    return {f"{name}_s": round(seconds, 2), f"{name}_log_mb": round(float(after - before) / 1e6, 1)}


def _size(connection: psycopg.Connection, table: str) -> float:
    row = connection.execute("SELECT pg_total_relation_size(%s::regclass)", (table,)).fetchone() or (0,)
    return round(int(row[0]) / 1e6, 1)
