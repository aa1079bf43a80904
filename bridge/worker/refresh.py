"""refresh(author): profile, own list, lists under own posts, and those of others that the author enters or leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bridge.mentors.related import Asked, Candidate
from bridge.mentors.worth import Worth
from bridge.model import AuthorKey, MentorKey, Station
from bridge.storage import candidates, cards, epochs, facets, holds, mentors, places, post_index, published, work
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import MentorRow
from bridge.storage.places import Lines
from bridge.worker import carding, listing, lived, profiling, texts
from bridge.worker.context import Context
from bridge.worker.look import Look
from bridge.worker.moments import for_a_moment, write
from bridge.worker.parties import store_party
from bridge.worker.turns import UNFINISHED, Outcome, Turn

log = structlog.get_logger("worker")

INDEXED_AT_ONCE = 20  # posts
LISTED_AT_ONCE = 50
LISTS = 20  # of others, written at once
Made = tuple[Any, Lines, Asked]  # post, what stands under it, by what mentors find it
NEWEST = 50  # posts of an author whose lists follow every move at once; older ones follow in the night


def refresh(context: Context, entity: str, turn: Turn | None = None) -> Outcome:
    """Everything that follows from the stored state of one author; many posts to read again take several turns."""
    author = AuthorKey.parse(entity)
    with context.database.read() as tx:
        epoch = epochs.current(tx)
    if epoch is None:
        with context.database.begin() as tx:
            work.mark_due(tx, Station.EPOCH, [work.BANK], context.clock())
        return None
    if turn is not None and not texts.read_again(context, author, turn):
        return UNFINISHED
    rows = store_profiles(context, epoch, author)
    for row in rows:
        move(context, epoch, row)
    list_posts(context, epoch, author, NEWEST)
    return None


def store_profiles(context: Context, epoch: Epoch, author: AuthorKey) -> list[MentorRow]:
    """Rebuild and store the author's profiles; those that follow from nothing any more are removed."""
    texts.read_again(context, author, Turn())
    with context.database.read() as tx:
        made = profiling.profiles(context, tx, epoch, author)
        known = {row.key.id: row for row in mentors.list_of(tx, author.blog_id, author.author_id)}
        full = [_with_hubness(tx, row) for row in made.rows]
        found = {row.key.id: lived.facets_of(tx, row) for row in full}
        written = carding.written(context, tx, epoch, author, full, made.worths)
    now = context.clock()
    with context.database.begin() as tx:
        gone = set(known) - {row.key.id for row in full}
        touched = mentors.remove(tx, gone)
        for row in full:
            if row.key.id in known and known[row.key.id].listed and not row.listed:
                touched |= mentors.unlist(tx, row.key.id)
            mentors.store(tx, row)
            facets.store(tx, row.key.id, row.key.language, found[row.key.id])
        cards.keep(tx, author, written)
        held = holds.record(tx, author, made.held, now)
        _push_due(tx, touched, now)
    if held:
        log.warning("profile held", author=str(author), languages=held, confirm=f"bridge mentors confirm {author}")
    store_party(context, author, made.worths)
    _index_posts(context, author, full, made.worths)
    return full


def _index_posts(
    context: Context, author: AuthorKey, rows: list[MentorRow], worths: Mapping[int, Worth]
) -> None:  # fmt: skip
    """Typed needs find what the author has written, a few posts at a time."""
    listed = {row.key.language: row.key.id for row in rows if row.listed}
    if not listed:
        return  # whoever is listed no longer was taken out with the listing
    with context.database.read() as tx:
        counted = {post_id for post_id, worth in worths.items() if worth.counts and worth.first}
        states = [one for one in published.post_states(tx, author.blog_id, author.author_id) if one[0] in counted]
        gone, stale = post_index.differences(tx, states, listed)
    for start in range(0, len(stale), INDEXED_AT_ONCE):
        with context.database.begin() as tx:
            still = mentors.listed_among(tx, listed.values())
            posts = published.posts_by_id(tx, stale[start : start + INDEXED_AT_ONCE])
            post_index.index(tx, [(post, listed[post.language]) for post in posts if listed[post.language] in still])
    if gone:
        with context.database.begin() as tx:
            post_index.forget(tx, gone)


def _with_hubness(tx: Tx, row: MentorRow) -> MentorRow:
    near = listing.neighbours(tx, row)
    value = listing.own_hubness(row, near)
    return replace(row, hubness=value)


def move(context: Context, epoch: Epoch, row: MentorRow) -> None:
    """Own list, then the lists of others that this mentor stands in or might enter."""
    with context.database.read() as tx:
        near = listing.around(tx, epoch, row)
        look = Look(context, tx, epoch)
        own = listing.author_list(look, row, near)
        mentor = next(iter(candidates.load(tx, [row.key.id])), None)
        listed_by = candidates.load(tx, mentors.mentors_listing(tx, row.key.id))
        around = {other.id: other for other in [*near, *listed_by]}
        lists = listing.authors_with(look, list(around.values()), mentor, row.key)
    made: list[tuple[int, Lines]] = [(row.key.id, own), *sorted(lists.items())]
    write(context, made, lambda tx, some: places.set_own(tx, dict(some), epoch.id), LISTS)
    _move_under_posts(context, epoch, row, mentor)


def _move_under_posts(context: Context, epoch: Epoch, row: MentorRow, mentor: Candidate | None) -> None:
    with context.database.read() as tx:
        ids = set(mentors.posts_showing(tx, row.key.id))
        if mentor is not None:
            ids |= set(candidates.post_ids(tx, mentor.vector))
            ids |= set(candidates.post_ids(tx, listing.asked_abroad(epoch, mentor.crossing, mentor.language)))
        posts = [post for post in published.posts_by_id(tx, sorted(ids)) if post.blog_id != row.key.blog_id]
        moved = list(listing.posts_with(Look(context, tx, epoch), posts, mentor, row.key))

    def store(tx: Tx, some: Sequence[tuple[Any, Lines]]) -> None:
        touched = places.set_under_posts(tx, ((post.id, post.blog_id, lines) for post, lines in some), epoch.id)
        _push_due(tx, touched, context.clock())

    write(context, moved, store, LISTS)


def list_posts(context: Context, epoch: Epoch, author: AuthorKey, limit: int | None) -> None:
    """The lists under the author's own posts, for those that changed since they were made."""
    for _ in list_posts_in_steps(context, epoch, author, limit):
        pass


def list_posts_in_steps(
    context: Context, epoch: Epoch, author: AuthorKey, limit: int | None, *, all_anew: bool = False
) -> Iterator[None]:
    """The same, some posts at a time."""
    with context.database.read() as tx:
        ids = [post.id for post in published.list_posts_of(tx, author.blog_id, author.author_id, limit=limit)]
    for start in range(0, len(ids), LISTED_AT_ONCE):
        with context.database.read() as tx:
            stand = profiling.standing(tx, author)
            posts = published.posts_by_id(tx, ids[start : start + LISTED_AT_ONCE])
            made = list(_made(context, tx, epoch, author, posts, all_anew=all_anew)) if stand.has_pages else []
        _store_made(context, epoch, made)
        if not stand.has_pages:
            _without_pages(context, [post.id for post in posts], author.blog_id)
        yield


def _made(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, posts: Iterable[Any], *, all_anew: bool
) -> Iterator[Made]:
    near: dict[str, list[Candidate]] = {}
    look = Look(context, tx, epoch)
    for post in posts:
        if post.listed_as == listing.state_of(post, epoch) and not all_anew:
            continue
        vector = profiling.vector_of_post(context, tx, epoch, post)
        if post.language not in near:
            key = MentorKey(author.blog_id, author.author_id, post.language)
            ids = [line.mentor_id for line in mentors.related_list(tx, key.id)]
            near[post.language] = candidates.load(tx, ids)
        asked = listing.asked_with(look, post, vector)
        yield post, listing.post_list(look, post, asked, near[post.language]), asked


def _store_made(context: Context, epoch: Epoch, made: Iterable[Made]) -> None:
    waiting = deque(made)
    while waiting:
        touched = set()
        with context.database.begin() as tx:
            for post, lines, asked in for_a_moment(waiting):
                touched |= places.set_under_posts(tx, [(post.id, post.blog_id, lines)], epoch.id)
                mentors.set_post_postings(tx, post.id, asked.vector, asked.crossing, post.language)
                published.mark_listed(tx, post.id, listing.state_of(post, epoch))
            _push_due(tx, touched, context.clock())


def _without_pages(context: Context, post_ids: list[int], blog_id: str) -> None:
    """Posts of an author who takes no part (any more) show nobody and are found by nobody."""
    with context.database.begin() as tx:
        if mentors.forget_posts(tx, post_ids):
            _push_due(tx, {blog_id}, context.clock())
        published.mark_unlisted(tx, post_ids)


def _push_due(tx: Tx, blog_ids: Iterable[str], now: datetime) -> None:
    for blog_id in sorted(set(blog_ids)):
        work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id)
