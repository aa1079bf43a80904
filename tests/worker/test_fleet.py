"""The same stations on many processes: what is killed or poisoned costs seconds, and nothing that was acknowledged."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from subprocess import run

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bridge.cli.main import commands
from bridge.operations.stations import Station
from bridge.storage.blogs.tables import deliveries
from bridge.storage.content.tables import posts
from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs
from bridge.worker.fleet import BANK_STATIONS, QUEUES
from tests.lab.fixtures import connect_blog, names_mentor, public_posts, wait_until
from tests.lab.fleet import Fleet
from tests.lab.postgres import PostgresDatabases
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.peer import PeerBlog, post
from tests.running import BRIDGE, HANG_SECONDS, RunningBridge

pytestmark = pytest.mark.slow

POISON = 666  # the number of a post that ends whoever reads it
ABSORBING = jobs.c.station == "absorb"
PAUSE_SECONDS = 0.05  # between two posts: they are absorbed beside what comes after
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


@pytest.fixture(scope="module")
def database_of_fleet(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """Empty, on PostgreSQL."""
    with postgres_databases.empty() as url:
        yield url


@pytest.fixture(scope="module")
def fleet(database_of_fleet: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Started once: a broker takes longer than what is asked of it."""
    prepared = Fleet(tmp_path_factory.mktemp("fleet"), database_of_fleet, (sys.executable, "-c", READER))
    try:
        yield prepared.start()
    finally:
        prepared.stop()


@pytest.mark.wordpress
def test_blogs_on_a_fleet_find_each_other(fleet: Fleet, new_blog: Callable[..., Blog]) -> None:
    """Real plugins, each at a web process of its own; all that lies between is a process of its own, too."""
    one = connect_blog(new_blog("fleetone", posts=CASH[:3]), fleet.web)
    other = connect_blog(new_blog("fleetother", posts=HIRING[:3]), fleet.other_web)

    def shows(blog: Blog, mentor: Blog) -> bool:
        return any(names_mentor(blog, post, mentor) for post in public_posts(blog))

    wait_until(lambda: shows(one, other), "a mentor of the other blog under a post of the one", 60)
    wait_until(lambda: shows(other, one), "and the other way round", 60)
    answer = CliRunner().invoke(commands, ["doctor", "--json"], env=fleet.web.environment)
    findings = {finding["name"]: finding for finding in json.loads(answer.stdout)["findings"]}
    assert findings["limits"]["ok"], "both web processes count in one Redis"
    assert findings["set aside"]["ok"]
    assert findings["quarantine"]["ok"]
    assert one.complaints() + other.complaints() == []


class Sender(threading.Thread):
    """Sends posts of a blog one after the other, as behind a balancer: what cannot be handed over goes to the next."""

    def __init__(self, blog: PeerBlog, first: int, webs: Sequence[RunningBridge]) -> None:
        super().__init__(daemon=True)
        self.blog, self.webs, self.next_post = blog, webs, first
        self.acknowledged: list[str] = []
        self.answers: Counter[int] = Counter()
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.is_set():
            self.next_post += 1
            title, text = CASH[self.next_post % len(CASH)]
            message_id, body = self.blog.post(
                self.next_post, 1, title, f"{text} {self.next_post}", self.next_post % 300
            )
            for web in itertools.cycle(self.webs):
                try:
                    signed = self.blog.sign(message_id, body)
                    answer = post(f"{web.url}/webhooks/{self.blog.blog_id}", body, signed)
                except (OSError, HTTPException, ValueError):  # nobody listens, or it ended in the middle
                    continue
                self.answers[answer.status] += 1
                if answer.status == 202:
                    self.acknowledged.append(message_id)
                    break
            self.ending.wait(PAUSE_SECONDS)


def test_web_processes_begin_anew_one_after_the_other_while_blogs_send(fleet: Fleet, database_of_fleet: str) -> None:
    webs = (fleet.web, fleet.other_web)
    with PeerBlog("Rolling") as blog:
        assert blog.connect(fleet.web.url).status == 201
        assert blog.send(*blog.author(1, "Rolling")).status == 202
        # One asks the one first, one the other.
        senders = [Sender(blog, 10_000 * number, webs if number % 2 else webs[::-1]) for number in (1, 2)]
        for sender in senders:
            sender.start()

        def count_acknowledged() -> int:
            return sum(len(sender.acknowledged) for sender in senders)

        for web in webs:
            for restart in (web.stop, web.start):
                before = count_acknowledged()
                restart()
                wait_until(lambda before=before: count_acknowledged() > before + 5, "it goes on")  # type: ignore[misc]
        for sender in senders:
            sender.ending.set()
            sender.join(HANG_SECONDS)
        assert sum((sender.answers for sender in senders), Counter[int]()).keys() == {202}, "nobody was answered 5xx"
        acknowledged = [message for sender in senders for message in sender.acknowledged]
        with closing(Database.open(database_of_fleet)) as database, database.read() as tx:
            rows = tx.scalars(select(deliveries.c.webhook_id).where(deliveries.c.blog_id == blog.blog_id)).all()
        assert sorted(set(acknowledged)) == sorted(acknowledged)
        assert set(acknowledged) <= set(rows), "what was acknowledged is there"
        assert len(rows) == len(set(rows)) == len(acknowledged) + 1, "once each, with the author"


def children(process: RunningBridge) -> list[int]:
    assert process.process is not None
    found = run(["pgrep", "-P", str(process.process.pid)], capture_output=True, text=True, check=False)
    return [int(number) for number in found.stdout.split()]


def test_what_is_killed_or_poisoned_stops_nobody(fleet: Fleet, database_of_fleet: str) -> None:
    with (
        closing(Database.open(database_of_fleet)) as database,
        PeerBlog("Ann") as ann,
        PeerBlog("Ben") as ben,
        PeerBlog("Poisoned") as poisoned,
    ):
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

        def crashes() -> int:
            with database.read() as tx:
                return tx.scalar(select(jobs.c.crashes).where(jobs.c.entity == poisoned.blog_id, ABSORBING)) or 0

        def is_given_up() -> bool:
            with database.read() as tx:
                state = select(deliveries.c.state).where(deliveries.c.blog_id == poisoned.blog_id)
                return "quarantined" in tx.scalars(state)

        wait_until(crashes, "the poison has ended its process once")
        publish(ann, 4)
        wait_until(lambda: "4" in ann.lists, "Ann is served beside the poison")

        # A worker that is killed whole, with its children; the one that the poison ended may not be replaced yet.
        wait_until(lambda: len(children(fleet.computing)) >= 2, "the worker has all its children")
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

        # On a slow machine it has been tried three times by now, which ends the count.
        wait_until(lambda: crashes() >= 2 or is_given_up(), "the poison was tried again", seconds=120)
        with database.read() as tx:
            of_both = posts.c.blog_id.in_((ann.blog_id, ben.blog_id))
            assert tx.scalar(select(func.count()).select_from(posts).where(of_both)) == 10


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


def test_each_station_is_somebodys_work_in_a_fleet() -> None:
    shared = [station for stations in QUEUES.values() for station in stations]
    assert sorted([*shared, *BANK_STATIONS]) == sorted(Station)
