"""Signatures: the vectors that the plugin's tests run too, the library as an oracle, and hostile headers."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from bridge import signing
from bridge.errors import SignatureRefused

VECTORS = sorted((Path(__file__).parent / "samples" / "signatures").glob("*.json"))
KEY = signing.new_key()
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    vector: dict[str, Any] = json.loads(path.read_text())
    body = base64.b64decode(vector["body_base64"])
    now = datetime.fromtimestamp(vector["now"], UTC)
    if vector["accepted"]:
        assert signing.verify(vector["headers"], body, vector["keys"], now) == vector["id"]
        return
    with pytest.raises(SignatureRefused) as refused:
        signing.verify(vector["headers"], body, vector["keys"], now)
    assert refused.value.offset_seconds == vector.get("offset_seconds")


def test_there_are_vectors() -> None:
    assert len(VECTORS) > 30


def test_the_reference_library_accepts_what_we_sign() -> None:
    headers = signing.headers(KEY, "msg_12345678", datetime.now(UTC), b'{"a": "\xc3\xa9"}')
    assert Webhook(KEY).verify(b'{"a": "\xc3\xa9"}', headers) == {"a": "é"}


def test_we_accept_what_the_reference_library_signs() -> None:
    headers = {
        "webhook-id": "msg_12345678",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": Webhook(KEY).sign("msg_12345678", NOW, "{}"),
    }
    assert signing.verify(headers, b"{}", [signing.new_key(), KEY], NOW) == "msg_12345678"


def test_a_clock_that_is_off_is_named() -> None:
    headers = signing.headers(KEY, "msg_12345678", NOW - timedelta(minutes=7), b"")
    with pytest.raises(SignatureRefused) as refused:
        signing.verify(headers, b"", [KEY], NOW)
    assert refused.value.offset_seconds == -420


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()), st.binary()
)
def test_whatever_a_stranger_sends_is_a_refusal(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(headers, body, [KEY], NOW)
