"""The address of each card: an author's name, and nobody else's once it was theirs.

A name stands in the address, so of those that are gone only the hash is kept.
"""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import Connection, delete, insert, literal, select

from bridge.mentors.display_name import display_name
from bridge.model import AuthorKey, stable_id
from bridge.storage.bank.tables import cards, gone_cards
from bridge.storage.blogs.tables import blogs
from bridge.text.tokens import fold

SLUG_CHARACTERS = 60


def is_gone(tx: Connection, slug: str) -> bool:
    """Whether an address showed somebody who took it back."""
    return tx.execute(select(literal(1)).where(gone_cards.c.slug_hash == _hash(slug))).first() is not None


def record_gone(tx: Connection, slug: str, key: AuthorKey) -> None:
    """An address shows its author no longer, and is given to nobody else."""
    tx.execute(delete(gone_cards).where(gone_cards.c.slug_hash == _hash(slug)))
    tx.execute(insert(gone_cards).values(slug_hash=_hash(slug), owner=_owner(key)))


def claim_free(tx: Connection, key: AuthorKey, name: str) -> str:
    """An address made of an author's name; with the blog's or a number where somebody else has or had that one."""
    blog = tx.execute(select(blogs.c.name).where(blogs.c.id == key.blog_id)).scalar() or ""
    plain = _slug(display_name(name, blog)) or _slug(blog) or f"mentor-{_owner(key) % 10**8}"
    wished = [plain, f"{plain}-{_slug(blog) or 'blog'}", f"{plain}-{_owner(key)}"]
    for slug in wished[:2]:
        taken = tx.execute(select(cards.c.slug).where(cards.c.slug == slug)).first()
        owner = tx.execute(select(gone_cards.c.owner).where(gone_cards.c.slug_hash == _hash(slug))).scalar()
        if taken is None and owner in (None, _owner(key)):
            tx.execute(delete(gone_cards).where(gone_cards.c.slug_hash == _hash(slug)))
            return slug
    return wished[2]


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", fold(name)).strip("-")[:SLUG_CHARACTERS].strip("-")


def _hash(slug: str) -> bytes:
    return hashlib.sha256(b"card\0" + slug.encode()).digest()


def _owner(key: AuthorKey) -> int:
    return stable_id("card", key.blog_id, key.author_id)
