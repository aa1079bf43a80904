"""`secret rewrite` and what `doctor` says of the key, on one home from one key to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from bridge.app import create_app
from bridge.cli.main import commands
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.model import BlogFacts
from bridge.runtime import build_runtime, open_vault
from bridge.storage.blogs import blogs
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from tests.conftest import NOW

FIRST, SECOND = "the first key is as long as it must be", "the second key is as long as it must be"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One blog's password, under the first key."""
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path), "SECRET_KEY": FIRST})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    with database.begin() as tx:
        blogs.upsert(tx, "alice", "imported", BlogFacts("A", "", "fr", "https://a.example", "", "", "u"), NOW)
        blogs.record_access(tx, open_vault(config), "alice", "bridge", "password")
    database.close()
    return tmp_path


def run(home: Path, *arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(commands, arguments, env={"BRIDGE_HOME": str(home), **environ})


def doctor(home: Path, **environ: str) -> str:
    lines = run(home, "doctor", **environ).output.splitlines()
    at = next(n for n, line in enumerate(lines) if "secret key" in line)
    return "\n".join(lines[at : at + 2])


def test_from_one_key_to_the_next(home: Path) -> None:
    both = {"SECRET_KEY": SECOND, "SECRET_KEY_OLD": FIRST}
    assert "NOT" in doctor(home, SECRET_KEY=SECOND)
    assert "SECRET_KEY_OLD" in doctor(home, SECRET_KEY=SECOND)
    assert "`bridge secret rewrite`" in doctor(home, **both)
    assert "Rewritten: 1" in run(home, "secret", "rewrite", **both).output
    assert run(home, "secret", "rewrite", "--json", **both).stdout == '{"rewritten": 0, "already": 1, "lost": 0}\n'
    assert "ok   secret key: 1 secrets at rest, all under the key of now; SECRET_KEY_OLD can go" in doctor(home, **both)
    assert "all under the key of now" in doctor(home, SECRET_KEY=SECOND)
    lost = run(home, "secret", "rewrite", SECRET_KEY=FIRST)
    assert isinstance(lost.exception, ConfigError)


def test_whoever_is_signed_in_stays_so_until_the_old_key_goes(home: Path) -> None:
    def app(**environ: str) -> Flask:
        config = Config.from_env({"BRIDGE_HOME": str(home), **environ})
        return create_app(build_runtime(config))

    def session_of(app: Flask, cookie: str) -> object:
        with app.test_request_context("/", headers={"Cookie": f"bridge={cookie}"}) as context:
            return dict(context.session or {})

    old = app(SECRET_KEY=FIRST)
    signing = old.session_interface.get_signing_serializer(old)  # type: ignore[attr-defined]
    cookie = signing.dumps({"keys": ["k"]})
    assert session_of(app(SECRET_KEY=SECOND, SECRET_KEY_OLD=FIRST), cookie) == {"keys": ["k"]}
    assert session_of(app(SECRET_KEY=SECOND), cookie) == {}
