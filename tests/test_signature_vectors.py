"""The signature vectors in `tests/samples/signatures`, which the plugin's PHP tests run too.

Their valid signatures were made with the reference library of Standard Webhooks 1.0.0.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge import signing
from bridge.errors import SignatureRefused

VECTORS = sorted((Path(__file__).parent / "samples" / "signatures").glob("*.json"))


def load(path: Path) -> tuple[dict[str, Any], bytes, datetime]:
    """One vector, its body and its time."""
    vector = json.loads(path.read_text("utf-8"))
    return vector, base64.b64decode(vector["body_base64"]), datetime.fromtimestamp(vector["now"], UTC)


def test_there_are_vectors() -> None:
    assert len(VECTORS) > 30


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    vector, body, now = load(path)
    if vector["accepted"]:
        assert signing.verify(vector["headers"], body, vector["keys"], now) == vector["id"]
        return
    with pytest.raises(SignatureRefused) as refused:
        signing.verify(vector["headers"], body, vector["keys"], now)
    assert refused.value.offset_seconds == vector.get("offset_seconds"), vector["about"]


@pytest.mark.parametrize("name", ["good", "good-empty-body", "good-raw-bytes"])
def test_what_we_sign_is_what_the_vectors_say(name: str) -> None:
    vector, body, now = load(next(path for path in VECTORS if path.stem == name))
    assert signing.headers(vector["keys"][0], vector["headers"]["webhook-id"], now, body) == vector["headers"]
