"""A few facts of the bridge itself, by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Select, Update, bindparam, insert, select, update

from bridge.storage.core.tables import counters

EPOCH_POSTS = "posts of the epoch"  # how many the weights in force were made of
BLOGS_CALLED_AT = "blogs called at"  # by a worker that started beside others; seconds since 1970
EPOCH_FOLLOWED_BY_SOME = "epoch being followed"  # in force, while not all profiles have been made in it; 0: none
CHANGED_POSTS = "changes since the epoch"  # how many came, changed or went since


def get_number(tx: Connection, name: str) -> int:
    """A counter; 0 when it was never set."""
    return int(get_text(tx, name) or 0)


def list_numbers(tx: Connection, names: Sequence[str]) -> dict[str, int]:
    """Several counters; 0 for those that were never set."""
    rows = tx.execute(_several(), {"names": names})
    return dict.fromkeys(names, 0) | {row.name: int(row.value or 0) for row in rows}


def upsert_number(tx: Connection, name: str, value: int) -> None:
    """Set a counter of the bridge by its name."""
    upsert_text(tx, name, str(value))


def get_text(tx: Connection, name: str) -> str:
    """A short text of the bridge by its name; "" when it was never set."""
    return str(tx.execute(_asked(), {"asked": name}).scalar() or "")


def upsert_text(tx: Connection, name: str, value: str) -> None:
    """Keep a short text of the bridge under a name."""
    done = tx.execute(_setting(), {"asked": name, "value": value})
    if not done.rowcount:
        tx.execute(insert(counters).values(name=name, value=value))


@cache
def _asked() -> Select[str]:
    return select(counters.c.value).where(counters.c.name == bindparam("asked"))


@cache
def _several() -> Select[str, str]:
    return select(counters.c.name, counters.c.value).where(counters.c.name.in_(bindparam("names", expanding=True)))


@cache
def _setting() -> Update:
    return update(counters).where(counters.c.name == bindparam("asked"))
