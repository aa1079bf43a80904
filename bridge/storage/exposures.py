"""In how many places each mentor stands, night by night, summed up by month; never who looked at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.tables import exposures, mentors, post_related, related

PORTION = 500
KEPT = 13  # months


class Shown(NamedTuple):
    """How often a mentor was shown in a month, in places a night."""

    mentor_id: int
    language: str
    month: str  # "2026-05"
    nights: int
    places: int


def count_places(tx: Connection) -> list[tuple[int, int]]:
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
    """One more night of a month, for some mentors."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(exposures)
    more = {"nights": exposures.c.nights + 1, "places": exposures.c.places + insert.excluded.places}
    statement = insert.on_conflict_do_update(index_elements=[exposures.c.mentor_id, exposures.c.month], set_=more)
    rows = [{"mentor_id": mentor_id, "month": month, "nights": 1, "places": count} for mentor_id, count in places]
    if rows:
        tx.execute(statement, rows)


def list_since(tx: Connection, month: str) -> list[Shown]:
    """What was counted of mentors who are still listed, since a month, by month and mentor."""
    rows = tx.execute(
        select(exposures.c.mentor_id, mentors.c.language, exposures.c.month, exposures.c.nights, exposures.c.places)
        .join(mentors, mentors.c.id == exposures.c.mentor_id)
        .where(exposures.c.month >= month, mentors.c.listed)
        .order_by(exposures.c.month, exposures.c.mentor_id)
    )
    return [Shown(*row) for row in rows]


def set_seldom(tx: Connection, mentor_ids: Sequence[int], *, seldom: bool) -> None:
    """Mark mentors, or take the mark away."""
    tx.execute(update(mentors).where(mentors.c.id.in_(mentor_ids)).values(seldom=seldom))


def list_seldom(tx: Connection) -> list[int]:
    """Who is marked, by id."""
    return list(tx.execute(select(mentors.c.id).where(mentors.c.seldom).order_by(mentors.c.id)).scalars())


def seldom_among(tx: Connection, mentor_ids: Sequence[int]) -> set[int]:
    """Which of them are marked."""
    return set(tx.execute(select(mentors.c.id).where(mentors.c.id.in_(mentor_ids), mentors.c.seldom)).scalars())


def drop_before(tx: Connection, month: str) -> None:
    """Forget older months."""
    tx.execute(delete(exposures).where(exposures.c.month < month))
