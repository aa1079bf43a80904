"""Who reaches what: every route of both applications, asked by everybody there is.

A route that is not in the table fails the test: whoever adds one says here for whom it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from bridge import signing
from bridge.app import create_blogs_app
from bridge.dashboard.access import Access
from bridge.storage.people.sessions import SESSION_LIFETIME
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.dashboard.conftest import (
    BROWSER,
    GUEST,
    KEY,
    OTHER,
    OWNER,
    WRITER,
    alice,
    app,
    deliver,
    house,
    service,
    sign_in,
    work,
)
from tests.peer import PeerBlog, wire_time

__all__ = ["alice", "app", "deliver", "house", "service", "sign_in", "work"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # routes do not know which it is


class Audience(Enum):
    """For whom a route is, beside the levels of the dashboard."""

    EVERYBODY = "everybody"  # and it answers everybody alike
    VISITOR = "visitor"  # whoever is signed in at some blog
    OPERATOR = "operator"  # who brings the token of the settings
    PARTY = "party"  # whom the thing concerns, which is of nobody here
    LINK = "link"  # whoever has the secret part of the address
    BLOG = "blog"  # whoever signs with the blog's own key


ROUTES: dict[str, Audience | Access] = {
    "about.legal": Audience.EVERYBODY,
    "about.logo": Audience.EVERYBODY,
    "about.privacy": Audience.EVERYBODY,
    "about.style": Audience.EVERYBODY,
    "api-docs.openapi_json": Audience.EVERYBODY,
    "api.event_types": Audience.EVERYBODY,
    "api.mentor": Audience.EVERYBODY,
    "api.mentors": Audience.EVERYBODY,
    "api.related": Audience.EVERYBODY,
    "api.search": Audience.EVERYBODY,
    "api.skills": Audience.EVERYBODY,
    "api_page.page": Audience.EVERYBODY,
    "ask_mails.confirm": Audience.LINK,
    "ask_mails.page": Audience.LINK,
    "ask_mails.stop": Audience.LINK,
    "asked.change": Audience.LINK,
    "asked.feed": Audience.LINK,
    "asked.page": Audience.LINK,
    "asking.form": Audience.EVERYBODY,
    "asking.from_blog": Audience.EVERYBODY,
    "asking.lines": Audience.EVERYBODY,
    "asking.send": Audience.EVERYBODY,
    "bank.home": Audience.EVERYBODY,
    "bank.mentor": Audience.EVERYBODY,
    "bank.mentors": Audience.EVERYBODY,
    "bootstrap.static": Audience.EVERYBODY,
    "connections.connect": Audience.EVERYBODY,  # a handshake proves who asks
    "crawlers.robots": Audience.EVERYBODY,
    "crawlers.security": Audience.EVERYBODY,
    "crawlers.sitemap": Audience.EVERYBODY,
    "dashboard.asks": Access.AUTHOR,
    "dashboard.asks_change": Access.AUTHOR,  # the form is checked first; see the test of it
    "dashboard.asks_one": Audience.PARTY,
    "dashboard.asks_pause": Access.AUTHOR,
    "dashboard.card": Access.AUTHOR,
    "dashboard.card_confirm": Access.AUTHOR,
    "dashboard.card_hide": Access.AUTHOR,
    "dashboard.card_skill": Access.AUTHOR,
    "dashboard.card_why": Access.AUTHOR,
    "dashboard.card_word": Access.AUTHOR,
    "dashboard.deliveries": Access.BLOG,
    "dashboard.deliveries_again": Access.BLOG,
    "dashboard.deliveries_call": Access.BLOG,
    "dashboard.deliveries_compare": Access.BLOG,
    "dashboard.deliveries_one": Access.BLOG,
    "dashboard.deliveries_resend": Access.BLOG,
    "dashboard.deliveries_test": Access.BLOG,
    "dashboard.deliveries_work": Access.BLOG,
    "dashboard.first": Access.OWN_DATA,
    "dashboard.overview": Access.BLOG,
    "dashboard.posts": Access.AUTHOR,
    "dashboard.posts_drop": Access.AUTHOR,
    "dashboard.posts_one": Access.AUTHOR,
    "dashboard.readers": Access.BLOG,
    "dashboard.readers_one": Access.BLOG,
    "dashboard.related": Access.AUTHOR,
    "dashboard.related_sentence": Access.AUTHOR,
    "dashboard.related_standing": Access.AUTHOR,
    "dashboard.related_verdict": Access.AUTHOR,
    "dashboard.settings": Access.OWN_DATA,
    "dashboard.settings_erase": Access.OWN_DATA,
    "dashboard.settings_export": Access.OWN_DATA,
    "dashboard.settings_feed": Access.OWN_DATA,
    "dashboard.settings_keys": Access.OWN_DATA,  # the form is checked first; see the test of it
    "dashboard.shown": Access.BLOG,
    "dashboard.shown_decision": Access.BLOG,
    "dashboard.shown_mode": Access.BLOG,
    "dashboard.sign_out": Access.OWN_DATA,
    "entrance.dashboard": Audience.VISITOR,
    "entrance.digest": Audience.LINK,
    "entrance.sign_in": Audience.LINK,
    "feeds.blogs": Audience.EVERYBODY,
    "feeds.posts": Audience.EVERYBODY,
    "feeds.posts_json": Audience.EVERYBODY,
    "feeds.saved": Audience.EVERYBODY,
    "feeds.saved_json": Audience.EVERYBODY,
    "joining.archive": Audience.EVERYBODY,
    "joining.connect": Audience.EVERYBODY,
    "machines.alive": Audience.EVERYBODY,
    "machines.answers": Audience.EVERYBODY,
    "machines.metrics": Audience.OPERATOR,
    "skills.every": Audience.EVERYBODY,
    "skills.one": Audience.EVERYBODY,
    "static": Audience.EVERYBODY,
    "webhooks.choices": Audience.BLOG,
    "webhooks.digests": Audience.BLOG,
    "webhooks.passages": Audience.BLOG,
    "webhooks.placements": Audience.BLOG,
    "webhooks.pulled": Audience.BLOG,
    "webhooks.receive": Audience.BLOG,
    "webhooks.sign-ins": Audience.BLOG,
    "webhooks.sign-outs": Audience.BLOG,
}
GONE = {401, 403, 404, 410}  # there is nothing for this caller
NOBODY, ELSEWHERE = -2, -1  # levels below those of the dashboard: not signed in, signed in at another blog


def rules(*apps: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods."""
    for one in apps:
        for rule in one.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def test_every_route_says_for_whom_it_is(app: Flask, service: Service) -> None:
    assert {rule.endpoint for rule, _ in rules(app, create_blogs_app(service))} == set(ROUTES)


class Examples:
    """Addresses of things that are there, as their owner sees them."""

    def __init__(self, app: Flask, owner: FlaskClient) -> None:
        pages = owner.get("/mentors", headers=BROWSER).text + owner.get("/skills", headers=BROWSER).text
        self._app = app
        self._values = {
            "blog_id": "alice",
            "author_id": "1",
            "number": 1,
            "name": "1",
            "key": KEY,
            "slug": _first(r"/mentors/([a-z0-9-]+)\"", pages),
            "address": _first(r"/skills/([a-z0-9-]+)", pages),
            "filename": "robots.txt",
            "token": "guessed",
            "act": "end",
        }

    def url(self, rule: Rule, card: str) -> str:
        """An address of this rule; `card`: the page whose words can be asked about."""
        why = re.search(r"/card/([a-z]+)/(\d+)", card)
        values = self._values | ({"language": why[1], "term": why[2]} if why else {"language": "fr", "term": 1})
        adapter = self._app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, append_unknown=False)


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def statuses(app: Flask, browser: FlaskClient, examples: Examples, remote: str) -> dict[tuple[str, str], int]:
    """What each route answers somebody."""
    card = browser.get("/dashboard/alice/card", headers=BROWSER).text
    environ = {"REMOTE_ADDR": remote}
    answers = {}
    for rule, method in rules(app):
        url = examples.url(rule, card)
        answer = browser.open(url, method=method, headers=BROWSER, environ_overrides=environ)
        answers[rule.endpoint, method] = answer.status_code
        answer.close()
    return answers


def assert_isolated(seen: dict[tuple[str, str], int], nobody: dict[tuple[str, str], int], level: int, who: str) -> None:
    """Each route answers whoever it is for, and is not there for anybody else."""
    for (endpoint, method), status in seen.items():
        audience = ROUTES[endpoint]
        # No worker runs here: once the clock has jumped, /healthz says with 503 that work waits.
        assert status < 500 or (endpoint, status) == ("machines.alive", 503), (who, endpoint)
        if audience is Audience.EVERYBODY:
            assert status == nobody[endpoint, method], (who, endpoint)
        elif isinstance(audience, Access) or audience is Audience.VISITOR:
            least = audience if isinstance(audience, Access) else ELSEWHERE
            assert (status in GONE) == (least > level), (who, endpoint, method, status)
        else:
            assert status in GONE, (who, endpoint)


def test_people_reach_what_is_theirs(
    app: Flask, service: Service, house: PeerBlog, sign_in: Callable[..., FlaskClient], clock: Clock
) -> None:
    owner = sign_in(OWNER)
    examples = Examples(app, owner)
    forged, replayed = app.test_client(), app.test_client()
    forged.set_cookie("bridge", "eyJrZXlzIjp7ImFsaWNlIjoiYSJ9fQ.x.y", domain="localhost")
    ended = sign_in(OWNER)
    cookie = ended.get_cookie("bridge")
    assert cookie is not None
    page = ended.get("/dashboard/alice/settings", headers=BROWSER).text
    form = {"csrf_token": _first(r'name="csrf_token" value="([^"]+)"', page)}
    assert ended.post("/dashboard/alice/sign-out", data=form, headers=BROWSER).status_code == 303
    replayed.set_cookie("bridge", cookie.value, domain="localhost")
    people = {
        "owner": (owner, Access.BLOG),
        "author": (sign_in(WRITER), Access.AUTHOR),
        "subscriber": (sign_in(GUEST), Access.OWN_DATA),
        "owner of another blog": (sign_in(OTHER), ELSEWHERE),
        "forged cookie": (forged, NOBODY),
        "cookie of a session that has ended": (replayed, NOBODY),
    }
    nobody = statuses(app, app.test_client(), examples, "203.0.113.9")
    assert_isolated(nobody, nobody, NOBODY, "nobody")
    assert sum(status == 200 for status in nobody.values()) > 20, "the table is of pages that are there"
    for number, (who, (browser, level)) in enumerate(people.items(), 10):
        assert_isolated(statuses(app, browser, examples, f"203.0.113.{number}"), nobody, level, who)
    assert app.test_client().get("/metrics").status_code == 200, "on this machine the figures are the operator's"
    clock.now += SESSION_LIFETIME + timedelta(seconds=1)
    late = statuses(app, owner, examples, "203.0.113.30")
    assert_isolated(late, late, NOBODY, "session that is over")


@pytest.mark.parametrize("departure", ["author.removed", "blog.removed"])
def test_who_has_left_keeps_their_own_data_at_most(
    departure: str,
    app: Flask,
    house: PeerBlog,
    sign_in: Callable[..., FlaskClient],
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
    work: Callable[[], None],
) -> None:
    browser = sign_in(WRITER)
    examples = Examples(app, browser)
    whole_blog = departure == "blog.removed"
    deliver(house, [house.event(departure, **({} if whole_blog else {"id": 2}))])
    work()
    nobody = statuses(app, app.test_client(), examples, "203.0.113.9")
    seen = statuses(app, browser, examples, "203.0.113.10")
    assert_isolated(seen, nobody, NOBODY if whole_blog else Access.OWN_DATA, departure)


QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "": ("ping", {}),
    "/digests": ("digest", {"sent": [], "shown": []}),
    "/pushes": ("pull", {"acknowledged": []}),
    "/passages": ("passages", {"author": 1}),
    "/placements": ("placements", {"author": 1}),
    "/choices": ("choices", {}),
    "/sign-ins": ("sign-in", {"user": 1, "manages": True}),
    "/sign-outs": ("sign-out", {"users": [1]}),
}


Ask = Callable[..., int]


@pytest.fixture
def ask(app: Flask, house: PeerBlog, clock: Clock) -> Ask:
    """Ask what a route is for, signed by Alice's blog unless told otherwise; the status of the answer."""
    client = app.test_client()

    def asked(path: str, number: int, blog: str = "alice", late: int = 0, **signature: str) -> int:
        kind, data = QUESTIONS[path]
        message_id, at = f"question_{number:04}", int(clock().timestamp()) - late
        body = json.dumps({"type": kind, "timestamp": wire_time(clock()), "data": data}).encode()
        key = signature.get("key", house.key_to_bridge)
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature.get("instead", signing.sign(key, message_id, at, body)),
            "content-type": "application/json",
        }
        return client.post(f"/webhooks/{blog}{path}", data=body, headers=headers).status_code

    return asked


@pytest.mark.parametrize("path", QUESTIONS)
def test_blogs_reach_what_they_sign_for(path: str, ask: Ask, house: PeerBlog, app: Flask) -> None:
    assert ask(path, 1) in {200, 201, 202}
    assert ask(path, 1) == (202 if path == "" else 401), (
        "what is only stored is stored once; a question is answered once"
    )
    assert ask(path, 2, key=house.key_to_blog) == 401, "a key of the other direction"
    assert ask(path, 3, instead="v1,AAAA") == 401
    assert ask(path, 4, late=3600) == 401
    assert ask(path, 5, blog="bob") == 401
    assert ask(path, 6, blog="nobody") == 404
    assert app.test_client().post(f"/webhooks/alice{path}", json={"type": QUESTIONS[path][0]}).status_code == 401


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_blog_that_has_left_is_told_so(
    path: str, ask: Ask, house: PeerBlog, deliver: Callable[..., None], work: Callable[[], None]
) -> None:
    deliver(house, [house.event("blog.removed")])
    work()
    assert ask(path, 1) == 410
