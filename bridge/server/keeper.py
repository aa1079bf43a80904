"""The worker beside the web side: computing in a process of its own never delays an acknowledgement."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import structlog

from bridge.server.startup import GRACE_SECONDS

log = structlog.get_logger("serve")

# Held while a process is started, and while anybody here forks. `Popen` returns when all copies of the far end of a
# pipe of its own are closed: one that gunicorn's new web process had got would keep the keeper waiting for as long as
# that lives, and a worker that ended meanwhile would never be started again.
_STARTING = threading.Lock()
os.register_at_fork(before=_STARTING.acquire, after_in_parent=_STARTING.release, after_in_child=_STARTING.release)

FIRST_PAUSE_SECONDS = 0.5  # before a worker that ended is started again; twice that when it ends soon again
MAX_PAUSE_SECONDS = 30
HEALTHY_SECONDS = 60  # a worker that lived so long did not end of how it was started


class Keeper(threading.Thread):
    """Starts the worker process, and again whenever it ends by itself; nothing but `stop` ends that."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        """`command`: what to run instead of the worker of this bridge."""
        super().__init__(name="keeper", daemon=True)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()
        self._command = command or (sys.executable, "-m", "bridge.cli.worker", str(self._parent))

    def run(self) -> None:
        """Keep a worker running until `stop`."""
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            end = self._run_worker()
            if self._stopping.is_set():
                return
            lived = time.monotonic() - began
            pause = FIRST_PAUSE_SECONDS if lived > HEALTHY_SECONDS else min(pause * 2, MAX_PAUSE_SECONDS)
            log.error("the worker ended by itself; it is started again", end=end, again_in=pause)
            self._stopping.wait(pause)

    def _run_worker(self) -> str:
        """One life of the worker; how it ended.

        Nothing is done to a worker that runs: it may have ended by then, and gunicorn, which waits for all children of
        this process, may have taken its number off the list.
        """
        try:
            with _STARTING:
                # Of this thread, which lives as long as the process: the worker ends with it.
                self._process = subprocess.Popen(self._command)  # noqa: S603 - our own
        except OSError as error:  # no memory or no process to be had now
            return str(error)
        return f"status {self._process.wait()}"

    def stop(self) -> None:
        """End the worker, gracefully at first."""
        self._stopping.set()
        if self._process is None or os.getpid() != self._parent:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS + 15)
        except subprocess.TimeoutExpired:
            self._process.kill()
