"""Senders that drip, on a real server: they hold its threads for some seconds, not for ever."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from bridge.webhooks.patience import BODY_SECONDS
from tests.running import RunningBridge

pytestmark = pytest.mark.slow

THREADS = 4
HEAD = b"POST /webhooks/alice HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"


def drip(port: int, begun: bytes, over: threading.Event) -> None:
    """A byte now and then, as long as anybody listens."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(begun)
        while not over.wait(0.3):
            try:
                sender.sendall(b"x")
            except OSError:
                return


@pytest.mark.parametrize("begun", [HEAD, HEAD[:60]], ids=["body", "head"])
def test_who_drips_is_cut_off_and_the_others_are_served(tmp_path: Path, begun: bytes) -> None:
    over = threading.Event()
    with RunningBridge(tmp_path / "home", "web", THREADS=str(THREADS)) as running:
        assert running.get("/healthz")[0] == 200
        drippers = [threading.Thread(target=drip, args=(running.port, begun, over)) for _ in range(THREADS)]
        for dripper in drippers:
            dripper.start()
        time.sleep(1)
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", running.port), timeout=BODY_SECONDS + 15) as reader:
            reader.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = reader.recv(100)
        took = time.monotonic() - began
        over.set()
        assert answer.startswith(b"HTTP/1.1 200")
        assert took > 1, "all threads were held"
        for dripper in drippers:
            dripper.join(10)
        assert "Traceback" not in running.log()


def test_who_says_nothing_holds_no_thread(tmp_path: Path) -> None:
    with RunningBridge(tmp_path / "home", "web", THREADS=str(THREADS)) as running, ExitStack() as silent:
        for _ in range(2 * THREADS):
            silent.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=10))
        time.sleep(0.5)
        began = time.monotonic()
        assert running.get("/healthz")[0] == 200
        assert time.monotonic() - began < 3, "a server that waits for them answers after five seconds"
