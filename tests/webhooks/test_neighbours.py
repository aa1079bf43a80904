"""Thousands of blogs share an address: what one of them does wrong is never held against another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from limits import RateLimitItemPerHour
from werkzeug.test import TestResponse

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.runtime import build_runtime
from bridge.storage.blogs import registration_codes
from bridge.storage.core.database import Database
from bridge.webhooks import authenticate, connections
from bridge.webhooks.admission import ConnectionRequest
from bridge.webhooks.limits import CONNECTION_LIMIT, STRANGER_LIMIT
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.peer import PeerBlog

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHARED, ELSEWHERE = "203.0.113.9", "198.51.100.7"

REFUSALS_AN_HOUR = 30


@pytest.fixture
def public_config(database_url: str, tmp_path: Path) -> Config:
    """Settings of a bridge behind a proxy."""
    environ = {
        "BRIDGE_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": "https://bridge.example",
        "SECRET_KEY": "k" * 43,
    }
    return Config.from_env(environ)


@pytest.fixture
def public(public_config: Config, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A bridge in public: it counts.

    Refusals by the hour: on a busy machine the first of a minute may leave the window before the last is made.
    """
    monkeypatch.setattr(authenticate, "REFUSAL_LIMIT", RateLimitItemPerHour(REFUSALS_AN_HOUR))
    return create_app(Service(build_runtime(public_config, database, clock)))


def call(
    app: Flask, body: bytes, headers: dict[str, str], blog: str = "alice", forwarded: str = SHARED
) -> TestResponse:
    return app.test_client().post(
        f"/webhooks/{blog}",
        data=body,
        content_type="application/json",
        headers={"Host": "bridge.example", "X-Forwarded-For": forwarded, **headers},
    )


def flood(app: Flask, clock: Clock, alice: PeerBlog) -> None:
    """Unsigned, forged, of unknown blogs: until all are refused for their number."""
    forged = signing.headers("whsec_" + "A" * 44, "p0000001", clock(), b"{}")
    mixed: list[tuple[str, dict[str, str]]] = [("alice", {}), ("alice", forged), ("nobody", forged)]
    for n in range(REFUSALS_AN_HOUR + 10):
        blog, headers = mixed[n % len(mixed)]
        call(app, b"{}", headers, blog)
    answers = {call(app, b"{}", headers, blog).status_code for blog, headers in mixed}
    assert answers == {429}, "and the flood costs no more than that"


def test_a_signed_delivery_is_taken_whatever_its_neighbours_do(public: Flask, clock: Clock, alice: PeerBlog) -> None:
    flood(public, clock, alice)
    name, body = alice.author(1, "Alice")
    signed = signing.headers(alice.key_to_bridge, name, clock(), body)
    assert call(public, body, signed).status_code == 202
    flood(public, clock, alice)
    assert call(public, b"{}", {}, forwarded=ELSEWHERE).status_code == 401, "who calls from elsewhere hears why"
    assert call(public, b"{}", {}, forwarded=f"{ELSEWHERE}, {SHARED}").status_code == 429, "whatever they claim"


def test_of_a_flood_nothing_is_read_that_cannot_be_signed(public: Flask, clock: Clock, alice: PeerBlog) -> None:
    flood(public, clock, alice)
    name, body = alice.author(1, "Alice")
    late = signing.headers(alice.key_to_bridge, name, clock(), body)
    clock.advance(minutes=10)

    class Unreadable:
        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read")

        readline = __iter__ = read

    for headers in ({}, late):
        answer = public.test_client().post(
            "/webhooks/alice",
            content_type="application/json",
            headers={"X-Forwarded-For": SHARED, **headers},
            environ_overrides={"wsgi.input": Unreadable(), "CONTENT_LENGTH": "900000"},
        )
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1


def connect(app: Flask, home: str, code: str = "", forwarded: str = SHARED) -> TestResponse:
    wish = {"type": "connect", "home_url": home, "rest_url": f"{home}/wp-json/", "nonce": "A" * 43, "code": code}
    return app.test_client().post("/v1/connections", json=wish, headers={"X-Forwarded-For": forwarded})


def test_who_is_vouched_for_connects_whatever_its_neighbours_try(
    public: Flask, clock: Clock, alice: PeerBlog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def called_back(_service: Service, asked: ConnectionRequest, _now: object) -> dict[str, str]:
        called.append(asked.home_url)
        return {"blog_id": "new"}

    monkeypatch.setattr(connections, "_connect", called_back)
    for n in range(STRANGER_LIMIT.amount + 5):
        refused = connect(public, f"https://evil{n}.example" if n % 2 else "https://bob.example", code="guessed")
    assert (refused.status_code, refused.get_json()["error"]["type"]) == (429, "too_often")
    assert "code from the operator" in refused.get_json()["error"]["message"]
    assert called == [], "without a code nobody is called"
    with database.begin() as tx:
        code = registration_codes.record_code(tx, "https://bob.example", clock())
    assert connect(public, "https://bob.example", code).status_code == 201
    wish = {
        "type": "connect",
        "home_url": alice.url,
        "rest_url": f"{alice.url}/wp-json/",
        "nonce": "A" * 43,
        "blog_id": "alice",
    }
    body = json.dumps(wish).encode()
    signed = signing.headers(alice.key_to_bridge, "connect_0001", clock(), body)
    answer = public.test_client().post(
        "/v1/connections", data=body, content_type="application/json", headers={"X-Forwarded-For": SHARED, **signed}
    )
    assert answer.status_code == 201
    assert called == ["https://bob.example", "https://alice.example"]
    answers = [connect(public, "https://bob.example", code).status_code for _ in range(CONNECTION_LIMIT.amount)]
    assert answers[-1] == 429, "a code is no leave to have a blog called without end"


def test_on_an_open_bridge_one_blog_does_not_use_up_the_tries_of_an_address(
    public_config: Config, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_connect", lambda *_: {"blog_id": "new"})
    config = replace(public_config, registration="open")
    app = create_app(Service(build_runtime(config, database, clock)))
    tries = [connect(app, "https://mallory.example").status_code for _ in range(CONNECTION_LIMIT.amount + 3)]
    assert tries == [201] * CONNECTION_LIMIT.amount + [429] * 3
    assert connect(app, "https://bob.example").status_code == 201, "its neighbour"
    assert connect(app, "https://mallory.example", forwarded=ELSEWHERE).status_code == 201
