"""A figure that costs too much to be made for everybody who asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
CACHE_SECONDS = 2.0  # seconds: whoever asks often does not make the database count often


class CachedFigure(Generic[T]):
    """A costly figure, made at most once in some seconds however many ask."""

    def __init__(self, make: Callable[[], T], seconds: float = CACHE_SECONDS) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: tuple[float, T] | None = None

    def forget(self) -> None:
        """Make it anew for whoever asks next: something is known to have changed."""
        with self._lock:
            self._made = None

    def get(self) -> T:
        """The figure as it was a moment ago."""
        with self._lock:
            if self._made is None or time.monotonic() - self._made[0] > self._seconds:
                self._made = (time.monotonic(), self._make())
            return self._made[1]
