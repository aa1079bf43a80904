"""SIGKILL at any moment: each acknowledged delivery is there exactly once, and everything follows from it."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.lab.fixtures import wait_until
from tests.peer import PeerBlog
from tests.running import HANG_SECONDS, RunningBridge
from tests.trials import trials

CLIENTS = 8
KILLS = trials(6, 60)


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


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    bridge = RunningBridge(tmp_path / "home").start()
    dice = random.Random(20)
    with PeerBlog() as blog:
        try:
            assert blog.connect(bridge.url).status == 201
            assert blog.send(*blog.author(1, "Ana")).status == 202
            clients = [Client(blog, number) for number in range(1, CLIENTS + 1)]
            for client in clients:
                client.start()
            for _ in range(KILLS):
                time.sleep(dice.uniform(0.05, 0.5))
                bridge.kill()
                bridge.start()
            # On a busy machine most lives were short.
            wait_until(lambda: sum(len(client.acknowledged) for client in clients) > KILLS, "the clients get through")
            for client in clients:
                client.ending.set()
                client.join(HANG_SECONDS)
            acknowledged = {key: post for client in clients for key, post in client.acknowledged.items()}
            _complete_again(bridge, blog, expected=len(set(acknowledged.values())))
        finally:
            bridge.kill()
    with closing(sqlite3.connect(tmp_path / "home" / "bridge.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = [row[0] for row in database.execute("SELECT webhook_id FROM deliveries")]
    assert len(stored) == len(set(stored))
    assert acknowledged.keys() <= set(stored)


def _complete_again(bridge: RunningBridge, blog: PeerBlog, expected: int) -> None:
    """After the last start all that was acknowledged is absorbed."""

    def absorbed() -> bool:
        return bool(bridge.json("stats")["blogs"][blog.blog_id]["posts"] >= expected)

    wait_until(absorbed, f"the {expected} acknowledged posts are absorbed", seconds=60)
