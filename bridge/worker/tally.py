"""tally(blog): comments become figures.

What changed since the last time is looked at again, and the sums move by the difference. At the first tally of a
day the windows have moved, and everything is counted from nothing; both ways use the same functions.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bridge.engagement import blog as metrics
from bridge.engagement.facts import DAY, Window
from bridge.model import Station
from bridge.storage import blogs, cohorts, engagement, marks, shares, sums, tallies, work
from bridge.storage.blogs import Blog
from bridge.storage.database import Tx
from bridge.storage.tallies import BlogTally
from bridge.text.language import primary
from bridge.worker import comparing, reading, summary
from bridge.worker.context import Context
from bridge.worker.counting import (
    Counted,
    by_person,
    commenter_share,
    count_from_nothing,
    judged,
    look_at_posts,
    sum_of,
)
from bridge.worker.moments import write
from bridge.worker.turns import UNFINISHED, Outcome, Turn

SOON = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)


def tally(context: Context, blog_id: str, turn: Turn | None = None) -> Outcome:
    """Bring a blog's figures up to date; when they move on by themselves. Without a turn in one go."""
    now = context.clock()
    with context.database.read() as tx:
        blog = blogs.find(tx, blog_id)
    if blog is None or not blog.present:
        return None
    try:
        given_up = reading.read_waiting(context, blog_id, turn)
    except reading.NoEpoch:
        with context.database.begin() as tx:
            work.mark_due(tx, Station.EPOCH, [work.BANK], now)
        return now + SOON
    if given_up is UNFINISHED:
        return UNFINISHED
    window = Window.before(now)
    with context.database.read() as tx:
        held = tallies.find(tx, blog_id)
        languages = known_languages(tx, blog)
    if held is None or held.day != window.day or held.languages != languages:
        count_anew(context, blog_id, window, languages)
    else:
        count_changes(context, blog_id, window, held)
    tomorrow = window.day + DAY + MINUTE
    return tomorrow if given_up is None else min(tomorrow, given_up)


def known_languages(tx: Tx, blog: Blog) -> frozenset[str]:
    """Languages in which nobody is foreign: that of the blog, and those of its posts."""
    return frozenset(engagement.languages(tx, blog.id) | {primary(blog.facts.language)})


def count_anew(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    """From nothing. What comes out otherwise than it is kept is written, in portions; the sums with the last one."""
    with _without_looking_for_cycles():
        _count_anew(context, blog_id, window, languages)


def _count_anew(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    with context.database.read() as tx:
        seen = marks.marked(tx, blog_id)
        published = engagement.published(tx, blog_id)
        elsewhere, begun = partial(engagement.texts_elsewhere, tx, blog_id), engagement.imported_since(tx, blog_id)
        # Held by nobody else, so that they can go as soon as they have been looked at.
        counted = count_from_nothing(
            engagement.all_facts(tx, blog_id, published), published, window, languages, elsewhere, begun
        )
        posts, posts_gone = shares.changed_posts(tx, blog_id, counted.posts)
        people, people_gone = shares.changed_commenters(tx, blog_id, counted.people)
    (total, before), derived, stayed = sum_of(counted), counted.derived, counted.cohorts
    del counted  # what follows needs the room
    with context.database.begin() as tx:
        tallies.begin_anew(tx, blog_id)
    write(context, derived, lambda tx, rows: engagement.store_derived(tx, blog_id, rows))
    write(context, posts, lambda tx, rows: shares.store_posts(tx, blog_id, rows))
    write(context, posts_gone, lambda tx, gone: shares.store_posts(tx, blog_id, (), gone))
    write(context, people, lambda tx, rows: shares.store_commenters(tx, blog_id, rows))
    write(context, people_gone, lambda tx, gone: shares.store_commenters(tx, blog_id, (), gone))
    del derived, posts, people
    summary.tell_all(context, blog_id, window, total.get("relevance", {}))
    with context.database.begin() as tx:
        drawn, telling = comparing.all_posts(tx, blog_id, window)
        total = {**total, **drawn}
        sums.replace(tx, blog_id, (total, before))
        cohorts.store(tx, blog_id, stayed)
        marks.unmark(tx, blog_id, seen)
        now, then = (
            summary.window_sums(tx, blog_id, of, tally) for of, tally in ((window, total), (window.previous, before))
        )
        summary.store(tx, blog_id, now, metrics.values(then), (languages, telling), ((), ()))


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """A hundred thousand values that hold no cycle: to look for one among them takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second look at some posts and commenters gave."""

    counted: Counted
    posts: set[str]  # looked at, whether there are comments on them or not
    people: set[str]


def count_changes(context: Context, blog_id: str, window: Window, held: BlogTally) -> None:
    """Only what was marked, and whom that concerns."""
    with context.database.read() as tx:
        seen = marks.marked(tx, blog_id)
        look = _look_again(tx, blog_id, seen, window, set(held.languages))
        change, before = sum_of(look.counted, minus=shares.held(tx, blog_id, look.posts, look.people))
        if not seen.published:
            moved = comparing.some_posts(tx, blog_id, window, held.telling, look.posts, look.counted.posts)
            change = {**change, **moved}
    posts, people = look.counted.posts, look.counted.people
    post_rows, people_rows = map(shares.post_rows, posts), map(shares.commenter_row, people)
    with context.database.begin() as tx:
        engagement.store_derived(tx, blog_id, look.counted.derived)
        shares.store_posts(tx, blog_id, list(post_rows), look.posts - {share.post for share in posts})
        shares.store_commenters(tx, blog_id, list(people_rows), look.people - {share.commenter for share in people})
        drawn, telling = comparing.all_posts(tx, blog_id, window) if seen.published else ({}, held.telling)
        now = summary.window_sums(tx, blog_id, window, sums.change(tx, blog_id, sums.NOW, change, drawn))
        previous: metrics.Values = {key: figure["previous"] for key, figure in held.figures["figures"].items()}
        if before or seen.published:
            then = sums.change(tx, blog_id, sums.BEFORE, before)
            previous = metrics.values(summary.window_sums(tx, blog_id, window.previous, then))
        marks.unmark(tx, blog_id, seen)
        summary.store(tx, blog_id, now, previous, (held.languages, telling), (look.posts, look.people))


def _look_again(tx: Tx, blog_id: str, seen: marks.Marks, window: Window, languages: set[str]) -> SecondLook:
    """The shares of marked posts and commenters, and of all whose standing moves with them."""
    own = engagement.facts(tx, blog_id, by=seen.people)
    elsewhere = partial(engagement.texts_elsewhere, tx, blog_id)
    standing = judged(own, languages, elsewhere)
    moved = {c.post for c in own if standing[c.id] != c}
    touched = set(seen.posts) | moved
    stored = {c.id: c for c in engagement.facts(tx, blog_id, on=touched)}
    alone = judged((c for c in stored.values() if not c.person), languages, elsewhere)
    known = {name: standing.get(name) or alone.get(name) or c for name, c in stored.items()}
    published = engagement.published(tx, blog_id, touched)
    counted_posts, _news = look_at_posts(known, published, window)
    derived = {c.id: c for c in known.values() if c != stored[c.id]}
    people = set(seen.people) | {c.person for c in derived.values() if c.person}
    theirs = by_person(derived.get(c.id, standing.get(c.id, c)) for c in engagement.facts(tx, blog_id, by=people))
    counted_people = tuple(commenter_share(person, group, window) for person, group in theirs.items())
    return SecondLook(Counted(counted_posts, counted_people, tuple(derived.values())), touched, people)
