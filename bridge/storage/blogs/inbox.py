"""The inbox: whoever finds nobody committing commits for all who wait, and each sender hears after its commit.

A commit costs one write to the disk whether it holds one row or 256; so durability for each stays affordable.
Nobody waits to fill a batch: while one is committed, the next gathers. A thread of its own for this would cost a
change of threads more for each, and that is most of what an acknowledgement costs.
Each waiting delivery holds a thread of the web server, so their number bounds what is kept in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bridge.errors import StorageUnavailable
from bridge.model import BlogState, Version
from bridge.storage.blogs.tables import blogs, deliveries, outbox
from bridge.storage.core.database import Database, Tx

DELIVERIES_PER_COMMIT = 256
COMMIT_TIMEOUT_SECONDS = 10.0
DEPARTED_STATES = (BlogState.WITHDRAWING, BlogState.DISCONNECTED)


@dataclass(frozen=True, slots=True)
class InboundDelivery:
    """One verified request, as received."""

    blog_id: str
    webhook_id: str
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told."""

    duplicate: bool
    highest: Version | None  # highest version absorbed of this blog
    waiting: int  # objects that wait to be pushed to it
    departed: bool = False  # not stored: the blog has left, and nothing of it is kept
    site: tuple[str, str] | None = None  # (installation, address) of the blog, as proven: a copy sees that it is none
    unproven: str = ""  # where it says that it stands, and has not proven it
    contested_by: str = ""  # the address of a blog that says it stands where this one does
    contested_at: datetime | None = None


class _Waiting:
    """An arrival and the thread that waits for its receipt."""

    __slots__ = ("arrival", "leads", "outcome", "turn")

    def __init__(self, arrival: InboundDelivery) -> None:
        self.arrival = arrival
        self.outcome: Receipt | StorageUnavailable | None = None
        self.leads = False
        self.turn = threading.Lock()  # let go of when there is an outcome, or when it is to lead
        self.turn.acquire()


class GroupCommit:
    """The only way in for deliveries; threads share one."""

    def __init__(self, database: Database, receive: Callable[[Tx, list[InboundDelivery]], list[Receipt]]) -> None:
        """`receive` stores arrivals (`record`) and makes due what follows from them, in one transaction."""
        self._database = database
        self._receive = receive
        self._lock = threading.Lock()  # over the two below; never held while writing
        self._queue: list[_Waiting] = []
        self._led = False  # by whichever thread commits now

    def submit(self, arrival: InboundDelivery) -> Receipt:
        """Store durably, then answer.

        Raises:
            StorageUnavailable: not stored; to be sent again later.
        """
        mine = _Waiting(arrival)
        with self._lock:
            self._queue.append(mine)
            mine.leads = not self._led
            self._led = True
        if not mine.leads and not mine.turn.acquire(timeout=COMMIT_TIMEOUT_SECONDS):
            self._give_up(mine)
        if mine.leads:
            self._commit()
        if isinstance(mine.outcome, Receipt):
            return mine.outcome
        raise mine.outcome or StorageUnavailable("the disk is too slow now", retry_after=30)

    def _give_up(self, mine: _Waiting) -> None:
        """Out of patience: what nobody has taken up yet will not be stored; whoever was just told to lead does."""
        with self._lock:
            if mine in self._queue and not mine.leads:
                self._queue.remove(mine)

    def _commit(self) -> None:
        """Lead: commit what is queued, pass the lead on, and only then wake those who were waiting for it."""
        batch: list[_Waiting] = []
        try:
            with self._database.begin("ingest", durable=True) as tx:
                batch = self._take()  # now that it is our turn: who came while we waited for it goes along
                receipts = self._receive(tx, [waiting.arrival for waiting in batch])
        except BaseException as error:  # whatever it is, each sender must hear of it
            batch = batch or self._take()
            # A library's own message may hold what was to be stored: only its kind is told.
            refusal = (
                error
                if isinstance(error, StorageUnavailable)
                else StorageUnavailable(f"the writer failed: {type(error).__name__}")
            )
            for waiting in batch:
                waiting.outcome = refusal
        else:
            for waiting, receipt in zip(batch, receipts, strict=True):
                waiting.outcome = receipt
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._led = following is not None
            if following is not None:
                following.leads = True
        if following is not None:
            following.turn.release()
        for waiting in batch:
            if not waiting.leads:
                waiting.turn.release()

    def _take(self) -> list[_Waiting]:
        """Those who came first, the leader before all."""
        with self._lock:
            batch = self._queue[:DELIVERIES_PER_COMMIT]
            del self._queue[:DELIVERIES_PER_COMMIT]
        return batch


def record(tx: Connection, arrivals: list[InboundDelivery]) -> list[Receipt]:
    """Store arrivals that are new; what each sender is told."""
    touched = sorted({arrival.blog_id for arrival in arrivals})
    senders = {row.id: row for row in tx.execute(_senders(), {"touched": touched})}
    # Asked here, under the lock: it may have left after the web side last looked.
    departed = {row.id for row in senders.values() if row.state in DEPARTED_STATES}
    fresh = _store(tx, [arrival for arrival in arrivals if arrival.blog_id not in departed])
    receipts = []
    for arrival in arrivals:
        key, row = (arrival.blog_id, arrival.webhook_id), senders[arrival.blog_id]
        highest = Version(row.highest_generation, row.highest_revision) if row.highest_generation else None
        gone = arrival.blog_id in departed
        site = (row.install, row.home_url) if row.install else None
        receipts.append(
            Receipt(
                key not in fresh and not gone,
                highest,
                row.waiting,
                gone,
                site,
                row.claimed_url,
                row.contested_by,
                row.contested_at,
            )
        )
        fresh.discard(key)  # the same id twice in one batch: the second is the repeat
    return receipts


@cache
def _senders() -> Select[*tuple[Any, ...]]:
    """What a receipt tells of each blog; the statements of a commit are made once, each commit would pay for it."""
    waiting = select(func.count()).where(outbox.c.blog_id == blogs.c.id, outbox.c.version > outbox.c.acknowledged)
    return select(
        blogs.c.id,
        blogs.c.state,
        blogs.c.highest_generation,
        blogs.c.highest_revision,
        blogs.c.install,
        blogs.c.home_url,
        blogs.c.claimed_url,
        blogs.c.contested_by,
        blogs.c.contested_at,
        waiting.scalar_subquery().label("waiting"),
    ).where(blogs.c.id.in_(bindparam("touched", expanding=True)))


def _store(tx: Connection, arrivals: list[InboundDelivery]) -> set[tuple[str, str]]:
    """Insert what is new; the (blog, webhook-id) of each."""
    if not arrivals:
        return set()
    rows = [
        {
            "blog_id": arrival.blog_id,
            "webhook_id": arrival.webhook_id,
            "received_at": arrival.received_at,
            "state": "waiting",
            "size": len(arrival.body),
            "body": arrival.body,
        }
        for arrival in arrivals
    ]
    return {(row.blog_id, row.webhook_id) for row in tx.execute(_insertion(tx.dialect.name), rows)}


@cache
def _insertion(dialect: str) -> ReturningInsert[str, str]:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(deliveries)
    statement: ReturningInsert[str, str] = insert.on_conflict_do_nothing().returning(
        deliveries.c.blog_id, deliveries.c.webhook_id
    )
    return statement
