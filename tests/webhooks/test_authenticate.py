"""The keys of blogs: kept for a moment, asked for once."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.peer import PeerBlog
from tests.running import HANG_SECONDS
from tests.webhooks.test_routes import send

SENDERS = 8


def test_of_many_deliveries_at_once_one_asks_for_the_keys(
    service: Service, client: FlaskClient, clock: Clock, alice: PeerBlog
) -> None:
    asked: list[str] = []

    def slowly(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM blog_keys" in statement:
            asked.append(statement)
            time.sleep(0.2)

    event.listen(service.database._readers, "before_cursor_execute", slowly)
    together = threading.Barrier(SENDERS)
    statuses: list[int] = []

    def deliver(number: int) -> None:
        message_id, body = alice.post(number, 1, "Un billet", "Ce que j'ai appris. " * 5)
        together.wait(HANG_SECONDS)
        answer = send(client.application.test_client(), clock, alice, message_id, body)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert statuses == [202] * SENDERS
    assert len(asked) == 1
