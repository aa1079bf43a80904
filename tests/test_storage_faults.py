"""A full disk, a database that somebody else holds or that cannot be written: said, waited for, nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.lab.fixtures import wait_until
from tests.peer import PeerAnswer, PeerBlog
from tests.running import HANG_SECONDS, RunningBridge
from tests.trials import trials

pytestmark = [pytest.mark.slow, pytest.mark.faults]

AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
ROUND_POSTS = 59
TEXT = "Ce que m'a appris un client sur la trésorerie, les prix et les relances. " * 20


def mount(*arguments: str) -> None:
    """As root; `make test` needs root or sudo anyway."""
    subprocess.run([*AS_ROOT, *arguments], check=True, capture_output=True, timeout=HANG_SECONDS)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("mount", "-t", "tmpfs", "-o", f"size=16m,mode=0777,uid={os.getuid()}", "tmpfs", str(folder))
    yield folder
    mount("umount", "-l", str(folder))


@pytest.fixture
def alice() -> Iterator[PeerBlog]:
    """A blog to send from."""
    with PeerBlog("Alice") as peer:
        yield peer


def fill(disk: Path) -> Path:
    """Something else takes all that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            return ballast


def posts_held(home: Path) -> int:
    """Posts absorbed, each once."""
    with closing(sqlite3.connect(f"file:{home / 'bridge.sqlite'}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM posts").fetchone()[0])


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk: Path, alice: PeerBlog) -> None:
    home = small_disk / "home"
    with RunningBridge(home) as running:
        assert alice.connect(running.url).status == 201
        assert alice.send(*alice.author(1, "Alice")).status == 202
        for begun in range(0, trials(1, 5) * ROUND_POSTS, ROUND_POSTS):
            numbers = range(begun + 1, begun + ROUND_POSTS + 1)
            events = [alice.post(number, 1, f"Billet {number}", TEXT, number) for number in numbers]
            for event in events[:5]:
                assert alice.send(*event).status == 202
            ballast = fill(small_disk)
            answers: list[PeerAnswer] = [alice.send(*event) for event in events[5:]]
            assert {answer.status for answer in answers} <= {202, 503}, "never an error of ours"
            refused = [answer for answer in answers if answer.status == 503]
            assert refused or begun, "the disk was full; later the log has room that it was given before"
            assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
            ballast.unlink()
            for event in events:  # as the plugin does: again, with the same id
                wait_until(lambda event=event: alice.send(*event).status == 202, "taken when there is room")  # type: ignore[misc]
            expected = begun + ROUND_POSTS
            wait_until(lambda expected=expected: posts_held(home) == expected, "each is there", seconds=60)  # type: ignore[misc]
        assert "Traceback" not in running.log()


def test_somebody_else_who_holds_the_database_is_waited_for(tmp_path: Path, alice: PeerBlog) -> None:
    with RunningBridge(tmp_path / "home") as running:
        alice.connect(running.url)
        assert alice.send(*alice.author(1, "Alice")).status == 202
        wait_until(lambda: posts_held(running.home) == 0, "absorbed")
        event, answers = alice.post(1, 1, "Billet", TEXT), []
        with closing(sqlite3.connect(running.home / "bridge.sqlite", isolation_level=None)) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            sender = threading.Thread(target=lambda: answers.append(alice.send(*event)))
            sender.start()
            for _ in range(24):  # 12 s, longer than anybody waits for a lock
                assert running.get("/healthz")[0] == 200, "reading goes on"
                time.sleep(0.5)
            foreign.execute("ROLLBACK")
        sender.join(HANG_SECONDS)
        assert answers[0].status in (202, 503)
        assert answers[0].status == 202 or int(answers[0].headers["retry-after"]) > 0
        wait_until(lambda: alice.send(*event).status == 202, "taken afterwards")
        wait_until(lambda: posts_held(running.home) == 1, "absorbed once", seconds=60)
        assert "Traceback" not in running.log()


def test_a_database_that_cannot_be_written_is_one_sentence(
    small_disk: Path, run_bridge: Callable[..., CompletedProcess[str]]
) -> None:
    home = small_disk / "home"
    assert run_bridge("migrate", BRIDGE_HOME=str(home)).returncode == 0
    mount("mount", "-o", "remount,ro", str(small_disk))
    for command in ("serve", "worker", "migrate"):
        done = run_bridge(command, BRIDGE_HOME=str(home))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert f"{home} cannot be written" in done.stderr
