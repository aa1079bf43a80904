"""Who may stand at an address: whoever is called back there and answers; unseen, whom the operator vouches for."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.model import BlogFacts, BlogState
from bridge.runtime import build_runtime
from bridge.storage.blogs import address_claims, blocked_addresses, blogs, installations, keys, registration_codes
from bridge.storage.core.database import Database
from bridge.webhooks.service import Service
from bridge.wordpress.url_checks import check_rest_root
from tests.conftest import Clock
from tests.peer import PeerBlog
from tests.running import free_port

OWN_REFUSAL = json.dumps({"code": "mentor_bridge_not_asked", "data": {"status": 403}}).encode()
WALL = json.dumps({"code": "rest_cannot_access", "data": {"status": 401}}).encode()
ANSWERS: dict[str, tuple[int, bytes] | None] = {
    "our plugin, not asked": (403, OWN_REFUSAL),
    "a wall (401)": (401, WALL),
    "a wall (403)": (403, b"<html>no</html>"),
    "nothing of ours (404)": (404, b"{}"),
    "broken (500)": (500, b""),
    "busy (503)": (503, b"later"),
    "elsewhere (301)": (301, b""),
    "a page (200)": (200, b"<html>Welcome</html>"),
    "nobody": None,
}


@contextmanager
def answering(page: tuple[int, bytes] | None) -> Iterator[str]:
    """The address of a server that answers every call with the same; None: nobody listens there."""
    if page is None:
        yield f"http://127.0.0.1:{free_port()}"
        return
    status, body = page

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=["open", "code"])
def registration(request: pytest.FixtureRequest) -> str:
    """Both kinds of bridge."""
    return str(request.param)


@pytest.fixture
def service(database: Database, database_url: str, tmp_path: Path, clock: Clock, registration: str) -> Service:
    environ = {
        "BRIDGE_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "ALLOW_PRIVATE_ADDRESSES": "1",
        "SECRET_KEY": "k" * 43,
        "REGISTRATION": registration,
        "PUBLIC_URL": "http://127.0.0.1:1",
    }
    return Service(build_runtime(Config.from_env(environ), database, clock))


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def wish(home: str, code: str = "", blog: PeerBlog | None = None) -> bytes:
    nonce = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    body = {"type": "connect", "home_url": home, "rest_url": f"{home}/wp-json/", "nonce": nonce, "code": code}
    return json.dumps(body | ({"blog_id": blog.blog_id, "install": blog.install} if blog else {})).encode()


def ask(client: FlaskClient, clock: Clock, home: str, code: str = "", blog: PeerBlog | None = None) -> tuple[int, Any]:
    body = wish(home, code, blog)
    signed = {} if blog is None else signing.headers(blog.key_to_bridge, secrets.token_hex(8), clock(), body)
    answer = client.post("/v1/connections", data=body, headers=signed, content_type="application/json")
    data = answer.get_json()
    return answer.status_code, data["error"]["type"] if "error" in data else data


def present(service: Service, blog_id: str, home: str) -> None:
    facts = BlogFacts(blog_id, "", "fr", home, f"{home}/wp-json/", "", "u")
    with service.database.begin() as tx:
        blogs.upsert(tx, blog_id, "connected", facts, service.clock())
        keys.record_rotation(tx, service.vault, blog_id, "inbound", signing.new_key(), service.clock())


def coded(service: Service, home: str, *, replaces: bool = False) -> str:
    with service.database.begin() as tx:
        return registration_codes.record_code(tx, home, service.clock(), replaces=replaces)


@pytest.mark.parametrize("kind", ANSWERS)
def test_unseen_nobody_takes_the_place_of_a_blog(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog, kind: str
) -> None:
    with answering(ANSWERS[kind]) as home:
        present(service, "victim", home)
        assert ask(client, clock, home, blog=alice)[0] == 422
        assert ask(client, clock, home)[0] in (403, 422)
        status, answer = ask(client, clock, home, coded(service, home))
        assert status in (409, 422), answer
    with service.database.read() as tx:
        assert blogs.get(tx, "victim").state is BlogState.CONNECTED
        assert blogs.get(tx, "victim").facts.home_url == home
        assert blogs.get(tx, "alice").facts.home_url == "https://alice.example"
        assert len(blogs.list_at(tx, home)) == 1


def test_from_a_blocked_address_nobody_is_called_or_connected(
    client: FlaskClient, clock: Clock, service: Service
) -> None:
    with answering(ANSWERS["a wall (401)"]) as home:
        code = coded(service, f"{home}/below")
        with service.database.begin() as tx:
            blocked_addresses.record(tx, home, "sells places", clock())
        assert ask(client, clock, f"{home}/below", code) == (403, "blocked")
        with service.database.begin() as tx:
            blocked_addresses.delete_by_address(tx, home)
        assert ask(client, clock, f"{home}/below", code)[0] == 201


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_never_out_of_reach_and_a_code_stands_for_who_cannot_be_called(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog, registration: str, kind: str
) -> None:
    with answering(ANSWERS[kind]) as home:
        expected = "not_reachable" if ANSWERS[kind] is None else "not_our_plugin"
        assert ask(client, clock, home, blog=alice) == (422, expected), "a key of another address proves nothing"
        if registration == "open":
            assert ask(client, clock, home) == (422, expected)
        else:
            assert ask(client, clock, home) == (403, "refused")
        code = coded(service, home)
        status, answer = ask(client, clock, home, code)
        walled = kind in ("a wall (401)", "a wall (403)", "broken (500)", "busy (503)")
        assert status == (201 if walled or ANSWERS[kind] is None else 422), answer
        assert ask(client, clock, f"{home}/other", code)[0] in (403, 422), "a code is for one address"
        if status == 201:
            assert answer["key_to_bridge"].startswith("whsec_")
            assert ask(client, clock, home, code)[0] in (403, 409, 422), "and good for once"


def test_with_a_code_made_for_that_the_operator_replaces_a_blog_that_is_gone(
    client: FlaskClient, clock: Clock, service: Service
) -> None:
    with answering(None) as home:
        present(service, "victim", home)
        assert ask(client, clock, home, coded(service, home)) == (409, "taken")
        status, answer = ask(client, clock, home, coded(service, home, replaces=True))
        assert status == 201
    with service.database.read() as tx:
        assert blogs.get(tx, "victim").has_left
        assert blogs.get(tx, answer["blog_id"]).present


def test_a_blog_that_fetches_renews_its_keys_where_it_is_and_keeps_its_name(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog
) -> None:
    for page in (None, ANSWERS["a wall (401)"]):
        with answering(page) as home:
            facts = BlogFacts("Alice", "", "fr", home, f"{home}/wp-json/", "", "u", statistics=True)
            with service.database.begin() as tx:
                blogs.upsert(tx, "alice", "connected", facts, clock())
            status, given = ask(client, clock, home, blog=alice)
            assert (status, given["blog_id"]) == (201, "alice")
            alice.key_to_bridge = given["key_to_bridge"]
            with service.database.read() as tx:
                renewed = blogs.get(tx, "alice")
            assert (renewed.facts.name, renewed.facts.statistics) == ("Alice", True)


def test_a_copy_behind_the_name_of_a_blog_that_cannot_be_called_gets_no_keys(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog
) -> None:
    with answering(ANSWERS["a wall (401)"]) as home:
        facts = BlogFacts("Alice", "", "fr", home, f"{home}/wp-json/", "", "u")
        with service.database.begin() as tx:
            blogs.upsert(tx, "alice", "connected", facts, clock())
            installations.record_proven(tx, "alice", "the site", clock())
        alice.install = "a copy"
        assert ask(client, clock, home, blog=alice)[0] == 422
        alice.install = "the site"
        assert ask(client, clock, home, blog=alice)[0] == 201
        with service.database.read() as tx:
            assert blogs.get(tx, "alice").install == "the site"


def test_who_is_called_back_takes_over_the_address_and_its_old_keys_do_not_move_along(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog
) -> None:
    clock.now = datetime.now(UTC)  # by which the peer signs
    with PeerBlog("Alice") as peer:
        present(service, "before", peer.url)
        body = json.loads(wish(peer.url.replace("http", "HTTP", 1) + "//", blog=alice))
        peer.nonce = body["nonce"]
        raw = json.dumps(body).encode()
        signed = signing.headers(alice.key_to_bridge, "connect_0001", clock(), raw)
        answer = client.post("/v1/connections", data=raw, headers=signed, content_type="application/json")
        assert answer.status_code == 201, "every spelling of the address is the same one"
        with service.database.read() as tx:
            assert blogs.get(tx, "before").has_left
            assert blogs.get(tx, "alice").facts.home_url == peer.url
            live = keys.list_live_keys(tx, service.vault, "alice", "inbound", clock())
            assert live == [peer.key_to_bridge], "whoever held the old key does not speak for the new address"


@pytest.mark.parametrize(
    ("claimed", "called"),
    [
        ("https://h.example/blog/wp-json/", "https://h.example/blog/wp-json/"),
        ("https://h.example/blog/index.php/wp-json", "https://h.example/blog/index.php/wp-json/"),
        ("https://h.example/blog/?rest_route=/", "https://h.example/blog/?rest_route=/"),
        ("https://h.example/blog/index.php?rest_route=/", "https://h.example/blog/index.php?rest_route=/"),
        ("https://h.example/blog/api/", "https://h.example/blog/?rest_route=/"),
        ("https://h.example/blog/~mallory/wp-json/", "https://h.example/blog/?rest_route=/"),
        ("https://h.example/blog/~mallory/?rest_route=/", "https://h.example/blog/?rest_route=/"),
        ("https://h.example/blog/?rest_route=/&x=/", "https://h.example/blog/?rest_route=/"),
        ("https://h.example/blog/wp-json/../x", "https://h.example/blog/?rest_route=/"),
    ],
)
def test_a_blog_is_called_where_no_neighbour_can_answer_for_it(claimed: str, called: str) -> None:
    assert check_rest_root(claimed, "https://h.example/blog") == called


def test_further_addresses_are_proven_along_each_by_an_answer_of_its_own(
    client: FlaskClient, clock: Clock, service: Service
) -> None:
    clock.now = datetime.now(UTC)
    with PeerBlog("Alice") as peer, PeerBlog("Bob") as bob, answering((200, b"{}")) as page:
        port = peer.url.rpartition(":")[2]
        second = f"http://localhost:{port}"
        peer.further_homes = [f"{second}/", bob.url, page, f"http://127.0.0.1:{free_port()}", "http://x.example/?q"]
        body = json.loads(wish(peer.url, coded(service, peer.url)))
        peer.nonce = body["nonce"]
        answer = client.post("/v1/connections", json=body)
        assert answer.status_code == 201
        with service.database.read() as tx:
            assert blogs.get(tx, answer.get_json()["blog_id"]).homes == (peer.url, second)


def test_the_answer_to_a_delivery_tells_what_is_not_proven_and_who_claims_the_address(
    client: FlaskClient, clock: Clock, service: Service, alice: PeerBlog
) -> None:
    facts = BlogFacts("Bob", "", "fr", "https://bob.example", "https://bob.example/wp-json/", "", "u")
    with service.database.begin() as tx:
        blogs.upsert(tx, "bob", "connected", facts, clock())

    def claims_in_answer() -> dict[str, Any]:
        name, body = alice.author(1, "Alice")
        headers = signing.headers(alice.key_to_bridge, name, clock(), body)
        answer: dict[str, Any] = client.post(
            "/webhooks/alice", data=body, headers=headers, content_type="application/json"
        ).get_json()
        return {key: answer[key] for key in ("unproven", "contested") if key in answer}

    assert claims_in_answer() == {}
    with service.database.begin() as tx:
        address_claims.record(tx, blogs.get(tx, "alice"), "https://new.example/", clock())
        address_claims.record(tx, blogs.get(tx, "bob"), "https://ALICE.example", clock())
    assert claims_in_answer() == {
        "unproven": "https://new.example/",
        "contested": {"by": "https://bob.example", "at": "2026-05-04T12:00:00Z"},
    }
    clock.advance(days=7)
    assert set(claims_in_answer()) == {"unproven"}, "an old word of another blog is not repeated for ever"
