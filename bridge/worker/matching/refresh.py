"""refresh(author): profile, own list, lists under own posts, and those of others that the author enters or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bridge.mentors.related import MIN_LIST_LINES
from bridge.mentors.similarity import Candidate, MentorQuery
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import (
    candidates,
    epochs,
    list_entries,
    placements,
    postings,
)
from bridge.storage.matching import profiles as stored_profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.list_entries import ExplainedMatches
from bridge.storage.matching.profiles import MentorRow
from bridge.worker.context import Context
from bridge.worker.matching import lists as matching_lists
from bridge.worker.matching import moves
from bridge.worker.matching import profiles as matching_profiles
from bridge.worker.matching.author_profile import build_author, store_author
from bridge.worker.matching.short_lists import has_room
from bridge.worker.matching.snapshot import Snapshot
from bridge.worker.matching.subject import standing_of
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.write_slices import write_in_slices

LIST_BATCH_POSTS = 50
WRITE_BATCH_LISTS = 20  # written at once
BuiltList = tuple[PostSummary, ExplainedMatches, MentorQuery]  # post, what stands under it, by what mentors find it
SHORT_LISTS_FOLLOWING = 200  # newest posts whose lists somebody may fill, who look at once at a mentor that moved
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
    built = build_author(context, epoch, author, turn or Turn())
    if built is None:
        return UNFINISHED
    store_author(context, epoch, built)
    for row, near in built.mentors:
        update_lists_of_mentor(context, epoch, row, near)
    _build_post_lists(context, epoch, author)
    if context.hub is not None:
        with context.database.begin() as tx:
            due.feeds_changed(tx, context.clock())
    return None


def update_lists_of_mentor(context: Context, epoch: Epoch, row: MentorRow, near: Sequence[Candidate]) -> None:
    """Own list, then the lists of others that this mentor stands in or might enter; `near`: who is near enough."""
    with context.database.read() as tx:
        look = Snapshot(context, tx, epoch)
        reach = matching_lists.in_reach_of_author(look, row, near)
        look.expect_refusals([row.key.author, *(AuthorKey(mentor.blog_id, mentor.author_id) for mentor in reach)])
        author_list = matching_lists.build_author_list(look, row, reach)
        around = {neighbour.id: neighbour for neighbour in reach}
        missing = {row.key.id, *stored_profiles.list_mentors_showing(tx, row.key.id)} - around.keys()
        around |= {neighbour.id: neighbour for neighbour in look.listed(missing)}
        mentor = around.pop(row.key.id, None)
        lists = moves.author_lists_after_move(look, list(around.values()), mentor, row.key)
        moved = list(moves.post_lists_after_move(look, _posts_around(look, row, mentor), mentor, row.key))
        pinning = placements.list_blogs_with_pins(tx, [row.key.id, *lists])
    changed: list[tuple[int, ExplainedMatches]] = [(row.key.id, author_list), *sorted(lists.items())]

    def store_own(tx: Tx, some: Sequence[tuple[int, ExplainedMatches]]) -> None:
        list_entries.upsert_own(tx, dict(some), epoch.id)
        due.lists_changed(tx, pinning, context.clock())  # what is said of whoever is pinned stands in these

    write_in_slices(context, changed, store_own, WRITE_BATCH_LISTS)

    def store(tx: Tx, some: Sequence[tuple[PostSummary, ExplainedMatches]]) -> None:
        touched = list_entries.upsert_under_posts(
            tx, ((post.id, (post.blog_id, post.remote_id), lines) for post, lines in some), epoch.id
        )
        due.lists_changed(tx, touched, context.clock())

    write_in_slices(context, moved, store, WRITE_BATCH_LISTS)


def _posts_around(look: Snapshot, row: MentorRow, mentor: Candidate | None) -> list[PostSummary]:
    """Posts of others under which a mentor stands or might stand."""
    ids = set(stored_profiles.list_posts_showing(look.tx, row.key.id))
    if mentor is not None:
        abroad = matching_lists.foreign_lookup_vector(look.epoch, mentor.crossing, mentor.language)
        for vector in (mentor.vector, abroad):
            ids.update(candidates.list_post_ids(look.tx, vector))
        if look.bank_is_small:  # where whoever shares anything may fill a list that would be short
            ids.update(list_entries.list_short(look.tx, MIN_LIST_LINES, SHORT_LISTS_FOLLOWING))
    return [post for post in stored_posts.list_by_ids(look.tx, sorted(ids)) if post.blog_id != row.key.blog_id]


def _build_post_lists(context: Context, epoch: Epoch, author: AuthorKey) -> None:
    """The lists under the newest of the author's own posts, for those that changed since they were made.

    Read again: another worker may have absorbed since the start of the refresh what takes a post or the author back.
    """
    with context.database.read() as tx:
        standing = standing_of(tx, author)
        posts = stored_posts.list_by_author(tx, author.blog_id, author.author_id, limit=IMMEDIATE_LIST_POSTS)
        built = list(_made(context, tx, epoch, author, posts)) if standing.has_pages else []
    _store_made(context, epoch, built)
    if not standing.has_pages:
        _without_pages(context, [post.id for post in posts], author.blog_id)


def rebuild_post_lists_in_steps(context: Context, epoch: Epoch, author: AuthorKey) -> Iterator[None]:
    """The lists under all of the author's own posts anew, some posts at a time."""
    with context.database.read() as tx:
        ids = [post.id for post in stored_posts.list_by_author(tx, author.blog_id, author.author_id)]
    for start in range(0, len(ids), LIST_BATCH_POSTS):
        with context.database.read() as tx:
            standing = standing_of(tx, author)
            posts = stored_posts.list_by_ids(tx, ids[start : start + LIST_BATCH_POSTS])
            built = list(_made(context, tx, epoch, author, posts, all_anew=True)) if standing.has_pages else []
        _store_made(context, epoch, built)
        if not standing.has_pages:
            _without_pages(context, [post.id for post in posts], author.blog_id)
        yield


def _made(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, posts: Iterable[PostSummary], *, all_anew: bool = False
) -> Iterator[BuiltList]:
    look, rows = Snapshot(context, tx, epoch), list(posts)
    standing = list_entries.list_under_posts(tx, [post.id for post in rows])
    for post in rows:
        unchanged = post.listed_as == matching_lists.list_state(post, epoch)
        if post.part_of or (unchanged and not all_anew and not has_room(standing.get(post.id, {}))):
            continue  # a page has one list, whichever of its languages is read
        vector = matching_profiles.vector_of_post(context, tx, epoch, post)
        asked = matching_lists.query_of_post(look, post, vector)
        yield post, matching_lists.build_post_list(look, post, asked), asked


def _store_made(context: Context, epoch: Epoch, built: Sequence[BuiltList]) -> None:
    def store(tx: Tx, some: Sequence[BuiltList]) -> None:
        lists = ((post.id, (post.blog_id, post.remote_id), lines) for post, lines, _ in some)
        touched = list_entries.upsert_under_posts(tx, lists, epoch.id)
        postings.upsert_by_posts(tx, {post.id: asked for post, _, asked in some})
        states = {post.id: (post.listed_as, matching_lists.list_state(post, epoch)) for post, _, _ in some}
        stored_posts.mark_listed(tx, {post_id: after for post_id, (before, after) in states.items() if before != after})
        due.lists_changed(tx, touched, context.clock())

    write_in_slices(context, built, store, WRITE_BATCH_LISTS)


def _without_pages(context: Context, post_ids: list[int], blog_id: str) -> None:
    """Posts of an author who takes no part (any more) show nobody and are found by nobody."""
    with context.database.begin() as tx:
        if stored_profiles.delete_by_posts(tx, post_ids):
            due.lists_changed(tx, {blog_id}, context.clock())
        stored_posts.mark_unlisted(tx, post_ids)
