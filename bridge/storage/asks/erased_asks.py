"""Which asks were erased, by the hash of the secret address of each, for as long as a backup may be put back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from bridge.storage.asks.tables import erased_asks


class ErasedAsk(NamedTuple):
    """That an ask was erased."""

    id: int  # grows
    key_hash: bytes
    erased_at: datetime


def record_erased(tx: Connection, key_hash: bytes, now: datetime) -> None:
    """An ask is erased."""
    tx.execute(insert(erased_asks).values(key_hash=key_hash, erased_at=now))


def list_after(tx: Connection, number: int, limit: int) -> list[ErasedAsk]:
    """Those that were erased after one, in order."""
    columns = (erased_asks.c.id, erased_asks.c.key_hash, erased_asks.c.erased_at)
    rows = tx.execute(select(*columns).where(erased_asks.c.id > number).order_by(erased_asks.c.id).limit(limit))
    return [ErasedAsk(*row) for row in rows]


def delete_before(tx: Connection, at: datetime) -> None:
    """No backup is that old. The newest stays: numbers only grow."""
    newest = select(func.max(erased_asks.c.id)).scalar_subquery()
    tx.execute(delete(erased_asks).where(erased_asks.c.erased_at < at, erased_asks.c.id < newest))
