"""How many asks there are and were: what an operator sees of them, and all that stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.asks.states import AskState
from bridge.storage.asks.tables import ask_counts, asks


@dataclass(frozen=True, slots=True)
class ReportedAsk:
    """An ask that one of both has reported."""

    id: int
    reported_by: str  # "seeker" | "mentor"
    reported_at: datetime
    state: str


def record_erased(tx: Connection, asked_at: datetime, state: AskState) -> None:
    """An ask is erased: one more of its month that stood so."""
    inserting = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(ask_counts)
    row = inserting.values(month=f"{asked_at:%Y-%m}", state=state, number=1)
    keys = [ask_counts.c.month, ask_counts.c.state]
    tx.execute(row.on_conflict_do_update(index_elements=keys, set_={"number": ask_counts.c.number + 1}))


def count_by_state(tx: Connection) -> Mapping[AskState, int]:
    """How many asks stand where, those that are erased among them."""
    counts = dict.fromkeys(AskState, 0)
    for state, number in tx.execute(select(asks.c.state, func.count()).group_by(asks.c.state)):
        counts[AskState(state)] += number
    for state, number in tx.execute(
        select(ask_counts.c.state, func.sum(ask_counts.c.number)).group_by(ask_counts.c.state)
    ):
        counts[AskState(state)] += int(number)
    return counts


def list_reported(tx: Connection) -> list[ReportedAsk]:
    """Asks that one of both has reported, oldest report first."""
    columns = (asks.c.id, asks.c.reported_by, asks.c.reported_at, asks.c.state)
    rows = tx.execute(select(*columns).where(asks.c.reported_by != "").order_by(asks.c.reported_at, asks.c.id))
    return [ReportedAsk(*row) for row in rows]


class WaitingAsks(NamedTuple):
    """Asks that wait for somebody, of how many of them they were reminded, and since when the first waits."""

    waiting: int
    reminded: int
    since: datetime


def count_waiting_by_author(tx: Connection, blog_id: str) -> dict[str, WaitingAsks]:
    """Authors of a blog for whom asks wait."""
    rows = tx.execute(
        select(asks.c.author_id, func.count(), func.count(asks.c.reminded_at), func.min(asks.c.asked_at))
        .where(asks.c.blog_id == blog_id, asks.c.state == AskState.OPEN)
        .group_by(asks.c.author_id)
        .order_by(asks.c.author_id)
    )
    return {author: WaitingAsks(int(number), int(reminded), since) for author, number, reminded, since in rows}
