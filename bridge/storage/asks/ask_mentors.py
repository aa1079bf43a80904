"""Who is asked: their places, their pause, whom they take no more asks from, and how they have answered until now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.asks.openness import MAX_UNANSWERED_IN_A_ROW, MentorLoad, answered_within
from bridge.asks.states import AskState
from bridge.model import AuthorKey
from bridge.storage.asks.tables import ask_blocks, ask_mentors, asks
from bridge.storage.bank.card_filters import Filters, apply_filters, select_public
from bridge.storage.bank.tables import cards
from bridge.storage.content import authors
from bridge.storage.content.declarations import parse_declaration
from bridge.storage.content.tables import authors as author_rows
from bridge.storage.core.predicates import author_in
from bridge.storage.core.upserts import upsert_rows

KEYS_PER_STATEMENT = 500
BLOCK_LIFETIME = timedelta(days=365)


def get_load(tx: Connection, mentor: AuthorKey) -> MentorLoad:
    """What a mentor has to do now."""
    return list_loads(tx, [mentor]).get(mentor, MentorLoad())


def list_loads(tx: Connection, mentors: Iterable[AuthorKey]) -> dict[AuthorKey, MentorLoad]:
    """The same of several."""
    keys = sorted(set(mentors))
    loads: dict[AuthorKey, MentorLoad] = {}
    for start in range(0, len(keys), KEYS_PER_STATEMENT):
        loads |= _loads(tx, keys[start : start + KEYS_PER_STATEMENT])
    return loads


def _loads(tx: Connection, keys: Sequence[AuthorKey]) -> dict[AuthorKey, MentorLoad]:
    declared = {
        AuthorKey(row.blog_id, row.remote_id): parse_declaration(row.declared).capacity
        for row in tx.execute(
            select(author_rows.c.blog_id, author_rows.c.remote_id, author_rows.c.declared).where(
                author_in(author_rows.c.blog_id, author_rows.c.remote_id, keys)
            )
        )
    }
    counted = {
        AuthorKey(row.blog_id, row.author_id): row
        for row in tx.execute(
            select(ask_mentors).where(author_in(ask_mentors.c.blog_id, ask_mentors.c.author_id, keys))
        )
    }
    going = {
        (AuthorKey(row.blog_id, row.author_id), row.state): row
        for row in tx.execute(
            select(
                asks.c.blog_id,
                asks.c.author_id,
                asks.c.state,
                func.count().label("number"),
                func.min(asks.c.until).label("until"),
            )
            .where(
                author_in(asks.c.blog_id, asks.c.author_id, keys),
                asks.c.state.in_([AskState.OPEN, AskState.ACCEPTED]),
            )
            .group_by(asks.c.blog_id, asks.c.author_id, asks.c.state)
        )
    }
    return {
        key: _load(
            declared.get(key),
            counted.get(key),
            going.get((key, AskState.ACCEPTED)),
            going.get((key, AskState.OPEN)),
        )
        for key in keys
    }


def _load(
    capacity: int | None, counts: Row[Any] | None, accepted: Row[Any] | None, waiting: Row[Any] | None
) -> MentorLoad:
    return MentorLoad(
        capacity=capacity,
        accepted=int(accepted.number) if accepted else 0,
        waiting=int(waiting.number) if waiting else 0,
        free_at=accepted.until if accepted else None,
        paused_until=counts.paused_until if counts else None,
        unanswered_in_a_row=counts.unanswered_in_a_row if counts else 0,
        cases=counts.cases if counts else 0,
        answered_within=(counts.within_day, counts.within_three_days, counts.within_week) if counts else (0, 0, 0),
    )


def claim_seat(tx: Connection, mentor: AuthorKey) -> int | None:
    """A free place of a mentor, for an ask that this transaction accepts; None: there is none.

    Whoever else accepts for the same mentor waits for the end of this transaction: the row is written, and so locked.
    """
    _add(tx, mentor)
    author = authors.find(tx, mentor.blog_id, mentor.author_id)
    places = MentorLoad(author.declared.capacity if author else None).places
    taken = set(
        tx.execute(
            select(asks.c.seat).where(
                asks.c.blog_id == mentor.blog_id,
                asks.c.author_id == mentor.author_id,
                asks.c.state == AskState.ACCEPTED,
            )
        ).scalars()
    )
    return next((seat for seat in range(places) if seat not in taken), None)


def record_answered(tx: Connection, mentor: AuthorKey, waited: timedelta) -> None:
    """A mentor answered an ask: they are there."""
    first, second, third = answered_within(waited)
    _add(tx, mentor, cases=1, within_day=first, within_three_days=second, within_week=third)
    tx.execute(update(ask_mentors).where(_is(mentor)).values(unanswered_in_a_row=0))


def record_unanswered(tx: Connection, mentor: AuthorKey) -> None:
    """An ask closed without an answer."""
    _add(tx, mentor, cases=1, unanswered_in_a_row=1)


def record_proposed(tx: Connection, mentors: Iterable[AuthorKey]) -> None:
    """Mentors were proposed to somebody whom another could not help."""
    for mentor in sorted(mentors):
        _add(tx, mentor, proposed=1)


def list_proposed(tx: Connection, mentors: Collection[AuthorKey]) -> dict[AuthorKey, int]:
    """How often each was proposed until now; whoever never was is not there."""
    if not mentors:
        return {}
    these = author_in(ask_mentors.c.blog_id, ask_mentors.c.author_id, sorted(mentors))
    rows = tx.execute(select(ask_mentors.c.blog_id, ask_mentors.c.author_id, ask_mentors.c.proposed).where(these))
    return {AuthorKey(row.blog_id, row.author_id): row.proposed for row in rows}


def list_least_proposed(tx: Connection, filters: Filters, now: datetime, limit: int) -> list[AuthorKey]:
    """Mentors whose card fits and may be shown, who neither pause nor are silent; whoever was proposed least first."""
    same = and_(ask_mentors.c.blog_id == cards.c.blog_id, ask_mentors.c.author_id == cards.c.author_id)
    rows = tx.execute(
        apply_filters(select_public(cards.c.blog_id, cards.c.author_id), filters)
        .outerjoin(ask_mentors, same)
        .where(
            func.coalesce(ask_mentors.c.unanswered_in_a_row, 0) < MAX_UNANSWERED_IN_A_ROW,
            or_(ask_mentors.c.paused_until.is_(None), ask_mentors.c.paused_until <= now),
        )
        .order_by(func.coalesce(ask_mentors.c.proposed, 0), cards.c.slug)
        .limit(limit)
    )
    return [AuthorKey(row.blog_id, row.author_id) for row in rows]


def mark_paused(tx: Connection, mentor: AuthorKey, until: datetime | None) -> None:
    """A mentor takes no new asks until then; None: they take asks again, also if they had been silent."""
    _add(tx, mentor)
    values = {"paused_until": until} | ({} if until else {"unanswered_in_a_row": 0})
    tx.execute(update(ask_mentors).where(_is(mentor)).values(**values))


def author_caller(mentor: AuthorKey, author: AuthorKey) -> bytes:
    """What stands for an author who asks a mentor, beside where they write from."""
    return sha256(f"{mentor}\0author\0{author}".encode()).digest()


def record_block(tx: Connection, mentor: AuthorKey, caller: bytes, now: datetime) -> None:
    """A mentor takes no more asks from there."""
    keys = ("blog_id", "author_id", "caller")
    row = {"blog_id": mentor.blog_id, "author_id": mentor.author_id, "caller": caller, "until": now + BLOCK_LIFETIME}
    upsert_rows(tx, ask_blocks, keys, [row])


def is_blocked(tx: Connection, mentor: AuthorKey, callers: Collection[bytes], now: datetime) -> bool:
    """Whether a mentor takes no asks from any of these."""
    mine = (ask_blocks.c.blog_id == mentor.blog_id, ask_blocks.c.author_id == mentor.author_id)
    blocked = select(literal(1)).where(*mine, ask_blocks.c.caller.in_(callers), ask_blocks.c.until > now)
    return tx.execute(blocked).first() is not None


def delete_expired_blocks(tx: Connection, now: datetime) -> None:
    """Delete blocks that are over."""
    tx.execute(delete(ask_blocks).where(ask_blocks.c.until <= now))


def delete_by_author(tx: Connection, mentor: AuthorKey) -> None:
    """A mentor has left: nothing of them was counted."""
    for table in (ask_mentors, ask_blocks):
        tx.execute(delete(table).where(table.c.blog_id == mentor.blog_id, table.c.author_id == mentor.author_id))


def _is(mentor: AuthorKey) -> ColumnElement[bool]:
    return and_(ask_mentors.c.blog_id == mentor.blog_id, ask_mentors.c.author_id == mentor.author_id)


def _add(tx: Connection, mentor: AuthorKey, **by: int) -> None:
    """Add to what is counted of a mentor; with nothing to add, only write their row."""
    by = by or {"cases": 0}
    inserting = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(ask_mentors)
    row = inserting.values(blog_id=mentor.blog_id, author_id=mentor.author_id, **by)
    sums = {name: ask_mentors.c[name] + number for name, number in by.items()}
    keys = [ask_mentors.c.blog_id, ask_mentors.c.author_id]
    tx.execute(row.on_conflict_do_update(index_elements=keys, set_=sums))
