"""How often who may try: strangers by their address, blogs by their id, called hosts by their name.

Several web processes count together where they share a Redis (`LIMITS_URL`); otherwise each counts by itself, and they
allow that many times more. Among private addresses there is one network and one operator, nobody to protect from the
other, and nothing is counted.
"""

from __future__ import annotations

import ipaddress
import time
from functools import lru_cache

from flask import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from bridge.config import Config
from bridge.errors import BridgeError
from bridge.webhooks.call_counts import CallCounts

CONNECTION_LIMIT = RateLimitItemPerHour(10)  # by blog
STRANGER_LIMIT = RateLimitItemPerHour(
    60
)  # by address, and by the host that would be called: who wants to connect, unproven
REFUSAL_LIMIT = RateLimitItemPerMinute(120)  # by address: unknown blogs and signatures that do not fit
DELIVERY_LIMIT = RateLimitItemPerMinute(1200)  # by blog: 20 a second, each of up to 100 events


@lru_cache(1024)  # a blog calls from one address
def _household(text: str) -> str:
    """An address, or the network of one household; empty for what is neither."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


class TooOften(BridgeError):
    """More calls than are allowed in a time (429); `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many requests. Try again later.")
        self.retry_after = retry_after


class RateLimits:
    """Counts calls of blogs and addresses; threads share one."""

    def __init__(self, config: Config) -> None:
        self._counting = not config.allow_private_addresses
        self._proxies = config.proxies
        self._counts = CallCounts(config.limits_url, config.derive("limits"))

    def caller(self, request: Request) -> str:
        """Where a request comes from, as trusted proxies say it; of IPv6 the network that one household is given."""
        claimed = self._proxies.caller(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
        return _household(claimed) or "unknown"

    def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count one call of `who`.

        Raises:
            TooOften: it is one too many.
        """
        if self._counting and not self._counts.hit(limit, *who):
            self._refuse(limit, *who)

    def is_full(self, limit: RateLimitItem, *who: str) -> bool:
        """Whether one more call would be one too many; counts nothing."""
        return self._counting and not self._counts.has_room(limit, *who)

    def _refuse(self, limit: RateLimitItem, *who: str) -> None:
        reset = self._counts.find_reset_time(limit, *who)
        raise TooOften(max(1, round(reset - time.time())))
