"""tally(blog): comments become figures.

What changed since the last time is looked at again, and the sums move by the difference. At the first tally of a
day the windows have moved, and everything is counted from nothing; both ways use the same functions.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bridge.engagement import blog as metrics
from bridge.engagement.facts import DAY, CommentFacts, Tally, Window
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
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comment_analysis, comments, contributions, dirty, statistics, totals
from bridge.storage.engagement.records import CommentAnalysis, CommenterFigures, PostFigures
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
        waiting = comment_relevance.read_waiting_comments(context, blog_id, turn)
    except comment_relevance.NoEpoch:
        with context.database.begin() as tx:
            due.weights_outdated(tx, now)
        return now + NO_EPOCH_RETRY_DELAY
    if waiting.again is UNFINISHED:
        return UNFINISHED
    window = Window.before(now)
    with context.database.read() as tx:
        stored, seen = statistics.find_by_blog(tx, blog_id), dirty.get_dirty_set(tx, blog_id)
        languages = _languages(tx, blog, stored, seen)
        changes = None
        if stored is not None and stored.day == window.day and stored.languages == languages:
            changes = find_changes(tx, blog_id, window, stored, seen, waiting.readings)
    if changes is None:
        comment_relevance.record_readings(context, blog_id, waiting.readings)
        recount(context, blog_id, window, languages)
    else:
        store_changes(context, blog_id, window, changes)
    tomorrow = window.day + DAY + ONE_MINUTE
    return min(tomorrow, waiting.again) if isinstance(waiting.again, datetime) else tomorrow


def _languages(tx: Tx, blog: Blog, stored: BlogStatistics | None, seen: dirty.DirtySet) -> frozenset[str]:
    """In which nobody is foreign: as they were counted with, unless posts or the blog have changed since."""
    return home_languages(tx, blog) if stored is None or seen.published else stored.languages


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
        summary.store_summary(tx, blog_id, now, previous, (languages, telling), ({}, {}))


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
class Changes:
    """What a second look at some posts and commenters gave, and what the sums change by."""

    counted: Contributions
    posts: set[str]  # looked at, whether there are comments on them or not
    people: set[str]
    now: Tally
    before: Tally
    seen: dirty.DirtySet
    stored: BlogStatistics  # what it is the change of
    readings: Sequence[CommentAnalysis]  # counted as if they were stored, which they are with this


def find_changes(
    tx: Tx,
    blog_id: str,
    window: Window,
    stored: BlogStatistics,
    seen: dirty.DirtySet,
    readings: Sequence[CommentAnalysis] = (),
) -> Changes:
    """Only what was marked or has just been read, and whom that concerns."""
    counted, posts, people = _look_again(tx, blog_id, seen, window, set(stored.languages), readings)
    earlier = contributions.list_stored(tx, blog_id, posts, people)
    now, before = sum_contributions(counted, minus=earlier.tallies)
    if not seen.published:
        least = stored.telling
        now = {**now, **disclosure_effect.effect_change(tx, blog_id, window, least, earlier.exposure, counted.posts)}
    return Changes(counted, posts, people, now, before, seen, stored, readings)


def store_changes(context: Context, blog_id: str, window: Window, changes: Changes) -> None:
    """Write what changed, and move the sums by it."""
    stored, seen, counted = changes.stored, changes.seen, changes.counted
    posts: dict[str, tuple[PostFigures | None, int | None]] = dict.fromkeys(changes.posts, (None, None))
    posts |= {share.post: (share.figures, share.likeness) for share in counted.posts}
    people: dict[str, CommenterFigures | None] = dict.fromkeys(changes.people)
    people |= {share.commenter: share.figures for share in counted.people}
    post_rows = list(map(contributions.post_rows, counted.posts))
    people_rows = list(map(contributions.commenter_row, counted.people))
    with context.database.begin() as tx:
        comment_analysis.record_analysis(tx, blog_id, changes.readings)
        comments.record_derived(tx, blog_id, counted.derived)
        contributions.upsert_posts(tx, blog_id, post_rows, changes.posts - {share.post for share in counted.posts})
        gone = changes.people - {share.commenter for share in counted.people}
        contributions.upsert_commenters(tx, blog_id, people_rows, gone)
        drawn, telling = (
            disclosure_effect.effect_of_all_posts(tx, blog_id, window) if seen.published else ({}, stored.telling)
        )
        moved = totals.record_changes(tx, blog_id, totals.CURRENT_WINDOW, changes.now, drawn)
        now = window_sums(tx, blog_id, window, moved)
        previous: metrics.FigureValues = {key: figure["previous"] for key, figure in stored.figures["figures"].items()}
        if changes.before or seen.published:
            then = totals.record_changes(tx, blog_id, totals.PREVIOUS_WINDOW, changes.before)
            previous = metrics.figure_values(window_sums(tx, blog_id, window.previous, then))
        dirty.delete_processed(tx, blog_id, seen)
        summary.store_summary(tx, blog_id, now, previous, (stored.languages, telling), (posts, people))


def _look_again(
    tx: Tx,
    blog_id: str,
    seen: dirty.DirtySet,
    window: Window,
    languages: set[str],
    readings: Sequence[CommentAnalysis],
) -> tuple[Contributions, set[str], set[str]]:
    """The shares of marked posts and commenters, and of all whose standing moves with them; which these are."""
    read = {analysis.comment.remote_id: analysis for analysis in readings}
    on = {*seen.posts, *(analysis.comment.post_id for analysis in readings)}
    by = {*seen.people, *(analysis.comment.commenter for analysis in readings)} - {""}
    facts, published = _facts(tx, blog_id, read, on, by)
    by_people = [c for c in facts if c.person in by]
    elsewhere = partial(comments.list_text_hashes_elsewhere, tx, blog_id)
    standing = classify_comments(by_people, languages, elsewhere)
    moved = {c.post for c in by_people if standing[c.id] != c} - on
    if moved:
        on_moved, more_published = _facts(tx, blog_id, read, moved, ())
        facts, published = [*facts, *on_moved], published | more_published
    touched = on | moved
    stored = {c.id: c for c in facts if c.post in touched}
    alone = classify_comments((c for c in stored.values() if not c.person), languages, elsewhere)
    classified = {name: standing.get(name) or alone.get(name) or c for name, c in stored.items()}
    counted_posts, _news = contributions_of_posts(classified, published, window)
    derived = {c.id: c for c in classified.values() if c != stored[c.id]}
    people = by | {c.person for c in derived.values() if c.person}
    more = people - by
    of_more = _facts(tx, blog_id, read, (), more)[0] if more else []
    theirs = group_by_person(derived.get(c.id, standing.get(c.id, c)) for c in (*by_people, *of_more))
    counted_people = tuple(commenter_contribution(person, group, window) for person, group in theirs.items())
    return Contributions(counted_posts, counted_people, tuple(derived.values())), touched, people


def _facts(
    tx: Tx, blog_id: str, read: Mapping[str, CommentAnalysis], on: Iterable[str], by: Iterable[str]
) -> tuple[list[CommentFacts], dict[str, datetime]]:
    """Comments on posts and by people, with what was just read of them; when the posts were published."""
    facts, published = comments.list_facts(tx, blog_id, on=on, by=by)
    return [
        c._replace(deep=read[c.id].deep, relevance=read[c.id].relevance) if c.id in read else c for c in facts
    ], published
