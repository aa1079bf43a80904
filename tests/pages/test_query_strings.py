"""What stands behind the question mark may be any bytes: whoever follows an old link has not chosen them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # addresses do not know which it is
PATHS = ("/", "/mentors", "/mentors.atom", "/nowhere", "/dashboard/alice", "/api/v1/search", "/webhooks/alice")
NEEDS = (b"tr\xe9sorerie", "trésorerie".encode(), b"\xed\xa0\x80", b"a&lang=\xff&\xfe=\x80")


def ask(client: FlaskClient, path: str, need: bytes) -> tuple[int, str]:
    query = (b"need=" + need).decode("latin-1")
    answer = client.get(path, environ_overrides={"QUERY_STRING": query})
    return answer.status_code, answer.text


def test_a_query_of_any_bytes_is_answered(client: FlaskClient) -> None:
    answers = {(path, need): ask(client, path, need)[0] for path in PATHS for need in NEEDS}
    assert {question: status for question, status in answers.items() if status >= 500} == {}


def test_a_need_that_was_not_escaped_is_understood(client: FlaskClient) -> None:
    assert 'value="trésorerie"' in ask(client, "/mentors", "trésorerie".encode())[1]
