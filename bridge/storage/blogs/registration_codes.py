"""Registration codes: the operator's word that a blog may connect from an address."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bridge.storage.blogs.tables import registration_codes

CODE_LIFETIME = timedelta(days=14)


def record_code(tx: Connection, home_url: str, now: datetime, *, replaces: bool = False) -> str:
    """A registration code for one address: single use, for 14 days; only its hash is kept. Earlier ones are void.

    `replaces`: it is good for putting a blog out of the address that is there, though nobody could look.
    """
    tx.execute(
        delete(registration_codes).where(
            registration_codes.c.home_url == home_url, registration_codes.c.used_at.is_(None)
        )
    )
    code = "-".join(secrets.token_hex(3) for _ in range(4))
    tx.execute(
        insert(registration_codes).values(
            code_hash=_hash(code), home_url=home_url, expires_at=now + CODE_LIFETIME, replaces=replaces
        )
    )
    return code


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that nobody has used yet; the code itself is nowhere."""

    home_url: str
    expires_at: datetime
    replaces: bool


def list_open(tx: Connection, now: datetime) -> list[OpenCode]:
    """Codes that are still good, by when they end."""
    codes = registration_codes.c
    rows = tx.execute(
        select(codes.home_url, codes.expires_at, codes.replaces)
        .where(codes.used_at.is_(None), codes.expires_at > now)
        .order_by(codes.expires_at, codes.home_url)
    )
    return [OpenCode(*row) for row in rows]


def is_valid(tx: Connection, code: str, home_url: str, now: datetime) -> bool:
    """Whether `use` would take it; an attempt that fails later does not spend it."""
    row = tx.execute(select(registration_codes).where(registration_codes.c.code_hash == _hash(code))).first()
    return bool(row and row.home_url == home_url and row.used_at is None and row.expires_at > now)


def is_for_replacement(tx: Connection, code: str) -> bool:
    """Whether a code was made to put a blog out of its address."""
    columns = registration_codes.c
    return bool(tx.execute(select(columns.replaces).where(columns.code_hash == _hash(code))).scalar())


def claim(tx: Connection, code: str, home_url: str, now: datetime) -> bool:
    """Spend a code, once."""
    spent = tx.execute(
        update(registration_codes)
        .where(
            registration_codes.c.code_hash == _hash(code),
            registration_codes.c.home_url == home_url,
            registration_codes.c.used_at.is_(None),
            registration_codes.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return spent.rowcount == 1


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().lower().encode()).digest()
