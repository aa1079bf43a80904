"""How long a worker keeps others from writing: much work is written in many short turns."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import TypeVar

LONGEST_WRITE = 0.004  # seconds: an acknowledgement waits for one transaction of ours at most
Item = TypeVar("Item")


def for_a_moment(waiting: deque[Item]) -> Iterator[Item]:
    """Take from the front for as long as others may be kept from writing, at least one."""
    until = time.monotonic() + LONGEST_WRITE
    while waiting:
        yield waiting.popleft()
        if time.monotonic() >= until:
            return
