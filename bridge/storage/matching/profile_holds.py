"""Profiles that are held as they were because they turned suddenly, and what their owners confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bridge.model import AuthorKey, MentorKey
from bridge.storage.matching.tables import profile_holds


@dataclass(frozen=True, slots=True)
class ProfileHold:
    """`held_at`: what was written since does not count; None: the profile is not held (any more)."""

    key: MentorKey
    held_at: datetime | None
    noticed_at: datetime | None
    confirmed_at: datetime | None


def _of(author: AuthorKey) -> ColumnElement[bool]:
    return (profile_holds.c.blog_id == author.blog_id) & (profile_holds.c.author_id == author.author_id)


def _hold(row: Row[*tuple[Any, ...]]) -> ProfileHold:
    return ProfileHold(
        MentorKey(row.blog_id, row.author_id, row.language), row.held_at, row.noticed_at, row.confirmed_at
    )


def list_by_author(tx: Connection, author: AuthorKey) -> dict[str, ProfileHold]:
    """What is known of an author's profiles, by language; also those that were confirmed."""
    return {row.language: _hold(row) for row in tx.execute(select(profile_holds).where(_of(author)))}


def list_held(tx: Connection) -> list[ProfileHold]:
    """Every profile that waits for its owner, by blog, author, language."""
    statement = select(profile_holds).where(profile_holds.c.held_at.is_not(None))
    return [
        _hold(row)
        for row in tx.execute(
            statement.order_by(profile_holds.c.blog_id, profile_holds.c.author_id, profile_holds.c.language)
        )
    ]


def record(tx: Connection, author: AuthorKey, since: Mapping[str, datetime], now: datetime) -> list[str]:
    """Hold exactly these languages of an author ({language: since when nothing counts}); answers those that are new."""
    holds = list_by_author(tx, author)
    for language in sorted(set(holds) - set(since)):
        tx.execute(update(profile_holds).where(_of(author), profile_holds.c.language == language).values(held_at=None))
    new = [language for language in sorted(since) if language not in holds or holds[language].held_at is None]
    for language in new:
        values = {"held_at": since[language], "noticed_at": now}
        if language in holds:
            tx.execute(update(profile_holds).where(_of(author), profile_holds.c.language == language).values(**values))
        else:
            named = {"blog_id": author.blog_id, "author_id": author.author_id, "language": language}
            tx.execute(insert(profile_holds).values(**named, **values))
    return new


def mark_confirmed(tx: Connection, author: AuthorKey, now: datetime) -> int:
    """The owner says that it is really they who write about this now; how many profiles are free again."""
    waiting = update(profile_holds).where(_of(author), profile_holds.c.held_at.is_not(None))
    return tx.execute(waiting.values(held_at=None, confirmed_at=now)).rowcount


def delete_by_author(tx: Connection, author: AuthorKey) -> None:
    """Delete what is known of held profiles of an author who has left."""
    tx.execute(delete(profile_holds).where(_of(author)))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Delete what is known of held profiles of a blog that has left."""
    tx.execute(delete(profile_holds).where(profile_holds.c.blog_id == blog_id))
