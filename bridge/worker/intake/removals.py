"""A removal: what it covers goes from everywhere, with all that followed from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bridge.model import AuthorKey, Kind, Removal
from bridge.operations import due
from bridge.operations.ask_answers import leave_asks
from bridge.operations.withdrawal import withdraw
from bridge.storage.bank import cards, full_text
from bridge.storage.content import duplicates, tombstones
from bridge.storage.core.database import Tx
from bridge.storage.matching import (
    card_corrections,
    census_shards,
    epochs,
    feedback,
    list_marks,
    pairing,
    post_parts,
    profile_holds,
    profiles,
    vetoes,
)
from bridge.worker.intake.delivery_effect import DeliveryEffect


def apply_removal(tx: Tx, removal: Removal, effect: DeliveryEffect, now: datetime) -> None:
    """Delete what it covers, with all that stood there because of it; what was said later stays."""
    if not tombstones.record_tombstone(tx, removal, now):
        return
    if removal.kind is Kind.BLOG:
        effect.blogs |= withdraw(tx, removal.blog_id, now)
        effect.authors.clear()
        effect.bylines.clear()
        effect.duplicates = {key for key in effect.duplicates if key.blog_id != removal.blog_id}
        effect.tallies.clear()
        effect.left = True
        return
    removed = tombstones.delete_covered(tx, removal)
    effect.gone += removed.objects
    effect.authors |= removed.authors
    effect.tallies |= removed.tallies
    if removal.kind is Kind.COMMENTER:
        effect.erased = True
        effect.tallies.add(removal.blog_id)
    effect.urgent = True
    delete_lists_of_posts(tx, removed.posts)
    effect.duplicates |= duplicates.upsert_shingles(tx, removed.posts)
    if removal.kind is Kind.AUTHOR:
        effect.blogs |= _delete_author(tx, AuthorKey(removal.blog_id, removal.remote_id), now)
    if removed.posts:
        gone = [(removal.blog_id, name) for kind, name in removed.objects if kind == Kind.POST]
        list_marks.mark_objects(tx, gone)
        due.posts_removed(tx, removal.blog_id, now)


def _delete_author(tx: Tx, author: AuthorKey, now: datetime) -> set[str]:
    """What was made of an author, and what others have done with it; blogs under whose posts they stood."""
    rows = profiles.list_by_blog(tx, author.blog_id, author.author_id)
    touched = profiles.delete_everywhere(tx, [row.key.id for row in rows])
    feedback.delete_involving_author(tx, author)
    for table in (vetoes, card_corrections, profile_holds, pairing, post_parts):
        table.delete_by_author(tx, author)
    cards.mark_gone(tx, author.blog_id, author.author_id)
    leave_asks(tx, [author], now)
    return touched


def delete_lists_of_posts(tx: Tx, post_ids: Sequence[int]) -> None:
    """What follows from posts that are gone."""
    if post_ids:
        profiles.delete_by_posts(tx, post_ids)
        census_shards.delete_all(tx)
        epochs.delete_references_by_posts(tx, post_ids)
        full_text.delete_posts(tx, post_ids)
