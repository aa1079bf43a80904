"""What follows from what: for each change the stations that it makes due, and for whom.

Called in the transaction of the change: whatever is killed at any moment, either both are there or neither. `now` is
the earliest moment at which the work is done; what somebody waits for is urgent, so that it waits for no rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bridge.model import AuthorKey
from bridge.operations.stations import Station
from bridge.storage.content import authors as stored_authors
from bridge.storage.core import arrivals, jobs
from bridge.storage.core.database import Tx

CHANGES_GATHERED = timedelta(minutes=1)  # of feeds, before a hub hears of them


def deliveries_arrived(tx: Tx, arrived_at: Mapping[str, datetime]) -> None:
    """Blogs have sent something, since when: it is absorbed."""
    if not arrived_at:
        return
    already = arrivals.list_due_already(tx, arrived_at, min(arrived_at.values()))
    for blog_id in sorted(arrived_at.keys() - already):
        _blogs(tx, Station.ABSORB, [blog_id], arrived_at[blog_id])


def deliveries_requeued(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    """Deliveries of blogs leave quarantine: they are absorbed again."""
    _blogs(tx, Station.ABSORB, blog_ids, now, urgent=True)


def authors_changed(tx: Tx, authors: Iterable[AuthorKey], now: datetime, *, urgent: bool = False) -> None:
    """Posts, words, names or addresses of authors changed, or their standing; urgent if something was removed."""
    authors = list(authors)
    stored_authors.mark_changed(tx, authors, now)
    _authors(tx, Station.REFRESH, authors, now, urgent=urgent)


def duplicates_changed(tx: Tx, authors: Iterable[AuthorKey], now: datetime) -> None:
    """Others wrote, changed or removed what says the same as posts of authors: these may count otherwise."""
    authors = list(authors)
    stored_authors.mark_changed(tx, authors, now)
    _authors(tx, Station.REFRESH, authors, now)


def profile_confirmed(tx: Tx, author: AuthorKey, now: datetime) -> None:
    """What an author writes about now is really theirs: the held profile is let go."""
    _authors(tx, Station.REFRESH, [author], now, urgent=True)


def visibility_chosen(tx: Tx, author: AuthorKey, now: datetime) -> None:
    """An author hides their card or shows it again: they leave all lists, or enter them."""
    _authors(tx, Station.REFRESH, [author], now, urgent=True)


def suspension_changed(tx: Tx, author: AuthorKey, shown_on: Iterable[str], now: datetime) -> None:
    """The operator hides an author or shows them again: their lists, who showed them, and their own blog hears why."""
    _authors(tx, Station.REFRESH, [author], now, urgent=True)
    mentors_vanished(tx, shown_on, now)
    blog_called(tx, author.blog_id, now)


def feedback_given(tx: Tx, author: AuthorKey, now: datetime) -> None:
    """An author muted or pinned a mentor: their lists; and a push, for a pin changes no list."""
    _authors(tx, Station.REFRESH, [author], now, urgent=True)
    _blogs(tx, Station.PUSH, [author.blog_id], now, urgent=True, thorough=False)


def choices_made(tx: Tx, blog_id: str, authors: Iterable[AuthorKey], now: datetime) -> None:
    """A blog chose whom it shows, or a mentor where they stand: its pages; and the lists of authors of the blog for
    which somebody is out of the question from now on, or not any more."""
    _authors(tx, Station.REFRESH, authors, now, urgent=True)
    _blogs(tx, Station.PUSH, [blog_id], now, urgent=True)


def card_corrected(tx: Tx, author: AuthorKey, shown_on: Iterable[str], now: datetime) -> None:
    """An author answered for a skill, struck or added a word: their card and lists; the blogs that showed it hear."""
    _authors(tx, Station.REFRESH, [author], now, urgent=True)
    mentors_vanished(tx, shown_on, now)


def comments_changed(tx: Tx, blog_id: str, now: datetime, *, erased: bool = False) -> None:
    """Comments or posts of a blog changed: its figures; urgent if a commenter is erased."""
    _blogs(tx, Station.TALLY, [blog_id], now, urgent=erased)


def shared_texts_changed(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    """Comments that stood on other blogs too are gone there: these blogs' figures, in which they were held out."""
    _blogs(tx, Station.TALLY, blog_ids, now)


def figures_changed(tx: Tx, blog_id: str, now: datetime) -> None:
    """New figures of a blog wait for it."""
    _blogs(tx, Station.PUSH, [blog_id], now, thorough=False)


def statistics_stopped(tx: Tx, blog_id: str, now: datetime) -> None:
    """A blog wants no statistics any more: it is told to forget its figures."""
    _blogs(tx, Station.PUSH, [blog_id], now, urgent=True, thorough=False)


def lists_changed(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    """Lists under posts of blogs changed and are marked, or what is said there of whoever is pinned."""
    _blogs(tx, Station.PUSH, blog_ids, now, thorough=False)


def bylines_changed(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    """Names or addresses changed that stand in lists of blogs, while those who stand there are the same."""
    _blogs(tx, Station.PUSH, blog_ids, now)


def mentors_vanished(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    """An author or a blog withdrew, a post was removed, a blog is out of reach: pages of blogs still show it."""
    _blogs(tx, Station.PUSH, blog_ids, now, urgent=True)


def posts_removed(tx: Tx, blog_id: str, now: datetime) -> None:
    """Posts of a blog were taken back, and are marked: it still holds what it shall show under them."""
    _blogs(tx, Station.PUSH, [blog_id], now, urgent=True, thorough=False)


def blog_connected(tx: Tx, blog_id: str, now: datetime) -> None:
    """A blog is connected, or in reach again: it hears what it has missed."""
    _blogs(tx, Station.PUSH, [blog_id], now, urgent=True)


def blog_reset(tx: Tx, blog_id: str, shown_on: Iterable[str], now: datetime) -> None:
    """Nothing counts that a blog has said: others show it no longer, and it is asked to say all of it again."""
    mentors_vanished(tx, shown_on, now)
    blog_called(tx, blog_id, now)


def blog_called(tx: Tx, blog_id: str, now: datetime) -> None:
    """Somebody waits for the blog to send what it keeps, to fetch new keys, or to answer at all."""
    _blogs(tx, Station.POKE, [blog_id], now, urgent=True)


def objects_marked_for_resend(tx: Tx, blog_id: str, now: datetime) -> None:
    """The owner wants the blog to be told something again."""
    _blogs(tx, Station.PUSH, [blog_id], now, urgent=True, thorough=False)


def worker_started(tx: Tx, blog_ids: Iterable[str], waited_for: Iterable[str], at: datetime) -> None:
    """Nobody was here for a while: connected blogs send what they kept, and those hear that something waits for."""
    _blogs(tx, Station.POKE, blog_ids, at)
    _blogs(tx, Station.PUSH, waited_for, at, thorough=False)


def lists_compared(tx: Tx, blog_id: str, at: datetime) -> None:
    """Once a night all lists of a blog are put into words, whether they are marked or not."""
    _blogs(tx, Station.PUSH, [blog_id], at)


def weights_outdated(tx: Tx, now: datetime) -> None:
    """There are no weights of words, or a tenth of the posts is newer than they are: a new epoch."""
    _bank(tx, Station.EPOCH, now)


def epoch_in_force(tx: Tx, author: AuthorKey, now: datetime) -> None:
    """New weights are in force: an author follows when nobody waits for anything else."""
    _authors(tx, Station.FOLLOW, [author], now)


def author_follows_epoch(tx: Tx, author: AuthorKey, now: datetime) -> None:
    """An author's turn to follow: like one with news, so that no two workers compute the same."""
    _authors(tx, Station.REFRESH, [author], now)


def skills_imported(tx: Tx, now: datetime) -> None:
    """Other skills are known: all posts are read for them, and all lists made anew."""
    stored_authors.mark_all_unvisited(tx)
    _bank(tx, Station.SWEEP, now)


def asks_changed(tx: Tx, now: datetime) -> None:
    """Somebody asked a mentor, answered or ended an ask: what time does to it next is planned anew."""
    jobs.mark_due(tx, Station.ASKS, [jobs.BANK], now, urgent=True)


def mail_waits(tx: Tx, now: datetime) -> None:
    """There is something to tell a seeker by mail, or an address is to be asked whether it is theirs."""
    jobs.mark_due(tx, Station.MAIL, [jobs.BANK], now, urgent=True)


def night_planned(tx: Tx, at: datetime) -> None:
    """What is done every night."""
    _bank(tx, Station.SWEEP, at)
    _bank(tx, Station.RETAIN, at)


def operator_told(tx: Tx, at: datetime) -> None:
    """There is an address for what is wrong: it is looked for."""
    _bank(tx, Station.ALERT, at)


def feeds_changed(tx: Tx, now: datetime) -> None:
    """Posts came, changed or went: the hub hears of the feeds that they stand in, once for all of a minute."""
    _bank(tx, Station.PUBLISH, now + CHANGES_GATHERED)


def _authors(tx: Tx, station: Station, authors: Iterable[AuthorKey], at: datetime, *, urgent: bool = False) -> None:
    jobs.mark_due_by_entity(tx, station, {str(author): author.blog_id for author in authors}, at, urgent=urgent)


def _blogs(
    tx: Tx, station: Station, blog_ids: Iterable[str], at: datetime, *, urgent: bool = False, thorough: bool = True
) -> None:
    entities = {blog_id: blog_id for blog_id in blog_ids}
    jobs.mark_due_by_entity(tx, station, entities, at, urgent=urgent, thorough=thorough)


def _bank(tx: Tx, station: Station, at: datetime) -> None:
    jobs.mark_due(tx, station, [jobs.BANK], at)
