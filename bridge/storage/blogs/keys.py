"""Signing keys and application passwords: encrypted at rest, several live ones for rotation."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from bridge.errors import ConfigError
from bridge.storage.blogs.tables import blog_keys, blogs

Direction = Literal["inbound", "outbound"]  # signed by the blog, signed by the bridge
ROTATION_OVERLAP = timedelta(hours=24)  # how long a rotated key still counts
MISMATCH_MESSAGE = (
    "SECRET_KEY is not the one this database was made with. Restore it, give the one before as SECRET_KEY_OLD, or let "
    "the blogs connect again."
)


class Vault:
    """Encrypts what must not lie readable in a backup; the first key encrypts, all decrypt."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: 32 bytes each, derived from the operator's secrets, newest first."""
        each = [Fernet(base64.urlsafe_b64encode(key)) for key in keys]
        self._newest, self._fernet = each[0], MultiFernet(each)

    def seal(self, secret: str) -> bytes:
        """Ciphertext of a secret."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes | None) -> str:
        """The secret again; "" for none.

        Raises:
            ConfigError: it was sealed with another SECRET_KEY.
        """
        if sealed is None:
            return ""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise ConfigError(MISMATCH_MESSAGE) from None

    def renewed(self, sealed: bytes) -> bytes | None:
        """The same secret under the newest key; None when it is under that one.

        Raises:
            ConfigError: it was sealed with another SECRET_KEY.
        """
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            try:
                return self._fernet.rotate(sealed)
            except InvalidToken:
                raise ConfigError(MISMATCH_MESSAGE) from None
        return None


def list_live_keys(tx: Connection, vault: Vault, blog_id: str, direction: Direction, now: datetime) -> list[str]:
    """The keys that count now, the current one first."""
    rows = tx.execute(
        select(blog_keys.c.secret)
        .where(
            blog_keys.c.blog_id == blog_id,
            blog_keys.c.direction == direction,
            or_(blog_keys.c.not_after.is_(None), blog_keys.c.not_after > now),
        )
        .order_by(blog_keys.c.not_after.is_not(None), blog_keys.c.id.desc())
    )
    return [vault.open(row.secret) for row in rows]


def record_rotation(tx: Connection, vault: Vault, blog_id: str, direction: Direction, key: str, now: datetime) -> None:
    """Make `key` the current one; the one before counts for another day. Whoever asked for new ones has them now."""
    tx.execute(
        update(blog_keys)
        .where(blog_keys.c.blog_id == blog_id, blog_keys.c.direction == direction, blog_keys.c.not_after.is_(None))
        .values(not_after=now + ROTATION_OVERLAP)
    )
    tx.execute(insert(blog_keys).values(blog_id=blog_id, direction=direction, secret=vault.seal(key), created_at=now))
    record_rotation_requested(tx, blog_id, None)


def delete_previous(tx: Connection, blog_id: str) -> None:
    """Delete the keys before the current ones: only these count from now on."""
    tx.execute(delete(blog_keys).where(blog_keys.c.blog_id == blog_id, blog_keys.c.not_after.is_not(None)))


def record_rotation_requested(tx: Connection, blog_id: str, at: datetime | None) -> None:
    """Since when the blog shall fetch new keys; None: it need not."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(keys_asked_at=at))


def find_rotation_requested_at(tx: Connection, blog_id: str) -> datetime | None:
    """Since when the blog shall fetch new keys."""
    since: datetime | None = tx.execute(select(blogs.c.keys_asked_at).where(blogs.c.id == blog_id)).scalar()
    return since


def find_current_created_at(tx: Connection, blog_id: str) -> datetime | None:
    """When the keys of now were made; None: there are none."""
    newest = func.max(blog_keys.c.created_at)
    current = (blog_keys.c.blog_id == blog_id, blog_keys.c.not_after.is_(None))
    moment: datetime | None = tx.execute(select(newest).where(*current)).scalar()
    return moment


def delete_expired(tx: Connection, now: datetime) -> None:
    """Delete rotated keys whose overlap with the next is over."""
    tx.execute(delete(blog_keys).where(blog_keys.c.not_after < now))
