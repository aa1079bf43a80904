"""Feeds as logs: which posts stand in one, and what it remembers of itself so that it can name what was taken back.

A feed names a post as taken back only where it has brought it, and neither who wrote it nor why it is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from bridge.model import AuthorKey
from bridge.operations import need_log
from bridge.operations.need_log import LoggedPost
from bridge.storage.bank import cards, followed_feeds
from bridge.storage.bank.card_filters import Filters
from bridge.storage.bank.cards import Card
from bridge.storage.bank.followed_feeds import FeedMemory, FollowedFeed
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Database, Tx

MAX_FEED_ENTRIES = 100
MAX_BROUGHT = 300  # posts that a feed remembers, most of which have left it behind newer ones
DELETIONS_KEPT = timedelta(days=30)  # for which a feed names what was taken back
FETCHES_NOTED_EVERY = timedelta(days=1)  # a feed that brings nothing new writes no oftener


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """What a feed is of: one author, else a need, else a skill, else all who fit; in the language of its page."""

    language: str
    need: str = ""
    filters: Filters = field(default_factory=Filters)
    author: AuthorKey | None = None

    def to_text(self) -> str:
        """To be kept."""
        values = {**asdict(self), "filters": {**asdict(self.filters), "facets": sorted(self.filters.facets)}}
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> FeedQuestion:
        """What was kept."""
        values = json.loads(text)
        filters = values["filters"]
        author = values["author"]
        return cls(
            values["language"],
            values["need"],
            Filters(**{**filters, "facets": frozenset(filters["facets"])}),
            AuthorKey(**author) if author else None,
        )


def list_posts(tx: Tx, asked: FeedQuestion) -> list[LoggedPost]:
    """The newest posts that match: what is written from now on comes to the top."""
    if asked.author is not None:
        by_key = cards.list_by_author(tx, [asked.author])
        return _written(cards.list_newest_posts(tx, list(by_key), MAX_FEED_ENTRIES), by_key)
    if asked.need:
        return need_log.list_posts_on_need(tx, asked.need, asked.filters, asked.language, MAX_FEED_ENTRIES)
    if asked.filters.skill:
        posts = cards.list_newest_posts_on_skill(tx, asked.filters, MAX_FEED_ENTRIES)
        return _written(posts, cards.list_by_author(tx, map(_author, posts)))
    # Who wrote one of the newest posts of all is among as many mentors who published last.
    by_key = {card.key: card for card in cards.list_page(tx, asked.filters, MAX_FEED_ENTRIES)[0]}
    return _written(cards.list_newest_posts(tx, list(by_key), MAX_FEED_ENTRIES), by_key)


def _written(posts: Iterable[PostHeadline], by_key: Mapping[AuthorKey, Card]) -> list[LoggedPost]:
    """Posts in the languages in which their authors are mentors."""
    pairs = [(post, by_key[_author(post)]) for post in posts if _author(post) in by_key]
    return [LoggedPost(post, card) for post, card in pairs if post.language in card.languages]


def _author(post: PostHeadline) -> AuthorKey:
    return AuthorKey(post.blog_id, post.author_id)


def remember(memory: FeedMemory, current: Sequence[int], standing: Collection[int], now: datetime) -> FeedMemory:
    """What a feed remembers once it has brought `current`; `standing`: of what it remembered, the posts still here."""
    present = set(current)
    missing = [post for post in memory.brought if post not in present]
    gone = {post: at for post, at in memory.gone.items() if post not in present and now - at < DELETIONS_KEPT}
    gone |= {post: now.replace(microsecond=0) for post in missing if post not in standing}
    behind = (post for post in missing if post in standing)
    return FeedMemory((*current, *behind)[:MAX_BROUGHT], gone)


@dataclass(frozen=True, slots=True)
class Follower:
    """Remembers what the feed at an address has brought; `hub`: whether one hears of that address."""

    address: str
    question: FeedQuestion
    hub: bool = False

    def read(
        self, tx: Tx, posts: Sequence[LoggedPost], now: datetime, *, to_change: bool = False
    ) -> tuple[FollowedFeed, bool]:
        """The feed with what it brings now, and whether that is to be written down."""
        name = followed_feeds.hash_of_address(self.address)
        before = followed_feeds.find(tx, name, to_change=to_change)
        memory = before.memory if before else FeedMemory()
        current = [item.post.id for item in posts]
        missing = set(memory.brought).difference(current)
        after = remember(memory, current, followed_feeds.list_standing(tx, missing), now)
        topic = self.address if self.hub else ""
        if before and (after, topic) == (memory, before.topic) and now - before.fetched_at < FETCHES_NOTED_EVERY:
            return before, False
        if not topic:  # what somebody looks for is kept only where a hub has to hear of it
            return FollowedFeed(name, now, after), True
        published = before.published if before and before.topic else state_of(posts)
        return FollowedFeed(name, now, after, topic, self.question.to_text(), published), True

    def record(self, database: Database, posts: Sequence[LoggedPost], now: datetime) -> FollowedFeed:
        """Write it down, beside what the feed brought others in the same moment."""
        with database.begin("ingest") as tx:  # somebody waits for it
            feed, differs = self.read(tx, posts, now, to_change=True)
            if differs:
                followed_feeds.upsert(tx, feed)
        return feed


def state_of(posts: Iterable[LoggedPost]) -> bytes:
    """The same as long as a feed brings the same."""
    lines = (f"{item.post.id} {item.post.modified_at.isoformat()}" for item in posts)
    return hashlib.sha256("\n".join(lines).encode()).digest()
