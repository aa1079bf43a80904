"""When a blog and the bridge last compared what they hold, what both counted, and when they shall do so again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.storage.blogs.tables import deliveries, state_checks
from bridge.storage.core.documents import parse_numbers


@dataclass(frozen=True, slots=True)
class StateCheck:
    """The last comparison: counts of both sides, never of one alone."""

    asked_at: datetime | None  # since when the blog shall compare again
    compared_at: datetime | None
    blog_count: int
    bridge_count: int
    differing: int  # ranges of ids
    differed_at: datetime | None
    differed: Mapping[str, int]  # what differed then: kind → ranges

    @property
    def agrees(self) -> bool:
        """Whether both sides held the same."""
        return self.compared_at is not None and not self.differing


def find_by_blog(tx: Connection, blog_id: str) -> StateCheck | None:
    """The last comparison with a blog; None: there was none, and none is asked for."""
    columns = [column for column in state_checks.c if column.name != "blog_id"]
    row = tx.execute(select(*columns).where(state_checks.c.blog_id == blog_id)).first()
    if row is None:
        return None
    differed = {kind: int(count) for kind, count in parse_numbers(row.differed).items()}
    return StateCheck(
        asked_at=row.asked_at,
        compared_at=row.compared_at,
        blog_count=row.blog_count,
        bridge_count=row.bridge_count,
        differing=row.differing,
        differed_at=row.differed_at,
        differed=differed,
    )


def is_asked(tx: Connection, blog_id: str) -> bool:
    """Whether a blog shall compare."""
    return tx.execute(select(state_checks.c.asked_at).where(state_checks.c.blog_id == blog_id)).scalar() is not None


def mark_asked(tx: Connection, blog_id: str, now: datetime) -> None:
    """A blog shall compare; it hears so when it is called, or when it next fetches."""
    _upsert(tx, blog_id, {"asked_at": now})


def record_comparison(
    tx: Connection, blog_id: str, counts: tuple[int, int], differing: Mapping[str, int], now: datetime
) -> None:
    """Keep what a comparison has shown: what the blog and the bridge counted, and by kind how many ranges differ."""
    values: dict[str, object] = {
        "asked_at": None,
        "compared_at": now,
        "blog_count": counts[0],
        "bridge_count": counts[1],
        "differing": sum(differing.values()),
    }
    if differing:
        values |= {"differed_at": now, "differed": json.dumps(dict(differing), sort_keys=True)}
    _upsert(tx, blog_id, values)


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Forget what was compared with a blog that has left."""
    tx.execute(delete(state_checks).where(state_checks.c.blog_id == blog_id))


def count_waiting(tx: Connection, blog_id: str) -> int:
    """Deliveries of a blog that are not read yet: what they hold is in no sum."""
    waiting = select(func.count()).where(deliveries.c.blog_id == blog_id, deliveries.c.state == "waiting")
    return int(tx.execute(waiting).scalar_one())


def _upsert(tx: Connection, blog_id: str, values: Mapping[str, object]) -> None:
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(state_checks)
    tx.execute(insert.values(blog_id=blog_id).on_conflict_do_nothing())
    tx.execute(update(state_checks).where(state_checks.c.blog_id == blog_id).values(**values))
