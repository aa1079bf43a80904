"""The dashboard over the test client: Alice owns her blog, Aline writes on it, Bob owns another, Mallory has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.model import BlogFacts
from bridge.operations.receiving import receive
from bridge.storage.blogs import blogs
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from bridge.webhooks.service import Service
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from bridge.worker.outbound.push import push
from tests.conftest import NOW, Clock, DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog, wire_time
from tests.webhooks.conftest import alice, service
from tests.worker.conftest import RecordingClient

__all__ = ["alice", "service"]
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
OWNER = Person("alice", "1", "administrator", True, "Alice")
WRITER = Person("alice", "2", "author", False, "Aline")
GUEST = Person("alice", "9", "subscriber", False, "Gus")
OTHER = Person("bob", "1", "administrator", True, "Bob")
KEY = "c" * 64


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


@pytest.fixture
def work(service: Service, clock: Clock) -> Callable[[], None]:
    """Do all that is due, and bring Alice's blog up to date."""
    context = Context(service, RecordingClient())

    def do() -> None:
        run_until_idle(context)
        push(context, "alice")

    return do


@pytest.fixture
def deliver(service: Service, clock: Clock) -> Callable[[PeerBlog, list[tuple[str, bytes]]], None]:
    """What blogs send, as the web side stores it."""

    def send(peer: PeerBlog, events: list[tuple[str, bytes]]) -> None:
        with service.database.begin() as tx:
            receive(tx, [InboundDelivery(peer.blog_id, name, clock(), body) for name, body in events])

    return send


TEXTS = (
    "La trésorerie de mon atelier a manqué, j’ai appris à relancer mes clients et à demander un acompte. ",
    "J’ai échoué à embaucher mon premier employé ; avec le recul, la trésorerie de l’atelier ne suffisait pas. ",
    "Un acompte, une relance, un calendrier de trésorerie : voilà ce que mon atelier m’a appris. ",
)
LONGER = [text for _, text in (*CASH, *HIRING)]  # what an author repeats does not count


@pytest.fixture
def house(
    service: Service,
    clock: Clock,
    alice: PeerBlog,
    work: Callable[[], None],
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
    kept: DatabaseSnapshots,
    database_url: str,
) -> PeerBlog:
    """Alice's blog with two authors, posts and comments, Bob's beside it; everything read and counted."""
    alice.url = "https://alice.example"

    def fill() -> int:
        publish_and_comment(alice, service, clock, deliver)
        work()
        return alice.revision

    alice.revision = kept.once("blog", service.database, database_url, fill)
    return alice


def publish_and_comment(
    alice: PeerBlog, service: Service, clock: Clock, deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None]
) -> None:
    """What both blogs have said."""
    bob = silent_blog("bob", "https://bob.example")
    with service.database.begin() as tx:
        for peer in (alice, bob):
            facts = BlogFacts(
                peer.blog_id.title(),
                "",
                "fr-FR",
                peer.url,
                f"{peer.url}/wp-json/",
                f"{peer.url}/xmlrpc.php",
                peer.blog_id,
                statistics=True,
            )
            blogs.upsert(tx, peer.blog_id, "connected", facts, clock())
    events = [alice.author(1, "Alice"), alice.author(2, "Aline")]
    for number in range(1, 7):
        at = NOW - timedelta(days=10 * number)
        events.append(written(alice, number, 1 + number % 2, at))
        events.append(commented(alice, 100 + number, number, at + timedelta(hours=5)))
    deliver(alice, events)
    deliver(bob, [bob.author(1, "Bob"), *[written(bob, n, 1, NOW - timedelta(days=n)) for n in range(1, 6)]])


def written(peer: PeerBlog, number: int, author: int, at: datetime) -> tuple[str, bytes]:
    """A post."""
    return peer.event(
        "post.published",
        id=number,
        author_id=author,
        url=f"{peer.url}/?p={number}",
        title=f"Billet {number}",
        content=f"<p>{TEXTS[number % 3]}</p><p>{LONGER[number % len(LONGER)]}</p>",
        excerpt="",
        language="fr-FR",
        published_at=wire_time(at),
        modified_at=wire_time(at),
        tags=[],
        categories=[],
        truncated=False,
    )


SAID = (
    "Et vous, comment avez-vous fait pour la trésorerie ? J’ai vécu cela aussi, l’an dernier, avec un client qui ne "
    "payait jamais et une banque qui ne répondait plus, hélas."
)


def commented(peer: PeerBlog, number: int, post: int, at: datetime, content: str = SAID) -> tuple[str, bytes]:
    """A comment of Zoé's."""
    return peer.event(
        "comment.published",
        id=number,
        post_id=post,
        parent_id=0,
        commenter=KEY,
        commenter_basis="email",
        author_name="Zoé <b>",
        author_id=0,
        is_staff=False,
        by_post_author=False,
        comment_type="comment",
        content=content,
        published_at=wire_time(at),
        historical=False,
    )


@pytest.fixture
def sign_in(app: Flask, service: Service, clock: Clock) -> Callable[..., FlaskClient]:
    """A browser of somebody, signed in as wp-admin does it; or another blog of theirs in the same browser."""

    def enter(person: Person, browser: FlaskClient | None = None) -> FlaskClient:
        browser = browser or app.test_client()
        with service.database.begin() as tx:
            token = sessions.record_link(tx, person, clock())
        answer = browser.get(f"/sign-in?token={token}", headers=BROWSER)
        assert answer.status_code == 303
        return browser

    return enter


def csrf(page: str) -> str:
    """The token of a form on a page."""
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
