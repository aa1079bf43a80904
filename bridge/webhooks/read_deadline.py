"""How long a sender may take for a head or a body: one that drips must not hold a thread of the web side for ever.

One thread looks once a second for those past their time and shuts their sockets, which ends the read at once. A
time-out of the socket would not do: it begins anew with every byte.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BODY_DEADLINE_SECONDS = 15.0  # 1 MiB at 70 kB/s
HEAD_DEADLINE_SECONDS = 15.0
CHECK_INTERVAL_SECONDS = 1.0


class ReadDeadline:
    """Watches the sockets that are read from; threads share one."""

    def __init__(self, seconds: float = BODY_DEADLINE_SECONDS) -> None:
        self._seconds = seconds
        self._reading: dict[socket.socket, float] = {}  # until when
        self._lock = threading.Lock()
        self._watching_in = 0  # the process whose thread watches: threads do not survive a fork

    @contextmanager
    def with_sender(self, sender: socket.socket | None) -> Iterator[None]:
        """Read within the block. None: a server that does not show its socket keeps watch itself."""
        if sender is None:
            yield
            return
        if self._watching_in != os.getpid():
            self._begin()
        self._reading[sender] = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self.read(sender)

    def read(self, sender: socket.socket) -> None:
        """It has been read to the end, before the end of the block."""
        self._reading.pop(sender, None)

    def _begin(self) -> None:
        with self._lock:
            if self._watching_in != os.getpid():
                self._watching_in = os.getpid()
                threading.Thread(target=self._watch, name="patience", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(CHECK_INTERVAL_SECONDS)
            now = time.monotonic()
            for sender, until in list(self._reading.items()):
                if now > until:
                    with suppress(OSError):  # it was closed in the meantime
                        sender.shutdown(socket.SHUT_RDWR)
