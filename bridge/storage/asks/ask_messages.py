"""What both write to each other once an ask is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bridge.storage.asks.tables import ask_messages
from bridge.storage.blogs.keys import Vault

MAX_LISTED_MESSAGES = 500  # of one ask, the newest


@dataclass(frozen=True, slots=True)
class Message:
    """What one of both wrote."""

    id: int
    writer: str  # "seeker" | "mentor"
    at: datetime
    text: str


def record_message(tx: Connection, vault: Vault, ask_id: int, writer: str, text: str, now: datetime) -> None:
    """One of both writes something."""
    tx.execute(insert(ask_messages).values(ask_id=ask_id, writer=writer, at=now, text=vault.seal(text)))


def list_by_ask(tx: Connection, vault: Vault, ask_id: int) -> list[Message]:
    """What both wrote, oldest first."""
    rows = tx.execute(
        select(ask_messages)
        .where(ask_messages.c.ask_id == ask_id)
        .order_by(ask_messages.c.id.desc())
        .limit(MAX_LISTED_MESSAGES)
    )
    return [Message(row.id, row.writer, row.at, vault.open(row.text)) for row in rows][::-1]
