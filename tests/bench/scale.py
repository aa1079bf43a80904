"""What a bank of 20,000 mentors costs, beside one of 1,000: a publish until all lists have changed, a query, the memory
of `bridge serve`."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from bridge.mentors.related import mentors_for_post
from bridge.model import AuthorKey, Version
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.matching import candidates, epochs, profiles
from bridge.text.terms import post_vector
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context
from bridge.worker.matching.refresh import refresh
from tests.bench.bank import LANGUAGE, MENTORS_PER_TOPIC, NOW, POSTS, SyntheticBank, counts_of, key_of, post_row
from tests.bench.load import percentile
from tests.bench.process import peak_megabytes
from tests.peer import PeerBlog
from tests.running import RunningBridge
from tests.runtime import runtime_on

SMALL, LARGE = 1_000, 20_000
WARM, REFRESHES = 4, 40
QUERIES = 200
SERVED_SECONDS = 20.0


def measure() -> dict[str, Any]:
    """Times in milliseconds, memory in MiB."""
    found: dict[int, tuple[float, float]] = {}
    lists: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in (SMALL, LARGE):
            home = Path(folder) / str(size)
            database = Database.open(f"sqlite:///{home / 'bridge.sqlite'}")
            migrate.upgrade(database)
            SyntheticBank(database, size).fill()
            topics = size // MENTORS_PER_TOPIC
            lists[size] = _lists_ms(database, size)
            found[size] = statistics.median(lists[size]), _query_ms(database, topics)
            database.close()
        memory = _served(home)
    return {
        "mentors": LARGE,
        f"lists_p50_cpu_ms_at_{SMALL}": round(found[SMALL][0], 1),
        f"lists_p50_cpu_ms_at_{LARGE}": round(found[LARGE][0], 1),
        f"lists_p95_cpu_ms_at_{LARGE}": round(percentile(lists[LARGE], 0.95), 1),
        "lists_ratio": round(found[LARGE][0] / found[SMALL][0], 2),
        f"query_p95_ms_at_{SMALL}": round(found[SMALL][1], 2),
        f"query_p95_ms_at_{LARGE}": round(found[LARGE][1], 2),
        "serve_peak_mib": round(memory),
    }


def _lists_ms(database: Database, size: int) -> list[float]:
    """Processor time from a stored post to the last list that changes with it, for one more post of several authors."""
    context = Context(runtime_on(database, lambda: NOW), WordPressClient(OutgoingDoor(allow_private=False)))
    dice = np.random.default_rng(1)
    taken = []
    for number in range(WARM + REFRESHES):
        chosen = 37 * number % size
        author = key_of(chosen)
        _publish(database, author, chosen % (size // MENTORS_PER_TOPIC), dice)
        began = time.process_time()
        refresh(context, str(author))
        taken.append(1000 * (time.process_time() - began))
        print(f"  lists {number}: {taken[-1]:.0f} ms", file=sys.stderr, flush=True)
        with database.read() as tx:
            if [
                (one.listed, one.profile.posts) for one in profiles.list_by_blog(tx, author.blog_id, author.author_id)
            ] != [(True, POSTS + 1)]:
                raise RuntimeError("who publishes in the benchmark must stay a mentor, with one post more")
    return taken[WARM:]


def _publish(database: Database, author: AuthorKey, topic: int, dice: np.random.Generator) -> None:
    row = post_row(
        author, f"{author.author_id}900", Version(1, 2), NOW - timedelta(hours=1), counts_of(dice, topic).to_bytes()
    )
    with database.begin() as tx:
        tx.execute(insert(content_tables.posts), [row])


def _query_ms(database: Database, topics: int) -> float:
    """p95 of the way from a post's vector to the five mentors under it."""
    dice = np.random.default_rng(2)
    with database.read() as tx:
        epoch = epochs.find_current(tx)
        assert epoch is not None
        cache = epochs.FrequencyCache(epoch)
        asked = [counts_of(dice, int(dice.integers(topics))) for _ in range(QUERIES)]
        vectors = [post_vector(counts, cache.frequencies(tx, LANGUAGE, counts.ids.tolist())) for counts in asked]
    taken = []
    for vector in vectors:
        began = time.perf_counter()
        with database.read() as tx:
            found = candidates.list_by_ids(tx, candidates.list_mentor_ids(tx, vector))
        best = mentors_for_post(vector, LANGUAGE, found, epoch.median_deviation)
        taken.append(time.perf_counter() - began)
        if not best:
            raise RuntimeError("a query of the benchmark must find somebody")
    return 1000 * percentile(taken, 0.95)


def _served(home: Path) -> float:
    """Peak memory of all processes of `bridge serve` while a blog publishes and everything follows."""
    with RunningBridge(home) as serve, PeerBlog() as blog:
        blog.connect(serve.url)
        blog.send(*blog.author(1, "Ana"))
        until = time.monotonic() + SERVED_SECONDS
        number = 0
        while time.monotonic() < until:
            number += 1
            words = " ".join(f"mot{40_000 + n}" for n in range(number, number + 150))
            blog.send(*blog.post(number, 1, f"Billet {number}", words, number % 300))
            time.sleep(0.2)
        assert serve.process is not None
        return peak_megabytes(serve.process.pid)
