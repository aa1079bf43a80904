"""The bank over the test client: Alice and Bob are mentors, Wilma was one, Mallory never."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.model import AuthorKey
from bridge.webhooks.service import Service
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.webhooks.conftest import service
from tests.worker.conftest import Bank, bank

__all__ = ["bank", "service"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
FRENCH = {**BROWSER, "Accept-Language": "fr-CA,fr;q=0.9"}


@dataclass
class House:
    """A bank with people in it, and somebody who reads it."""

    bank: Bank
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


def publish(bank: Bank, name: str, author: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    """A blog with one mentor and some posts."""
    peer = bank.blog(name)
    bank.send(peer, peer.author(1, author))
    bank.send(peer, *(peer.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(texts)))
    bank.work()
    return peer


@pytest.fixture
def house(bank: Bank, service: Service) -> House:
    """Everybody, read and listed; Wilma left again."""
    alice = publish(bank, "alice", "Alice", CASH)
    bob = publish(bank, "bob", "Bob", HIRING)
    wilma = publish(bank, "wilma", "Wilma", CASH)
    made = House(bank, create_app(service.config, service=service).test_client(), alice, bob, wilma)
    bank.clock.advance(minutes=1)
    bank.work()
    made.leaves(wilma)
    return made
