"""What the bank does at night: all lists anew, and forgetting what is past its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bridge.mentors.discovery import seldom_shown
from bridge.model import AuthorKey, BlogState
from bridge.operations import due
from bridge.operations.withdrawal import withdraw, withdraw_unconfirmed_authors
from bridge.storage.blogs import blogs, calls, contact, deliveries, idempotency, keys, payloads
from bridge.storage.blogs.withdrawal_receipts import count_blogs_awaited
from bridge.storage.matching import epochs, impressions, list_entries, placements, profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.people import sessions
from bridge.worker.context import Context
from bridge.worker.matching import lists
from bridge.worker.matching.epoch import EPOCH_BATCH_ROWS, Steps, authors_with_posts, rank_facets, skip_on_failure
from bridge.worker.matching.refresh import rebuild_post_lists_in_steps, store_profiles
from bridge.worker.matching.snapshot import Snapshot

NIGHT_HOUR_UTC = 3  # UTC
DELIVERIES_BATCH = 1000  # deleted in one transaction: whoever delivers does not wait for all of them
IDEMPOTENCY_KEY_RETENTION = timedelta(days=2)
COMPARING_PERIOD = timedelta(hours=3)  # over which the lists of all blogs are looked at in a night
SILENT_BLOG_AFTER = timedelta(days=30)
RESYNC_GRACE = timedelta(days=1)  # a blog that begins anew names its authors first


def next_night(now: datetime) -> datetime:
    """The next time it is three in the morning, UTC."""
    tonight = now.replace(hour=NIGHT_HOUR_UTC, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


def sweep(context: Context) -> None:
    """Every list as it follows from the stored posts and the epoch alone, in three passes over all authors."""
    for _ in sweep_in_steps(context):
        pass


def sweep_in_steps(context: Context) -> Steps:
    """The same, an author or a mentor at a time. It begins again if a new epoch comes into force meanwhile."""
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
        authors = authors_with_posts(tx)
    if epoch is not None:
        for author in _all_lists(context, epoch, authors):
            yield author
            with context.database.read() as tx:
                now_in_force = epochs.find_current(tx)
            if now_in_force is None or now_in_force.id != epoch.id:
                return context.clock()
        count_impressions(context)
    return next_night(context.clock())


def _all_lists(context: Context, epoch: Epoch, authors: list[AuthorKey]) -> Iterator[str | None]:
    for author in authors:
        yield str(author)
        with skip_on_failure(author):
            store_profiles(context, epoch, author)
    yield from rank_facets(context)
    with context.database.read() as tx:
        everyone = profiles.list_all_ids(tx)
    for mentor_id in everyone:  # hubness needs all postings, lists need all hubness
        with skip_on_failure(mentor_id):
            _set_hubness(context, mentor_id)
        yield None
    for mentor_id in everyone:
        with skip_on_failure(mentor_id):
            _list_own(context, epoch, mentor_id)
        yield None
    for author in authors:
        yield str(author)
        with skip_on_failure(author):
            yield from rebuild_post_lists_in_steps(context, epoch, author)


def _set_hubness(context: Context, mentor_id: int) -> None:
    with context.database.read() as tx:
        row = profiles.find(tx, mentor_id)
        value = lists.hubness_of_mentor(row, lists.candidates_near(tx, row)) if row else 0
    if row is not None and value != row.hubness:
        with context.database.begin() as tx:
            profiles.record_hubness(tx, mentor_id, value)


def _list_own(context: Context, epoch: Epoch, mentor_id: int) -> None:
    with context.database.read() as tx:
        row = profiles.find(tx, mentor_id)
        look = Snapshot(context, tx, epoch)
        lines = lists.build_author_list(look, row, lists.in_reach_of_author(look, row)) if row else []
    with context.database.begin() as tx:
        list_entries.upsert_own(tx, {mentor_id: lines}, epoch.id)
        due.lists_changed(tx, placements.list_blogs_with_pins(tx, [mentor_id]), context.clock())


def count_impressions(context: Context) -> None:
    """In how many places everybody stands tonight, and who is therefore seldom shown: for the lists of tomorrow."""
    month, before = _months(context.clock(), 0), _months(context.clock(), 1)
    with context.database.read() as tx:
        places = impressions.count_entries_by_mentor(tx)
    for start in range(0, len(places), EPOCH_BATCH_ROWS):
        with context.database.begin() as tx:
            impressions.record(tx, month, places[start : start + EPOCH_BATCH_ROWS])
    sums: dict[int, tuple[int, int]] = {}
    with context.database.read() as tx:
        for month_entry in impressions.list_since(tx, before):
            nights, stood = sums.get(month_entry.mentor_id, (0, 0))
            sums[month_entry.mentor_id] = (nights + month_entry.nights, stood + month_entry.places)
        marked = set(impressions.list_seldom_shown(tx))
    seldom = set(seldom_shown((mentor, stood / nights) for mentor, (nights, stood) in sums.items()))
    for some, mark in ((sorted(seldom - marked), True), (sorted(marked - seldom), False)):
        for start in range(0, len(some), EPOCH_BATCH_ROWS):
            with context.database.begin() as tx:
                impressions.mark_seldom_shown(tx, some[start : start + EPOCH_BATCH_ROWS], seldom=mark)


def _months(now: datetime, ago: int) -> str:
    """ "2026-05", or so many months before."""
    count = now.year * 12 + now.month - 1 - ago
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def retain(context: Context) -> None:
    """Retention, and blogs that have not said a word for thirty days."""
    now = context.clock()
    since = {name: now - timedelta(days=days) for name, days in context.config.retention.items()}
    with context.database.begin() as tx:
        payloads.delete_expired(tx, since["payloads_days"], since["quarantine_days"])
        calls.delete_before(tx, since["calls_days"])
        impressions.delete_before(tx, _months(now, impressions.MONTHS_KEPT))
        idempotency.delete_before(tx, now - IDEMPOTENCY_KEY_RETENTION)
        keys.delete_expired(tx, now)
        sessions.delete_expired(tx, now)
        withdraw_unconfirmed_authors(tx, now - RESYNC_GRACE)
        silent = set(contact.list_silent_since(tx, now - SILENT_BLOG_AFTER))
        present = blogs.list_all(tx)
    leaving = [blog.id for blog in present if blog.state is BlogState.WITHDRAWING]
    shown_to = [
        blog.id
        for blog in present
        if blog.origin == "connected" and blog.state is BlogState.CONNECTED and blog.id not in silent
    ]
    _forget_deliveries(context, since["deliveries_days"])
    for blog_id in sorted(silent):
        with context.database.begin() as tx:
            withdraw(tx, blog_id, now)
    for blog_id in leaving:  # also those that do not ask
        with context.database.begin() as tx:
            count_blogs_awaited(tx, blog_id, now)
    for start in range(0, len(shown_to), EPOCH_BATCH_ROWS):
        with context.database.begin() as tx:
            for place, blog_id in enumerate(shown_to[start : start + EPOCH_BATCH_ROWS], start):
                due.lists_compared(tx, blog_id, now + COMPARING_PERIOD * (place / len(shown_to)))


def _forget_deliveries(context: Context, before: datetime) -> None:
    deleted = DELIVERIES_BATCH
    while deleted == DELIVERIES_BATCH:
        with context.database.begin() as tx:
            deleted = deliveries.delete_settled_before(tx, before, DELIVERIES_BATCH)


def schedule_night(context: Context) -> None:
    """Make tonight's work due; safe to repeat."""
    now = context.clock()
    with context.database.begin() as tx:
        due.night_planned(tx, next_night(now))
