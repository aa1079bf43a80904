"""Where calls are counted: in Redis, which all web processes share, or in this process.

A Redis that is away shuts nobody out and lets nobody in unlimited: until it is back each process counts by itself, as
it does where there is none. One look every few seconds asks whether it is back, so that a dead one delays nobody else.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from limits import RateLimitItem
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from bridge.errors import ConfigError

log = structlog.get_logger("limits")

Answer = TypeVar("Answer")

ANSWER_SECONDS = 0.25  # seconds that a call may wait for Redis, once every RETRY_SECONDS
RETRY_SECONDS = 2.0
PREFIX = "mentor-bridge"


class CallCounts:
    """How often somebody has called in a sliding window; threads share one."""

    def __init__(self, redis_url: str, key: bytes) -> None:
        """`redis_url`: "" counts here alone; `key`: of 64 bytes at most, makes names that say nothing of who called.

        Raises:
            ConfigError: the client of Redis is not installed.
        """
        self._key = key
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = SlidingWindowCounterRateLimiter(open_redis(redis_url)) if redis_url else None
        self._lock = threading.Lock()
        self._is_away = False
        self._look_again_at = 0.0

    def hit(self, limit: RateLimitItem, *who: str) -> bool:
        """Count one call; whether it is within the limit."""
        return self._ask(lambda windows: windows.hit(limit, self._name(who)))

    def has_room(self, limit: RateLimitItem, *who: str) -> bool:
        """Whether one more call is within the limit; counts nothing."""
        return self._ask(lambda windows: windows.test(limit, self._name(who)))

    def find_reset_time(self, limit: RateLimitItem, *who: str) -> float:
        """When the window of somebody begins anew, in seconds since 1970."""
        return self._ask(lambda windows: windows.get_window_stats(limit, self._name(who)).reset_time)

    def _name(self, who: tuple[str, ...]) -> str:
        # Neither addresses nor names of blogs stand in another server's memory, however long somebody makes theirs.
        return hashlib.blake2b("\0".join(who).encode(), key=self._key, digest_size=16).hexdigest()

    def _ask(self, question: Callable[[SlidingWindowCounterRateLimiter], Answer]) -> Answer:
        if self._shared is not None and self._may_look():
            try:
                answer = question(self._shared)
            except StorageError as error:
                self._note_away(error)
            else:
                self._note_back()
                return answer
        return question(self._own)

    def _may_look(self) -> bool:
        """Whether to ask Redis: while it is away, one caller every few seconds does."""
        if not self._is_away:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._look_again_at:
                return False
            self._look_again_at = now + RETRY_SECONDS
            return True

    def _note_away(self, error: StorageError) -> None:
        with self._lock:
            was_away, self._is_away = self._is_away, True
            self._look_again_at = time.monotonic() + RETRY_SECONDS
        if not was_away:
            reason = type(error.storage_error).__name__
            log.warning("Redis is away; limits count by process until it is back", reason=reason)

    def _note_back(self) -> None:
        if not self._is_away:
            return
        with self._lock:
            was_away, self._is_away = self._is_away, False
        if was_away:
            log.info("Redis is back; limits count over all processes")


def open_redis(url: str) -> RedisStorage:
    """Redis as a place for counts; nobody connects yet.

    Raises:
        ConfigError: its client is not installed, or cannot read the address.
    """
    try:
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        options: dict[str, Any] = {
            "socket_timeout": ANSWER_SECONDS,
            "socket_connect_timeout": ANSWER_SECONDS,
            "retry": Retry(NoBackoff(), 1),  # a connection that was cut since is made anew at once, and only once
        }
        return RedisStorage(url, wrap_exceptions=True, key_prefix=PREFIX, **options)
    except (ModuleNotFoundError, ConfigurationError):
        raise ConfigError("LIMITS_URL needs Redis's client. Install it: pip install 'mentor-bridge[fleet]'") from None
    except ValueError:
        raise ConfigError("LIMITS_URL is malformed. It looks like redis://:password@host:6379/0.") from None
