"""How long a sender may take for a head or a body: one that drips must not hold a thread of the web side for ever.

One thread looks once a second for those past their time and shuts their sockets, which ends the read at once. A
time-out of the socket would not do: it begins anew with every byte.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bridge.pages.hosts import Wsgi

BODY_DEADLINE_SECONDS = 15.0  # 1 MiB at 70 kB/s
HEAD_DEADLINE_SECONDS = 15.0
CHECK_INTERVAL_SECONDS = 1.0


class ReadDeadline:
    """Watches the sockets that requests are read from, and shuts those past their time; threads share one."""

    def __init__(self, seconds: float = BODY_DEADLINE_SECONDS) -> None:
        self._seconds = seconds
        self._deadlines: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._watching_process = 0  # whose thread watches: threads do not survive a fork

    def begin(self) -> float:
        """The time (of the monotonic clock) until which somebody may send who begins now."""
        return time.monotonic() + self._seconds

    @contextmanager
    def with_sender(self, sender: socket.socket, until: float | None = None) -> Iterator[None]:
        """Read within the block, for as long as one may, or `until` then."""
        if self._watching_process != os.getpid():
            self._start_watching()
        self._deadlines[sender] = self.begin() if until is None else until
        try:
            yield
        finally:
            self.read(sender)

    def read(self, sender: socket.socket) -> None:
        """Stop watching a sender that has been read to the end, before the end of the block."""
        self._deadlines.pop(sender, None)

    def _start_watching(self) -> None:
        with self._lock:
            if self._watching_process != os.getpid():
                self._watching_process = os.getpid()
                threading.Thread(target=self._watch, name="read-deadline", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(CHECK_INTERVAL_SECONDS)
            now = time.monotonic()
            for sender, until in list(self._deadlines.items()):
                if now > until:
                    with suppress(OSError):  # it was closed in the meantime
                        sender.shutdown(socket.SHUT_RDWR)


class TimedBody:
    """The body of a request, of which all has to come within the time that begins with the first read."""

    def __init__(self, body: Any, sender: socket.socket, deadline: ReadDeadline) -> None:
        self._body = body
        self._sender = sender
        self._deadline = deadline
        self._until: float | None = None

    def _in_time(self, method: str, *arguments: int) -> Any:
        if self._until is None:
            self._until = self._deadline.begin()
        with self._deadline.with_sender(self._sender, self._until):
            return getattr(self._body, method)(*arguments)

    def read(self, *size: int) -> bytes:
        """As of any file, in time."""
        return self._in_time("read", *size)  # type: ignore[no-any-return]

    def readline(self, *size: int) -> bytes:
        """As of any file, in time."""
        return self._in_time("readline", *size)  # type: ignore[no-any-return]

    def readlines(self, *hint: int) -> list[bytes]:
        """As of any file, in time."""
        return self._in_time("readlines", *hint)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


def with_timed_bodies(app: Wsgi) -> Wsgi:
    """Whoever reads a body waits for it so long and no longer, where the server shows the socket (gunicorn does)."""
    deadline = ReadDeadline()

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        sender = environ.get("gunicorn.socket")
        if sender is not None:
            environ["wsgi.input"] = TimedBody(environ["wsgi.input"], sender, deadline)
        return app(environ, start_response)

    return call
