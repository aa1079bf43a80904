"""A worker without threads, on real databases, with blogs that hear everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from bridge.contract.pushes import Pushed
from bridge.errors import DeliveryFailed
from bridge.model import BlogAccess, BlogFacts, Transport
from bridge.operations.receiving import receive
from bridge.pushes import PushAnswer, PushObject, StatsObject
from bridge.storage.blogs import blogs
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.content import posts
from bridge.storage.core.database import Database, Tx
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from tests.conftest import Clock, DatabaseSnapshots
from tests.peer import PeerBlog, silent_blog
from tests.runtime import runtime_on


class RecordingClient:
    """The port to blogs, in memory: keeps what was pushed, or fails as it is told."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, PushObject]] = {}
        self.statistics: dict[str, dict[tuple[str, str], StatsObject]] = {}
        self.failure: DeliveryFailed | None = None
        self.calls = 0
        self.asked_to_rotate: list[str] = []
        self.asked_to_check: list[str] = []

    def push(self, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        """Take everything."""
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        for item in objects:
            if isinstance(item, StatsObject):
                self.statistics.setdefault(blog.blog_id, {})[item.kind, item.object] = item
            else:
                self.held.setdefault(blog.blog_id, {})[item.object] = item
        return PushAnswer(accepted=tuple((item.kind, item.object, item.version) for item in objects))

    def poke(self, blog: BlogAccess, now: datetime) -> None:
        """Nothing waits here."""

    def rotate(self, blog: BlogAccess, now: datetime) -> None:
        """Remember who was asked."""
        if self.failure is not None:
            raise self.failure
        self.asked_to_rotate.append(blog.blog_id)

    def check(self, blog: BlogAccess, now: datetime) -> None:
        """Remember who was asked to compare."""
        self.asked_to_check.append(blog.blog_id)

    def probe(self, blog: BlogAccess, now: datetime) -> Transport:
        """REST, always."""
        return Transport.REST


@dataclass(frozen=True)
class FilledBank:
    """What a test sees of a bank beside its database."""

    now: datetime
    peers: list[tuple[str, str, int]]  # name, language, how much each has said
    pushed: dict[str, dict[str, PushObject]]
    statistics: dict[str, dict[tuple[str, str], StatsObject]]


class WorkerBank:
    """A database with some blogs, to which events are sent."""

    def __init__(
        self, database: Database, clock: Clock, once: Callable[[str, Callable[[], Any]], Any] = lambda _, make: make()
    ) -> None:
        self.database = database
        self.clock = clock
        self.peers: dict[str, PeerBlog] = {}
        self._once = once
        self.blogs = RecordingClient()
        self.context = Context(runtime_on(database, clock), self.blogs)

    def blog(self, name: str, language: str = "fr-FR") -> PeerBlog:
        """A connected blog, that is never served: only its events are used."""
        peer = self.peers[name] = silent_blog(name, f"https://{name}.example", language)
        facts = BlogFacts(name.title(), "", language, peer.url, f"{peer.url}/wp-json/", "", name, statistics=True)
        with self.database.begin() as tx:
            blogs.upsert(tx, name, "connected", facts, self.clock())
        return peer

    def send(self, peer: PeerBlog, *events: tuple[str, bytes]) -> None:
        """Deliveries, as the web side stores them."""
        with self.database.begin() as tx:
            receive(tx, [InboundDelivery(peer.blog_id, name, self.clock(), body) for name, body in events])

    def work(self) -> None:
        """All that is due here."""
        run_until_idle(self.context)

    def prepare(self, name: str, fill: Callable[[], object]) -> dict[str, PeerBlog]:
        """The bank as `fill` leaves it, which is called once for each kind of database; all blogs by their names."""
        filled = self._once(name, lambda: self._filled(fill))
        self.clock.now, self.blogs.held, self.blogs.statistics = filled.now, filled.pushed, filled.statistics
        self.peers = {
            name: silent_blog(name, f"https://{name}.example", language, revision)
            for name, language, revision in filled.peers
        }
        return self.peers

    def _filled(self, fill: Callable[[], object]) -> FilledBank:
        fill()
        peers = [(name, peer.language, peer.revision) for name, peer in self.peers.items()]
        return FilledBank(self.clock(), peers, self.blogs.held, self.blogs.statistics)


@pytest.fixture
def bank(database: Database, clock: Clock, database_url: str, kept: DatabaseSnapshots) -> WorkerBank:
    """An empty bank on each kind of database."""
    return WorkerBank(database, clock, lambda name, make: kept.once(name, database, database_url, make))


def write(bank: WorkerBank, name: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    """A new blog with one author who takes part, and their posts, for the work that follows."""
    peer = bank.blog(name)
    bank.send(peer, peer.author(1, name.title()))
    bank.send(peer, *(peer.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(texts)))
    return peer


def publish(bank: WorkerBank, name: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    """The same, absorbed."""
    peer = write(bank, name, texts)
    bank.work()
    return peer


def post_author(tx: Tx, blog_id: str, remote_id: str) -> str | None:
    """Whose a post is; None: it is not stored."""
    return dict(posts.list_names_by_blog(tx, blog_id).values()).get(remote_id)
