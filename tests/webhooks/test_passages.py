"""What an author may allow to be quoted, asked for by their own blog and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.contract.samples import published
from tests.dashboard.conftest import app, deliver, house, work
from tests.dashboard.test_sign_in import ask
from tests.peer import PeerBlog
from tests.webhooks.conftest import alice, service

__all__ = ["alice", "app", "deliver", "house", "service", "work"]
Deliver = Callable[[PeerBlog, list[tuple[str, bytes]]], None]
Work = Callable[[], None]


EDITED = "J’ai échoué à vendre mon premier atelier, et la trésorerie n’a pas suffi pour la suite."


def asked(app: Flask, clock: Clock, peer: PeerBlog, name: str, author: object) -> TestResponse:
    return ask(app.test_client(), clock, peer, "passages", name, author=author)


def passages_in(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    assert published("passages.answer").is_valid(answer.get_json())
    passages: list[dict[str, Any]] = answer.get_json()["passages"]
    return passages


def test_an_author_sees_each_sentence_of_their_own_once_and_why(app: Flask, clock: Clock, house: PeerBlog) -> None:
    passages = passages_in(asked(app, clock, house, "passages_0001", 2))
    failed = [passage for passage in passages if "échoué à embaucher" in passage["text"]]
    assert [(item["label"], item["title"], item["language"]) for item in failed] == [("lesson", "Billet 1", "fr")]
    assert failed[0]["url"] == "https://alice.example/?p=1"
    assert failed[0]["date"].startswith("2026-")
    assert len({passage["key"] for passage in passages}) == len(passages)
    assert [passage["date"] for passage in passages] == sorted((passage["date"] for passage in passages), reverse=True)
    assert {item["url"] for item in passages} <= {f"https://alice.example/?p={n}" for n in (1, 3, 5)}, (
        "only their own posts"
    )


def test_an_edit_gives_other_words_another_key(
    app: Flask, clock: Clock, house: PeerBlog, deliver: Deliver, work: Work
) -> None:
    before = {passage["key"] for passage in passages_in(asked(app, clock, house, "passages_0001", 2))}
    deliver(house, [house.post(n, 2, f"Billet {n}", f"<p>{EDITED}</p>") for n in (1, 3, 5)])
    work()
    (after,) = passages_in(asked(app, clock, house, "passages_0002", 2))
    assert after["key"] not in before


def test_a_stranger_learns_nothing(app: Flask, clock: Clock, house: PeerBlog, deliver: Deliver, work: Work) -> None:
    assert asked(app, clock, house, "passages_0001", 77).status_code == 404
    assert passages_in(asked(app, clock, house, "passages_0002", 2)) != []
    assert asked(app, clock, house, "passages_0002", 2).status_code == 401, "each question is answered once"
    for n, odd in enumerate(("2", 0, None, [2], True)):
        assert asked(app, clock, house, f"passages_odd{n}", odd).status_code == 400
    assert ask_as(app, clock, house, "sign-in").status_code == 400, "signed for another purpose"
    deliver(house, [house.event("author.removed", id=2)])
    work()
    assert asked(app, clock, house, "passages_0003", 2).status_code == 404
    house.key_to_bridge = house.key_to_blog
    assert asked(app, clock, house, "passages_0004", 1).status_code == 401


def ask_as(app: Flask, clock: Clock, peer: PeerBlog, kind: str) -> TestResponse:
    return ask(app.test_client(), clock, peer, kind, "passages_kind", path="passages", author=2)
