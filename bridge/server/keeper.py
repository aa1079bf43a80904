"""The worker beside the web side: computing in a process of its own never delays an acknowledgement."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import structlog

from bridge.server.startup import GRACE_SECONDS

log = structlog.get_logger("serve")

WORKER_NICENESS = 9  # niceness of the worker beside the web side: a seventh of its share when both want a core


class Keeper(threading.Thread):
    """Starts the worker process, and again if it ends by itself."""

    def __init__(self) -> None:
        super().__init__(name="keeper", daemon=True)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()

    def run(self) -> None:
        """Keep a worker running until `stop`."""
        pause = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            # Of this thread, which lives as long as the process: the worker ends with it.
            command = [sys.executable, "-m", "bridge.cli.worker", str(self._parent)]
            self._process = subprocess.Popen(command)  # noqa: S603 - our own
            # Whoever computes can wait; whoever sends an event waits for its answer.
            lowered = min(os.getpriority(os.PRIO_PROCESS, 0) + WORKER_NICENESS, 19)  # nobody may raise what they run at
            os.setpriority(os.PRIO_PROCESS, self._process.pid, lowered)
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - began > 60 else min(pause * 2, 30)
            log.error("the worker ended by itself; it is started again", status=status, again_in=pause)
            self._stopping.wait(pause)

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
