"""Who stayed, by the month of their first comment: made with each day's first count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bridge.storage.core.documents import parse_array
from bridge.storage.engagement.tables import cohorts


def upsert_cohorts(tx: Connection, blog_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Replace a blog's cohorts (`engagement.commenters.monthly_cohorts`)."""
    delete_cohorts(tx, blog_id)
    tx.execute(insert(cohorts).values(blog_id=blog_id, cohorts=json.dumps(rows)))


def list_cohorts(tx: Connection, blog_id: str) -> list[dict[str, Any]]:
    """The cohorts, oldest month first; [] before the first count."""
    held = tx.execute(select(cohorts.c.cohorts).where(cohorts.c.blog_id == blog_id)).scalar()
    return parse_array(held)


def delete_cohorts(tx: Connection, blog_id: str) -> None:
    """A blog has left, or is no longer counted."""
    tx.execute(delete(cohorts).where(cohorts.c.blog_id == blog_id))
