"""From wp-admin to the dashboard and out again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.operations import withdrawal
from bridge.runtime import build_runtime
from bridge.storage.blogs import keys
from bridge.storage.core.database import Database
from bridge.storage.people import sessions
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.contract.samples import published
from tests.dashboard.conftest import BROWSER, OTHER, OWNER, WRITER, csrf
from tests.peer import PeerBlog

SignIn = Callable[..., FlaskClient]
OVERVIEW = "/dashboard/alice/overview"


def ask(
    client: FlaskClient, clock: Clock, peer: PeerBlog, kind: str, id_: str, /, *, path: str = "", **data: object
) -> TestResponse:
    """A signed POST, as the plugin makes it; `path`: to another address than that of its kind."""
    path = path or (kind if kind.endswith("s") else f"{kind}s")
    body = json.dumps({"type": kind, "timestamp": "2026-05-04T12:00:00Z", "data": data}).encode()
    now = int(clock().timestamp())
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(now),
        "webhook-signature": signing.sign(peer.key_to_bridge, id_, now, body),
    }
    return client.post(f"/webhooks/{peer.blog_id}/{path}", data=body, headers=headers, content_type="application/json")


def way_in(client: FlaskClient, clock: Clock, peer: PeerBlog, name: str = "sign-in_0001") -> str:
    answer = ask(client, clock, peer, "sign-in", name, user=1, role="administrator", manages=True, name="Alice")
    assert answer.status_code == 201
    assert published("sign-in.answer").is_valid(answer.get_json())
    address = answer.get_json()["url"]
    assert address.startswith("http://127.0.0.1:8000/sign-in?token=")
    return str(address.removeprefix("http://127.0.0.1:8000"))


def test_a_link_opens_the_dashboard_once(app: Flask, clock: Clock, house: PeerBlog) -> None:
    client = app.test_client()
    link = way_in(client, clock, house)
    assert client.head(link).status_code == 404
    answer = client.get(link, headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard/alice/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/dashboard/", follow_redirects=True).request.path == OVERVIEW
    assert "Alice" in client.get(OVERVIEW).text
    again = app.test_client().get(link, headers=BROWSER)
    assert again.status_code == 410
    assert "Open my dashboard" in again.text


def test_a_link_is_good_for_sixty_seconds_by_the_bridges_clock(app: Flask, clock: Clock, house: PeerBlog) -> None:
    client = app.test_client()
    early, late = way_in(client, clock, house), way_in(client, clock, house, "sign-in_0002")
    clock.advance(seconds=59)
    assert client.get(early).status_code == 303
    clock.advance(seconds=1)
    assert client.get(late, headers=BROWSER).status_code == 410


def test_only_the_blog_itself_may_ask_and_each_request_counts_once(
    app: Flask, clock: Clock, house: PeerBlog, service: Service
) -> None:
    client = app.test_client()
    way_in(client, clock, house)
    again = ask(client, clock, house, "sign-in", "sign-in_0001", user=1, manages=True)
    assert again.status_code == 401
    assert ask(client, clock, house, "sign-in", "sign-in_0003", user="1", manages=True).status_code == 400
    assert ask(client, clock, house, "sign-in", "sign-in_0004", user=1, manages="yes").status_code == 400
    house.key_to_bridge = house.key_to_blog
    assert ask(client, clock, house, "sign-in", "sign-in_0005", user=1, manages=True).status_code == 401


def test_what_is_stored_signs_nobody_in(app: Flask, clock: Clock, house: PeerBlog, service: Service) -> None:
    link = way_in(app.test_client(), clock, house)
    token = link.rpartition("=")[2]
    with service.database.read() as tx:
        hashes = [bytes(row[0]) for row in tx.exec_driver_sql("SELECT token_hash FROM sign_in_links")]
    assert hashes
    assert all(token.encode() not in value for value in hashes)


def test_a_session_lasts_twelve_hours(sign_in: SignIn, clock: Clock, house: PeerBlog) -> None:
    alice = sign_in(OWNER)
    clock.advance(hours=11, minutes=59)
    assert alice.get(OVERVIEW).status_code == 200
    clock.advance(minutes=1)
    answer = alice.get(OVERVIEW, headers=BROWSER)
    assert answer.status_code == 404
    assert "Open my dashboard" in answer.text


def test_the_cookie_is_kept_from_scripts_and_other_sites(sign_in: SignIn, house: PeerBlog) -> None:
    cookie = sign_in(OWNER).get_cookie("bridge")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)


def test_behind_tls_the_cookie_is_secure(
    database: Database, clock: Clock, tmp_path: object, database_url: str, house: PeerBlog
) -> None:
    environ = {"BRIDGE_HOME": str(tmp_path), "DATABASE_URL": database_url, "PUBLIC_URL": "https://bridge.example"}
    service = Service(build_runtime(Config.from_env(environ), database, clock))
    with database.begin() as tx:
        token = sessions.record_link(tx, OWNER, clock())
    answer = create_app(service).test_client().get(f"/sign-in?token={token}")
    assert answer.headers["Set-Cookie"].startswith("__Host-bridge=")
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_signing_in_again_makes_another_session_and_ends_the_one_before(
    sign_in: SignIn, app: Flask, house: PeerBlog
) -> None:
    alice = sign_in(OWNER)
    before = alice.get_cookie("bridge")
    assert before is not None
    sign_in(OWNER, alice)
    assert alice.get(OVERVIEW).status_code == 200
    thief = app.test_client()
    thief.set_cookie("bridge", before.value, domain="localhost")
    assert thief.get(OVERVIEW).status_code == 404


@pytest.mark.parametrize("ending", ["role", "rotation", "disconnect", "sign out"])
def test_what_ends_a_session(
    ending: str, app: Flask, sign_in: SignIn, service: Service, clock: Clock, house: PeerBlog
) -> None:
    alice, aline = sign_in(OWNER), sign_in(WRITER)
    assert (alice.get(OVERVIEW).status_code, aline.get("/dashboard/alice/card").status_code) == (200, 200)
    if ending == "role":
        answer = ask(app.test_client(), clock, house, "sign-out", "sign-out_0001", users=[1])
        assert answer.get_json() == {"ended": 1}
        assert aline.get("/dashboard/alice/card").status_code == 200
    elif ending == "rotation":
        with service.database.begin() as tx:
            keys.record_rotation(tx, service.vault, "alice", "inbound", house.key_to_blog, clock())
    elif ending == "disconnect":
        with service.database.begin() as tx:
            withdrawal.withdraw(tx, "alice", clock())
    else:
        page = alice.get(OVERVIEW).text
        assert alice.post("/dashboard/alice/sign-out", data={"csrf_token": csrf(page)}).status_code == 303
    assert alice.get(OVERVIEW).status_code == 404
    assert alice.get("/dashboard/").status_code == 404


def test_an_expired_session_offers_the_way_back_to_the_own_blog(
    sign_in: SignIn, house: PeerBlog, clock: Clock, app: Flask
) -> None:
    alice = sign_in(OWNER)
    clock.advance(hours=13)
    page = alice.get(OVERVIEW, headers=BROWSER)
    assert page.status_code == 404
    assert "https://alice.example/wp-admin/options-general.php?page=mentor-bridge" in page.text
    assert "alice.example" not in app.test_client().get(OVERVIEW, headers=BROWSER).text


def test_two_blogs_of_one_person_can_be_switched(sign_in: SignIn, house: PeerBlog) -> None:
    both = sign_in(OTHER, sign_in(OWNER))
    page = both.get(OVERVIEW).text
    assert 'href="/dashboard/bob/"' in page
    assert both.get("/dashboard/bob/overview").status_code == 200
    assert both.get("/dashboard/", follow_redirects=True).request.path in (OVERVIEW, "/dashboard/bob/overview")


def test_a_form_of_another_site_does_nothing(sign_in: SignIn, house: PeerBlog) -> None:
    alice = sign_in(OWNER)
    for path in ("sign-out", "settings/erase", "card/hide", "deliveries/test"):
        assert alice.post(f"/dashboard/alice/{path}", data={"sure": "yes"}, headers=BROWSER).status_code == 400
    assert alice.get(OVERVIEW).status_code == 200


def test_withdrawn_consent_leaves_export_and_erase(
    sign_in: SignIn,
    house: PeerBlog,
    work: Callable[[], None],
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
) -> None:
    aline = sign_in(WRITER)
    assert aline.get("/dashboard/alice/card").status_code == 200
    deliver(house, [house.event("author.removed", id=2)])
    work()
    assert aline.get("/dashboard/alice/card").status_code == 404
    assert aline.get("/dashboard/alice/related").status_code == 404
    assert aline.get("/dashboard/", follow_redirects=True).request.path == "/dashboard/alice/settings"
    assert aline.get("/dashboard/alice/settings/export.zip").status_code == 200
