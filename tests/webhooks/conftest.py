"""The web side over its test client, with one connected blog: Alice's."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.config import Config
from bridge.model import BlogFacts
from bridge.runtime import build_runtime
from bridge.storage.blogs import blogs, keys
from bridge.storage.core.database import Database
from bridge.webhooks.service import Service
from tests.conftest import Clock
from tests.peer import PeerBlog, silent_blog


@pytest.fixture
def service(database: Database, database_url: str, tmp_path: Path, clock: Clock) -> Service:
    """Hands of a web process with a fixed clock."""
    environ = {
        "BRIDGE_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "ALLOW_PRIVATE_ADDRESSES": "1",
        "SECRET_KEY": "k" * 43,
    }
    return Service(build_runtime(Config.from_env(environ), database, clock))


@pytest.fixture
def client(service: Service) -> FlaskClient:
    """A caller."""
    return create_app(service).test_client()


@pytest.fixture
def alice(service: Service, clock: Clock) -> PeerBlog:
    """A blog with keys; its events can be signed."""
    peer = silent_blog("alice", "https://alice.example")
    peer.key_to_bridge, peer.key_to_blog = _key("b"), _key("o")
    facts = BlogFacts("Alice", "", "fr-FR", "https://alice.example", "https://alice.example/wp-json/", "", "u")
    with service.database.begin() as tx:
        blogs.upsert(tx, "alice", "connected", facts, clock())
        keys.record_rotation(tx, service.vault, "alice", "inbound", peer.key_to_bridge, clock())
        keys.record_rotation(tx, service.vault, "alice", "outbound", peer.key_to_blog, clock())
    return peer


def _key(letter: str) -> str:
    import base64

    return "whsec_" + base64.b64encode(letter.encode() * 32).decode()
