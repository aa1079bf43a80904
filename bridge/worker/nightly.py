"""What the bank does at night: lists anew, and forgetting what is past its time.

Each night comes to whom something changed for since they were last come to, and to a seventh of all others, whose lists
drift as others move. Whoever was come to is written down: what was killed goes on where it was, not from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from bridge.mentors.discovery import seldom_shown
from bridge.model import AuthorKey, BlogState, stable_id
from bridge.operations import due
from bridge.operations.withdrawal import withdraw, withdraw_unconfirmed_authors
from bridge.runtime import candidate_index
from bridge.storage.asks import erased_asks
from bridge.storage.bank import followed_feeds
from bridge.storage.blogs import blogs, calls, contact, deliveries, idempotency, keys, payloads
from bridge.storage.blogs.withdrawal_receipts import count_blogs_awaited
from bridge.storage.content import authors as stored_authors
from bridge.storage.content.authors import NightVisit
from bridge.storage.core.database import Tx
from bridge.storage.matching import epochs, impressions, list_entries, placements, profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.people import sessions
from bridge.worker.context import Context
from bridge.worker.erased_asks import ERASED_ASKS_RETENTION
from bridge.worker.matching import lists
from bridge.worker.matching.author_profile import store_profiles
from bridge.worker.matching.epoch import EPOCH_BATCH_ROWS, Steps, authors_with_posts, rank_facets
from bridge.worker.matching.failures import skip_on_failure
from bridge.worker.matching.refresh import rebuild_post_lists_in_steps
from bridge.worker.matching.snapshot import Snapshot

log = structlog.get_logger("worker")

NIGHT_HOUR_UTC = 3  # UTC
DELIVERIES_BATCH = 1000  # deleted in one transaction: whoever delivers does not wait for all of them
ONE_NIGHT = timedelta(days=1)
NIGHTS_OF_ROUND = 7  # in which everybody's turn comes
AUTHORS_AT_ONCE = 20  # whose lists are made between two notes of how far it is
FEED_RETENTION = timedelta(days=90)  # since somebody fetched it
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
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
        authors = authors_with_posts(tx)
    if epoch is not None:
        for _ in _lists_of(context, epoch, authors):
            pass
        for _ in rank_facets(context):
            pass
        count_impressions(context)


def sweep_in_steps(context: Context) -> Steps:
    """Tonight's lists, an author or a mentor at a time. It looks anew if another epoch comes into force meanwhile."""
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
        authors = authors_of_night(tx, context.clock())
    if epoch is not None:
        for start in range(0, len(authors), AUTHORS_AT_ONCE):
            some, began = authors[start : start + AUTHORS_AT_ONCE], context.clock()
            for author in _lists_of(context, epoch, some):
                yield author
                with context.database.read() as tx:
                    now_in_force = epochs.find_current(tx)
                if now_in_force is None or now_in_force.id != epoch.id:
                    return context.clock()
            with context.database.begin() as tx:
                stored_authors.record_visits(tx, some, began)
        yield from rank_facets(context)
        count_impressions(context)
        yield from compare_candidate_index(context)
    return next_night(context.clock())


def compare_candidate_index(context: Context) -> Iterator[None]:
    """Where an index finds candidates: who is missing enters, who has left is taken out; a lost one is filled."""
    index = candidate_index(context.config)
    if index is None:
        return
    try:
        for _ in index.compare(context.database):
            yield None
    except ConnectionError as error:
        log.warning("candidate index not compared", error=str(error))


def authors_of_night(tx: Tx, now: datetime) -> list[AuthorKey]:
    """Whom tonight has not come to yet: who changed, and the seventh of the others whose turn it is."""
    began = next_night(now) - ONE_NIGHT
    present = {key: visit for visit in stored_authors.list_night_visits(tx) for key in [AuthorKey(*visit[:2])]}
    return [key for key in authors_with_posts(tx) if _is_turn(key, present[key], began)]


def _is_turn(author: AuthorKey, visit: NightVisit, began: datetime) -> bool:
    if visit.visited_at is None or (visit.changed_at is not None and visit.changed_at >= visit.visited_at):
        return True
    turn = stable_id(author.blog_id, author.author_id) % NIGHTS_OF_ROUND == began.toordinal() % NIGHTS_OF_ROUND
    missed = visit.visited_at < began - ONE_NIGHT * NIGHTS_OF_ROUND
    return missed or (turn and visit.visited_at < began)


def _lists_of(context: Context, epoch: Epoch, authors: list[AuthorKey]) -> Iterator[str | None]:
    for author in authors:
        yield str(author)
        with skip_on_failure(author):
            store_profiles(context, epoch, author)
    with context.database.read() as tx:
        everyone = profiles.list_ids(tx, authors)
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
        followed_feeds.delete_before(tx, now - FEED_RETENTION)
        erased_asks.delete_before(tx, now - ERASED_ASKS_RETENTION)
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
