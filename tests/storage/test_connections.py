"""Under load the processes of a bridge open no more connections to PostgreSQL than docs/operate.md says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bridge.storage.core.database import Database
from tests.bench import load
from tests.lab import postgres
from tests.lab.postgres import PostgresDatabases
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.running import HANG_SECONDS, RunningBridge

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

LIMIT = 5
SENDERS = 24
POSTS = 60
OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture
def url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of an empty database."""
    with postgres_databases.empty() as address:
        yield address


class Watch:
    """Counts who is connected, again and again."""

    def __init__(self, url: str) -> None:
        self.most = 0
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with postgres.connect(self._url) as connection:
            while not self._over.wait(0.02):
                (count,) = connection.execute(OPEN).fetchone() or (0,)
                self.most = max(self.most, count)


def deliver(blog: PeerBlog, bridge: RunningBridge, first: int) -> None:
    """Many at once, each acknowledged, while as many read a page, each in a transaction of its own."""
    events = [blog.post(first + n, 1, *CASH[n % len(CASH)], n) for n in range(POSTS)]
    path = f"/webhooks/{blog.blog_id}"
    requests = [load.request_bytes(path, bridge.port, blog.sign(name, body), body) for name, body in events]
    reading = f"GET /mentors HTTP/1.1\r\nHost: 127.0.0.1:{bridge.port}\r\n\r\n".encode()
    mixed = [one for request in requests for one in (request, reading)]
    assert load.run(bridge.port, mixed, connections=SENDERS, seconds=300).statuses == {202: POSTS, 200: POSTS}


def test_each_process_keeps_to_its_number(url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": url, "SECRET_KEY": "k" * 40, "DATABASE_CONNECTIONS": str(LIMIT)}
    web = RunningBridge(tmp_path / "web", "web", 0, **settings)
    worker = RunningBridge(tmp_path / "worker", "worker", 0, **settings)
    with PeerBlog("Ann") as ann, web:
        assert ann.connect(web.url).status == 201
        assert ann.send(*ann.author(1, "Ann")).status == 202
        with Watch(url) as watch:
            deliver(ann, web, 1)
        assert 1 < watch.most <= LIMIT
        with worker, Watch(url) as watch:
            deliver(ann, web, 1_000)
        assert 1 < watch.most <= 2 * LIMIT + 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_finds_no_connection_free_waits_for_one(database: Database, database_url: str) -> None:
    opened = Database.open(database_url, connections=LIMIT)
    all_in, go_on, done = threading.Barrier(LIMIT + 1), threading.Event(), []

    def look(holds: bool) -> None:
        with opened.read() as tx:
            done.append(tx.scalar(text("SELECT 1")))
            if holds:
                all_in.wait(HANG_SECONDS)
                go_on.wait(HANG_SECONDS)

    holding, waiting = ([threading.Thread(target=look, args=(holds,)) for _ in range(LIMIT)] for holds in (True, False))
    for thread in holding:
        thread.start()
    all_in.wait(HANG_SECONDS)
    for thread in waiting:
        thread.start()
    database.close()
    with postgres.connect(database_url) as connection:
        assert connection.execute(OPEN).fetchone() == (LIMIT,)
    go_on.set()
    for thread in holding + waiting:
        thread.join(HANG_SECONDS)
    assert len(done) == 2 * LIMIT
    opened.close()
