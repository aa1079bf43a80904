"""Where a seeker wants to be written to when there is news of their ask, and what is to be told.

The address is encrypted, is shown to nobody, and goes with the ask. One mail waits at most: what comes before it is
sent takes its place.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from bridge.storage.asks.sealed_texts import open_fields, seal_fields
from bridge.storage.asks.tables import ask_mails
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.people.sessions import token_hash

CONFIRM_WITHIN = timedelta(days=3)
QUIET_FOR = timedelta(hours=1)  # after a mail: a mentor who writes ten lines in ten minutes is told of once or twice
# After each try that failed; a mail that could not be handed in after the last is dropped.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440, 1440))


class News(StrEnum):
    """What a mail is about; a mail never says more than that there is something to read."""

    CONFIRM = "confirm"  # is the address theirs?
    ANSWER = "answer"
    WORDS = "words"  # the mentor has written, or changed the agreement
    OVER = "over"


@dataclass(frozen=True, slots=True)
class MailFields:
    """What is encrypted."""

    address: str
    token: str  # in the address that confirms and stops
    key: str  # in the address of the ask's page


@dataclass(frozen=True, slots=True)
class AskMail:
    """An address, and what is to be told to it."""

    ask_id: int
    fields: MailFields
    confirmed_at: datetime | None
    news: str  # News; "": nothing
    number: int
    attempts: int


def record_address(tx: Connection, vault: Vault, ask_id: int, address: str, key: str, now: datetime) -> None:
    """A seeker leaves an address, in the place of one from before; it is asked whether it is theirs."""
    fields = MailFields(address, secrets.token_urlsafe(32), key)
    row = {
        "ask_id": ask_id,
        "key_hash": token_hash(fields.token),
        "sealed": seal_fields(vault, fields),
        "confirmed_at": None,
        "news": News.CONFIRM,
        "number": 0,
        "attempts": 0,
        "sent_at": None,
        "due_at": now,
    }
    upsert_rows(tx, ask_mails, ("ask_id",), [row])


def find_by_token(tx: Connection, vault: Vault, token: str) -> AskMail | None:
    """The address whose mails hold this secret."""
    row = tx.execute(select(ask_mails).where(ask_mails.c.key_hash == token_hash(token))).first()
    return None if row is None else _mail(vault, row)


def find_confirmation(tx: Connection, ask_id: int) -> bool | None:
    """Whether news of an ask goes to an address; False: it was not confirmed yet. None: there is none."""
    row = tx.execute(select(ask_mails.c.confirmed_at).where(ask_mails.c.ask_id == ask_id)).first()
    return None if row is None else row.confirmed_at is not None


def mark_confirmed(tx: Connection, ask_id: int, now: datetime) -> None:
    """It is theirs: from now on news are told, and it stays as long as the ask."""
    unconfirmed = (ask_mails.c.ask_id == ask_id, ask_mails.c.confirmed_at.is_(None))
    tx.execute(update(ask_mails).where(*unconfirmed).values(confirmed_at=now, news="", attempts=0, due_at=None))


def mark_news(tx: Connection, ask_id: int, news: News, now: datetime) -> bool:
    """Something happened to an ask; whether somebody is to be told."""
    confirmed = (ask_mails.c.ask_id == ask_id, ask_mails.c.confirmed_at.is_not(None))
    row = tx.execute(select(ask_mails.c.sent_at).where(*confirmed)).first()
    if row is None:
        return False
    at = max(now, row.sent_at + QUIET_FOR) if row.sent_at else now
    values = {"news": news, "number": ask_mails.c.number + 1, "attempts": 0, "due_at": at}
    tx.execute(update(ask_mails).where(*confirmed).values(values))
    return True


def claim_due(tx: Connection, vault: Vault, now: datetime, limit: int) -> list[AskMail]:
    """What is to be sent now, longest due first: as if it had failed, so that nobody is written to without an end."""
    due = select(ask_mails).where(ask_mails.c.due_at <= now, ask_mails.c.news != "")
    rows = tx.execute(due.order_by(ask_mails.c.due_at, ask_mails.c.ask_id).limit(limit)).all()
    claimed = [_mail(vault, row) for row in rows]
    for mail in claimed:
        wait = RETRIES[min(mail.attempts, len(RETRIES) - 1)]
        mine = ask_mails.c.ask_id == mail.ask_id
        tx.execute(update(ask_mails).where(mine).values(attempts=mail.attempts + 1, due_at=now + wait))
    return claimed


def mark_sent(tx: Connection, mail: AskMail, now: datetime) -> None:
    """It was handed in; or it is not tried again."""
    mine = (ask_mails.c.ask_id == mail.ask_id, ask_mails.c.number == mail.number, ask_mails.c.news == mail.news)
    due_at = None if mail.confirmed_at else now + CONFIRM_WITHIN
    tx.execute(update(ask_mails).where(*mine).values(news="", attempts=0, due_at=due_at))
    tx.execute(update(ask_mails).where(ask_mails.c.ask_id == mail.ask_id).values(sent_at=now))


def find_next_due(tx: Connection) -> datetime | None:
    """When there is something to do next."""
    earliest: datetime | None = tx.execute(select(func.min(ask_mails.c.due_at))).scalar()
    return earliest


def delete_unconfirmed(tx: Connection, now: datetime) -> None:
    """Delete addresses that nobody confirmed in time."""
    waits = (ask_mails.c.confirmed_at.is_(None), ask_mails.c.news == "", ask_mails.c.due_at <= now)
    tx.execute(delete(ask_mails).where(*waits))


def delete_addresses(tx: Connection, ask_ids: Sequence[int]) -> None:
    """No more mails about some asks."""
    tx.execute(delete(ask_mails).where(ask_mails.c.ask_id.in_(ask_ids)))


def delete_all_addresses(tx: Connection) -> int:
    """No more mails about any ask; of how many."""
    return len(tx.execute(delete(ask_mails).returning(ask_mails.c.ask_id)).all())


def _mail(vault: Vault, row: Row[Any]) -> AskMail:
    fields = MailFields(**open_fields(vault, row.sealed))
    return AskMail(row.ask_id, fields, row.confirmed_at, row.news, row.number, row.attempts)
