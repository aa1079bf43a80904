"""poke(blog): short calls to a blog: to send what waits there, to compare what both sides hold, to fetch new keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bridge.errors import DeliveryFailed
from bridge.model import BlogAccess, BlogState, Transport
from bridge.storage.blogs import blogs, calls, keys, state_checks
from bridge.worker.context import Context

log = structlog.get_logger("calls")

POKE_RETRY_DELAY = timedelta(minutes=10)
POKE_RETRY_LIMIT = timedelta(days=1)


def poke(context: Context, blog_id: str) -> datetime | None:
    """Ask a blog to send what waits there, or for new keys if its owner wants them; each call is noted for the owner.

    Returns:
        When to ask again: until the blog has come for its keys. Its handshake takes the wish away.

    Raises:
        DeliveryFailed: it could not be reached. A call of this kind alone pauses nobody.
    """
    now = context.clock()
    with context.database.read() as tx:
        blog = blogs.find(tx, blog_id)
        access = blogs.get_access(tx, context.vault, blog_id, now) if blog else None
        compares = state_checks.is_asked(tx, blog_id)
        asked_at = keys.find_rotation_requested_at(tx, blog_id)
    if access is None or blog is None or blog.state is not BlogState.CONNECTED:
        return None
    if asked_at is None:
        _noted(context, access, *(("check", context.client.check) if compares else ("poke", context.client.poke)))
    elif now - asked_at > POKE_RETRY_LIMIT:
        log.warning("no new keys fetched", blog=blog_id, asked_at=asked_at.isoformat())
        with context.database.begin() as tx:
            keys.record_rotation_requested(tx, blog_id, None)
    else:
        if access.transport is not Transport.PULL:  # who fetches hears of it with the next answer
            _noted(context, access, "rotate", context.client.rotate)
        return context.clock() + POKE_RETRY_DELAY
    return None


def _noted(context: Context, access: BlogAccess, act: str, call: Callable[[BlogAccess, datetime], None]) -> None:
    now = context.clock()
    with context.database.begin() as tx:
        attempt = calls.record_start(tx, access.blog_id, act, "rest", (), now)
    status: int | None = 200
    error = None
    try:
        call(access, now)
    except DeliveryFailed as failure:
        status, error = failure.status, f"{failure} {failure.repair}"
        raise
    finally:
        with context.database.begin() as tx:
            calls.record_end(tx, attempt, context.clock() - now, status, error)
