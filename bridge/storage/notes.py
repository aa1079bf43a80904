"""A few facts of the bridge itself, by name."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from bridge.storage.tables import notes


def get_number(tx: Connection, name: str) -> int:
    """A counter; 0 when it was never set."""
    value = tx.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
    return int(value or 0)


def set_number(tx: Connection, name: str, value: int) -> None:
    """Set a counter."""
    done = tx.execute(update(notes).where(notes.c.name == name).values(value=str(value)))
    if not done.rowcount:
        tx.execute(insert(notes).values(name=name, value=str(value)))
