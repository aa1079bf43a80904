"""Signed questions of blogs, each answered once: the ids of those that were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bridge.storage.blogs.tables import idempotency_keys


def claim_id(tx: Connection, blog_id: str, webhook_id: str, now: datetime) -> bool:
    """Spend a webhook-id; False if it was spent before."""
    spent = select(idempotency_keys.c.seen_at).where(
        idempotency_keys.c.blog_id == blog_id, idempotency_keys.c.webhook_id == webhook_id
    )
    if tx.execute(spent).first():
        return False
    tx.execute(insert(idempotency_keys).values(blog_id=blog_id, webhook_id=webhook_id, seen_at=now))
    return True


def delete_before(tx: Connection, before: datetime) -> None:
    """Forget ids older than any signature that could still be accepted."""
    tx.execute(delete(idempotency_keys).where(idempotency_keys.c.seen_at < before))
