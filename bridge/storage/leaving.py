"""How a blog leaves: at once from everybody else's pages, and then from here; and what goes before it does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bridge.model import AuthorKey, BlogState, Kind, Removal, Station, Version, commenter_name
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
    touched = _take_away(tx, blog_id, now)
    cards.close(tx, blog_id)
    holds.forget_blog(tx, blog_id)
    pushes.forget_blog(tx, blog_id)
    sessions.forget_blog(tx, blog_id)
    work.forget_blog(tx, blog_id)
    blogs.forget_access(tx, blog_id)
    others = farewells.begin(tx, blog_id, touched, now)
    for other in sorted(touched | set(others)):
        work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
    return touched


def begin_anew(tx: Connection, blog_id: str, now: datetime) -> None:
    """Nothing that a blog has said counts until it says it again: what we hold of it is from a backup, or a copy's.

    It is taken away and covered by a tombstone: so an author is shown again with their consent, and a post with that
    post, as they arrive anew, and who withdrew meanwhile for no moment. That the highest version of the blog is raised
    makes any plugin begin a new generation above it and send everything, as soon as it has an answer; it is called for
    that at once. Cards keep their addresses meanwhile.
    """
    blog = blogs.get(tx, blog_id)
    touched = _take_away(tx, blog_id, now)
    cards.hide(tx, blog_id)
    sessions.end_of_blog(tx, blog_id)
    held = max(blog.version, blog.highest or blog.version)
    floor = Version(max(round(now.timestamp() * 1000), held.generation + 1), 1)
    removals.bury(tx, Removal(blog_id, Kind.BLOG, "", floor), now)
    blogs.begin_anew(tx, blog_id, floor, now)
    for other in sorted(touched):
        work.mark_due(tx, Station.PUSH, [other], now, blog_id=other, urgent=True)
    work.mark_due(tx, Station.POKE, [blog_id], now, blog_id=blog_id, urgent=True)


def is_behind(tx: Connection, blog_id: str, said: Version) -> bool:
    """Whether a blog said something before it heard that it begins anew."""
    floor = removals.covering(tx, blog_id, [(Kind.BLOG, "")])
    return floor is not None and floor >= said


def close_unconfirmed(tx: Connection, before: datetime) -> None:
    """Blogs that began anew before then and have spoken since: whom they did not name again has left."""
    for blog in blogs.list_all(tx):
        if blog.began_anew_at is None or blog.began_anew_at > before or blog.highest is None:
            continue
        if not is_behind(tx, blog.id, blog.highest):
            for author in cards.list_unconfirmed(tx, blog.id):
                cards.close(tx, blog.id, author)
                holds.forget_author(tx, AuthorKey(blog.id, author))
            blogs.has_begun_anew(tx, blog.id)


def _take_away(tx: Connection, blog_id: str, now: datetime) -> set[str]:
    """Delete what a blog has said, read or not, and what followed from it; answers whose pages must change."""
    touched = mentors.remove(tx, mentors.ids_of_blog(tx, blog_id))
    posts = list(published.post_names(tx, blog_id))
    mentors.forget_posts(tx, posts)
    epochs.forget_posts(tx, posts)
    shared = engagement.shared_texts(tx, blog_id)
    removals.forget_blog(tx, blog_id)
    for other in sorted(marks.mark_texts(tx, blog_id, shared)):
        work.mark_due(tx, Station.TALLY, [other], now, blog_id=other)
    copies.follow(tx, posts, now)  # whoever said the same is now the one who says it
    for forget in (tallies.forget_blog, cohorts.forget_blog, parties.forget_blog, deliveries.forget):
        forget(tx, blog_id)
    return touched - {blog_id}


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
