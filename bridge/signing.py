"""Standard Webhooks 1.0.0, symmetric (``v1``), in both directions; pure: `now` is a parameter.

HMAC-SHA256 over ``id.timestamp.body`` with the raw bytes, several live keys for rotation, ± 5 minutes.
Whatever a stranger puts into the headers, :func:`verify` raises nothing but ``SignatureRefused``.
Specification: https://www.standardwebhooks.com/
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bridge.errors import SignatureRefused

TOLERANCE_SECONDS = 300
KEY_PREFIX = "whsec_"
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
TIMESTAMP = re.compile(r"[0-9]{1,12}")
MAX_SIGNATURES = 8  # a rotation has two; more is somebody trying
MAX_HEADER_CHARACTERS = 1024


class Headers(Protocol):
    """Anything that headers can be looked up in."""

    def get(self, name: str, /) -> str | None:
        """The value of a header, None if it is not there."""


def new_key() -> str:
    """A fresh key of 32 random bytes, as ``whsec_<base64>``."""
    return KEY_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_bytes(key: str) -> bytes:
    """The secret inside a key.

    Raises:
        ValueError: not ``whsec_`` and base64 of 24 to 64 bytes.
    """
    if not key.startswith(KEY_PREFIX):
        raise ValueError("a signing key begins with whsec_")
    secret = base64.b64decode(key[len(KEY_PREFIX) :], validate=True)
    if not 24 <= len(secret) <= 64:
        raise ValueError("a signing key holds 24 to 64 bytes")
    return secret


def _mac(key: str, message_id: str, timestamp: int, body: bytes) -> bytes:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return hmac.digest(key_bytes(key), signed, "sha256")


def sign(key: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature`` for one key."""
    return "v1," + base64.b64encode(_mac(key, message_id, timestamp, body)).decode()


def headers(key: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed message sent `now`."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(key, message_id, timestamp, body),
    }


def verify(headers: Headers, body: bytes, keys: Sequence[str], now: datetime) -> str:
    """Check a message and return its webhook-id.

    Args:
        headers: names in lower case, or a case-insensitive mapping.
        body: the bytes as received, never re-serialised.
        keys: every key that is live now.

    Raises:
        SignatureRefused: for any reason; with `offset_seconds` when only the time is off.
    """
    claimed = claims(headers)
    expected = [_mac(key, claimed.message_id, claimed.timestamp, body) for key in keys]
    # Every pair is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in claimed.signatures]
    if not any(matches):
        raise SignatureRefused("no signature matches a live key")
    claimed.check_time(now)
    return claimed.message_id


@dataclass(frozen=True, slots=True)
class Claims:
    """What the headers say, before anything is proven."""

    message_id: str
    timestamp: int
    signatures: tuple[bytes, ...]

    def check_time(self, now: datetime) -> None:
        """Raises:
        SignatureRefused: signed too long ago, or in the future; with `offset_seconds`.
        """
        offset = self.timestamp - now.astimezone(UTC).timestamp()
        if abs(offset) > TOLERANCE_SECONDS:
            raise SignatureRefused(f"webhook-timestamp is {offset:+.0f} s from this clock", offset_seconds=offset)


def claims(headers: Headers) -> Claims:
    """The three headers, well-formed; costs next to nothing.

    Raises:
        SignatureRefused: one is missing or malformed.
    """
    message_id = headers.get("webhook-id") or ""
    stamp = headers.get("webhook-timestamp") or ""
    if not MESSAGE_ID.fullmatch(message_id):
        raise SignatureRefused("webhook-id is missing or malformed")
    if not TIMESTAMP.fullmatch(stamp):
        raise SignatureRefused("webhook-timestamp is missing or malformed")
    return Claims(message_id, int(stamp), tuple(_signatures(headers.get("webhook-signature") or "")))


def _signatures(listed: str) -> list[bytes]:
    """The well-formed ``v1`` signatures of a header; other versions are passed over."""
    if len(listed) > MAX_HEADER_CHARACTERS:
        raise SignatureRefused("webhook-signature is too long")
    signatures = []
    for entry in listed.split(" ")[:MAX_SIGNATURES]:
        version, separator, encoded = entry.partition(",")
        if version != "v1" or not separator:
            continue
        try:
            signatures.append(base64.b64decode(encoded.encode("ascii"), validate=True))
        except (binascii.Error, UnicodeEncodeError):
            continue
    if not signatures:
        raise SignatureRefused("webhook-signature is missing or malformed")
    return signatures
