"""Ingest on PostgreSQL by two web processes against the same rows through the same group commit without HTTP.

Both ways two processes with as many writers, of whom each waits until its delivery is on the disk, and one server that
waits for its disk. The senders run on the same machine: what they use of it is missing in the rate, not in the
processor time of an event.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bridge.operations.receiving import receive
from bridge.runtime import utc_now
from bridge.storage.blogs.inbox import GroupCommit, InboundDelivery
from bridge.storage.blogs.tables import deliveries
from bridge.storage.core.database import Database
from tests.bench import load
from tests.bench.fleet import postgresql
from tests.bench.process import cpu_seconds
from tests.peer import PeerBlog
from tests.running import RunningBridge

PROCESSES = 2
WRITERS = 32  # of a process
BLOGS = 6
EVENTS = 20_000  # of a process, more than it can take in the time
SECONDS = 5.0
TEXT = "Ce que j'ai appris en fixant mes prix, en attendant mes factures et en parlant à mes clients. " * 6


def measure() -> dict[str, Any]:
    """Events a second and milliseconds of processor time for each, both ways; their ratio (bar: at least 0.7)."""
    with postgresql() as url, ExitStack() as started, tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": url, "SECRET_KEY": "k" * 40, "THREADS": str(WRITERS)}
        webs = [
            started.enter_context(RunningBridge(Path(folder) / str(n), "web", 0, **settings)) for n in range(PROCESSES)
        ]
        blogs = [started.enter_context(PeerBlog(f"Blog {n}")) for n in range(BLOGS)]
        for blog in blogs:
            blog.connect(webs[0].url)
        database = Database.open(url)
        before = cpu_seconds_of(webs)
        by_http = _rate(database, _sending, [(web.port, _requests(blogs, web.port, n)) for n, web in enumerate(webs)])
        web_cpu = cpu_seconds_of(webs) - before
        bare = _rate(database, _committing, [(url, _events(blogs, n + PROCESSES)) for n in range(PROCESSES)])
        database.close()
    return {
        "processes": PROCESSES,
        "writers": PROCESSES * WRITERS,
        "by_http_events_per_s": round(by_http / SECONDS, 1),
        "web_cpu_ms_per_event": round(1000 * web_cpu / by_http, 2),
        "group_commit_events_per_s": round(bare / SECONDS, 1),
        "ratio": round(by_http / bare, 3),
    }


def cpu_seconds_of(processes: Sequence[RunningBridge]) -> float:
    """Time on a processor so far."""
    return sum(cpu_seconds(running.process.pid) for running in processes if running.process)


def _events(blogs: Sequence[PeerBlog], part: int) -> list[tuple[str, str, bytes]]:
    """(blog, webhook-id, body) of posts, from all blogs in turn."""
    made = []
    for number in range(EVENTS):
        blog = blogs[number % len(blogs)]
        webhook_id, body = blog.post(part * 1_000_000 + number, 1, f"Billet {number}", TEXT, number % 300)
        made.append((blog.blog_id, webhook_id, body))
    return made


def _requests(blogs: Sequence[PeerBlog], port: int, part: int) -> list[bytes]:
    by_id = {blog.blog_id: blog for blog in blogs}
    return [
        load.request_bytes(f"/webhooks/{blog_id}", port, by_id[blog_id].sign(webhook_id, body), body)
        for blog_id, webhook_id, body in _events(blogs, part)
    ]


def _rate(database: Database, work: Any, parts: Sequence[tuple[Any, ...]]) -> int:
    """How many deliveries are there afterwards that were not there before."""
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=work, args=part) for part in parts]
    before = _count(database)
    for process in started:
        process.start()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise RuntimeError("who delivers in the benchmark must not fail")
    return _count(database) - before


def _count(database: Database) -> int:
    with database.read() as tx:
        return int(tx.scalar(select(func.count()).select_from(deliveries)) or 0)


def _sending(port: int, requests: list[bytes]) -> None:
    outcome = load.run(port, requests, connections=WRITERS, seconds=SECONDS)
    if set(outcome.statuses) != {202}:
        raise RuntimeError(f"a load test must be answered 202 only, got {outcome.statuses}")


def _committing(url: str, events: list[tuple[str, str, bytes]]) -> None:
    database = Database.open(url)
    inbox = GroupCommit(database, receive)
    waiting, lock = iter(events), threading.Lock()
    until = time.perf_counter() + SECONDS

    def write() -> None:
        while time.perf_counter() < until:
            with lock:
                event = next(waiting, None)
            if event is None:
                os._exit(1)  # more events are needed
            blog_id, webhook_id, body = event
            inbox.submit(InboundDelivery(blog_id, webhook_id, utc_now(), body))

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
