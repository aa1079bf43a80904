"""What a sender is answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from bridge import signing
from bridge.model import AuthorKey, BlogFacts, BlogState, Kind, Removal, Version
from bridge.operations import withdrawal
from bridge.pushes import PushAnswer, PushObject, ShownMentor
from bridge.storage.blogs import blogs, installations, outbox, withdrawal_receipts
from bridge.storage.blogs.tables import deliveries, delivery_objects
from bridge.storage.content import suspensions, tombstones
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.peer import OUTBOX_GENERATION, PeerBlog
from tests.running import free_port


def send(
    client: FlaskClient,
    clock: Clock,
    blog: PeerBlog,
    name: str,
    body: bytes,
    path: str = "/webhooks/alice",
    **headers: str,
) -> TestResponse:
    signed = {**signing.headers(blog.key_to_bridge, name, clock(), body), **headers}
    return client.post(path, data=body, headers=signed, content_type="application/json")


def test_a_delivery_is_stored_then_acknowledged_and_a_repeat_says_so(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    name, body = alice.author(1, "Alice")
    first, second = send(client, clock, alice, name, body), send(client, clock, alice, name, body)
    assert (first.status_code, second.status_code) == (202, 202)
    assert (first.get_json()["duplicate"], second.get_json()["duplicate"]) == (False, True)
    with service.database.read() as tx:
        assert [row.body for row in tx.execute(deliveries.select())] == [body]


def test_a_sign_of_life_is_answered_with_what_was_not_taken(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    assert send(client, clock, alice, *alice.event("ping")).get_json()["refused"] == []
    assert "refused" not in send(client, clock, alice, *alice.event("ping")).get_json(), "something waits to be read"
    with service.database.begin() as tx:
        tx.execute(deliveries.update().values(state="quarantined"))
        row = {"blog_id": "alice", "kind": "post", "remote_id": "7", "delivery_id": 1, "refused_because": "too long"}
        tx.execute(delivery_objects.insert().values(row))
    answer = send(client, clock, alice, *alice.event("ping")).get_json()
    assert answer["refused"] == [{"kind": "post", "object": "7", "reason": "too long"}]
    assert answer["hidden"] == []
    with service.database.begin() as tx:
        suspensions.record(tx, AuthorKey("alice", "1"), "sells places", clock())
    answer = send(client, clock, alice, *alice.event("ping")).get_json()
    assert answer["hidden"] == [{"author": "1", "reason": "sells places"}]
    with service.database.begin() as tx:
        for number in range(2, 151):
            suspensions.record(tx, AuthorKey("alice", str(number)), "sells places", clock())
    named = send(client, clock, alice, *alice.event("ping")).get_json()["hidden"]
    assert len(named) == 150, "whoever is not named counts as shown there"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"webhook-signature": "garbage"}, 401),
        ({"webhook-id": "a.b"}, 401),
        ({"webhook-timestamp": "²"}, 401),
        ({"webhook-signature": "v1,é"}, 401),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_a_malformed_header_is_401(
    client: FlaskClient, clock: Clock, alice: PeerBlog, change: dict[str, str], status: int
) -> None:
    assert send(client, clock, alice, "p0000001", b"{}", **change).status_code == status


def test_a_wrong_clock_is_told_by_how_much(client: FlaskClient, clock: Clock, alice: PeerBlog) -> None:
    headers = signing.headers(alice.key_to_bridge, "p0000001", clock(), b"{}")
    clock.advance(minutes=10)
    answer = client.post("/webhooks/alice", data=b"{}", headers=headers, content_type="application/json")
    assert answer.status_code == 401
    assert answer.get_json()["error"]["offset_seconds"] == -600


def test_a_stranger_and_another_content_type_and_too_much(client: FlaskClient, clock: Clock, alice: PeerBlog) -> None:
    assert send(client, clock, alice, "p0000001", b"{}", path="/webhooks/mallory").status_code == 404
    assert client.post("/webhooks/alice", data=b"{}", content_type="text/plain").status_code == 415
    assert send(client, clock, alice, "p0000001", b"x" * (1024 * 1024 + 1)).status_code == 413


def test_a_blog_that_left_is_told_so_and_hears_when_nothing_is_left(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    with service.database.begin() as tx:
        blogs.record_state(tx, "alice", BlogState.DISCONNECTED, clock())
    name, body = alice.author(1, "Alice")
    assert send(client, clock, alice, name, body).status_code == 410
    name, body = alice.event("blog.removed")
    answer = send(client, clock, alice, name, body)
    assert (answer.status_code, answer.get_json()) == (200, {"withdrawn": True})


def test_a_blog_that_others_still_show_is_told_to_ask_again(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    with service.database.begin() as tx:
        blogs.upsert(tx, "bob", "connected", BlogFacts("Bob", "", "fr", "https://bob.example", "", "", "u"), clock())
        mentor = ShownMentor("Alice", "", "https://alice.example/", "fr", "Thèmes communs : prix.")
        outbox.upsert_all_of_kinds(tx, "bob", [PushObject("related", "7", 0, "fr", (mentor,))], clock())
        withdrawal.withdraw(tx, "alice", clock())
    asked = send(client, clock, alice, *alice.event("blog.removed"))
    assert (asked.status_code, asked.get_json()) == (202, {"withdrawn": False, "shown_by": 1})
    assert send(client, clock, alice, *alice.author(1, "Alice")).status_code == 410
    with service.database.begin() as tx:
        withdrawal_receipts.mark_lists_rebuilt(tx, "bob", withdrawal_receipts.list_blogs_awaiting(tx, "bob"))
        outbox.record_answer(tx, "bob", PushAnswer(accepted=(("related", "7", 1),)))
    asked = send(client, clock, alice, *alice.event("blog.removed"))
    assert (asked.status_code, asked.get_json()) == (200, {"withdrawn": True})


def test_a_pull_gives_what_waits_signed_and_only_once_an_id(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    mentor = ShownMentor("Bob", "Le blogue de Bob", "https://bob.example/", "fr", "Thèmes communs : prix.")
    with service.database.begin() as tx:
        outbox.upsert_all_of_kinds(tx, "alice", [PushObject("related", "7", 0, "fr", (mentor,))], clock())

    def pull(name: str, acknowledged: list[dict[str, Any]]) -> TestResponse:
        body = json.dumps(
            {"type": "pull", "timestamp": "2026-05-04T12:00:00Z", "data": {"acknowledged": acknowledged}}
        ).encode()
        return send(client, clock, alice, name, body, path="/webhooks/alice/pushes")

    answer = pull("pull_00000001", [])
    assert signing.verify(answer.headers, answer.data, [alice.key_to_blog], clock())
    (item,) = answer.get_json()["data"]["objects"]
    assert (item["object"], item["mentors"][0]["name"]) == (7, "Bob")
    assert pull("pull_00000001", []).status_code == 401
    done = pull("pull_00000002", [{"kind": "related", "object": 7, "version": 1}])
    assert done.get_json()["data"]["objects"] == []


def test_a_copy_asks_in_vain_and_hears_who_the_site_is(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    assert "site" not in send(client, clock, alice, *alice.event("ping")).get_json()
    with service.database.begin() as tx:
        installations.record_proven(tx, "alice", "the site", clock())
    clock.advance(seconds=1)
    questions = {"pushes": "pull", "passages": "passages", "sign-ins": "sign-in", "sign-outs": "sign-out"}
    data = {"acknowledged": [], "author": 1, "user": 1, "role": "owner", "manages": True, "name": "A", "users": [1]}
    for install, status in (("a copy", 401), ("", 401), ("the site", 200)):
        for path, kind in questions.items():
            body = {"type": kind, "timestamp": "2026-05-04T12:00:00Z", "install": install, "data": data}
            asked = send(
                client,
                clock,
                alice,
                f"{kind}_{install:_>9}".replace(" ", "_"),
                json.dumps(body).encode(),
                path=f"/webhooks/alice/{path}",
            )
            assert asked.status_code == status or (status == 200 and asked.status_code in (201, 404)), (path, install)
    answer = send(client, clock, alice, *alice.event("ping")).get_json()
    assert answer["site"] == {"install": "the site", "home": "https://alice.example"}


def test_a_blog_does_not_move_while_it_answers_where_it_was(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    with PeerBlog("Alice") as live, PeerBlog("A copy") as copy:
        live.blog_id, live.key_to_blog = "alice", alice.key_to_blog
        with service.database.begin() as tx:
            facts = blogs.get(tx, "alice").facts
            here = replace(facts, home_url=live.url, rest_url=f"{live.url}/wp-json/")
            blogs.upsert(tx, "alice", "connected", here, clock())
        wish = {
            "type": "connect",
            "home_url": copy.url,
            "rest_url": f"{copy.url}/wp-json/",
            "nonce": "A" * 43,
            "blog_id": "alice",
        }
        copy.nonce, clock.now = "A" * 43, datetime.now(UTC)
        answer = send(client, clock, alice, "connect_0001", json.dumps(wish).encode(), path="/v1/connections")
        assert (answer.status_code, answer.get_json()["error"]["type"]) == (409, "still_there")
        assert not copy.blog_id, "nobody was called there"
        live.key_to_blog = "whsec_" + "A" * 43 + "="  # switched off, or a copy itself by now
        answer = send(client, clock, alice, "connect_0002", json.dumps(wish).encode(), path="/v1/connections")
        assert answer.status_code == 201
    with service.database.read() as tx:
        assert blogs.get(tx, "alice").facts.home_url == copy.url


def test_a_signature_is_good_for_one_purpose(client: FlaskClient, clock: Clock, alice: PeerBlog) -> None:
    name, body = alice.author(1, "Alice")
    assert send(client, clock, alice, name, body, path="/webhooks/alice/pushes").status_code == 400


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), mimetype=st.sampled_from(["application/json", "text/html", ""]))
def test_nothing_hostile_is_an_error_of_ours(client: FlaskClient, alice: PeerBlog, body: bytes, mimetype: str) -> None:
    for path in ("/webhooks/alice", "/webhooks/%00", "/webhooks/alice/pushes", "/v1/connections"):
        assert client.post(path, data=body, content_type=mimetype).status_code < 500


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"null", b"{}", b'{"type": "connect", "nonce": 3}'])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_a_strange_wish_to_connect_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/v1/connections", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.get_json()["error"]) == {"type", "message"}


def test_without_a_code_nobody_is_called(client: FlaskClient) -> None:
    body = {
        "type": "connect",
        "home_url": "http://127.0.0.1:9",
        "rest_url": "http://127.0.0.1:9/wp-json/",
        "nonce": "A" * 43,
    }
    answer = client.post("/v1/connections", json=body)
    assert (answer.status_code, answer.get_json()["error"]["type"]) == (403, "refused")


def test_pages_speak_the_readers_language_and_call_nobody_else(client: FlaskClient) -> None:
    for language, words in (("fr-CA,fr;q=0.9", "banque de mentors"), ("en", "bank of mentors")):
        page = client.get("/", headers={"Accept-Language": language})
        assert words in page.text
        assert f'<html lang="{language[:2]}">' in page.text
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "https://" not in page.text
    assert client.get("/healthz").get_json()["status"] == "ok"
    assert "bridge_" in client.get("/metrics").text


def test_a_connected_blog_cannot_claim_the_address_of_another(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    home = f"http://127.0.0.1:{free_port()}"
    with service.database.begin() as tx:
        blogs.upsert(tx, "bob", "connected", BlogFacts("Bob", "", "fr-FR", home, f"{home}/wp-json/", "", "u"), clock())
    wish = {
        "type": "connect",
        "home_url": home,
        "rest_url": f"{home}/wp-json/",
        "nonce": "A" * 43,
        "code": "anything",
        "blog_id": "alice",
    }
    answer = send(client, clock, alice, "connect_0001", json.dumps(wish).encode(), path="/v1/connections")
    assert answer.status_code == 422
    with service.database.read() as tx:
        assert blogs.get(tx, "bob").state is BlogState.CONNECTED
        assert blogs.get(tx, "alice").facts.home_url == "https://alice.example"


def test_an_erasure_is_confirmed_once_it_is_done(
    client: FlaskClient, clock: Clock, alice: PeerBlog, service: Service
) -> None:
    name, body = alice.event("commenter.removed", commenter="2" * 64)
    first = send(client, clock, alice, name, body)
    assert (first.status_code, first.get_json()["duplicate"]) == (202, False)
    assert send(client, clock, alice, name, body).status_code == 202, "nobody has looked at it yet"
    erased = Removal("alice", Kind.COMMENTER, "2" * 64, Version(OUTBOX_GENERATION, alice.revision))
    with service.database.begin() as tx:
        tombstones.record_tombstone(tx, erased, clock())
    again = send(client, clock, alice, name, body)
    assert (again.status_code, again.get_json()) == (200, {"erased": True})
    hostile: tuple[object, ...] = ("no hash", "\ud800", "\x00" * 64, [], {}, None)
    for strange in hostile:
        name, body = alice.event("commenter.removed", commenter=strange)
        assert send(client, clock, alice, name, body).status_code == 202, "what cannot be read is never done"
