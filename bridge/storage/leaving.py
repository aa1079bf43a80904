"""How a blog leaves: at once from everybody else's pages, and then from here; and what goes before it does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bridge.model import BlogState, Kind, Station, Version, commenter_name
from bridge.storage import (  # fmt: skip
    blogs,
    cards,
    cohorts,
    copies,
    deliveries,
    engagement,
    epochs,
    farewells,
    holds,
    marks,
    mentors,
    parties,
    published,
    pushes,
    removals,
    sessions,
    tallies,
    work,
)


def withdraw(tx: Connection, blog_id: str, now: datetime) -> set[str]:
    """Delete all that a blog ever said and all that followed from it; answers whose pages must change.

    Its name, keys and the tombstone over all of it stay, so that it can ask whether it is done.
    """
    touched: set[str] = set()
    touched |= mentors.remove(tx, mentors.ids_of_blog(tx, blog_id))
    cards.close(tx, blog_id)
    posts = list(published.post_names(tx, blog_id))
    mentors.forget_posts(tx, posts)
    epochs.forget_posts(tx, posts)
    for other in marks.mark_texts(tx, blog_id, engagement.shared_texts(tx, blog_id)):
        work.mark_due(tx, Station.TALLY, [other], now, blog_id=other)
    removals.forget_blog(tx, blog_id)
    copies.follow(tx, posts, now)  # whoever said the same is now the one who says it
    tallies.forget_blog(tx, blog_id)
    cohorts.forget_blog(tx, blog_id)
    parties.forget_blog(tx, blog_id)
    holds.forget_blog(tx, blog_id)
    deliveries.forget(tx, blog_id)
    pushes.forget_blog(tx, blog_id)
    sessions.forget_blog(tx, blog_id)
    work.forget_blog(tx, blog_id)
    blogs.forget_access(tx, blog_id)
    touched.discard(blog_id)
    others = farewells.begin(tx, blog_id, touched, now)
    for other in sorted(touched | set(others)):
        work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
    return touched


def stop_counting(tx: Connection, blog_id: str, now: datetime) -> None:
    """Statistics are off: nothing that was counted stays, and the blog is told to forget what it was given."""
    tallies.forget_blog(tx, blog_id)
    cohorts.forget_blog(tx, blog_id)
    if pushes.set_wanted(tx, blog_id, (), now, kinds=pushes.STATS):
        work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id, urgent=True)


def is_erased(tx: Connection, blog_id: str, commenter: str, version: Version) -> bool:
    """Whether nothing of a commenter is held that was told up to `version`, nor anything counted from it."""
    tombstone = removals.covering(tx, blog_id, [(Kind.COMMENTER, commenter_name(commenter))])
    if tombstone is None or tombstone < version:
        return False
    return engagement.comments_by(tx, blog_id, commenter) or not tallies.names_commenter(tx, blog_id, commenter)


def pause(tx: Connection, blog_id: str, now: datetime) -> None:
    """Out of reach or silent: its mentors are shown nowhere until it gives a sign of life."""
    blogs.set_state(tx, blog_id, BlogState.PAUSED, now)
    parties.forget_blog(tx, blog_id)
    for mentor_id in mentors.ids_of_blog(tx, blog_id):
        for other in sorted(mentors.unlist(tx, mentor_id)):
            work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
    farewells.note_taken(tx, blog_id, now)
