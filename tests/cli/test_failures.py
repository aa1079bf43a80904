"""What goes wrong before anything is done is said in one sentence, by every command, without a password in it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, text

from bridge import logs
from bridge.cli import blog_admission
from bridge.cli.main import main
from bridge.storage.core import engines
from bridge.storage.core.database import Database
from bridge.storage.core.migrate import newest_revision
from bridge.storage.core.write_lock import single_instance
from tests.running import free_port

READING = (
    ("blog", "list"),
    ("blog", "show", "alice"),
    ("stats",),
    ("deliveries", "list"),
    ("mentors", "held"),
    ("mentors", "search", "clay"),
    ("epoch", "status"),
    ("skills", "list"),
    ("doctor",),
)
WRITING = (
    ("migrate",),
    ("web",),
    ("serve",),
    ("worker",),
    ("blog", "add", "https://a.example"),
    ("blog", "confirm", "alice"),
    ("epoch", "build"),
    ("deliveries", "rerun", "--all"),
    ("secret", "rewrite"),
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands in this process: how logs are written stays as it is; nobody waits long."""
    monkeypatch.setattr(logs, "configure_logs", lambda: None)
    structlog.reset_defaults()  # whoever has looked at logs in this process has set them up
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_SECONDS", 0)
    for name, value in {"BRIDGE_HOME": str(tmp_path), "SECRET_KEY": "k" * 40, "PORT": str(free_port())}.items():
        monkeypatch.setenv(name, value)


def complaint_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence, and nothing on stdout."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    captured = capsys.readouterr()
    assert end.value.code == 1, arguments
    if arguments == ("doctor",):
        (line,) = (line for line in captured.out.splitlines() if line.startswith("NOT  database: "))
        return line
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("bridge: ")
    return line


@pytest.fixture
def newer(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database that a later version has migrated."""
    database.close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    monkeypatch.setenv("DATABASE_URL", database_url)
    yield database_url
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


@pytest.mark.usefixtures("newer")
def test_an_older_bridge_leaves_a_newer_database_alone(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in READING + WRITING:
        line = complaint_of(capsys, *arguments)
        assert "9999" in line
        assert newest_revision() in line
        assert "Nothing was changed" in line
        assert "bridge migrate" not in line


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://me:hush@127.0.0.1:{port}/bank", "bank on 127.0.0.1, port {port}"),
        ("postgresql://me:hush@127.0.0.1:{port}/bank?nonsense=1", "nonsense"),
        ("postgresql://me@127.0.0.1:{port}/bank?password=hush", "bank on 127.0.0.1"),
        ("sqlite:///{folder}", "{folder} cannot be used now"),
        ("sqlite:///{folder}/text", "not a database"),
        ("sqlite:///{folder}/file/bridge.sqlite", "{folder}/file"),
    ],
)
def test_a_database_that_is_away_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, words: str
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "text").write_text("This is a letter to my grandmother. " * 100)
    (folder / "file").write_text("")
    values = {"port": str(free_port()), "folder": str(folder)}
    monkeypatch.setenv("DATABASE_URL", url.format(**values))
    for arguments in (("stats",), ("doctor",), ("migrate",), ("web",), ("worker",)):
        line = complaint_of(capsys, *arguments)
        assert "hush" not in line
        assert words.format(**values) in line or "There is no database" in line


@pytest.mark.parametrize(("name", "words"), [("/absent", "absent"), ("@nobody", "nobody")], ids=["database", "role"])
def test_postgresql_that_does_not_let_us_in_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, postgresql: str, name: str, words: str
) -> None:
    head, _, query = postgresql.partition("?")
    server, _, _ = head.rpartition("/")
    scheme, _, login = server.partition("://")
    address = f"{scheme}://{login.replace('postgres', 'nobody', 1)}/postgres" if name == "@nobody" else server + name
    monkeypatch.setenv("DATABASE_URL", f"{address}?{query}")
    for arguments in (("stats",), ("migrate",)):
        assert words in complaint_of(capsys, *arguments)


def test_a_database_that_somebody_else_holds_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, migrated_file: Path
) -> None:
    shutil.copyfile(migrated_file, tmp_path / "bridge.sqlite")
    with closing(sqlite3.connect(tmp_path / "bridge.sqlite", isolation_level=None)) as foreign:
        foreign.execute("BEGIN EXCLUSIVE")
        for arguments in (("migrate",), ("web",), ("blog", "add", "https://a.example")):
            assert "locked" in complaint_of(capsys, *arguments)


@pytest.mark.slow  # it waits for one that is about to end
def test_a_second_worker_says_that_there_is_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with single_instance(tmp_path / "bridge.sqlite.worker", "worker"):
        assert "already running" in complaint_of(capsys, "worker")


def test_what_nobody_expected_is_one_line_that_says_where_to_look(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **_more: object) -> None:
        raise RuntimeError("a\nb \x1b]0;c\x07")

    monkeypatch.setattr(blog_admission, "normalize_home", fail)
    line = complaint_of(capsys, "blog", "add", "https://a.example")
    assert "RuntimeError: a b ]0;c" in line
    assert "bridge --debug" in line
    with pytest.raises(RuntimeError):
        main(("--debug", "blog", "add", "https://a.example"))
