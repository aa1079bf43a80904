"""Whoever is no blog, or no good one: each kind tries again and again, and what it is answered is counted."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from bridge import signing
from bridge.load.blogs import LoadBlog
from bridge.load.http import Target
from bridge.load.report import LoadReport
from bridge.load.senders import Courier

PAUSE_SECONDS = 0.2  # between two tries of one client
DRIP_SECONDS = 0.5  # between two bytes of a slow one
TOO_MANY_BYTES = 2 * 1024 * 1024


class BadClients:
    """So many threads, each of one kind, from `start` until `stop`."""

    def __init__(self, count: int, target: Target, blog: LoadBlog, report: LoadReport) -> None:
        """`blog`: a good one, whose name some of them use."""
        self._target, self._blog, self._report = target, blog, report
        self._ending = threading.Event()
        kinds: dict[str, Callable[[Courier], int]] = {
            "forged": self._forged,
            "slow": self._slow,
            "repeated": self._repeated,
            "unknown": self._unknown,
            "unsigned": self._unsigned,
            "too large": self._too_large,
            "not JSON": self._not_json,
        }
        chosen = itertools.islice(itertools.cycle(kinds.items()), count)
        self._threads = [threading.Thread(target=self._try, args=pair, daemon=True) for pair in chosen]
        self._first = blog.author()

    def start(self) -> None:
        """All of them."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nobody tries any more."""
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _try(self, kind: str, act: Callable[[Courier], int]) -> None:
        courier = Courier([self._target], self._report)
        while not self._ending.wait(PAUSE_SECONDS):
            status = act(courier)
            if not (kind == "slow" and self._ending.is_set()):  # we went, and not the bridge
                self._report.note_bad_answer(kind, status)
        courier.close()

    def _send(self, courier: Courier, body: bytes, headers: dict[str, str], blog_id: str = "") -> int:
        return courier.post(f"/webhooks/{blog_id or self._blog.id}", body, headers).status

    def _forged(self, courier: Courier) -> int:
        signed = signing.headers(signing.new_key(), self._first.id, datetime.now(UTC), self._first.body)
        return self._send(courier, self._first.body, signed)

    def _unsigned(self, courier: Courier) -> int:
        return self._send(courier, b"\x00garbage{", {})

    def _unknown(self, courier: Courier) -> int:
        return self._send(courier, self._first.body, self._blog.sign(self._first), "nobody")

    def _not_json(self, courier: Courier) -> int:
        return self._send(courier, b"a=b", {"Content-Type": "application/x-www-form-urlencoded"})

    def _repeated(self, courier: Courier) -> int:
        return self._send(courier, self._first.body, self._blog.sign(self._first))

    def _too_large(self, _courier: Courier) -> int:
        """Say that much comes: the answer is there before it."""
        with self._target.open_socket() as connection:
            connection.sendall(self._head(f"Content-Length: {TOO_MANY_BYTES}\r\n\r\n"))
            return _status(connection)

    def _slow(self, _courier: Courier) -> int:
        """Drip a head until the bridge has enough of it."""
        with self._target.open_socket() as connection:
            connection.sendall(self._head("X-Slow: "))
            connection.settimeout(DRIP_SECONDS)
            while not self._ending.is_set():
                try:
                    connection.sendall(b"x")
                    return _status(connection)
                except TimeoutError:
                    continue
                except OSError:
                    return 0
        return 0

    def _head(self, rest: str) -> bytes:
        lines = f"POST /webhooks/{self._blog.id} HTTP/1.1\r\nHost: {self._target.host}\r\n"
        return f"{lines}Content-Type: application/json\r\n{rest}".encode()


def _status(connection: socket.socket) -> int:
    """Status of the answer; 0: closed without one."""
    line = connection.recv(64).split(b" ")
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0
