"""How a blog leaves: at once from everybody else's pages, and then from here; and what goes before it does."""

from __future__ import annotations

from datetime import datetime

from bridge.model import AuthorKey, BlogState, Kind, Removal, Version, commenter_name
from bridge.operations import due
from bridge.operations.ask_answers import leave_asks
from bridge.operations.stations import Station
from bridge.storage.asks import asks
from bridge.storage.bank import cards
from bridge.storage.blogs import blogs, contact, outbox, payloads, state_checks, withdrawal_receipts
from bridge.storage.content import duplicates, tombstones
from bridge.storage.content import posts as stored_posts
from bridge.storage.core import jobs
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments, dirty, statistics
from bridge.storage.matching import (
    card_corrections,
    census_shards,
    epochs,
    list_marks,
    pairing,
    post_parts,
    profile_holds,
    profiles,
    vetoes,
)
from bridge.storage.people import sessions


def withdraw(tx: Tx, blog_id: str, now: datetime) -> set[str]:
    """Delete all that a blog ever said and all that followed from it; answers whose pages must change.

    Its name, keys and the tombstone over all of it stay, so that it can ask whether it is done.
    """
    touched = _take_away(tx, blog_id, now)
    cards.mark_gone(tx, blog_id)
    profile_holds.delete_by_blog(tx, blog_id)
    card_corrections.delete_by_blog(tx, blog_id)
    vetoes.delete_by_blog(tx, blog_id)
    outbox.delete_by_blog(tx, blog_id)
    list_marks.delete_by_blog(tx, blog_id)
    state_checks.delete_by_blog(tx, blog_id)
    sessions.delete_people_of_blog(tx, blog_id)
    leave_asks(tx, asks.list_authors_asked(tx, blog_id), now)
    jobs.delete_by_blog(tx, blog_id)
    blogs.delete_access(tx, blog_id)
    others = withdrawal_receipts.record_withdrawal_begun(tx, blog_id, touched, now, Station.PUSH)
    due.mentors_vanished(tx, touched | set(others), now)
    return touched


def reset_content(tx: Tx, blog_id: str, now: datetime) -> None:
    """Nothing that a blog has said counts until it says it again: what we hold of it is from a backup, or a copy's.

    It is taken away and covered by a tombstone: so an author is shown again with their consent, and a post with that
    post, as they arrive anew, and who withdrew meanwhile for no moment. That the highest version of the blog is raised
    makes any plugin begin a new generation above it and send everything, as soon as it has an answer; it is called for
    that at once. Cards keep their addresses meanwhile.
    """
    blog = blogs.get(tx, blog_id)
    touched = _take_away(tx, blog_id, now)
    cards.mark_blog_hidden(tx, blog_id)
    sessions.delete_by_blog(tx, blog_id)
    newest = max(blog.version, blog.highest or blog.version)
    floor = Version(max(round(now.timestamp() * 1000), newest.generation + 1), 1)
    tombstones.record_tombstone(tx, Removal(blog_id, Kind.BLOG, "", floor), now)
    contact.record_reset(tx, blog_id, floor, now)
    due.blog_reset(tx, blog_id, touched, now)


def is_before_reset(tx: Tx, blog_id: str, version: Version) -> bool:
    """Whether a blog said something before it heard that it begins anew."""
    floor = tombstones.find_newest_covering(tx, blog_id, [(Kind.BLOG, "")])
    return floor is not None and floor >= version


def withdraw_unconfirmed_authors(tx: Tx, before: datetime) -> None:
    """Blogs that began anew before then and have spoken since: whom they did not name again has left."""
    for blog in blogs.list_all(tx):
        if blog.began_anew_at is None or blog.began_anew_at > before or blog.highest is None:
            continue
        if not is_before_reset(tx, blog.id, blog.highest):
            for author in cards.list_unconfirmed(tx, blog.id):
                cards.mark_gone(tx, blog.id, author)
                profile_holds.delete_by_author(tx, AuthorKey(blog.id, author))
                card_corrections.delete_by_author(tx, AuthorKey(blog.id, author))
                vetoes.delete_by_author(tx, AuthorKey(blog.id, author))
            contact.record_reset_done(tx, blog.id)


def _take_away(tx: Tx, blog_id: str, now: datetime) -> set[str]:
    """Delete what a blog has said, read or not, and what followed from it; answers whose pages must change."""
    touched = profiles.delete_everywhere(tx, profiles.list_ids_by_blog(tx, blog_id))
    posts = list(stored_posts.list_names_by_blog(tx, blog_id))
    profiles.delete_by_posts(tx, posts)
    epochs.delete_references_by_posts(tx, posts)
    census_shards.delete_all(tx)
    shared = comments.list_shared_text_hashes(tx, blog_id)
    tombstones.delete_blog_content(tx, blog_id)
    due.shared_texts_changed(tx, dirty.mark_shared_texts(tx, blog_id, shared), now)
    due.duplicates_changed(tx, duplicates.upsert_shingles(tx, posts), now)  # who said the same now says it first
    for forget in (
        statistics.delete_by_blog,
        pairing.delete_by_blog,
        post_parts.delete_by_blog,
        payloads.delete_by_blog,
    ):
        forget(tx, blog_id)
    return touched - {blog_id}


def stop_statistics(tx: Tx, blog_id: str, now: datetime) -> None:
    """Statistics are off: nothing that was counted stays, and the blog is told to forget what it was given."""
    statistics.delete_by_blog(tx, blog_id)
    if outbox.upsert_all_of_kinds(tx, blog_id, (), now, kinds=outbox.STATISTICS_KINDS):
        due.statistics_stopped(tx, blog_id, now)


def is_erased(tx: Tx, blog_id: str, commenter: str, version: Version) -> bool:
    """Whether nothing of a commenter is held that was told up to `version`, nor anything counted from it."""
    tombstone = tombstones.find_newest_covering(tx, blog_id, [(Kind.COMMENTER, commenter_name(commenter))])
    if tombstone is None or tombstone < version:
        return False
    return comments.has_comment_by(tx, blog_id, commenter) or not statistics.has_commenter(tx, blog_id, commenter)


def pause_blog(tx: Tx, blog_id: str, now: datetime) -> None:
    """Out of reach or silent: its mentors are shown nowhere until it gives a sign of life."""
    blogs.record_state(tx, blog_id, BlogState.PAUSED, now)
    pairing.delete_by_blog(tx, blog_id)
    for mentor_id in profiles.list_ids_by_blog(tx, blog_id):
        due.mentors_vanished(tx, profiles.mark_unlisted(tx, mentor_id), now)
    withdrawal_receipts.record_acknowledged(tx, blog_id, now)
