"""How often whoever asks may ask: calls of the API, and searches, wherever they are typed or followed.

A page of the bank costs a look-up and is not counted. A search reads many posts, so its page, its feed and its list of
blogs count together, like the API. A crawler that follows every search hears when to come back.
"""

from __future__ import annotations

from typing import Protocol

from flask import Request, request
from limits import RateLimitItem, RateLimitItemPerMinute

from bridge.bank.query import BankQuery

API_CALL_LIMIT = RateLimitItemPerMinute(120)  # by address: two a second, for a program that reads the whole bank


class RateLimiter(Protocol):
    """Who asks, and whether it is too often."""

    def caller(self, request: Request) -> str:
        """Where a request comes from."""

    def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count one call of a caller, or raise when there were too many."""


def count_call(limiter: RateLimiter) -> None:
    """Count one call of the API."""
    limiter.hit(API_CALL_LIMIT, "api", limiter.caller(request))


def count_search(limiter: RateLimiter, asked: BankQuery) -> None:
    """One search, if there is a need in the question."""
    if asked.need:
        limiter.hit(API_CALL_LIMIT, "search", limiter.caller(request))
