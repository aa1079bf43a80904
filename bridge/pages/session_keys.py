"""What the cookie of a browser holds of who is signed in: for each blog the key of a session there."""

from __future__ import annotations

from flask import session

SESSION_KEYS = "keys"  # in the cookie: blog → key of the session there


def session_keys() -> list[str]:
    """The keys that this browser brings; whether they count says the database."""
    stored = session.get(SESSION_KEYS)
    return list(stored.values()) if isinstance(stored, dict) else []
