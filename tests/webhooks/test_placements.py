"""On which blogs an author is shown is told to their own blog, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from bridge.model import ShowingMode
from bridge.operations import choices
from bridge.pushes import MENTORS_OF_BLOG
from bridge.storage.blogs import blogs
from bridge.webhooks.service import Service
from bridge.worker.outbound.list_wording import compile_objects
from tests.conftest import Clock
from tests.contract.samples import published
from tests.dashboard.conftest import app, deliver, house, work
from tests.dashboard.test_sign_in import ask
from tests.peer import PeerBlog
from tests.webhooks.conftest import alice, service

__all__ = ["alice", "app", "deliver", "house", "service", "work"]
pytestmark = pytest.mark.slow


def answered(app: Flask, clock: Clock, peer: PeerBlog, name: str, author: object) -> dict[str, Any]:
    answer = ask(app.test_client(), clock, peer, "placements", name, author=author)
    assert answer.status_code == 200, answer.get_json()
    assert published("placements.answer").is_valid(answer.get_json())
    data: dict[str, Any] = answer.get_json()
    return data


def test_an_author_hears_where_they_stand_until_they_withdraw(
    app: Flask,
    clock: Clock,
    house: PeerBlog,
    service: Service,
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
    work: Callable[[], None],
) -> None:
    with service.database.read() as tx:
        aline = f"{house.url}/author/2"
        objects = [item for item in compile_objects(tx, blogs.get(tx, "bob")) if item.object != MENTORS_OF_BLOG]
        posts = sum(aline in {mentor.url for mentor in item.mentors} for item in objects)
    expected = {"https://bob.example": posts}
    told = answered(app, clock, house, "placements_0001", 2)
    assert {blog["url"]: blog["posts"] for blog in told["blogs"]} == expected != {}
    assert told["count"] == len(expected)
    assert answered(app, clock, house, "placements_0002", 999_999) == {"blogs": [], "count": 0}
    with service.database.begin() as tx:
        choices.choose_mode(tx, "bob", ShowingMode.ASK, clock())
    assert answered(app, clock, house, "placements_0004", 2)["count"] == 0, "who waits for a yes stands nowhere"
    with service.database.begin() as tx:
        choices.choose_mode(tx, "bob", ShowingMode.ALL, clock())
    deliver(house, [house.event("author.removed", id=2)])
    work()
    assert answered(app, clock, house, "placements_0003", 2) == {"blogs": [], "count": 0}


def test_nobody_else_hears_it(app: Flask, clock: Clock, house: PeerBlog) -> None:
    answered(app, clock, house, "placements_0001", 2)
    client = app.test_client()
    assert ask(client, clock, house, "placements", "placements_0001", author=2).status_code == 401, "answered once"
    for n, odd in enumerate(("2", 0, None, [2], True)):
        assert ask(client, clock, house, "placements", f"placements_odd{n}", author=odd).status_code == 400
    house.key_to_bridge = house.key_to_blog
    assert ask(client, clock, house, "placements", "placements_0002", author=2).status_code == 401
