"""Pages: server time, queries and weight, at 1,000 posts, 100,000 comments and 5,000 mentors on SQLite.

The baseline of the same run is the error page (no query, the same template), so that a slow machine shows in both;
`cpu_p95_ms` is what the process itself worked, without what others took.
"""

from __future__ import annotations

import math
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from bridge.app import create_app
from bridge.config import Config
from bridge.runtime import build_runtime
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from bridge.webhooks.service import Service
from bridge.wordpress.client import WordPressClient
from bridge.worker.context import Context
from tests.lab.bank import fill_blog

REPEAT = 40
ASSET = r'"(/[^"]+\.(?:css|js|svg)\?v=[0-9a-f]+)"'
LIMIT_MS, LIMIT_QUERIES, LIMIT_WEIGHT = 50, 15, 200_000
PATHS = (
    "overview",
    "card",
    "related",
    "readers",
    "posts",
    "posts?by=comments",
    "posts/1",
    "deliveries",
    "deliveries?view=calls",
    "deliveries?view=held",
    "settings",
)
BROWSER = {"Accept": "text/html", "Accept-Language": "fr", "Accept-Encoding": "gzip"}


class Queries:
    """Counts the statements of all connections."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        # On PostgreSQL both are one engine, whose listeners hear what goes through either.
        for engine in {one.pool: one for one in (database._readers, database._writers)}.values():
            event.listen(engine, "before_cursor_execute", self._see)

    def _see(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.count += not statement.startswith(("PRAGMA", "BEGIN"))


def run() -> dict[str, Any]:
    """``{page: {"p50_ms", "p95_ms", "cpu_p95_ms", "queries", "weight"}, "baseline", "met"}``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_env({"BRIDGE_HOME": folder})
        database = Database.open(config.database_url)
        migrate.upgrade(database)
        moment = datetime.now(UTC)
        service = Service(build_runtime(config, database, lambda: moment))
        context = Context(service, WordPressClient(service.door))
        print("pages: filling …", file=sys.stderr, flush=True)
        fill_blog(database, "large", moment, posts_=1000, comments_=100_000, mentors_=5000, log=5000, context=context)
        with database.begin() as tx:
            token = sessions.record_link(tx, Person("large", "1", "administrator", True, "Alice"), moment)
        client = create_app(service).test_client()
        client.get(f"/sign-in?token={token}")
        paths = [f"/dashboard/large/{path}" for path in PATHS]
        found = measured(client, Queries(database), paths, look="/dashboard/large/settings")
        database.close()
    return found


def measured(client: FlaskClient, queries: Queries, paths: Sequence[str], look: str) -> dict[str, Any]:
    """Each page, with what style, script and mark of the page `look` weigh as they travel."""
    pages: dict[str, Any] = {}
    sheets = sum(_weight(client, path) for path in re.findall(ASSET, client.get(look).text))
    for path in ("/nothing", *paths):
        times, cpu = [], []
        client.get(path, headers=BROWSER)
        queries.count = 0
        for _ in range(REPEAT):
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(path, headers=BROWSER)
            times.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
        pages[path] = {
            "p50_ms": _rank(times, 0.5),
            "p95_ms": _rank(times, 0.95),
            "cpu_p95_ms": _rank(cpu, 0.95),
            "queries": queries.count / REPEAT,
            "status": answer.status_code,
            "weight": len(answer.data) + (sheets if answer.mimetype == "text/html" else 0),
        }
    baseline = pages.pop("/nothing")
    met = all(
        page["p95_ms"] <= LIMIT_MS
        and page["queries"] <= LIMIT_QUERIES
        and page["weight"] <= LIMIT_WEIGHT
        and page["status"] == 200
        for page in pages.values()
    )
    return {"pages": pages, "baseline": baseline, "met": met}


def _rank(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    return round(sorted(values)[math.ceil(share * len(values)) - 1], 1)


def _weight(client: FlaskClient, path: str) -> int:
    with client.get(path, headers=BROWSER) as answer:
        return len(answer.data)
