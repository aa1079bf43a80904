"""The operator hides one author: gone from everywhere at once, as if they had withdrawn; what they said stays."""

from __future__ import annotations

from datetime import datetime

from bridge.model import AuthorKey
from bridge.operations import due
from bridge.storage.bank import cards
from bridge.storage.content import suspensions
from bridge.storage.core.database import Tx
from bridge.storage.matching import pairing, profiles


def suspend(tx: Tx, author: AuthorKey, reason: str, now: datetime) -> set[str]:
    """Show an author to nobody until `reinstate`; answers the blogs whose pages must change.

    Their own choice to be hidden or shown is another matter, and stays as it is.
    """
    suspensions.record(tx, author, reason, now)
    cards.mark_gone(tx, author.blog_id, author.author_id)
    pairing.delete_by_author(tx, author)
    touched: set[str] = set()
    for row in profiles.list_by_blog(tx, author.blog_id, author.author_id):
        touched |= profiles.mark_unlisted(tx, row.key.id)
    due.suspension_changed(tx, author, touched, now)
    return touched


def reinstate(tx: Tx, author: AuthorKey, now: datetime) -> bool:
    """Let an author be shown again, at the address that their card had; False: they were not suspended."""
    if not suspensions.delete_by_author(tx, author):
        return False
    due.suspension_changed(tx, author, (), now)
    return True
