"""Whom a leaving blog waits for: everybody who may still show its mentors.

It is WITHDRAWING meanwhile, with nothing of it stored as its own, and DISCONNECTED when nobody shows it any more. A row
goes when that blog has taken lists made without the leaver. A blog out of reach must not hold a leaver for ever: after
`PATIENCE` it is not waited for. Its lists stay due, so it is the first thing it hears when it is back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from bridge.model import BlogState, Transport
from bridge.storage.blogs import blogs, outbox
from bridge.storage.blogs.tables import blogs as blog_rows
from bridge.storage.blogs.tables import outbox as push_rows
from bridge.storage.blogs.tables import withdrawal_receipts
from bridge.storage.core.tables import jobs as work_rows

RECEIPT_TIMEOUT = timedelta(hours=1)  # three tries of the backoff, or twelve rounds of a blog that fetches
_OPEN = exists().where(
    push_rows.c.blog_id == withdrawal_receipts.c.other_id,
    push_rows.c.kind.in_(outbox.RELATED_KINDS),
    push_rows.c.version > push_rows.c.acknowledged,
)


def record_withdrawal_begun(
    tx: Connection, blog_id: str, shown_on: Iterable[str], now: datetime, pushing: str
) -> list[str]:
    """The blog begins to leave; answers whom it waits for. Nobody waits for it any more.

    `pushing`: the station that brings lists to blogs; what is due there may name the leaver.
    """
    blogs.record_state(tx, blog_id, BlogState.WITHDRAWING, now)
    others = _behind(tx, blog_id, shown_on, pushing)
    tx.execute(delete(withdrawal_receipts).where(withdrawal_receipts.c.blog_id == blog_id))
    if others:
        tx.execute(
            insert(withdrawal_receipts), [{"blog_id": blog_id, "other_id": waiting, "since": now} for waiting in others]
        )
    _let_go(tx, withdrawal_receipts.c.other_id == blog_id, now)
    _finish(tx, [blog_id], now)
    return others


def _behind(tx: Connection, blog_id: str, touched: Iterable[str], pushing: str) -> list[str]:
    """Blogs that may show the leaver: they do now, or they have not yet heard of an earlier change."""
    waiting = exists().where(
        push_rows.c.blog_id == blog_rows.c.id,
        push_rows.c.kind.in_(outbox.RELATED_KINDS),
        push_rows.c.version > push_rows.c.acknowledged,
    )
    due = exists().where(
        work_rows.c.station == pushing, work_rows.c.entity == blog_rows.c.id, work_rows.c.due_at.is_not(None)
    )
    present = blog_rows.c.state.in_((BlogState.CONNECTED, BlogState.PAUSED))
    rows = tx.execute(
        select(blog_rows.c.id).where(
            blog_rows.c.id != blog_id,
            blog_rows.c.origin == "connected",
            present,
            or_(blog_rows.c.id.in_(sorted(touched)), waiting, due),
        )
    )
    return sorted(rows.scalars())


def list_blogs_awaiting(tx: Connection, other_id: str) -> list[str]:
    """Who waits for this blog. Read before its lists: then those are made without whom this names."""
    return list(
        tx.execute(select(withdrawal_receipts.c.blog_id).where(withdrawal_receipts.c.other_id == other_id)).scalars()
    )


def mark_lists_rebuilt(tx: Connection, other_id: str, leavers: Collection[str]) -> None:
    """The lists that the blog is to take have been made without these."""
    if not leavers:
        return
    named = withdrawal_receipts.c.blog_id.in_(list(leavers))
    tx.execute(update(withdrawal_receipts).where(withdrawal_receipts.c.other_id == other_id, named).values(told=True))


def record_acknowledged(tx: Connection, other_id: str, now: datetime) -> None:
    """If the blog has taken all it was to take, nobody who has left is shown there."""
    _let_go(
        tx,
        and_(withdrawal_receipts.c.other_id == other_id, withdrawal_receipts.c.told, or_(~_OPEN, ~_is_called())),
        now,
    )


def count_blogs_awaited(tx: Connection, blog_id: str, now: datetime) -> int:
    """How many blogs may still show one that leaves; 0: nothing of it is shown or stored, and it has left."""
    out_of_reach = exists().where(
        blog_rows.c.id == withdrawal_receipts.c.other_id,
        or_(blog_rows.c.failing_since.is_not(None), blog_rows.c.transport == Transport.PULL),
    )
    in_vain = and_(withdrawal_receipts.c.since < now - RECEIPT_TIMEOUT, out_of_reach)
    rebuilt = and_(withdrawal_receipts.c.blog_id == blog_id, withdrawal_receipts.c.told)
    _let_go(tx, and_(rebuilt, or_(in_vain, ~_OPEN, ~_is_called())), now)
    _finish(tx, [blog_id], now)
    return len(
        list(
            tx.execute(select(withdrawal_receipts.c.other_id).where(withdrawal_receipts.c.blog_id == blog_id)).scalars()
        )
    )


def _is_called() -> ColumnElement[bool]:
    """Whether the other blog takes anything at all; a paused one is told when it is back."""
    return exists().where(blog_rows.c.id == withdrawal_receipts.c.other_id, blog_rows.c.state == BlogState.CONNECTED)


def _let_go(tx: Connection, whom: ColumnElement[bool], now: datetime) -> None:
    gone = tx.execute(delete(withdrawal_receipts).where(whom).returning(withdrawal_receipts.c.blog_id))
    _finish(tx, sorted({row.blog_id for row in gone}), now)


def _finish(tx: Connection, leavers: Iterable[str], now: datetime) -> None:
    """Who waits for nobody has left."""
    for blog_id in leavers:
        waits = exists().where(withdrawal_receipts.c.blog_id == blog_id)
        leaving = blog_rows.c.state == BlogState.WITHDRAWING
        if tx.execute(select(blog_rows.c.id).where(blog_rows.c.id == blog_id, leaving, ~waits)).first():
            blogs.record_state(tx, blog_id, BlogState.DISCONNECTED, now)
