"""Who is there: the signed body of a request, or a refusal."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from flask import Request

from bridge import signing
from bridge.errors import BridgeError, Gone, NotFound, SignatureRefused
from bridge.storage.blogs import blogs, keys
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from bridge.webhooks.limits import DELIVERY_LIMIT, REFUSAL_LIMIT, RateLimits

BLOG_ID_PATTERN = re.compile(r"[A-Za-z0-9_.-]{1,64}")
MAX_BODY_BYTES = 1024 * 1024
TOO_LARGE_MESSAGE = "A body holds at most 1 MiB; send less at once."
DEPARTED_MESSAGE = "This blog has disconnected."
KEY_CACHE_SECONDS = 1.0  # seconds that keys are kept in memory: a disconnect is felt at once, a backfill costs no query


class TooLarge(BridgeError):
    """A body of more than 1 MiB (413)."""


class NotJson(BridgeError):
    """A body whose content type is not JSON (415)."""


@dataclass(frozen=True, slots=True)
class CachedKeys:
    """A blog and its keys as they were a moment ago."""

    departed: bool
    inbound: tuple[str, ...]
    read_at: float


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that was signed by the blog that it names."""

    message_id: str
    body: bytes
    departed: bool  # the blog has asked to leave

    def must_be_here(self) -> None:
        """Refuse a blog that has left.

        Raises:
            Gone: 410, upon which the plugin stops.
        """
        if self.departed:
            raise Gone(DEPARTED_MESSAGE)


class Authenticator:
    """Verifies signed requests of blogs; threads share one."""

    def __init__(self, database: Database, vault: Vault, limits: RateLimits) -> None:
        self._database = database
        self._vault = vault
        self._limits = limits
        self._cached_keys: dict[str, CachedKeys] = {}
        self._asking = [threading.Lock() for _ in range(16)]  # a blog has one of them

    def read_body(self, request: Request) -> bytes:
        """The raw bytes, of a size that is refused before it is read.

        Raises:
            TooLarge, NotJson: 413, 415.
        """
        if request.mimetype != "application/json":
            raise NotJson("The content type must be application/json.")
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise TooLarge(TOO_LARGE_MESSAGE)
        body = request.stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(TOO_LARGE_MESSAGE)
        return body

    def verify(self, request: Request, blog_id: str, now: datetime) -> SignedRequest:
        """Who signed a request, and what.

        Whoever signs correctly is not asked who else calls from that address: thousands of blogs share one, and some
        proxies hide all of them behind theirs. What cannot be so is counted, and past the limit refused unread.

        Raises:
            NotFound: no such blog.
            SignatureRefused: not signed by it.
            TooOften: the same, after too many of them from this address; or too much of this blog.
        """
        caller = self._limits.caller(request)
        suspicious = self._limits.is_full(REFUSAL_LIMIT, "refused", caller)
        try:
            if suspicious:
                signing.claims(request.headers).check_time(now)
            body = self.read_body(request)
            verified = self._verified(request, blog_id, body, now)
        except (NotFound, SignatureRefused):
            self._limits.hit(REFUSAL_LIMIT, "refused", caller)
            raise
        self._limits.hit(DELIVERY_LIMIT, "blog", blog_id)
        return verified

    def _verified(self, request: Request, blog_id: str, body: bytes, now: datetime) -> SignedRequest:
        cached = self._look_up(blog_id, now) if BLOG_ID_PATTERN.fullmatch(blog_id) else None
        if cached is None:
            raise NotFound("There is no such blog.")
        try:
            message_id = signing.verify(request.headers, body, cached.inbound, now)
        except SignatureRefused:
            # Just connected anew, its key may be younger than what we remember.
            cached = self._look_up(blog_id, now, fresh=True) or cached
            message_id = signing.verify(request.headers, body, cached.inbound, now)
        return SignedRequest(message_id, body, cached.departed)

    def _look_up(self, blog_id: str, now: datetime, *, fresh: bool = False) -> CachedKeys | None:
        cached = self._remembered(blog_id)
        if cached is not None and not fresh:
            return cached
        with self._asking[hash(blog_id) % len(self._asking)]:
            # Of many who wait here for the same blog the first asks for all.
            cached = None if fresh else self._remembered(blog_id)
            return cached or self._ask(blog_id, now)

    def _remembered(self, blog_id: str) -> CachedKeys | None:
        cached = self._cached_keys.get(blog_id)
        return cached if cached is not None and time.monotonic() - cached.read_at < KEY_CACHE_SECONDS else None

    def _ask(self, blog_id: str, now: datetime) -> CachedKeys | None:
        with self._database.read() as tx:
            blog = blogs.find(tx, blog_id)
            inbound = tuple(keys.list_live_keys(tx, self._vault, blog_id, "inbound", now)) if blog else ()
        if blog is None:
            return None  # strangers leave nothing in our memory
        cached = self._cached_keys[blog_id] = CachedKeys(blog.has_left, inbound, time.monotonic())
        return cached
