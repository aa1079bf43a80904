"""The processes on PostgreSQL: in one command and apart, and killed while they are at work."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.lab import postgres
from tests.lab.fixtures import wait_until
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.running import HANG_SECONDS, RunningBridge
from tests.trials import trials

CRASHES = trials(1, 10)  # of the server
AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.faults]


class Holding(PeerBlog):
    """A blog that, when told to, takes a push in hand and does not answer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.free = threading.Event()
        self.free.set()
        self.holding = threading.Event()

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        if path.endswith("/push") and b'"push.related"' in body and not self.free.is_set():
            self.holding.set()
            self.free.wait(HANG_SECONDS)
        return super()._answer(path, headers, body)


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """An empty database, of this kind only."""
    return database_url


@pytest.fixture
def blogs() -> Iterator[tuple[Holding, Holding]]:
    """Alice's and Bob's."""
    alice, bob = Holding("Alice"), Holding("Bob")
    with alice, bob:
        yield alice, bob
        alice.free.set()
        bob.free.set()


def introduce(bridge: RunningBridge, blogs: tuple[Holding, Holding]) -> None:
    """Both connect, publish, and show each other."""
    alice, bob = blogs
    for blog, texts in ((alice, CASH), (bob, HIRING)):
        assert blog.connect(bridge.url).status == 201
        assert blog.send(*blog.author(1, blog.name)).status == 202
        publish(blog, texts)
    wait_until(lambda: "Bob" in str(shown(alice)) and "Alice" in str(shown(bob)), "each shows the other")


def publish(blog: PeerBlog, texts: tuple[tuple[str, str], ...], first: int = 1) -> None:
    """Posts of its author 1, each acknowledged."""
    for number, (title, words) in enumerate(texts, first):
        assert blog.send(*blog.post(number, 1, title, words, number)).status == 202


def shown(blog: PeerBlog) -> dict[str, list[str]]:
    """Names of the mentors that a blog shows, by post; posts that show none are left out."""
    lists = {post: [mentor["name"] for mentor in item["mentors"]] for post, item in blog.lists.items()}
    return {post: names for post, names in lists.items() if names}


def posts(bridge: RunningBridge, blog: PeerBlog) -> int:
    """How many the bridge holds of a blog."""
    return int(bridge.json("stats")["blogs"][blog.blog_id]["posts"])


def test_a_kill_in_the_midst_of_work_loses_nothing(
    database_url: str, tmp_path: Path, blogs: tuple[Holding, Holding]
) -> None:
    alice, bob = blogs
    with RunningBridge(tmp_path / "home", DATABASE_URL=database_url) as bridge:
        introduce(bridge, blogs)
        # It dies with a call to Alice's blog in its hands, and deliveries of Bob's not yet looked at.
        alice.free.clear()
        publish(alice, CASH[:2], first=100)
        wait_until(alice.holding.is_set, "a push is under way")
        publish(bob, HIRING * 8, first=200)
        bridge.kill()
        alice.free.set()
        alice.lists.clear()
        bridge.start()
        wait_until(lambda: {"100", "101"} <= shown(alice).keys(), "the push that was cut off arrives", seconds=60)
        wait_until(lambda: posts(bridge, bob) == len(HIRING) * 9, "what was acknowledged is absorbed", seconds=60)
        assert posts(bridge, alice) == len(CASH) + 2


def test_web_and_workers_apart_and_one_takes_over_from_a_dead_one(
    database_url: str, tmp_path: Path, blogs: tuple[Holding, Holding]
) -> None:
    alice, _ = blogs
    with ExitStack() as processes:
        web = processes.enter_context(RunningBridge(tmp_path / "home", "web", DATABASE_URL=database_url))
        same = {"DATABASE_URL": database_url, "SECRET_KEY_FILE": str(web.home / "secret_key")}
        first = processes.enter_context(RunningBridge(tmp_path / "first", "worker", web.port, **same))
        introduce(web, blogs)
        alice.free.clear()
        publish(alice, CASH[:1], first=100)
        wait_until(alice.holding.is_set, "the first worker is at a push")
        processes.enter_context(RunningBridge(tmp_path / "second", "worker", web.port, **same))
        first.kill()
        web.kill()
        alice.free.set()
        alice.lists.clear()
        web.start()
        publish(alice, CASH[1:2], first=101)
        wait_until(lambda: {"100", "101"} <= shown(alice).keys(), "the second worker takes over", seconds=60)


def test_connections_that_break_cost_only_a_moment(
    database_url: str, tmp_path: Path, blogs: tuple[Holding, Holding]
) -> None:
    """As when the server restarts: senders are told to come again, and the work goes on by itself."""
    alice, bob = blogs
    admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    with RunningBridge(tmp_path / "home", DATABASE_URL=database_url) as bridge:
        introduce(bridge, blogs)
        for number, (title, words) in enumerate(HIRING * 3, 100):
            event = bob.post(number, 1, title, words, number)
            if number % 2:
                with admin.connect() as connection:
                    connection.execute(cut)
            wait_until(partial(taken, bob, event), "a broken connection is replaced at once")
        for number in range(200, 200 + CRASHES):
            crash(database_url)
            event = bob.post(number, 1, *HIRING[0], number)
            wait_until(partial(taken, bob, event), "a server that was killed has recovered")
        admin.dispose()
        wait_until(lambda: posts(bridge, bob) == len(HIRING) * 4 + CRASHES, "all that was acknowledged is absorbed")
        publish(alice, CASH[:1], first=100)
        wait_until(lambda: "100" in shown(alice), "lists are made and pushed as before")
        wait_until(lambda: bridge.get("/healthz")[0] == 200, "it calls itself healthy")
        complaints = bridge.log().count("no doorbell")
        time.sleep(1.5)
        assert bridge.log().count("no doorbell") == complaints, "the worker does not listen again"
        assert "Traceback" not in bridge.log()


def crash(url: str) -> None:
    """Kill one process of the server: it ends all others, and recovers from its log."""
    connection = postgres.connect(url)
    subprocess.run([*AS_ROOT, "kill", "-KILL", str(connection.info.backend_pid)], check=True, timeout=HANG_SECONDS)
    connection.close()


def taken(blog: PeerBlog, event: tuple[str, bytes]) -> bool:
    """202, or a refusal that says when to come again."""
    answer = blog.send(*event)
    assert answer.status in (202, 503)
    assert answer.status == 202 or int(answer.headers["retry-after"]) > 0
    return answer.status == 202
