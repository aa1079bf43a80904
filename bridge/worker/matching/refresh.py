"""refresh(author): profile, own list, lists under own posts, and those of others that the author enters or leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import structlog

from bridge.mentors.post_weight import PostWeight
from bridge.mentors.related import Candidate, MentorQuery
from bridge.model import AuthorKey, MentorKey
from bridge.operations import due
from bridge.storage.bank import cards, full_text
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, epochs, facets, list_entries, profile_holds
from bridge.storage.matching import profiles as stored_profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.list_entries import ExplainedMatches
from bridge.storage.matching.profiles import MentorRow
from bridge.worker.context import Context
from bridge.worker.intake import post_analysis
from bridge.worker.matching import cards as matching_cards
from bridge.worker.matching import facets as matching_facets
from bridge.worker.matching import lists as matching_lists
from bridge.worker.matching import profiles as matching_profiles
from bridge.worker.matching.pairing import store_pairing_side
from bridge.worker.matching.snapshot import Snapshot
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.write_slices import time_slice, write_in_slices

log = structlog.get_logger("worker")

INDEX_BATCH_POSTS = 20  # posts
LIST_BATCH_POSTS = 50
WRITE_BATCH_LISTS = 20  # of others, written at once
BuiltList = tuple[PostSummary, ExplainedMatches, MentorQuery]  # post, what stands under it, by what mentors find it
IMMEDIATE_LIST_POSTS = 50  # posts of an author whose lists follow every move at once; older ones follow in the night


def refresh(context: Context, entity: str, turn: Turn | None = None) -> TurnOutcome:
    """Everything that follows from the stored state of one author; many posts to read again take several turns."""
    author = AuthorKey.parse(entity)
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
    if epoch is None:
        with context.database.begin() as tx:
            due.weights_outdated(tx, context.clock())
        return None
    if turn is not None and not post_analysis.reanalyse_posts(context, author, turn):
        return UNFINISHED
    rows = store_profiles(context, epoch, author)
    for row in rows:
        update_lists_of_mentor(context, epoch, row)
    build_post_lists(context, epoch, author, IMMEDIATE_LIST_POSTS)
    return None


def store_profiles(context: Context, epoch: Epoch, author: AuthorKey) -> list[MentorRow]:
    """Rebuild and store the author's profiles; those that follow from nothing any more are removed."""
    post_analysis.reanalyse_posts(context, author, Turn())
    with context.database.read() as tx:
        made = matching_profiles.build_profiles(context, tx, epoch, author)
        known = {row.key.id: row for row in stored_profiles.list_by_blog(tx, author.blog_id, author.author_id)}
        full = [_with_hubness(tx, row) for row in made.rows]
        found = {row.key.id: matching_facets.facets_of_mentor(tx, row) for row in full}
        written = matching_cards.summarize_for_card(context, tx, epoch, author, full, made.worths)
    now = context.clock()
    with context.database.begin() as tx:
        gone = set(known) - {row.key.id for row in full}
        touched = stored_profiles.delete_everywhere(tx, gone)
        for row in full:
            if row.key.id in known and known[row.key.id].listed and not row.listed:
                touched |= stored_profiles.mark_unlisted(tx, row.key.id)
            stored_profiles.upsert(tx, row)
            facets.upsert(tx, row.key.id, row.key.language, found[row.key.id])
        cards.upsert(tx, author, written)
        held = profile_holds.record(tx, author, made.held, now)
        due.lists_changed(tx, touched, now)
    if held:
        log.warning("profile held", author=str(author), languages=held, confirm=f"bridge mentors confirm {author}")
    store_pairing_side(context, author, made.worths)
    _index_posts(context, author, full, made.worths)
    return full


def _index_posts(context: Context, author: AuthorKey, rows: list[MentorRow], worths: Mapping[int, PostWeight]) -> None:
    """Typed needs find what the author has written, a few posts at a time."""
    listed = {row.key.language: row.key.id for row in rows if row.listed}
    if not listed:
        return  # whoever is listed no longer was taken out with the listing
    with context.database.read() as tx:
        counted = {post_id for post_id, worth in worths.items() if worth.counts and worth.first}
        states = [one for one in stored_posts.list_versions(tx, author.blog_id, author.author_id) if one[0] in counted]
        gone, stale = full_text.list_differences(tx, states, listed)
    for start in range(0, len(stale), INDEX_BATCH_POSTS):
        with context.database.begin() as tx:
            still = stored_profiles.list_listed_ids(tx, listed.values())
            posts = stored_posts.list_by_ids(tx, stale[start : start + INDEX_BATCH_POSTS])
            full_text.upsert_posts(
                tx, [(post, listed[post.language]) for post in posts if listed[post.language] in still]
            )
    if gone:
        with context.database.begin() as tx:
            full_text.delete_posts(tx, gone)


def _with_hubness(tx: Tx, row: MentorRow) -> MentorRow:
    near = matching_lists.candidates_near(tx, row)
    value = matching_lists.hubness_of_mentor(row, near)
    return replace(row, hubness=value)


def update_lists_of_mentor(context: Context, epoch: Epoch, row: MentorRow) -> None:
    """Own list, then the lists of others that this mentor stands in or might enter."""
    with context.database.read() as tx:
        near = matching_lists.candidates_near_with_foreign(tx, epoch, row)
        look = Snapshot(context, tx, epoch)
        own = matching_lists.build_author_list(look, row, near)
        mentor = next(iter(candidates.list_by_ids(tx, [row.key.id])), None)
        listed_by = candidates.list_by_ids(tx, stored_profiles.list_mentors_showing(tx, row.key.id))
        around = {other.id: other for other in [*near, *listed_by]}
        lists = matching_lists.author_lists_after_move(look, list(around.values()), mentor, row.key)
    made: list[tuple[int, ExplainedMatches]] = [(row.key.id, own), *sorted(lists.items())]
    write_in_slices(
        context, made, lambda tx, some: list_entries.upsert_own(tx, dict(some), epoch.id), WRITE_BATCH_LISTS
    )
    _move_under_posts(context, epoch, row, mentor)


def _move_under_posts(context: Context, epoch: Epoch, row: MentorRow, mentor: Candidate | None) -> None:
    with context.database.read() as tx:
        ids = set(stored_profiles.list_posts_showing(tx, row.key.id))
        if mentor is not None:
            ids |= set(candidates.list_post_ids(tx, mentor.vector))
            ids |= set(
                candidates.list_post_ids(
                    tx, matching_lists.foreign_lookup_vector(epoch, mentor.crossing, mentor.language)
                )
            )
        posts = [post for post in stored_posts.list_by_ids(tx, sorted(ids)) if post.blog_id != row.key.blog_id]
        moved = list(matching_lists.post_lists_after_move(Snapshot(context, tx, epoch), posts, mentor, row.key))

    def store(tx: Tx, some: Sequence[tuple[PostSummary, ExplainedMatches]]) -> None:
        touched = list_entries.upsert_under_posts(
            tx, ((post.id, post.blog_id, lines) for post, lines in some), epoch.id
        )
        due.lists_changed(tx, touched, context.clock())

    write_in_slices(context, moved, store, WRITE_BATCH_LISTS)


def build_post_lists(context: Context, epoch: Epoch, author: AuthorKey, limit: int | None) -> None:
    """The lists under the author's own posts, for those that changed since they were made."""
    for _ in build_post_lists_in_steps(context, epoch, author, limit):
        pass


def build_post_lists_in_steps(
    context: Context, epoch: Epoch, author: AuthorKey, limit: int | None, *, all_anew: bool = False
) -> Iterator[None]:
    """The same, some posts at a time."""
    with context.database.read() as tx:
        ids = [post.id for post in stored_posts.list_by_author(tx, author.blog_id, author.author_id, limit=limit)]
    for start in range(0, len(ids), LIST_BATCH_POSTS):
        with context.database.read() as tx:
            stand = matching_profiles.participation_of(tx, author)
            posts = stored_posts.list_by_ids(tx, ids[start : start + LIST_BATCH_POSTS])
            made = list(_made(context, tx, epoch, author, posts, all_anew=all_anew)) if stand.has_pages else []
        _store_made(context, epoch, made)
        if not stand.has_pages:
            _without_pages(context, [post.id for post in posts], author.blog_id)
        yield


def _made(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, posts: Iterable[PostSummary], *, all_anew: bool
) -> Iterator[BuiltList]:
    near: dict[str, list[Candidate]] = {}
    look = Snapshot(context, tx, epoch)
    for post in posts:
        if post.listed_as == matching_lists.list_state(post, epoch) and not all_anew:
            continue
        vector = matching_profiles.vector_of_post(context, tx, epoch, post)
        if post.language not in near:
            key = MentorKey(author.blog_id, author.author_id, post.language)
            ids = [line.mentor_id for line in stored_profiles.list_related(tx, key.id)]
            near[post.language] = candidates.list_by_ids(tx, ids)
        asked = matching_lists.query_of_post(look, post, vector)
        yield post, matching_lists.build_post_list(look, post, asked, near[post.language]), asked


def _store_made(context: Context, epoch: Epoch, made: Iterable[BuiltList]) -> None:
    waiting = deque(made)
    while waiting:
        touched = set()
        with context.database.begin() as tx:
            for post, lines, asked in time_slice(waiting):
                touched |= list_entries.upsert_under_posts(tx, [(post.id, post.blog_id, lines)], epoch.id)
                stored_profiles.upsert_post_postings(tx, post.id, asked.vector, asked.crossing, post.language)
                stored_posts.mark_listed(tx, post.id, matching_lists.list_state(post, epoch))
            due.lists_changed(tx, touched, context.clock())


def _without_pages(context: Context, post_ids: list[int], blog_id: str) -> None:
    """Posts of an author who takes no part (any more) show nobody and are found by nobody."""
    with context.database.begin() as tx:
        if stored_profiles.delete_by_posts(tx, post_ids):
            due.lists_changed(tx, {blog_id}, context.clock())
        stored_posts.mark_unlisted(tx, post_ids)
