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
from bridge.operations import due
from bridge.operations.counting import (
    Contributions,
    classify_comments,
    commenter_contribution,
    contributions_of_posts,
    count_all_comments,
    group_by_person,
    sum_contributions,
)
from bridge.operations.statistics import home_languages, window_sums
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments, contributions, dirty, statistics, totals
from bridge.storage.engagement.statistics import BlogStatistics
from bridge.worker.context import Context
from bridge.worker.engagement import comment_relevance, disclosure_effect, summary
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.write_slices import write_in_slices

NO_EPOCH_RETRY_DELAY = timedelta(seconds=5)
ONE_MINUTE = timedelta(minutes=1)


def tally(context: Context, blog_id: str, turn: Turn | None = None) -> TurnOutcome:
    """Bring a blog's figures up to date; when they move on by themselves. Without a turn in one go."""
    now = context.clock()
    with context.database.read() as tx:
        blog = blogs.find(tx, blog_id)
    if blog is None or not blog.present:
        return None
    try:
        given_up = comment_relevance.read_waiting_comments(context, blog_id, turn)
    except comment_relevance.NoEpoch:
        with context.database.begin() as tx:
            due.weights_outdated(tx, now)
        return now + NO_EPOCH_RETRY_DELAY
    if given_up is UNFINISHED:
        return UNFINISHED
    window = Window.before(now)
    with context.database.read() as tx:
        stored = statistics.find_by_blog(tx, blog_id)
        languages = home_languages(tx, blog)
    if stored is None or stored.day != window.day or stored.languages != languages:
        recount(context, blog_id, window, languages)
    else:
        count_changes(context, blog_id, window, stored)
    tomorrow = window.day + DAY + ONE_MINUTE
    return tomorrow if given_up is None else min(tomorrow, given_up)


def recount(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    """From nothing. What comes out otherwise than it is kept is written, in portions; the sums with the last one."""
    with _without_looking_for_cycles():
        _count_anew(context, blog_id, window, languages)


def _count_anew(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    with context.database.read() as tx:
        seen = dirty.get_dirty_set(tx, blog_id)
        published = comments.list_publication_dates(tx, blog_id)
        elsewhere, begun = (
            partial(comments.list_text_hashes_elsewhere, tx, blog_id),
            comments.find_import_start(tx, blog_id),
        )
        # Held by nobody else, so that they can go as soon as they have been looked at.
        counted = count_all_comments(
            comments.list_all_facts(tx, blog_id, published), published, window, languages, elsewhere, begun
        )
        posts, posts_gone = contributions.list_changed_posts(tx, blog_id, counted.posts)
        people, people_gone = contributions.list_changed_commenters(tx, blog_id, counted.people)
    (total, before), derived, stayed = sum_contributions(counted), counted.derived, counted.cohorts
    del counted  # what follows needs the room
    with context.database.begin() as tx:
        statistics.mark_outdated(tx, blog_id)
    write_in_slices(context, derived, lambda tx, rows: comments.record_derived(tx, blog_id, rows))
    write_in_slices(context, posts, lambda tx, rows: contributions.upsert_posts(tx, blog_id, rows))
    write_in_slices(context, posts_gone, lambda tx, gone: contributions.upsert_posts(tx, blog_id, (), gone))
    write_in_slices(context, people, lambda tx, rows: contributions.upsert_commenters(tx, blog_id, rows))
    write_in_slices(context, people_gone, lambda tx, gone: contributions.upsert_commenters(tx, blog_id, (), gone))
    del derived, posts, people
    summary.push_all_details(context, blog_id, window, total.get("relevance", {}))
    with context.database.begin() as tx:
        drawn, telling = disclosure_effect.effect_of_all_posts(tx, blog_id, window)
        total = {**total, **drawn}
        totals.upsert_totals(tx, blog_id, (total, before))
        totals.upsert_cohorts(tx, blog_id, stayed)
        dirty.delete_processed(tx, blog_id, seen)
        now, then = (window_sums(tx, blog_id, of, tally) for of, tally in ((window, total), (window.previous, before)))
        previous = metrics.figure_values(then)
        summary.store_summary(tx, blog_id, now, previous, (languages, telling), ((), ()), daily=True)


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
class PartialRecount:
    """What a second look at some posts and commenters gave."""

    counted: Contributions
    posts: set[str]  # looked at, whether there are comments on them or not
    people: set[str]


def count_changes(context: Context, blog_id: str, window: Window, stored: BlogStatistics) -> None:
    """Only what was marked, and whom that concerns."""
    with context.database.read() as tx:
        seen = dirty.get_dirty_set(tx, blog_id)
        look = _look_again(tx, blog_id, seen, window, set(stored.languages))
        change, before = sum_contributions(
            look.counted, minus=contributions.list_tallies(tx, blog_id, look.posts, look.people)
        )
        if not seen.published:
            moved = disclosure_effect.effect_change(tx, blog_id, window, stored.telling, look.posts, look.counted.posts)
            change = {**change, **moved}
    posts, people = look.counted.posts, look.counted.people
    post_rows, people_rows = map(contributions.post_rows, posts), map(contributions.commenter_row, people)
    with context.database.begin() as tx:
        comments.record_derived(tx, blog_id, look.counted.derived)
        contributions.upsert_posts(tx, blog_id, list(post_rows), look.posts - {share.post for share in posts})
        contributions.upsert_commenters(
            tx, blog_id, list(people_rows), look.people - {share.commenter for share in people}
        )
        drawn, telling = (
            disclosure_effect.effect_of_all_posts(tx, blog_id, window) if seen.published else ({}, stored.telling)
        )
        now = window_sums(tx, blog_id, window, totals.record_changes(tx, blog_id, totals.CURRENT_WINDOW, change, drawn))
        previous: metrics.FigureValues = {key: figure["previous"] for key, figure in stored.figures["figures"].items()}
        if before or seen.published:
            then = totals.record_changes(tx, blog_id, totals.PREVIOUS_WINDOW, before)
            previous = metrics.figure_values(window_sums(tx, blog_id, window.previous, then))
        dirty.delete_processed(tx, blog_id, seen)
        summary.store_summary(tx, blog_id, now, previous, (stored.languages, telling), (look.posts, look.people))


def _look_again(tx: Tx, blog_id: str, seen: dirty.DirtySet, window: Window, languages: set[str]) -> PartialRecount:
    """The shares of marked posts and commenters, and of all whose standing moves with them."""
    by_people = comments.list_facts(tx, blog_id, by=seen.people)
    elsewhere = partial(comments.list_text_hashes_elsewhere, tx, blog_id)
    standing = classify_comments(by_people, languages, elsewhere)
    moved = {c.post for c in by_people if standing[c.id] != c}
    touched = set(seen.posts) | moved
    stored = {c.id: c for c in comments.list_facts(tx, blog_id, on=touched)}
    alone = classify_comments((c for c in stored.values() if not c.person), languages, elsewhere)
    classified = {name: standing.get(name) or alone.get(name) or c for name, c in stored.items()}
    published = comments.list_publication_dates(tx, blog_id, touched)
    counted_posts, _news = contributions_of_posts(classified, published, window)
    derived = {c.id: c for c in classified.values() if c != stored[c.id]}
    people = set(seen.people) | {c.person for c in derived.values() if c.person}
    more = people - set(seen.people)
    of_more = comments.list_facts(tx, blog_id, by=more) if more else []
    theirs = group_by_person(derived.get(c.id, standing.get(c.id, c)) for c in (*by_people, *of_more))
    counted_people = tuple(commenter_contribution(person, group, window) for person, group in theirs.items())
    return PartialRecount(Contributions(counted_posts, counted_people, tuple(derived.values())), touched, people)
