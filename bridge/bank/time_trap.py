"""A form that was sent faster than anybody types, or long after it was opened, was filled in by no person.

The moment at which a form was opened stands in it, signed; nothing is kept of whoever opened it, and no third
party is asked for a riddle.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

FASTEST = timedelta(seconds=5)
SLOWEST = timedelta(hours=12)


def opening_stamp(key: bytes, form: str, now: datetime) -> str:
    """What a form carries along that is opened now."""
    moment = str(int(now.timestamp()))
    return f"{moment}.{_signature(key, form, moment)}"


def is_filled_by_person(key: bytes, form: str, stamp: str, now: datetime) -> bool:
    """Whether a form was open for as long as a person takes."""
    moment, _, signature = stamp.partition(".")
    if not moment.isdecimal() or len(moment) > 12 or not hmac.compare_digest(_signature(key, form, moment), signature):
        return False
    return FASTEST <= now - datetime.fromtimestamp(int(moment), UTC) <= SLOWEST


def _signature(key: bytes, form: str, moment: str) -> str:
    return hmac.new(key, f"{form}\0{moment}".encode(), hashlib.sha256).hexdigest()[:32]
