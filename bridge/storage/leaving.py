"""How a blog leaves: at once from everybody else's pages, and then from here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bridge.model import BlogState, Station
from bridge.storage import blogs, content, deliveries, engagement, mentors, pushes, tallies, work


def withdraw(tx: Connection, blog_id: str, now: datetime) -> set[str]:
    """Delete all that a blog ever said and all that followed from it; answers whose pages must change.

    Its name, keys and the tombstone over all of it stay, so that it can ask whether it is done.
    """
    touched: set[str] = set()
    touched |= mentors.remove(tx, mentors.ids_of_blog(tx, blog_id))
    mentors.forget_posts(tx, list(content.post_names(tx, blog_id)))
    for text_hash in engagement.shared_texts(tx, blog_id):
        for other in engagement.mark_alike(tx, blog_id, text_hash):
            work.mark_due(tx, Station.TALLY, [other], now, blog_id=other)
    content.forget_blog(tx, blog_id)
    tallies.forget_blog(tx, blog_id)
    deliveries.forget(tx, blog_id)
    pushes.forget_blog(tx, blog_id)
    work.forget_blog(tx, blog_id)
    blogs.set_state(tx, blog_id, BlogState.DISCONNECTED, now)
    touched.discard(blog_id)
    for other in sorted(touched):
        work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
    return touched


def pause(tx: Connection, blog_id: str, now: datetime) -> None:
    """Out of reach or silent: its mentors are shown nowhere until it gives a sign of life."""
    blogs.set_state(tx, blog_id, BlogState.PAUSED, now)
    for mentor_id in mentors.ids_of_blog(tx, blog_id):
        for other in sorted(mentors.unlist(tx, mentor_id)):
            work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
