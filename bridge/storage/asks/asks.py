"""An ask and what became of it. What somebody wrote is encrypted; only the hash of the seeker's secret address is kept.

States follow one another as `bridge.asks.states` says: a change that does not follow changes nothing and answers False,
so that of two who answer at the same moment one is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, union, update

from bridge.asks.states import CLOSED_STATES, AskState, AskTimes, next_step, states_before
from bridge.model import AuthorKey
from bridge.storage.asks.sealed_texts import open_fields, seal_fields
from bridge.storage.asks.tables import ask_mails, ask_mentors, ask_messages, asks
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.predicates import author_in
from bridge.storage.people.sessions import token_hash

MAX_LISTED_ASKS = 200  # of one mentor


@dataclass(frozen=True, slots=True)
class AskTexts:
    """What a seeker wrote."""

    lives: str = ""
    seeks: str = ""
    gives: str = ""
    first_name: str = ""
    blog: str = ""  # their own, shown as text until the ask is accepted
    card_blog: str = ""  # with the next: the author whose card goes along, proved by their session
    card_author: str = ""

    def written(self) -> dict[str, str]:
        """By field what they wrote. Whose card goes along is looked up where it is shown, and gone with the card."""
        return {name: text for name, text in asdict(self).items() if name not in ("card_blog", "card_author")}


@dataclass(frozen=True, slots=True)
class NewAsk:
    """What somebody asks of a mentor, before it is stored."""

    mentor: AuthorKey
    texts: AskTexts
    language: str
    caller: bytes  # where the seeker writes from, as this one mentor's blocks know it
    in_writing: bool = False  # and in no other way
    address: str = ""  # where the seeker wants to hear of it; never part of the ask


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mentor answered beside yes or no."""

    reason: str = ""  # asks.states.DeclineReason
    words: str = ""
    contact: str = ""  # that they choose to give


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both want of it; each may change it."""

    seeker_goal: str = ""
    mentor_goal: str = ""
    rhythm: str = ""
    format: str = ""  # mentors.declared_kinds.FORMATS


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask as both sides see it."""

    id: int
    mentor: AuthorKey
    times: AskTimes
    language: str
    in_writing: bool
    texts: AskTexts
    reply: Reply
    agreement: Agreement
    alternatives: Mapping[str, str] = field(default_factory=dict)  # author → why, best first
    answered_at: datetime | None = None
    reported_by: str = ""
    caller: bytes = b""

    @property
    def state(self) -> AskState:
        """Where it stands."""
        return self.times.state

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be written to it."""
        return self.state in CLOSED_STATES


class DeletedAsk(NamedTuple):
    """What is known of an ask in the moment that it is deleted."""

    key_hash: bytes
    blog_id: str  # of the mentor
    asked_at: datetime
    state: AskState


def record_ask(tx: Connection, vault: Vault, new: NewAsk, now: datetime) -> str:
    """Somebody asks a mentor; the secret in the address at which they read the answer."""
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(asks).values(
            key_hash=token_hash(token),
            blog_id=new.mentor.blog_id,
            author_id=new.mentor.author_id,
            caller=new.caller,
            state=AskState.OPEN,
            language=new.language,
            in_writing=new.in_writing,
            texts=seal_fields(vault, new.texts),
            asked_at=now,
            due_at=next_step(AskTimes(AskState.OPEN, now)).at,
        )
    )
    return token


def find_by_token(tx: Connection, vault: Vault, token: str) -> Ask | None:
    """The ask at a secret address."""
    row = tx.execute(select(asks).where(asks.c.key_hash == token_hash(token))).first()
    return None if row is None else _ask(vault, row)


def find(tx: Connection, vault: Vault, ask_id: int) -> Ask | None:
    """The ask of an id, whoever asks for it."""
    row = tx.execute(select(asks).where(asks.c.id == ask_id)).first()
    return None if row is None else _ask(vault, row)


def list_by_mentor(tx: Connection, vault: Vault, mentor: AuthorKey) -> list[Ask]:
    """A mentor's asks: what waits first, oldest first; then what is going on, then what is over."""
    rows = tx.execute(select(asks).where(_of(mentor)).order_by(asks.c.asked_at, asks.c.id).limit(MAX_LISTED_ASKS))
    order = [AskState.OPEN, AskState.ACCEPTED, *CLOSED_STATES]
    return sorted((_ask(vault, row) for row in rows), key=lambda ask: min(order.index(ask.state), 2))


def mark_postponed(tx: Connection, ask_id: int, at: datetime) -> None:
    """Its next step failed: the others go first."""
    tx.execute(update(asks).where(asks.c.id == ask_id).values(due_at=at))


def list_due_ids(tx: Connection, now: datetime, limit: int) -> list[int]:
    """Asks to which time does something now, longest due first."""
    due = select(asks.c.id).where(asks.c.due_at <= now).order_by(asks.c.due_at, asks.c.id).limit(limit)
    return list(tx.execute(due).scalars())


def find_next_due(tx: Connection) -> datetime | None:
    """When time next does something to any ask."""
    earliest: datetime | None = tx.execute(select(func.min(asks.c.due_at))).scalar()
    return earliest


def mark_state(tx: Connection, ask_id: int, state: AskState, now: datetime, **values: object) -> bool:
    """An ask comes into another state; False: it does not follow from where it stands."""
    closes = {"closed_at": now, "seat": None} if state in CLOSED_STATES else {}
    before = asks.c.state.in_(states_before(state))
    changed = tx.execute(
        update(asks).where(asks.c.id == ask_id, before).values(state=state, **closes, **values).returning(asks.c.id)
    ).first()
    if changed is not None:
        _plan(tx, ask_id)
    return changed is not None


def mark_reminded(tx: Connection, ask_id: int, now: datetime) -> None:
    """Its mentor is reminded of it."""
    tx.execute(update(asks).where(asks.c.id == ask_id).values(reminded_at=now))
    _plan(tx, ask_id)


def record_word(tx: Connection, ask_id: int, now: datetime, **values: object) -> bool:
    """Either says something about an accepted ask; False: it is none."""
    accepted = (asks.c.id == ask_id, asks.c.state == AskState.ACCEPTED)
    row = tx.execute(update(asks).where(*accepted).values(last_word_at=now, **values).returning(asks.c.id)).first()
    if row is not None:
        _plan(tx, ask_id)
    return row is not None


def record_agreement(
    tx: Connection, vault: Vault, ask_id: int, agreement: Agreement, until: datetime | None, now: datetime
) -> bool:
    """What both want of an accepted ask, as one of them has just written it; False: it is none."""
    return record_word(tx, ask_id, now, agreement=seal_fields(vault, agreement), until=until)


def record_alternatives(tx: Connection, vault: Vault, ask_id: int, reasons: Mapping[AuthorKey, str]) -> None:
    """Whom the bank proposes instead, best first, each with the reason."""
    sealed = seal_fields(vault, {str(key): why for key, why in reasons.items()})
    tx.execute(update(asks).where(asks.c.id == ask_id).values(alternatives=sealed))
    _plan(tx, ask_id)


def mark_reported(tx: Connection, ask_id: int, writer: str, now: datetime) -> None:
    """One of both wants the operator to read it."""
    tx.execute(update(asks).where(asks.c.id == ask_id).values(reported_by=writer, reported_at=now))


def list_ids_by_author(tx: Connection, mentors: Iterable[AuthorKey], states: Iterable[AskState]) -> list[int]:
    """Asks of some mentors in some states."""
    these = author_in(asks.c.blog_id, asks.c.author_id, sorted(mentors))
    return list(tx.execute(select(asks.c.id).where(these, asks.c.state.in_(list(states)))).scalars())


def list_authors_asked(tx: Connection, blog_id: str) -> list[AuthorKey]:
    """Authors of a blog who were asked, proposed, or have something to do with asks in another way."""
    of_asks = select(asks.c.author_id).where(asks.c.blog_id == blog_id)
    counted = select(ask_mentors.c.author_id).where(ask_mentors.c.blog_id == blog_id)
    return [AuthorKey(blog_id, author) for author in sorted(tx.execute(union(of_asks, counted)).scalars())]


def delete_words_of_mentor(tx: Connection, ask_ids: list[int]) -> None:
    """What a mentor wrote who has left; the seeker's own words are theirs, and stay until the ask is erased."""
    tx.execute(delete(ask_messages).where(ask_messages.c.ask_id.in_(ask_ids), ask_messages.c.writer == "mentor"))
    tx.execute(update(asks).where(asks.c.id.in_(ask_ids)).values(reply=None, agreement=None))


def list_ids_by_key_hashes(tx: Connection, key_hashes: Iterable[bytes]) -> list[int]:
    """Those of some asks that are there, by the hashes of their secret addresses."""
    return list(tx.execute(select(asks.c.id).where(asks.c.key_hash.in_(list(key_hashes)))).scalars())


def list_ids_closed_before(tx: Connection, at: datetime) -> list[int]:
    """Asks that are over since then or longer."""
    return list(tx.execute(select(asks.c.id).where(asks.c.closed_at <= at).order_by(asks.c.id)).scalars())


def delete_ask(tx: Connection, ask_id: int) -> DeletedAsk | None:
    """Delete everything of an ask; what it was."""
    for table in (ask_messages, ask_mails):
        tx.execute(delete(table).where(table.c.ask_id == ask_id))
    columns = (asks.c.key_hash, asks.c.blog_id, asks.c.asked_at, asks.c.state)
    row = tx.execute(delete(asks).where(asks.c.id == ask_id).returning(*columns)).first()
    return None if row is None else DeletedAsk(row.key_hash, row.blog_id, row.asked_at, AskState(row.state))


def _of(mentor: AuthorKey) -> ColumnElement[bool]:
    return and_(asks.c.blog_id == mentor.blog_id, asks.c.author_id == mentor.author_id)


def _plan(tx: Connection, ask_id: int) -> None:
    row = tx.execute(select(asks).where(asks.c.id == ask_id)).one()
    tx.execute(update(asks).where(asks.c.id == ask_id).values(due_at=next_step(_times(row)).at))


def _times(row: Row[Any]) -> AskTimes:
    return AskTimes(
        AskState(row.state),
        row.asked_at,
        row.reminded_at,
        row.last_word_at or row.answered_at,
        row.until,
        row.closed_at,
        row.alternatives is not None,
    )


def _ask(vault: Vault, row: Row[Any]) -> Ask:
    return Ask(
        row.id,
        AuthorKey(row.blog_id, row.author_id),
        _times(row),
        row.language,
        row.in_writing,
        AskTexts(**open_fields(vault, row.texts)),
        Reply(**open_fields(vault, row.reply)),
        Agreement(**open_fields(vault, row.agreement)),
        open_fields(vault, row.alternatives),
        row.answered_at,
        row.reported_by,
        row.caller,
    )
