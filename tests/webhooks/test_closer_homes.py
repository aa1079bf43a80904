"""On one host, of two blogs the one whose proven address is nearer to a page has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bridge import signing
from bridge.model import BlogFacts, Station
from bridge.storage import codes, ingest, tables, work
from bridge.storage.ingest import Arrival
from bridge.webhooks.admission import Asked, Proof, admit
from bridge.webhooks.service import Service
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.rest import Handed
from bridge.worker.context import Context
from bridge.worker.inbox import absorb
from tests.conftest import Clock
from tests.lab.texts import CASH
from tests.peer import PeerBlog, silent

HOST = "https://host.example"
PAGES = {1: f"{HOST}/~ann/hello/", 2: f"{HOST}/~anna/hello/", 3: f"{HOST}/a-post/"}
Connect = Callable[[str, str], PeerBlog]


@pytest.fixture
def connect(service: Service, clock: Clock) -> Connect:
    """What a handshake that succeeded leads to."""

    def proven(name: str, home: str) -> PeerBlog:
        facts = BlogFacts(name, "", "fr-FR", home, f"{home}/wp-json/", "", name, statistics=True)
        asked = Asked(home, f"{home}/wp-json/", "", code(service, home, clock), "", "")
        admit(service, asked, Handed("", "", name, signing.new_key(), signing.new_key()), Proof(facts))
        return silent(name, home)

    return proven


def code(service: Service, home: str, clock: Clock) -> str:
    with service.database.begin() as tx:
        return codes.add(tx, home, clock())


def say(service: Service, clock: Clock, blog: PeerBlog) -> None:
    """An author and posts at all the pages."""
    posts = [blog.post(number, 1, *CASH[number], url=page) for number, page in PAGES.items()]
    with service.database.begin() as tx:
        events = [blog.author(1, blog.name), *posts]
        ingest.record(tx, [Arrival(blog.blog_id, name, clock(), body) for name, body in events])
    absorb(Context(service.database, service.vault, WordPressClient(service.door), clock), blog.blog_id)


def elsewhere(service: Service, blog: str) -> dict[str, tuple[str, str]]:
    """What is not at home with a blog: what is shown instead, and what it said."""
    kept = tables.posts.c
    with service.database.read() as tx:
        rows = tx.execute(select(kept.remote_id, kept.url, kept.elsewhere).where(kept.blog_id == blog))
        return {row.remote_id: (row.url, row.elsewhere) for row in rows if row.elsewhere}


THEIRS = {"1": (f"{HOST}/?p=1", PAGES[1])}


def test_the_root_of_a_host_has_no_page_of_a_blog_below_it(service: Service, clock: Clock, connect: Connect) -> None:
    connect("ann", f"{HOST}/~ann")
    root = connect("root", HOST)
    say(service, clock, root)
    assert elsewhere(service, "root") == THEIRS


def test_what_it_had_is_judged_anew_when_such_a_blog_connects(service: Service, clock: Clock, connect: Connect) -> None:
    root = connect("root", HOST)
    say(service, clock, root)
    assert elsewhere(service, "root") == {}
    with service.database.begin() as tx:
        work.clear(tx, "root/1")
    ann = connect("ann", f"{HOST}/~ann")
    assert elsewhere(service, "root") == THEIRS
    with service.database.read() as tx:
        due = select(tables.work.c.entity).where(
            tables.work.c.station == Station.REFRESH, tables.work.c.due_at.is_not(None)
        )
        assert "root/1" in set(tx.scalars(due))
    say(service, clock, ann)
    assert set(elsewhere(service, "ann")) == {"2", "3"}, "its own is its own"
