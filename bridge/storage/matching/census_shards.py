"""What has been counted of an epoch in the making, a shard of the authors in each row: whoever is killed goes on there.

A shard holds words, so it is good only while nothing changed for any of its authors, and goes with the first removal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bridge.model import AuthorKey
from bridge.storage.content import authors
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching.tables import census_shards


def find_fresh(tx: Connection, shard: int, counted: Sequence[AuthorKey], since: datetime) -> bytes | None:
    """What was counted of a shard since a moment, if it is of just these authors and still holds for all of them."""
    row = tx.execute(select(census_shards).where(census_shards.c.shard == shard)).first()
    if row is None or row.counted_at < since or row.authors != _hash(counted):
        return None
    return bytes(row.statistics) if authors.is_unchanged(tx, counted, row.counted_at) else None


def upsert(tx: Connection, shard: int, counted: Sequence[AuthorKey], began_at: datetime, statistics: bytes) -> None:
    """Keep what was counted of a shard, unless something changed for one of its authors meanwhile."""
    if authors.is_unchanged(tx, counted, began_at):
        row = {"shard": shard, "counted_at": began_at, "authors": _hash(counted), "statistics": statistics}
        upsert_rows(tx, census_shards, ("shard",), [row])


def _hash(counted: Sequence[AuthorKey]) -> bytes:
    return hashlib.sha256("\n".join(map(str, counted)).encode()).digest()


def delete_all(tx: Connection) -> None:
    """The epoch is in force, or somebody took back what was counted."""
    tx.execute(delete(census_shards))
