"""What a post, a comment, a push, a page and a mentor cost a fleet: processor time by process, and bytes by table.

A real fleet with one address for each kind of process, so that the kernel tells what each used, under two loads of
`bridge load`: posts alone, then posts with comments; the second minus its posts is what the comments cost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bridge.load.http import Target
from bridge.load.plan import LoadPlan
from bridge.load.report import LoadReport
from bridge.load.run import run_load
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.worker import nightly
from tests.bench.fleet import postgresql
from tests.bench.process import cpu_seconds
from tests.conftest import Clock
from tests.lab.fleet import Fleet
from tests.lab.texts import CASH, HIRING
from tests.running import RunningBridge
from tests.worker.conftest import WorkerBank, publish

BLOGS, RATE, SECONDS = 60, 3, 40
PATIENCE = 240
QUIET = 25  # seconds without a new list: what rests before it is done, is done
NIGHT_AUTHORS, NIGHT_POSTS = 10, (4, 24)
IDLE = 15  # seconds that an idle fleet is watched for
PAGES = 100
LOOKING = ("sweep", "broker", "database")  # what looks around, or is asked, also while nothing happens
# Whose rows a table holds: of a delivery, a post, a comment, a mentor, or of what a blog is told.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "event": ("deliveries", "delivery_objects", "idempotency_keys"),
    "post": ("posts", "need_", "related", "post_", "shown_times", "list_", "skill"),
    "comment": ("comment",),
    "mentor": ("authors", "author_", "profile", "posting", "mentor", "facet", "card", "epoch_"),
    "push": ("outbox", "call"),
}


def measure() -> dict[str, Any]:
    """CPU in milliseconds, sizes in bytes."""
    posts, _ = _on_a_fleet(0)
    mixed, page = _on_a_fleet(75)
    beside = {"page_cpu_ms": page, "night_cpu_ms": _night()}
    return {**_unit_costs(posts, mixed), **beside, "raw": [posts, mixed]}


def _on_a_fleet(comment_percent: int) -> tuple[dict[str, Any], dict[str, float]]:
    """One load on a fleet that begins empty; then pages of what it holds."""
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), url)
        for process in fleet.processes:
            process.environment["RULES_FROM_AUTHORS"] = "1000000"  # everybody is shown, as in a bank that has grown
        database = Database.open(url)
        try:
            fleet.start()
            load = _loaded(fleet, database, comment_percent)
            return load, _pages(fleet, database)
        finally:
            database.close()
            fleet.stop()


def _loaded(fleet: Fleet, database: Database, comment_percent: int) -> dict[str, Any]:
    """From when all blogs are connected until nothing comes to them any more, less what an idle fleet uses."""
    plan = LoadPlan(
        blogs=BLOGS,
        rate=RATE,
        seconds=SECONDS,
        comment_percent=comment_percent,
        backfills=0,
        bad_clients=0,
        patience=PATIENCE,
        quiet=QUIET,
        seed=1 + comment_percent,
    )
    idle, began = _state(fleet, database), time.monotonic()
    time.sleep(IDLE)
    idle_seconds = time.monotonic() - began
    idle = {name: (value - idle[name]) / idle_seconds for name, value in _state(fleet, database).items()}
    begun: list[tuple[float, dict[str, float]]] = []

    def note(line: str) -> None:
        print(f"  {line}", file=sys.stderr, flush=True)
        if not begun:  # that all are connected
            begun.append((time.monotonic(), _state(fleet, database)))

    targets = [Target.parse(web.url, allow_remote=False) for web in (fleet.web, fleet.other_web)]
    report = run_load(targets, "127.0.0.1", plan, note, keep=True)
    if report.broken_promises():
        raise RuntimeError(f"a load must break nothing: {report.broken_promises()}")
    seconds, after = time.monotonic() - begun[0][0], _state(fleet, database)
    used = {name: after[name] - begun[0][1].get(name, 0) for name in after}
    used |= {name: used[name] - seconds * idle[name] for name in map("cpu {}".format, LOOKING)}
    of_idle = {name.removeprefix("cpu "): round(idle[name], 3) for name in idle if name.startswith("cpu ")}
    kept = {name: value for name, value in after.items() if name.startswith(("bytes ", "rows "))}
    return {"seconds": round(seconds), **_outcome(report), "idle_cores": of_idle, "used": used, "kept": kept}


def _outcome(report: LoadReport) -> dict[str, Any]:
    figures = report.as_dict()
    return {name: figures[name] for name in ("accepted", "ack_ms", "effect_seconds", "posts_listed", "posts_unlisted")}


def _state(fleet: Fleet, database: Database) -> dict[str, float]:
    """Seconds of processor time by kind of process, rows and bytes."""
    fleet_processes: dict[str, list[RunningBridge]] = {
        "web": [fleet.web, fleet.other_web],
        "reading": [fleet.computing],
        "calling": [fleet.processes[3]],
        "sweep": [fleet.sweep],
    }
    state = {
        f"cpu {name}": sum(cpu_seconds(one.process.pid) for one in group if one.process)
        for name, group in fleet_processes.items()
    }
    state["cpu broker"] = sum(map(cpu_seconds, fleet.broker.pids()))
    state["cpu database"] = _database_seconds(database)
    with database.read() as tx:
        state["wal"] = float(tx.scalar(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")) or 0)
        for name in ("posts", "comments", "authors", "deliveries", "call_log"):
            state[f"rows {name}"] = float(tx.scalar(text(f"SELECT count(*) FROM {name}")) or 0)
        sizes = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
        state |= {f"bytes {name}": float(size) for name, size in tx.execute(text(sizes))}
    return state


def _database_seconds(database: Database) -> float:
    """Processor time of PostgreSQL, all of its processes."""
    with database.read() as tx:
        server = Path(str(tx.scalar(text("SELECT current_setting('data_directory')"))), "postmaster.pid")
    return cpu_seconds(int(server.read_text().split()[0]))


def _unit_costs(posts: Mapping[str, Any], mixed: Mapping[str, Any]) -> dict[str, Any]:
    """By unit: milliseconds of each kind of process, bytes of log, bytes that stay."""
    first, second = Counter(posts["used"]), Counter(mixed["used"])
    calls = first["rows call_log"] + second["rows call_log"]
    events = first["rows deliveries"] + second["rows deliveries"]
    post_count, comment_count = first["rows posts"], second["rows comments"]
    kinds = [name for name in first if name.startswith("cpu ")]
    post = {name: 1000 * first[name] / post_count for name in kinds}
    share = second["rows posts"]
    comment = {name: (1000 * second[name] - share * post[name]) / comment_count for name in kinds}
    # To whoever receives it one event is as good as another.
    post["cpu web"] = comment["cpu web"] = 1000 * (first["cpu web"] + second["cpu web"]) / events
    wal = first["wal"] / post_count
    both = Counter(posts["kept"]) + Counter(mixed["kept"])
    stored = {owner: _bytes_of(both, prefixes) for owner, prefixes in OWNERS.items()}
    counts = {
        "event": both["rows deliveries"],
        "post": both["rows posts"],
        "comment": both["rows comments"],
        "mentor": both["rows authors"],
        "push": both["rows call_log"],
    }
    return {
        "post_cpu_ms": _rounded(post),
        "comment_cpu_ms": _rounded(comment),
        "push_cpu_ms": round(1000 * (first["cpu calling"] + second["cpu calling"]) / calls, 1),
        "pushes_per_event": round(calls / events, 2),
        "post_wal_bytes": round(wal),
        "comment_wal_bytes": round((second["wal"] - share * wal) / comment_count),
        "bytes": {owner: round(stored[owner] / counts[owner]) for owner in OWNERS},
    }


def _bytes_of(used: Mapping[str, float], prefixes: tuple[str, ...]) -> float:
    return sum(size for name, size in used.items() if name.startswith("bytes ") and name[6:].startswith(prefixes))


def _rounded(costs: Mapping[str, float]) -> dict[str, float]:
    return {name.removeprefix("cpu "): round(value, 1) for name, value in costs.items()}


def _pages(fleet: Fleet, database: Database) -> dict[str, float]:
    """One page of the bank, asked for again and again: what it costs the web process and the database."""
    assert fleet.web.process is not None
    fleet.web.get("/mentors")
    web, stored = cpu_seconds(fleet.web.process.pid), _database_seconds(database)
    for _ in range(PAGES):
        fleet.web.get("/mentors")
    used = {"web": cpu_seconds(fleet.web.process.pid) - web, "database": _database_seconds(database) - stored}
    return _rounded({name: 1000 * seconds / PAGES for name, seconds in used.items()})


def _night() -> dict[str, dict[str, float]]:
    """What a night costs for an author whose turn it is, and for each post they have: the sweep and the database."""
    few, many = (_night_of(posts) for posts in NIGHT_POSTS)
    by_post = {name: (many[name] - few[name]) / (NIGHT_POSTS[1] - NIGHT_POSTS[0]) for name in few}
    return {
        "author": _rounded({name: few[name] - NIGHT_POSTS[0] * by_post[name] for name in few}),
        "post": _rounded(by_post),
    }


def _night_of(posts: int) -> dict[str, float]:
    """Milliseconds for an author with so many posts, in a bank of such authors."""
    texts = (*CASH, *HIRING)
    with postgresql() as url:
        database = Database.open(url)
        migrate.upgrade(database)
        bank = WorkerBank(database, Clock())
        for author in range(NIGHT_AUTHORS):
            chosen = [texts[(author + post) % len(texts)] for post in range(posts)]
            publish(
                bank, f"blog{author}", tuple((title, f"{text} {author} {n}") for n, (title, text) in enumerate(chosen))
            )
        own, stored = time.process_time(), _database_seconds(database)
        nightly.sweep(bank.context)
        used = {"sweep": time.process_time() - own, "database": _database_seconds(database) - stored}
        database.close()
    return {name: 1000 * seconds / NIGHT_AUTHORS for name, seconds in used.items()}
