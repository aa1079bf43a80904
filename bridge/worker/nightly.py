"""What the bank does at night: all lists anew, and forgetting what is past its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bridge.mentors.exposure import seldom_shown
from bridge.model import AuthorKey, BlogState, Station
from bridge.storage import blogs, deliveries, epochs, exposures, keys, mentors, places, pushes, sessions, work
from bridge.storage.epochs import Epoch
from bridge.storage.farewells import waits_for
from bridge.storage.leaving import close_unconfirmed, withdraw
from bridge.worker import listing
from bridge.worker.context import Context
from bridge.worker.epoch import AT_ONCE, Steps, everybody, rank_all, spared
from bridge.worker.look import Look
from bridge.worker.refresh import list_posts_in_steps, store_profiles

NIGHT_HOUR = 3  # UTC
PAYLOADS = timedelta(days=7)
QUARANTINE = timedelta(days=30)
ATTEMPTS = timedelta(days=90)
USED_IDS = timedelta(days=2)
SILENCE = timedelta(days=30)
BEGINNING = timedelta(days=1)  # a blog that begins anew names its authors first


def next_night(now: datetime) -> datetime:
    """The next time it is three in the morning, UTC."""
    tonight = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


def sweep(context: Context) -> None:
    """Every list as it follows from the stored posts and the epoch alone, in three passes over all authors."""
    for _ in sweep_in_steps(context):
        pass


def sweep_in_steps(context: Context) -> Steps:
    """The same, an author or a mentor at a time. It begins again if a new epoch comes into force meanwhile."""
    with context.database.read() as tx:
        epoch = epochs.current(tx)
        authors = everybody(tx)
    if epoch is not None:
        for author in _all_lists(context, epoch, authors):
            yield author
            with context.database.read() as tx:
                now_in_force = epochs.current(tx)
            if now_in_force is None or now_in_force.id != epoch.id:
                return context.clock()
        count_exposure(context)
    return next_night(context.clock())


def _all_lists(context: Context, epoch: Epoch, authors: list[AuthorKey]) -> Iterator[str | None]:
    for author in authors:
        yield str(author)
        with spared(author):
            store_profiles(context, epoch, author)
    yield from rank_all(context)
    with context.database.read() as tx:
        everyone = mentors.all_ids(tx)
    for mentor_id in everyone:  # hubness needs all postings, lists need all hubness
        with spared(mentor_id):
            _set_hubness(context, mentor_id)
        yield None
    for mentor_id in everyone:
        with spared(mentor_id):
            _list_own(context, epoch, mentor_id)
        yield None
    for author in authors:
        yield str(author)
        with spared(author):
            yield from list_posts_in_steps(context, epoch, author, limit=None, all_anew=True)


def _set_hubness(context: Context, mentor_id: int) -> None:
    with context.database.read() as tx:
        row = mentors.find(tx, mentor_id)
        value = listing.own_hubness(row, listing.neighbours(tx, row)) if row else 0
    if row is not None and value != row.hubness:
        with context.database.begin() as tx:
            mentors.set_hubness(tx, mentor_id, value)


def _list_own(context: Context, epoch: Epoch, mentor_id: int) -> None:
    with context.database.read() as tx:
        row = mentors.find(tx, mentor_id)
        lines = listing.author_list(Look(context, tx, epoch), row, listing.around(tx, epoch, row)) if row else []
    with context.database.begin() as tx:
        places.set_own(tx, {mentor_id: lines}, epoch.id)


def count_exposure(context: Context) -> None:
    """In how many places everybody stands tonight, and who is therefore seldom shown: for the lists of tomorrow."""
    month, before = _months(context.clock(), 0), _months(context.clock(), 1)
    with context.database.read() as tx:
        places = exposures.count_places(tx)
    for start in range(0, len(places), AT_ONCE):
        with context.database.begin() as tx:
            exposures.record(tx, month, places[start : start + AT_ONCE])
    sums: dict[int, tuple[int, int]] = {}
    with context.database.read() as tx:
        for one in exposures.list_since(tx, before):
            nights, stood = sums.get(one.mentor_id, (0, 0))
            sums[one.mentor_id] = (nights + one.nights, stood + one.places)
        marked = set(exposures.list_seldom(tx))
    seldom = set(seldom_shown((mentor, stood / nights) for mentor, (nights, stood) in sums.items()))
    for some, mark in ((sorted(seldom - marked), True), (sorted(marked - seldom), False)):
        for start in range(0, len(some), AT_ONCE):
            with context.database.begin() as tx:
                exposures.set_seldom(tx, some[start : start + AT_ONCE], seldom=mark)


def _months(now: datetime, ago: int) -> str:
    """ "2026-05", or so many months before."""
    count = now.year * 12 + now.month - 1 - ago
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def retain(context: Context) -> None:
    """Retention, and blogs that have not said a word for thirty days."""
    now = context.clock()
    with context.database.begin() as tx:
        deliveries.expire(tx, now - PAYLOADS, now - QUARANTINE)
        pushes.drop_attempts(tx, now - ATTEMPTS)
        exposures.drop_before(tx, _months(now, exposures.KEPT))
        blogs.drop_used_ids(tx, now - USED_IDS)
        keys.drop_expired(tx, now)
        sessions.drop_expired(tx, now)
        close_unconfirmed(tx, now - BEGINNING)
        silent = blogs.silent_since(tx, now - SILENCE)
        leaving = [blog.id for blog in blogs.list_all(tx) if blog.state is BlogState.WITHDRAWING]
    for blog_id in silent:
        with context.database.begin() as tx:
            withdraw(tx, blog_id, now)
    for blog_id in leaving:  # also those that do not ask
        with context.database.begin() as tx:
            waits_for(tx, blog_id, now)


def schedule(context: Context) -> None:
    """Make tonight's work due; safe to repeat."""
    now = context.clock()
    with context.database.begin() as tx:
        for station in (Station.SWEEP, Station.RETAIN):
            work.mark_due(tx, station, [work.BANK], next_night(now))
