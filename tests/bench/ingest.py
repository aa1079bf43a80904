"""Durable ingest against a bare Flask view that answers 202, both with one process of the same server.

Single events at full speed, batches of 50, and the latency of the acknowledgement while the worker is absorbing
a backlog: at 70 % of the rate that is reached beside that worker, and, harder, of the rate reached without it.
Of everything there are three rounds and the median is told: one pause of the machine would decide a round.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.load import LoadOutcome, request_bytes, run
from tests.peer import PeerBlog
from tests.running import RunningBridge, free_port

CONNECTIONS = 64
SECONDS = 6.0
ROUNDS = 3
WARM_UP = 1.0  # of the timed acks: 64 new connections, and the first lists that come back to this process
THREADS = 32  # the default of a bridge; the bare view has as many
TEXT = "Ce que j'ai appris en fixant mes prix, en attendant mes factures et en parlant à mes clients. " * 6


def measure() -> dict[str, Any]:
    """Rates in events a second, ratios to the bare view of the same round; medians."""
    with tempfile.TemporaryDirectory() as folder:
        rounds = [_round(Path(folder) / str(number)) for number in range(ROUNDS)]
    return {name: round(median(one[name] for one in rounds), 3) for name in rounds[0]} | {
        f"{name}_by_round": [round(one[name], 3) for one in rounds]
        for name in ("single_ratio_to_bare", "ack_p99_ms_at_70_percent_of_rate_with_backlog")
    }


def _round(folder: Path) -> dict[str, float]:
    with PeerBlog() as blog:
        bare = _bare_rate()
        with RunningBridge(folder / "web", "web", THREADS=str(THREADS)) as web:
            blog.connect(web.url)
            single = _checked(
                run(web.port, list(_singles(blog, web.port, 40_000)), connections=CONNECTIONS, seconds=SECONDS)
            )
            batched = _checked(
                run(web.port, list(_batches(blog, web.port, 1_200)), connections=CONNECTIONS, seconds=SECONDS)
            )
    reached = _under_backlog(folder / "reached", None)
    loaded = _under_backlog(folder / "serve", 0.7 * reached.rate)
    harder = _under_backlog(folder / "harder", 0.7 * single.rate)
    return {
        "baseline_bare_flask_per_s": bare.rate,
        "single_events_per_s": single.rate,
        "single_ratio_to_bare": single.rate / bare.rate,
        "batched_events_per_s": 50 * batched.rate,
        "batched_ratio_to_single": 50 * batched.rate / single.rate,
        "rate_with_backlog_per_s": reached.rate,
        **_acks("of_rate_with_backlog", loaded),
        **_acks("of_rate_without_backlog", harder),
    }


def _acks(share: str, outcome: LoadOutcome) -> dict[str, float]:
    return {
        f"ack_p50_ms_at_70_percent_{share}": outcome.percentile(0.50),
        f"ack_p99_ms_at_70_percent_{share}": outcome.percentile(0.99),
        f"rate_at_70_percent_{share}": outcome.rate,
    }


def _under_backlog(home: Path, rate: float | None) -> LoadOutcome:
    """`bridge serve` whose worker has a backlog to absorb while acks are timed; without a rate at full speed."""
    with PeerBlog() as blog, RunningBridge(home, THREADS=str(THREADS)) as serve:
        blog.connect(serve.url)
        blog.send(*blog.author(1, "Ana"))
        _checked(run(serve.port, list(_batches(blog, serve.port, 80)), connections=4, seconds=20))
        requests = list(_singles(blog, serve.port, int(rate * SECONDS) if rate else 40_000))
        warm_up = WARM_UP if rate else 0.0
        return _checked(run(serve.port, requests, connections=CONNECTIONS, seconds=SECONDS, rate=rate, warm_up=warm_up))


def _singles(blog: PeerBlog, port: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        message_id, body = blog.post(1_000_000 + number, 1, f"Billet {number}", TEXT, number % 300)
        yield request_bytes(f"/webhooks/{blog.blog_id}", port, blog.sign(message_id, body), body)


def _batches(blog: PeerBlog, port: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        message_id, body = blog.batch(
            [blog.post(5_000_000 + 50 * number + n, 1, f"Billet {n}", TEXT, n) for n in range(50)]
        )
        yield request_bytes(f"/webhooks/{blog.blog_id}", port, blog.sign(message_id, body), body)


def _checked(outcome: LoadOutcome) -> LoadOutcome:
    if set(outcome.statuses) != {202}:
        raise RuntimeError(f"a load test must be answered 202 only, got {outcome.statuses}")
    return outcome


def _bare_rate() -> LoadOutcome:
    """A Flask view that reads the body and answers 202, behind the same server and threads."""
    with _bare_server() as port, PeerBlog() as blog:
        blog.key_to_bridge = "whsec_" + "A" * 43 + "="
        blog.blog_id = "bare"
        return _checked(run(port, list(_singles(blog, port, 60_000)), connections=CONNECTIONS, seconds=SECONDS))


@contextmanager
def _bare_server() -> Iterator[int]:
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("gunicorn")),
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        str(THREADS),
        "--bind",
        f"127.0.0.1:{port}",
        "--keep-alive",
        "30",
        "--no-control-socket",
        "--log-level",
        "error",
        "tests.bench.bare:app",
    ]
    process = subprocess.Popen(command)
    try:
        time.sleep(1.5)
        yield port
    finally:
        process.terminate()
        process.wait(10)
