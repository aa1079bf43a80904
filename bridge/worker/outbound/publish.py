"""publish(bank): the hub hears of each feed that brings something new, among those that somebody has fetched lately.

A minute of changes is one look: authors who write at the same time, or one who corrects a post again and again, cost a
call for each feed. What the hub did not hear is said with the next look.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bridge.errors import DeliveryFailed, Refused
from bridge.operations import due, feed_log
from bridge.operations.feed_log import FeedQuestion
from bridge.storage.bank import followed_feeds
from bridge.storage.bank.followed_feeds import FollowedFeed
from bridge.worker.context import Context, Hub

log = structlog.get_logger("calls")

LATELY = timedelta(days=7)  # a feed that nobody has fetched for longer is read by nobody
MAX_FEEDS_READ = 500  # in one look, of those that were fetched last
PAUSE_AFTER_FAILURE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)  # until feeds are looked at anew: a whole blog may have left meanwhile
BUSY_STATUSES = (408, 425, 429)  # of 4xx those that are about the moment, not about the feed


def publish(context: Context, _entity: str) -> datetime | None:
    """Tell the hub of the feeds that are not as it last heard.

    Returns:
        When to look again; None without a hub, or where nobody follows a feed.
    """
    hub = context.hub
    if hub is None:
        return None
    with context.database.read() as tx:
        feeds = followed_feeds.list_topics(tx, context.clock() - LATELY, MAX_FEEDS_READ)
    for feed in feeds:
        with context.database.read() as tx:
            state = feed_log.state_of(feed_log.list_posts(tx, FeedQuestion.from_text(feed.question)))
        if state == feed.published:
            continue
        if not _tell(hub, feed):
            return context.clock() + PAUSE_AFTER_FAILURE  # the others would meet the same
        with context.database.begin() as tx:
            followed_feeds.mark_published(tx, feed.address_hash, state)
    return context.clock() + LONGEST_WAIT if feeds else None


def _tell(hub: Hub, feed: FollowedFeed) -> bool:
    """Whether that is settled: the hub heard it, or does not want to."""
    try:
        hub.publish(feed.topic)
    except DeliveryFailed as failure:
        status = failure.status or 0
        unwanted = isinstance(failure, Refused) and 400 <= status < 500 and status not in BUSY_STATUSES
        log.warning("the hub was not told", topic=feed.topic[:200], error=str(failure), again=not unwanted)
        return unwanted
    return True


def schedule_publishing(context: Context) -> None:
    """Have feeds looked at that changed; safe to repeat, and nothing without a hub."""
    if context.hub is not None:
        with context.database.begin() as tx:
            due.feeds_changed(tx, context.clock())
