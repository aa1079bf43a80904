"""Senders that drip, on a real server: they hold its threads for some seconds, not for ever."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.running import HANG_SECONDS, RunningBridge

pytestmark = pytest.mark.slow

THREADS = 4
HEAD = b"POST /webhooks/alice HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"


class Dripper(threading.Thread):
    """A byte now and then, as long as anybody listens."""

    def __init__(self, port: int, begun: bytes) -> None:
        super().__init__()
        self.port = port
        self.begun = begun
        self.cut_off = threading.Event()

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_SECONDS) as sender:
            try:
                sender.sendall(self.begun)
                while True:
                    time.sleep(0.1)
                    sender.sendall(b"x")
            except OSError:
                self.cut_off.set()


@pytest.mark.parametrize("begun", [HEAD, HEAD[:60]], ids=["body", "head"])
def test_who_drips_is_cut_off_and_the_others_are_served(tmp_path: Path, begun: bytes) -> None:
    with RunningBridge(tmp_path / "home", "web", THREADS=str(THREADS)) as running:
        assert running.get("/healthz")[0] == 200
        drippers = [Dripper(running.port, begun) for _ in range(2 * THREADS)]
        for dripper in drippers:
            dripper.start()
        assert running.get("/healthz")[0] == 200
        for dripper in drippers:
            dripper.join(HANG_SECONDS)
            assert dripper.cut_off.is_set()
        assert "Traceback" not in running.log()


def test_who_says_nothing_holds_no_thread(tmp_path: Path) -> None:
    with RunningBridge(tmp_path / "home", "web", THREADS=str(THREADS)) as running:
        assert running.get("/healthz")[0] == 200
        # A server that waits for them cuts all of them off before it answers each time, a busy machine now and then.
        assert any(_answers_beside_the_silent(running) for _ in range(5))


def _answers_beside_the_silent(running: RunningBridge) -> bool:
    with ExitStack() as silent:
        sockets = [
            silent.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=HANG_SECONDS))
            for _ in range(2 * THREADS)
        ]
        assert running.get("/healthz")[0] == 200
        return any(_is_open(one) for one in sockets)


def _is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed it: it says nothing, so what can be read is the end."""
    return not select.select([connection], [], [], 0)[0]
