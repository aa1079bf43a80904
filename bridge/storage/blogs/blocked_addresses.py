"""Addresses from which no blog connects: the operator's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bridge.mentors.own_addresses import readable_address
from bridge.storage.blogs.tables import blocked_addresses


@dataclass(frozen=True, slots=True)
class BlockedAddress:
    """An address, and why no blog connects from it or from below it."""

    address: str  # without a scheme
    reason: str
    blocked_at: datetime


def record(tx: Connection, home_url: str, reason: str, now: datetime) -> None:
    """Block an address; once more: with another reason."""
    delete_by_address(tx, home_url)
    tx.execute(insert(blocked_addresses).values(address=readable_address(home_url), reason=reason, blocked_at=now))


def delete_by_address(tx: Connection, home_url: str) -> bool:
    """Let blogs connect from an address again; False: it was not blocked."""
    address = readable_address(home_url)
    return tx.execute(delete(blocked_addresses).where(blocked_addresses.c.address == address)).rowcount == 1


def list_all(tx: Connection) -> list[BlockedAddress]:
    """All of them, by address."""
    return [BlockedAddress(*row) for row in tx.execute(select(blocked_addresses).order_by("address"))]


def is_blocked(tx: Connection, home_url: str) -> bool:
    """Whether an address, or one above it on the same host, is blocked."""
    parts = readable_address(home_url).split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    statement = select(blocked_addresses.c.address).where(blocked_addresses.c.address.in_(above)).limit(1)
    return tx.execute(statement).first() is not None
