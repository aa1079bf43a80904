"""`doctor` looks and writes nothing: what it found lies there afterwards, byte for byte."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli.main import commands
from bridge.config import Config
from bridge.model import BlogFacts
from bridge.storage.blogs import blogs
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from tests.conftest import NOW
from tests.lab.mail import Letters, mail_server
from tests.running import BRIDGE, HANG_SECONDS, RunningBridge

pytestmark = pytest.mark.slow


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def examine(home: Path, **environ: str) -> Result:
    """What it says of a home, which must be the same before and after."""
    before = listing(home)
    result = CliRunner().invoke(commands, ["doctor"], env={"BRIDGE_HOME": str(home), **environ}, catch_exceptions=False)
    assert {*listing(home)} == {*before}
    assert listing(home) == before
    return result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A bridge with one blog, that was ended as it should be."""
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path / "home")})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    facts = BlogFacts("Alice", "", "fr-FR", "https://alice.example", "https://alice.example/wp-json/", "", "u")
    with database.begin() as tx:
        blogs.upsert(tx, "alice", "imported", facts, NOW)
    database.close()
    for lock in config.home.glob("*.lock*"):  # as a backup has it
        lock.unlink()
    assert {*listing(config.home)} == {"bridge.sqlite", "secret_key"}
    return config.home


def test_it_says_whether_the_mail_server_answers(home: Path) -> None:
    letters = Letters()
    with mail_server(letters) as port:
        settings = {"SMTP_URL": f"smtp://127.0.0.1:{port}?tls=no", "SMTP_FROM": "bank@bank.example"}
        assert f"ok   mail: 127.0.0.1:{port} answers" in examine(home, **settings).output
    closed = examine(home, **settings).output
    assert "NOT  mail: the mail server cannot be used: ConnectionRefusedError" in closed
    assert "SMTP_URL" in closed
    assert letters.received == [], "it only looks"
    assert "mail:" not in examine(home).output


def test_in_an_empty_folder_it_says_what_is_missing_and_makes_none_of_it(tmp_path: Path) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        [BRIDGE, "doctor"], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
    )
    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []
    assert f"NOT  secret key: there is none in {tmp_path / 'var'}" in result.stdout
    assert f"NOT  database: There is no database at {tmp_path / 'var' / 'bridge.sqlite'} yet." in result.stdout
    assert result.stdout.count("`bridge serve`") == 2, "what to do about each"
    assert result.stderr == ""


def test_a_bridge_that_rests_is_in_order(home: Path) -> None:
    result = examine(home)
    assert "ok   database: sqlite" in result.output
    assert "ok   secret key: 0 secrets" in result.output
    assert result.exit_code == 0


def test_a_lost_key_is_not_replaced(home: Path) -> None:
    (home / "secret_key").unlink()
    result = examine(home)
    assert "NOT  secret key: there is none" in result.output
    assert "ok   work:" in result.output, "the rest is looked at all the same"
    assert result.exit_code == 1


@pytest.mark.parametrize("left", ["log and index", "log"])
def test_what_a_killed_bridge_left_is_read_or_said(home: Path, tmp_path: Path, left: str) -> None:
    """The last commits are in the log: without it the database would look older than it is."""
    database = Database.open(f"sqlite:///{home / 'bridge.sqlite'}")
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    killed = shutil.copytree(home, tmp_path / "killed")
    database.close()
    if left == "log":
        (killed / "bridge.sqlite-shm").unlink()
    words = "revision 9999" if left == "log and index" else "bridge.sqlite-wal lies beside the database"
    assert words in examine(killed).output


def test_beside_a_running_bridge_nothing_moves_either(tmp_path: Path) -> None:
    with RunningBridge(tmp_path / "home") as running:
        assert running.process is not None
        running.get("/healthz")
        os.killpg(running.process.pid, signal.SIGSTOP)  # so that nobody else writes meanwhile
        try:
            result = examine(running.home, PUBLIC_URL=running.url)
        finally:
            os.killpg(running.process.pid, signal.SIGCONT)
        assert "ok   database: sqlite" in result.output
        assert (running.home / "bridge.sqlite-shm").exists(), "it works on its database"
        assert running.get("/healthz")[0] == 200


def test_wherever_the_database_is_the_home_stays_empty(database: Database, database_url: str, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere"
    home.mkdir()
    result = examine(home, DATABASE_URL=database_url)
    assert "NOT  secret key: there is none" in result.output
    assert f"ok   database: {database.dialect}" in result.output
    assert list(home.iterdir()) == []
