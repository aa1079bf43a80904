"""When a blog last spoke, what it has still to say again, and since when it cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bridge.model import BlogState, Version
from bridge.storage.blogs.tables import blogs


def record_seen(tx: Connection, blog_id: str, now: datetime, highest: Version | None = None) -> None:
    """Note a signed word of a blog; the `highest` version it has sent is raised, never lowered."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(seen_at=now))
    if highest is not None:
        newer = (blogs.c.highest_generation < highest.generation) | (
            (blogs.c.highest_generation == highest.generation) & (blogs.c.highest_revision < highest.revision)
        )
        tx.execute(
            update(blogs)
            .where(blogs.c.id == blog_id, newer)
            .values(highest_generation=highest.generation, highest_revision=highest.revision)
        )


def record_reset(tx: Connection, blog_id: str, floor: Version, now: datetime) -> None:
    """What it says counts above `floor`; its plugin finds itself behind that, and sends everything again."""
    highest = {"highest_generation": floor.generation, "highest_revision": floor.revision}
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(began_anew_at=now, **highest))


def record_reset_done(tx: Connection, blog_id: str) -> None:
    """A blog that was asked for everything again has sent all of it."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(began_anew_at=None))


def record_push_failure(tx: Connection, blog_id: str, why: str, now: datetime) -> datetime:
    """Note a failed push; answers since when they have been failing."""
    since = tx.execute(select(blogs.c.failing_since).where(blogs.c.id == blog_id)).scalar() or now
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(failing_since=since, failure=why))
    return since


def record_push_success(tx: Connection, blog_id: str) -> None:
    """A push arrived: the row of failures is over."""
    tx.execute(
        update(blogs)
        .where(blogs.c.id == blog_id, blogs.c.failing_since.is_not(None))
        .values(failing_since=None, failure=None)
    )


def list_silent_since(tx: Connection, moment: datetime) -> list[str]:
    """Connected or paused blogs without a word since then; imported ones never speak."""
    rows = tx.execute(
        select(blogs.c.id).where(
            blogs.c.origin == "connected",
            blogs.c.state.in_([BlogState.CONNECTED, BlogState.PAUSED]),
            blogs.c.seen_at < moment,
        )
    )
    return [row.id for row in rows]
