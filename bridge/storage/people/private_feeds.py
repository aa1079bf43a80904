"""Private feeds: whoever knows the address may read, so it can be made anew at any time."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from bridge.model import BlogState
from bridge.storage.blogs.keys import Vault
from bridge.storage.blogs.tables import blogs
from bridge.storage.people.sessions import token_hash
from bridge.storage.people.tables import private_feeds


def find_token(tx: Connection, vault: Vault, blog_id: str, user_id: str) -> str | None:
    """What is in the address of somebody's feed, if they have one."""
    sealed = tx.execute(
        select(private_feeds.c.token).where(private_feeds.c.blog_id == blog_id, private_feeds.c.user_id == user_id)
    ).scalar()
    return None if sealed is None else vault.open(sealed)


def record_feed(tx: Connection, vault: Vault, blog_id: str, user_id: str, manages: bool, now: datetime) -> None:
    """Make a feed for somebody, at a new address; the one before is over."""
    delete_feed(tx, blog_id, user_id)
    token = secrets.token_urlsafe(24)
    tx.execute(
        insert(private_feeds).values(
            blog_id=blog_id,
            user_id=user_id,
            token_hash=token_hash(token),
            token=vault.seal(token),
            manages=manages,
            made_at=now,
        )
    )


def delete_feed(tx: Connection, blog_id: str, user_id: str) -> None:
    """Delete somebody's feed."""
    tx.execute(delete(private_feeds).where(private_feeds.c.blog_id == blog_id, private_feeds.c.user_id == user_id))


class FeedOwner(NamedTuple):
    """A user of a blog, and since when they have had the feed."""

    blog_id: str
    user_id: str
    manages: bool  # may manage the blog's options
    made_at: datetime


def find_feed(tx: Connection, token: str) -> FeedOwner | None:
    """Whose feed has that address, of a blog that is here."""
    row = tx.execute(
        select(*(private_feeds.c[name] for name in FeedOwner._fields))
        .join(blogs, blogs.c.id == private_feeds.c.blog_id)
        .where(
            private_feeds.c.token_hash == token_hash(token), blogs.c.state.in_([BlogState.CONNECTED, BlogState.PAUSED])
        )
    ).first()
    return None if row is None else FeedOwner(*row)
