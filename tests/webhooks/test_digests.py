"""A blog and the bridge compare what they hold, and only where they differ anything is said of single objects."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import update

from bridge.storage.blogs import state_checks
from bridge.storage.blogs.tables import outbox
from bridge.storage.content.tables import posts
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.contract.samples import published
from tests.dashboard.conftest import app, deliver, house, work
from tests.dashboard.test_sign_in import ask
from tests.peer import PeerBlog
from tests.webhooks.conftest import alice, service

__all__ = ["alice", "app", "deliver", "house", "service", "work"]
Deliver = Callable[[PeerBlog, list[tuple[str, bytes]]], None]
Work = Callable[[], None]
FIRST, SECOND = "a" * 40, "0123456789" * 4


def kind(name: str, *ranges: list[int], width: int = 1000) -> dict[str, Any]:
    return {"kind": name, "width": width, "ranges": list(ranges)}


def number(text: str) -> int:
    return int(text[:10], 16)


def compare(app: Flask, clock: Clock, peer: PeerBlog, name: str, **data: Any) -> dict[str, Any]:
    answer = ask(app.test_client(), clock, peer, "digest", name, **data)
    assert answer.status_code == 200, answer.get_json()
    assert published("digest.answer").is_valid(answer.get_json())
    reply: dict[str, Any] = answer.get_json()
    return reply


def say(peer: PeerBlog, post: int, text: str, digest: str) -> tuple[str, bytes]:
    name, body = peer.post(post, 2, f"Billet {post}", f"<p>{text}</p>")
    return name, body.replace(b'"data": {', f'"data": {{"hash": "{digest}", '.encode(), 1)


def test_only_ranges_that_differ_are_told_by_object(
    app: Flask, clock: Clock, alice: PeerBlog, service: Service, deliver: Deliver, work: Work
) -> None:
    alice.url = "https://alice.example"
    deliver(alice, [say(alice, 1, "Un.", FIRST), say(alice, 2, "Deux.", SECOND), say(alice, 1500, "Trois.", FIRST)])
    same = [kind("post", [0, 2, number(FIRST) + number(SECOND)], [1, 1, number(FIRST)]), kind("comment")]
    early = compare(app, clock, alice, "digest_0001", sent=same)
    assert early == {"waiting": 3, "kinds": []}, "what is not read yet is compared with nothing"
    work()
    answer = compare(app, clock, alice, "digest_0002", sent=same)
    assert [(item["kind"], item["count"], item["differing"]) for item in answer["kinds"]] == [
        ("post", 3, 0),
        ("comment", 0, 0),
    ]
    with service.database.read() as tx:
        check = state_checks.find_by_blog(tx, "alice")
    assert check is not None
    assert (check.agrees, check.blog_count, check.bridge_count, check.differed) == (True, 3, 3, {})

    other = [kind("post", [0, 1, number(FIRST)], [1, 1, number(FIRST)])]
    (posts_there,) = compare(app, clock, alice, "digest_0003", sent=other)["kinds"]
    assert posts_there["ranges"] == [0]
    assert posts_there["objects"] == [[1, 2, number(FIRST)], [2, 2, number(SECOND)]]
    with service.database.read() as tx:
        check = state_checks.find_by_blog(tx, "alice")
    assert check is not None
    assert (check.agrees, check.blog_count, check.bridge_count, check.differed) == (False, 2, 3, {"post": 1})


def test_what_was_refused_differs_on_no_side(
    app: Flask, clock: Clock, alice: PeerBlog, service: Service, deliver: Deliver, work: Work
) -> None:
    alice.url = "https://alice.example"
    deliver(alice, [say(alice, 1, "Un.", FIRST), say(alice, 2, "Deux.", SECOND)])
    work()
    sent = [kind("post", [0, 1, number(FIRST)]) | {"without": [2, 99]}]  # 2 as of before, of 99 nothing came here
    (posts_there,) = compare(app, clock, alice, "digest_0001", sent=sent)["kinds"]
    assert (posts_there["count"], posts_there["differing"]) == (1, 0)
    sent = [kind("post", [0, 1, number(SECOND)]) | {"without": [2]}]
    (posts_there,) = compare(app, clock, alice, "digest_0002", sent=sent)["kinds"]
    assert posts_there["objects"] == [[1, 2, number(FIRST)]]
    with service.database.read() as tx:
        check = state_checks.find_by_blog(tx, "alice")
    assert check is not None
    assert (check.blog_count, check.bridge_count) == (1, 1)


def test_what_the_bridge_has_lost_or_holds_otherwise_shows(
    app: Flask, clock: Clock, alice: PeerBlog, service: Service, deliver: Deliver, work: Work
) -> None:
    alice.url = "https://alice.example"
    deliver(alice, [say(alice, 1, "Un.", FIRST)])
    work()
    with service.database.begin() as tx:
        tx.execute(update(posts).where(posts.c.blog_id == "alice").values(state_hash=7))
    sent = [kind("post", [0, 1, number(FIRST)], [3, 1, number(SECOND)])]
    (there,) = compare(app, clock, alice, "digest_0001", sent=sent)["kinds"]
    assert (there["differing"], there["ranges"], there["objects"]) == (2, [0, 3], [[1, 2, 7]])


def test_what_the_blog_has_lost_of_the_pushes_is_handed_in_again(
    app: Flask, clock: Clock, house: PeerBlog, service: Service
) -> None:
    with service.database.begin() as tx:
        taken = list(tx.execute(outbox.select().where(outbox.c.blog_id == "alice", outbox.c.kind == "post")))
        tx.execute(update(outbox).where(outbox.c.blog_id == "alice").values(acknowledged=outbox.c.version))
    total = sum(zlib.crc32(f"{row.object}:{row.version}".encode()) for row in taken)
    assert taken
    equal = compare(app, clock, house, "digest_0001", sent=[], shown=[kind("post", [0, len(taken), total])])
    assert equal["shown_again"] == 0
    lost = compare(app, clock, house, "digest_0002", sent=[], shown=[kind("post")])
    assert lost["shown_again"] == len(taken)
    with service.database.read() as tx:
        check = state_checks.find_by_blog(tx, "alice")
        waiting = tx.execute(outbox.select().where(outbox.c.blog_id == "alice", outbox.c.acknowledged == 0)).all()
    assert check is not None
    assert check.differed == {"shown post": 1}
    assert {row.object for row in waiting} == {row.object for row in taken}


def test_a_digest_is_for_the_blog_alone(app: Flask, clock: Clock, alice: PeerBlog) -> None:
    compare(app, clock, alice, "digest_0001", sent=[])
    assert ask(app.test_client(), clock, alice, "digest", "digest_0001", sent=[]).status_code == 401, "answered once"
    odd: list[Any] = [
        None,
        [kind("post", [0, 1])],
        [kind("mentor")],
        [kind("post", [0, 1, -1])],
        [kind("post", width=0)],
        [kind("post", width=2**40)],  # one range that holds everything
    ]
    for n, sent in enumerate(odd):
        assert ask(app.test_client(), clock, alice, "digest", f"digest_odd{n}", sent=sent).status_code == 400
    alice.key_to_bridge = alice.key_to_blog
    assert ask(app.test_client(), clock, alice, "digest", "digest_0002", sent=[]).status_code == 401
