"""What counting a delivery costs a web process: in its own memory, and in a Redis on the same machine."""

from __future__ import annotations

import time
from typing import Any

from bridge.webhooks.call_counts import CallCounts
from bridge.webhooks.limits import DELIVERY_LIMIT, REFUSAL_LIMIT
from tests.lab.redis_server import RedisServer

DELIVERIES = 4000
BLOGS = 50


def measure() -> dict[str, Any]:
    """Microseconds of its processor time for the two questions that a delivery asks."""
    with RedisServer() as redis:
        alone, shared = _microseconds(""), _microseconds(redis.url)
    return {"alone_cpu_us": round(alone, 1), "redis_cpu_us": round(shared, 1)}


def _microseconds(url: str) -> float:
    counts = CallCounts(url, b"k" * 32)
    counts.hit(DELIVERY_LIMIT, "blog", "0")  # the connection is there
    began = time.process_time()
    for number in range(DELIVERIES):
        counts.has_room(REFUSAL_LIMIT, "refused", "203.0.113.9")
        counts.hit(DELIVERY_LIMIT, "blog", str(number % BLOGS))
    return 1e6 * (time.process_time() - began) / DELIVERIES
