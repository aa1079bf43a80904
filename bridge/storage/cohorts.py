"""Who stayed, by the month of their first comment: made with each day's first count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bridge.storage.documents import sequence
from bridge.storage.tables import tally_cohorts


def store(tx: Connection, blog_id: str, cohorts: Sequence[Mapping[str, object]]) -> None:
    """Replace a blog's cohorts (`engagement.commenters.cohorts`)."""
    forget_blog(tx, blog_id)
    tx.execute(insert(tally_cohorts).values(blog_id=blog_id, cohorts=json.dumps(cohorts)))


def list_of(tx: Connection, blog_id: str) -> list[dict[str, Any]]:
    """The cohorts, oldest month first; [] before the first count."""
    held = tx.execute(select(tally_cohorts.c.cohorts).where(tally_cohorts.c.blog_id == blog_id)).scalar()
    return sequence(held)


def forget_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left, or is no longer counted."""
    tx.execute(delete(tally_cohorts).where(tally_cohorts.c.blog_id == blog_id))
