"""Who is signed in at the dashboard: one-time links, sessions, and what ends them.

Links and session keys are kept as hashes: whoever reads the database cannot sign in with it. A session counts only
as long as its blog is here and signs with the key it had at sign-in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Row, ScalarSelect, delete, func, insert, select, update

from bridge.model import BlogState
from bridge.storage.blogs.tables import blog_keys, blogs
from bridge.storage.matching.tables import feedback, hidden_authors
from bridge.storage.people.tables import private_feeds, sessions, sign_in_links, visits
from bridge.text.email_addresses import without_address
from bridge.text.titles import plain_title

LINK_LIFETIME = timedelta(seconds=60)
SESSION_LIFETIME = timedelta(hours=12)
SAME_VISIT = timedelta(minutes=30)  # signing in again so soon is no new visit


@dataclass(frozen=True, slots=True)
class Person:
    """A WordPress user as their blog told it at sign-in."""

    blog_id: str
    user_id: str
    role: str
    manages: bool  # may manage the blog's options
    name: str


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in."""

    person: Person
    blog_name: str
    since: datetime
    last_time: datetime | None  # of the visit before this one

    @property
    def until(self) -> datetime:
        """When it is over by itself."""
        return self.since + SESSION_LIFETIME


def token_hash(token: str) -> bytes:
    """What is kept of a token. It has 256 random bits: nothing to guess, so nothing to slow down."""
    return hashlib.sha256(token.encode()).digest()


def _columns(person: Person) -> dict[str, object]:
    columns = {name: getattr(person, name) for name in Person.__dataclass_fields__}
    return columns | {"name": without_address(plain_title(person.name))}


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(row.blog_id, row.user_id, row.role, row.manages, row.name)


def record_link(tx: Connection, person: Person, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """Make a token by which a person signs in: single use, for a minute unless said otherwise."""
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(sign_in_links).values(token_hash=token_hash(token), expires_at=now + lifetime, **_columns(person))
    )
    return token


def claim_link(tx: Connection, token: str, now: datetime) -> Person | None:
    """Spend a token; None when it is unknown, spent or over."""
    row = tx.execute(
        delete(sign_in_links).where(sign_in_links.c.token_hash == token_hash(token)).returning(sign_in_links)
    ).first()
    return _person(row) if row is not None and row.expires_at > now else None


def record_new(tx: Connection, person: Person, now: datetime) -> str:
    """Open a session for a person; its key."""
    key = secrets.token_urlsafe(32)
    tx.execute(
        insert(sessions).values(
            key_hash=token_hash(key),
            since=now,
            last_time=_visit(tx, person, now),
            expires_at=now + SESSION_LIFETIME,
            blog_key_id=tx.execute(select(_current_key(person.blog_id))).scalar() or 0,
            **_columns(person),
        )
    )
    return key


def _current_key(blog_id: str | Column[str]) -> ScalarSelect[int]:
    return (
        select(func.max(blog_keys.c.id))
        .where(blog_keys.c.blog_id == blog_id, blog_keys.c.direction == "inbound", blog_keys.c.not_after.is_(None))
        .scalar_subquery()
    )


def _visit(tx: Connection, person: Person, now: datetime) -> datetime | None:
    """Note a visit; answers when the one before was."""
    mine = (visits.c.blog_id == person.blog_id) & (visits.c.user_id == person.user_id)
    before: datetime | None = tx.execute(select(visits.c.at).where(mine)).scalar()
    if before is None:
        tx.execute(insert(visits).values(blog_id=person.blog_id, user_id=person.user_id, at=now))
    elif now - before > SAME_VISIT:
        tx.execute(update(visits).where(mine).values(at=now))
    return before


def list_open(tx: Connection, keys: Collection[str], now: datetime) -> dict[str, Session]:
    """Those of some session keys that count now."""
    names = {token_hash(key): key for key in keys}
    rows = tx.execute(
        select(sessions, blogs.c.name.label("blog_name"))
        .join(blogs, blogs.c.id == sessions.c.blog_id)
        .where(
            sessions.c.key_hash.in_(list(names)),
            sessions.c.expires_at > now,
            blogs.c.state.in_([BlogState.CONNECTED, BlogState.PAUSED]),
            sessions.c.blog_key_id == func.coalesce(_current_key(sessions.c.blog_id), 0),
        )
    )
    return {names[row.key_hash]: Session(_person(row), row.blog_name, row.since, row.last_time) for row in rows}


def delete_by_key(tx: Connection, key: str) -> None:
    """End a session by its key: somebody signed out."""
    tx.execute(delete(sessions).where(sessions.c.key_hash == token_hash(key)))


def delete_by_users(tx: Connection, blog_id: str, users: Collection[str]) -> int:
    """Users whose role changed or who are gone: their sessions, links and feeds end; how many sessions."""
    for table in (sign_in_links, private_feeds):
        tx.execute(delete(table).where(table.c.blog_id == blog_id, table.c.user_id.in_(list(users))))
    ended = tx.execute(delete(sessions).where(sessions.c.blog_id == blog_id, sessions.c.user_id.in_(list(users))))
    return ended.rowcount


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Everybody of a blog signs in again: who had signed out is not known any more."""
    for table in (sign_in_links, sessions, private_feeds):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))


def delete_people_of_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left, and with it everybody who was signed in from there and what they had said."""
    for table in (sign_in_links, sessions, hidden_authors, visits, feedback, private_feeds):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))
    tx.execute(delete(feedback).where(feedback.c.other_blog == blog_id))


def delete_expired(tx: Connection, now: datetime) -> None:
    """Delete links and sessions that are over by the clock."""
    for table in (sign_in_links, sessions):
        tx.execute(delete(table).where(table.c.expires_at < now))
