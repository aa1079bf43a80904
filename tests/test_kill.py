"""Killed, in part or whole, or without power, at any moment: nothing that was acknowledged is lost.

Each acknowledged delivery is there exactly once, and everything follows from it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.lab.fixtures import wait_until
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.running import HANG_SECONDS, RunningBridge
from tests.trials import trials

CLIENTS = 8
KILLS = trials(6, 60)
CALLS_CUT = 2  # more in a row, and the blog is set aside until somebody says otherwise


class Client(threading.Thread):
    """Sends posts one after the other, each again with the same id until it is acknowledged."""

    def __init__(self, blog: PeerBlog, number: int) -> None:
        super().__init__(daemon=True)
        self.blog = blog
        self.number = number
        self.acknowledged: dict[str, int] = {}  # webhook id → remote post id
        self.ending = threading.Event()

    def run(self) -> None:
        post_id = self.number * 1_000_000
        while not self.ending.is_set():
            post_id += 1
            text = f"Ce que m'a appris le client numéro {post_id} sur la trésorerie et les prix. " * 3
            message_id, body = self.blog.post(post_id, 1, f"Billet {post_id}", text, post_id % 300)
            while message_id not in self.acknowledged:
                try:
                    answer = self.blog.send(message_id, body)
                except (OSError, HTTPException, ValueError):  # cut off anywhere in the answer
                    answer = None
                if answer is not None and answer.status == 202:
                    self.acknowledged[message_id] = post_id
                elif self.ending.is_set():
                    return
                else:
                    time.sleep(0.02)


class Load:
    """Clients that send to a bridge until told to end."""

    def __init__(self, blog: PeerBlog) -> None:
        self.clients = [Client(blog, number) for number in range(1, CLIENTS + 1)]
        for client in self.clients:
            client.start()

    def acknowledged(self) -> dict[str, int]:
        """What was acknowledged by now."""
        return {key: post for client in self.clients for key, post in client.acknowledged.copy().items()}

    def end(self) -> dict[str, int]:
        """Nobody sends any more; what was acknowledged."""
        # On a busy machine most lives were short.
        wait_until(lambda: len(self.acknowledged()) > KILLS, "the clients get through")
        for client in self.clients:
            client.ending.set()
            client.join(HANG_SECONDS)
        return self.acknowledged()


def cut_power(bridge: RunningBridge, folder: Path) -> Path:
    """The files of the database as they are at one moment, in the middle of whatever is being written."""
    folder.mkdir()
    members = bridge.members()
    for member in members:
        os.kill(member, signal.SIGSTOP)
    try:
        for file in bridge.home.glob("bridge.sqlite*"):
            if file.suffix in (".sqlite", ".sqlite-wal"):  # the third is made anew from these two
                shutil.copyfile(file, folder / file.name)
    finally:
        for member in members:
            os.kill(member, signal.SIGCONT)
    return folder / "bridge.sqlite"


def stored_ids(database: Path) -> list[str]:
    """Of all deliveries of a database that is in order."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT webhook_id FROM deliveries")]


@pytest.mark.slow
@pytest.mark.faults
def test_no_kill_and_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    bridge = RunningBridge(tmp_path / "home").start()
    dice = random.Random(20)
    with PeerBlog() as blog:
        try:
            assert blog.connect(bridge.url).status == 201
            assert blog.send(*blog.author(1, "Ana")).status == 202
            load = Load(blog)
            for number in range(KILLS):
                time.sleep(dice.uniform(0.05, 0.5))
                part = dice.choice(("all", "master", "web", "worker"))
                if number % 3 == 0:
                    before = load.acknowledged()
                    copied = cut_power(bridge, tmp_path / f"cut{number}")
                    assert before.keys() <= set(stored_ids(copied)), f"power cut {number}"
                if part in ("web", "worker") and part in (parts := bridge.parts()):
                    os.kill(parts[part], signal.SIGKILL)  # who is left starts it again
                    continue
                bridge.kill()
                bridge.start()
            acknowledged = load.end()
            bridge.kill()  # a worker that died often is started again only after a while
            bridge.start()
            _complete_again(bridge, blog, expected=len(set(acknowledged.values())))
        finally:
            bridge.kill()
    stored = stored_ids(tmp_path / "home" / "bridge.sqlite")
    assert len(stored) == len(set(stored))
    assert acknowledged.keys() <= set(stored)


class Fatal(PeerBlog):
    """A blog that takes a push and, before the answer has gone out, ends whoever brought it."""

    def __init__(self) -> None:
        super().__init__()
        self.bridge: RunningBridge | None = None
        self.kills = 0

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        answer = super()._answer(path, headers, body)
        if self.bridge is not None and self.kills < CALLS_CUT and b'"push.' in body:
            self.kills += 1
            os.kill(self.bridge.parts()["worker"], signal.SIGKILL)
        return answer


@pytest.mark.slow
@pytest.mark.faults
def test_a_worker_killed_before_it_notes_that_the_blog_has_taken_a_push_brings_it_again(tmp_path: Path) -> None:
    def is_settled(expected: int) -> bool:
        with closing(sqlite3.connect(f"file:{tmp_path / 'home' / 'bridge.sqlite'}?mode=ro", uri=True)) as database:
            (left,) = database.execute("SELECT COUNT(*) FROM outbox WHERE version > acknowledged").fetchone()
            (posts,) = database.execute("SELECT COUNT(*) FROM posts").fetchone()
        return bool(blog.kills == CALLS_CUT and left == 0 and posts == expected)

    texts, blog = [*CASH, *HIRING], Fatal()
    with RunningBridge(tmp_path / "home") as bridge, blog:
        assert blog.connect(bridge.url).status == 201
        assert blog.send(*blog.author(1, "Ana")).status == 202
        blog.bridge = bridge
        for begun in range(0, trials(1, 5) * len(texts), len(texts)):
            if begun:  # a worker that died often is started again only after a while
                bridge.kill()
                bridge.start()
            for number, (title, text) in enumerate(texts, begun + 1):
                assert blog.send(*blog.post(number, 1, title, f"{text} {begun}", number)).status == 202
            wait_until(lambda begun=begun: is_settled(begun + len(texts)), "each push is noted", 120)  # type: ignore[misc]
            assert blog.kills == CALLS_CUT
            blog.kills = 0


def _complete_again(bridge: RunningBridge, blog: PeerBlog, expected: int) -> None:
    """After the last start all that was acknowledged is absorbed."""

    def absorbed() -> bool:
        return bool(bridge.json("stats")["blogs"][blog.blog_id]["posts"] >= expected)

    wait_until(absorbed, f"the {expected} acknowledged posts are absorbed", seconds=60)
