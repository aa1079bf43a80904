"""In how many places each mentor stands, night by night, summed up by month; never who looked at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.matching.tables import impressions, mentors, post_related, related

PORTION = 500
MONTHS_KEPT = 13  # months


class MonthlyImpressions(NamedTuple):
    """How often a mentor was shown in a month, in places a night."""

    mentor_id: int
    language: str
    month: str  # "2026-05"
    nights: int
    places: int


def count_entries_by_mentor(tx: Connection) -> list[tuple[int, int]]:
    """(mentor, in how many places it stands now), of all that are listed, by id."""
    stands = union_all(select(related.c.other_id.label("id")), select(post_related.c.mentor_id.label("id"))).subquery()
    counted = select(stands.c.id, func.count().label("places")).group_by(stands.c.id).subquery()
    rows = tx.execute(
        select(mentors.c.id, func.coalesce(counted.c.places, 0))
        .select_from(mentors.outerjoin(counted, counted.c.id == mentors.c.id))
        .where(mentors.c.listed)
        .order_by(mentors.c.id)
    )
    return [(row[0], row[1]) for row in rows]


def record(tx: Connection, month: str, places: Sequence[tuple[int, int]]) -> None:
    """Add one more night to a month, for some mentors: (mentor, in how many places)."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(impressions)
    more = {"nights": impressions.c.nights + 1, "places": impressions.c.places + insert.excluded.places}
    statement = insert.on_conflict_do_update(index_elements=[impressions.c.mentor_id, impressions.c.month], set_=more)
    rows = [{"mentor_id": mentor_id, "month": month, "nights": 1, "places": count} for mentor_id, count in places]
    if rows:
        tx.execute(statement, rows)


def list_since(tx: Connection, month: str) -> list[MonthlyImpressions]:
    """What was counted of mentors who are still listed, since a month, by month and mentor."""
    rows = tx.execute(
        select(
            impressions.c.mentor_id, mentors.c.language, impressions.c.month, impressions.c.nights, impressions.c.places
        )
        .join(mentors, mentors.c.id == impressions.c.mentor_id)
        .where(impressions.c.month >= month, mentors.c.listed)
        .order_by(impressions.c.month, impressions.c.mentor_id)
    )
    return [MonthlyImpressions(*row) for row in rows]


def mark_seldom_shown(tx: Connection, mentor_ids: Sequence[int], *, seldom: bool) -> None:
    """Mark mentors as seldom shown, or take the mark away."""
    tx.execute(update(mentors).where(mentors.c.id.in_(mentor_ids)).values(seldom=seldom))


def list_seldom_shown(tx: Connection) -> list[int]:
    """Mentors that are marked as seldom shown, by id."""
    return list(tx.execute(select(mentors.c.id).where(mentors.c.seldom).order_by(mentors.c.id)).scalars())


def list_seldom_shown_among(tx: Connection, mentor_ids: Sequence[int]) -> set[int]:
    """Which of some mentors are marked as seldom shown."""
    return set(tx.execute(select(mentors.c.id).where(mentors.c.id.in_(mentor_ids), mentors.c.seldom)).scalars())


def delete_before(tx: Connection, month: str) -> None:
    """Delete the counts of months before one."""
    tx.execute(delete(impressions).where(impressions.c.month < month))
