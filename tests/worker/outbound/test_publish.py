"""Whoever subscribes at a hub hears of new posts by themselves: a whole hub on loopback, and what it is told."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask, Response, request

from bridge.app import create_app
from bridge.config import Config
from bridge.operations.stations import Station
from bridge.runtime import build_runtime
from bridge.storage.core import job_leases, jobs
from bridge.webhooks.service import Service
from bridge.wordpress.feed_hub import FeedHub
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.outbound.publish import publish
from tests.bank.conftest import House, house
from tests.bank.conftest import service as service  # the house's own
from tests.bank.test_subscriptions import ATOM, prose
from tests.running import free_port
from tests.serving import served
from tests.worker.conftest import bank

__all__ = ["bank", "house", "service"]
pytestmark = pytest.mark.slow


class SmallHub:
    """A hub of WebSub: verifies who subscribes, fetches what is published, and brings it to them."""

    def __init__(self) -> None:
        self.subscribers: dict[str, set[str]] = {}
        self.published: list[str] = []
        self.status = 202
        self.app = Flask("hub")
        self.app.add_url_rule("/", view_func=self.answer, methods=["POST"])

    def answer(self) -> Response:
        """What a subscriber or a publisher asks."""
        if self.status != 202:
            return Response(status=self.status)
        topic = request.form.get("hub.topic") or request.form["hub.url"]
        if request.form["hub.mode"] == "publish":
            self.published.append(topic)
            for callback in self.subscribers.get(topic, ()):
                fetch(callback, fetch(topic)[1])
        else:
            callback = request.form["hub.callback"]
            asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": "k3y"}
            if fetch(f"{callback}?{urlencode(asked)}")[1] == b"k3y":
                self.subscribers.setdefault(topic, set()).add(callback)
        return Response(status=202)


class Subscriber:
    """Wants to hear of one feed."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.heard: list[str] = []
        self.app = Flask("subscriber")
        self.app.add_url_rule("/", view_func=self.answer, methods=["GET", "POST"])

    def answer(self) -> Response:
        """The hub asks whether this was meant, or brings something."""
        if request.method == "GET":
            meant = request.args["hub.topic"] == self.topic
            return Response(request.args["hub.challenge"] if meant else "", 200 if meant else 404)
        self.heard = [
            str(entry.findtext(f"{ATOM}title")) for entry in Xml.fromstring(request.data).iter(f"{ATOM}entry")
        ]
        return Response(status=204)


def fetch(address: str, body: bytes | None = None) -> tuple[dict[str, str], bytes]:
    """Get, or post."""
    kind = "application/x-www-form-urlencoded" if b"hub.mode" in (body or b"") else "application/atom+xml"
    with urllib.request.urlopen(
        urllib.request.Request(address, data=body, headers={"Content-Type": kind}), timeout=20
    ) as answer:
        return dict(answer.headers.items()), answer.read()


@dataclass
class Scene:
    """A bridge that names a hub, and both of them served."""

    house: House
    bridge: str
    hub: SmallHub
    hub_url: str

    def write(self, number: int, text: str) -> None:
        """Alice publishes a post, and it is read."""
        self.house.bank.send(self.house.alice, self.house.alice.post(number, 1, f"Post {number}", text, number))
        self.house.bank.clock.advance(minutes=2)
        self.house.bank.work()

    def look(self, minutes: int = 2) -> None:
        """A while later all that is due is done, calls too."""
        bank = self.house.bank
        bank.clock.advance(minutes=minutes)
        bank.work()
        with bank.database.begin() as tx:
            due_now = job_leases.claim_due(tx, Station.PUBLISH, "test", bank.clock(), timedelta(minutes=1))
        for job in due_now:
            again_at = publish(bank.context, job.entity)
            with bank.database.begin() as tx:
                job_leases.mark_done(tx, job, "test", bank.clock(), timedelta(), again_at)


@contextmanager
def with_hub(house: House, tmp_path: Path, database_url: str) -> Iterator[Scene]:
    """The house, served, and a hub beside it."""
    hub, port, context = SmallHub(), free_port(), house.bank.context
    with ExitStack() as stack:
        hub_url = stack.enter_context(served(hub.app)) + "/"
        environ = {
            "BRIDGE_HOME": str(tmp_path),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "k" * 43,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WEBSUB_HUB": hub_url,
        }
        web = Service(build_runtime(Config.from_env(environ), house.bank.database, house.bank.clock))
        bridge = stack.enter_context(served(create_app(web), port))
        context.hub = FeedHub(OutgoingDoor(allow_private=True), hub_url)
        yield Scene(house, bridge, hub, hub_url)


@pytest.fixture
def scene(house: House, tmp_path: Path, database_url: str) -> Iterator[Scene]:
    """Ready to be followed."""
    with with_hub(house, tmp_path, database_url) as ready:
        yield ready


def test_a_subscriber_is_brought_what_is_new(scene: Scene) -> None:
    headers, body = fetch(f"{scene.bridge}/mentors.atom?need=apiculture&page=2")
    links = {str(link.get("rel")): str(link.get("href")) for link in Xml.fromstring(body).iter(f"{ATOM}link")}
    assert links["hub"] == scene.hub_url
    assert headers["Link"] == f'<{scene.hub_url}>; rel="hub", <{links["self"]}>; rel="self"'
    subscriber = Subscriber(links["self"])
    with served(subscriber.app) as callback:
        wish = {"hub.mode": "subscribe", "hub.topic": links["self"], "hub.callback": f"{callback}/"}
        fetch(scene.hub_url, urlencode(wish).encode())
        assert scene.hub.subscribers, "the hub verified it"
        fetch(links["self"])
        scene.look()
        assert scene.hub.published == [], "nothing is new"
        scene.write(80, prose(1))
        scene.look()
        assert subscriber.heard == ["Post 80"]
        scene.write(81, prose(2, about=False))
        scene.look()
        assert scene.hub.published == [links["self"]], "a post on something else is nothing new here"


def test_many_changes_are_one_call_for_each_feed_that_somebody_reads(scene: Scene) -> None:
    read = f"{scene.bridge}/mentors/alice/posts.json"
    assert f'"url": "{scene.hub_url}"'.encode() in fetch(read)[1]
    alice, bank = scene.house.alice, scene.house.bank
    for number in range(80, 85):
        bank.send(alice, alice.post(number, 1, f"Post {number}", prose(number), number))
        scene.look(minutes=0)
    assert scene.hub.published == [], "it waits for more"
    scene.look()
    assert scene.hub.published == [read], "and of bob, whom nobody reads, nothing is said"
    bank.clock.advance(days=8)
    scene.write(90, prose(90))
    scene.look()
    assert scene.hub.published == [read], "nobody has fetched it for a week"


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (400, False)])
def test_what_the_hub_did_not_hear_is_said_again(scene: Scene, status: int, again: bool) -> None:
    fetch(f"{scene.bridge}/mentors/alice/posts.atom")
    scene.hub.status = status
    scene.write(80, prose(1))
    scene.look()
    scene.hub.status = 202
    scene.look(minutes=6)
    assert len(scene.hub.published) == int(again)


def test_who_withdraws_is_gone_from_where_they_were_followed(scene: Scene) -> None:
    topic = f"{scene.bridge}/mentors.atom?lang=en&need=facture"
    assert b"alice" in fetch(topic)[1]
    scene.house.leaves(scene.house.alice)
    scene.look()
    assert scene.hub.published == [topic]


def test_without_a_hub_nothing_is_said_nor_kept_of_what_is_looked_for(house: House) -> None:
    house.get("/mentors.atom?need=apiculture")
    answer = house.client.get("/mentors/alice/posts.atom")
    assert "Link" not in answer.headers
    assert 'rel="hub"' not in answer.text
    assert publish(house.bank.context, jobs.BANK) is None
    house.bank.work()
    with house.bank.database.read() as tx:
        assert jobs.find_plan(tx, Station.PUBLISH, jobs.BANK) is None
        kept = tx.exec_driver_sql("SELECT topic, question FROM followed_feeds").all()
    assert [tuple(row) for row in kept] == [(None, None)] * 2
