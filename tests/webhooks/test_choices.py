"""Who waits for a yes or no, asked and decided by a blog for itself."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bridge.model import ShowingMode
from bridge.operations import choices
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.contract.samples import published
from tests.dashboard.conftest import app, deliver, house, work
from tests.dashboard.test_shown import names_on
from tests.dashboard.test_sign_in import ask
from tests.peer import PeerBlog
from tests.webhooks.conftest import alice, service

__all__ = ["alice", "app", "deliver", "house", "service", "work"]
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_blog_asks_who_waits_and_decides(app: Flask, clock: Clock, house: PeerBlog, service: Service) -> None:
    numbers = iter(range(100))

    def question(**decision: Any) -> TestResponse:
        return ask(app.test_client(), clock, house, "choices", f"choices_{next(numbers):04}", **decision)

    with service.database.begin() as tx:
        choices.choose_mode(tx, "alice", ShowingMode.ASK, clock())
    data = question().get_json()
    assert published("choices.answer").is_valid(data)
    assert (data["showing"], data["waiting"]) == ("ask", 1)
    (bob,) = data["candidates"]
    assert (bob["name"], bob["key"]) == ("Bob", "bob/1")
    assert names_on(service, "alice") == {}
    assert question(decision="approve", key=bob["key"]).get_json()["waiting"] == 0
    shown = names_on(service, "alice")
    assert "Bob" in str(shown)
    post = int(next(iter(shown)))
    assert question(decision="refuse", key=bob["key"], post=post).status_code == 200
    assert names_on(service, "alice") == {name: names for name, names in shown.items() if name != str(post)}
    assert question(decision="refuse", key=bob["key"]).status_code == 200
    assert names_on(service, "alice") == {}
    for about in ({"key": "nobody/7"}, {"key": "alice/1"}, {"key": ""}):
        assert question(decision="refuse", **about).status_code == 404
    assert question(decision="marry", key=bob["key"]).status_code == 400
