"""What a blog merely says of where it is changes nothing; it hears of that, and so does whoever is there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.contract.parsing import FUTURE_VERSION_ERROR
from bridge.model import Version, latest_generation
from bridge.storage.bank import cards
from bridge.storage.bank.card_filters import Filters
from bridge.storage.blogs import blogs
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import tables as content_tables
from bridge.storage.matching import tables as matching_tables
from bridge.worker.outbound.list_wording import compile_objects
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


def facts(peer: PeerBlog, **other: Any) -> tuple[str, bytes]:
    """`blog.updated`, saying something else than what is known."""
    said = {
        "uuid": peer.blog_id,
        "name": peer.name.title(),
        "language": "fr-FR",
        "home_url": f"{peer.url}/",
        "rest_url": f"{peer.url}/wp-json/",
        "xmlrpc_url": "",
        "statistics": True,
    }
    return peer.event("blog.updated", **said | other)


def known(bank: WorkerBank, blog_id: str) -> Blog:
    with bank.database.read() as tx:
        return blogs.get(tx, blog_id)


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ({"home_url": "https://ann.example/"}, "https://ann.example/"),
        ({"home_url": "HTTPS://ANN.example"}, "HTTPS://ANN.example"),
        ({"rest_url": "https://ann.example/wp-json/"}, "https://ann.example/wp-json/"),
        ({"rest_url": "https://ben.example/?rest_route=/"}, "https://ben.example/?rest_route=/"),
        ({"xmlrpc_url": "https://ann.example/xmlrpc.php"}, ""),  # a handshake would not take it either
        ({"xmlrpc_url": "https://ben.example/xmlrpc.php"}, "https://ben.example/xmlrpc.php"),
        ({"further_homes": ["https://ann.example"]}, "https://ann.example"),
        ({"home_url": "https://ben.example"}, ""),
    ],
)
def test_an_event_moves_nobody(bank: WorkerBank, claim: dict[str, Any], told: str) -> None:
    bank.blog("ann")
    ben = bank.blog("ben")
    before = known(bank, "ann"), known(bank, "ben")
    bank.send(ben, facts(ben, name="Another name", **claim))
    bank.work()
    after = known(bank, "ben")
    assert after.facts.name == "Another name"
    for name in ("home_url", "rest_url", "xmlrpc_url"):
        assert getattr(after.facts, name) == getattr(before[1].facts, name)
    assert after.claimed_url == told
    assert after.further_homes == ()
    kept = known(bank, "ann")
    assert (kept.facts, kept.state) == (before[0].facts, before[0].state)


def test_whoever_is_there_hears_of_a_claim_once_a_day(bank: WorkerBank) -> None:
    bank.blog("ann")
    ben = bank.blog("ben")
    heard = []
    for hours in (0, 1, 22, 2, 25):
        bank.clock.advance(hours=hours)
        bank.send(ben, facts(ben, home_url="http://ann.example"))
        bank.work()
        heard.append(known(bank, "ann").contested_at)
    assert heard[0] == heard[1] == heard[2]
    assert heard[3] is not None
    assert heard[0] is not None
    assert heard[3] - heard[0] >= timedelta(days=1)
    assert heard[4] is not None
    assert heard[4] > heard[3]
    assert known(bank, "ann").contested_by == "https://ben.example"
    bank.send(ben, facts(ben))
    bank.work()
    assert known(bank, "ben").claimed_url == "", "it is not said any more"


def test_pages_of_others_are_kept_as_elsewhere_and_shown_nowhere(bank: WorkerBank) -> None:
    publish(bank, "ann", CASH)
    ben = publish(bank, "ben", CASH[:2])
    theirs = "https://ann.example/?p=1"
    bank.send(ben, *(ben.post(n, 1, *CASH[n], day=40 + n, url=theirs, canonical=theirs) for n in range(1, 5)))
    name, body = ben.author(1, "Ben")
    said = json.loads(body)
    said["data"]["url"] = "https://ann.example/author/1"
    bank.send(ben, (name, json.dumps(said).encode()))
    bank.clock.advance(minutes=2)
    bank.work()
    with bank.database.read() as tx:
        shown = {(row.url, row.elsewhere) for row in tx.execute(select(content_tables.posts).where(_of("ben")))}
        assert shown == {(f"https://ben.example/?p={n}", theirs) for n in range(1, 5)}
        (card,) = cards.list_by_author(tx, [card.key for card in _cards(tx) if card.key.blog_id == "ben"]).values()
        assert card.url == "https://ben.example"
        reasons = [
            row.reason
            for table in (matching_tables.related, matching_tables.post_related)
            for row in tx.execute(select(table))
        ]
        assert any("ben.example" in reason for reason in reasons)
        assert not any(theirs in reason for reason in reasons if "ben.example" in reason)


def _of(blog: str) -> Any:
    return content_tables.posts.c.blog_id == blog


def _cards(tx: Any) -> list[cards.Card]:
    return cards.list_page(tx, Filters(), 50)[0]


@pytest.mark.parametrize("generation", [2**63 - 1, None])
def test_a_history_from_the_future_is_refused_with_its_reason(bank: WorkerBank, generation: int | None) -> None:
    ann = bank.blog("ann")
    wild = generation or latest_generation(bank.clock()) + 1
    name, body = ann.author(1, "Ann")
    said = json.loads(body)
    said["data"]["version"]["generation"] = wild
    bank.send(ann, (name, json.dumps(said).encode()))
    said["data"]["version"]["generation"] = latest_generation(bank.clock())
    bank.work()
    with bank.database.read() as tx:
        assert tx.execute(select(content_tables.authors)).first() is None
        assert known(bank, "ann").highest is None
        (row,) = tx.execute(select(blogs_tables.deliveries.c.state, blogs_tables.deliveries.c.error)).all()
    assert row.state == "quarantined"
    assert FUTURE_VERSION_ERROR in row.error
    bank.send(ann, ("author_ok_0001", json.dumps(said).encode()))
    bank.work()
    assert known(bank, "ann").highest == Version(latest_generation(bank.clock()), 1), "a clock may be a little wrong"


def test_namesakes_of_other_blogs_are_told_apart_under_posts(bank: WorkerBank) -> None:
    ann = publish(bank, "ann", CASH)
    for name, called in (("ben", "Ana"), ("cy", "An\u0430"), ("dan", "Dan")):
        other = publish(bank, name, tuple((title, f"{text} {name}.") for title, text in CASH))
        bank.send(other, other.author(1, called))
    bank.clock.advance(minutes=5)
    bank.work()
    with bank.database.read() as tx:
        shown = {one.name: one.blog for item in compile_objects(tx, blogs.get(tx, "ann")) for one in item.mentors}
    assert shown["Ana"] == "Ben (ben.example)"
    assert shown["An\u0430"] == "Cy (cy.example)"
    assert shown["Dan"] == "Dan"
    assert ann
