"""A few facts of the bridge itself, by name."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bridge.storage.tables import notes

EPOCH_POSTS = "posts of the epoch"  # how many the weights in force were made of
CHANGED_POSTS = "changes since the epoch"  # how many came, changed or went since


def get_number(tx: Connection, name: str) -> int:
    """A counter; 0 when it was never set."""
    return int(get_text(tx, name) or 0)


def set_number(tx: Connection, name: str, value: int) -> None:
    """Set a counter."""
    set_text(tx, name, str(value))


def get_text(tx: Connection, name: str) -> str:
    """A few words; "" when they were never set."""
    return str(tx.execute(_asked(), {"asked": name}).scalar() or "")


def set_text(tx: Connection, name: str, value: str) -> None:
    """Keep a few words."""
    done = tx.execute(_setting(), {"asked": name, "value": value})
    if not done.rowcount:
        tx.execute(insert(notes).values(name=name, value=value))


@cache
def _asked() -> Any:
    return select(notes.c.value).where(notes.c.name == bindparam("asked"))


@cache
def _setting() -> Any:
    return update(notes).where(notes.c.name == bindparam("asked"))
