"""All that is encrypted at rest, and how it comes under another key: a few rows at a time, beside a running bridge."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, select, tuple_, update

from bridge.errors import ConfigError
from bridge.storage.asks.tables import ask_mails, ask_messages, asks
from bridge.storage.blogs.keys import Vault
from bridge.storage.blogs.tables import blog_keys, blogs
from bridge.storage.people.tables import private_feeds

SECRETS_PER_TRANSACTION = 200  # rows of one transaction: a delivery that waits for it hardly notices
SealedColumn = tuple[Table, Column[bytes]]
PrimaryKey = tuple[object, ...]
SEALED_COLUMNS: tuple[SealedColumn, ...] = (
    (blog_keys, blog_keys.c.secret),
    (blogs, blogs.c.application_password),
    (private_feeds, private_feeds.c.token),
    *((asks, column) for column in (asks.c.texts, asks.c.reply, asks.c.agreement, asks.c.alternatives)),
    (ask_messages, ask_messages.c.text),
    (ask_mails, ask_mails.c.sealed),
)


@dataclass(frozen=True, slots=True)
class SecretCounts:
    """How many secrets are under which key."""

    newest: int = 0
    older: int = 0
    lost: int = 0  # under a key that nobody gave

    def __add__(self, counts: SecretCounts) -> SecretCounts:
        return SecretCounts(self.newest + counts.newest, self.older + counts.older, self.lost + counts.lost)


def count_by_key(tx: Connection, vault: Vault) -> SecretCounts:
    """How many of all secrets are under which key."""
    counts = SecretCounts()
    for place in SEALED_COLUMNS:
        after: PrimaryKey | None = ()
        while after is not None:
            rows, after = _next_rows(tx, place, after)
            for _, sealed in rows:
                counts += _judged(vault, sealed)[0]
    return counts


def record_renewed_batch(
    tx: Connection, vault: Vault, place: SealedColumn, after: PrimaryKey
) -> tuple[SecretCounts, PrimaryKey | None]:
    """Bring the next rows of a place under the newest key: how they were, and where to go on; None at the end.

    A row that a running bridge wrote meanwhile stays as it wrote it.
    """
    table, column = place
    rows, last = _next_rows(tx, place, after)
    counts = SecretCounts()
    for key, sealed in rows:
        count, renewed = _judged(vault, sealed)
        counts += count
        if renewed is not None:
            mine = tuple_(*table.primary_key.columns) == tuple_(*key)
            tx.execute(update(table).where(mine, column == sealed).values({column: renewed}))
    return counts, last


def _next_rows(
    tx: Connection, place: SealedColumn, after: PrimaryKey
) -> tuple[list[tuple[PrimaryKey, bytes]], PrimaryKey | None]:
    """The next rows, as (primary key, what is sealed), and the last key of them; None when there are no more."""
    table, column = place
    keys = list(table.primary_key.columns)
    statement = select(*keys, column).where(column.is_not(None)).order_by(*keys).limit(SECRETS_PER_TRANSACTION)
    if after:
        statement = statement.where(tuple_(*keys) > tuple_(*after))
    rows = [(tuple(row[:-1]), row[-1]) for row in tx.execute(statement)]
    return rows, rows[-1][0] if len(rows) == SECRETS_PER_TRANSACTION else None


def _judged(vault: Vault, sealed: bytes) -> tuple[SecretCounts, bytes | None]:
    try:
        renewed = vault.renewed(sealed)
    except ConfigError:
        return SecretCounts(lost=1), None
    return (SecretCounts(newest=1) if renewed is None else SecretCounts(older=1)), renewed
