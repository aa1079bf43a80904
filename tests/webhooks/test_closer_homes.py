"""On one host, of two blogs the one whose proven address is nearer to a page has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bridge import signing
from bridge.model import BlogFacts
from bridge.operations.receiving import receive
from bridge.operations.stations import Station
from bridge.storage.blogs import registration_codes
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.content import tables as content_tables
from bridge.storage.core import jobs
from bridge.storage.core import tables as core_tables
from bridge.webhooks.admission import ConnectionRequest, Proof, admit
from bridge.webhooks.service import Service
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.rest import HandshakeOffer
from bridge.worker.context import Context
from bridge.worker.intake.read_inbox import absorb
from tests.conftest import Clock
from tests.lab.texts import CASH
from tests.peer import PeerBlog, silent_blog

HOST = "https://host.example"
PAGES = {1: f"{HOST}/~ann/hello/", 2: f"{HOST}/~anna/hello/", 3: f"{HOST}/a-post/"}
Connect = Callable[[str, str], PeerBlog]


@pytest.fixture
def connect(service: Service, clock: Clock) -> Connect:
    """What a handshake that succeeded leads to."""

    def proven(name: str, home: str) -> PeerBlog:
        facts = BlogFacts(name, "", "fr-FR", home, f"{home}/wp-json/", "", name, statistics=True)
        asked = ConnectionRequest(home, f"{home}/wp-json/", "", code(service, home, clock), "", "")
        admit(service, asked, HandshakeOffer("", "", name, signing.new_key(), signing.new_key()), Proof(facts))
        return silent_blog(name, home)

    return proven


def code(service: Service, home: str, clock: Clock) -> str:
    with service.database.begin() as tx:
        return registration_codes.record_code(tx, home, clock())


def say(service: Service, clock: Clock, blog: PeerBlog) -> None:
    """An author and posts at all the pages."""
    posts = [blog.post(number, 1, *CASH[number], url=page) for number, page in PAGES.items()]
    with service.database.begin() as tx:
        events = [blog.author(1, blog.name), *posts]
        receive(tx, [InboundDelivery(blog.blog_id, name, clock(), body) for name, body in events])
    absorb(Context(service, WordPressClient(service.door)), blog.blog_id)


def elsewhere(service: Service, blog: str) -> dict[str, tuple[str, str]]:
    """What is not at home with a blog: what is shown instead, and what it said."""
    columns = content_tables.posts.c
    with service.database.read() as tx:
        rows = tx.execute(select(columns.remote_id, columns.url, columns.elsewhere).where(columns.blog_id == blog))
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
        jobs.mark_not_due(tx, "root/1")
    ann = connect("ann", f"{HOST}/~ann")
    assert elsewhere(service, "root") == THEIRS
    with service.database.read() as tx:
        due = select(core_tables.jobs.c.entity).where(
            core_tables.jobs.c.station == Station.REFRESH, core_tables.jobs.c.due_at.is_not(None)
        )
        assert "root/1" in set(tx.scalars(due))
    say(service, clock, ann)
    assert set(elsewhere(service, "ann")) == {"2", "3"}, "its own is its own"
