"""The feeds that somebody fetches, and which posts each has brought: a bounded number, the one fetched last first."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select, update

from bridge.storage.bank.tables import cards, followed_feeds
from bridge.storage.content.tables import posts
from bridge.storage.core import upserts
from bridge.storage.core.tables import EPOCH

MAX_FEEDS = 5000  # remembered: whoever makes up addresses displaces those that nobody fetches any more
FEEDS_PER_STATEMENT = 100  # displaced at once
IDS_PER_STATEMENT = 500
_ID, _GONE = struct.Struct("<q"), struct.Struct("<qq")


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What a feed has brought and not taken back, and what it names as taken back."""

    brought: tuple[int, ...] = ()  # the newest first
    gone: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed that somebody fetches; `topic` "": a hub has nothing to hear of it."""

    address_hash: bytes
    fetched_at: datetime
    memory: FeedMemory
    topic: str = ""
    question: str = ""
    published: bytes | None = None


def hash_of_address(address: str) -> bytes:
    """The name of a feed here."""
    return hashlib.sha256(b"feed\0" + address.encode()).digest()


def find(tx: Connection, address_hash: bytes, *, to_change: bool = False) -> FollowedFeed | None:
    """What is remembered of a feed; `to_change`: nobody else changes it before this transaction ends."""
    statement = select(followed_feeds).where(followed_feeds.c.address_hash == address_hash)
    row = tx.execute(statement.with_for_update() if to_change else statement).mappings().first()
    return None if row is None else _feed(**row)


def _feed(
    address_hash: bytes,
    fetched_at: datetime,
    brought: bytes,
    gone: bytes,
    topic: str | None,
    question: str | None,
    published: bytes | None,
) -> FollowedFeed:
    ids = tuple(post_id for (post_id,) in _ID.iter_unpack(brought))
    taken_back = {post_id: EPOCH + timedelta(seconds=seconds) for post_id, seconds in _GONE.iter_unpack(gone)}
    return FollowedFeed(address_hash, fetched_at, FeedMemory(ids, taken_back), topic or "", question or "", published)


def upsert(tx: Connection, feed: FollowedFeed) -> None:
    """Remember a feed; beyond as many as are remembered the one goes that nobody has fetched for longest."""
    memory = feed.memory
    row = {
        "address_hash": feed.address_hash,
        "fetched_at": feed.fetched_at,
        "brought": b"".join(map(_ID.pack, memory.brought)),
        "gone": b"".join(_GONE.pack(post_id, _seconds(at)) for post_id, at in sorted(memory.gone.items())),
        "topic": feed.topic or None,
        "question": feed.question or None,
        "published": feed.published,
    }
    upserts.upsert_rows(tx, followed_feeds, ("address_hash",), [row])
    last_first = (followed_feeds.c.fetched_at.desc(), followed_feeds.c.address_hash)
    beyond = select(followed_feeds.c.address_hash).order_by(*last_first).limit(FEEDS_PER_STATEMENT).offset(MAX_FEEDS)
    tx.execute(delete(followed_feeds).where(followed_feeds.c.address_hash.in_(beyond)))


def _seconds(moment: datetime) -> int:
    return round((moment - EPOCH).total_seconds())


def list_standing(tx: Connection, post_ids: Collection[int]) -> set[int]:
    """Of posts those that are still here and whose authors have not left; a blog that is away for a while has not."""
    ids = sorted(post_ids)
    theirs = and_(cards.c.blog_id == posts.c.blog_id, cards.c.author_id == posts.c.author_id)
    standing: set[int] = set()
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        some = posts.c.id.in_(ids[start : start + IDS_PER_STATEMENT])
        standing.update(tx.execute(select(posts.c.id).join(cards, theirs).where(some)).scalars())
    return standing


def list_topics(tx: Connection, since: datetime, limit: int) -> list[FollowedFeed]:
    """The feeds of which a hub hears, fetched since then, the one fetched last first."""
    statement = (
        select(followed_feeds)
        .where(followed_feeds.c.topic.is_not(None), followed_feeds.c.fetched_at >= since)
        .order_by(followed_feeds.c.fetched_at.desc(), followed_feeds.c.address_hash)
        .limit(limit)
    )
    return [_feed(**row) for row in tx.execute(statement).mappings()]


def mark_published(tx: Connection, address_hash: bytes, state: bytes) -> None:
    """The hub has heard of a feed in this state."""
    tx.execute(update(followed_feeds).where(followed_feeds.c.address_hash == address_hash).values(published=state))


def delete_before(tx: Connection, moment: datetime) -> None:
    """Forget feeds that nobody has fetched since then."""
    tx.execute(delete(followed_feeds).where(followed_feeds.c.fetched_at < moment))
