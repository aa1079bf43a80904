"""All that is encrypted at rest, and how it comes under another key: a few rows at a time, beside a running bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, select, tuple_, update

from bridge.errors import ConfigError
from bridge.storage.keys import Vault
from bridge.storage.tables import blog_keys, blogs, digests

AT_ONCE = 200  # rows of one transaction: a delivery that waits for it hardly notices
Place = tuple[Table, Column[Any]]
PLACES: tuple[Place, ...] = (
    (blog_keys, blog_keys.c.secret), (blogs, blogs.c.application_password), (digests, digests.c.token),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seals:
    """How many secrets are under which key."""

    newest: int = 0
    older: int = 0
    lost: int = 0  # under a key that nobody gave

    def __add__(self, other: Seals) -> Seals:
        return Seals(self.newest + other.newest, self.older + other.older, self.lost + other.lost)


def look(tx: Connection, vault: Vault) -> Seals:
    """At all of them."""
    found = Seals()
    for table, column in PLACES:
        after: Sequence[Any] | None = ()
        while after is not None:
            rows, after = _some(tx, (table, column), after)
            for _, sealed in rows:
                found += _judged(vault, sealed)[0]
    return found


def rewrite_some(
    tx: Connection, vault: Vault, place: Place, after: Sequence[Any]
) -> tuple[Seals, Sequence[Any] | None]:
    """Bring the next rows of a place under the newest key: how they were, and where to go on; None at the end.

    A row that a running bridge wrote meanwhile stays as it wrote it.
    """
    table, column = place
    rows, last = _some(tx, place, after)
    found = Seals()
    for key, sealed in rows:
        said, renewed = _judged(vault, sealed)
        found += said
        if renewed is not None:
            mine = tuple_(*table.primary_key.columns) == tuple_(*key)
            tx.execute(update(table).where(mine, column == sealed).values({column: renewed}))
    return found, last


def _some(tx: Connection, place: Place, after: Sequence[Any]) -> tuple[list[tuple[tuple[Any, ...], Any]], Any]:
    """The next rows, as (primary key, what is sealed), and the last key of them; None when there are no more."""
    table, column = place
    keys = list(table.primary_key.columns)
    asked = select(*keys, column).where(column.is_not(None)).order_by(*keys).limit(AT_ONCE)
    if after:
        asked = asked.where(tuple_(*keys) > tuple_(*after))
    rows = [(tuple(row[:-1]), row[-1]) for row in tx.execute(asked)]
    return rows, rows[-1][0] if len(rows) == AT_ONCE else None


def _judged(vault: Vault, sealed: bytes) -> tuple[Seals, bytes | None]:
    try:
        renewed = vault.renewed(sealed)
    except ConfigError:
        return Seals(lost=1), None
    return (Seals(newest=1) if renewed is None else Seals(older=1)), renewed
