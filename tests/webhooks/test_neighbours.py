"""Thousands of blogs share an address: what one of them does wrong is never held against another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.storage.database import Database
from bridge.webhooks.limits import REFUSALS
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.peer import PeerBlog

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHARED, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def public(database: Database, database_url: str, tmp_path: Path, clock: Clock) -> Flask:
    """A bridge in public: it counts."""
    environ = {
        "BRIDGE_HOME": str(tmp_path), "DATABASE_URL": database_url, "PUBLIC_URL": "https://bridge.example",
        "SECRET_KEY": "k" * 43,
    }  # fmt: skip
    return create_app(config := Config.from_env(environ), service=Service(config, database, clock))


def call(
    app: Flask, body: bytes, headers: dict[str, str], blog: str = "alice", forwarded: str = SHARED
) -> TestResponse:
    return app.test_client().post(
        f"/webhooks/{blog}", data=body, content_type="application/json",
        headers={"Host": "bridge.example", "X-Forwarded-For": forwarded, **headers},
    )  # fmt: skip


def flood(app: Flask, clock: Clock, alice: PeerBlog) -> None:
    """Unsigned, forged, of unknown blogs: until all are refused for their number."""
    forged = signing.headers("whsec_" + "A" * 44, "p0000001", clock(), b"{}")
    mixed: list[tuple[str, dict[str, str]]] = [("alice", {}), ("alice", forged), ("nobody", forged)]
    for n in range(REFUSALS.amount + 10):
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
            "/webhooks/alice", content_type="application/json", headers={"X-Forwarded-For": SHARED, **headers},
            environ_overrides={"wsgi.input": Unreadable(), "CONTENT_LENGTH": "900000"},
        )  # fmt: skip
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
