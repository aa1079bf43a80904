"""An operator configures Qdrant: it is filled by a command, looked at by `doctor`, and brought up to date at night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from qdrant_client import QdrantClient

from bridge.cli.common import context_for
from bridge.cli.main import commands
from bridge.config import Config
from bridge.errors import BridgeError, ConfigError
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.matching import candidates, profiles, qdrant_index
from bridge.storage.matching.candidate_source import POSTINGS, get_source
from bridge.storage.matching.qdrant_index import COLLECTION
from bridge.worker.nightly import compare_candidate_index
from tests.bench.bank import SyntheticBank
from tests.running import free_port

MENTORS = 50


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A bank of two subjects."""
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path / "home")})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    SyntheticBank(database, MENTORS).fill()
    database.close()
    return config.home


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[QdrantClient]:
    """Qdrant in this process, at whatever address."""
    client = QdrantClient(":memory:")
    monkeypatch.setattr(qdrant_index, "connect", lambda _url, _key: client)
    yield client
    client.close()


def run(home: Path, *arguments: str, url: str = "http://qdrant.internal:6333") -> Result:
    environ = {"BRIDGE_HOME": str(home), "QDRANT_URL": url}
    return CliRunner().invoke(commands, arguments, env=environ)


def test_it_is_filled_by_a_command_and_doctor_says_how_full_it_is(home: Path, server: QdrantClient) -> None:
    repair = "Run `bridge mentors index`"
    empty = run(home, "doctor").output
    assert f"NOT  candidate index: 0 of {MENTORS} mentors; it was never filled to the end" in empty
    assert repair in empty
    assert f'"mentors": {MENTORS}' in run(home, "mentors", "index", "--json").output
    full = run(home, "doctor").output
    assert f"ok   candidate index: {MENTORS} of {MENTORS} mentors" in full
    assert repair not in full


def test_who_has_no_index_hears_nothing_of_it(home: Path) -> None:
    assert "candidate index" not in run(home, "doctor", url="").output
    refused = run(home, "mentors", "index", url="")
    assert isinstance(refused.exception, ConfigError)
    assert "QDRANT_URL is not set" in str(refused.exception)


def test_a_server_that_is_away_is_named(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert f"NOT  candidate index: {url} does not answer" in run(home, "doctor", url=url).output
    refused = run(home, "mentors", "index", url=url)
    assert isinstance(refused.exception, BridgeError)
    assert url in str(refused.exception)


def test_a_worker_feeds_it_and_the_night_fills_one_that_was_lost(home: Path, server: QdrantClient) -> None:
    config = Config.from_env({"BRIDGE_HOME": str(home), "QDRANT_URL": "http://qdrant.internal:6333"})
    database = Database.open(config.database_url)
    context = context_for(config, database)
    with database.read() as tx:
        assert get_source(tx) is not POSTINGS
        first = candidates.list_all(tx)[0].id
    list(compare_candidate_index(context))
    with database.begin() as tx:
        profiles.mark_unlisted(tx, first)
    assert server.count(COLLECTION).count == MENTORS - 1
    server.delete_collection(COLLECTION)
    list(compare_candidate_index(context))
    assert server.count(COLLECTION).count == MENTORS - 1
    database.close()


@pytest.mark.parametrize(
    "url", ["qdrant.internal:6333", "http://key@qdrant:6333", "http://qdrant:6333?key=1", "ftp://q"]
)
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError, match="QDRANT_URL is the address") as refused:
        Config.from_env({"SECRET_KEY": "k" * 43, "QDRANT_URL": url})
    assert "key@" not in str(refused.value)


def test_the_key_is_in_no_print_of_the_settings() -> None:
    config = Config.from_env({"SECRET_KEY": "k" * 43, "QDRANT_API_KEY": "sealed-away"})
    assert config.qdrant_key == "sealed-away"
    assert "sealed-away" not in repr(config)
