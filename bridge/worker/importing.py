"""Blogs that come from files instead of a plugin: taken in and worked at as what blogs send, until nothing is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bridge.model import BlogFacts, Event, Post
from bridge.storage.blogs import blogs
from bridge.storage.content import intake
from bridge.storage.core import counters, jobs
from bridge.worker.context import Context
from bridge.worker.intake.absorb import apply, prepare, sort_by_version
from bridge.worker.loop import run_until_idle
from bridge.worker.matching.epoch import freeze_epoch
from bridge.worker.write_slices import time_slice

IMPORT_BATCH_EVENTS = 100  # events that are read before they are written


def take_in_blog(context: Context, blog_id: str, facts: BlogFacts, started: datetime) -> None:
    """A blog of the operator's, new or known from an earlier import."""
    with context.database.begin() as tx:
        blogs.upsert(tx, blog_id, "imported", facts, started)


def take_in_events(context: Context, blog_id: str, language: str, events: Sequence[Event]) -> list[Event]:
    """What such a blog says, at most a batch of it; answers what of it is new."""
    with context.database.read() as tx:
        fresh = intake.list_changed(tx, blog_id, events)
        matcher = context.matcher(tx) if any(isinstance(event, Post) for event in fresh) else None
    waiting = sort_by_version(prepare(event, language, matcher) for event in fresh)
    while waiting:
        with context.database.begin() as tx:
            apply(tx, blog_id, time_slice(context.database, waiting), context.clock())
    return fresh


def finish(context: Context, progress: Callable[[str, int], None] | None = None) -> None:
    """New weights, then all that is due: the next command sees the result without a worker.

    `progress` hears the station and how much of it is left.
    """
    with context.database.read() as tx:
        changed = counters.get_number(tx, counters.CHANGED_POSTS)
    if changed:
        freeze_epoch(context)
        with context.database.begin() as tx:
            jobs.mark_not_due(tx, jobs.BANK)
    run_until_idle(context, progress)
