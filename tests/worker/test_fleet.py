"""The same stations on many processes: what is killed or poisoned costs seconds, and nothing that was acknowledged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from re import MULTILINE, findall
from subprocess import run

import pytest
from sqlalchemy import select, text

from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs
from tests.lab.fixtures import wait_until
from tests.lab.postgres import PostgresDatabases
from tests.lab.rabbitmq import RabbitMQ
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.running import BRIDGE, RunningBridge

pytestmark = pytest.mark.slow

POISON = 666  # the number of a post that ends whoever reads it
ABSORBING = jobs.c.station == "absorb"
COMPOSE = (Path(__file__).parents[2] / "docs" / "deploy" / "compose.yaml").read_text("utf-8")
COMMANDS = [line.split() for line in findall(r"^    command: bridge (.+)$", COMPOSE, MULTILINE)]
READER = f"""
import os, signal
from bridge.worker.intake import absorb, read_inbox

def prepare(event, *rest):
    if getattr(event, "remote_id", "") == "{POISON}":
        os.kill(os.getpid(), signal.SIGKILL)
    return absorb.prepare(event, *rest)

read_inbox.prepare = prepare
from bridge.cli.main import main
main()
"""


class Fleet:
    """A broker, a web process, a sweep, and workers, each a process of its own, on one database of PostgreSQL."""

    def __init__(self, home: Path, url: str) -> None:
        self.broker = RabbitMQ().start()
        settings = {"DATABASE_URL": url, "BROKER_URL": self.broker.url, "SECRET_KEY": "k" * 40}
        self.processes: list[RunningBridge] = []
        for command, *options in COMMANDS:  # as an operator reads them
            read = "absorb,refresh,tally" in options
            process = RunningBridge(
                home / str(len(self.processes)),
                command,
                0,
                options=[] if command == "web" else options,  # where it listens is the test's own
                program=(sys.executable, "-c", READER) if read else (BRIDGE,),
                **settings,
            )
            self.processes.append(process)
        self.web, self.computing, _, self.sweep = self.processes

    def start(self) -> None:
        """The web side first: it makes the tables."""
        self.web.start()
        for process in self.processes[1:]:
            process.start()

    def stop(self) -> None:
        """As an operator would, the broker last."""
        for process in reversed(self.processes):
            process.stop()
        self.broker.stop()


@pytest.fixture
def database_of_fleet(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """Empty, on PostgreSQL."""
    with postgres_databases.empty() as url:
        yield url


@pytest.fixture
def fleet(database_of_fleet: str, tmp_path: Path) -> Iterator[Fleet]:
    """Started."""
    started = Fleet(tmp_path, database_of_fleet)
    try:
        started.start()
        yield started
    finally:
        started.stop()


def children(process: RunningBridge) -> list[int]:
    assert process.process is not None
    found = run(["pgrep", "-P", str(process.process.pid)], capture_output=True, text=True, check=False)
    return [int(number) for number in found.stdout.split()]


def test_what_is_killed_or_poisoned_stops_nobody(fleet: Fleet, database_of_fleet: str) -> None:
    with PeerBlog("Ann") as ann, PeerBlog("Ben") as ben, PeerBlog("Poisoned") as poisoned:
        for number, blog in enumerate((ann, ben, poisoned), 1):
            assert blog.connect(fleet.web.url).status == 201
            assert blog.send(*blog.author(number, blog.name)).status == 202

        def publish(blog: PeerBlog, post: int) -> None:
            assert blog.send(*blog.post(post, 2 if blog is ben else 1, *CASH[post % len(CASH)], post)).status == 202

        for post in range(1, 4):
            publish(ann, post)
            publish(ben, post)
        wait_until(lambda: ann.lists.keys() & {"1", "2", "3"} == {"1", "2", "3"}, "Ann's posts have their lists")

        # A process that dies of what it reads, again and again.
        publish(poisoned, POISON)
        database = Database.open(database_of_fleet)

        def crashes() -> int:
            with database.read() as tx:
                return tx.scalar(select(jobs.c.crashes).where(jobs.c.entity == poisoned.blog_id, ABSORBING)) or 0

        wait_until(crashes, "the poison has ended its process once")
        publish(ann, 4)
        wait_until(lambda: "4" in ann.lists, "Ann is served beside the poison")

        # A worker that is killed whole, with its children.
        assert len(children(fleet.computing)) >= 2
        fleet.computing.kill()
        publish(ann, 5)
        fleet.computing.start()
        wait_until(lambda: "5" in ann.lists, "Ann is served by the next worker")

        # A broker that is killed: nobody who delivers hears of it.
        fleet.broker.kill()
        publish(ann, 6)
        fleet.broker.start()
        wait_until(lambda: "6" in ann.lists, "Ann is served when the broker is back", seconds=60)

        # A sweep that is killed: the next one holds the lock, and tells anew what is due.
        fleet.sweep.kill()
        publish(ann, 7)
        fleet.sweep.start()
        wait_until(lambda: "7" in ann.lists, "Ann is served by the next sweep")

        wait_until(lambda: crashes() >= 2, "the poison was tried again")
        with database.read() as tx:
            assert tx.scalar(text("SELECT count(*) FROM posts")) == 10
        database.close()


def test_without_a_broker_or_on_sqlite_it_says_what_is_missing(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "BRIDGE_HOME": str(tmp_path), "SECRET_KEY": "k" * 40}

    def said(*arguments: str, **settings: str) -> str:
        ended = run([BRIDGE, *arguments], env={**environment, **settings}, capture_output=True, text=True, check=False)
        assert ended.returncode in (1, 2), ended.stderr
        return ended.stderr

    assert "needs PostgreSQL" in said("sweep", BROKER_URL="amqp://guest:guest@127.0.0.1//")
    assert "none of absorb" in said("worker", "--queues", "absorb,all")
    assert "only RabbitMQ" in said("sweep", BROKER_URL="redis://127.0.0.1")
    assert "BROKER_URL" in said("worker", "--queues", "push", DATABASE_URL="postgresql://bridge@127.0.0.1:1/bridge")
