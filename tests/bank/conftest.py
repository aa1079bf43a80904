"""The bank over the test client: Alice and Bob are mentors, Wilma was one, Mallory never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.model import AuthorKey
from bridge.webhooks.service import Service
from tests.conftest import DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.webhooks.conftest import service
from tests.worker.conftest import RecordingClient, WorkerBank, bank

__all__ = ["bank", "service"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
FRENCH = {**BROWSER, "Accept-Language": "fr-CA,fr;q=0.9"}


@dataclass
class House:
    """A bank with people in it, and somebody who reads it."""

    bank: WorkerBank
    client: FlaskClient
    alice: PeerBlog
    bob: PeerBlog
    wilma: PeerBlog
    quoted: str = ""  # a passage that Alice chose
    from_post: str = ""

    def get(self, address: str, **headers: str) -> str:
        """A page that is there."""
        answer = self.client.get(address, headers={**BROWSER, **headers})
        assert answer.status_code == 200, answer.text
        return answer.text

    def author(self, peer: PeerBlog) -> AuthorKey:
        """The mentor of a blog."""
        return AuthorKey(peer.blog_id, "1")

    def leaves(self, peer: PeerBlog) -> None:
        """Its author takes their consent back."""
        self.bank.send(peer, peer.event("author.removed", id=1))
        self.bank.clock.advance(minutes=1)
        self.bank.work()


def publish(bank: WorkerBank, name: str, author: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    """A blog with one mentor and some posts, read and listed."""
    peer = send(bank, name, author, texts)
    bank.work()
    return peer


def send(bank: WorkerBank, name: str, author: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    """A blog with one mentor and some posts, not read yet."""
    peer = bank.blog(name)
    bank.send(peer, peer.author(1, author))
    bank.send(peer, *(peer.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(texts)))
    return peer


@pytest.fixture
def house(bank: WorkerBank, service: Service, database_url: str, kept: DatabaseSnapshots) -> House:
    """Everybody, read and listed; Wilma left again."""
    client = create_app(service).test_client()

    def fill() -> tuple[datetime, RecordingClient, dict[str, int]]:
        texts = {"alice": CASH, "bob": HIRING, "wilma": CASH}
        peers = {name: publish(bank, name, name.title(), text) for name, text in texts.items()}
        bank.clock.advance(minutes=1)
        bank.work()
        House(bank, client, peers["alice"], peers["bob"], peers["wilma"]).leaves(peers["wilma"])
        return bank.clock.now, bank.blogs, {name: peer.revision for name, peer in peers.items()}

    bank.clock.now, notes, revisions = kept.once("house", bank.database, database_url, fill)
    vars(bank.blogs).update(vars(notes))
    peers = {
        name: silent_blog(name, f"https://{name}.example", revision=revision) for name, revision in revisions.items()
    }
    return House(bank, client, peers["alice"], peers["bob"], peers["wilma"])
