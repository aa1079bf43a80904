"""On which blogs an author is shown is told to their own blog, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from bridge.model import AuthorKey
from bridge.storage.matching import placements
from bridge.webhooks.service import Service
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
        expected = {blog.home_url: blog.posts for blog in placements.list_blogs_of_author(tx, AuthorKey("alice", "2"))}
    told = answered(app, clock, house, "placements_0001", 2)
    assert {blog["url"]: blog["posts"] for blog in told["blogs"]} == expected != {}
    assert told["count"] == len(expected)
    assert answered(app, clock, house, "placements_0002", 999_999) == {"blogs": [], "count": 0}
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
